"""Diplomatic representation in the World Factbook: every way in which it words who leads a mission."""

import json
from pathlib import Path
from typing import Any

import pytest

from relations.errors import FileRefused
from relations.importers.engine.statements import Reading
from relations.importers.engine.tables import table
from relations.importers.sources import factbook
from relations.importers.sources.factbook.words import cleaned, in_edtf
from tests.importers.reading import assert_sound, by_reference, contents, in_short
from tests.importers.shared_data import whole

FILES = Path(__file__).parent / "files" / "factbook"
RAW = (FILES / "diplomatic_representation.jsonl").read_bytes()
EDITION = "2025-12-31"


@pytest.fixture(scope="module")
def readings() -> list[Reading]:
    return factbook.parse(RAW)


def said(reading: Reading, direction: str) -> list[tuple[str, str, str]]:
    """(status, on, holder) of one direction."""
    return [(one.word, one.on, one.holder) for one in reading.statements if f"{one.sender}>{one.target}" == direction]


def lines(*entries: dict[str, Any]) -> bytes:
    plain = {"snapshot": "2021-02-15", "commit": "abc", "path": "africa/ag.json", "gec": "ag", "side": "from_us"}
    return "\n".join(json.dumps({**plain, **entry}, ensure_ascii=False) for entry in entries).encode()


def one_entry(chief: str, **other: str) -> Reading:
    (reading,) = factbook.parse(lines({"chief of mission": chief, **other}))
    return reading


def test_each_date_is_a_reading_and_the_oldest_comes_first(readings: list[Reading]) -> None:
    assert [str(one.version) for one in readings] == [
        "2021-02-15", "2021-08-05", "2022-02-03", "2022-07-28", "2024-08-01",
    ]  # fmt: skip
    for one in readings:
        assert_sound(one)


def test_an_entry_with_a_separator_of_lines_in_its_words_is_one_entry() -> None:
    reading = one_entry("Ambassador Jane DOE (since 2020)", note="one\u2028two\x85three")
    assert (len(reading.statements), reading.unreadable) == (1, [])


def test_the_code_rs_is_russia_and_sf_south_africa(readings: list[Reading]) -> None:
    assert said(readings[0], "US>RU") == [("ambassador", "2017-10-03", "Jon M. Hunt, Jr.")]
    assert said(readings[1], "US>ZA") == [("ambassador", "2020-01-28", "Lena Mark")]


def test_both_directions_with_minsk_are_read(readings: list[Reading]) -> None:
    assert said(readings[0], "US>BY") == [
        ("asked_to_leave", "2008", ""),
        ("charge", "2018-08", "Jenny Moor"),
    ]
    assert said(readings[0], "BY>US") == [("recalled", "2008", ""), ("charge", "2019-07", "Dmitriy Base")]


def test_a_quote_is_the_value_as_the_line_has_it(readings: list[Reading]) -> None:
    moor = next(one for one in readings[0].statements if one.holder == "Jenny Moor")
    assert moor.quote == (
        "Ambassador (vacant; left in 2008 upon insistence of Belarusian Government); "
        "Charge d'Affaires Jenny MOOR (since August 2018)"
    )
    extract = readings[0].extracts[moor.source]
    assert extract.text.encode() in RAW
    assert extract.url.endswith("/3967a4ea0ab2/world/bo.json")


def test_the_same_words_with_escapes_are_quoted_with_them() -> None:
    raw = lines({"chief of mission": 'Ambassador Edward "Ed" MCMULE, Jr. (since 21 May 2017)'})
    (reading,) = factbook.parse(raw)
    assert_sound(reading)
    assert reading.statements[0].quote == r"Ambassador Edward \"Ed\" MCMULE, Jr. (since 21 May 2017)"
    (escaped,) = factbook.parse(json.dumps(json.loads(raw), ensure_ascii=True).encode())
    assert contents(escaped) == contents(reading)


