"""Publications of facts taken in one after another: what is recorded, corrected, retracted, left alone."""

import datetime as dt
import json
import shutil
from collections import Counter

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from relations import ledger
from relations.codes import RunState
from relations.errors import FileRefused
from relations.models import (
    AmbassadorStatus,
    Citation,
    CountryPair,
    ImportRun,
    Source,
    SourceLink,
    StatusChange,
    StatusPeriod,
    TravelBanEntry,
)
from relations.queries.countries import current_country_index
from relations.queries.facts import load_facts
from relations.queries.periods import load_periods
from relations.status import periods
from tests.importers.importing import (
    BANS,
    FACTBOOK,
    POCOM,
    counts,
    edited,
    first_import,
    imported,
    posts,
    readable,
    said,
    snapshots,
)

pytestmark = pytest.mark.usefixtures("countries")


@pytest.fixture(autouse=True)
def archive(settings, tmp_path):
    settings.TRACKER_DATA = tmp_path / "data"


def bans_on(day: str) -> Counter[str]:
    """Countries by how far entry is suspended that day; full on one list is full."""
    scopes: dict[str, set[str]] = {}
    for row in StatusPeriod.objects.on(dt.date.fromisoformat(day)).filter(kind="travel_ban", value="listed"):
        scopes.setdefault(row.pair_id, set()).add(row.scope)
    return Counter("full" if "full" in of_pair else "partial" for of_pair in scopes.values())


def test_the_state_of_entry_suspensions_is_right_after_each_proclamation():
    assert counts(first_import("travel_ban", BANS)) == (41, 0, 0)
    days = ["2011-03-16", "2012-04-14", "2014-03-01", "2015-01-21", "2019-06-10", "2020-01-02"]
    assert [(on["full"], on["partial"]) for on in map(bans_on, days)] == [
        (2, 6), (2, 5), (2, 9), (0, 0), (4, 4), (8, 7),
    ]  # fmt: skip


def test_the_ambassador_in_minsk_is_named_with_the_words_that_say_so():
    first_import("pocom", POCOM)
    body = Client().get("/api/relations/BY-US/?as_of=2007-06-01").json()
    (post,) = [one["post"] for one in body["status"]["ambassadors"] if one["from"] == "US"]
    assert (post["value"], post["holder"], post["since"]) == ("ambassador", "Karen B. Roe", "2006-03-04")
    citation = Citation.objects.get(ambassador_status__key=post["facts"][0])
    assert "by-2006-roe-01" in citation.quote
    assert citation.source.text[citation.start : citation.end] == citation.quote
    assert (citation.source.kind, citation.source.publisher) == ("register", "Office of the Historian")


def test_stored_periods_are_those_that_the_imported_facts_give(tmp_path):
    first_import("pocom", POCOM)
    imported("factbook", readable(tmp_path))
    imported("travel_ban", BANS)
    codes = list(CountryPair.objects.values_list("code", flat=True))
    acts, stored = load_facts(codes), load_periods(codes)
    ends = current_country_index()
    assert {code: set(stored.get(code, [])) for code in codes} == {
        code: set(periods(acts.get(code, []), until=ends.last_day_of_pair(code))) for code in codes
    }


def test_sources_that_name_different_holders_of_one_day_are_shown_as_disputed(tmp_path):
    first_import("pocom", POCOM)
    (fact,) = AmbassadorStatus.objects.current().filter(holder="Karen B. Roe", status="ambassador")
    line = (
        '{"snapshot": "2021-02-15", "gec": "bo", "side": "from_us", '
        f'"chief of mission": "Ambassador Somebody ELSE (since {fact.latest:%d %B %Y})"}}'
    )
    path = tmp_path / "diplomatic_representation.jsonl"
    path.write_text(line, "utf-8")
    imported("factbook", path)
    disputed = StatusPeriod.objects.filter(pair="BY-US", track="ambassador:US>BY", disputed=True)
    assert disputed.exists()
    assert AmbassadorStatus.objects.current().filter(key=fact.key, version=1).exists()


@pytest.mark.parametrize("code", ["travel_ban", "pocom", "factbook"])
def test_the_same_bytes_again_change_nothing_and_the_run_says_so(code, tmp_path):
    path = {"travel_ban": BANS, "pocom": POCOM, "factbook": readable(tmp_path)}[code]
    imported(code, path)
    lines = StatusChange.objects.count()
    run = imported(code, path)
    assert counts(run) == (0, 0, 0)
    assert run.state == RunState.SUCCEEDED
    assert run.reason == "The same bytes as last time: nothing to do."
    assert StatusChange.objects.count() == lines


