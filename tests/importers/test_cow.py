"""Levels of representation of the Correlates of War Project; the rows are made up in its format, none is copied."""

import itertools

import pytest

from relations.errors import FileRefused
from relations.importers.engine.statements import Reading
from relations.importers.engine.tables import table
from relations.importers.sources import cow
from tests.importers.reading import assert_sound, contents
from tests.importers.shared_data import whole

HEADER = '"","ccode1","ccode2","year","DR_at_1","DR_at_2","period"\n'


def made(*rows: tuple[int, int, int, int, int]) -> Reading:
    """Rows of ccode1, ccode2, year, DR_at_1, DR_at_2."""
    lines = [f'"{number}",{",".join(map(str, row))},"1"' for number, row in enumerate(rows, start=1)]
    (one,) = cow.parse((HEADER + "\n".join(lines) + "\n").encode())
    return one


def levels(reading: Reading, direction: str) -> list[tuple[str, str]]:
    return [(one.word, one.on) for one in reading.statements if f"{one.sender}>{one.target}" == direction]


def test_only_a_change_of_level_is_recorded_between_the_years_of_observation() -> None:
    reading = made((2, 640, 1832, 0, 1), (2, 640, 1836, 0, 1), (2, 640, 1840, 1, 2), (2, 640, 1844, 0, 2))
    assert_sound(reading)
    assert levels(reading, "US>TR") == [("charge", "[..1832]"), ("minister", "[1836..1840]")]
    assert levels(reading, "TR>US") == [("charge", "[1836..1840]"), ("closed", "[1840..1844]")]


def test_level_at_2_is_that_of_side_1_and_the_quote_its_row() -> None:
    reading = made((2, 710, 1864, 0, 2))
    (only,) = reading.statements
    assert (only.sender, only.target, only.word) == ("US", "CN", "minister")
    assert only.quote == '"1",2,710,1864,0,2,"1"'
    assert reading.extracts[only.source].text.startswith('"","ccode1"')


def test_nine_of_1950_to_1965_says_of_no_level_what_it_is_and_ends_none() -> None:
    reading = made(
        *((2, 200, year, level, level) for year, level in [(1940, 3), (1950, 9), (1965, 9), (1970, 3), (1975, 1)])
    )
    assert levels(reading, "US>GB") == [("ambassador", "[..1940]"), ("charge", "[1970..1975]")]
    assert [one.reference for one in reading.ignored] == [
        "US>GB:1950", "US>GB:1965", "GB>US:1950", "GB>US:1965",
    ]  # fmt: skip


def test_no_representation_at_the_first_observation_is_no_change() -> None:
    assert made((2, 740, 1864, 0, 0)).statements == []


def test_state_numbers_have_the_code_of_the_year() -> None:
    reading = made(
        (2, 365, 1914, 3, 3), (2, 365, 1935, 3, 3), (2, 365, 1995, 3, 3), (2, 345, 1909, 2, 2), (2, 345, 1930, 2, 2)
    )
    assert levels(reading, "US>RU") == [("ambassador", "[..1914]")]
    assert levels(reading, "US>SU") == [("ambassador", "[..1935]")]
    assert levels(reading, "US>RS") == [("minister", "[..1909]")]
    assert levels(reading, "US>YU") == [("minister", "[..1930]")]


def test_united_germany_and_the_federal_republic_of_one_year_are_read_once() -> None:
    reading = made((2, 260, 1985, 3, 3), (2, 260, 1990, 3, 3), (2, 255, 1990, 3, 3))
    assert levels(reading, "US>DE") == [("ambassador", "[..1985]")]
    assert [one.reason for one in reading.ignored] == [
        "Federal Republic of Germany: the data have united Germany (255) for the same year"
    ]
    assert reading.unreadable == []


def test_a_state_without_a_code_is_ignored_by_name() -> None:
    reading = made((200, 245, 1817, 2, 2))
    assert (reading.statements, reading.unreadable) == ([], [])
    assert [one.reason for one in reading.ignored] == ["Bavaria: Bavaria has no code"]


def test_rows_in_another_order_say_the_same() -> None:
    rows = [(2, 640, 1832, 0, 1), (2, 640, 1836, 1, 1), (2, 640, 1840, 1, 2), (2, 710, 1864, 0, 2)]
    assert contents(made(*rows)) == contents(made(*reversed(rows)))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ((2, 9999, 1900, 3, 3), "the state number '9999' is not known for 1900"),
        ((2, 20, 99, 3, 3), "'99' is no year"),
        ((2, 20, 1930, 3, 4), "'4' is no level of representation"),
        ((260, 255, 1985, 3, 3), "both sides are DE"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_and_the_rest_stands(row, reason) -> None:
    reading = made(row, (2, 640, 1832, 0, 1))
    assert [(one.line, one.reason) for one in reading.unreadable] == [(2, reason)]
    assert levels(reading, "US>TR") == [("charge", "[..1832]")]


def test_a_dyad_observed_twice_in_a_year_is_not_guessed() -> None:
    reading = made((2, 640, 1832, 0, 1), (2, 640, 1832, 0, 2), (2, 710, 1864, 0, 2))
    assert [one.reason for one in reading.unreadable] == [
        "US>TR is observed twice in a year",
        "TR>US is observed twice in a year",
    ]
    assert levels(reading, "US>CN") == [("minister", "[..1864]")]


@pytest.mark.parametrize("raw", [b"", HEADER.encode(), b"ccode1,ccode2\n2,20\n", b"<html></html>"])
def test_a_file_that_is_not_the_data_is_refused(raw: bytes) -> None:
    with pytest.raises(FileRefused):
        cow.parse(raw)


def test_the_table_of_states_gives_a_code_or_a_reason_and_no_year_twice() -> None:
    rows = table("cow_states")
    assert all(bool(row["code"]) != bool(row["reason"]) for row in rows)
    for number in {row["number"] for row in rows}:
        spans = [(int(row["from"] or 0), int(row["to"] or 9999)) for row in rows if row["number"] == number]
        assert all(a[1] < b[0] for a, b in itertools.pairwise(spans)), number


def test_the_whole_of_diplomatic_exchange_is_read() -> None:
    (one,) = cow.parse(whole("cow", "diplomatic_exchange.csv").read_bytes())
    assert_sound(one)
    assert (one.records, one.unreadable) == (46_365, [])
    assert len(one.statements) > 21_000
