"""Similarity of names: how likely two are names of one party, whatever the spelling, the script and the order.

Words are aligned one to one, the most similar first; two words may meet one (`Najib Ullah`, `Najibullah`). Words that
only one name has count little, words that differ count against it. The constants are tuned on one half of the pairs of
`tests/benchmarks/names.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from math import inf, sqrt

from relations.text.abbreviations import Abbreviations
from relations.text.names import Name, parse
from relations.text.weights import FULL, INITIAL, LIGHT
from relations.text.word_similarity import Places, in_common

EXACT = 0.9
"""The least score of a name with every word of the query, letter by letter; near ones stay below."""
_MOSTLY = 0.65
"""A name of which the query is a smaller share is one that the party may have, too: `Adam` is many people."""
_OF_ANY_WORD, _OF_A_LETTER, _LONGEST_COUNTED = 0.75, 0.04, 12
_LEAST = 0.2
"""Words less similar than this do not meet."""
_APART, _CONFLICT, _MISSING, _IN_DOUBT = 1.0, 3.0, 0.3, 0.5
"""Weights of what differs in words that meet, of words of both names that meet none, and of words that one has more;
and what is added to the words that meet, so that a word that differs costs short names not much more than long ones."""
_OTHER_FORM, _OTHER_NUMBER, _SHORTENED = 0.99, 0.5, 0.85
_ALIKE = 0.5
"""Words that are more similar to a word than this abbreviate none."""
_MOST = 16
"""Words that are aligned: the work grows with the product of two names' words, and a query has up to a hundred."""


type _Match = tuple[float, Places, Places, float]
"""Words of the query that meet words of the name, between a rank and their similarity; the best match sorts first."""


def score(wanted: str, name: str) -> float:
    return scores(parse(wanted), [parse(name)])[0]


def scores(wanted: Name, names: Sequence[Name], *, is_part: bool = False) -> list[float]:
    """1 for the very name; then names with all the words, those with the fewest others first; then similar ones.

    Legal forms and light words (titles, particles) that are missing cost a thousandth; other legal forms a little more.
    The words are a whole name, which has to be most of another one to be all in it, or `is_part` of a name.
    """
    comparison = _Comparison(wanted, names, is_part=is_part)
    return [comparison.score(name) for name in names]


class _Comparison:
    """A name to compare with others: everything that is the same for all of them is computed once."""

    def __init__(self, wanted: Name, names: Collection[Name], *, is_part: bool) -> None:
        self._wanted = wanted
        self._most = inf if is_part else _without_light(wanted) / _MOSTLY
        self._every = sorted(wanted.every)
        self._needed = {word for word, weight in zip(wanted.words, wanted.weights, strict=True) if weight > LIGHT}
        self._numbers = {word for word in wanted.words if word.isdigit()}
        self._weights = _by_length(wanted)
        self._weight = sum(self._weights)
        some = zip(wanted.words[:_MOST], wanted.weights, strict=False)
        shorts = {place: word for place, (word, weight) in enumerate(some) if weight == FULL}
        self._abbreviations = Abbreviations(shorts, wanted.every, [name.every for name in names])
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
        similar = self._aligned(name)
        if self._wanted.forms and name.forms and not self._wanted.forms & name.forms:
            similar *= _OTHER_FORM
        if self._numbers and not self._numbers.intersection(name.words) and any(map(str.isdigit, name.words)):
            similar *= _OTHER_NUMBER
        if self._is_all_in(name):
            return round(EXACT + (0.99 - EXACT) * similar, 3)
        return round(min(EXACT * similar, EXACT - 0.001), 3)

    def _is_all_in(self, name: Name) -> bool:
        """Checks whether the name has every word of the query, but for titles and particles, and not many more."""
        if not self._needed.issubset(name.words) or _without_light(name) > self._most:
            return False
        ours, theirs = self._wanted.words, name.words
        return all(ours.count(word) <= theirs.count(word) for word in self._needed)

    def _aligned(self, name: Name) -> float:
        matches = self._matches(name)
        if not matches:
            return 0.0
        ours, theirs = dict(enumerate(self._weights)), dict(enumerate(_by_length(name)))
        doubt = _IN_DOUBT * min(1, self._weight, sum(theirs.values()))
        met = apart = 0.0
        for _, mine, yours, similarity in sorted(matches):
            if mine[0] in ours and mine[-1] in ours and yours[0] in theirs and yours[-1] in theirs:
                weight = sqrt(_taken(ours, mine) * _taken(theirs, yours))
                if _is_initial(self._wanted, mine) or _is_initial(name, yours):
                    weight = INITIAL
                met += weight * similarity
                apart += weight * (1 - similarity)
        extra, other = sum(ours.values()), sum(theirs.values())
        against = _APART * apart + _CONFLICT * min(extra, other) + _MISSING * abs(extra - other)
        return (met + doubt) / (met + doubt + against) if met else 0.0

    def _matches(self, name: Name) -> list[_Match]:
        common, words = self._common[name.has_vowels], name.words[:_MOST]
        matches: list[_Match] = [
            (-similarity * (len(mine) + 1), mine, (place,), similarity)
            for place, word in enumerate(words)
            if word in common.words
            for mine, similarity in common.words[word]
            if similarity > _LEAST
        ]
        if common.neighbours:
            for first, both in enumerate(pairwise(words)):
                for mine, similarity in common.neighbours.get(both, ()):
                    matches.append((-similarity * 3, mine, (first, first + 1), similarity))
        return [*matches, *self._abbreviated(name, matches)]

    def _abbreviated(self, name: Name, matches: Sequence[_Match]) -> Iterator[_Match]:
        """Words of one that are short for words of the other, and like none: `SCT Bank`, `Sorin Central Trust Bank`."""
        runs: list[tuple[Places, Places]] = [
            ((place,), _within(name, run)) for place, run in self._abbreviations.of_one(name.every)
        ]
        if not self._abbreviations.short.keys().isdisjoint(name.words):
            runs += [
                (_within(self._wanted, self._abbreviations.short[word]), (place,))
                for place, word in enumerate(name.words[:_MOST])
                if word in self._abbreviations.short and name.weights[place] == FULL
            ]
        for mine, yours in runs:
            if (
                mine
                and yours
                and not any(alike > _ALIKE and (one == mine or other == yours) for _, one, other, alike in matches)
            ):
                yield -_SHORTENED * 3, mine, yours, _SHORTENED


def _without_light(name: Name) -> float:
    return sum(weight for weight in name.weights if weight > LIGHT)


def _taken(weights: dict[int, float], places: Places) -> float:
    """The weight of the words, which meet no others now; words between them may have met one before."""
    if len(places) == 1:
        return weights.pop(places[0])
    return sum([weights.pop(place, 0.0) for place in places])


def _within(name: Name, run: Places) -> Places:
    """Places among the words without legal forms, of places among all."""
    if name.words == name.every:
        return run
    return tuple(
        place - sum(map(name.forms.__contains__, name.every[:place]))
        for place in run
        if name.every[place] not in name.forms
    )


def _by_length(name: Name) -> list[float]:
    """Weights of the words: among equal ones a longer word says a little more."""
    return [
        weight * (_OF_ANY_WORD + _OF_A_LETTER * min(len(word), _LONGEST_COUNTED))
        for word, weight in zip(name.words, name.weights, strict=True)
    ]


def _is_initial(name: Name, places: Places) -> bool:
    return len(places) == 1 and len(name.words[places[0]]) == 1
