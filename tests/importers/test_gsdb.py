"""Sanctions cases of the Global Sanctions Data Base; the rows are made up in its format, none is copied."""

import pytest

from relations.codes import Measure
from relations.errors import FileRefused
from relations.importers.engine.statements import Reading
from relations.importers.engine.tables import table
from relations.importers.sources import gsdb
from relations.models import SanctionEvent
from tests.importers.gsdb_files import HEADER, row
from tests.importers.importing import imported
from tests.importers.reading import assert_sound, by_reference, contents
from tests.importers.shared_data import whole

BOTH_WAYS, WHOLLY = '"exp_part, imp_part"', '"exp_compl, imp_compl"'


def made(*rows: str) -> Reading:
    (one,) = gsdb.parse((HEADER + "\n".join(rows) + "\n").encode())
    return one


ONGOING = [row(begin=begin, end="2022", success="ongoing") for begin in ("2010", "2011")]


def acts(reading: Reading) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [(f"{one.sender}>{one.target}", one.word, one.on, one.measures) for one in reading.statements]


def test_a_case_is_imposed_in_its_first_year_and_lifted_in_its_last() -> None:
    reading = made(row())
    assert_sound(reading)
    assert acts(reading) == [
        ("US>BY", "imposed", "1997", ("financial", "travel")),
        ("US>BY", "lifted", "2003", ()),
    ]
    imposed, lifted = reading.statements
    assert imposed.programme == lifted.programme
    assert imposed.programme
    assert imposed.programme.title == "Sanctions from 1997: democracy (GSDB)"
    assert imposed.quote == row()
    assert lifted.note == "Outcome: democracy: partial success."


def test_an_ongoing_case_has_no_end_even_in_the_last_year_of_the_data() -> None:
    assert [word for _, word, *_ in acts(made(row(end="2022", success="ongoing")))] == ["imposed"]


def test_while_one_of_its_objectives_is_pursued_a_case_goes_on() -> None:
    mixed = made(row(objective='"democracy,end_war"', success='"failed,ongoing"'))
    assert [word for _, word, *_ in acts(mixed)] == ["imposed"]


def test_a_case_called_ongoing_that_ends_before_the_last_year_of_the_release_has_ended() -> None:
    reading = made(row(end="1992", begin="1990", success="ongoing"), *ONGOING)
    assert [one for one in acts(reading) if one[1] != "imposed"] == [("US>BY", "expired", "1992", ())]


def test_a_bad_last_year_of_one_case_ends_no_other() -> None:
    reading = made(row(end="2072", success="ongoing"), *ONGOING)
    assert {word for _, word, *_ in acts(reading)} == {"imposed"}


@pytest.mark.parametrize(
    ("changes", "is_on_persons"),
    [
        ({"target": "Ghana", "objective": "terrorism", "begin": "2003"}, True),
        ({"target": "Sudan", "objective": "terrorism", "begin": "1993"}, False),
        ({"target": "Ghana", "objective": "terrorism", "begin": "2003", "trade": "1", "descr": "exp_part"}, False),
        ({"target": "Ghana", "objective": "terrorism", "begin": "2003", "trade": "1", "descr": BOTH_WAYS}, True),
        ({"target": "Ghana", "objective": "terrorism", "begin": "2003", "trade": "1", "descr": WHOLLY}, False),
        ({"target": "Ghana", "objective": '"terrorism,democracy"', "success": '"failed,failed"'}, False),
        ({"target": "Ghana"}, False),
        # Narcotics traffickers of Belize and corrupt officials of Bulgaria; an end of aid is coded without dealings.
        ({"target": "Belize", "objective": "other", "begin": "2001", "trade": "1", "descr": BOTH_WAYS}, True),
        ({"target": "Bulgaria", "objective": '"terrorism,other"', "success": '"failed,failed"', "begin": "2001",
          "trade": "1", "descr": BOTH_WAYS}, True),
        ({"target": "Belize", "objective": "other", "begin": "1998", "trade": "1", "descr": BOTH_WAYS}, False),
        ({"target": "Bulgaria", "objective": "other", "begin": "2001"}, False),
        ({"target": "India", "objective": "prevent_war", "begin": "2003", "trade": "1", "descr": BOTH_WAYS}, False),
    ],
)  # fmt: skip
def test_the_freezing_of_a_terrorists_assets_in_ghana_is_no_sanction_on_ghana(changes, is_on_persons) -> None:
    imposed = made(row(**changes)).statements[0]
    assert imposed.programme
    assert imposed.programme.title.startswith(gsdb.DESIGNATED) is is_on_persons
    assert ("not the country" in imposed.note) is is_on_persons


