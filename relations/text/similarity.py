"""Similarity of names: how likely two are names of one party, whatever the spelling, the script and the order.

Words are aligned one to one, the most similar first; two words may meet one (`Najib Ullah`, `Najibullah`). Words that
only one name has count little, words that differ count against it. The constants are tuned on one half of the pairs of
`tests/benchmarks/names.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from math import sqrt
from typing import NamedTuple

from rapidfuzz.distance import Indel

from relations.text.names import Name, acronyms, parse
from relations.text.phonetics import skeletons, sound
from relations.text.weights import INITIAL, LIGHT
from relations.text.words import VARIANT_OF

EXACT = 0.9
"""The least score of a name with every word of the query, letter by letter; near ones stay below."""
_VARIANT, _SOUNDS_ALIKE, _SAME_SKELETON, _SHORT_SKELETON, _INITIAL = 0.96, 0.97, 0.97, 0.8, 0.9
"""Similarities of words that are not equal, at best."""
_OF_ANY_WORD, _OF_A_LETTER, _LONGEST_COUNTED = 0.75, 0.04, 12
_VOWELS_OF_LONG, _VOWELS_OF_SHORT, _SHORT = 0.1, 0.35, 2
"""Shares of the vowels in the similarity of words of the same consonants, of more than two and of two."""
_NOTHING = 0.4
"""Words less similar than this have nothing in common."""
_CONFLICT, _MISSING, _OTHER_FORM, _JOINED, _ACRONYM = 1.3, 0.35, 0.99, 0.95, 0.85
_LEAST_JOINED, _LONGEST_LEAP = 5, 2
_MOST = 16
"""Words that are aligned: the work grows with the product of two names' words, and a query has up to a hundred."""


class _Match(NamedTuple):
    """Words of the query that meet words of the name, by their places."""

    similarity: float
    ours: tuple[int, ...]
    theirs: tuple[int, ...]


def score(wanted: str, name: str) -> float:
    return compare(parse(wanted), parse(name))


def compare(wanted: Name, name: Name) -> float:
    """1 for the very name; then names with all the words, those with the fewest others first; then similar ones.

    Legal forms and light words (titles, particles) that are missing cost a thousandth; other legal forms a little more.
    """
    if sorted(wanted.every) == sorted(name.every):
        return 1.0
    similar = max(_aligned(wanted, name), _shortened(wanted, name))
    if wanted.forms and name.forms and not wanted.forms & name.forms:
        similar *= _OTHER_FORM
    if _has_all(wanted, name):
        return round(EXACT + (0.99 - EXACT) * similar, 3)
    return round(min(EXACT * similar, EXACT - 0.001), 3)


def _has_all(wanted: Name, name: Name) -> bool:
    """Checks whether the name has every word of the query, but for titles and particles."""
    there = list(name.words)
    for word, weight in zip(wanted.words, wanted.weights, strict=True):
        if word in there:
            there.remove(word)
        elif weight > LIGHT:
            return False
    return True


def _aligned(wanted: Name, name: Name) -> float:
    ours, theirs = dict(enumerate(_by_length(wanted))), dict(enumerate(_by_length(name)))
    met = apart = 0.0
    for match in sorted(_matches(wanted, name), key=_best_first):
        if all(place in ours for place in match.ours) and all(place in theirs for place in match.theirs):
            weight = sqrt(sum(map(ours.pop, match.ours)) * sum(map(theirs.pop, match.theirs)))
            if _is_initial(wanted, match.ours) or _is_initial(name, match.theirs):
                weight = INITIAL
            met += weight * match.similarity
            apart += weight * (1 - match.similarity)
    extra, other = sum(ours.values()), sum(theirs.values())
    against = _CONFLICT * (apart + min(extra, other)) + _MISSING * abs(extra - other)
    return met / (met + against) if met else 0.0


