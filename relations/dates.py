"""Valid time: an EDTF string (ISO 8601-2) with the first and the last day that it may mean."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from relations.errors import NotADate

MAX_LENGTH = 32
"""`[2008-03-12~..2008-05-03~]` has 26 characters; nothing that is accepted is longer than this."""

YEARS_OF_DOUBT = 10
"""An open start is shown as uncertain for so many years before the last day."""

# One calendar date, whole or from the month or the year on, approximate or uncertain or both, or with its last digits
# unspecified: those of EDTF's many forms that name one day in one period. No library parses them, as a grammar of all
# forms takes 5 ms for one date, over a minute for an import of 15,000 facts, and a sixth of the start of a process.
_DATE = r"(?:\d{4}(?:-\d\d(?:-\d\d)?)?|\d{4}-\d\d-XX|\d{4}-XX|\d{3}X|\d\dXX)[~?%]?"
_ONE_DATE = re.compile(_DATE, re.ASCII)
_PARTS = re.compile(r"(?P<year>[\dX]{4})(?:-(?P<month>\d\d))?(?:-(?P<day>\d\d))?(?:-XX)?[~?%]?", re.ASCII)
_SPAN = re.compile(rf"\[(?P<first>{_DATE})?\.\.(?P<last>{_DATE})?\]", re.ASCII)


@dataclass(frozen=True, slots=True)
class When:
    """An EDTF string with its bounds: days, both included; `earliest` is None where the start is open."""

    text: str
    earliest: dt.date | None
    latest: dt.date

    @property
    def floor(self) -> dt.date:
        """The earliest day as it is stored: an open start counts from 0001-01-01."""
        return self.earliest or dt.date.min


@lru_cache(maxsize=4096)
def parse(text: str) -> When:
    """`2010~` -> 2010-01-01 to 2010-12-31; `[..2020-02-01]` -> open to 2020-02-01. `~`, `?` and `%` do not widen.

    Raises `NotADate` for everything else: intervals (`a/b`), sets, seasons, an open end, years beyond 0001-9999,
    days that the calendar does not have.
    """
    text = text.strip()
    if _ONE_DATE.fullmatch(text):
        return When(text, *_bounds(text, text))
    span = _SPAN.fullmatch(text)
    if span is None:
        raise NotADate(field="on", text=text[:MAX_LENGTH], why=_why_not(text))
    if span["last"] is None:
        raise NotADate(field="on", text=text, why="the end may not be open")
    latest = _bounds(text, span["last"])[1]
    if span["first"] is None:
        return When(text, None, latest)
    earliest = _bounds(text, span["first"])[0]
    if earliest > latest:
        raise NotADate(field="on", text=text, why="it ends before it begins")
    return When(text, earliest, latest)


def parse_field(text: str, field: str) -> When:
    """Does what `parse` does for a field other than `on`: the error names that field."""
    try:
        return parse(text)
    except NotADate as error:
        raise NotADate(field=field, **error.particulars) from error


def _bounds(text: str, date: str) -> tuple[dt.date, dt.date]:
    """The first and the last day of one date; the error names `text`."""
    if date.startswith(("0000", "000X", "00XX")):
        raise NotADate(field="on", text=text, why="years go from 0001 to 9999")
    month = date[5:7]
    if month.isdigit() and not 1 <= int(month) <= 12:
        raise NotADate(field="on", text=text, why=f"there is no month {month}, and seasons name no days")
    parts = cast("re.Match[str]", _PARTS.fullmatch(date))  # it takes whatever _DATE does
    try:
        return _days(parts["year"], parts["month"], parts["day"])
    except ValueError as error:
        raise NotADate(field="on", text=text, why="the calendar has no such day") from error


def _days(year: str, month: str | None, day: str | None) -> tuple[dt.date, dt.date]:
    """Raises `ValueError` for a day that the calendar does not have."""
    first, last = int(year.replace("X", "0")), int(year.replace("X", "9"))
    if month is None:
        return dt.date(first, 1, 1), dt.date(last, 12, 31)
    if day is None:
        return dt.date(first, int(month), 1), dt.date(last, int(month), calendar.monthrange(last, int(month))[1])
    return (only := dt.date(first, int(month), int(day))), only


def _why_not(text: str) -> str:
    if not text:
        return "it is empty"
    if "/" in text:
        return "intervals are not accepted; write [first..last] for one day between two"
    if text.startswith("{") or "," in text:
        return "sets are not accepted"
    if re.fullmatch(r"[Y+-]?\d{5,}.*", text):
        return "years go from 0001 to 9999"
    return "write 2008-03-12, 2008-03, 2008, 2010~, [..2020-02-01] or [2008-03-12..2008-05-03]"


def floor_of_doubt(earliest: dt.date | None, latest: dt.date) -> dt.date:
    """The first day from which something may have happened: of an open start, ten years before the last.

    Whatever may have happened at any time before says nothing of a day long ago.
    """
    if earliest is not None:
        return earliest
    return dt.date.min if latest.year <= YEARS_OF_DOUBT else years_after(latest, -YEARS_OF_DOUBT) or dt.date.min


@lru_cache(maxsize=16_384)
def years_after(day: dt.date, years: int) -> dt.date | None:
    """The same day some years later, the 28th for a 29th of February; None where the calendar ends before."""
    if day.year + years > dt.MAXYEAR:
        return None
    return day.replace(year=day.year + years, day=28 if (day.month, day.day) == (2, 29) and years % 4 else day.day)


def days_after(day: dt.date, days: int) -> dt.date | None:
    """The day some days later; None where the calendar ends before."""
    return day + dt.timedelta(days=days) if day.toordinal() + days <= dt.date.max.toordinal() else None


def two_years_after(day: dt.date) -> dt.date | None:
    """The first day whose day two years before is not earlier than `day`; None where the calendar ends before.

    The 29th of February two years before a common year is its 28th, so a fact of a 29th counts up to the 28th of
    February two years on, and no longer on the 1st of March.
    """
    if day.year + 2 > dt.MAXYEAR:
        return None
    if (day.month, day.day) == (2, 29):
        return dt.date(day.year + 2, 3, 1)
    return day.replace(year=day.year + 2)


def day_after(day: dt.date) -> dt.date | None:
    """The next day; None after 9999-12-31."""
    return None if day == dt.date.max else day + dt.timedelta(days=1)


# --- days and moments in addresses and queries -----------------------------------------------------------------------

_WHOLE_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d\d:?\d\d)", re.ASCII)
_LOST_PLUS = re.compile(r" (?=\d\d:?\d\d$)", re.ASCII)


def read_day(text: str) -> dt.date:
    """`2019-12-31`; raises ValueError with the reason."""
    if not _WHOLE_DAY.fullmatch(text):
        raise ValueError(f"{text[:40]!r} is not a day; write 2019-12-31.")
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"The calendar has no day {text}; years go from 0001 to 9999.") from None


def read_moment(text: str) -> dt.datetime:
    """`2020-02-01T12:00:00Z`, or with another offset, in UTC. A `+` that a form decoded as a space is restored."""
    text = _LOST_PLUS.sub("+", text)
    if not _MOMENT.fullmatch(text):
        raise ValueError(
            f"{text[:40]!r} is not a moment; write 2020-02-01T12:00:00Z, with Z or an offset such as +03:00."
        )
    try:
        return dt.datetime.fromisoformat(text.upper()).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"The calendar has no moment {text}.") from None


def moment_text(moment: dt.datetime) -> str:
    """`2020-02-01T12:00:00Z`, with microseconds where there are any: `read_moment` gives the moment back."""
    return f"{moment.astimezone(dt.UTC).replace(tzinfo=None).isoformat()}Z"


def read_day_or_moment(text: str) -> dt.date | dt.datetime:
    return read_day(text) if _WHOLE_DAY.fullmatch(text) else read_moment(text)