@pytest.mark.usefixtures("countries")
@pytest.mark.django_db
def test_a_release_replaces_the_one_before_although_a_line_of_it_cannot_be_read(tmp_path) -> None:
    old, new = tmp_path / "gsdb_v3.csv", tmp_path / "gsdb_v4.csv"
    many = [row(begin=str(year)) for year in range(1885, 1990)]
    many.append(row(begin="1990", end="2004", success="ongoing"))
    old.write_text(HEADER + "\n".join([*many, row(target="Cuba"), row(target="Iran")]) + "\n")
    moved = [line.replace("1,", "7,", 1) for line in many[12:]]
    moved += [row(begin=str(year)) for year in range(1990, 2002)]  # more than a tenth, in the place of others
    new.write_text(HEADER + "\n".join([*moved, row(target="Iran", end="2004"), row(sender="Atlantis")]) + "\n")
    assert imported("gsdb", old).added == 215
    run = imported("gsdb", new)
    assert (run.added, run.amended, run.ended, run.refused) == (24, 1, 26, 1)
    targets = set(SanctionEvent.objects.current().values_list("to_country", flat=True))
    assert targets == {"BY", "IR"}


@pytest.mark.usefixtures("countries")
@pytest.mark.django_db
def test_an_older_release_after_a_newer_one_is_refused_and_retracts_nothing(tmp_path) -> None:
    """No release says its day: its last year does."""
    for number, end in ((4, "2023"), (3, "2022")):
        path = tmp_path / f"gsdb_v{number}.csv"
        path.write_text(f"{HEADER}{row(end=end, success='ongoing')}\n{row(target='Cuba' if number == 4 else 'Iran')}\n")
    assert imported("gsdb", tmp_path / "gsdb_v4.csv").added == 3
    with pytest.raises(FileRefused, match="it speaks of the time to 2022-12-31, and the last import to 2023-12-31"):
        imported("gsdb", tmp_path / "gsdb_v3.csv")
    assert set(SanctionEvent.objects.current().values_list("to_country", flat=True)) == {"BY", "CU"}


def test_a_case_that_failed_is_not_said_to_have_been_lifted() -> None:
    assert acts(made(row(success="failed")))[1][:3] == ("US>BY", "expired", "2003")


def test_objectives_and_outcomes_are_aligned_by_position() -> None:
    reading = made(row(objective='"democracy,end_war"', success='"success_total,failed"'))
    assert reading.statements[1].note == "Outcome: democracy: total success; ending war: failed."
    assert reading.statements[1].word == "lifted"


def test_objectives_that_do_not_align_make_the_case_unreadable() -> None:
    reading = made(row(objective='"democracy,end_war"', success="ongoing"), row(case_id="2"))
    assert [one.reason for one in reading.unreadable] == ["it has 2 objectives and 1 outcomes"]
    assert len(reading.statements) == 2


def test_prevent_war_with_a_space_is_prevent_war() -> None:
    spaced, plain = made(row(objective="prevent war")), made(row(objective="prevent_war"))
    assert contents(spaced) == contents(plain)


def test_all_six_types_become_measures_of_the_tracker() -> None:
    everything = row(trade="1", descr='"exp_compl, imp_part"', arms="1", military="1", other="1")
    (imposed, _) = made(everything).statements
    assert set(imposed.measures) == set(Measure.values)
    assert "Trade: complete export, partial import." in imposed.note


def test_several_senders_and_targets_are_split_though_names_contain_commas() -> None:
    reading = made(
        row(sender='"EU, Egypt, Arab Rep.,  Korea, South"', target='"Congo, Democratic Republic of the, Gambia, The"')
    )
    assert [name for name, word, *_ in acts(reading) if word == "imposed"] == [
        "EU>CD", "EU>GM", "EG>CD", "EG>GM", "KR>CD", "KR>GM",
    ]  # fmt: skip


def test_the_community_is_the_union_and_former_states_have_their_codes() -> None:
    reading = made(row(sender="EEC", target="Soviet Union"), row(sender="Czechoslovakia", target="FRY"))
    assert {name for name, *_ in acts(reading)} == {"EU>SU", "CS>YU"}