def _by_length(name: Name) -> Iterator[float]:
    """Weights of the words: among equal ones a longer word says a little more."""
    for word, weight in zip(name.words, name.weights, strict=True):
        yield weight * (_OF_ANY_WORD + _OF_A_LETTER * min(len(word), _LONGEST_COUNTED))


def _best_first(match: _Match) -> float:
    return -match.similarity * (len(match.ours) + len(match.theirs))


def _is_initial(name: Name, places: tuple[int, ...]) -> bool:
    return len(places) == 1 and len(name.words[places[0]]) == 1


def _matches(wanted: Name, name: Name) -> Iterator[_Match]:
    have_vowels = wanted.has_vowels and name.has_vowels
    ours, theirs = wanted.words[:_MOST], name.words[:_MOST]
    for place, word in enumerate(ours):
        for other_place, other in enumerate(theirs):
            if similarity := word_similarity(word, other, have_vowels):
                yield _Match(similarity, (place,), (other_place,))
    for similarity, first, one in _joined(ours, theirs, have_vowels):
        yield _Match(similarity, (first, first + 1), (one,))
    for similarity, first, one in _joined(theirs, ours, have_vowels):
        yield _Match(similarity, (one,), (first, first + 1))


def _joined(divided: tuple[str, ...], others: tuple[str, ...], have_vowels: bool) -> Iterator[tuple[float, int, int]]:  # noqa: FBT001
    """Similarity, place of the first of two neighbours of `divided`, place of the word of `others` that is both."""
    for first, (start, end) in enumerate(pairwise(divided)):
        if 1 in (len(start), len(end)):
            continue
        for one, word in enumerate(others):
            if len(word) >= _LEAST_JOINED and abs(len(word) - len(start) - len(end)) <= _LONGEST_LEAP:
                similarity = _JOINED * word_similarity(start + end, word, have_vowels)
                alone = max(word_similarity(part, word, have_vowels) for part in (start, end))
                if similarity > max(_NOTHING, alone):
                    yield similarity, first, one


@lru_cache(maxsize=1 << 16)
def word_similarity(one: str, other: str, have_vowels: bool) -> float:  # noqa: FBT001 - the cache's key
    if one == other:
        return 1.0
    if one.isdigit() or other.isdigit():
        return 0.0
    if 1 in (len(one), len(other)):
        return _INITIAL if one[0] == other[0] else 0.0
    if VARIANT_OF.get(one, one) == VARIANT_OF.get(other, other):
        return _VARIANT
    spelled = Indel.normalized_similarity(one, other, score_cutoff=_NOTHING)
    heard = Indel.normalized_similarity(sound(one), sound(other))
    best = max(spelled, _SOUNDS_ALIKE * heard, _skeleton_similarity(one, other, heard if have_vowels else None))
    return max(0.0, (best - _NOTHING) / (1 - _NOTHING))


def _skeleton_similarity(one: str, other: str, heard: float | None) -> float:
    """The consonants decide where one name has no vowels (None); elsewhere they count only where all are the same."""
    ours, theirs = skeletons(one), skeletons(other)
    if shared := ours & theirs:
        longest = max(map(len, shared))
        if heard is None:
            return _SAME_SKELETON if longest > 1 else _SHORT_SKELETON
        vowels = _VOWELS_OF_LONG if longest > _SHORT else _VOWELS_OF_SHORT
        return _SAME_SKELETON * (1 - vowels * (1 - heard)) if longest > 1 else 0.0
    if heard is not None:
        return 0.0
    long = [(mine, yours) for mine in ours for yours in theirs if min(len(mine), len(yours)) > 1]
    return max((Indel.normalized_similarity(*both) for both in long), default=0.0)


def _shortened(wanted: Name, name: Name) -> float:
    """One is the other's acronym."""
    for short, long in ((wanted, name), (name, wanted)):
        if len(short.words) == 1 and len(long.words) > 1 and short.words[0] in acronyms(long):
            return _ACRONYM
    return 0.0
