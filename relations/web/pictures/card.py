"""The card of a pair: both directions in 1200 × 630, the size of a preview in social networks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from relations.codes import TrackKind
from relations.web.pairs.content import PairContent
from relations.web.pairs.statuses import Lane, ShownStatus
from relations.web.pictures.drawing import colours, fitted, size_for, whole

WIDTH, HEIGHT = 1200, 630
_LEFT, _COLUMN, _GAP = 48, 532, 40
_TITLE = WIDTH - 2 * _LEFT - 160
"""Pixels to the left of the mark."""
_TOP, _STEP, _MOST_ROWS = 225, 68, 4


def card(content: PairContent) -> str:
    """The SVG; dates, sources and address are part of it."""
    return render_to_string("web/pictures/card.svg", {
        "content": content,
        "colours": colours(),
        "width": WIDTH, "height": HEIGHT,
        "size": size_for(content.title, most=48, least=24, width=_TITLE),
        "title": fitted(content.title, size=24, width=_TITLE),
        "columns": [_column(_LEFT + place * (_COLUMN + _GAP), lane) for place, lane in enumerate(content.lanes)],
        "both": [_row(_TOP + 20 + _MOST_ROWS * _STEP, status) for status in content.relations],
        "sources": fitted(sources(content), size=18, width=WIDTH - 2 * _LEFT),
        "url": fitted(content.url, size=18, width=WIDTH - 2 * _LEFT),
    })  # fmt: skip


def sources(content: PairContent) -> str:
    """The line that says where the statuses come from: the publishers by their first use."""
    statuses = [*content.relations, *(status for lane in content.lanes for status in lane.statuses)]
    publishers = dict.fromkeys(
        quote["publisher"] for status in with_parts(statuses) for fact in status.facts for quote in fact.quotes
    )
    if not publishers:
        return _("No source of its own says anything of this day.")
    return _("Sources: %(names)s") % {"names": ", ".join(filter(None, publishers))}


def with_parts(statuses: Sequence[ShownStatus]) -> Iterator[ShownStatus]:
    for status in statuses:
        yield status
        yield from with_parts(status.parts)


def shown_in(lane: Lane) -> list[ShownStatus]:
    """The statuses of a direction for a small place: without a successor where none is named."""
    return [one for one in lane.statuses if one.kind != TrackKind.NEXT or one.tone not in {"none", "unknown"}]


def _column(x: int, lane: Lane) -> tuple[int, str, Sequence[Mapping[str, Any]], str]:
    """Its place, its heading, its rows, and what is left out."""
    statuses = shown_in(lane)
    rows = [_row(_TOP + place * _STEP, status) for place, status in enumerate(statuses[:_MOST_ROWS])]
    more = len(statuses) - len(rows)
    rest = ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more} if more else ""
    return x, fitted(f"{lane.sender} → {lane.receiver}", size=24, width=_COLUMN), rows, rest


def _row(y: int, status: ShownStatus) -> dict[str, Any]:
    """A status at its place: what, its word, and what else belongs to it."""
    via = _("via %(organisation)s") % {"organisation": status.via} if status.via else ""
    dispute = _("disputed") if status.disputed else ""
    word = " · ".join(filter(None, (status.word, dispute)))
    size = size_for(word, most=24, least=15, width=_COLUMN - 70)
    more = whole((status.holder, status.since, status.age or status.note), size=15, width=_COLUMN - 36)
    title = " ".join(filter(None, (status.title, via)))
    return {
        "y": y, "title": fitted(title, size=16, width=_COLUMN - 70), "tone": status.tone,
        "word": fitted(word, size=size, width=_COLUMN - 70), "size": size, "more": more,
    }  # fmt: skip
