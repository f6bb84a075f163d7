"""Folds the facts of one pair into the periods of its tracks, and these into the status on a day."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import zip_longest

from relations import dates
from relations.codes import UNKNOWN, TrackKind
from relations.status.ageing import phases
from relations.status.contradictions import contradictions as contradictions_of
from relations.status.facts import FactValue
from relations.status.kinds import FACT_KINDS, track_of
from relations.status.posts import Posts, with_implied
from relations.status.tracks import NOTHING, Contradictions, Period, State, Step, StepsByTrack, Track
from relations.status.trend import trend


def periods(
    facts: Iterable[FactValue], *, until: dt.date | None = None, since: dt.date | None = None,
    before: State | None = None,
) -> list[Period]:  # fmt: skip
    """The periods of one pair's tracks, in order of track and day.

    `facts` are one version each of the facts known at one time, in any order. A track has a period for every day on
    which it has a value or a fact that may have happened. `until` is the last day on which both countries existed:
    afterwards a track is unknown and shows what was known last. With `since`, only the periods that reach that day are
    built: those that end on it or later. `before` is the trend of the day before, where it is known: a long history
    need not be added up for it again.
    """
    ordered = sorted(facts, key=lambda fact: fact.order)
    first_day = min(since, until) if since and until else since
    known = before if first_day == since else None
    steps = steps_by_track(ordered, contradictions_of(ordered), since=first_day, before=known)
    reaching = (period for track in sorted(steps) for period in _reaching(track, *steps[track], since=first_day))
    lasting = reaching if until is None else _ended(reaching, until)
    return [period for period in lasting if since is None or period.reaches(since)]


def _ended(reaching: Iterable[Period], until: dt.date) -> Iterator[Period]:
    """The periods up to the last day of a country, and what was known of its tracks last."""
    first_day_after = dates.day_after(until)
    for period in reaching:
        if not period.covers(until):
            if period.start <= until:
                yield period
            continue
        yield replace(period, end=first_day_after)
        if first_day_after and period.state != NOTHING and period.track.kind != TrackKind.TREND:
            yield Period(track=period.track, start=first_day_after, end=None, state=_last_known(period.state, until))


def _last_known(state: State, day: dt.date) -> State:
    """The unknown state after a country's last day, with what was known on that day."""
    if state.value == UNKNOWN:
        return state
    return State(
        last_known=state.value, last_known_on=state.confirmed_on(day), facts=state.facts,
        fact_count=state.fact_count, basis=state.basis,
    )  # fmt: skip


def status(history: Iterable[Period], day: dt.date) -> dict[Track, Period]:
    """The periods that cover that day, by track; a track without a value or a fact is left out."""
    return {period.track: period for period in history if period.covers(day)}


def next_change_after(history: Iterable[Period], day: dt.date) -> dt.date | None:
    """The first day after `day` on which the log would differ, if nothing is recorded until then."""
    by_track: defaultdict[Track, list[Period]] = defaultdict(list)
    for period in history:
        by_track[period.track].append(period)
    days = (_next_change(track, own, day) for track, own in by_track.items())
    return min((change_day for change_day in days if change_day is not None), default=None)


def _next_change(track: Track, own: list[Period], day: dt.date) -> dt.date | None:
    own = sorted(own, key=lambda period: period.start)
    today = next((period.state for period in own if period.covers(day)), NOTHING).logged_value(track.kind)
    later = (step for step in _steps_of(own) if step.day > day)
    return next((step.day for step in later if step.state.logged_value(track.kind) != today), None)


def _steps_of(ordered: list[Period]) -> Iterator[Step]:
    """The steps of a track, with those to nothing between its periods and after the last."""
    for period, following in zip_longest(ordered, ordered[1:]):
        yield Step(period.start, period.state)
        if period.end is not None and (following is None or following.start > period.end):
            yield Step(period.end, NOTHING)


def steps_by_track(
    facts: list[FactValue], contradictions: Contradictions, *, since: dt.date | None = None, before: State | None = None
) -> StepsByTrack:  # fmt: skip
    """The steps of every track of a pair; the facts are in the order in which they count.

    Those of the trend may begin with the last one before `since`, the day before which it was `before`.
    """
    by_kind: defaultdict[str, defaultdict[Track, list[FactValue]]] = defaultdict(lambda: defaultdict(list))
    for fact in facts:
        track = track_of(fact)
        if track is not None:
            by_kind[fact.kind][track].append(fact)
    steps: StepsByTrack = {}
    for slug, by_track in by_kind.items():
        steps |= FACT_KINDS[slug].rules.fold(by_track, contradictions)
    steps |= with_implied(steps)
    steps[Track(TrackKind.TREND)] = (
        trend(facts, contradictions, Posts.among(steps), since=since, before=before), facts,
    )  # fmt: skip
    return steps


def _reaching(track: Track, steps: list[Step], facts: list[FactValue], *, since: dt.date | None) -> list[Period]:
    """The periods of a track that reach a day (None: all), from as few steps as show where the first of them began."""
    if since is None:
        return _periods(track, steps, facts)
    place = bisect_left(steps, since, key=lambda step: step.day)
    before = 1
    while True:
        first = max(place - before, 0)
        last_ones = _periods(track, steps[first:], facts, is_first=not first)
        reaching = [period for period in last_ones if period.reaches(since)]
        # Equal neighbours are one period, so the first may have begun earlier.
        if not first or not reaching or reaching[0].start > steps[first].day:
            return reaching
        before *= 8


def _periods(track: Track, steps: list[Step], facts: list[FactValue], *, is_first: bool = True) -> list[Period]:
    """Cuts steps and the days on which facts are uncertain into ranges; equal neighbours are one.

    Unless the first of the steps is the track's, what was before it is left out.
    """
    states = {phase.start: phase.state.shown(stale=phase.stale) for phase in phases(steps)}
    beginning, ending = _doubts(facts, dt.date.min if is_first else steps[0].day)
    days = sorted(states.keys() | beginning.keys() | ending.keys())
    result: list[Period] = []
    state, open_facts, uncertain = NOTHING, set[_Doubt](), tuple[str, ...]()
    for day, end in zip_longest(days, days[1:]):
        state = states.get(day, state)
        if day in beginning or day in ending:
            open_facts = (open_facts | beginning.get(day, set())) - ending.get(day, set())
            uncertain = tuple(key for _, key in sorted(open_facts))
        last = result[-1] if result else None
        if last and last.end == day and (last.state, last.uncertain) == (state, uncertain):
            result[-1] = replace(last, end=end)
        elif state != NOTHING or uncertain:
            result.append(Period(track=track, start=day, end=end, state=state, uncertain=uncertain))
    return result


type _Doubt = tuple[int, str]
"""The rank of a fact in the order in which facts count, and its key."""


def _doubts(facts: list[FactValue], start: dt.date) -> tuple[dict[dt.date, set[_Doubt]], dict[dt.date, set[_Doubt]]]:
    """The facts that begin to be uncertain and those that are certain at last, by day, from a day on."""
    beginning: defaultdict[dt.date, set[_Doubt]] = defaultdict(set)
    ending: defaultdict[dt.date, set[_Doubt]] = defaultdict(set)
    for rank, fact in enumerate(facts):
        if fact.earliest != fact.latest and fact.latest > start:
            beginning[max(dates.floor_of_doubt(fact.earliest, fact.latest), start)].add((rank, fact.key))
            ending[fact.latest].add((rank, fact.key))
    return beginning, ending