def test_the_same_rows_in_other_bytes_change_nothing(tmp_path):
    first_import("travel_ban", BANS)
    before = (Source.objects.count(), StatusChange.objects.count())
    header, *rows = BANS.read_text("utf-8").splitlines(keepends=True)
    other = tmp_path / BANS.name
    other.write_text(header + "".join(rows) + "\n", "utf-8")
    assert counts(imported("travel_ban", other)) == (0, 0, 0)
    assert (Source.objects.count(), StatusChange.objects.count()) == before


def row_of(*cells: str) -> str:
    return next(line for line in BANS.read_text("utf-8").splitlines() if all(cell in line for cell in cells))


def test_a_changed_row_is_a_correction_and_a_missing_one_remains_and_is_named(tmp_path):
    first_import("travel_ban", BANS)
    row, gone = row_of("Order 6,", ",AO,"), row_of("Order 6,", ",TO,")
    scope = "partial" if ",full," in row else "full"
    changed = row.replace(",full,", ",partial,") if scope == "partial" else row.replace(",partial,", ",full,")
    run = imported("travel_ban", edited(BANS, tmp_path, (row, changed), (gone + "\n", "")))
    assert (counts(run), run.complaints["kept"]) == ((0, 1, 0), ["Order 6:TO"])
    first, second = TravelBanEntry.objects.filter(to_country="AO", on="2020-01-01").order_by("version")
    assert (first.superseded_at, second.scope) == (second.recorded_at, scope)
    assert TravelBanEntry.objects.current().filter(to_country="TO", on="2020-01-01").count() == 1


def test_a_publication_that_comes_back_restores_what_was_said(tmp_path):
    """A, B, A of one date: what B corrected is corrected back."""
    first_import("travel_ban", BANS)
    before = said()
    row = row_of("Order 6,", ",TO,")
    imported("travel_ban", edited(BANS, tmp_path, (row, row.replace("2020-01-01", "2020-02-01"))))
    assert said() != before
    assert counts(imported("travel_ban", BANS)) == (0, 1, 0)
    assert said() == before
    assert counts(imported("travel_ban", BANS)) == (0, 0, 0)


def test_what_an_editor_corrected_or_retracted_is_left_and_counted(tmp_path):
    first_import("travel_ban", BANS)
    corrected, retracted = (TravelBanEntry.objects.get(to_country=code, on="2020-01-01") for code in ("AO", "TO"))
    ledger.correct(TravelBanEntry, corrected.key, values={"note": "Seen."}, author=ledger.NOBODY)
    ledger.retract(TravelBanEntry, retracted.key, why="It is wrong.", author=ledger.NOBODY)
    lines = [line for line in BANS.read_text("utf-8").splitlines() if line.startswith("Order 6,")]
    own = [line for line in lines if ",AO," in line or ",TO," in line]
    path = edited(BANS, tmp_path, *((line, line.replace(",2020-01-01,", ",2020-01-02,")) for line in own))
    for more in ("", "\n"):  # each publication that says so
        path.write_text(path.read_text("utf-8") + more, "utf-8")
        run = imported("travel_ban", path)
        assert (counts(run), run.complaints["kept"]) == ((0, 0, 0), ["Order 6:AO", "Order 6:TO"])
    assert TravelBanEntry.objects.current().get(key=corrected.key).note == "Seen."
    assert not TravelBanEntry.objects.current().filter(key=retracted.key).exists()


def test_snapshots_one_after_another_say_what_they_say_in_one_file(tmp_path):
    with transaction.atomic():
        imported("factbook", readable(tmp_path))
        at_once, shown = said(), posts("SY-US")
        transaction.set_rollback(True)
    runs = [imported("factbook", path) for path in snapshots(tmp_path)]
    assert said() == at_once
    assert posts("SY-US") == shown
    assert [str(run.dated) for run in runs] == [
        "2021-02-15", "2021-08-05", "2022-02-03", "2022-07-28", "2024-08-01",
    ]  # fmt: skip
    assert counts(imported("factbook", readable(tmp_path))) == (0, 0, 0)
    assert said() == at_once


def test_a_publication_older_than_the_last_import_is_refused(tmp_path):
    first, *_, last = snapshots(tmp_path)
    imported("factbook", last)
    before = said()
    with pytest.raises(FileRefused, match="it is of 2021-02-15, and the last import is of 2024-08-01"):
        imported("factbook", first)
    assert said() == before
    assert ImportRun.objects.latest("id").state == RunState.REFUSED


