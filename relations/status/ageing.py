"""The age of a state: the last day on which a source said so, and whether that is too long ago."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import NamedTuple

from relations import dates
from relations.status.tracks import NOTHING, State, Step


class Phase(NamedTuple):
    """Days from `start` on in which a state and its `evidence` do not change and the state is stale or is not."""

    start: dt.date
    state: State
    stale: bool

    def began_after(self, other: Phase) -> bool:
        """Checks whether the value began on a day that is certainly later than the last on which the other was seen."""
        since, seen = self.state.since, other.state.evidence.seen
        began = dates.parse(since).earliest if since else None
        return began is not None and seen is not None and began > seen


def phases(steps: Iterable[Step]) -> Iterator[Phase]:
    """The steps of a track, cut where a source says so again and where a state becomes stale."""
    ordered = list({step.day: step for step in steps}.values())
    for step, following in zip_longest(ordered, ordered[1:]):
        end = following.day if following else None
        if _is_one_phase(step.state, end):
            yield Phase(step.day, step.state, stale=False)
        else:
            yield from _phases(step.state, step.day, end)


def _is_one_phase(state: State, end: dt.date | None) -> bool:
    """Checks whether a state ends before a source says so again or it is stale, as nearly all do on a long track."""
    return not (state.evidence.ahead or end is None or state.evidence.is_stale(end))


def _phases(state: State, start: dt.date, end: dt.date | None) -> Iterator[Phase]:
    evidence = state.evidence.on(start)
    days = [start]
    if evidence.ahead:
        days = sorted({start, *(one.start for one in evidence.ahead if end is None or one.start < end)})
    for day, following in zip(days, [*days[1:], end], strict=True):
        evidence = evidence.on(day)
        now = state if evidence is state.evidence else state.resting_on(evidence, disputed=state.disputed)
        good_until = None if state.value == NOTHING.value else evidence.good_until()
        stale_from = dates.day_after(good_until) if good_until else None
        if stale_from is None or stale_from > day:
            yield Phase(day, now, stale=False)
        if stale_from is not None and (following is None or stale_from < following):
            yield Phase(max(stale_from, day), now, stale=True)
