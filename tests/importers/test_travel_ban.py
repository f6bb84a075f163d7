"""US entry suspensions by country: the state after each proclamation, and the quirks of the columns."""

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from relations.errors import FileRefused
from relations.importers.engine.statements import Reading
from relations.importers.sources import travel_ban
from tests.importers.reading import assert_sound, by_reference, contents
from tests.importers.shared_data import whole

RAW = (Path(__file__).parent / "files" / "travel_ban" / "us_travel_ban_events.csv").read_bytes()
HEADER = "instrument,signed,effective,iso2,action,level,note,source\n"


@pytest.fixture(scope="module")
def reading() -> Reading:
    (one,) = travel_ban.parse(RAW)
    return one


def made(*rows: str) -> Reading:
    (one,) = travel_ban.parse((HEADER + "\n".join(rows) + "\n").encode())
    return one


def standing(reading: Reading, day: str) -> dict[str, str]:
    """country -> scope of countries on any list on a day, folded as the tracker folds entries."""
    lists: dict[tuple[str, str], str | None] = {}
    for one in sorted(reading.statements, key=lambda one: one.when.latest):
        if one.ban_list and one.when.latest <= dt.date.fromisoformat(day):
            lists[one.ban_list.title, one.target] = None if one.word == "removed" else one.scope
    return {country: scope for (_, country), scope in lists.items() if scope is not None}


@pytest.mark.parametrize(
    ("day", "scopes"),
    [
        ("2011-03-14", {}),
        ("2011-03-15", {"full": 2, "partial": 6}),
        ("2012-04-13", {"full": 2, "partial": 5}),
        ("2014-02-27", {"full": 2, "partial": 5}),
        ("2014-02-28", {"full": 2, "partial": 9}),
        ("2015-01-20", {}),
        ("2019-06-09", {"full": 4, "partial": 4}),
        ("2019-12-31", {"full": 4, "partial": 4}),
        ("2020-01-01", {"full": 8, "partial": 7}),
    ],
)
def test_the_state_after_each_proclamation_is_right(reading: Reading, day: str, scopes: dict[str, int]) -> None:
    assert Counter(standing(reading, day).values()) == scopes


def test_every_row_is_an_entry_or_named(reading: Reading) -> None:
    assert_sound(reading)
    assert (reading.records, len(reading.statements), reading.unreadable) == (44, 41, [])
    assert Counter(one.reason for one in reading.ignored) == {"nothing changes": 3}
    assert str(reading.version) == "2019-12-16"


def test_a_later_proclamation_changes_the_list_that_names_the_country(reading: Reading) -> None:
    chad = by_reference(reading)["Order 2:TD"]
    assert (chad.sender, chad.target, chad.word, chad.on) == ("US", "TD", "removed", "2012-04-13")
    assert chad.ban_list
    assert chad.ban_list.instrument == "Order 1"
    assert chad.note.startswith("By Order 2. Source: https://")
    revoked = {
        one.target: one.ban_list.instrument
        for one in reading.statements
        if one.ban_list and one.reference.startswith("Order 4:")
    }
    assert (revoked["IR"], revoked["MM"], len(revoked)) == ("Order 1", "Order 3", 11)


def test_a_list_has_the_title_and_the_legal_basis_of_its_instrument() -> None:
    listed = made("Proclamation 10949,2025-06-04,2025-06-09,AF,listed,full,,").statements[0].ban_list
    assert listed is not None
    assert listed.title.startswith("Proclamation 10949: Restricting the Entry of Foreign Nationals To Protect")
    assert listed.legal_basis == "INA 212(f); INA 215(a)"
    unknown = made("Proclamation 99999,2030-01-01,2030-01-02,AQ,listed,full,,").statements[0].ban_list
    assert unknown
    assert (unknown.title, unknown.legal_basis) == ("Proclamation 99999", "")


def test_immigrants_only_is_partial_for_immigrants(reading: Reading) -> None:
    turkmenistan = by_reference(reading)["Order 6:TM"]
    assert (turkmenistan.word, turkmenistan.scope, turkmenistan.visa_classes) == ("amended", "partial", ("immigrant",))


def test_visa_classes_are_read_from_the_note(reading: Reading) -> None:
    assert by_reference(reading)["Order 5:BI"].visa_classes == ("B-1", "B-2", "F", "M", "J", "immigrant")
    assert by_reference(reading)["Order 1:SY"].visa_classes == ("immigrant", "nonimmigrant")


def test_where_only_the_signature_is_dated_the_effect_lies_between_it_and_the_month_named(reading: Reading) -> None:
    assert by_reference(reading)["Order 3:NG"].on == "[2014-01-31..2014-02]"
    assert made("P 1,2020-01-31,,NG,listed,partial,,").statements[0].on == "2020-01-31"


def test_the_quote_is_the_unchanged_row(reading: Reading) -> None:
    assert by_reference(reading)["Order 1:TD"].quote == (
        'Order 1,2011-03-01,2011-03-15,TD,listed,partial,"level differs by country, says the source",'
        "https://example.org/order-1"
    )


