"""The database derives the bounds of a date as the tracker does."""

import datetime as dt

import pytest
from django.db import connection
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from relations import dates
from relations.errors import NotADate
from tests.written_dates import MEANINGS, REFUSALS, written

WRITTEN = [text for text, _, _ in MEANINGS] + [text for text, _ in REFUSALS]
YEARS = ["2008", "2009", "0001", "9999", "1582", "2000", "1900", "201X", "19XX", "000X", "XXXX", "0000", "２００８"]
MONTHS = ["", "-02", "-01", "-12", "-04", "-XX", "-00", "-13", "-٠١"]
NUMBERS = ["", "", "-01", "-28", "-29", "-30", "-31", "-XX", "-00", "-32", "-1"]
FORMS = ["{0}", "{0}", "{0}", "[..{0}]", "[..{0}]", "[{0}..{1}]", "[{0}..{1}]", "[{0}..{1}]", "[{0}..]", "[{0}]"]
DATES = st.tuples(*map(st.sampled_from, [YEARS, MONTHS, NUMBERS, ["", "", "~", "?", "%", "~~"]])).map("".join)
RELATED = st.builds(str.format, st.sampled_from(FORMS), DATES, DATES)


def days(text: str) -> tuple[dt.date, dt.date] | None:
    """The first and the last day according to `edtf_days`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT lower(days), upper(days) - 1 FROM edtf_days(%s) AS days", [text])
        first, last = cursor.fetchone()
    return None if first is None else (first, last)


def parsed(text: str) -> tuple[dt.date, dt.date] | None:
    try:
        when = dates.parse(text)
    except NotADate:
        return None
    return (when.floor, when.latest) if when.text == text else None


@pytest.mark.django_db
def test_the_database_takes_the_dates_that_are_recorded_and_no_others():
    texts = [text for text in WRITTEN if "\x00" not in text and len(text) < 99]
    assert {text: days(text) for text in texts} == {text: parsed(text) for text in texts}


class TheDatabaseReadsDates(TestCase):
    @given(written(), written())
    def test_as_the_tracker_does(self, one, other):
        for text in (one[0], f"[..{one[0]}]", f"[{one[0]}..{other[0]}]"):
            assert days(text) == parsed(text)

    @given(RELATED)
    @example("[....]")
    def test_and_takes_nothing_else(self, text):
        assert days(text) == parsed(text)
