"""Number of parties on a list under one programme over the years, as a line and as a table."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from relations.queries.designation_counts import DesignationCount
from relations.web.pairs.timeline import WIDTH, Tick, grid, ticks

HEIGHT = 200
"""Units of the picture, which is as wide as the page."""
_LONGEST_PAST = 60
"""Years that are shown at most."""
_FEWEST = 28
"""Days of which a line shows more than a table does."""


@dataclass(frozen=True, slots=True)
class Year:
    """Parties listed and removed in one year, and their number at its end, or on the last day that is known.

    `at_least`: the list was not read yet, so that parties removed before are missing.
    """

    year: int
    listed: int
    removed: int
    number: int
    at_least: bool


@dataclass(frozen=True, slots=True)
class Growth:
    """`before` is the line up to the first publication that was read, `line` the one from there on: paths of an SVG."""

    before: str
    line: str
    most: int
    ticks: Sequence[Tick]
    years: Sequence[Year]
    first: dt.date
    last: dt.date

    @property
    def is_flat(self) -> bool:
        """True where a picture shows nothing: of one number all the time, and of a few days."""
        return not self.before and ("V" not in self.line or (self.last - self.first).days < _FEWEST)

    @property
    def grid(self) -> str:
        return grid(self.ticks)


def growth(count: DesignationCount, *, read: tuple[dt.date, dt.date], until: dt.date) -> Growth | None:
    """The number of parties from the first listing to the last publication that was `read`; None without parties.

    Nothing is drawn after `until`.
    """
    last = min(count.replaced_on or read[1], until)
    days = sorted({*count.began, *count.ceased, *([count.replaced_on] if count.replaced_on else [])})
    days = [day for day in days if day <= last]
    if not days or last < read[0]:
        return None
    earliest = last.replace(year=max(last.year - _LONGEST_PAST, 1), day=1)
    start = max(days[0], earliest).replace(month=1, day=1)
    steps = dict(_steps(count, days, start, last))
    known = _x(max(read[0], start), start, last)
    ahead = {x: number for x, number in steps.items() if x < known}
    line = {known: count.on(max(read[0], start)), **{x: number for x, number in steps.items() if x > known}}
    most = max(*ahead.values(), *line.values(), 1)
    return Growth(
        before=_path(ahead, most, end=known) if ahead else "",
        line=_path(line, most, end=WIDTH),
        most=most,
        ticks=ticks(start, last),
        years=list(_years(count, days, start, last, read[0])),
        first=read[0],
        last=last,
    )


def _steps(
    count: DesignationCount, days: Sequence[dt.date], start: dt.date, last: dt.date
) -> Iterator[tuple[int, int]]:  # fmt: skip
    """The number after each day by its place in the picture; of several days at one place the last one counts."""
    if days[0] < start:
        yield 0, count.on(start)
    for day in days[bisect_left(days, start) :]:
        yield _x(day, start, last), count.on(day)


def _x(day: dt.date, start: dt.date, last: dt.date) -> int:
    return round((day - start).days / max((last - start).days, 1) * WIDTH)


def _path(steps: dict[int, int], most: int, *, end: int) -> str:
    """`M0 200H40V120H1000`: level until the next step."""
    (first, number), *rest = sorted(steps.items())
    parts = [f"M{first} {_y(number, most)}", *(f"H{x}V{_y(number, most)}" for x, number in rest)]
    return f"{''.join(parts)}H{end}"


def _y(number: int, most: int) -> int:
    return HEIGHT - round(number / most * HEIGHT)


def _years(
    count: DesignationCount, days: Sequence[dt.date], start: dt.date, last: dt.date, read: dt.date
) -> Iterator[Year]:  # fmt: skip
    """The years with a change, the latest first."""
    for year in sorted({max(day.year, start.year) for day in days}, reverse=True):
        begin, end = dt.date(year, 1, 1), min(dt.date(year, 12, 31), last)
        begin = dt.date.min if year == start.year else begin
        listed, removed = (
            bisect_right(some, end) - bisect_left(some, begin) for some in (count.began, count.ceased)
        )  # fmt: skip
        yield Year(year, listed, removed, count.on(end), at_least=end < read)