def test_a_group_that_the_tracker_does_not_have_is_ignored_by_name() -> None:
    reading = made(row(sender='"League of Arab States, France"'), row(case_id="7", target="Western countries"))
    assert [name for name, *_ in acts(reading)] == ["FR>BY", "FR>BY"]
    assert [(one.reference, one.reason) for one in reading.ignored] == [
        ("case 1", "League of Arab States: an organisation that is no party of the tracker"),
        ("case 7", "Western countries: a group of states is no party of the tracker"),
    ]
    assert reading.unreadable == []


def test_cases_numbered_anew_in_another_release_are_the_same_cases() -> None:
    first = made(row(case_id="1"), row(case_id="2", begin="2006", end="2022", success="ongoing"))
    later = made(row(case_id="9", begin="2006", end="2022", success="ongoing"), row(case_id="4"))
    assert contents(first) == contents(later)


def test_two_cases_of_one_name_are_two_programmes() -> None:
    reading = made(row(), row(case_id="2", end="2010"))
    assert [one.reference for one in reading.statements] == [
        "US>BY:1997:democracy:imposed",
        "US>BY:1997:democracy:ended",
        "US>BY:1997:democracy~2:imposed",
        "US>BY:1997:democracy~2:ended",
    ]
    assert len({one.programme for one in reading.statements}) == 2


def test_a_case_that_ends_in_a_later_release_gains_an_end_and_its_beginning_is_unchanged() -> None:
    before = made(row(end="2022", success="ongoing"))
    after = made(row(end="2023", success="success_total"))
    assert contents(after).items() > contents(before).items()
    assert set(by_reference(after)) - set(by_reference(before)) == {"US>BY:1997:democracy:ended"}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"sender": "Atlantis"}, "the party 'Atlantis' is not known"),
        ({"sender": '"France, Atlantis"'}, "the party 'Atlantis' is not known"),
        ({"sender": ""}, "it names no party"),
        ({"begin": "97"}, "begin '97' is not a year"),
        ({"end": "1990"}, "it ends in 1990, before it begins in 1997"),
        ({"financial": "2"}, "financial '2' is neither 0 nor 1"),
        ({"financial": "0", "travel": "0"}, "it names no type of sanction"),
        ({"objective": "fame"}, "objective 'fame' is not known"),
        ({"success": "draw"}, "success 'draw' is not known"),
        ({"trade": "1", "descr": "everything"}, "descr_trade 'everything' is not known"),
        ({"sm": "0,0"}, "it has 17 cells and not 16"),
    ],
)
def test_a_case_that_cannot_be_read_is_named_and_the_rest_is_imported(changes: dict[str, str], reason: str) -> None:
    reading = made(row(**changes), row(case_id="2", target="Cuba"))
    assert [(one.line, one.reason) for one in reading.unreadable] == [(2, reason)]
    assert {name for name, *_ in acts(reading)} == {"US>CU"}


def test_a_copy_that_a_statistics_program_wrote_anew_says_the_same() -> None:
    """Years and flags as numbers with a point, or flags as words; a word's capitals mean nothing."""
    written = {"begin": "1997.0", "financial": "TRUE", "trade": "0.0", "objective": "Democracy", "success": "ONGOING"}
    plain = {"begin": "1997", "financial": "1", "trade": "0", "objective": "democracy", "success": "ongoing"}
    assert acts(made(row(**written))) == acts(made(row(**plain)))
    assert contents(made(row(**written))) == contents(made(row(**plain)))


def test_a_case_against_oneself_is_ignored_by_name() -> None:
    reading = made(row(target="United States"))
    assert (reading.statements, [one.reason for one in reading.ignored]) == ([], ["US is on both sides"])


@pytest.mark.parametrize("raw", [b"", HEADER.encode(), b"case_id,objective\n1,x\n", b"\x80\x81"])
def test_a_file_that_is_no_release_is_refused(raw: bytes) -> None:
    with pytest.raises(FileRefused):
        gsdb.parse(raw)


def test_the_table_of_parties_gives_a_code_or_a_reason() -> None:
    assert all(bool(row["code"]) != bool(row["reason"]) for row in table("gsdb_parties"))


def test_the_whole_of_release_3_is_read() -> None:
    """1,325 cases, of which one has two objectives and one outcome."""
    (one,) = gsdb.parse(whole("gsdb", "gsdb_v3.csv").read_bytes())
    assert_sound(one)
    assert one.records == 1325
    assert [reason.reason for reason in one.unreadable] == ["it has 2 objectives and 1 outcomes"]
    assert len(one.statements) > 2900
