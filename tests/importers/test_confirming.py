"""Facts that an edition shows again are confirmed on its day: no version, no logged change, nothing of an editor's."""

import json
from pathlib import Path

import pytest
from django.test import Client

from relations import ledger
from relations.models import AmbassadorStatus, Confirmation, SanctionEvent, Source, StatusChange, TravelBanEntry
from tests.importers.gsdb_files import HEADER, row
from tests.importers.importing import BANS, counts, edited, imported

pytestmark = pytest.mark.usefixtures("countries")


@pytest.fixture(autouse=True)
def archive(settings, tmp_path):
    settings.TRACKER_DATA = tmp_path / "data"


def in_minsk(day: str, chief: str) -> str:
    return json.dumps({"snapshot": day, "gec": "bo", "side": "from_us", "chief of mission": chief})


def edition(into: Path, *lines: str) -> Path:
    path = into / "edition.jsonl"
    path.write_text("\n".join(lines), "utf-8")
    return path


def taken(into: Path, *lines: str) -> tuple[int, int, int]:
    return counts(imported("factbook", edition(into, *lines)))


def days(holder: str) -> list[tuple[str, str]]:
    """The days on which somebody was confirmed, each with the day of the source that did."""
    rows = Confirmation.objects.filter(ambassador_status__holder=holder).order_by("day")
    return [(str(one.day), str(one.source.published_on)) for one in rows]


def post(day: str) -> dict[str, object]:
    shown = Client().get(f"/api/relations/BY-US/?as_of={day}").json()["status"]["ambassadors"]
    (own,) = [one["post"] for one in shown if one["from"] == "US"]
    return {name: own[name] for name in ("value", "holder", "since", "confirmed_on", "stale")}


CLERK = "Ambassador (vacant); Charge d'Affaires Jane CLERK"
SINCE = "Ambassador (vacant); Charge d'Affaires Jane CLERK (since May 2021)"
LATER = "Ambassador (vacant); Charge d'Affaires Jane CLERK (since 9 June 2022)"


@pytest.mark.parametrize("together", [True, False])
def test_each_edition_confirms_what_it_repeats_with_its_own_words(tmp_path, together):
    lines = [in_minsk(day, SINCE) for day in ("2021-08-05", "2022-02-03", "2022-07-28")]
    for some in [lines] if together else [[line] for line in lines]:
        taken(tmp_path, *some)
    assert days("Jane Clerk") == [("2022-02-03", "2022-02-03"), ("2022-07-28", "2022-07-28")]
    assert {one.quote for one in Confirmation.objects.all()} == {SINCE}
    fact = AmbassadorStatus.objects.get(holder="Jane Clerk")
    assert (fact.version, fact.nature) == (1, "observation")
    assert post("2022-12-01") == {
        "value": "charge", "holder": "Jane Clerk", "since": "2021-05", "confirmed_on": "2022-07-28", "stale": False,
    }  # fmt: skip
    assert post("2023-12-01")["stale"] is True


def test_editions_are_one_witness_and_a_confirmation_is_no_line_of_the_log(tmp_path, monkeypatch):
    taken(tmp_path, in_minsk("2021-08-05", SINCE))
    lines, locked = StatusChange.objects.count(), set[str]()
    monkeypatch.setattr(ledger, "lock_ahead", lambda **ahead: locked.update(ahead["pairs"]))
    assert taken(tmp_path, in_minsk("2022-02-03", SINCE)) == (0, 0, 0)
    assert locked == {"BY-US"}
    assert StatusChange.objects.count() == lines
    first, second = Source.objects.filter(publisher="Central Intelligence Agency").order_by("id")
    assert (first.kind, first.syndication_of, second.syndication_of) == ("register", None, first)
    assert (first.covers_to, second.covers_to) == (None, None)  # an edition speaks of its day alone


def test_the_same_edition_in_other_bytes_confirms_nothing_again(tmp_path):
    taken(tmp_path, in_minsk("2021-08-05", SINCE), in_minsk("2022-02-03", SINCE))
    count = (Confirmation.objects.count(), Source.objects.count())
    assert taken(tmp_path, in_minsk("2021-08-05", SINCE), in_minsk("2022-02-03", SINCE), "") == (0, 0, 0)
    assert (Confirmation.objects.count(), Source.objects.count()) == count


