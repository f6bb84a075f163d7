"""Words that are the beginnings of other words: `NIIP`, `Atomflot`, `POSCO` for Petropars Oilfield Services Company."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain

from relations.text.company_forms import FORMS
from relations.text.words import LIGHT, RUSSIAN_LETTERS, group

_OF_TWO_WORDS = 5
"""The least letters of an abbreviation of two words: fewer are there by chance."""
_LENGTHS = range(3, 13)
_HARD_C = re.compile("^c(?![ehiy])")


class Abbreviations:
    """Words of one name, by their places, that may be short for words of others, and the reverse in `short`."""

    def __init__(self, shorts: Mapping[int, str], every: Sequence[str], others: Iterable[Sequence[str]]) -> None:
        vocabulary = set(chain.from_iterable(others))
        firsts: defaultdict[str, set[str]] = defaultdict(set)
        for word in vocabulary:
            for letter in _initials(word):
                firsts[letter].add(word)
        self._shorts = [(place, word, firsts[word[0]]) for place, word in shorts.items() if len(word) in _LENGTHS]
        initials = "".join(map(_initials, every))
        letters = set("".join(chain.from_iterable(map(readings, every))))
        some = (
            word for word in vocabulary if word[0] in initials and len(word) in _LENGTHS and letters.issuperset(word)
        )
        self.short = {word: run for word in some if (run := spelled(word, every))}

    def of_one(self, every: Sequence[str]) -> list[tuple[int, tuple[int, ...]]]:
        """Places of words, and of the words of the other name that they are short for."""
        return [
            (place, run)
            for place, word, firsts in self._shorts
            if not firsts.isdisjoint(every) and (run := spelled(word, every))
        ]


def spelled(word: str, words: Sequence[str]) -> tuple[int, ...]:
    """Places of the words that the word abbreviates, or ().

    Each of them as written, in English, or in Russian; particles and legal forms may have no letter.
    """
    dead: set[tuple[str, int]] = set()
    for start, first in enumerate(words):
        if word[0] in _initials(first):
            for places in _spellings(word, words, start, dead):
                if len(places) >= (2 if len(word) >= _OF_TWO_WORDS else 3):
                    return places
    return ()


def _spellings(rest: str, words: Sequence[str], start: int, dead: set[tuple[str, int]]) -> Iterator[tuple[int, ...]]:
    """Places for the rest of the letters, of as many words as possible first; `dead` are rests that had none."""
    if not rest:
        yield ()
    elif start < len(words) and (rest, start) not in dead:
        has_some = False
        if rest[0] in _initials(words[start]):
            for reading in dict.fromkeys(readings(words[start])):
                for length in range(1, _in_common(rest, reading) + 1):
                    for others in _spellings(rest[length:], words, start + 1, dead):
                        has_some = True
                        yield start, *others
        if words[start] in LIGHT or words[start] in FORMS:
            for others in _spellings(rest, words, start + 1, dead):
                has_some = True
                yield others
        if not has_some:
            dead.add((rest, start))


def _in_common(one: str, other: str) -> int:
    """The number of letters with which both begin."""
    length = min(len(one), len(other))
    while one[:length] != other[:length]:
        length -= 1
    return length


@lru_cache(maxsize=1 << 15)
def readings(word: str) -> tuple[str, str, str]:
    """The word as written, in English, and in Russian, of which some words have their letter only."""
    meaning = group(word) or word
    return word, meaning, RUSSIAN_LETTERS.get(meaning) or _HARD_C.sub("k", word)


@lru_cache(maxsize=1 << 15)
def _initials(word: str) -> str:
    return "".join(dict.fromkeys(reading[0] for reading in readings(word)))
