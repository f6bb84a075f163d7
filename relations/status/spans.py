"""Periods as readers see them: unbroken days on which a track says the same, whatever its evidence does meanwhile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, zip_longest

from relations import dates
from relations.codes import UNKNOWN
from relations.status.tracks import NOTHING, Period, Track


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Days from `start` up to but without `end` (None: none is known) with one value, holder, `since` and age.

    `start_edtf` and `end_edtf` are the days as the sources give them. `previous` is the value of the day before.
    `last` says that the track does not have this value again later, `disputed` that it was disputed on any of the days.
    `since_first` and `since_last` are the days that `since` may mean.
    `pieces` are the periods of which the span is made: their evidence differs.
    """

    track: Track
    start: dt.date
    end: dt.date | None
    value: str
    holder: str
    stale: bool
    start_edtf: str
    end_edtf: str = ""
    previous: str = UNKNOWN
    disputed: bool = False
    last: bool = False
    since_first: dt.date | None = None
    since_last: dt.date | None = None
    pieces: tuple[Period, ...] = field(default=(), compare=False, repr=False)

    def covers(self, day: dt.date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)

    def shown_day(self, day: dt.date) -> dt.date:
        """The day of the span that is nearest to a day: the evidence of this day is shown."""
        last = max(self.start, day)
        return last if self.end is None else min(last, self.end - dt.timedelta(days=1))

    def evidence(self, day: dt.date) -> Period | None:
        """The piece of a day; None on a day of which nothing is known."""
        return next((piece for piece in self.pieces if piece.covers(day)), None)


def spans(periods: Iterable[Period]) -> list[Span]:
    """The spans of one pair's periods, which are in order of track and day.

    From the first day of a track on they leave no day out: where it has no period, it is unknown.
    """
    return [span for track, own in groupby(periods, key=lambda one: one.track) for span in _of_track(track, list(own))]


def spans_since(day: dt.date, head: Span, periods: Sequence[Period]) -> list[Span]:
    """The spans of a track that reach a day, from its periods that reach it and the span that did so until now.

    `head` begins before the day; it is disputed where one of its periods that end before the day is.
    """
    if periods and periods[0].start < day:
        first, later = periods[0], periods[1:]
    else:
        end = periods[0].start if periods else None
        first, later = Period(track=head.track, start=head.start, end=end, state=NOTHING), periods
    state = replace(first.state, disputed=first.state.disputed or head.disputed)
    result = _of_track(head.track, [replace(first, start=head.start, state=state), *later])
    return [replace(result[0], start_edtf=head.start_edtf, previous=head.previous), *result[1:]]


def _of_track(track: Track, periods: list[Period]) -> list[Span]:
    runs = [list(run) for _, run in groupby(_without_gaps(track, periods), key=_as_shown)]
    days = [_first_day(run[0]) for run in runs]
    later, result = set[str](), list[Span]()
    for index in reversed(range(len(runs))):
        run = runs[index]
        first, state = run[0], run[0].state
        since = dates.parse(state.since) if state.since else None
        result.append(
            Span(
                track=track, start=first.start, end=run[-1].end, value=state.value, holder=state.holder,
                stale=state.stale, start_edtf=days[index], end_edtf=days[index + 1] if index + 1 < len(days) else "",
                previous=runs[index - 1][0].state.value if index else UNKNOWN,
                disputed=any(piece.state.disputed for piece in run), last=state.value not in later, pieces=tuple(run),
                since_first=since and since.floor, since_last=since and since.latest,
            )
        )  # fmt: skip
        later.add(state.value)
    return result[::-1]


def _as_shown(period: Period) -> tuple[object, ...]:
    state = period.state
    return state.value, state.holder, state.since, state.stale


def _first_day(period: Period) -> str:
    """The date of the first fact where the period begins with it, else the day."""
    since = period.state.since
    return since if since and dates.parse(since).latest == period.start else period.start.isoformat()


def _without_gaps(track: Track, periods: list[Period]) -> Iterator[Period]:
    """The periods, with unknown ones between them and after the last."""
    for period, following in zip_longest(periods, periods[1:]):
        yield period
        if period.end is not None and (following is None or following.start > period.end):
            end = following.start if following else None
            yield Period(track=track, start=period.end, end=end, state=NOTHING)


def clipped(span: Span, start: dt.date | None, end: dt.date | None) -> Span | None:
    """The days of a span from `start` up to but without `end`; None where it has no such day."""
    if start is not None and start > span.start:
        span = replace(span, start=start, start_edtf=start.isoformat(), previous=UNKNOWN)
    if end is not None and (span.end is None or end < span.end):
        span = replace(span, end=end, end_edtf=end.isoformat())
    return None if span.end is not None and span.end <= span.start else span
