"""Levels of US missions by day; the rows are made up in the data's format, none is copied."""

import datetime as dt

import pytest

from relations.codes import PostStatus
from relations.errors import FileRefused
from relations.importers.engine.statements import Reading
from relations.importers.engine.tables import table
from relations.importers.sources import us_missions
from relations.models import AmbassadorStatus, DiplomaticEvent, Source, StatusPeriod
from tests.importers.importing import counts, imported
from tests.importers.reading import assert_sound
from tests.importers.shared_data import whole
from tests.importers.us_missions_files import CUBA, FILE, HEADER, file, written


@pytest.fixture(autouse=True)
def archive(settings, tmp_path):
    settings.TRACKER_DATA = tmp_path / "data"


def made(*rows: str) -> Reading:
    (one,) = us_missions.parse({FILE: written(*rows)})
    assert_sound(one)
    return one


def said(reading: Reading, target: str) -> list[tuple[str, str, str]]:
    """(word, date, nature) of what is said of one country; an empty nature is an event's."""
    return [(one.word, one.on, one.nature) for one in reading.statements if one.target == target]


def covered(reading: Reading) -> dict[str, str]:
    return {reference: str(extract.covers_to) for reference, extract in reading.extracts.items()}


def value(track: str, day: str) -> tuple[str, bool]:
    """(value, stale) of a track on a day."""
    period = StatusPeriod.objects.get(track=track, days__contains=dt.date.fromisoformat(day))
    return period.value, period.stale


def test_breaks_sections_and_relations_are_said_for_the_days_of_their_rows() -> None:
    reading = made(*CUBA)
    assert said(reading, "CU") == [
        ("closed", "1961-01-03", ""),
        ("interests_section", "1977-09-01", ""),
        ("relations_established", "[..1902-05-27]", ""),
        ("relations_established", "2015-07-20", "observation"),
    ]
    assert covered(reading) == {
        "US>CU:1961-01-03:closed": "1977-08-31",
        "US>CU:1977-09-01:interests_section": "2015-07-19",
        "US>CU:1902-05-27:established": "1961-01-02",
        "US>CU:2015-07-20:established": "2024-12-31",
    }
    assert reading.covers_to == dt.date(2024, 12, 31)


def test_a_text_is_the_header_and_the_rows_of_which_it_speaks() -> None:
    reading = made(*CUBA)
    text = reading.extracts["US>CU:1902-05-27:established"].text
    assert text.splitlines() == [
        HEADER,
        'XYZ,40,"Name, of 40",,1902-05-27,1923-02-09,Legation',
        'XYZ,40,"Name, of 40",,1923-02-10,1961-01-02,Embassy',
    ]
    established = next(one for one in reading.statements if one.word == "relations_established")
    assert established.quote == 'XYZ,40,"Name, of 40",,1902-05-27,1923-02-09,Legation'
    assert established.note == "US mission: Legation, then Embassy."


def test_an_embassy_names_no_ambassador() -> None:
    assert [one for one in made(*CUBA).statements if one.word == PostStatus.AMBASSADOR] == []
    assert said(made("20,1943-11-19,2024-12-31,Embassy"), "CA") == [
        ("relations_established", "[..1943-11-19]", "observation")
    ]


def test_nobody_before_the_first_contact_is_no_break() -> None:
    assert said(made("760,1949-01-01,2024-12-31,None"), "BT") == []
    assert said(made("700,1919-08-08,1935-05-03,None", "700,1935-05-04,2024-12-31,Envoy Nonresident"), "AF") == [
        ("non_resident", "1935-05-04", ""),
        ("relations_established", "[..1935-05-04]", ""),
    ]


def test_without_a_mission_nothing_is_said_of_the_relations_and_they_are_seen_again_later() -> None:
    reading = made(
        "700,1948-06-05,1989-01-29,Embassy", "700,1989-01-30,2001-12-16,None", "700,2001-12-17,2002-01-16,Liaison",
        "700,2002-01-17,2024-12-31,Embassy",
    )  # fmt: skip
    assert said(reading, "AF") == [
        ("closed", "1989-01-30", ""),
        ("relations_established", "[..1948-06-05]", "observation"),
        ("relations_established", "2002-01-17", "observation"),
    ]
    assert covered(reading)["US>AF:1989-01-30:closed"] == "2001-12-16"


