"""Names for comparison: in Latin letters, without diacritics, in lower case, their words in order."""

from __future__ import annotations

import re
import unicodedata

from anyascii import anyascii

_BETWEEN_WORDS = re.compile(r"[^a-z0-9]+")
_MARKS = re.compile("['`]+")
"""Transliterated soft signs, hamza and ayn."""
_EMOJI = re.compile("[\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]+")
"""The transliteration would name them: `:grinning:`."""
_SYLLABLE = re.compile(r"(?<=[a-z])(?=[A-Z])")
_IDEOGRAPHS = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")


def fold(name: str) -> str:
    """`Лукашенко, Виктор` -> `lukashenko viktor`; `习近平` -> `jin ping xi`."""
    return " ".join(sorted(latin_words(name)))


def latin_words(name: str) -> list[str]:
    """`Лукашенко, Виктор` -> lukashenko, viktor.

    The transliteration joins ideographs, each with a capital letter; each is a word of its own.
    """
    normal = _EMOJI.sub(" ", unicodedata.normalize("NFKC", name))
    latin = anyascii(normal)
    if _IDEOGRAPHS.search(normal):
        latin = _SYLLABLE.sub(" ", latin)
    return [word for word in _BETWEEN_WORDS.split(_MARKS.sub("", latin.lower())) if word]