def test_half_a_download_is_refused_and_a_last_line_without_its_end_is_read() -> None:
    whole_line = lines({"chief of mission": "Ambassador Jane DOE (since 21 May 2017)"}).rstrip()
    (reading,) = factbook.parse(whole_line)
    assert len(reading.statements) == 1
    with pytest.raises(FileRefused, match="it stops in the middle of line 2"):
        factbook.parse(whole_line + b"\n" + whole_line[:-20])


def test_every_wording_says_who_leads_the_mission() -> None:
    """`status date holder; … | wording`: `-` is no date but that of the edition."""
    for line in (FILES / "wordings.txt").read_text("utf-8").splitlines():
        meaning, _, wording = line.partition(" | ")
        reading = one_entry(wording.replace(r"\u00a0", "\u00a0"), snapshot=EDITION)
        assert_sound(reading)
        assert reading.unreadable == [], line
        found = (f"{word} {on} {holder}".strip() for word, on, holder in said(reading, "US>DZ"))
        assert "; ".join(found).replace(f"[..{EDITION}]", "-") == meaning, line


@pytest.mark.parametrize(
    "chief",
    [
        "none (represented by the Kingdom of the Netherlands)",
        "none (Special Administrative Region of China); Hong Kong Economic and Trade Office (HKETO) does so",
        "Consul General Jane DOE (since September 2022); note - also accredited to Macau",
        "John ROE, Head of Representation; note - Greenland also has offices in the Danish consulates",
        (
            "the US does not have an embassy in Taiwan; commercial and cultural relations with its people are "
            "maintained unofficially; it is managed by Director Jane DOE (since July 2021)"
        ),
    ],
)
def test_what_is_no_diplomatic_mission_is_ignored_by_name(chief: str) -> None:
    reading = one_entry(chief)
    assert (reading.statements, reading.unreadable) == ([], [])
    assert [one.reference for one in reading.ignored] == ["ag:from_us:2021-02-15"]


@pytest.mark.parametrize(
    ("chief", "reason"),
    [
        ("Alina L. ROMAN (since 6 January 2020)", "'Alina L. ROMAN' names no title"),
        ("Ambassador Some BODY (since 31 February 2020)", "'2020-02-31' is not a date"),
        ("Ambassador Some BODY (since a while ago)", "the date in 'Ambassador Some BODY (since a while ago)' cannot"),
        ("Ambassador Some BODY (since March 2021)", "it dates the post 2021-03, after its own snapshot"),
        ("Ambassador (recalled)", "'Ambassador (recalled)' names nobody"),
        ("Ambassador TBD", "'Ambassador TBD' names nobody"),
        ("Ambassador to be named (since 2025)", "'Ambassador to be named' names nobody"),
        (
            "Ambassador John SMITH (departed 1 March 2018)",
            "'Ambassador John SMITH (departed 1 March 2018)' names only who has left the post",
        ),
        ("Ambassador Jane DOE (since 2020); note - recalled to Utopia", "'Ambassador Jane DOE (since 2020); note"),
        ("Ambassador Jane DOE (since 2020) and Chargé d’Affaires John ROE", "'Ambassador Jane DOE' is followed by a"),
        ("Ambassador Jane DOE, Special Envoy to Utopia (since 2020)", "'Ambassador Jane DOE, Special Envoy to Utopia'"),
        ("none (relations severed)", "'none (relations severed)' names no title"),
        ("x" * 3000, "it has more than 2000 characters"),
    ],
)
def test_words_that_are_not_understood_are_named_and_not_guessed(chief: str, reason: str) -> None:
    reading = one_entry(chief)
    assert reading.statements == []
    assert [one.reason[: len(reason)] for one in reading.unreadable] == [reason]
    assert (reading.unreadable[0].reference, reading.unreadable[0].line) == ("ag:from_us:2021-02-15", 1)


def test_the_reason_of_a_vacancy_that_is_no_act_is_given_in_the_sources_words() -> None:
    (vacant,) = one_entry("Ambassador (vacant; eaten by a bear)").statements
    assert (vacant.word, vacant.note) == ("vacant", "The source adds: eaten by a bear.")


