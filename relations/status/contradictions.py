"""Facts that cannot both be true: of one track and day, with values that exclude each other, on different originals."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations, product

from relations.status.facts import FactValue
from relations.status.kinds import FACT_KINDS, track_of
from relations.status.tracks import Track


def contradictions(facts: Iterable[FactValue]) -> dict[str, tuple[str, ...]]:
    """The keys of the facts that contradict a fact, by its key; a fact that nothing contradicts is left out."""
    by_day: defaultdict[dt.date, list[FactValue]] = defaultdict(list)
    for fact in facts:
        by_day[fact.latest].append(fact)
    keys: defaultdict[str, list[str]] = defaultdict(list)
    for same_day in by_day.values():
        for group in _by_track(same_day) if len(same_day) > 1 else ():
            for one, other in _contrary(group):
                keys[one.key].append(other.key)
                keys[other.key].append(one.key)
    return {key: tuple(others) for key, others in keys.items()}


def _by_track(facts: Iterable[FactValue]) -> Iterable[list[FactValue]]:
    """The facts of each track and person."""
    groups: defaultdict[tuple[Track, str], list[FactValue]] = defaultdict(list)
    for fact in facts:
        track = track_of(fact)
        if track is not None:
            groups[track, fact.person].append(fact)
    return groups.values()


def _contrary(group: list[FactValue]) -> Iterator[tuple[FactValue, FactValue]]:
    """The pairs of facts of one track and day that exclude each other on different originals.

    Equal claims are compared once: a list may record thousands of them on one day.
    """
    claims: defaultdict[tuple[object, ...], list[FactValue]] = defaultdict(list)
    for fact in sorted(group, key=lambda fact: fact.order):
        claims[fact.word, fact.holder, fact.measures, fact.scope, fact.is_coded].append(fact)
    for ones, others in combinations(claims.values(), 2):
        if FACT_KINDS[ones[0].kind].rules.exclude(ones[0], others[0]):
            yield from ((one, other) for one, other in product(ones, others) if not one.originals & other.originals)
