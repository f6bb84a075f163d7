"""Publications of a list, one after another, applied to the ledger: who is listed, amended, delisted, and published."""

import datetime as dt
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from relations import ledger
from relations.codes import RunState
from relations.errors import FileRefused
from relations.importers import import_list
from relations.importers.engine.publications import SAME_BYTES
from relations.models import Designation, ImportRun, Listing, PartyName, SanctionEvent, StatusChange
from tests.database import conninfo
from tests.importers.importing import until_alone
from tests.importers.un_lists import counts, current_parties, people, person

pytestmark = pytest.mark.usefixtures("countries")


def raising(error: Exception):
    def fail(*args, **given):
        raise error

    return fail


def test_a_programme_aimed_at_no_state_has_its_parties_and_no_fact(publish):
    publish("2020-01-01", [person("QDi.1", programme="Al-Qaida")])
    assert Designation.objects.get().programmes == ["Al-Qaida"]
    assert not SanctionEvent.objects.filter(from_country="UN").exists()


def test_an_unknown_programme_is_reported_and_its_party_is_listed(publish):
    run = publish("2020-01-01", [person("XXi.1", programme="Atlantis")])
    assert run.complaints["unknown_programmes"] == ["Atlantis"]
    assert current_parties() == 1


def test_the_next_publication_lists_amends_and_delists(publish, first_published):
    first_published("2020-01-01", people(*range(1, 21)))
    later = [*people(*range(2, 20)), person("KPi.020", name="Renamed"), *people(21, listed="2020-02-01")]
    run = publish("2020-02-02", later)
    assert counts(run) == (20, 1, 1, 1, 0)
    gone = Designation.objects.get(party__reference="KPi.001", superseded_at=None)
    assert (gone.change, gone.version, gone.delisted_on) == ("delisted", 2, dt.date(2020, 2, 2))
    listing = Listing.objects.get(party=gone.party)
    assert (listing.listed_on, listing.delisted_on) == ("2017-06-02", "[2020-01-01..2020-02-02]")
    assert list(PartyName.objects.filter(party__reference="KPi.020").values_list("text", flat=True)) == ["Renamed"]


def test_the_first_version_of_an_amended_party_stays_readable(publish, first_published):
    first_published("2020-01-01", people(1))
    moment = ledger.clock()
    publish("2020-02-02", people(1, more="<COMMENTS1>Seen in Minsk.</COMMENTS1>"))
    versions = Designation.objects.order_by("version")
    assert [(one.version, one.change, one.content.get("remarks", "")) for one in versions] == [
        (1, "listed", ""),
        (2, "amended", "Seen in Minsk."),
    ]
    assert Designation.objects.known_at(moment).get().version == 1


def test_who_comes_back_under_the_same_reference_has_two_periods_and_one_designation(publish, first_published):
    first_published("2020-01-01", people(*range(1, 21)))
    publish("2020-02-02", people(*range(2, 21)))
    publish("2022-02-02", people(*range(1, 21)))
    assert current_parties() == 20
    listings = Listing.objects.filter(party__reference="KPi.001").order_by("days")
    assert [(one.listed_on, one.delisted_on) for one in listings] == [
        ("2017-06-02", "[2020-01-01..2020-02-02]"),
        ("[2020-02-03..2022-02-02]", ""),
    ]
    assert Designation.objects.listed_on_day(dt.date(2021, 1, 1)).count() == 19


def test_the_same_bytes_again_do_nothing_and_the_run_says_so(publish, first_published):
    first_published("2020-01-01", people(1, 2))
    run = publish("2020-01-01", people(1, 2))
    assert (run.state, run.reason, counts(run)) == (RunState.SUCCEEDED, SAME_BYTES, (0, 0, 0, 0, 0))
    assert Designation.objects.count() == 2


def test_the_same_content_serialised_anew_changes_nothing(publish, first_published):
    first_published("2020-01-01", people(1, 2))
    lines = StatusChange.objects.count()
    run = publish("2020-01-02", [record.replace("><", ">\n  <") for record in reversed(people(1, 2))])
    assert counts(run) == (2, 0, 0, 0, 0)
    assert StatusChange.objects.count() == lines


