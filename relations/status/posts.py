"""Conclusions from the posts of a pair: whether an appointment ends a break, and that relations exist."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from operator import attrgetter

from relations import dates
from relations.codes import UNKNOWN, NextStatus, PostStatus, RelationsValue, TrackKind
from relations.status.ageing import Phase, phases
from relations.status.combining import YEARS_BROKEN, combine
from relations.status.facts import FactValue
from relations.status.tracks import NOTHING, State, Step, StepsByTrack, Track, with_evidence

_ROTATING = (PostStatus.AMBASSADOR, NextStatus.NOMINATED, NextStatus.CONFIRMED, NextStatus.APPOINTED)
_BREAKS = (
    PostStatus.RECALLED, PostStatus.WITHDRAWN, PostStatus.ASKED_TO_LEAVE, PostStatus.EXPELLED, PostStatus.CLOSED,
    PostStatus.OPERATIONS_SUSPENDED, PostStatus.SEVERED, PostStatus.INTERESTS_SECTION, PostStatus.PROTECTING_POWER,
)  # fmt: skip
_IN_POST = (PostStatus.AMBASSADOR, PostStatus.MINISTER, PostStatus.NON_RESIDENT)
_ORDER, _day = tuple(RelationsValue.values), attrgetter("day")
_IMPLIES: Mapping[str, str] = {
    **dict.fromkeys((*_IN_POST, PostStatus.CHARGE), RelationsValue.ESTABLISHED),
    PostStatus.SEVERED: RelationsValue.SEVERED,
}
"""Relations that a post implies."""


@dataclass(frozen=True, slots=True)
class Posts:
    """The steps of the posts of a pair, by direction."""

    by_direction: Mapping[tuple[str, str], list[Step]]

    @classmethod
    def among(cls, steps: StepsByTrack) -> Posts:
        own = {track: led for track, (led, _) in steps.items() if track.kind == TrackKind.AMBASSADOR}
        return cls({(track.sender, track.receiver): led for track, led in own.items()})

    def is_rotation(self, fact: FactValue) -> bool:
        """Checks whether an appointment follows another in the ordinary way: rotation is no friendship.

        One that ends a break is none: the post before was left or withdrawn in protest, or suspended, or shut, or had
        certainly been without an ambassador for three years or more.
        """
        if fact.word not in _ROTATING:
            return False
        steps = self.by_direction.get((fact.sender, fact.receiver), [])
        before = bisect_left(steps, fact.latest, key=_day)
        return not before or not (
            steps[before - 1].state.value in _BREAKS or _is_long_without(steps, before, fact.earliest)
        )


def _is_long_without(steps: list[Step], before: int, day: dt.date | None) -> bool:
    """Checks whether of the steps before a place those that reach back three years from the first possible day of an
    appointment, None where that is open, are all without an ambassador."""
    if day is None:
        return False
    for place in range(before - 1, -1, -1):
        if steps[place].state.value in _IN_POST:
            return False
        ended = dates.years_after(steps[place].day, YEARS_BROKEN)
        if ended is not None and ended <= day:
            return True
    return False


def with_implied(steps: StepsByTrack) -> StepsByTrack:
    """Adds diplomatic relations where only a post says that there are any, or none."""
    track = Track(TrackKind.DIPLOMATIC_RELATIONS)
    own, facts = steps.get(track, ([], []))
    implied = [_implied(*own_steps) for post, own_steps in steps.items() if post.kind == TrackKind.AMBASSADOR]
    if not any(state.value != UNKNOWN for life in implied for _, state in life):
        return {}
    lives = [life for life in (own, *implied) if life]
    return {track: (lives[0] if len(lives) == 1 else combine(lives, order=_ORDER, pool=_of_relations), facts)}


def _implied(post: Iterable[Step], facts: Iterable[FactValue]) -> list[Step]:
    """Relations as a post implies them: established where somebody leads the mission and is not only remembered,
    severed where there is none for want of relations, until one leads it beyond dispute. A section in the care of
    another state or a vacant post says nothing of relations, and so ends no severance."""
    life, run = list[Step](), NOTHING
    breaks = deque(fact for fact in facts if fact.word == PostStatus.SEVERED)
    for phase in phases(_cut(post, [fact.latest for fact in breaks]) if breaks else post):
        state, evidence, value = phase.state, phase.state.evidence, _IMPLIES.get(phase.state.value)
        while breaks and breaks[0].latest <= phase.start:
            fact = breaks.popleft()
            if run.value != RelationsValue.SEVERED:
                run = with_evidence(State(value=RelationsValue.SEVERED, since=fact.on), fact, {})
        if run.value == RelationsValue.SEVERED and state.value != UNKNOWN and (value is None or state.disputed):
            value, evidence = run.value, run.evidence.joined(evidence).on(phase.start)
        if value and not (phase.stale and value == RelationsValue.ESTABLISHED):
            since = run.since if run.value == value else state.since
            run = State(value=value, since=since, implied=True, disputed=state.disputed, evidence=evidence)
        else:
            run = run.unknown(phase.start)
        life.append(Step(phase.start, run))
    return life


def _cut(post: Iterable[Step], days: Iterable[dt.date]) -> Iterator[Step]:
    """The steps with one more on each of some days; none of these is before the first step."""
    states, state = {step.day: step.state for step in post}, NOTHING
    for day in sorted({*states, *days}):
        state = states.get(day, state)
        yield Step(day, state)


def _of_relations(now: list[Phase]) -> list[Phase]:
    """The phases that count: of an event; where it established relations, of a post that was severed since it was last
    seen; where that is only remembered, of missions that show that they still exist."""
    events = [one for one in now if not one.state.implied and one.state.value != UNKNOWN]
    missions = [one for one in now if one.state.implied]
    missions = [one for one in missions if not one.stale] or missions
    if not events:
        return missions or now
    event, established = events[0], RelationsValue.ESTABLISHED
    if event.state.value != established:
        return events
    severed = [one for one in missions if one.state.value != established and (event.stale or one.began_after(event))]
    still = [one for one in missions if one.state.value == established] if event.stale else []
    since = event.state.since
    return [*severed, *(Phase(one.start, replace(one.state, since=since), one.stale) for one in still)] or events