def test_a_bad_line_among_independent_ones_is_named_and_the_others_are_taken(tmp_path):
    lines = BANS.read_text("utf-8").splitlines()
    number, row = next(
        (at, line) for at, line in enumerate(lines, start=1) if line.startswith("Order 6,") and ",TO," in line
    )
    run = imported("travel_ban", edited(BANS, tmp_path, (row, row.replace(",listed,", ",abolished,"))))
    assert (run.state, run.read, run.refused, run.added) == (RunState.SUCCEEDED, 44, 1, 40)
    assert (run.complaints["unreadable"][0]["line"], "refused" in run.complaints) == (number, False)


def test_more_than_one_independent_line_in_ten_that_cannot_be_read_refuses_the_file(tmp_path):
    bad = edited(BANS, tmp_path, ("Order 1,2011-03-01,2011-03-15", "Order 1,2011-02-31,2011-03-15"))
    bad.write_text(bad.read_text("utf-8").replace("Order 1,2011-03-01", "Order 1,2011-02-31"), "utf-8")
    with pytest.raises(FileRefused, match=r"\d+ of 44 records cannot be read, more than 10% \(line 2: signed"):
        imported("travel_ban", bad)
    assert ImportRun.objects.get().state == RunState.REFUSED
    assert not TravelBanEntry.objects.exists()


def test_one_edition_with_too_many_bad_lines_is_left_out_and_the_others_are_taken(tmp_path):
    paths = snapshots(tmp_path)
    first, second = paths[0].read_text("utf-8"), paths[1].read_text("utf-8")
    file = tmp_path / FACTBOOK.name
    file.write_text(first + "\n" + second.replace('"chief of mission": "', '"chief of mission": "Xyzzy '), "utf-8")
    run = imported("factbook", file)
    alone = AmbassadorStatus.objects.count()
    assert (str(run.dated), alone > 0) == ("2021-02-15", True)
    assert [one.partition(" is refused whole")[0] for one in run.complaints["refused"]] == ["factbook of 2021-08-05"]


def missions(folder, *numbers: int, day: str = "2021-08-10"):
    """A publication of pocom in the tracker's own format, with chiefs of mission in Belarus by their numbers."""
    lines: list[dict[str, str]] = [
        {"list": "pocom", "dated": day, "kind": "ambassadors", "covers_to": day},
        {"reference": "by", "title": "Chiefs of Mission: belarus"},
    ]
    lines += [
        {
            "reference": f"by-{number}:started", "quote": f"<id>by-{number}</id>", "sender": "US", "target": "BY",
            "word": "ambassador", "on": f"20{number:02}-02-03", "holder": f"Jane Doe the {number}th",
        }
        for number in numbers
    ]  # fmt: skip
    path = folder / f"{day}-{len(numbers)}.tracker.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path


def test_a_file_that_would_end_more_than_a_tenth_is_refused_until_it_is_said_to_be_true(tmp_path):
    imported("pocom", missions(tmp_path, *range(1, 21)))
    short = missions(tmp_path, *range(1, 18), 21, 22, 23)
    with pytest.raises(FileRefused, match="it would end 3 of 20 statements, more than 10%"):
        imported("pocom", short)
    assert AmbassadorStatus.objects.current().filter(to_country="BY", status="ambassador").count() == 20
    assert counts(imported("pocom", short, accept_shrink=True)) == (3, 0, 3)


def test_statements_that_the_tracker_s_rules_refuse_are_named_by_their_references(tmp_path):
    imported("pocom", missions(tmp_path, 10))
    # A correction, next to two that are fit; and six that are new, of which five are named.
    for last, words, count, named in (
        (12, '"ambassador", "on": "2010', 1, [10]),
        (16, '"ambassador"', 6, range(11, 16)),
    ):
        bad = words, words.replace("ambassador", "emperor")
        path = edited(missions(tmp_path, *range(10, last + 1)), tmp_path / "bad", bad)
        with pytest.raises(FileRefused) as refusal:
            imported("pocom", path)
        reasons = "; ".join(f"by-{number}:started: Value 'emperor' is not a valid choice." for number in named)
        why = f"pocom of 2021-08-10 is refused whole: {count} statements contradict themselves ({reasons})."
        assert str(refusal.value) == why


def test_a_publication_of_a_day_to_come_is_refused_but_tomorrow_has_begun_somewhere(tmp_path):
    with time_machine.travel("2021-08-10T23:59:00Z", tick=False):
        with pytest.raises(FileRefused, match="its publication date 2021-08-12 is in the future"):
            imported("pocom", missions(tmp_path, 10, day="2021-08-12"))
        assert not AmbassadorStatus.objects.exists()
        assert imported("pocom", missions(tmp_path, 10, day="2021-08-11")).added == 1


