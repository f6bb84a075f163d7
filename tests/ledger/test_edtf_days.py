"""The database derives the bounds of a date as the tracker does."""

import datetime as dt

import pytest
from django.db import connection
from hypothesis import example, given
from hypothesis import strategies as st

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


def days(texts: list[str]) -> dict[str, tuple[dt.date, dt.date] | None]:
    """The first and the last day of each according to `edtf_days`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT text, lower(days), upper(days) - 1 FROM unnest(%s::text[]) AS text, edtf_days(text) AS days",
            [texts],
        )
        return {text: None if first is None else (first, last) for text, first, last in cursor.fetchall()}


def parsed(text: str) -> tuple[dt.date, dt.date] | None:
    try:
        when = dates.parse(text)
    except NotADate:
        return None
    return (when.floor, when.latest) if when.text == text else None


pytestmark = pytest.mark.django_db


def test_the_database_takes_the_dates_that_are_recorded_and_no_others():
    texts = [text for text in WRITTEN if "\x00" not in text and len(text) < 99]
    assert days(texts) == {text: parsed(text) for text in texts}


@given(written(), written())
def test_the_database_reads_dates_as_the_tracker_does(one, other):
    texts = [one[0], f"[..{one[0]}]", f"[{one[0]}..{other[0]}]"]
    assert days(texts) == {text: parsed(text) for text in texts}


@given(RELATED)
@example("[....]")
def test_the_database_takes_nothing_else(text):
    assert days([text]) == {text: parsed(text)}