def test_a_consulate_is_no_diplomatic_mission() -> None:
    reading = made("652,1952-09-30,1958-02-24,Embassy", "652,1958-02-25,1961-10-09,Consulate")
    assert ("closed", "1958-02-25", "") in said(reading, "SY")
    assert said(made("615,1962-07-05,1962-09-28,Consulate", "615,1962-09-29,1967-06-05,None"), "DZ") == []


def test_the_first_of_january_is_a_year() -> None:
    reading = made("713,1949-12-08,1978-12-31,Embassy", "713,1979-01-01,2024-12-31,None")
    assert ("closed", "1979", "") in said(reading, "TW")


def test_uganda_whose_embassy_was_a_section_in_1973_and_afghanistan_in_2021_had_severed_nothing() -> None:
    """Algeria had; only who says so is believed (the Office of the Historian)."""
    embassy, section = "{},1962-10-09,1973-11-09,Embassy", "{},1973-11-10,1979-06-17,Interests"
    for number, code in (("500", "UG"), ("700", "AF"), ("615", "DZ")):
        reading = made(embassy.format(number), section.format(number), f"{number},1979-06-18,2024-12-31,Embassy")
        assert said(reading, code) == [
            ("interests_section", "1973-11-10", ""),
            ("relations_established", "[..1962-10-09]", "observation"),
            ("relations_established", "1979-06-18", "observation"),
        ]


def test_days_without_a_row_are_not_bridged() -> None:
    reading = made("41,1862-10-01,1915-07-04,Legation", "41,1934-08-15,1943-03-22,None")
    assert said(reading, "HT") == [("relations_established", "[..1862-10-01]", "observation")]


def test_one_number_is_of_several_states_in_turn() -> None:
    reading = made(
        "365,1898-02-11,1919-09-13,Embassy", "365,1919-09-14,1933-12-12,None", "365,1933-12-13,2024-12-31,Embassy"
    )
    assert said(reading, "RU") == [
        ("closed", "1919-09-14", ""),
        ("relations_established", "[..1898-02-11]", "observation"),
        ("relations_established", "[..1992]", "observation"),
    ]
    assert said(reading, "SU") == [("relations_established", "[..1933-12-13]", "")]
    assert covered(reading)["US>SU:1933-12-13:established"] == "1991-12-31"


def test_numbers_of_gleditsch_and_ward_are_their_own() -> None:
    header = HEADER.replace("_cow", "_gw")
    (reading,) = us_missions.parse({
        "gwm.csv": written("970,1982-05-31,2020-12-31,Ambassador Nonresident", "396,2008-08-26,2020-12-31,None",
                           "20,1943-11-19,2020-12-31,Embassy", header=header),
    })  # fmt: skip
    assert {one.target for one in reading.statements} == {"KI", "CA"}
    assert [one.reason for one in reading.ignored] == ["Abkhazia: the tracker has no code for it"]
    assert {one.target for one in made("970,1999-09-14,2024-12-31,Ambassador Nonresident").statements} == {"NR"}


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("40,1902-05-20,1902-05-19,None", "it ends on 1902-05-19, before it begins on 1902-05-20"),
        ("40,1902-02-30,1902-05-19,None", "date_start '1902-02-30' is not a day of the calendar"),
        ("40,,1902-05-19,None", "it has no date_start"),
        ("40,1902-05-20,1902-05-26,Palace", "the status 'Palace' is not known"),
        ("4711,1902-05-20,1902-05-26,None", "the state number '4711' is not known for 1902"),
        ("730,1902-05-20,1907-05-26,None", "the state number '730' is not known for 1906"),
    ],
)
def test_a_row_that_cannot_be_understood_is_named(row: str, why: str) -> None:
    reading = made("20,1943-11-19,2024-12-31,Embassy", row)
    assert [(one.reference, one.reason) for one in reading.unreadable] == [("line 3", why)]
    assert [one.target for one in reading.statements] == ["CA"]


def test_of_two_rows_for_one_day_the_one_that_begins_later_is_unreadable() -> None:
    reading = made("20,1943-11-19,2024-12-31,Embassy", "20,1950-01-01,1950-12-31,None")
    assert [(one.reference, one.reason) for one in reading.unreadable] == [
        ("line 3", "line 2 speaks of CA on 1950-01-01 as well")
    ]
    assert len(reading.statements) == 1


