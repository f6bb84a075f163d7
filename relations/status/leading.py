"""The fact that leads a track on which one fact at a time gives the value."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import groupby
from typing import NamedTuple

from relations import dates
from relations.codes import SourceKind
from relations.status.evidence import Evidence, Sighting, sightings
from relations.status.facts import FactValue
from relations.status.latest import is_same_holder
from relations.status.own_words import came_after, follows, until_own_next_word
from relations.status.tracks import NOTHING, Contradictions, State, Step, first_state, with_evidence

type ValueOf = Callable[[FactValue], tuple[str, str]]
"""The value and the holder that a fact gives a track; together they make a run."""
type SaysLess = Callable[[FactValue, FactValue], bool]
"""Checks whether the first fact says less than the second about one and the same situation."""


# Never changed, but not frozen: there is one for each fact, and a frozen one takes three times as long to make.
@dataclass(slots=True)
class _Candidate:
    """A fact with the days on which it was seen, and whether it has led before."""

    fact: FactValue
    seen: tuple[Sighting, ...]
    has_led: bool = False

    @property
    def last_word(self) -> dt.date:
        return self.seen[0].end if len(self.seen) == 1 else max(one.end for one in self.seen)

    def is_seen_on(self, day: dt.date) -> bool:
        return any(one.start <= day <= one.end for one in self.seen)

    def last_seen(self, day: dt.date) -> dt.date:
        return max([min(one.end, day) for one in self.seen if one.start <= day], default=self.fact.latest)


class _Opening(NamedTuple):
    """The evidence of the lead at the beginning of a day: open to facts that were set aside, or not."""

    evidence: Evidence
    day: dt.date

    @property
    def is_stale(self) -> bool:
        return self.evidence.is_stale(self.day)

    @property
    def is_unseen(self) -> bool:
        """Checks whether the sources of the lead speak of no day from this one on."""
        return self.day > self.evidence.on(self.day).last_word


@dataclass(slots=True)
class _Lead:
    """The leading fact, its state, the originals and candidates of its run, and the steps so far."""

    fact: FactValue
    state: State = NOTHING
    originals: frozenset[int] = frozenset()
    run: dict[int, _Candidate] = field(default_factory=dict)

    @property
    def evidence(self) -> Evidence:
        return self.state.evidence

    def continues(self, value: tuple[str, str]) -> bool:
        return self.state.value == value[0] and is_same_holder(self.state.holder, value[1])


def leading(
    facts: Iterable[FactValue], contradictions: Contradictions, value_of: ValueOf, *, says_less: SaysLess
) -> list[Step]:
    """The steps of a track, from facts in order.

    A fact takes the place of another only where it certainly came after it. Where the order is not certain, the more
    precise of the two stays and the other is an earlier state. A fact that says less than the leading one does not
    take its place while that one's claim runs; a look that says more does. What was set aside so leads later where it
    is seen again after the last day of which the leading fact's sources speak, and any fact that was seen after a
    leading one that is stale: of several whose sources speak of that day the one that counts by the same rules.
    Whoever was followed in the same office does not come back so: an entry that is seen later is one that lags. Nor
    does what says less than the leading one, where it is as old as that.
    """
    return _Fold(contradictions, value_of, says_less).steps_of(until_own_next_word(list(facts)))


class _Fold:
    """Follows the days on which the lead can change: facts become certain or are seen again, or the lead is stale.

    Few of the facts that are set aside are looked at on a day, so that the work grows with their number and not with
    its square: those just set aside, those seen again, those of the value that has just begun to lead, and all of them
    when the lead becomes stale or its sources speak of no later day.
    """

    def __init__(self, contradictions: Contradictions, value_of: ValueOf, says_less: SaysLess) -> None:
        self._contradictions = contradictions
        self._value_of = value_of
        self._says_less = says_less
        self._lead: _Lead | None = None
        self._aside: dict[int, _Candidate] = {}
        self._aside_by_value: defaultdict[str, set[int]] = defaultdict(set)
        self._lookers: set[int] = set()
        self._just_aside: set[int] = set()
        self._has_moved = False
        self._opening: _Opening | None = None
        self._steps: list[Step] = []
        self._added: list[dt.date] = []

    def steps_of(self, facts: list[FactValue]) -> list[Step]:
        seen_again: defaultdict[dt.date, set[int]] = defaultdict(set)
        candidates = [_Candidate(fact, sightings(fact)) for fact in facts]
        for place, one in enumerate(candidates):
            for seen in one.seen:
                if seen.start > one.fact.latest:
                    seen_again[seen.start].add(place)
        by_day = groupby(enumerate(candidates), key=lambda numbered: numbered[1].fact.latest)
        entering = {day: dict(some) for day, some in by_day}
        last: dt.date | None = None
        for known in (*sorted({*entering, *seen_again}), None):
            while self._added and (known is None or self._added[0] < known):
                if (day := heappop(self._added)) != last:
                    self._on(day, {}, ())
                    last = day
            if known:
                self._on(known, entering.get(known, {}), seen_again.get(known, ()))
                last = known
        return self._steps

    def _on(self, day: dt.date, entering: dict[int, _Candidate], seen_again: Collection[int]) -> None:
        due = self._due(day)
        places: Collection[int] = entering
        if due or seen_again or self._just_aside:
            places = sorted({*entering, *self._just_aside, *seen_again, *due})
            self._just_aside = set()
        self._has_moved = False
        for place in places:
            one = entering.get(place) or self._aside.get(place)
            if one is not None:
                self._consider(place, one, day)
        self._look_again(day)

    def _due(self, day: dt.date) -> Iterable[int]:
        """The facts set aside for which the lead is open on this day and was not on the day before."""
        if self._lead is None:
            return ()
        before, now = self._opening, _Opening(self._lead.state.evidence, day)
        self._opening = now
        if not self._aside:
            return ()
        due = set(self._aside_by_value[self._lead.state.value]) if self._has_moved else set[int]()
        if now.is_stale:
            if self._has_moved or not (before and before.is_stale):
                due |= self._aside.keys()
        elif now.is_unseen and (self._has_moved or not (before and before.is_unseen)):
            due |= self._lookers
        evidence = now.evidence.on(day)
        seen = min(evidence.seen or day, day)
        for place in [place for place in due if self._aside[place].last_word <= seen]:
            self._forget(place)
        return due

    def _look_again(self, day: dt.date) -> None:
        """Adds the days on which what is set aside may lead or join: none without anything aside."""
        if self._lead and self._aside:
            evidence = self._lead.evidence
            moved = self._has_moved or self._just_aside
            for last_day in filter(None, [evidence.last_word, evidence.on(day).good_until(), day if moved else None]):
                following = dates.day_after(last_day)
                if following and following > day:
                    heappush(self._added, following)

    def _set_aside(self, place: int, one: _Candidate, *, is_new: bool) -> None:
        self._aside[place] = one
        self._aside_by_value[self._value_of(one.fact)[0]].add(place)
        if is_new:
            self._just_aside.add(place)
        if _is_looked_at(one.fact) and not one.has_led:
            self._lookers.add(place)

    def _forget(self, place: int) -> None:
        one = self._aside.pop(place, None)
        self._lookers.discard(place)
        if one is not None:
            self._aside_by_value[self._value_of(one.fact)[0]].discard(place)

    def _consider(self, place: int, one: _Candidate, day: dt.date) -> None:
        lead, value = self._lead, self._value_of(one.fact)
        if lead is None:
            self._take(place, one, day, value)
        elif lead.continues(value) and not self._begins_again(one, lead, day):
            if one.fact.latest == day or one.is_seen_on(day):
                self._join(lead, place, one, day)
        elif lead.continues(value) or self._takes_place(one, lead, day):
            for key, old in lead.run.items():
                if old.last_word > day:
                    self._set_aside(key, _Candidate(old.fact, old.seen, has_led=True), is_new=True)
            self._take(place, one, day, value)
        else:
            self._set_aside(place, one, is_new=one.fact.latest == day)

    def _take(self, place: int, one: _Candidate, day: dt.date, value: tuple[str, str]) -> None:
        fact = one.fact
        state = first_state(fact, self._contradictions, value=value[0], holder=value[1])
        self._lead = _Lead(fact, state, fact.originals, {place: one})
        if self._aside:
            self._forget(place)
        self._has_moved = True
        self._steps.append(Step(day, state))

    def _join(self, lead: _Lead, place: int, one: _Candidate, day: dt.date) -> None:
        """The fact is further evidence of the value that leads."""
        if came_after(one.fact, lead.fact) or _precision(one.fact) < _precision(lead.fact):
            lead.fact = one.fact
        lead.state = with_evidence(lead.state, one.fact, self._contradictions)
        lead.originals |= one.fact.originals
        lead.run[place] = one
        self._forget(place)
        self._has_moved = True
        self._steps.append(Step(day, lead.state))

    def _takes_place(self, one: _Candidate, lead: _Lead, day: dt.date) -> bool:
        evidence, fact = lead.state.evidence.on(day), one.fact
        if evidence.is_stale(day):
            is_later_look = one.last_seen(day) > (evidence.seen or dt.date.min) and not self._is_succeeded(fact, lead)
            # Of two that are only remembered the fuller stays.
            return is_later_look and not (self._says_less(fact, lead.fact) and Evidence().with_fact(fact).is_stale(day))
        if fact.latest < day and not (self._opening and self._opening.is_stale and one.is_seen_on(day)):
            return not one.has_led and _is_newer_look(one, evidence, day)
        is_later = follows(fact, lead.fact)
        is_own_word = is_later and not fact.originals.isdisjoint(lead.originals)
        if not is_own_word and self._says_less(fact, lead.fact):
            return False
        return (
            is_later
            or _is_newer_look(one, evidence, day)
            or (_is_looked_at(fact) and self._says_less(lead.fact, fact))
            or _precision(fact) <= _precision(lead.fact)
        )

    def _begins_again(self, one: _Candidate, lead: _Lead, day: dt.date) -> bool:
        """Checks whether a value that was only remembered is known again: nobody knows that it lasted in between."""
        return one.fact.latest == day and lead.evidence.is_stale(day)

    def _is_succeeded(self, fact: FactValue, lead: _Lead) -> bool:
        """Checks whether somebody else certainly came to the same office since."""
        value, holder = self._value_of(fact)
        if value != lead.state.value or not (holder and lead.state.holder):
            return False
        return any(not one.fact.is_observation and came_after(one.fact, fact) for one in lead.run.values())


def _precision(fact: FactValue) -> tuple[int, bool]:
    """The shorter range is the more precise, then the one that names a holder; smaller is more precise."""
    first = fact.earliest or dt.date.min
    return (fact.latest - first).days, not fact.holder


def _is_newer_look(one: _Candidate, evidence: Evidence, day: dt.date) -> bool:
    """Checks whether a fact is seen on a day that comes after the last of which the evidence speaks."""
    return _is_looked_at(one.fact) and one.is_seen_on(day) and day > evidence.last_word


def _is_looked_at(fact: FactValue) -> bool:
    """Checks whether somebody saw the state on the day: an observation, and not a data set's code for a year."""
    return fact.is_observation and any(witness.kind != SourceKind.DATASET for witness in fact.witnesses)