def test_an_ambassador_accredited_from_elsewhere_is_non_resident_with_his_name(readings: list[Reading]) -> None:
    (antigua,) = [one for one in readings[0].statements if (one.sender, one.target) == ("US", "AG")]
    assert in_short(antigua) == ("US>AG", "non_resident", "[..2021-02-15]", "Linda S. Tea")
    assert antigua.note == "Accredited from Barbados. The name stands in the source's entry for that country."


@pytest.mark.parametrize(
    "entry",
    [
        {"chief of mission": "Ambassador Jane DOE (since May 2020); note - Ambassador DOE is posted in Mauritius but "
         "is accredited to Utopia"},
        {"chief of mission": "Ambassador Jane DOE (since May 2020); note - Ambassador DOE is based in the US Embassy "
         "in Fiji and is accredited to Utopia as well as Kiribati"},
        {"chief of mission": "Ambassador Jane DOE (since May 2020); note - also accredited to Italy",
         "embassy": "the US does not have an Embassy in Utopia; the US Ambassador to Italy is accredited to Utopia"},
    ],
)  # fmt: skip
def test_an_ambassador_in_the_seychelles_tonga_and_san_marino_is_resident_in_one_country_only(
    entry: dict[str, str],
) -> None:
    (reading,) = factbook.parse(lines(entry))
    assert said(reading, "US>DZ") == [("non_resident", "2020-05", "Jane Doe")]
    assert_sound(reading)
    elsewhere = {
        **entry,
        "chief of mission": entry["chief of mission"].replace("Ambassador Jane", "Chargé d'Affaires Jane"),
    }
    (reading,) = factbook.parse(lines(elsewhere))
    assert said(reading, "US>DZ") == [("charge", "2020-05", "Jane Doe")]
    also_there = "Ambassador Jane DOE (since May 2020); note - also accredited to Monaco"
    assert said(one_entry(also_there, embassy="2 Avenue Gabriel"), "US>DZ") == [("ambassador", "2020-05", "Jane Doe")]


def test_a_suspended_embassy_and_its_accredited_ambassador_are_both_said(readings: list[Reading]) -> None:
    assert said(readings[0], "US>GW") == [
        ("operations_suspended", "1998-06-14", ""),
        ("non_resident", "[..2021-02-15]", ""),
    ]


def test_the_closing_of_an_embassy_is_read_from_the_note_beside_it(readings: list[Reading]) -> None:
    assert said(readings[0], "SY>US") == [("closed", "2014-03-18", "")]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (
            {"note": "note: the U.S. Embassy in Khartoum suspended operations on 22 April 2020, and more"},
            [("operations_suspended", "2020-04-22", "")],
        ),
        (
            {"chief of mission": "Ambassador (vacant); note - on 6 February 2012, the US suspended operations at its "
             "embassy in Damascus; Czechia serves as a protecting power for US interests in Syria"},
            [("operations_suspended", "2012-02-06", ""), ("protecting_power", "[..2021-02-15]", "")],
        ),
        (
            {"chief of mission": "Ambassador (vacant); note – operations at the embassy were suspended on 18 May 2014"},
            [("operations_suspended", "2014-05-18", "")],
        ),
        (
            {"embassy": "Embassy Kabul, operations have been suspended; the Affairs Unit operates from Doha, Qatar."},
            [("operations_suspended", "[..2021-02-15]", "")],
        ),
    ],
)  # fmt: skip
def test_an_embassy_with_suspended_operations_is_not_closed(entry: dict[str, str], expected: list[Any]) -> None:
    (reading,) = factbook.parse(lines(entry))
    assert said(reading, "US>DZ") == expected


def test_of_two_dates_of_one_closing_the_more_exact_counts(readings: list[Reading]) -> None:
    assert said(readings[2], "SY>US") == [("closed", "2014-03-18", "")]


def test_interests_sections_and_protecting_powers_are_read(readings: list[Reading]) -> None:
    assert said(readings[0], "US>IR") == [("interests_section", "[..2021-02-15]", "")]
    assert said(readings[0], "IR>US") == [("interests_section", "[..2021-02-15]", "")]
    assert said(readings[0], "US>KP") == [("protecting_power", "[..2021-02-15]", "")]