def test_an_older_publication_is_refused_and_changes_nothing(publish, first_published):
    first_published("2020-02-02", people(1, 2))
    with pytest.raises(FileRefused, match="it is of 2020-01-01, older than the last import of 2020-02-02"):
        publish("2020-01-01", people(1))
    assert (current_parties(), ImportRun.objects.latest("id").state) == (2, RunState.REFUSED)


def test_a_publication_of_a_day_to_come_is_refused_and_blocks_no_later_one(publish, first_published):
    first_published("2020-01-01", people(1, 2))
    with pytest.raises(FileRefused, match="its publication date 2999-01-01 is in the future"):
        publish("2999-01-01", people(1, 2, 3))
    assert counts(publish("2020-02-02", people(1, 2, 3))) == (3, 1, 0, 0, 0)


def test_more_than_a_tenth_gone_is_refused_unless_it_is_said_to_be_true(publish, first_published):
    first_published("2020-01-01", people(*range(1, 21)))
    with pytest.raises(FileRefused, match=r"would end 3 of 20 designations, more than 10%"):
        publish("2020-02-02", people(*range(4, 21)))
    assert current_parties() == 20
    assert counts(publish("2020-02-03", people(*range(4, 21)), accept_shrink=True)) == (17, 0, 0, 3, 0)


@pytest.mark.parametrize(("bad", "refused"), [(1, False), (2, True)])
def test_more_than_one_in_a_hundred_bad_records_refuse_the_file_and_are_named(publish, bad, refused):
    records = [*people(*range(1, 101 - bad)), *(person(f"KPi.9{n:02}", listed="the other day") for n in range(bad))]
    if refused:
        with pytest.raises(FileRefused, match="2 of 100 records cannot be read, more than 1%"):
            publish("2020-01-01", records)
    else:
        publish("2020-01-01", records)
    run = ImportRun.objects.latest("id")
    assert [each["reference"] for each in run.complaints["unreadable"]] == [f"KPi.9{n:02}" for n in range(bad)]
    assert (run.refused, current_parties()) == (bad, 0 if refused else 99)


def test_a_bad_record_of_a_listed_party_does_not_delist_it(publish):
    publish("2020-01-01", people(*range(1, 101)))
    run = publish("2020-02-02", [*people(*range(2, 101)), person("KPi.001", listed="the other day")])
    assert (run.ended, current_parties()) == (0, 100)


def test_nobody_is_delisted_while_a_bad_record_hides_whom_it_is_about(publish):
    publish("2020-01-01", people(*range(1, 101)))
    run = publish("2020-02-02", [*people(*range(2, 101)), person("")])
    assert (run.ended, run.complaints["kept"], current_parties()) == (0, ["KPi.001"], 100)


@pytest.mark.parametrize(
    "content", [b"", b"<html>busy</html>", b"<CONSOLIDATED_LIST", b"\x00\x00"], ids=["empty", "html", "cut", "nul"]
)
def test_what_is_not_the_list_is_refused_and_leaves_the_list_as_it_was(first_published, tmp_path, content):
    first_published("2020-01-01", people(1, 2))
    path = tmp_path / "served.xml"
    path.write_bytes(content)
    with pytest.raises(FileRefused):
        import_list("un", [path])
    run = ImportRun.objects.latest("id")
    assert (run.state, bool(run.reason), current_parties()) == (RunState.REFUSED, True, 2)


def test_a_file_that_cannot_be_opened_and_a_folder_without_the_list_are_refused_by_name(tmp_path, monkeypatch):
    path = tmp_path / "locked.xml"
    path.write_bytes(b"<CONSOLIDATED_LIST/>")
    monkeypatch.setattr(Path, "open", raising(PermissionError(13, "Permission denied")))
    with pytest.raises(FileRefused, match=r"locked\.xml is refused whole: it cannot be opened: Permission denied"):
        import_list("un", [path])
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileRefused, match="empty is refused whole: the folder has no file of this list"):
        import_list("un", [tmp_path / "empty"])


