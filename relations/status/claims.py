"""Claims: each fact speaks of a range of days, and two that cannot both be true of a day dispute it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from relations import dates
from relations.status.evidence import Evidence, sightings
from relations.status.facts import FactValue
from relations.status.tracks import Step

HANDOVER = dt.timedelta(days=31)
"""Two sources that date one change less than this apart describe a handover, and not two holders."""

type Exclude = Callable[[FactValue, FactValue], bool]
_ONE_DAY = dt.timedelta(days=1)


class Claim(NamedTuple):
    """The days, both included, of which a fact speaks: what was seen, up to the last sighting; of an event, up to its
    own source's next word on the track (the first day of that word's range) and no longer than that covers, or its day
    alone."""

    start: dt.date
    end: dt.date
    fact: FactValue


class Dispute(NamedTuple):
    """Days, both included, of which two facts say what cannot both be true."""

    start: dt.date
    end: dt.date
    keys: tuple[str, str]


def claims(facts: Sequence[FactValue]) -> list[Claim]:
    """The claims of one track, by their first day; the facts are in the order in which they count."""
    following: dict[tuple[str, int], dt.date] = {}
    result: list[Claim] = []
    for fact in reversed(facts):
        next_days = [following[fact.person, one] for one in fact.originals if (fact.person, one) in following]
        own_end = min(next_days) - _ONE_DAY if next_days else dt.date.max
        end = own_end
        # A claim of one day is no shorter for what was seen.
        if own_end > fact.latest and (
            fact.is_observation or not next_days or any(witness.covers_to for witness in fact.witnesses)
        ):
            end = min(own_end, max(one.end for one in sightings(fact)))
        result.append(Claim(fact.latest, max(end, fact.latest), fact))
        # The source itself says that the state before may have ended on any day of the range.
        for one in fact.originals:
            following[fact.person, one] = fact.earliest or fact.latest
    return result[::-1]


def disputes(facts: Sequence[FactValue], exclude: Exclude) -> Iterator[Dispute]:
    """The days on which claims of different originals exclude each other; those that begin on one day are a
    contradiction of two facts (`contradictions`), which lasts as long as one of them leads."""
    running: list[Claim] = []
    for claim in claims(facts):
        running = [one for one in running if one.end >= claim.start]
        for other in running:
            end = min(other.end, claim.end)
            if (
                other.start < claim.start
                and other.fact.person == claim.fact.person
                and not other.fact.originals & claim.fact.originals
                and exclude(other.fact, claim.fact)
                and not _is_handover(other, claim, end)
            ):
                yield Dispute(claim.start, end, (other.fact.key, claim.fact.key))
        running.append(claim)


def _is_of_one_source(facts: Sequence[FactValue]) -> bool:
    return len({fact.originals for fact in facts}) == 1 and bool(facts[0].originals)


def _is_handover(earlier: Claim, later: Claim, end: dt.date) -> bool:
    """Checks whether two claims overlap for less than a handover, where one has just begun or is about to end."""
    is_short = end - later.start < HANDOVER - _ONE_DAY
    is_near = later.start - earlier.start < HANDOVER or earlier.end - later.start < HANDOVER - _ONE_DAY
    return is_short and is_near


def disputed(steps: list[Step], facts: Sequence[FactValue], exclude: Exclude) -> list[Step]:
    """The steps of a track with the days on which claims dispute it, and both sides among the evidence."""
    if not steps or _is_of_one_source(facts):
        return steps
    lives = list(disputes(facts, exclude))
    if not lives:
        return steps
    cuts = {one.start for one in lives} | {day for one in lives if (day := dates.day_after(one.end))}
    return list(_disputed(steps, lives, sorted(cuts)))


def _disputed(steps: list[Step], lives: list[Dispute], cuts: list[dt.date]) -> Iterator[Step]:
    by_day = {step.day: step.state for step in steps}
    beginning = sorted(range(len(lives)), key=lambda place: lives[place].start)
    running, begun, state = list[int](), 0, steps[0].state
    for day in sorted({*by_day, *(cut for cut in cuts if cut > steps[0].day)}):
        state = by_day.get(day, state)
        first = begun
        while begun < len(beginning) and lives[beginning[begun]].start <= day:
            begun += 1
        # In the order in which they were found, whatever their days.
        running = sorted(one for one in (*running, *beginning[first:begun]) if day <= lives[one].end)
        keys = dict.fromkeys(key for one in running for key in lives[one].keys)
        if keys:
            both = Evidence(tuple((key, False) for key in keys), len(keys))
            yield Step(day, replace(state, disputed=True, evidence=state.evidence.joined(both).on(day)))
        else:
            yield Step(day, state)
