"""Sanctions of one sender on one target, folded by programme, and the posture that the programmes add up to."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from relations import dates
from relations.codes import SANCTION_STRENGTH, SanctionAction, SanctionExtension, SanctionValue, Scope, TrackKind
from relations.status.claims import disputed
from relations.status.combining import combine
from relations.status.facts import FactValue
from relations.status.regimes import data_set, is_dataset, of_programme, posture
from relations.status.tracks import (
    NO_PROGRAMME,
    NOTHING,
    Contradictions,
    FactsByTrack,
    State,
    Step,
    StepsByTrack,
    Track,
    interned_track,
    with_evidence,
)

_RUNNING = (SanctionValue.THREATENED, SanctionValue.IN_FORCE, SanctionValue.EASED, SanctionValue.SUSPENDED)
_RELIEF = (SanctionValue.EASED, SanctionValue.SUSPENDED, SanctionValue.NONE)
_PARTIAL = (Scope.MOST, Scope.SOME)
_IMPOSING = (SanctionAction.IMPOSED, SanctionAction.TIGHTENED, SanctionAction.REIMPOSED)


def track_of(fact: FactValue) -> Track:
    part = NO_PROGRAMME if fact.programme is None else str(fact.programme)
    return interned_track(TrackKind.SANCTIONS, fact.sender, fact.receiver, part)


def exclude(one: FactValue, other: FactValue) -> bool:
    """Facts on different measures exclude nothing, an extension changes the deadline alone, and an observation
    excludes only that it has ended: what was seen may be eased or suspended."""
    words = (one.word, other.word)
    if SanctionAction.EXTENDED in words:
        return False
    if one.measures and other.measures and not set(one.measures) & set(other.measures):
        return False
    if SanctionAction.OBSERVED in words:
        return SanctionValue.NONE in (_outcome(one), _outcome(other))
    return _outcome(one) != _outcome(other)


def fold(by_track: FactsByTrack, contradictions: Contradictions) -> StepsByTrack:
    """One track for each programme, and the posture of each sender towards a target."""
    steps: StepsByTrack = {
        track: (disputed(decided(by_track[track], contradictions), by_track[track], exclude), by_track[track])
        for track in sorted(by_track)
    }
    by_direction: defaultdict[Track, list[Track]] = defaultdict(list)
    for track in steps:
        by_direction[track.whole].append(track)
    postures: StepsByTrack = {}
    for whole, parts in by_direction.items():
        counted = {part: steps[part] for part in parts if not steps[part][1][0].thematic}
        facts = sorted((fact for _, own in counted.values() for fact in own), key=lambda fact: fact.order)
        postures[whole] = (posture(counted), facts)
    return steps | postures


def decided(facts: list[FactValue], contradictions: Contradictions) -> list[Step]:
    """The steps of one programme: acts and what was seen in one sequence, what was seen alone, and data sets alone."""
    sets = [fact for fact in facts if is_dataset(fact)]
    others = [fact for fact in facts if not is_dataset(fact)] if sets else facts
    seen = [fact for fact in others if fact.is_observation]
    if not sets and (not seen or len(seen) == len(others)):
        return programme(others, contradictions)
    lives = [programme(others, contradictions), programme(seen, contradictions)]
    return combine([*lives, data_set(programme(sets, contradictions))], order=SANCTION_STRENGTH, pool=of_programme)


class _Programme(NamedTuple):
    """A programme between two facts.

    `suspended` are the measures that a suspension may give back, `has_unnamed` says that a fact in force names no
    measures, and `before` is the programme to which this gives way when it expires (None: to nothing in force).
    """

    state: State = NOTHING
    suspended: frozenset[str] = frozenset()
    has_unnamed: bool = False
    before: _Programme | None = None

    @property
    def measures(self) -> frozenset[str]:
        return frozenset(self.state.measures)

    def in_state(self, state: State) -> _Programme:
        return _Programme(state, self.suspended, self.has_unnamed, self.before)


def programme(facts: Iterable[FactValue], contradictions: Contradictions) -> list[Step]:
    """The steps of one programme, from facts in order.

    On each day first the elapsed deadlines count, then the facts, then the deadlines that have elapsed by now.
    """
    steps: list[Step] = []
    now = _Programme()
    for day, group in groupby(facts, key=attrgetter("latest")):
        today = list(group)
        if now.state.expires_on:
            # An extension dated the day after the deadline continues without a gap; other facts see the expiry first.
            extends = SanctionAction.EXTENDED in [fact.word for fact in today]
            now = _expire(now, steps, before=day if extends else dates.day_after(day))
        for fact in today:
            after = _ACTIONS[fact.word](now, fact)
            if after is not now:
                now = after.in_state(with_evidence(after.state, fact, contradictions))
                steps.append(Step(day, now.state))
        if now.state.expires_on:
            # A fact that becomes certain only after its own deadline ends on that very day.
            now = _expire(now, steps, before=dates.day_after(day))
    _expire(now, steps, before=None)
    return steps


def _expire(now: _Programme, steps: list[Step], *, before: dt.date | None) -> _Programme:
    """Applies the deadlines whose next day is earlier than `before` (None: all of them)."""
    while now.state.expires_on is not None:
        next_day = dates.day_after(now.state.expires_on)
        if next_day is None or (before is not None and next_day >= before):
            break
        day = max(next_day, steps[-1].day)
        now = _after_expiry(now, day)
        steps.append(Step(day, now.state))
    return now


def _after_expiry(now: _Programme, day: dt.date) -> _Programme:
    """An imposition is over; a suspension, an easing or a threat gives way to the programme before it."""
    before = now.before
    if before is None:
        return _Programme(replace(NOTHING, value=SanctionValue.NONE, since=day.isoformat(), evidence=now.state.evidence,
                                  disputed=now.state.disputed))  # fmt: skip
    if before.state.value == NOTHING.value:
        return before
    state = replace(
        before.state,
        since=before.state.since if before.state.value == now.state.value else day.isoformat(),
        evidence=before.state.evidence.joined(now.state.evidence),
        disputed=before.state.disputed or now.state.disputed,
    )
    return before.in_state(state)


# The table of actions in docs/status.md: each gives the programme after a fact, or `now` itself if nothing changes.


@lru_cache(maxsize=4096)
def _in_order(measures: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(measures))


def _run(now: _Programme, fact: FactValue, value: str, measures: frozenset[str] = frozenset()) -> State:
    """The state under `value`; a run continues with the same value, its evidence after anything in force."""
    same = now.state.value == value
    continues = same or (value != SanctionValue.NONE and now.state.value in _RUNNING)
    return State(
        value=value,
        measures=_in_order(measures),
        expires_on=fact.expires_on,
        since=now.state.since if same else fact.on,
        evidence=now.state.evidence if continues else NOTHING.evidence,
        disputed=now.state.disputed and continues,
    )


def _threatened(now: _Programme, fact: FactValue) -> _Programme:
    if now.state.value not in (SanctionValue.UNKNOWN, SanctionValue.NONE, SanctionValue.THREATENED):
        return now
    return _Programme(_run(now, fact, SanctionValue.THREATENED), before=now)


def _imposed(now: _Programme, fact: FactValue) -> _Programme:
    """Adds to the measures in force; a re-imposition that names none gives back those that were suspended."""
    named = frozenset(fact.measures)
    added = now.suspended if fact.word == SanctionAction.REIMPOSED and not named else named
    return _Programme(
        _run(now, fact, SanctionValue.IN_FORCE, now.measures | added),
        suspended=now.suspended - added,
        has_unnamed=now.has_unnamed or not added,
    )


def _observed(now: _Programme, fact: FactValue) -> _Programme:
    """An observation is in force where nothing was known or in force; what was threatened, eased or suspended stays.

    It is no act, so a deadline stays too.
    """
    if now.state.value in (SanctionValue.THREATENED, SanctionValue.EASED, SanctionValue.SUSPENDED):
        return now
    after = _imposed(now, fact)
    expires_on = now.state.expires_on if now.state.value == SanctionValue.IN_FORCE else None
    return after.in_state(replace(after.state, expires_on=expires_on))


def _extended(now: _Programme, fact: FactValue) -> _Programme:
    """Moves a deadline to the day that the extension names, or removes it.

    It is the deadline of a suspension, an easing or a lifting where that has one, or else of the measures under it,
    unless the extension says which.
    """
    relief = now.before if now.state.value in _RELIEF else None
    if fact.extends == SanctionExtension.RELIEF and now.state.value not in _RELIEF:
        return now
    if relief and (fact.extends == SanctionExtension.MEASURES or not (fact.extends or now.state.expires_on)):
        before = _extended(relief, fact)
        return now if before is relief else _Programme(now.state, now.suspended, now.has_unnamed, before)
    if now.state.value not in _RUNNING and now.state.expires_on is None:
        return now
    return now.in_state(replace(now.state, expires_on=fact.expires_on))


def _eased(now: _Programme, fact: FactValue) -> _Programme:
    """An eased programme is still in force in part: where no measure is named, an unnamed one."""
    return _Programme(
        _run(now, fact, SanctionValue.EASED, now.measures),
        suspended=now.suspended,
        has_unnamed=now.has_unnamed or not now.measures,
        before=now,
    )


def _suspended(now: _Programme, fact: FactValue) -> _Programme:
    left = _left(now.measures, fact)
    value = _outcome(fact)
    return _Programme(
        _run(now, fact, value, left),
        suspended=(now.suspended | now.measures | frozenset(fact.measures)) - left,
        has_unnamed=value == SanctionValue.EASED and (now.has_unnamed or not left),
        before=now,
    )


def _lifted(now: _Programme, fact: FactValue) -> _Programme:
    """Ends the programme, or a part of it: measures named without a scope are lifted alone."""
    named = frozenset(fact.measures)
    left = _left(now.measures, fact)
    suspended = now.suspended - named if named else frozenset[str]()
    has_unnamed = now.has_unnamed or (fact.scope in _PARTIAL and not left)
    value = _outcome(fact)
    if named and not fact.scope:
        is_in_force = now.state.value in (SanctionValue.IN_FORCE, SanctionValue.EASED)
        if left or (is_in_force and has_unnamed):
            value = SanctionValue.EASED
        elif suspended and now.state.value == SanctionValue.SUSPENDED:
            value = SanctionValue.SUSPENDED
    if value == SanctionValue.NONE:
        return _Programme(_run(now, fact, value, left), before=now)
    return _Programme(_run(now, fact, value, left), suspended, has_unnamed, before=now)


_ACTIONS: dict[str, Callable[[_Programme, FactValue], _Programme]] = {
    SanctionAction.THREATENED: _threatened,
    **dict.fromkeys(_IMPOSING, _imposed),
    SanctionAction.EXTENDED: _extended,
    SanctionAction.EASED: _eased,
    SanctionAction.SUSPENDED: _suspended,
    SanctionAction.LIFTED: _lifted,
    SanctionAction.EXPIRED: lambda now, fact: _Programme(_run(now, fact, SanctionValue.NONE)),
    SanctionAction.OBSERVED: _observed,
}
_OUTCOMES = {
    SanctionAction.THREATENED: SanctionValue.THREATENED,
    **dict.fromkeys((*_IMPOSING, SanctionAction.OBSERVED), SanctionValue.IN_FORCE),
    SanctionAction.EASED: SanctionValue.EASED,
    SanctionAction.SUSPENDED: SanctionValue.SUSPENDED,
    **dict.fromkeys((SanctionAction.LIFTED, SanctionAction.EXPIRED), SanctionValue.NONE),
}
"""The value after each action that gives one; an extension gives none."""


def _outcome(fact: FactValue) -> SanctionValue:
    """The value after a fact on a programme in force; a partial suspension or lifting eases."""
    action = SanctionAction(fact.word)
    if fact.scope in _PARTIAL and action in (SanctionAction.SUSPENDED, SanctionAction.LIFTED):
        return SanctionValue.EASED
    return _OUTCOMES[action]


def _left(measures: frozenset[str], fact: FactValue) -> frozenset[str]:
    """The measures that a fact which names some, or has a partial scope, leaves in force."""
    if fact.scope in _PARTIAL or (fact.measures and fact.scope != Scope.ALL):
        return measures - frozenset(fact.measures)
    return frozenset()
