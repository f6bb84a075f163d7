"""Comparison of persons' names: sources spell, shorten and title the same name differently.

Only for two names that lead, or are on the way to, one mission in one rank, on one day or one after the other: for any
two people of the world these rules would be far too weak. Letters that differ are a difference (`Anatoly` and
`Anatoliy`), and so is a short form (`Tom` and `Thomas`): the tracker shows both and decides nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from relations.text.transliteration import latin
from relations.text.words import TITLES

_NICKNAME = re.compile(r"[\"“”«»„].*?[\"“”«»]|\([^()]*\)|(?<!\w)['‘’](?=\w)[^'‘’]*\w['‘’](?!\w)")
_BETWEEN_WORDS = re.compile(r"[^a-z0-9]+")
_SUFFIXES = {"jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr", "ii": "ii", "iii": "iii", "iv": "iv"}
_HONOURS = frozenset({"ret", "retired", "esq", "phd"})


class _Name(NamedTuple):
    """The words of a name in Latin letters and lower case; `suffix` distinguishes a son from a father."""

    words: tuple[str, ...]
    suffix: str


def same_person(one: str, other: str) -> bool:
    """Checks whether two names can be one person's, like `Karen B. Stewart` and `STEWART, Karen`.

    A different letter, initial or suffix makes two persons.
    """
    if one == other:
        return True
    first, second = sorted((_name(one), _name(other)), key=lambda name: len(name.words))
    if not first.words or (first.suffix and second.suffix and first.suffix != second.suffix):
        return False
    if "".join(first.words) == "".join(second.words) or sorted(first.words) == sorted(second.words):
        return True
    return _shortens(first.words, second.words)


@lru_cache(maxsize=4096)
def _name(text: str) -> _Name:
    """Removes titles from the front, honours and suffixes from the end, nicknames in quotes or brackets anywhere."""
    before, after = (_words(part) for part in latin(_NICKNAME.sub(" ", text)).partition(",")[::2])
    is_reversed = bool(after) and not set(after) <= _SUFFIXES.keys() | _HONOURS
    words = after + before if is_reversed else before + after
    while len(words) > 1 and words[0] in TITLES:
        del words[0]
    suffix = ""
    while len(words) > 1 and (words[-1] in _HONOURS or words[-1] in _SUFFIXES):
        suffix = _SUFFIXES.get(words.pop(), suffix)
    return _Name(tuple(words), suffix)


def _words(text: str) -> list[str]:
    return [word for word in _BETWEEN_WORDS.split(re.sub(r"['`]", "", text)) if word]


def _shortens(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Checks whether the longer name has every word of the shorter one, or its initial, in the same order.

    The family name (the last word) or two whole words have to be among them: an initial alone says nothing.
    """
    whole, rest = 0, iter(long)
    for word in short:
        match = next((other for other in rest if _meets(word, other)), None)
        if match is None:
            return False
        whole += word == match
    return whole > 1 or (short[-1] == long[-1] and len(short[-1]) > 1)


def _meets(word: str, other: str) -> bool:
    return word == other or (1 in (len(word), len(other)) and word[0] == other[0])
