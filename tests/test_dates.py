"""The first and the last possible day of a date in EDTF."""

import calendar
import datetime as dt

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from relations import dates
from relations.errors import NotADate

MEANINGS = [
    ("2008-03-12", "2008-03-12", "2008-03-12"),
    ("2008-03", "2008-03-01", "2008-03-31"),
    ("2014", "2014-01-01", "2014-12-31"),
    ("2010~", "2010-01-01", "2010-12-31"),
    ("2010?", "2010-01-01", "2010-12-31"),
    ("2010%", "2010-01-01", "2010-12-31"),
    ("2008-03-12~", "2008-03-12", "2008-03-12"),
    ("2008-03?", "2008-03-01", "2008-03-31"),
    ("2012-02", "2012-02-01", "2012-02-29"),
    ("1900-02", "1900-02-01", "1900-02-28"),
    ("2000-02-29", "2000-02-29", "2000-02-29"),
    ("201X", "2010-01-01", "2019-12-31"),
    ("19XX", "1900-01-01", "1999-12-31"),
    ("2008-XX", "2008-01-01", "2008-12-31"),
    ("2008-02-XX", "2008-02-01", "2008-02-29"),
    ("[2008-03-12..2008-05-03]", "2008-03-12", "2008-05-03"),
    ("[2008..2008-05]", "2008-01-01", "2008-05-31"),
    ("[2008-03-12~..2008-05-03?]", "2008-03-12", "2008-05-03"),
    ("[2008-03-12..2008-03-12]", "2008-03-12", "2008-03-12"),
    ("[..2020-02-01]", None, "2020-02-01"),
    ("[..2018]", None, "2018-12-31"),
    ("  2014 ", "2014-01-01", "2014-12-31"),
    ("0001", "0001-01-01", "0001-12-31"),
    ("9999-12-31", "9999-12-31", "9999-12-31"),
    ("1582-10-10", "1582-10-10", "1582-10-10"),
]


@pytest.mark.parametrize(("text", "earliest", "latest"), MEANINGS)
def test_a_date_means_the_days_from_its_first_to_its_last(text, earliest, latest):
    when = dates.parse(text)
    assert (when.earliest and when.earliest.isoformat(), when.latest.isoformat(), when.text) == (
        earliest,
        latest,
        text.strip(),
    )


def test_an_open_start_counts_from_the_first_day_of_the_calendar():
    assert dates.parse("[..2020-02-01]").floor == dt.date(1, 1, 1)
    assert dates.parse("2020-02-01").floor == dt.date(2020, 2, 1)


REFUSALS = [
    ("", "it is empty"),
    ("   ", "it is empty"),
    ("2008/2009", "intervals are not accepted; write [first..last] for one day between two"),
    ("2008-03-12/..", "intervals are not accepted; write [first..last] for one day between two"),
    ("{2008,2009}", "sets are not accepted"),
    ("[2008,2009]", "sets are not accepted"),
    ("[2008-01..]", "the end may not be open"),
    ("[..]", "the end may not be open"),
    ("[2009..2008]", "it ends before it begins"),
    ("[2008-05-03..2008-03-12]", "it ends before it begins"),
    ("2008-21", "there is no month 21, and seasons name no days"),
    ("2008-13", "there is no month 13, and seasons name no days"),
    ("2008-00", "there is no month 00, and seasons name no days"),
    ("2019-02-29", "the calendar has no such day"),
    ("2019-02-30", "the calendar has no such day"),
    ("2019-04-31", "the calendar has no such day"),
    ("2019-04-00", "the calendar has no such day"),
    ("[2019-02-30..2019-03-01]", "the calendar has no such day"),
    ("[2019-02-01..2019-02-30]", "the calendar has no such day"),
    ("0000", "years go from 0001 to 9999"),
    ("000X", "years go from 0001 to 9999"),
    ("00XX", "years go from 0001 to 9999"),
    ("-0044", None),
    ("-0044-03-15", None),
    ("Y12008", "years go from 0001 to 9999"),
    ("12008", "years go from 0001 to 9999"),
    ("2008-3-12", None),
    ("12.03.2008", None),
    ("March 2008", None),
    ("2008-03-12T10:00:00Z", None),
    ("2008-03-12\n2009", None),
    ("２００８", None),
    ("٢٠٠٨", None),
    ("2008-03-12~~", None),
    ("[2008-03-12", None),
    ("2008-XX-12", None),
    ("XXXX", None),
    ("null", None),
    ("2008\x00", None),
    ("9" * 100_000, None),
]


