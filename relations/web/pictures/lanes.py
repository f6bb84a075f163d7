"""The timeline of a pair as a picture: a lane of bars for each track."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from relations.web.pairs.content import PairContent
from relations.web.pairs.timeline import grid
from relations.web.pictures.drawing import WIDTH, colours, fitted, legend, lines, size_for
from relations.web.tones import hatches

_LEFT, _LABELS, _TOP, _STEP, _MOST = 48, 380, 150, 34, 40
_FOOT = 150


def lanes(content: PairContent) -> str:
    """The SVG; its height is that of its lanes, at most 40."""
    timeline = content.timeline()
    shown = timeline.lanes[:_MOST]
    more = len(timeline.lanes) - len(shown)
    width = WIDTH - 2 * _LEFT - _LABELS
    rest = ngettext("and %(count)s more track", "and %(count)s more tracks", more) % {"count": more} if more else ""
    keys = legend(timeline.keys, left=_LEFT, width=WIDTH - 2 * _LEFT)
    below = max((key.y for key in keys), default=0)
    title, room = _("%(pair)s over the years") % {"pair": content.title}, WIDTH - 2 * _LEFT - 160
    return render_to_string("web/pictures/lanes.svg", {
        "content": content,
        "colours": colours(),
        "width": WIDTH, "height": _TOP + _STEP * max(len(shown), 1) + _FOOT + below,
        "foot": _TOP + _STEP * max(len(shown), 1),
        "title": fitted(title, size=24, width=room), "size": size_for(title, most=36, least=20, width=room),
        "known": _("As known on %(known)s, up to %(day)s")
        % {"known": content.known_in_words, "day": content.today_in_words},
        "lanes": [(_TOP + place * _STEP, _label(title), bars) for place, (title, bars) in enumerate(shown)],
        "ticks": [(_LEFT + _LABELS + width * tick.at / 1000, tick) for tick in timeline.ticks],
        "grid": grid(timeline.ticks, top=0, bottom=24),
        "scale": width / 1000, "left": _LEFT + _LABELS,
        "nothing": "" if shown else _("Nothing is recorded. That does not mean that there is nothing."),
        "rest": rest,
        "legend": keys, "below": below, "hatches": hatches(tone for tone, _word in timeline.keys),
        "sources": _("Statuses computed from the facts recorded here; the page has each of them with its quote."),
        "url": fitted(content.url, size=16, width=WIDTH - 2 * _LEFT),
    })  # fmt: skip


def _label(title: str) -> list[tuple[int, str]]:
    """The title in at most two lines, each with its place."""
    written = lines(title, size=16, width=_LABELS - 16, most=2)
    return [(18 + 8 * (2 * place - len(written) + 1), line) for place, line in enumerate(written)]