def test_the_order_of_the_rows_does_not_matter(reading: Reading) -> None:
    head, *rows = RAW.decode().splitlines()
    (turned,) = travel_ban.parse("\n".join([head, *reversed(rows)]).encode())
    assert contents(turned) == contents(reading)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("P 2,2030-01-01,2030-01-02,AQ,removed,,,", "AQ is removed and is on no list"),
        ("P 2,2030-01-01,2030-01-02,AQ,continued,full,,", "AQ is continued and is on no list"),
        ("P 2,2030-01-01,2030-01-02,TD,continued,full,,", "TD is continued in full, and is listed otherwise"),
        ("P 2,2030-01-01,2030-01-02,AQ,banned,full,,", "the action 'banned' is not known"),
        ("P 2,2030-01-01,2030-01-02,AQ,listed,mostly,,", "the level 'mostly' is not known"),
        ("P 2,2030-01-01,soon,AQ,listed,full,,", "effective 'soon' is not a day"),
        ("P 2,2030-02-30,,AQ,listed,full,,", "signed '2030-02-30' is not a day"),
        ("P 2,2030-01-01,2030-01-02,Chad,listed,full,,", "'Chad' is not an ISO 3166-1 alpha-2 code"),
        ("P 2,2030-01-01,2030-01-02,US,listed,full,,", "a fact has two different countries, and both are US"),
        (",2030-01-01,2030-01-02,AQ,listed,full,,", "it names no instrument"),
        ("P 2,2030-01-01", "it has 2 cells and not 8"),
    ],
)
def test_a_row_that_makes_no_sense_is_named_and_the_rest_is_imported(row: str, reason: str) -> None:
    reading = made("P 1,2029-01-01,2029-01-02,TD,listed,partial,,", row)
    (unreadable,) = reading.unreadable
    assert unreadable.reason.startswith(reason)
    assert unreadable.line == 3
    assert [one.reference for one in reading.statements] == ["P 1:TD"]


@pytest.mark.parametrize(
    ("verb", "word"),
    [("Expanded", "amended"), ("enjoined", "suspended"), ("terminated", "removed"), ("lifted", "removed")],
)
def test_an_instruments_own_verb_is_the_act_that_it_means(verb: str, word: str) -> None:
    reading = made("P 1,2029-01-01,2029-01-02,TD,added,Partial,,", f"P 2,2030-01-01,,TD,{verb},,,")
    assert reading.unreadable == []
    assert [(one.reference, one.word) for one in reading.statements] == [("P 1:TD", "listed"), ("P 2:TD", word)]


def test_the_same_act_twice_is_named_and_stated_once() -> None:
    row = "P 1,2029-01-01,2029-01-02,TD,listed,full,"
    reading = made(f"{row},", f"{row},https://example.org/", f"{row},")
    assert [one.reference for one in reading.statements] == ["P 1:TD"]
    assert [(one.line, one.reason) for one in reading.unreadable] == [(3, "TD is listed by P 1 twice")]
    assert [(one.reference, one.reason) for one in reading.ignored] == [
        ("line 4", "the file has the same line before it")
    ]


def test_a_suspension_of_an_earlier_list_and_the_end_of_all_of_them_reach_each_list() -> None:
    """January 2017: an order, the injunction against it, its successor; four years later one proclamation ends both."""
    reading = made(
        "EO 1,2017-01-27,,IR,listed,full,,", "EO 1,2017-02-03,,IR,suspended,,,", "EO 2,2017-03-06,,IR,listed,full,,",
        "P 3,2021-01-20,,IR,removed,,,",
    )  # fmt: skip
    assert reading.unreadable == []
    assert [(one.reference, one.word, one.ban_list.instrument) for one in reading.statements if one.ban_list] == [
        ("EO 1:IR", "listed", "EO 1"), ("EO 1:IR:suspended:2017-02-03", "suspended", "EO 1"),
        ("EO 2:IR", "listed", "EO 2"),
        ("P 3:IR:EO 1", "removed", "EO 1"), ("P 3:IR:EO 2", "removed", "EO 2"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        HEADER.encode(),
        b"instrument,signed\nx,y\n",
        b"<!doctype html><html></html>",
        (HEADER + 'P 1,2029-01-01,2029-01-02,TD,listed,partial,"open,').encode(),
        HEADER.encode() + b"P\0 1,2029-01-01,2029-01-02,TD,listed,partial,,\n",
        HEADER.encode("utf-16"),
    ],
)
def test_a_file_that_is_not_the_list_is_refused(raw: bytes) -> None:
    with pytest.raises(FileRefused):
        travel_ban.parse(raw)


def test_the_whole_of_the_travel_bans_is_read() -> None:
    (one,) = travel_ban.parse(whole("travel-ban", "us_travel_ban_events.csv").read_bytes())
    assert one.unreadable == []
    assert (one.records, len(one.statements)) == (87, 71)
    for day, scopes in {
        "2017-10-17": {},
        "2017-10-18": {"full": 2, "partial": 6},
        "2018-04-13": {"full": 2, "partial": 5},
        "2020-02-29": {"full": 2, "partial": 11},
        "2021-01-19": {"full": 2, "partial": 11},
        "2021-01-20": {},
        "2025-06-08": {},
        "2025-06-09": {"full": 12, "partial": 7},
        "2025-12-31": {"full": 12, "partial": 7},
        "2026-01-01": {"full": 20, "partial": 20},
    }.items():
        assert Counter(standing(one, day).values()) == scopes
