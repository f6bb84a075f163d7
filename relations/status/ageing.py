"""The age of a state: the last day on which a source said so, and whether that is too long ago."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import zip_longest
from typing import NamedTuple

from relations import dates
from relations.status.evidence import Behind
from relations.status.tracks import NOTHING, State, Step


class Phase(NamedTuple):
    """Days from `start` on in which the evidence of a state, `state.behind`, does not change and is stale or is not."""

    start: dt.date
    state: State
    stale: bool


def phases(steps: Iterable[Step]) -> Iterator[Phase]:
    """The steps of a track, cut where a source says so again and where a state becomes stale."""
    ordered = list({step.day: step for step in steps}.values())
    for step, following in zip_longest(ordered, ordered[1:]):
        yield from _phases(step.state, step.day, following.day if following else None)


def _phases(state: State, start: dt.date, end: dt.date | None) -> Iterator[Phase]:
    behind = state.behind.on(start)
    days = sorted({start, *(one.start for one in behind.ahead if end is None or one.start < end)})
    for day, following in zip(days, [*days[1:], end], strict=True):
        behind = behind.on(day)
        now = replace(state, behind=behind)
        good_until = None if state.value == NOTHING.value else behind.good_until()
        stale_from = dates.day_after(good_until) if good_until else None
        if stale_from is None or stale_from > day:
            yield Phase(day, now, stale=False)
        if stale_from is not None and (following is None or stale_from < following):
            yield Phase(max(stale_from, day), now, stale=True)


def shown(phase: Phase) -> State:
    """The state as it is stored: its facts' keys, their number, their basis and their last day."""
    state, behind = phase.state, phase.state.behind
    return replace(
        state, facts=behind.keys, fact_count=behind.count, basis=behind.basis, confirmed_to=behind.seen,
        stale=phase.stale, behind=Behind(),
    )  # fmt: skip