def test_what_a_later_snapshot_repeats_without_a_date_stays_the_same_statement(readings: list[Reading]) -> None:
    earlier, later = by_reference(readings[2]), by_reference(readings[3])
    repeated = "US>SV:charge:patrick h vent"
    assert earlier == {} or repeated not in earlier
    assert later[repeated].bounded
    two = factbook.parse(
        lines(
            {"chief of mission": "Ambassador (vacant)"},
            {"chief of mission": "Ambassador (vacant)", "snapshot": "2021-08-05"},
            {"chief of mission": "Ambassador Some BODY (since 1 September 2021)", "snapshot": "2022-02-03"},
            {"chief of mission": "Ambassador (vacant)", "snapshot": "2022-07-28"},
        )
    )
    assert [(one.reference, one.on) for reading in two for one in reading.statements] == [
        ("US>DZ:vacant:2021-02-15", "[..2021-02-15]"),
        ("US>DZ:vacant:2021-02-15", "[..2021-02-15]"),
        ("US>DZ:ambassador:some body", "2021-09-01"),
        ("US>DZ:vacant:2022-07-28", "[..2022-07-28]"),
    ]


def test_an_undated_statement_compares_without_its_bound() -> None:
    chief = "Ambassador (vacant); Charge d'Affaires Jane DOE"
    (first,) = factbook.parse(lines({"chief of mission": chief}))
    (alone,) = factbook.parse(lines({"chief of mission": chief, "snapshot": "2024-08-01"}))
    assert contents(first) == contents(alone)


def test_a_date_that_a_later_snapshot_adds_is_a_correction_of_the_same_statement() -> None:
    (undated,) = factbook.parse(lines({"chief of mission": "Ambassador (vacant); Chargé d'Affaires Waël HASHEM"}))
    (dated,) = factbook.parse(
        lines({"chief of mission": "Ambassador (vacant); Charge d’Affaires Wael HASHEM (since 15 March 2020)"})
    )
    assert by_reference(undated).keys() == by_reference(dated).keys()
    assert contents(undated) != contents(dated)


def test_a_code_that_no_table_has_is_unreadable_and_one_without_a_country_ignored() -> None:
    (reading,) = factbook.parse(lines({"gec": "qq", "text": "none"}, {"gec": "ax", "text": "none"}))
    assert [one.reason for one in reading.unreadable] == ["the country code 'qq' is not known"]
    assert [one.reason for one in reading.ignored] == ["the Sovereign Base Area of Akrotiri is no country"]


@pytest.mark.parametrize(
    "raw",
    [b"", b"   \n", b"<!DOCTYPE html><html></html>", b"[1, 2]", b"{", b"\xff\xfe\x00", b'{"snapshot": "2021-02-15"}'],
)
def test_a_file_that_is_not_the_list_is_refused(raw: bytes) -> None:
    with pytest.raises(FileRefused):
        factbook.parse(raw)


def test_one_spoilt_line_among_many_is_counted_and_named() -> None:
    good = lines(
        *({"chief of mission": "Ambassador (vacant)", "snapshot": f"2021-02-{day:02}"} for day in range(1, 29))
    )
    raw = b"\n".join([*([good] * 4), b"{spoilt\n"])
    readings = factbook.parse(raw)
    assert [(one.reference, one.line) for one in readings[-1].unreadable] == [("line 113", 113)]


def test_fields_that_are_not_read_may_be_of_any_type_and_those_that_are_may_be_null() -> None:
    row = {
        "gec": " AG ",
        "side": "FROM_US",
        "year": 2026,
        "note": None,
        "tags": ["new"],
        "snapshot": "2026-01-01T00:00Z",
    }
    (reading,) = factbook.parse(lines({"chief of mission": "Ambassador Jane DOE (since 2020)", **row}))
    assert (said(reading, "US>DZ"), str(reading.version)) == ([("ambassador", "2020", "Jane Doe")], "2026-01-01")
    (reading,) = factbook.parse(
        lines({"chief of mission": "Ambassador Jane DOE"}, {"chief of mission": {"text": "Jane"}})
    )
    assert [one.reason for one in reading.unreadable] == ["its chief of mission is not a text"]


