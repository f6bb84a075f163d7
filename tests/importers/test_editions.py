"""Later editions of one source that name a holder otherwise than the earlier ones."""

import datetime as dt
import json
from pathlib import Path

import pytest
from django.test import Client

from relations import ledger
from relations.importers.engine.statement_diff import Baseline, Change
from relations.importers.engine.statements import Reading, Statement
from relations.models import AmbassadorStatus, Citation, StatusChange
from tests.importers.importing import counts, imported

pytestmark = pytest.mark.usefixtures("countries")


@pytest.fixture(autouse=True)
def archive(settings, tmp_path):
    settings.TRACKER_DATA = tmp_path / "data"


def of_azerbaijan(day: str, *names: str) -> str:
    """A line of the Factbook of that day: who was ambassador in Washington since 15 September 2021."""
    chief = "; ".join(f"Ambassador {name} (since 15 September 2021)" for name in names)
    return json.dumps({"snapshot": day, "gec": "aj", "side": "in_us", "chief of mission": chief})


def azerbaijans() -> list[tuple[str, int]]:
    facts = AmbassadorStatus.objects.current().filter(from_country="AZ", to_country="US").order_by("id")
    return [(fact.holder, fact.version) for fact in facts]


@pytest.mark.parametrize("together", [True, False])
def test_a_later_edition_that_names_another_for_the_same_day_corrects_the_earlier(tmp_path, together):
    lines = [
        of_azerbaijan("2022-02-03", "Kahzar IBRAM"),
        of_azerbaijan("2022-07-28", "Khazar IBRAM"),
        of_azerbaijan("2023-01-26", "Khazar IBRAM"),
    ]
    for number, text in enumerate(["\n".join(lines)] if together else lines):
        path = tmp_path / f"{number}.jsonl"
        path.write_text(text, "utf-8")
        imported("factbook", path)
    assert azerbaijans() == [("Khazar Ibram", 2)]
    assert AmbassadorStatus.objects.filter(holder="Kahzar Ibram").exists()
    shown = Client().get("/api/relations/AZ-US/?as_of=2023-02-01").json()["status"]["ambassadors"]
    (post,) = [one["post"] for one in shown if one["from"] == "AZ"]
    assert (post["holder"], post["disputed"]) == ("Khazar Ibram", False)


@pytest.mark.parametrize(
    ("first", "later", "same"),
    [
        ("Tom S. UDELL", "Thomas Stewart UDELL", True),
        ("BAIDE Cisse", "Cissé Mint Cheikh Ould BAIDE", True),
        ("Farid YASIR", "Fareed Mustafa Kamil YASSEER", True),
        ("Yusif bin Mani bin Said al-UTAYRA", "Yousif Mana Saeed Ahmed ALOTAIRA", True),
        ("RIMA bint Bandar bin Abd al-Aziz Al Saud", "Reema Bint Bandar Bin Sultan AL SAUD", True),
        ("Bocchit EDMUND", "Issimail CHANFO", False),
        ("John SMITH", "John JONES", False),
    ],
)
def test_another_spelling_of_most_of_a_name_corrects_it_and_another_name_is_a_second_fact_and_no_dispute(
    tmp_path, first, later, same
):
    """Two editions of one source are one witness."""
    taken(tmp_path, of_azerbaijan("2022-02-03", first), of_azerbaijan("2022-07-28", later))
    assert len(azerbaijans()) == (1 if same else 2)
    shown = Client().get("/api/relations/AZ-US/?as_of=2023-02-01").json()["status"]["ambassadors"]
    (post,) = [one["post"] for one in shown if one["from"] == "AZ"]
    assert (post["disputed"], post["confirmed_on"]) == (False, "2022-07-28")


def test_a_later_edition_that_gives_the_same_person_another_rank_since_the_same_day_corrects_the_rank(tmp_path):
    first = of_azerbaijan("2022-02-03", "Thomas R. HASTING").replace("15 September 2021", "August 2021")
    second = first.replace("2022-02-03", "2022-07-28").replace("Ambassador ", "Ambassador (vacant); Charge d'Affaires ")
    third = second.replace("2022-07-28", "2023-01-26")
    assert taken(tmp_path, first) == (1, 0, 0)
    assert taken(tmp_path, second) == (0, 1, 0)
    assert taken(tmp_path, third) == (0, 0, 0)
    fact = AmbassadorStatus.objects.current().get(from_country="AZ", to_country="US")
    assert (fact.status, fact.holder, fact.on) == ("charge", "Thomas R. Hasting", "2021-08")
    promoted = of_azerbaijan("2024-08-01", "Thomas R. HASTING").replace("15 September 2021", "2 May 2024")
    assert taken(tmp_path, promoted) == (1, 0, 0)
    facts = AmbassadorStatus.objects.current().filter(from_country="AZ", to_country="US").order_by("earliest")
    assert [(one.status, one.on) for one in facts] == [("charge", "2021-08"), ("ambassador", "2024-05-02")]