def test_a_dry_run_says_what_would_change_and_changes_nothing(publish):
    run = publish("2020-01-01", people(1, 2), dry_run=True)
    assert (run.state, counts(run)) == (RunState.SUCCEEDED, (2, 2, 0, 0, 0))
    assert not Designation.objects.exists()
    assert not SanctionEvent.objects.filter(from_country="UN").exists()
    assert [name.partition(":")[0] for name in run.complaints["changes"]["added"]] == ["KPi.001", "KPi.002"]
    assert counts(publish("2020-01-01", people(1, 2))) == (2, 2, 0, 0, 0)
    run = publish("2020-02-01", people(1), dry_run=True, accept_shrink=True)
    assert [name.partition(":")[0] for name in run.complaints["changes"]["ended"]] == ["KPi.002"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("world")
def test_while_one_run_imports_a_list_another_is_refused(publish):
    with ledger.import_run("un"):
        ran = subprocess.run(
            [sys.executable, "manage.py", "import", "un", __file__], capture_output=True, text=True, check=False,
            env=os.environ | {"DATABASE_URL": conninfo()},
        )  # fmt: skip
    assert ran.returncode != 0
    assert "is being imported already" in ran.stderr


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("world")
def test_killed_halfway_nothing_is_left_and_the_next_run_succeeds(publish, tmp_path):
    publish("2020-01-01", people(*range(1, 21)))
    script = (
        "import os, django; django.setup()\n"
        "from relations import importers\n"
        "from relations.importers.engine import party_import\n"
        "def stop(*a, **k):\n"
        "    print('written', flush=True), __import__('sys').stdin.read()\n"
        "party_import.record_list_events = stop\n"
        f"importers.import_list('un', [__import__('pathlib').Path({str(tmp_path / 'un_2020-02-02.xml')!r})])\n"
    )
    (tmp_path / "un_2020-02-02.xml").write_text(
        (tmp_path / "un_2020-01-01.xml").read_text().replace("2020-01-01", "2020-02-02").replace("KPi.002", "KPi.021")
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env=os.environ | {"DATABASE_URL": conninfo(), "DJANGO_SETTINGS_MODULE": "tracker.settings"},
    ) as halfway:  # fmt: skip
        assert halfway.stdout
        assert halfway.stdout.readline() == "written\n"
        halfway.send_signal(signal.SIGKILL)
    until_alone()
    assert not Designation.objects.filter(party__reference="KPi.021").exists()
    run = publish("2020-02-02", people(*range(1, 22)))
    assert (run.state, run.added, current_parties()) == (RunState.SUCCEEDED, 1, 21)
    assert list(ImportRun.objects.filter(state=RunState.FAILED).values_list("list", flat=True)) == ["un"]


def test_what_the_parser_did_not_know_is_counted_in_the_run(publish):
    run = publish("2020-01-01", [*people(1, 2, more="<SHOE_SIZE>44</SHOE_SIZE>"), *people(3)])
    assert (counts(run), run.complaints["unknown"]) == ((3, 3, 0, 0, 0), {"INDIVIDUAL/SHOE_SIZE": 2})


@pytest.mark.parametrize(
    ("long", "reason"),
    [
        ({"reference": "K" * 101}, "its reference has more than 100 characters"),
        ({"reference": "KPi.900", "name": "習" * 400}, "a name has more than 1000 characters"),
        ({"reference": "KPi.900", "programme": "P" * 301}, "a programme has more than 300 characters"),
    ],
)
def test_what_fits_no_column_is_counted_and_the_rest_is_imported(publish, long, reason):
    run = publish("2020-01-01", [*people(*range(1, 101)), person(**long)])
    assert (run.refused, [one["reason"] for one in run.complaints["unreadable"]]) == (1, [reason])
    assert current_parties() == 100


def test_the_longest_regime_of_the_united_kingdom_is_listed(publish):
    regime = "The Unauthorised Drilling Activities in the Eastern Mediterranean (Sanctions) (EU Exit) Regulations 2020"
    assert publish("2020-01-01", people(1, programme=regime)).added == 1