def test_an_undated_statement_is_confirmed_by_the_editions_that_repeat_it(tmp_path):
    taken(tmp_path, in_minsk("2021-08-05", CLERK), in_minsk("2022-02-03", CLERK))
    assert post("2022-03-01")["since"] == "[..2021-08-05]"
    assert days("Jane Clerk") == [("2022-02-03", "2022-02-03")]


@pytest.mark.parametrize("together", [True, False])
def test_a_date_after_the_day_of_the_earlier_edition_is_a_second_term(tmp_path, together):
    """The editions say "since May 2021" in August 2021, and "since 9 June 2022" in July 2022: both were true."""
    lines = [in_minsk("2021-08-05", SINCE), in_minsk("2022-07-28", LATER), in_minsk("2023-01-26", LATER)]
    for some in [lines] if together else [[line] for line in lines]:
        taken(tmp_path, *some)
    facts = AmbassadorStatus.objects.filter(holder="Jane Clerk").order_by("earliest")
    assert [(one.on, one.version) for one in facts] == [("2021-05", 1), ("2022-06-09", 1)]
    assert [str(one.day) for one in facts[1].confirmations.all()] == ["2023-01-26"]
    assert facts[0].confirmations.count() == 0


def test_a_date_up_to_the_day_of_the_earlier_edition_corrects_it(tmp_path):
    corrected = SINCE.replace("May 2021", "5 August 2021")
    taken(tmp_path, in_minsk("2021-08-05", SINCE), in_minsk("2022-07-28", corrected))
    facts = AmbassadorStatus.objects.filter(holder="Jane Clerk").order_by("version")
    assert [(one.on, one.superseded_at is None) for one in facts] == [("2021-05", False), ("2021-08-05", True)]


def test_a_date_after_the_edition_that_did_not_date_is_a_second_term_too(tmp_path):
    taken(tmp_path, in_minsk("2021-08-05", CLERK), in_minsk("2022-07-28", LATER))
    facts = AmbassadorStatus.objects.filter(holder="Jane Clerk").order_by("latest")
    assert [(one.on, one.version) for one in facts] == [("[..2021-08-05]", 1), ("2022-06-09", 1)]


def test_what_was_confirmed_before_a_correction_of_the_name_stays_with_the_name_that_was_said(tmp_path):
    ambassador = "Ambassador Kahzar IBRAM (since 15 September 2020)"
    lines = [in_minsk("2021-08-05", ambassador), in_minsk("2022-02-03", ambassador)]
    taken(tmp_path, *lines, in_minsk("2022-07-28", ambassador.replace("Kahzar", "Khazar")))
    assert days("Kahzar Ibram") == [("2022-02-03", "2022-02-03")]
    assert days("Khazar Ibram") == []
    assert post("2022-07-28")["confirmed_on"] == "2022-07-28"


def test_nothing_of_an_editors_is_confirmed(tmp_path):
    taken(tmp_path, in_minsk("2021-08-05", SINCE))
    fact = AmbassadorStatus.objects.get(holder="Jane Clerk")
    ledger.correct(AmbassadorStatus, fact.key, values={"holder": "Janet Clerk"}, author=ledger.NOBODY)
    taken(tmp_path, in_minsk("2022-02-03", SINCE))
    ledger.retract(AmbassadorStatus, fact.key, author=ledger.NOBODY, why="She was never there.")
    assert taken(tmp_path, in_minsk("2022-07-28", SINCE)) == (0, 0, 0)
    assert Confirmation.objects.count() == 0


def planned(into: Path, day: str) -> Path:
    lines: list[dict[str, str]] = [
        {"list": "factbook", "dated": day, "kind": "ambassadors"},
        {"reference": "bo", "title": "The World Factbook: Belarus"},
        {"reference": "by", "quote": "Jane DOE", "sender": "US", "target": "BY", "word": "appointed",
         "on": "2022-12-01", "holder": "Jane Doe"},
    ]  # fmt: skip
    path = into / f"{day}.tracker.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path


def test_an_edition_before_the_day_that_it_names_confirms_nothing(tmp_path):
    for day in ("2022-07-28", "2022-08-28"):
        imported("factbook", planned(tmp_path, day))
    assert AmbassadorStatus.objects.current().count() == 1
    assert Confirmation.objects.count() == 0


# --- sources that speak of every day of a range ---------------------------------------------------------------------


