"""Sounds of words, independent of English, French, German, Polish or Swedish spelling in Latin letters.

`Лукашенко` is Lukashenko, Loukachenko, Lukaschenko and Łukaszenka; Arabic writes no short vowels. A word's sound is
coarse, since one spelling means several letters (German sch for ш and ж). Words of one sound are similar, not equal.
"""

from __future__ import annotations

import re
from functools import lru_cache

# Tried in this order at each letter, the longest first.
_SOUNDS = {
    "schtsch": "s", "sjtj": "s", "shch": "s", "szcz": "s", "dsch": "s", "tsch": "s", "tch": "s", "dzh": "s",
    "sch": "s", "sh": "s", "zh": "s", "ch": "s", "cz": "s", "sz": "s", "ts": "s", "tz": "s", "dj": "s", "sj": "s",
    "tj": "s", "z": "s", "ck": "k", "kh": "k", "gh": "k", "g": "k", "q": "k", "x": "ks", "ce": "se", "ci": "si",
    "cy": "si", "c": "k", "ph": "f", "dh": "d", "th": "t", "bh": "b", "w": "v", "ou": "u", "oo": "u", "ee": "i",
    "ue": "u", "oe": "o", "ae": "a", "y": "i", "j": "i",
}  # fmt: skip
_SPELLING = re.compile("|".join(_SOUNDS))
_TWICE = re.compile(r"(.)\1+")
_VOWELS = re.compile("[aeiou]+")
_MERGED = str.maketrans({"v": "f", "p": "b", "h": "k"})
"""Arabic writes v as f, p as b; Russian writes h as kh or g."""
_WITHOUT_VOWELS = re.compile("[\u0590-\u06ff\ufb1d-\ufdff\ufe70-\ufeff]")
"""Hebrew and Arabic letters."""


@lru_cache(maxsize=1 << 16)
def sound(word: str) -> str:
    """`wladimir` -> `vladimir`, `loukachenko` -> `lukasenko`; a final h is mute."""
    plain = _SPELLING.sub(lambda spelling: _SOUNDS[spelling[0]], word)
    return _TWICE.sub(r"\1", plain).removesuffix("h") or word


@lru_cache(maxsize=1 << 16)
def skeletons(word: str) -> frozenset[str]:
    """`putin` -> `btn`: the consonants, in each way that the letters may be meant.

    `j` is a vowel, or as in Jamal, or Egyptian; `w` within a word may be a vowel in Arabic; `ch` may be kh.
    """
    spellings = {word}
    if "j" in word:
        spellings |= {word.replace("j", "z"), word.replace("j", "g")}
    if "w" in word[1:]:
        spellings |= {one[0] + one[1:].replace("w", "") for one in spellings}
    if "ch" in word:
        spellings |= {one.replace("ch", "kh") for one in spellings}
    return frozenset(_TWICE.sub(r"\1", _VOWELS.sub("", sound(one)).translate(_MERGED)) for one in spellings)


def lacks_vowels(name: str) -> bool:
    """Checks whether the name is in Arabic or Hebrew letters: its sounds are then its consonants."""
    return _WITHOUT_VOWELS.search(name) is not None
