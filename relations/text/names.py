"""Normal forms of names: the words to compare, and the keys by which a name is found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from relations.text.abbreviations import readings
from relations.text.company_forms import FORMS, fold_forms
from relations.text.phonetics import lacks_vowels, skeletons
from relations.text.transliteration import in_one_script, latin_words
from relations.text.weights import COMMON, LIGHT, weights
from relations.text.words import ABBREVIATIONS
from relations.text.words import LIGHT as LIGHT_WORDS

_SERVANT = re.compile(r"(?!abd.ll?ah)abd[aeiou](?:[lrsznd]$|l(?=\w{3})|([rsznd])(?=\1)|(?=\w{4}))")
"""`Abdulrahman`, `Abdurrahman`, `Abdul Rahman`, `Abd al-Rahman`; not `Abdullah`."""
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)$")
_ARTICLES = frozenset({"al", "el", "ul"})
_LEAST = 2
"""A word with fewer consonants sounds like too many others: Wei, Li, al."""
ACRONYM = range(3, 9)
"""Lengths of acronyms."""
_FIRST_LETTER = re.compile("[cskz]h|.")
"""A Russian letter may be two in Latin: `ChMK`, Chelyabinsk Metallurgical Kombinat."""


class Name(NamedTuple):
    """A name for comparison: `words` without legal forms, each with its weight; `every` has the forms, too."""

    every: tuple[str, ...]
    words: tuple[str, ...]
    weights: tuple[float, ...]
    forms: frozenset[str]
    has_vowels: bool


def parse(name: str) -> Name:
    return stored(normal_words(name), has_vowels=not lacks_vowels(in_one_script(name)))


def stored(every: Sequence[str], *, has_vowels: bool) -> Name:
    """A name from its normal words."""
    whole, forms = tuple(every), FORMS.intersection(every)
    words = tuple(word for word in whole if word not in forms) or whole if forms else whole
    return Name(whole, words, weights(words), forms, has_vowels)


def normal_words(name: str) -> list[str]:
    """Words in their order, in Latin letters, with legal forms folded, without articles, with `Abdulrahman` divided."""
    divided: list[str] = []
    for word in latin_words(name):
        begin = _SERVANT.match(word)
        divided += ["abd", word[begin.end() :]] if begin else ABBREVIATIONS.get(word) or [_ORDINAL.sub("", word)]
    words = fold_forms([word for word in divided if word])
    return _without_acronym([word for word in words if word not in _ARTICLES] or words)


def _without_acronym(words: list[str]) -> list[str]:
    """`National Iranian Oil Company (NIOC)` says its name twice."""
    for place, word in enumerate(words if len(words) > ACRONYM.start else ()):
        if len(word) in ACRONYM and len(word) < len(words):
            rest = words[:place] + words[place + 1 :]
            if word in _acronyms(rest):
                return rest
    return words


def fold(name: Name) -> str:
    """`Лукашенко, Виктор` -> `lukashenko viktor`: the words in alphabetical order; none that weighs little."""
    return " ".join(sorted(word for word, weight in zip(name.words, name.weights, strict=True) if weight > LIGHT))


def sought(name: Name) -> list[list[str]]:
    """The keys of each word that has to be there, in any way that it can be read: fathers' names do not have to."""
    words = [word for word, weight in zip(name.words, name.weights, strict=True) if weight >= COMMON]
    return [keys for word in words or name.words if (keys := _keys(word))]


def keys(name: Name) -> list[str]:
    """Entries of the index for the name: the skeletons of its words, and its acronym."""
    return sorted({key for word in name.words for key in _keys(word)} | acronym_keys(name))


def acronym_keys(name: Name) -> set[str]:
    """`=irisl` for the word IRISL and for Islamic Republic of Iran Shipping Lines."""
    if len(name.words) == 1:
        return {f"={name.words[0]}"} if len(name.words[0]) in ACRONYM else set()
    return {f"={letters}" for letters in acronyms(name)}


def acronyms(name: Name) -> set[str]:
    """First letters of the words: of all, without particles, without legal forms but `company`, without both.

    Each as written, and in English and in Russian where the words are known: `UMZ` for Ulyanovsk Mechanical Plant.
    """
    return _acronyms(name.every)


def _acronyms(every: Sequence[str]) -> set[str]:
    strong = [word for word in every if word not in LIGHT_WORDS]
    without_forms = [word for word in every if word not in FORMS] or every
    companies = [word for word in strong if word == "co" or word not in FORMS]
    choices = every, without_forms, strong, companies, [word for word in strong if word not in FORMS]
    readings = [tuple("".join(letters) for letters in zip(*map(_first_letters, some), strict=True)) for some in choices]
    return {letters for reading in readings for letters in reading if len(letters) in ACRONYM}


@lru_cache(maxsize=1 << 15)
def _first_letters(word: str) -> tuple[str, str, str]:
    written, english, russian = readings(word)
    return written[0], english[0], _FIRST_LETTER.findall(russian)[0]


def _keys(word: str) -> list[str]:
    return sorted(key for key in skeletons(word) if len(key) >= _LEAST)
