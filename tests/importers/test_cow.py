"""Levels of representation of the Correlates of War Project; the rows are made up in its format, none is copied."""

import datetime as dt
import itertools
import json

import pytest
from django.conf import settings

from relations.errors import FileRefused
from relations.importers.engine.statements import Reading
from relations.importers.engine.tables import table
from relations.importers.sources import cow
from tests.importers.cow_files import HEADER
from tests.importers.reading import assert_sound, contents
from tests.importers.shared_data import whole


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


def ends(reading: Reading, direction: str) -> list[tuple[str, str, int | None]]:
    """Each level with the last year of which its text speaks; None: the data's own last year."""
    texts = reading.extracts
    return [
        (one.word, one.on, (until := texts[one.source].covers_to) and until.year)
        for one in reading.statements
        if f"{one.sender}>{one.target}" == direction
    ]


def test_a_level_is_claimed_no_longer_than_its_tie_is_observed() -> None:
    """Cuba: ambassadors until 1960, no row in the sixties, and since 1980 a tie of another kind."""
    cuba = [(2, 40, year, level, level) for year, level in [(1940, 3), (1960, 9), (1980, 9), (2000, 9)]]
    britain = [(2, 200, year, 3, 3) for year in (1940, 1960, 1965, 1970, 1980, 1990, 2000)]
    iran = [(2, 630, year, 3, level) for year, level in [(1965, 9), (1970, 3), (1990, 0), (2000, 0)]]
    gabon = [(2, 481, year, 3, 3) for year in (1970, 1990)]
    reading = made(*cuba, *britain, *iran, *gabon)
    assert_sound(reading)
    assert ends(reading, "US>CU") == [("ambassador", "[..1940]", 1960)]
    assert ends(reading, "US>GB") == [("ambassador", "[..1940]", None)]
    assert ends(reading, "US>IR") == [("ambassador", "[..1970]", 1970), ("closed", "[1970..1990]", None)]
    assert ends(reading, "US>GA") == [("ambassador", "[..1970]", 1970), ("ambassador", "[1970..1990]", 1990)]
    texts = {reading.extracts[one.source].title for one in reading.statements if one.sender == "US"}
    assert texts == {"Correlates of War Diplomatic Exchange 2006v1: side 1 is United States of America"}


def test_no_representation_at_the_first_observation_is_no_change() -> None:
    assert made((2, 740, 1864, 0, 0)).statements == []


def test_russia_of_1914_and_of_1995_have_their_own_years_and_the_soviet_union_those_between() -> None:
    reading = made(*((2, 365, year, 3, 3) for year in (1914, 1935, 1990, 1995)))
    assert_sound(reading)
    assert levels(reading, "US>RU") == [
        ("ambassador", "[..1914]"), ("vacant", "[1914..1921]"), ("ambassador", "[1992..1995]"),
    ]  # fmt: skip
    assert levels(reading, "US>SU") == [("ambassador", "[1922..1935]")]
    (end,) = [one for one in reading.statements if (one.sender, one.word) == ("US", "vacant")]
    assert (end.quote, end.note) == ('"1",2,365,1914,3,3,"1"', "Level 3 in 1914. Russia ends in 1921.")


def test_a_tie_that_russia_does_not_take_up_again_is_closed_in_its_own_years() -> None:
    assert levels(made((2, 365, 1914, 2, 2), (2, 365, 1995, 0, 0)), "US>RU") == [
        ("minister", "[..1914]"), ("vacant", "[1914..1921]"), ("closed", "[1992..1995]"),
    ]  # fmt: skip


def test_a_tie_that_ended_before_the_state_does_not_end_again() -> None:
    reading = made((2, 365, 1909, 2, 2), (2, 365, 1914, 0, 0), (2, 365, 1995, 3, 3))
    assert levels(reading, "US>RU") == [
        ("minister", "[..1909]"), ("closed", "[1909..1914]"), ("ambassador", "[1992..1995]"),
    ]  # fmt: skip