def test_a_record_that_is_gone_from_a_mission_is_retracted_with_the_reason_and_recorded_when_it_comes_back(tmp_path):
    imported("pocom", missions(tmp_path, *range(1, 21)))
    own = AmbassadorStatus.objects.get(holder="Jane Doe the 19th")
    ledger.correct(AmbassadorStatus, own.key, values={"note": "Seen."}, author=ledger.NOBODY)
    run = imported("pocom", missions(tmp_path, *range(1, 19), day="2021-09-10"))
    assert (counts(run), run.complaints["kept"]) == ((0, 0, 1), ["by-19:started"])
    notes = set(StatusChange.objects.filter(reason="retracted").values_list("pair", "note"))
    assert notes == {("BY-US", "pocom of 2021-09-10 no longer states it.")}
    assert counts(imported("pocom", missions(tmp_path, *range(1, 21), day="2021-10-10"))) == (1, 0, 0)
    assert AmbassadorStatus.objects.current().filter(to_country="BY", status="ambassador").count() == 20


def test_a_record_that_is_about_another_country_is_retracted_for_the_first_and_recorded_for_the_second(
    tmp_path, monkeypatch
):
    path = missions(tmp_path, 10)
    imported("pocom", path)
    locked: set[str] = set()
    monkeypatch.setattr(ledger, "lock_ahead", lambda **ahead: locked.update(ahead["pairs"]))
    moved = edited(path, tmp_path / "moved", ('"BY"', '"UA"'), ("belarus", "ukraine"))
    assert counts(imported("pocom", moved)) == (1, 0, 1)
    assert list(AmbassadorStatus.objects.current().values_list("to_country", flat=True)) == ["UA"]
    assert locked == {"BY-US", "UA-US"}, "a pair locked after the first write may wait for a writer who waits for it"


def test_a_mission_whose_file_is_left_out_remains_and_is_named(tmp_path):
    first_import("pocom", POCOM)
    folder = tmp_path / "pocom"
    shutil.copytree(POCOM, folder)
    (folder / "missions-countries" / "belarus.xml").unlink()
    before = said()
    run = imported("pocom", folder)
    assert (counts(run), run.complaints["left_out"]) == ((0, 0, 0), ["Chiefs of Mission: belarus"])
    assert said() == before


def test_a_publication_speaks_up_to_its_own_day_unless_it_says_otherwise_and_of_no_day_to_come(tmp_path):
    lines: list[dict[str, object]] = []
    for day, covered in (("2019-01-01", ""), ("2019-02-01", "2018-12-31"), ("2019-03-01", "2999-12-31")):
        header: dict[str, object] = {"list": "travel_ban", "dated": day, "kind": "travel-ban-entries"}
        words: dict[str, object] = {"sender": "US", "target": "BY", "word": "listed", "on": day, "scope": "full"}
        lines += [
            header | ({"covers_to": covered} if covered else {}),
            {"reference": day, "title": day},
            {"reference": day, "quote": day, "ban_list": {"title": "Order", "instrument": "entry_suspension"}} | words,
        ]
    path = tmp_path / "bans.tracker.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    imported("travel_ban", path)
    assert dict(Source.objects.values_list("title", "covers_to")) == {
        "2019-01-01": dt.date(2019, 1, 1), "2019-02-01": dt.date(2018, 12, 31), "2019-03-01": ledger.today(),
    }  # fmt: skip


def test_a_country_that_the_tracker_does_not_have_makes_its_record_unreadable(tmp_path):
    row = BANS.read_text("utf-8").splitlines()[1]
    run = imported("travel_ban", edited(BANS, tmp_path, (row, row.replace(",KP,", ",QQ,"))))
    reasons = {one["reason"] for one in run.complaints["unreadable"]}
    assert "the tracker has no country QQ" in reasons


def test_a_dry_run_says_what_would_change_and_changes_nothing():
    run = imported("travel_ban", BANS, dry_run=True)
    assert (counts(run), run.state) == ((41, 0, 0), RunState.SUCCEEDED)
    assert not TravelBanEntry.objects.exists()
    assert not SourceLink.objects.exists()
    assert run.complaints["changes"]["added"][0] == "Order 1:KP: US>KP listed 2011-03-15"
    assert "changes" not in imported("travel_ban", BANS).complaints