def test_an_edition_with_a_bad_date_is_a_reading_of_its_own_and_the_others_are_read() -> None:
    raw = lines(
        {"chief of mission": "Ambassador (vacant)"},
        {"chief of mission": "Ambassador (vacant)", "snapshot": "2021-13-05"},
        {"chief of mission": "Ambassador (vacant)", "snapshot": "2022-02-03"},
    )
    bad, *good = factbook.parse(raw)
    assert [str(one.version) for one in good] == ["2021-02-15", "2022-02-03"]
    assert (bad.version, bad.records, bad.bad) == (None, 1, 1)
    assert bad.unreadable[0].reason == "the snapshot '2021-13-05' is not a day (YYYY-MM-DD)"


def test_a_spoilt_line_counts_for_the_edition_before_it() -> None:
    two = lines({"chief of mission": "Ambassador (vacant)"}), lines({"text": "none", "snapshot": "2022-02-03"})
    first, second = factbook.parse(b"\n".join([two[0], b"{spoilt", two[1]]))
    assert (first.bad, second.bad) == (1, 0)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Jamie D. McCOOK", "Jamie D. McCook"),
        ("Kevin Mark O'REGAN", "Kevin Mark O'Regan"),
        ("Reuben E. BRIDGE II", "Reuben E. Bridge II"),
        ("LI Kexue", "Li Kexue"),
        ("George S.W. PATON, Sr.", "George S.W. Paton, Sr."),
        ("Anthony Wayne PHILIPS-SPENSER, Brig. Gen. (Ret.)", "Anthony Wayne Philips-Spenser"),
        ("Vilma PETROVA, Minister Counselor", "Vilma Petrova"),
    ],
)
def test_names_lose_their_ranks_and_capitals_and_nothing_else(name: str, expected: str) -> None:
    assert cleaned(name) == expected


@pytest.mark.parametrize(
    ("words", "on"),
    [
        ("16 Sept 2016", "2016-09-16"),
        ("19 APRIL 2023", "2023-04-19"),
        ("late January 2018", "2018-01"),
        ("2022", "2022"),
    ],
)
def test_dates_in_words_become_edtf(words: str, on: str) -> None:
    assert in_edtf(words) == on


def test_the_table_of_codes_names_each_country_of_the_tracker_but_former_ones() -> None:
    codes = {row["code"] for row in table("gec") if row["code"]}
    fixtures = Path(__file__).parents[2] / "fixtures" / "countries.json"
    countries = {row["pk"]: row["fields"] for row in json.loads(fixtures.read_text())}
    assert codes <= set(countries)
    # The Factbook has no entry for these: the Åland Islands, the Caribbean Netherlands, the UN and former states.
    assert {code for code in set(countries) - codes if not countries[code].get("to_year")} == {"AX", "BQ", "UN"}
    assert all(row["code"] or row["reason"] for row in table("gec"))


def test_the_whole_of_the_factbook_is_read() -> None:
    """485 entries a date; at most two of a date cannot be read."""
    readings = factbook.parse(whole("factbook", "diplomatic_representation.jsonl").read_bytes())
    assert len(readings) == 8
    for one in readings:
        assert_sound(one)
        assert one.records == 485
        assert len(one.unreadable) <= 2
        assert {"names no title" in reason.reason for reason in one.unreadable} <= {True}
        assert len(one.statements) > 390
    assert said(readings[0], "US>BY") == [("asked_to_leave", "2008", ""), ("charge", "2018-08", "Jenifer Moore")]
    assert said(readings[0], "BY>US") == [("recalled", "2008", ""), ("charge", "2019-07", "Dmitriy Basik")]
    assert said(readings[0], "US>AG") == [("non_resident", "[..2021-02-15]", "Linda S. Taglialatela")]
    assert said(readings[0], "SY>US") == said(readings[2], "SY>US") == [("closed", "2014-03-18", "")]
    assert said(readings[-1], "VA>US") == [("ambassador", "2016-06-27", "Christophe Pierre")]
