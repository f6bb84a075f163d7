"""Colours of the design, and text that fits, for pictures."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from textwrap import wrap

from django.conf import settings

from relations.web.tones import apart

_TOKENS = settings.ROOT / "relations" / "static" / "web" / "tokens.css"
_COLOUR = re.compile(r"--(?P<name>[a-z-]+): (?P<value>#[0-9a-f]{6});")
_LETTER, _WIDE = 0.5, 0.6
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
    """The size of the font, in pixels, in which the text fits, between both bounds."""
    return max(least, min(most, int(width / (max(letters(text), 1) * _LETTER))))


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