def test_a_dry_run_names_what_would_be_corrected_and_retracted(tmp_path):
    first_import("travel_ban", BANS)
    rows = BANS.read_text("utf-8").splitlines()
    (moved,) = [row for row in rows if ",AG,listed," in row]
    path = edited(BANS, tmp_path, (moved, moved.replace("2020-01-01", "2020-02-01")))
    run = imported("travel_ban", path, dry_run=True)
    assert run.complaints["changes"] == {
        "added": [],
        "amended": ["Order 6:AG: US>AG listed 2020-02-01"],
        "ended": [],
    }
    assert str(run).endswith("s (a dry run: nothing has changed)")
    assert counts(run) == (0, 1, 0)
    assert counts(imported("travel_ban", path)) == (0, 1, 0)
    imported("pocom", missions(tmp_path, *range(1, 21)))
    run = imported("pocom", missions(tmp_path, *range(1, 20)), dry_run=True)
    assert run.complaints["changes"]["ended"] == ["by-20:started: US>BY ambassador Jane Doe the 20th 2020-02-03"]


def test_the_same_text_is_archived_once_and_a_url_names_one_source(tmp_path):
    first_import("pocom", POCOM)
    sources = Source.objects.filter(publisher="Office of the Historian")
    count = sources.count()
    folder = tmp_path / "pocom"
    shutil.copytree(POCOM, folder)
    belarus = folder / "missions-countries" / "belarus.xml"
    belarus.write_text(belarus.read_text("utf-8").replace("2006-03-04", "2006-03-05"), "utf-8")
    run = imported("pocom", folder)
    assert counts(run) == (0, 1, 0)
    assert sources.count() == count + 1
    assert [source.url != "" for source in sources.filter(title="Chiefs of Mission: belarus").order_by("id")] == [
        True,
        False,
    ]


def test_an_address_that_the_ledger_refuses_is_left_out_and_the_text_is_archived(monkeypatch):
    monkeypatch.setattr("relations.importers.sources.pocom.URL", "https://me:secret@example.org:99999/")
    imported("pocom", POCOM)
    assert set(Source.objects.filter(publisher="Office of the Historian").values_list("url", flat=True)) == {""}


def test_a_reference_states_one_fact_and_a_fact_is_stated_once():
    run = first_import("travel_ban", BANS)
    known = SourceLink.objects.order_by("id").first()
    assert known is not None
    for name, values in (
        ("a_reference_states_one_fact_of_a_list", {"reference": known.reference, "key": "0" * 32}),
        ("a_fact_is_stated_under_one_reference", {"reference": "another", "key": known.key}),
    ):
        with pytest.raises(IntegrityError) as refusal, transaction.atomic():
            SourceLink.objects.create(list="travel_ban", kind=known.kind, version=1, content={}, run=run, **values)
        assert f'"{name}"' in str(refusal.value)


def test_a_name_longer_than_any_is_counted_and_the_rest_is_imported(tmp_path):
    lines = [line for line in readable(tmp_path).read_text("utf-8").splitlines() if '"2021-08-05"' in line]
    long = {"snapshot": "2021-08-05", "gec": "aj", "side": "in_us", "chief of mission": f"Ambassador {'Doe ' * 60}"}
    path = tmp_path / "long.jsonl"
    path.write_text("\n".join([*lines * 30, json.dumps(long)]), "utf-8")
    run = imported("factbook", path)
    assert [one["reason"] for one in run.complaints["unreadable"]] == [
        "a name has more than 200 characters, or a title or its reference more than 300"
    ]
    assert run.added


def test_a_line_that_occurs_twice_is_read_once_and_one_that_says_otherwise_is_named(tmp_path):
    lines = readable(tmp_path).read_text("utf-8").splitlines()
    (minsk,) = [line for line in lines if '"2021-08-05"' in line and '"gec": "bo", "side": "in_us"' in line]
    other = {
        **json.loads(minsk),
        "chief of mission": "Ambassador Jane DOE (since 1 May 2020); Ambassador Jane DOE (since 2019)",
    }
    path = tmp_path / "twice.jsonl"
    of_a_day = [line for line in lines if '"2021-08-05"' in line]
    path.write_text("\n".join([*of_a_day * 30, minsk, json.dumps(other)]), "utf-8")
    run = imported("factbook", path)
    assert run.state == RunState.SUCCEEDED
    assert [one["reason"] for one in run.complaints["unreadable"]] == [
        "it occurs twice in the publication, and says different things"
    ]
    assert AmbassadorStatus.objects.filter(holder="Jane Doe").count() == 1
