"""The sheet around a large picture: title, dates, legend, notes and its address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from relations.web.pictures.drawing import ROW, Key, colours, fitted, legend, lines, size_for
from relations.web.pictures.response import WIDTH
from relations.web.tones import hatches

LEFT, TOP = 48, 116
INNER = WIDTH - 2 * LEFT
_LINE = 20
_MOST_SOURCES = 20


def sheet(
    template: str, *, title: str, dates: str, height: int, keys: Sequence[tuple[str, str]], notes: Iterable[str],
    url: str, drawing: Mapping[str, Any],
) -> str:  # fmt: skip
    """The SVG of a drawing of this height; notes and the address have as many lines as they need."""
    placed: list[Key] = legend(keys, left=LEFT, width=INNER)
    below = TOP + height + 28
    foot = below + max((key.y for key in placed), default=-ROW)
    written = [line for note in notes for line in lines(note, size=15, width=INNER)]
    address = lines(url, size=15, width=INNER)
    return render_to_string(template, {
        "colours": colours(), "title": title, "dates": dates, "width": WIDTH, "legend": placed, "below": below,
        "size": size_for(title, most=36, least=20, width=INNER - 160),
        "hatches": hatches(tone for tone, _word in keys), "url": url, "foot": foot,
        "notes": _numbered(written, 28), "urls": _numbered(address, 33 + _LINE * len(written)),
        "height": foot + 48 + _LINE * (len(written) + len(address)), **drawing,
    })  # fmt: skip


def published(publishers: Sequence[str]) -> list[str]:
    """The note that names the sources, the first of them; none where there are none."""
    more = len(publishers) - _MOST_SOURCES
    names = [fitted(one, size=15, width=INNER * 0.6) for one in publishers[:_MOST_SOURCES]]
    if more > 0:
        names.append(ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more})
    return [_("Sources: %(names)s") % {"names": ", ".join(names)}] if names else []


def _numbered(written: Sequence[str], y: int) -> list[tuple[int, str]]:
    return [(y + _LINE * place, line) for place, line in enumerate(written)]