@pytest.mark.parametrize(
    ("header", "why"),
    [
        (HEADER.replace("country_code_cow", "number"), "names 0 of the columns"),
        (HEADER.replace("country_abbrev_cow", "country_code_gw"), "names 2 of the columns"),
        (HEADER.replace("date_end", "end"), "its header lacks date_end"),
    ],
)
def test_another_file_is_refused(header: str, why: str) -> None:
    with pytest.raises(FileRefused, match=why):
        us_missions.parse({FILE: written(*CUBA, header=header)})


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(FileRefused, match="a header and no rows"):
        us_missions.parse({FILE: written()})
    with pytest.raises(FileRefused, match="it has no file"):
        us_missions.parse({})


def test_the_table_of_numbers_names_each_year_once() -> None:
    rows = table("gw_states")
    for row in rows:
        assert bool(row["code"]) != bool(row["reason"]), row
        others = [one for one in rows if one["number"] == row["number"] and one is not row]
        assert all(int(one["from"] or 0) > int(row["to"] or 9999) or int(one["to"] or 9999) < int(row["from"] or 0)
                   for one in others)  # fmt: skip


def test_an_import_says_so_for_the_days_of_the_rows_and_is_stale_after_them(countries, tmp_path):
    run = imported("us_missions", file(tmp_path / "1", *CUBA))
    assert (run.read, counts(run), run.refused) == (6, (4, 0, 0), 0)
    source = Source.objects.get(title="U.S. Diplomatic Mission Status Data: CU from 1961-01-03, closed")
    assert (source.kind, source.publisher, source.licence) == ("dataset", "Brenton Kenkel", "CC BY 4.0")
    assert str(source.covers_to) == "1977-08-31"
    assert value("ambassador:US>CU", "1961-01-03") == ("closed", False)
    assert value("ambassador:US>CU", "2015-07-19") == ("interests_section", False)
    assert value("ambassador:US>CU", "2015-07-20") == ("interests_section", True)
    assert value("diplomatic_relations", "1960-01-01") == ("established", False)
    assert value("diplomatic_relations", "1970-01-01") == ("established", True)
    assert value("diplomatic_relations", "1977-09-01") == ("established", True)
    assert value("diplomatic_relations", "2024-12-31") == ("established", False)
    assert value("diplomatic_relations", "2025-01-01") == ("established", True)


def test_a_later_release_confirms_and_changes_only_what_it_says_otherwise(countries, tmp_path):
    imported("us_missions", file(tmp_path / "1", *CUBA[:-1], "40,2015-07-20,2020-12-31,Embassy"))
    again = imported("us_missions", file(tmp_path / "1", *CUBA[:-1], "40,2015-07-20,2020-12-31,Embassy"))
    assert counts(again) == (0, 0, 0)
    assert value("diplomatic_relations", "2024-12-31") == ("established", True)
    run = imported("us_missions", file(tmp_path / "2", *CUBA))
    assert counts(run) == (0, 0, 0)
    assert value("diplomatic_relations", "2024-12-31") == ("established", False)
    assert value("ambassador:US>CU", "1980-01-01") == ("interests_section", False)
    assert value("ambassador:US>CU", "2015-07-20") == ("interests_section", True)


def test_a_file_that_ends_earlier_adds_what_it_alone_says_and_corrects_nothing(countries, tmp_path):
    imported("us_missions", file(tmp_path / "1", *CUBA))
    shorter = [*CUBA[:2], "40,1923-02-10,1960-12-31,Embassy", "40,1961-01-01,1977-08-31,none"]
    run = imported("us_missions", file(tmp_path / "2", *shorter, "20,1927-06-01,1977-08-31,EMBASSY"))
    assert run.refused == 0
    assert counts(run) == (2, 0, 0)
    assert DiplomaticEvent.objects.current().filter(to_country="CA").exists()


def test_the_whole_data_are_read_and_imported_without_a_dispute(countries):
    run = imported("us_missions", whole("us-missions"))
    assert (run.read, run.refused, run.ended) == (1381, 1, 0)
    assert [one["reason"] for one in run.complaints["unreadable"]] == ["line 653 speaks of RS on 2006-06-03 as well"]
    assert run.added > 500
    assert not StatusPeriod.objects.filter(disputed=True).exists()
    assert value("ambassador:US>IR", "2020-01-01") == ("interests_section", False)
    assert value("ambassador:US>AF", "2022-01-01") == ("interests_section", False)
    assert counts(imported("us_missions", whole("us-missions"))) == (0, 0, 0)
    assert AmbassadorStatus.objects.current().exclude(holder="").count() == 0
    assert set(DiplomaticEvent.objects.current().values_list("kind", flat=True)) == {"relations_established"}
