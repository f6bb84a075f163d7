"""Sounds of names, independent of English, French, German or Polish spelling in Latin letters.

`Лукашенко` is Lukashenko, Loukachenko, Lukaschenko and Łukaszenka; Arabic writes no short vowels. A word's sound is
coarse, since one spelling means several letters (German sch for ш and ж). Names of one sound are similar, not equal.
"""

from __future__ import annotations

import re
from functools import lru_cache

from relations.text.transliteration import latin_words

_ARTICLE = re.compile(r"(?<!\w)ال(?=\w{2})")
"""Arabic joins it to its word; transliterations divide them, or leave it out."""

# Tried in this order at each letter, the longest first.
_SOUNDS = {
    "schtsch": "s", "shch": "s", "szcz": "s", "dsch": "s", "tsch": "s", "tch": "s", "dzh": "s", "sch": "s", "sh": "s",
    "zh": "s", "ch": "s", "cz": "s", "sz": "s", "ts": "s", "tz": "s", "dj": "s", "z": "s", "ck": "k", "kh": "k",
    "gh": "k", "g": "k", "q": "k", "x": "ks", "ce": "se", "ci": "si", "cy": "si", "c": "k", "ph": "f", "dh": "d",
    "th": "t", "bh": "b", "rh": "r", "w": "v", "ou": "u", "oo": "u", "ee": "i", "ue": "u", "oe": "o",
    "ae": "a", "y": "i", "j": "i",
}  # fmt: skip
_SPELLING = re.compile("|".join(_SOUNDS))
_TWICE = re.compile(r"(.)\1+")
_VOWELS = re.compile("[aeiou]+")
_WITHOUT_VOWELS = re.compile("[\u0590-\u06ff]")
"""Hebrew and Arabic letters."""
_LEAST = 2
"""A word with fewer consonants sounds like too many others: Wei, Li, al."""


def sounded(name: str) -> str:
    """`Wladimir Putin` and `Владимир Путин` -> `putin vladimir`: the sounds of its words, in order."""
    return " ".join(sorted(map(_sound, latin_words(_ARTICLE.sub("ال ", name)))))


def consonants(sounds: str) -> list[str]:
    """`putin vladimir` -> `ptn`, `vldmr`: the keys of a search by name; words with fewer than two are left out."""
    words = {_TWICE.sub(r"\1", _VOWELS.sub("", word)) for word in sounds.split()}
    return sorted(word for word in words if len(word) >= _LEAST)


def lacks_vowels(name: str) -> bool:
    """Checks whether the name is in Arabic or Hebrew letters: its sounds are then its consonants."""
    return _WITHOUT_VOWELS.search(name) is not None


@lru_cache(maxsize=8192)
def _sound(word: str) -> str:
    """The sound of a word; a final h is mute."""
    sound = _SPELLING.sub(lambda spelling: _SOUNDS[spelling[0]], word)
    return _TWICE.sub(r"\1", sound).removesuffix("h") or word
