"""The first and the last possible day of a date in EDTF."""

import datetime as dt

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from relations import dates
from relations.errors import NotADate
from tests.written_dates import MEANINGS, REFUSALS, written


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


@pytest.mark.parametrize(("text", "why"), REFUSALS, ids=[text[:30] for text, _ in REFUSALS])
def test_what_is_no_date_is_refused_with_the_reason(text, why):
    with pytest.raises(NotADate) as refusal:
        dates.parse(text)
    assert refusal.value.field == "on"
    assert len(refusal.value.detail) < 250
    assert refusal.value.detail.startswith(f"{text.strip()[:32]!r} is not a date that the tracker understands: ")
    assert why is None or refusal.value.detail.endswith(f"understands: {why}.")


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
