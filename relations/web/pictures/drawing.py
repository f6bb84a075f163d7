"""Pictures: the sheet around a large one, colours of the design, text that fits; SVG as it is, or rendered to PNG."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from html import escape
from importlib.resources import files
from textwrap import wrap
from typing import Any

import resvg_py
from anyascii import anyascii
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from relations.text.xml import xml_text
from relations.web.tones import apart, hatches
from tracker.frame import BY_READER

WIDTH = 1200
"""Pixels of every PNG."""
_FONTS = [str(files("font_source_sans_pro") / f"files/SourceSansPro-{face}.ttf") for face in ("Regular", "Semibold")]
_FAMILY = "Source Sans Pro"
_NOT_IN_THE_FONT = re.compile("[^\x00-\u052f\u1d00-\u218f\u2190-\u2193\ufffd]+")
"""Scripts other than Latin, Greek and Cyrillic."""
_TOKENS = settings.ROOT / "relations" / "static" / "web" / "tokens.css"
_COLOUR = re.compile(r"--(?P<name>[a-z-]+): (?P<value>#[0-9a-f]{6});")
_LETTER, _WIDE, _BOLD = 0.5, 0.6, 0.64
"""Width of an average letter, in parts of the size of the font; and in the widest font that an SVG may be shown in."""


@cache
def colours() -> Mapping[str, str]:
    """The light theme of `tokens.css`; hyphens of the names are underscores, as templates need them."""
    light = _TOKENS.read_text("utf-8").partition("@media")[0]
    return {colour["name"].replace("-", "_"): colour["value"] for colour in _COLOUR.finditer(light)}


def fitted(text: str, *, size: float, width: float) -> str:
    """The text, cut with an ellipsis where it would be wider."""
    room = int(width / (size * _LETTER))
    if letters(text) <= room:
        return text
    fits, used = "", 1
    for letter in text:
        used += letters(letter)
        if used > room:
            break
        fits += letter
    return fits.rstrip() + "…"


def whole(parts: Iterable[str], *, size: float, width: float) -> str:
    """The parts that fit, each whole: half a date would be another one. Only the first is ever cut."""
    line = ""
    for part in filter(None, parts):
        longer = f"{line} · {part}" if line else fitted(part, size=size, width=width)
        if letters(longer) <= int(width / (size * _LETTER)):
            line = longer
    return line


def letters(text: str) -> int:
    """The width in letters; those of East Asia are twice as wide."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def size_for(text: str, *, most: int, least: int, width: float) -> int:
    """The size of the font, in pixels, in which the text fits if it is bold, between both bounds."""
    return max(least, min(most, int(width / (max(letters(text), 1) * _BOLD))))


def lines(text: str, *, size: float, width: float, most: int | None = None) -> list[str]:
    """The text in as many lines as it needs, or cut at the end of the last one allowed."""
    return wrap(text, int(width / (size * _LETTER)), max_lines=most, placeholder="…")


ROW = 26
"""Pixels from one row of a legend to the next."""


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of a legend at its place; `words_at` is where its word begins."""

    x: int
    y: int
    tone: str
    word: str
    words_at: int


def legend(entries: Iterable[tuple[str, str]], *, left: int, width: int) -> list[Key]:
    """Tones and their words in as many rows as they need. Those of old values have a pattern, too."""
    placed, x, y = [], left, 0
    for tone, word in entries:
        words_at = 40 if apart(tone)[1] else 20
        room = int(words_at + letters(word) * 16 * _WIDE + 20)
        if x > left and x + room > left + width:
            x, y = left, y + ROW
        placed.append(Key(x, y, tone, word, words_at))
        x += room
    return placed


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


def picture(request: HttpRequest, svg: str, form: str) -> HttpResponseBase:
    """The picture with an ETag of its content; 304, without rendering, where the reader has it."""
    svg = xml_text(svg)
    tag = quote_etag(hashlib.sha256(f"{form} {resvg_py.__version__} {svg}".encode()).hexdigest()[:32])
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Content-Language": get_language() or "en"}
    empty = HttpResponse(headers=headers)
    conditional = get_conditional_response(request, etag=tag, response=empty)
    if conditional is not empty and conditional is not None:
        response: HttpResponseBase = conditional
    elif form == "png":
        response = HttpResponse(png(svg), content_type="image/png", headers=headers)
    else:
        response = HttpResponse(svg, content_type="image/svg+xml; charset=utf-8", headers=headers)
    patch_vary_headers(response, BY_READER)
    return response


@lru_cache(maxsize=64)
def png(svg: str, width: int = WIDTH) -> bytes:
    """The PNG of an SVG. Scripts that the font lacks are in Latin letters. Raises `ValueError` for no SVG."""
    readable = _NOT_IN_THE_FONT.sub(lambda character: escape(anyascii(character[0])), svg)
    return resvg_py.svg_to_bytes(
        svg_string=readable, width=width, skip_system_fonts=True, font_files=_FONTS, font_family=_FAMILY,
        sans_serif_family=_FAMILY,
    )  # fmt: skip
