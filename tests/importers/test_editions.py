"""Later editions of one source that name a holder otherwise than the earlier ones."""

import json

import pytest
from django.test import Client

from relations.models import AmbassadorStatus, StatusChange
from tests.importers.importing import imported

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
        of_azerbaijan("2022-02-03", "Kahzar IBRAHIM"),
        of_azerbaijan("2022-07-28", "Khazar IBRAHIM"),
        of_azerbaijan("2023-01-26", "Khazar IBRAHIM"),
    ]
    for number, text in enumerate(["\n".join(lines)] if together else lines):
        path = tmp_path / f"{number}.jsonl"
        path.write_text(text, "utf-8")
        imported("factbook", path)
    assert azerbaijans() == [("Khazar Ibrahim", 2)]
    assert AmbassadorStatus.objects.filter(holder="Kahzar Ibrahim").exists()
    shown = Client().get("/api/relations/AZ-US/?as_of=2023-02-01").json()["status"]["ambassadors"]
    (post,) = [one["post"] for one in shown if one["from"] == "AZ"]
    assert (post["holder"], post["disputed"]) == ("Khazar Ibrahim", False)


def test_a_later_edition_that_spells_the_name_otherwise_is_a_second_witness_and_changes_nothing(tmp_path):
    for number, name in enumerate(["Khazar I. IBRAHIM", "Khazar IBRAHIM"]):
        path = tmp_path / f"{number}.jsonl"
        path.write_text(of_azerbaijan(f"2022-0{number + 1}-03", name), "utf-8")
        imported("factbook", path)
    assert azerbaijans() == [("Khazar I. Ibrahim", 1), ("Khazar Ibrahim", 1)]
    told = StatusChange.objects.filter(pair="AZ-US").order_by("id").values_list("track", "new__holder")
    assert [line for line in told if line[0].startswith("ambassador")] == [("ambassador:AZ>US", "Khazar I. Ibrahim")]


def test_a_successor_under_his_predecessors_date_takes_nothing_from_him_and_is_dated_later(tmp_path):
    lines = [
        of_azerbaijan("2022-02-03", "Karen Lynn WILLIAMS"),
        of_azerbaijan("2022-07-28", "Robert J. FAUCHER"),
        of_azerbaijan("2023-01-26", "Robert J. FAUCHER").replace("15 September 2021", "31 January 2022"),
    ]
    path = tmp_path / "successor.jsonl"
    for number, disputed in ((2, True), (3, False)):
        path.write_text("\n".join(lines[:number]), "utf-8")
        imported("factbook", path)
        shown = Client().get("/api/relations/AZ-US/?as_of=2021-10-01").json()["status"]["ambassadors"]
        assert [one["post"]["disputed"] for one in shown if one["from"] == "AZ"] == [disputed]
    assert azerbaijans() == [("Karen Lynn Williams", 1), ("Robert J. Faucher", 2)]


@pytest.mark.parametrize("together", [True, False])
def test_who_comes_back_after_a_successor_is_in_post_a_second_time_and_keeps_the_first(tmp_path, together):
    banks, corry = "Rosemary BANKS (since 11 January 2019)", "Bede Gilbert CORRY (since 16 September 2022)"
    again = "Rosemary BANKS (since 17 June 2024)"
    chiefs = {
        "2022-07-28": banks, "2023-01-26": corry, "2024-08-01": again, "2025-01-01": again,
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
        ("Rosemary Banks", "2019-01-11", 1),
        ("Bede Gilbert Corry", "2022-09-16", 1),
        ("Rosemary Banks", "2024-06-18", 2),
    ]  # fmt: skip


def test_two_people_whom_one_edition_names_for_one_day_are_both_kept(tmp_path):
    path = tmp_path / "both.jsonl"
    path.write_text(
        "\n".join(
            [of_azerbaijan("2022-02-03", "Kahzar IBRAHIM"), of_azerbaijan("2022-07-28", "Kahzar IBRAHIM", "Jane DOE")]
        ),
        "utf-8",
    )
    imported("factbook", path)
    assert sorted(azerbaijans()) == [("Jane Doe", 1), ("Kahzar Ibrahim", 1)]