def chiefs(into: Path, day: str, *names: str, covers_to: str) -> Path:
    lines: list[dict[str, str]] = [
        {"list": "pocom", "dated": day, "kind": "ambassadors", "covers_to": covers_to},
        {"reference": "by", "title": "Chiefs of Mission: belarus"},
    ]
    lines += [
        {
            "reference": f"by-{number}:started", "quote": f"<id>{name}</id>", "sender": "US", "target": "BY",
            "word": "ambassador", "on": f"20{number:02}-02-03", "holder": name,
        }
        for number, name in enumerate(names, start=10)
    ]  # fmt: skip
    path = into / f"{day}.tracker.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path


def test_a_register_of_terms_covers_its_days_and_a_later_edition_confirms_its_last_word_alone(tmp_path):
    imported("pocom", chiefs(tmp_path, "2020-06-01", "Ann Lee", "Bo Day", covers_to="2020-05-01"))
    assert post("2020-06-15") == {
        "value": "ambassador", "holder": "Bo Day", "since": "2011-02-03", "confirmed_on": "2020-05-01", "stale": False,
    }  # fmt: skip
    imported("pocom", chiefs(tmp_path, "2021-06-01", "Ann Lee", "Bo Day", covers_to="2021-05-01"))
    assert (days("Ann Lee"), [day for day, _ in days("Bo Day")]) == ([], ["2021-05-01"])
    assert post("2021-06-15")["confirmed_on"] == "2021-05-01"
    assert post("2022-06-15")["stale"] is True
    assert set(AmbassadorStatus.objects.filter(to_country="BY").values_list("nature", "version")) >= {("event", 1)}


def test_an_edition_of_no_later_day_confirms_nothing(tmp_path):
    imported("pocom", chiefs(tmp_path, "2020-06-01", "Ann Lee", covers_to="2020-05-01"))
    imported("pocom", chiefs(tmp_path, "2020-07-01", "Ann Lee", covers_to="2020-05-01"))
    assert Confirmation.objects.count() == 0


def test_a_later_compilation_of_entry_suspensions_confirms_the_last_step_on_each_list(tmp_path):
    imported("travel_ban", BANS)
    source = Source.objects.get(publisher="Compiled from public pages")
    assert (source.kind, str(source.published_on), str(source.covers_to)) == ("register", "2019-12-16", "2019-12-16")
    rows = BANS.read_text("utf-8").splitlines()
    last = next(line for line in reversed(rows) if "2019-12-16" in line)
    run = imported("travel_ban", edited(BANS, tmp_path, (last, last.replace("2019-12-16", "2019-12-18"))))
    assert (str(run.dated), run.added) == ("2019-12-18", 0)
    assert set(Confirmation.objects.values_list("day", flat=True)) == {run.dated}
    assert 0 < Confirmation.objects.count() < TravelBanEntry.objects.current().count()
    assert set(TravelBanEntry.objects.values_list("nature", flat=True)) == {"event"}


def test_a_release_of_cases_confirms_those_that_go_on_to_its_own_last_year(tmp_path):
    for last in ("2019", "2022"):
        path = tmp_path / f"{last}.csv"
        rows = [row(), row(begin="2006", end=last, success="ongoing"), row(begin="2007", end=last, success="ongoing")]
        path.write_text(HEADER + "\n".join(rows) + "\n", "utf-8")
        imported("gsdb", path)
    assert sorted(str(one.covers_to) for one in Source.objects.filter(kind="dataset")) == ["2019-12-31", "2022-12-31"]
    (going_on,) = SanctionEvent.objects.filter(on="2006", from_country="US", to_country="BY")
    assert [str(one.day) for one in going_on.confirmations.all()] == ["2022-12-31"]


def test_cases_about_designated_persons_are_programmes_without_a_posture(tmp_path):
    path = tmp_path / "gsdb.csv"
    about = row(begin="2018", end="2022", objective="terrorism", success="ongoing")
    path.write_text(f"{HEADER}{about}\n{row(begin='2006', end='2022', success='ongoing')}\n", "utf-8")
    imported("gsdb", path)
    events = SanctionEvent.objects.filter(from_country="US", to_country="BY", programme__title__contains="GSDB")
    assert dict(events.values_list("on", "programme__thematic")) == {"2018": True, "2006": False}
