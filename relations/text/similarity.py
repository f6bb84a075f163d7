"""Similarity of names: how likely two are names of one party, whatever the spelling, the script and the order.

Words are aligned one to one, the most similar first; two words may meet one (`Najib Ullah`, `Najibullah`). Words that
only one name has count little, words that differ count against it. The constants are tuned on one half of the pairs of
`tests/benchmarks/names.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise
from math import sqrt

from relations.text.names import Name, acronyms, parse
from relations.text.weights import INITIAL, LIGHT
from relations.text.word_similarity import Places, in_common

EXACT = 0.9
"""The least score of a name with every word of the query, letter by letter; near ones stay below."""
_OF_ANY_WORD, _OF_A_LETTER, _LONGEST_COUNTED = 0.75, 0.04, 12
_CONFLICT, _MISSING, _OTHER_FORM, _ACRONYM = 1.3, 0.35, 0.99, 0.85
_MOST = 16
"""Words that are aligned: the work grows with the product of two names' words, and a query has up to a hundred."""


type _Match = tuple[float, Places, Places, float]
"""Words of the query that meet words of the name, between a rank and their similarity; the best match sorts first."""


def score(wanted: str, name: str) -> float:
    return scores(parse(wanted), [parse(name)])[0]


def scores(wanted: Name, names: Sequence[Name]) -> list[float]:
    """1 for the very name; then names with all the words, those with the fewest others first; then similar ones.

    Legal forms and light words (titles, particles) that are missing cost a thousandth; other legal forms a little more.
    """
    comparison = _Comparison(wanted, names)
    return [comparison.score(name) for name in names]


class _Comparison:
    """A name to compare with others: everything that is the same for all of them is computed once."""

    def __init__(self, wanted: Name, names: Collection[Name]) -> None:
        self._wanted = wanted
        self._every = sorted(wanted.every)
        self._needed = {word for word, weight in zip(wanted.words, wanted.weights, strict=True) if weight > LIGHT}
        self._weights = _by_length(wanted)
        self._acronyms = acronyms(wanted) if len(wanted.words) > 1 else set[str]()
        self._common = {
            have_vowels: in_common(
                wanted.words[:_MOST],
                [name.words[:_MOST] for name in names if name.has_vowels == have_vowels],
                have_vowels=have_vowels and wanted.has_vowels,
            )
            for have_vowels in (True, False)
        }

    def score(self, name: Name) -> float:
        if len(self._every) == len(name.every) and self._every == sorted(name.every):
            return 1.0
        similar = max(self._aligned(name), self._shortened(name))
        if self._wanted.forms and name.forms and not self._wanted.forms & name.forms:
            similar *= _OTHER_FORM
        if self._is_all_in(name):
            return round(EXACT + (0.99 - EXACT) * similar, 3)
        return round(min(EXACT * similar, EXACT - 0.001), 3)

    def _is_all_in(self, name: Name) -> bool:
        """Checks whether the name has every word of the query, but for titles and particles."""
        if not self._needed.issubset(name.words):
            return False
        ours, theirs = self._wanted.words, name.words
        return all(ours.count(word) <= theirs.count(word) for word in self._needed)

    def _aligned(self, name: Name) -> float:
        matches = self._matches(name)
        if not matches:
            return 0.0
        ours, theirs = dict(enumerate(self._weights)), dict(enumerate(_by_length(name)))
        met = apart = 0.0
        for _, mine, yours, similarity in sorted(matches):
            if mine[0] in ours and mine[-1] in ours and yours[0] in theirs and yours[-1] in theirs:
                weight = sqrt(sum(map(ours.pop, mine)) * sum(map(theirs.pop, yours)))
                if _is_initial(self._wanted, mine) or _is_initial(name, yours):
                    weight = INITIAL
                met += weight * similarity
                apart += weight * (1 - similarity)
        extra, other = sum(ours.values()), sum(theirs.values())
        against = _CONFLICT * (apart + min(extra, other)) + _MISSING * abs(extra - other)
        return met / (met + against) if met else 0.0

    def _matches(self, name: Name) -> list[_Match]:
        common, words = self._common[name.has_vowels], name.words[:_MOST]
        matches: list[_Match] = [
            (-similarity * (len(mine) + 1), mine, (place,), similarity)
            for place, word in enumerate(words)
            if word in common.words
            for mine, similarity in common.words[word]
        ]
        if common.neighbours:
            for first, both in enumerate(pairwise(words)):
                for mine, similarity in common.neighbours.get(both, ()):
                    matches.append((-similarity * 3, mine, (first, first + 1), similarity))
        return matches

    def _shortened(self, name: Name) -> float:
        """One is the other's acronym, which has one letter for each word at most."""
        if len(name.words) == 1:
            return _ACRONYM if name.words[0] in self._acronyms else 0.0
        if len(self._wanted.words) > 1 or len(self._wanted.words[0]) > len(name.every):
            return 0.0
        return _ACRONYM if self._wanted.words[0] in acronyms(name) else 0.0


def _by_length(name: Name) -> list[float]:
    """Weights of the words: among equal ones a longer word says a little more."""
    return [
        weight * (_OF_ANY_WORD + _OF_A_LETTER * min(len(word), _LONGEST_COUNTED))
        for word, weight in zip(name.words, name.weights, strict=True)
    ]


def _is_initial(name: Name, places: Places) -> bool:
    return len(places) == 1 and len(name.words[places[0]]) == 1