def test_no_swiss_mission_to_russia_is_closed_in_the_years_of_the_soviet_union() -> None:
    reading = made((225, 365, 1909, 2, 2), (225, 365, 1920, 0, 0), (225, 365, 1995, 3, 3))
    assert ends(reading, "CH>RU") == [
        ("minister", "[..1909]", None), ("closed", "[1909..1920]", 1921), ("ambassador", "[1992..1995]", None),
    ]  # fmt: skip


def test_the_minister_of_austria_hungary_and_the_ambassador_of_austria_are_words_of_one_source() -> None:
    reading = made((300, 355, 1914, 2, 2), (305, 355, 1920, 0, 0), (305, 355, 1970, 3, 3))
    assert [one.word for one in reading.statements if one.sender == "AT"] == ["minister", "closed", "ambassador"]
    assert {reading.extracts[one.source].title for one in reading.statements} == {
        "Correlates of War Diplomatic Exchange 2006v1: side 1 is Austria-Hungary or Austria"
    }
    assert "side 1 is United States" in made((2, 640, 1832, 0, 1)).extracts["2"].title


def test_serbia_gives_way_to_yugoslavia_in_1918() -> None:
    reading = made((2, 345, 1909, 2, 2), (2, 345, 1930, 2, 2), (2, 345, 2000, 0, 0))
    assert levels(reading, "US>RS") == [("minister", "[..1909]"), ("vacant", "[1909..1917]")]
    assert levels(reading, "US>YU") == [("minister", "[1918..1930]"), ("closed", "[1930..2000]")]


def test_germany_of_1940_ends_in_1945_and_the_federal_republic_begins_in_1949() -> None:
    reading = made((2, 255, 1940, 3, 3), (2, 260, 1955, 9, 9), (2, 260, 1970, 3, 3), (2, 255, 1995, 3, 3))
    assert levels(reading, "US>DE") == [
        ("ambassador", "[..1940]"), ("vacant", "[1940..1945]"), ("ambassador", "[1949..1970]"),
    ]  # fmt: skip
    assert levels(made((2, 265, 1975, 3, 3)), "US>DD") == [("ambassador", "[1949..1975]")]


def test_korea_of_1904_is_not_the_republic_of_1950() -> None:
    assert levels(made((2, 730, 1904, 2, 2), (2, 732, 1950, 3, 3)), "US>KR") == [
        ("minister", "[..1904]"), ("vacant", "[1904..1905]"), ("ambassador", "[1948..1950]"),
    ]  # fmt: skip


def test_czechoslovakia_and_its_successors_begin_with_their_states() -> None:
    assert levels(made((2, 315, 1920, 2, 2)), "US>CS") == [("minister", "[1918..1920]")]
    assert levels(made((2, 316, 1995, 3, 3), (2, 317, 1995, 3, 3)), "CZ>US") == [("ambassador", "[1993..1995]")]


def test_vietnam_and_yemen_go_on_under_their_codes_and_what_became_part_of_them_has_its_years() -> None:
    vietnam = made((220, 816, 1955, 1, 1), (220, 817, 1955, 3, 3), (220, 816, 1980, 3, 3))
    assert levels(vietnam, "FR>VD") == [("charge", "[1945..1955]")]
    assert levels(vietnam, "FR>VN") == [("ambassador", "[..1955]")]
    yemen = made((2, 680, 1985, 2, 2), (2, 678, 1985, 3, 3), (2, 679, 1990, 3, 3))
    assert levels(yemen, "US>YD") == [("minister", "[1967..1985]")]
    assert levels(yemen, "US>YE") == [("ambassador", "[..1985]")]