def test_a_later_edition_that_spells_the_name_otherwise_is_a_second_witness_and_changes_nothing(tmp_path):
    for number, name in enumerate(["Khazar I. IBRAM", "Khazar IBRAM"]):
        path = tmp_path / f"{number}.jsonl"
        path.write_text(of_azerbaijan(f"2022-0{number + 1}-03", name), "utf-8")
        imported("factbook", path)
    assert azerbaijans() == [("Khazar I. Ibram", 1), ("Khazar Ibram", 1)]
    changes = StatusChange.objects.filter(pair="AZ-US").order_by("id").values_list("track", "new__holder")
    assert [line for line in changes if line[0].startswith("ambassador")] == [("ambassador:AZ>US", "Khazar I. Ibram")]


def test_a_successor_under_his_predecessors_date_takes_nothing_from_him_and_is_dated_later(tmp_path):
    lines = [
        of_azerbaijan("2022-02-03", "Karen Lynn WILLARD"),
        of_azerbaijan("2022-07-28", "Robert J. FAUCET"),
        of_azerbaijan("2023-01-26", "Robert J. FAUCET").replace("15 September 2021", "31 January 2022"),
    ]
    path = tmp_path / "successor.jsonl"
    for number in (2, 3):
        path.write_text("\n".join(lines[:number]), "utf-8")
        imported("factbook", path)
        shown = Client().get("/api/relations/AZ-US/?as_of=2021-10-01").json()["status"]["ambassadors"]
        assert [one["post"]["disputed"] for one in shown if one["from"] == "AZ"] == [False]
    assert [one["post"]["holder"] for one in shown if one["from"] == "AZ"] == ["Karen Lynn Willard"]
    assert azerbaijans() == [("Karen Lynn Willard", 1), ("Robert J. Faucet", 2)]


@pytest.mark.parametrize("together", [True, False])
def test_who_comes_back_after_a_successor_has_a_second_term_next_to_the_first(tmp_path, together):
    bankson, corry = "Rosemary BANKSON (since 11 January 2019)", "Ben Gilbert CARROW (since 16 September 2022)"
    again = "Rosemary BANKSON (since 17 June 2024)"
    chiefs = {
        "2022-07-28": bankson, "2023-01-26": corry, "2024-08-01": again, "2025-01-01": again,
        "2025-08-01": again.replace("17", "18"),
    }  # fmt: skip
    lines = [
        json.dumps({"snapshot": day, "gec": "nz", "side": "in_us", "chief of mission": f"Ambassador {chief}"})
        for day, chief in chiefs.items()
    ]
    for number, text in enumerate(["\n".join(lines)] if together else lines):
        path = tmp_path / f"{number}.jsonl"
        path.write_text(text, "utf-8")
        imported("factbook", path)
    facts = AmbassadorStatus.objects.current().filter(from_country="NZ", to_country="US").order_by("earliest")
    assert [(fact.holder, fact.on, fact.version) for fact in facts] == [
        ("Rosemary Bankson", "2019-01-11", 1),
        ("Ben Gilbert Carrow", "2022-09-16", 1),
        ("Rosemary Bankson", "2024-06-18", 2),
    ]  # fmt: skip


def test_two_people_whom_one_edition_names_for_one_day_are_both_recorded(tmp_path):
    path = tmp_path / "both.jsonl"
    path.write_text(
        "\n".join(
            [of_azerbaijan("2022-02-03", "Kahzar IBRAM"), of_azerbaijan("2022-07-28", "Kahzar IBRAM", "Jane DOE")]
        ),
        "utf-8",
    )
    imported("factbook", path)
    assert sorted(azerbaijans()) == [("Jane Doe", 1), ("Kahzar Ibram", 1)]


PALMGREN = "Ambassador (vacant); Charge d'Affaires Matthew PALMGREN"
HARTWELL = "Ambassador Jane HARTWELL (since 19 July 2022)"


def in_london(day: str, chief: str) -> str:
    return json.dumps({"snapshot": day, "gec": "uk", "side": "from_us", "chief of mission": chief})


def taken(into: Path, *lines: str) -> tuple[int, int, int]:
    into.joinpath("edition.jsonl").write_text("\n".join(lines), "utf-8")
    return counts(imported("factbook", into / "edition.jsonl"))