@pytest.mark.parametrize(("text", "why"), REFUSALS, ids=[text[:30] for text, _ in REFUSALS])
def test_what_is_no_date_is_refused_with_the_reason(text, why):
    with pytest.raises(NotADate) as refusal:
        dates.parse(text)
    assert refusal.value.field == "on"
    assert len(refusal.value.detail) < 250
    assert refusal.value.detail.startswith(f"{text.strip()[:32]!r} is not a date that the tracker understands: ")
    assert why is None or refusal.value.detail.endswith(f"understands: {why}.")


days = st.dates()
marks = st.sampled_from(["", "~", "?", "%"])


@st.composite
def written(draw) -> tuple[str, dt.date, dt.date]:
    """A calendar date as it may be written down, and the days that it means, by the calendar of Python."""
    day, mark = draw(days), draw(marks)
    end = calendar.monthrange(day.year, day.month)[1]
    form = draw(st.sampled_from(["day", "month", "year"]))
    match form:
        case "day":
            return f"{day.isoformat()}{mark}", day, day
        case "month":
            return f"{day.isoformat()[:7]}{mark}", day.replace(day=1), day.replace(day=end)
        case _:
            return f"{day.isoformat()[:4]}{mark}", day.replace(month=1, day=1), day.replace(month=12, day=31)


@given(written())
def test_every_date_of_the_calendar_is_understood(date):
    text, first, last = date
    assert dates.parse(text) == dates.When(text, first, last)


@given(written(), written())
def test_a_span_goes_from_the_first_day_of_its_start_to_the_last_day_of_its_end(start, end):
    text = f"[{start[0]}..{end[0]}]"
    if start[1] > end[2]:
        with pytest.raises(NotADate):
            dates.parse(text)
    else:
        assert dates.parse(text) == dates.When(text, start[1], end[2])
        assert len(text) <= dates.MAX_LENGTH


@given(st.text() | st.from_regex(r"\[?(\d{4}|\d{3}X)?(-\d\d)?(-\d\d)?[~?%]?(\.\.)?[\d-]*\]?", fullmatch=True))
@example("[....]")
def test_no_text_is_more_than_refused(text):
    try:
        when = dates.parse(text)
    except NotADate:
        return
    assert when.floor <= when.latest
    assert len(when.text) <= dates.MAX_LENGTH
    assert dates.parse(when.text) == when


def two_years_before(day: dt.date) -> dt.date:
    """The rule of the trend: 29 February becomes the 28th."""
    return day.replace(year=day.year - 2, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 2)


@given(st.dates(max_value=dt.date(9997, 12, 31)))
@example(dt.date(2020, 2, 29))
@example(dt.date(2018, 2, 28))
@example(dt.date(2018, 3, 1))
def test_what_is_two_years_old_is_gone_on_the_first_day_that_looks_back_no_further(day):
    gone = dates.two_years_after(day)
    assert gone is not None
    assert two_years_before(gone) >= day
    assert two_years_before(gone - dt.timedelta(days=1)) < day


def test_the_calendar_ends():
    assert dates.two_years_after(dt.date(9997, 12, 31)) == dt.date(9999, 12, 31)
    assert dates.two_years_after(dt.date(9998, 1, 1)) is None
    assert dates.day_after(dt.date(9999, 12, 31)) is None
    assert dates.day_after(dt.date(2019, 12, 31)) == dt.date(2020, 1, 1)