@pytest.mark.parametrize(
    ("number", "year"), [(365, 1991), (345, 2005), (315, 1992), (265, 1990), (680, 1990), (816, 1975)]
)
def test_a_former_country_is_read_in_its_last_year_and_not_in_the_next(number, year) -> None:
    former = {"SU", "YU", "CS", "DD", "YD", "VD"}
    in_the_last, after = (made((2, number, each, 3, 3), (2, 640, 1832, 0, 1)).statements for each in (year, year + 1))
    assert {one.target for one in in_the_last} & former
    assert not {one.target for one in after} & former


def test_united_germany_and_the_federal_republic_of_one_year_are_read_once() -> None:
    reading = made((2, 260, 1985, 3, 3), (2, 260, 1990, 3, 3), (2, 255, 1990, 3, 3))
    assert levels(reading, "US>DE") == [("ambassador", "[1949..1985]")]
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
        ((2, 20, 99, 3, 3), "'99' is not a year"),
        ((2, 20, 1930, 3, 4), "'4' is not a level of representation"),
        ((710, 710, 1985, 3, 3), "both sides are CN"),
        ((2, 255, 1955, 3, 3), "the state number '255' is not known for 1955"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_and_the_rest_is_imported(row, reason) -> None:
    reading = made(row, (2, 640, 1832, 0, 1))
    assert [(one.line, one.reason) for one in reading.unreadable] == [(2, reason)]
    assert levels(reading, "US>TR") == [("charge", "[..1832]")]


def test_a_dyad_observed_twice_in_a_year_is_not_guessed() -> None:
    reading = made((2, 640, 1832, 1, 1), (2, 640, 1832, 1, 2), (2, 710, 1864, 0, 2))
    assert [one.reason for one in reading.unreadable] == ["US>TR is observed twice in a year, at different levels"]
    assert levels(reading, "US>TR") == []
    assert levels(reading, "TR>US") == [("charge", "[..1832]")]
    assert levels(reading, "US>CN") == [("minister", "[..1864]")]


def test_a_dyad_that_the_data_name_from_both_sides_is_observed_once() -> None:
    """A file with both orders of the sides says of each year the same, twice."""
    one_way = ((2, 640, 1832, 0, 1), (2, 640, 1836, 3, 1))
    both = made(*one_way, *((two, one, year, at_two, at_one) for one, two, year, at_one, at_two in one_way))
    assert both.unreadable == []
    assert contents(both) == contents(made(*one_way))


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


def former_countries() -> dict[str, tuple[int, int]]:
    rows = json.loads((settings.ROOT / "fixtures/countries.json").read_text())
    years = {row["pk"]: (row["fields"].get("from_year"), row["fields"].get("to_year")) for row in rows}
    return {code: (first, last) for code, (first, last) in years.items() if last}


def test_the_table_of_states_has_former_countries_in_their_years_alone() -> None:
    former = former_countries()
    of_code = {code: [row for row in table("cow_states") if row["code"] == code] for code in former}
    for code, (first, last) in former.items():
        assert all(first <= int(row["from"]) <= int(row["to"]) <= last for row in of_code[code]), code
        assert of_code[code]


def test_no_level_of_the_whole_data_lies_outside_the_years_of_a_former_state() -> None:
    (one,) = cow.parse(whole("cow", "diplomatic_exchange.csv").read_bytes())
    years = former_countries()
    for statement in one.statements:
        for code in {statement.sender, statement.target} & years.keys():
            first, last = years[code]
            assert (statement.when.earliest or dt.date.min).year >= first, statement.reference
            assert statement.when.latest.year <= last, statement.reference
        if "RU" in (statement.sender, statement.target):
            assert statement.when.latest.year <= 1921 or statement.when.earliest.year >= 1992, statement.reference


def test_the_whole_of_diplomatic_exchange_is_read() -> None:
    (one,) = cow.parse(whole("cow", "diplomatic_exchange.csv").read_bytes())
    assert_sound(one)
    assert (one.records, one.unreadable) == (46_365, [])
    assert len(one.statements) > 21_000
