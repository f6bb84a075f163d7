"""Changes that are due: statuses that will change by themselves within some days, such as sanctions that run out."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from relations.codes import TrackKind
from relations.models import CountryPair
from relations.queries.periods import load_periods
from relations.status import NOTHING, Period, State, Track

_MOST_PAIRS = 200
_DAY = dt.timedelta(days=1)


class DueChange(NamedTuple):
    """The state that a track of a pair will have from `day` on, if nothing is recorded until then."""

    day: dt.date
    pair: str
    track: Track
    old: State
    new: State


def due_changes(after: dt.date, until: dt.date) -> tuple[list[DueChange], dt.date]:
    """The changes after a day, up to and including `until` or to the day returned, in order: two queries.

    With very many pairs it is an earlier day than `until`. Without trends, which are sums over a window and change
    whenever a fact leaves it; and without evidence that grows too old, of which no column has the day.
    """
    due = CountryPair.objects.filter(next_change_on__gt=after, next_change_on__lte=until)
    pairs = list(due.order_by("next_change_on", "code")[: _MOST_PAIRS + 1])
    if len(pairs) > _MOST_PAIRS:
        first, left_out = pairs[0].next_change_on, pairs.pop().next_change_on
        # Complete up to the day before the first pair that is left out, unless all are due on one day.
        until = max(first, left_out - _DAY) if first and left_out else until
    by_track: defaultdict[tuple[str, Track], list[Period]] = defaultdict(list)
    for code, own in load_periods([pair.code for pair in pairs], since=after + _DAY).items():
        for period in own:
            if period.track.kind != TrackKind.TREND:
                by_track[code, period.track].append(period)
    changes = [one for (pair, track), own in by_track.items() for one in _changes(pair, track, own, after, until)]
    return sorted(changes, key=lambda one: (one.day, one.pair, one.track)), until


def _changes(
    pair: str, track: Track, own: Sequence[Period], after: dt.date, until: dt.date
) -> Iterator[DueChange]:  # fmt: skip
    old = _state(own, after)
    days = {day for period in own for day in (period.start, period.end) if day and after < day <= until}
    for day in sorted(days):
        new = _state(own, day)
        if old.logged_value(track.kind) != new.logged_value(track.kind):
            yield DueChange(day, pair, track, old, new)
        old = new


def _state(own: Sequence[Period], day: dt.date) -> State:
    return next((period.state for period in own if period.covers(day)), NOTHING)