def londoners() -> list[tuple[str, str, str, int]]:
    facts = AmbassadorStatus.objects.current().filter(from_country="US", to_country="GB").in_order()
    return [(fact.status, fact.holder, fact.on, fact.version) for fact in facts]


def head_in_london(day: str) -> tuple[str, str, str, bool]:
    shown = Client().get(f"/api/relations/GB-US/?as_of={day}").json()["status"]["ambassadors"]
    (post,) = [one["post"] for one in shown if one["from"] == "US"]
    return post["value"], post["holder"], post["since"], post["disputed"]


@pytest.mark.parametrize("together", [True, False])
def test_an_undated_charge_gives_way_to_the_ambassador_whom_a_later_edition_dates_before_him(tmp_path, together):
    lines = [
        in_london("2022-02-03", "Ambassador (vacant); Charge d'Affaires Philip T. REEDER (since 1 August 2021)"),
        in_london("2022-07-28", PALMGREN),
        in_london("2023-01-26", HARTWELL),
        in_london("2024-08-01", HARTWELL),
    ]
    for edition in [lines] if together else [[line] for line in lines]:
        taken(tmp_path, *edition)
    assert londoners() == [
        ("charge", "Philip T. Reeder", "2021-08-01", 1),
        ("charge", "Matthew Palmgren", "[..2022-07-18]", 2),
        ("ambassador", "Jane Hartwell", "2022-07-19", 1),
    ]
    assert head_in_london("2024-08-01") == ("ambassador", "Jane Hartwell", "2022-07-19", False)
    assert head_in_london("2022-07-18")[1] == "Matthew Palmgren"
    first, second = Citation.objects.filter(ambassador_status__holder="Matthew Palmgren").order_by("id")
    assert (first.source_id, first.quote, first.start) == (second.source_id, second.quote, second.start)
    assert second.quote == PALMGREN
    assert set(StatusChange.objects.filter(pair="GB-US").values_list("reason", flat=True)) == {"imported"}
    lines_of_the_log = StatusChange.objects.count()
    assert taken(tmp_path, *lines, "") == (0, 0, 0)
    assert StatusChange.objects.count() == lines_of_the_log


@pytest.mark.parametrize(
    ("chief", "bound"),
    [
        ("Ambassador Jane HARTWELL (since July 2022)", "[..2022-06-30]"),
        ("Ambassador Jane HARTWELL (since 28 July 2022)", "[..2022-07-27]"),
        ("Ambassador Jane HARTWELL (since 29 July 2022)", "[..2022-07-28]"),
        ("Ambassador Matthew PALMGREN (since 19 July 2022)", "[..2022-07-28]"),
        (f"{HARTWELL}; Charge d'Affaires Jane DOE", "[..2022-07-28]"),
        (f"{HARTWELL}; Charge d'Affaires Matthew PALMGREN", "[..2022-07-28]"),
    ],
)
def test_only_another_person_dated_up_to_the_bound_ends_who_was_undated(tmp_path, chief, bound):
    taken(tmp_path, in_london("2022-07-28", PALMGREN), in_london("2023-01-26", chief))
    assert [on for _, holder, on, _ in londoners() if holder == "Matthew Palmgren" and on.startswith("[")] == [bound]


def test_undated_statements_of_two_editions_stay_in_their_order_before_the_successor(tmp_path):
    lines = [
        in_london("2022-07-10", PALMGREN),
        in_london("2022-07-28", "Ambassador (vacant)"),
        in_london("2023-07-27", HARTWELL),
    ]
    taken(tmp_path, *lines)
    assert [(word, on) for word, _, on, _ in londoners()] == [
        ("charge", "[..2022-07-10]"), ("vacant", "[..2022-07-18]"), ("ambassador", "2022-07-19"),
    ]  # fmt: skip
    assert head_in_london("2022-07-18")[3] is False


