"""Similarity of words, by spelling, by sound and by consonants: above 0 where they have something in common, 1 at most.

A search compares a few words with those of thousands of names. These are a `Vocabulary`, with which a word is compared
in bulk: most have nothing in common with it, and are never looked at one by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.distance import Indel
from rapidfuzz.process import extract_iter

from relations.text.phonetics import skeletons, sound
from relations.text.words import group

_VARIANT, _SOUNDS_ALIKE, _SAME_SKELETON, _SHORT_SKELETON, _INITIAL, _JOINED = 0.96, 0.97, 0.97, 0.8, 0.9, 0.95
"""Similarities of words that are not equal, at best."""
_VOWELS_OF_LONG, _VOWELS_OF_SHORT, _SHORT = 0.1, 0.35, 2
"""Shares of the vowels in the similarity of words of the same consonants, of more than two and of two."""
_NOTHING = 0.4
"""Words less similar than this have nothing in common."""
_LEAST_JOINED, _LONGEST_LEAP = 5, 2

type Similarities = dict[str, float]
"""By word. A word that is missing has nothing in common."""
type Places = tuple[int, ...]
"""Places of one word, or of two neighbours."""
type Neighbours = tuple[str, str]


class Common(NamedTuple):
    """Places in one name that words of others have something in common with, each with the similarity.

    `neighbours` are two words of another name that are one word of that one.
    """

    words: dict[str, list[tuple[Places, float]]]
    neighbours: dict[Neighbours, list[tuple[Places, float]]]


def in_common(words: Sequence[str], names: Collection[Sequence[str]], *, have_vowels: bool) -> Common:
    """Compares the words of one name with those of many; `have_vowels` is False where the names, or the one, have none.

    A word is compared with words, and with neighbours joined (`Najib Ullah`, `Najibullah`).
    """
    vocabulary = Vocabulary({word for name in names for word in name}, have_vowels=have_vowels)
    alone = [vocabulary.similarities(word) for word in words]
    common = Common(defaultdict(list), defaultdict(list))
    for place, similar in enumerate(alone):
        for word, similarity in similar.items():
            common.words[word].append(((place,), similarity))
    for first, both in enumerate(pairwise(words)):
        for word, similarity in _joined(both, vocabulary, alone[first : first + 2]):
            common.words[word].append(((first, first + 1), similarity))
    for place, both, similarity in _divided(words, names, alone, have_vowels=have_vowels):
        common.neighbours[both].append(((place,), similarity))
    return common


def _joined(both: Neighbours, vocabulary: Vocabulary, alone: Iterable[Similarities]) -> Iterator[tuple[str, float]]:
    """Words that are both neighbours, and more than one of them `alone`."""
    if 1 in map(len, both):
        return
    for word, similarity in vocabulary.similarities("".join(both)).items():
        if _can_join(both, word):
            joined = _JOINED * similarity
            if joined > max(_NOTHING, *(similar.get(word, 0.0) for similar in alone)):
                yield word, joined


def _divided(
    words: Sequence[str], names: Iterable[Sequence[str]], alone: Sequence[Similarities], *, have_vowels: bool
) -> Iterator[tuple[int, Neighbours, float]]:
    """Neighbours in the names that are one of the words, by its place."""
    long = [(place, word) for place, word in enumerate(words) if len(word) >= _LEAST_JOINED]
    lengths = {len(word) + leap for _, word in long for leap in range(-_LONGEST_LEAP, _LONGEST_LEAP + 1)}
    divided: defaultdict[str, set[Neighbours]] = defaultdict(set)
    for name in names:
        for start, end in pairwise(name):
            if len(start) + len(end) in lengths and 1 not in (len(start), len(end)):
                divided[start + end].add((start, end))
    vocabulary = Vocabulary(divided, have_vowels=have_vowels)
    for place, word in long:
        for joined, similarity in vocabulary.similarities(word).items():
            for both in divided[joined]:
                least = max(_NOTHING, *(alone[place].get(part, 0.0) for part in both))
                if _can_join(both, word) and _JOINED * similarity > least:
                    yield place, both, _JOINED * similarity


def _can_join(both: Neighbours, word: str) -> bool:
    return len(word) >= _LEAST_JOINED and abs(len(word) - sum(map(len, both))) <= _LONGEST_LEAP


class Vocabulary:
    """Words to compare others with."""

    def __init__(self, words: Iterable[str], *, have_vowels: bool) -> None:
        self._have_vowels = have_vowels
        self._words = set(words)
        self._long = [word for word in self._words if len(word) > 1 and not word.isdigit()]
        self._variants: defaultdict[str, list[str]] = defaultdict(list)
        self._heads: dict[str, str] = {}
        self._by_sound: defaultdict[str, list[str]] = defaultdict(list)
        self._by_skeleton: defaultdict[str, list[str]] = defaultdict(list)
        for word in self._long:
            heard, consonants, head = _traits(word)
            self._by_sound[heard].append(word)
            for skeleton in consonants:
                self._by_skeleton[skeleton].append(word)
            if head:
                self._variants[head].append(word)
                self._heads[word] = head

    def similarities(self, word: str) -> Similarities:
        similar: Similarities = {}
        if not word.isdigit():
            if len(word) == 1:
                similar.update(dict.fromkeys((long for long in self._long if long[0] == word), _INITIAL))
            else:
                head = group(word)
                for other, ratio in self._best(word).items():
                    if ratio > _NOTHING and (not head or self._heads.get(other, head) == head):
                        similar[other] = (ratio - _NOTHING) / (1 - _NOTHING)
                similar.update(dict.fromkeys(self._variants.get(head, ()), _VARIANT))
                if word[0] in self._words and not word[0].isdigit():
                    similar[word[0]] = _INITIAL
        if word in self._words:
            similar[word] = 1.0
        return similar

    def _best(self, word: str) -> Similarities:
        """The best of the three ratios."""
        best = dict(_near(word, self._long))
        for other_sound, ratio in _near(sound(word), list(self._by_sound)):
            for other in self._by_sound[other_sound]:
                best[other] = max(best.get(other, 0.0), _SOUNDS_ALIKE * ratio)
        for other, ratio in self._of_consonants(word).items():
            best[other] = max(best.get(other, 0.0), ratio)
        return best

    def _of_consonants(self, word: str) -> Similarities:
        """The consonants decide where there are no vowels; elsewhere they count only where all are the same."""
        longest: dict[str, int] = {}
        for skeleton in skeletons(word):
            for other in self._by_skeleton.get(skeleton, ()):
                longest[other] = max(longest.get(other, 0), len(skeleton))
        if self._have_vowels:
            heard = sound(word)
            return {other: _with_vowels(heard, sound(other), shared) for other, shared in longest.items() if shared > 1}
        similar: Similarities = {}
        for skeleton in skeletons(word):
            if len(skeleton) > 1:
                for near, ratio in _near(skeleton, [key for key in self._by_skeleton if len(key) > 1]):
                    for other in self._by_skeleton[near]:
                        similar[other] = max(similar.get(other, 0.0), ratio)
        return similar | {other: _SAME_SKELETON if shared > 1 else _SHORT_SKELETON for other, shared in longest.items()}


@lru_cache(maxsize=1 << 16)
def _traits(word: str) -> tuple[str, frozenset[str], str]:
    """The three in one look-up."""
    return sound(word), skeletons(word), group(word)


def _with_vowels(heard: str, other: str, shared: int) -> float:
    vowels = _VOWELS_OF_LONG if shared > _SHORT else _VOWELS_OF_SHORT
    return _SAME_SKELETON * (1 - vowels * (1 - Indel.normalized_similarity(heard, other)))


def _near(text: str, others: Sequence[str]) -> Iterator[tuple[str, float]]:
    """The other texts with common letters, and the share of these."""
    for other, ratio, _ in extract_iter(text, others, scorer=Indel.normalized_similarity, score_cutoff=_NOTHING):
        yield other, ratio
