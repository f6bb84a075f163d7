"""The fact that leads a track on which one fact at a time gives the value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import NamedTuple

from relations import dates
from relations.codes import SourceKind
from relations.status.evidence import Behind, sightings
from relations.status.facts import FactValue
from relations.status.latest import is_same_holder
from relations.status.tracks import NOTHING, Contradictions, State, Step, with_evidence

type ValueOf = Callable[[FactValue], tuple[str, str]]
"""The value and the holder that a fact gives a track; together they make a run."""
type SaysLess = Callable[[FactValue, FactValue], bool]
"""Checks whether the first fact says less than the second about one and the same situation."""


class _Candidate(NamedTuple):
    """A day on which a fact may take the lead; facts of one day come in the order in which they count."""

    day: dt.date
    place: int


@dataclass(slots=True)
class _Lead:
    """The leading fact, its state, and the steps so far."""

    fact: FactValue | None = None
    state: State = NOTHING
    steps: list[Step] = field(default_factory=list)


def leading(
    facts: Iterable[FactValue], contradictions: Contradictions, value_of: ValueOf, *, says_less: SaysLess
) -> list[Step]:
    """The steps of a track, from facts in order.

    A fact takes the place of another only where it certainly came after it. Where the order is not certain, the more
    precise of the two stays and the other is an earlier state. A fact that says less than the leading one does not
    take its place while that one's claim runs. What was set aside so leads later: when the leading fact is stale, or,
    for an observation, when it is seen again after the last day of which the leading fact's sources speak.
    """
    ordered = list(facts)
    waiting = [_Candidate(fact.latest, place) for place, fact in enumerate(ordered)]
    lead = _Lead()
    while waiting:
        day, place = heappop(waiting)
        fact = ordered[place]
        if lead.fact is None or _is_same(lead.state, value_of(fact)):
            _join(lead, fact, day, contradictions, value_of)
        elif _takes_place(fact, lead.fact, lead.state.behind, day, says_less):
            _take(lead, fact, day, contradictions, value_of)
        elif (later := _next_chance(fact, lead.state.behind, day)) is not None:
            heappush(waiting, _Candidate(later, place))
    return lead.steps


def _is_same(state: State, value: tuple[str, str]) -> bool:
    return state.value == value[0] and is_same_holder(state.holder, value[1])


def _join(
    lead: _Lead, fact: FactValue, day: dt.date, contradictions: Contradictions, value_of: ValueOf
) -> None:  # fmt: skip
    """The fact is further evidence of the value that leads, or the first of all."""
    if lead.fact is None:
        _take(lead, fact, day, contradictions, value_of)
        return
    if _came_after(fact, lead.fact) or _precision(fact) < _precision(lead.fact):
        lead.fact = fact
    lead.state = with_evidence(lead.state, fact, contradictions)
    lead.steps.append(Step(day, lead.state))


def _take(
    lead: _Lead, fact: FactValue, day: dt.date, contradictions: Contradictions, value_of: ValueOf
) -> None:  # fmt: skip
    value, holder = value_of(fact)
    lead.fact = fact
    lead.state = with_evidence(State(value=value, holder=holder, since=fact.on), fact, contradictions)
    lead.steps.append(Step(day, lead.state))


def _takes_place(fact: FactValue, leader: FactValue, behind: Behind, day: dt.date, says_less: SaysLess) -> bool:
    if behind.is_stale(day):
        return _last_seen(fact, day) > (behind.on(day).seen or dt.date.min)
    came_after = _came_after(fact, leader)
    is_own_word = came_after and bool(fact.originals & leader.originals)
    if says_less(fact, leader) and not is_own_word:
        return False
    return came_after or _is_newer_look(fact, behind, day) or _precision(fact) <= _precision(leader)


def _next_chance(fact: FactValue, behind: Behind, day: dt.date) -> dt.date | None:
    """The next day on which a fact that was set aside may lead after all; None where there is none."""
    last_word = max(day, behind.last_word)
    seen = [day_seen for one in sightings(fact) for day_seen in one[:2] if day_seen > last_word]
    good_until = behind.on(last_word).good_until()
    stale_from = dates.day_after(good_until) if good_until else None
    chances = seen if _is_looked_at(fact) else []
    return min([*chances, *([stale_from] if stale_from and stale_from > day else [])], default=None)


def _is_newer_look(fact: FactValue, behind: Behind, day: dt.date) -> bool:
    """Checks whether somebody saw the state after the last day of which the leading one's sources speak."""
    return _is_looked_at(fact) and day > behind.last_word


def _last_seen(fact: FactValue, day: dt.date) -> dt.date:
    return max((min(one.end, day) for one in sightings(fact) if one.start <= day), default=fact.latest)


def _came_after(fact: FactValue, other: FactValue) -> bool:
    return fact.earliest is not None and fact.earliest > other.latest


def _precision(fact: FactValue) -> tuple[int, bool]:
    """The shorter range is the more precise, then the one that names a holder; smaller is more precise."""
    first = fact.earliest or dt.date.min
    return (fact.latest - first).days, not fact.holder


def _is_looked_at(fact: FactValue) -> bool:
    """Checks whether somebody saw the state on the day: an observation, and not a data set's code for a year."""
    return fact.is_observation and any(witness.kind != SourceKind.DATASET for witness in fact.witnesses)