@pytest.mark.parametrize("together", [True, False])
def test_us_af_is_not_vacant_before_it_is_closed(tmp_path, together):
    """The vacancy of February 2022, which a chargé since August 2021 leaves no day: an edition of that month saw
    somebody else. It was in post, `[..2021-07-31]`, while he was seen there on 2021-08-05."""
    others = [
        json.dumps(
            {
                "snapshot": "2021-08-05",
                "gec": gec,
                "side": "from_us",
                "chief of mission": HARTWELL.replace("2022", "2021"),
            }
        )
        for gec in ("fr", "gm", "it", "sp", "po", "ei", "nl", "be", "da", "sw")
    ]
    lines = [
        in_london("2021-08-05", "Ambassador (vacant); Charge d'Affaires Ross WILSON (since 18 January 2020)"),
        in_london("2022-02-03", "Ambassador (vacant)"),
        in_london("2022-07-28", "Ambassador (vacant); Charge d'Affaires Ian MCCARY (since August 2021)"),
    ]
    for edition in [[*others, *lines]] if together else [[*others, lines[0]], [lines[1]], [lines[2]]]:
        taken(tmp_path, *edition)
    assert [(word, on) for word, _, on, _ in londoners()] == [("charge", "2020-01-18"), ("charge", "2021-08")]
    assert [head_in_london(day)[1] for day in ("2021-07-31", "2021-08-05", "2021-08-30", "2021-08-31")] == [
        "Ross Wilson", "Ross Wilson", "Ross Wilson", "Ian McCary",
    ]  # fmt: skip
    assert taken(tmp_path, *others, *lines, "") == (0, 0, 0)


def test_a_vacancy_that_the_next_edition_repeats_is_the_same_one(tmp_path):
    assert taken(tmp_path, in_london("2022-02-03", "Ambassador (vacant)")) == (1, 0, 0)
    assert taken(tmp_path, in_london("2022-07-28", "Ambassador (vacant)")) == (0, 0, 0)


def test_an_ambassador_before_an_undated_charge_does_not_end_him_when_his_date_is_corrected(tmp_path):
    taken(
        tmp_path,
        in_london("2022-02-03", HARTWELL.replace("2022", "2021")),
        in_london("2022-07-28", PALMGREN),
        in_london("2023-01-26", HARTWELL.replace("2022", "2021").replace("19", "18")),
    )
    assert ("charge", "Matthew Palmgren", "[..2022-07-28]", 1) in londoners()


def test_a_successor_who_was_undated_himself_ends_the_charge_once_an_edition_dates_him(tmp_path):
    taken(tmp_path, in_london("2022-07-28", PALMGREN), in_london("2023-01-26", "Ambassador Jane HARTWELL"))
    assert head_in_london("2024-08-01")[1:3] == ("Jane Hartwell", "[..2023-01-26]")
    assert taken(tmp_path, in_london("2023-07-27", HARTWELL)) == (0, 2, 0)
    assert head_in_london("2024-08-01")[1:3] == ("Jane Hartwell", "2022-07-19")


def test_another_edition_of_the_same_day_ends_nobody_and_comes_and_goes_quietly(tmp_path):
    first, second = in_london("2022-07-28", PALMGREN), in_london("2022-07-28", HARTWELL)
    assert taken(tmp_path, first) == (1, 0, 0)
    assert taken(tmp_path, second) == (1, 0, 0)
    assert taken(tmp_path, first) == (0, 0, 0)
    assert ("charge", "Matthew Palmgren", "[..2022-07-28]", 1) in londoners()


@pytest.mark.parametrize("values", [{"note": "Seen in the Court Circular."}, {"on": "2022-07-25"}])
def test_an_undated_charge_whom_an_editor_has_touched_is_the_editors(tmp_path, values):
    taken(tmp_path, in_london("2022-07-28", PALMGREN))
    fact = AmbassadorStatus.objects.current().get(holder="Matthew Palmgren")
    ledger.correct(AmbassadorStatus, fact.key, values=values, author=ledger.NOBODY)
    later = tmp_path / "later.jsonl"
    later.write_text(in_london("2023-01-26", HARTWELL), "utf-8")
    run = imported("factbook", later)
    touched = ["US>GB:charge:matthew palmgren"] if "note" in values else None  # another date may be no bound
    assert (counts(run), run.complaints.get("kept")) == ((1, 0, 0), touched)
    kept = AmbassadorStatus.objects.current().get(holder="Matthew Palmgren")
    assert (kept.version, kept.on) == (2, values.get("on", "[..2022-07-28]"))


@pytest.mark.parametrize("on", ["0001-01-01", "0001", "[..2000]"])
def test_no_bound_is_set_before_the_first_year_or_an_open_start(on):
    def of(year: int, word: str, holder: str, on: str) -> Reading:
        said = Statement(
            kind="ambassadors", reference=f"US>GB:{word}", source="", quote="words", start=0, sender="US", target="GB",
            word=word, on=on, bounded=holder == "", holder=holder,
        )  # fmt: skip
        return Reading(version=dt.date(year, 1, 1), statements=[said])

    baseline = Baseline({}, before=None, on_missing="leave", shows_moments=True)
    changes: list[Change] = [
        baseline.diff(of(2001, "vacant", "", "[..2001-01-01]")),
        baseline.diff(of(2002, "ambassador", "Jane Hartwell", on)),
    ]
    assert [change.shortened for change in changes] == [{}, {}]
