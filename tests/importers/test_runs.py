"""Imports that are killed, that meet each other, that come packed."""

import datetime as dt
import gzip
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading
import time

import pytest
from django.conf import settings as live
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from relations import ledger
from relations.codes import RunState
from relations.errors import Conflict, FileRefused
from relations.importers.engine import archive as archive_of_files
from relations.importers.engine import dry_run
from relations.importers.registry import LISTS
from relations.ledger import imports
from relations.models import ImportRun, Source, SourceLink, TravelBanEntry
from tests.database import conninfo
from tests.importers.importing import BANS, POCOM, counts, edited, imported, said, until_alone

STOPS_HALFWAY = """
import sys
from pathlib import Path
import django
django.setup()
from relations.importers import import_list
from relations.importers.engine import fact_import

def stop(*args, **kwargs):
    print("halfway", flush=True)
    sys.stdin.read()

fact_import.ledger.date_links = stop
import_list("travel_ban", [Path(sys.argv[1])])
"""


SOME_COUNTRIES = ("AT", "BE", "BG", "BR", "CA", "CL", "CN", "CO", "CZ", "DE", "DK", "EE", "EG", "ES")


@pytest.fixture(autouse=True)
def archive(settings, tmp_path):
    settings.TRACKER_DATA = tmp_path / "data"


def test_an_import_killed_halfway_leaves_nothing_and_the_next_one_succeeds(world, tmp_path):
    environment = {
        **os.environ, "DATABASE_URL": conninfo(), "DJANGO_SETTINGS_MODULE": "tracker.settings",
        "TRACKER_DATA": str(tmp_path / "data"),
    }  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-c", STOPS_HALFWAY, str(BANS)],
        cwd=live.ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"halfway\n"
        process.kill()
    until_alone()
    assert ImportRun.objects.get().state == RunState.RUNNING
    assert not TravelBanEntry.objects.exists()
    assert not Source.objects.exists()
    assert counts(imported("travel_ban", BANS)) == (41, 0, 0)
    killed, after = ImportRun.objects.order_by("id")
    assert killed.state == RunState.FAILED
    assert killed.reason == "The process ended before the import did; nothing of it was stored."
    assert (after.state, SourceLink.objects.count()) == (RunState.SUCCEEDED, 41)


def test_of_two_imports_of_one_list_at_once_one_runs_and_one_is_refused(world):
    begun, over = threading.Event(), threading.Event()

    def long_import():
        with ledger.import_run("travel_ban"):
            begun.set()
            over.wait(30)
        connection.close()

    thread = threading.Thread(target=long_import)
    thread.start()
    try:
        assert begun.wait(30)
        with pytest.raises(Conflict, match="'travel_ban' is being imported already"):
            imported("travel_ban", BANS)
    finally:
        over.set()
        thread.join()
    assert [run.state for run in ImportRun.objects.all()] == [RunState.SUCCEEDED]
    assert counts(imported("travel_ban", BANS)) == (41, 0, 0)


def test_the_folder_that_a_killed_import_left_goes_after_a_day(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left, recent = tmp_path / "tracker-import-left", tmp_path / "tracker-import-recent"
    for folder in (left, recent):
        folder.mkdir()
        (folder / "un.xml").write_text("half")
    yesterday = time.time() - 25 * 3600
    os.utime(left, (yesterday, yesterday))
    with archive_of_files.temporary_folder() as own:
        assert own.parent == tmp_path
        assert not left.exists()
    assert list(tmp_path.iterdir()) == [recent]


def test_a_folder_and_the_archive_of_it_are_the_same_publication(countries, tmp_path):
    imported("pocom", POCOM)
    packed = tmp_path / "pocom.tar.gz"
    with tarfile.open(packed, "w:gz") as tar:
        tar.add(POCOM, arcname="pocom-master")
    run = imported("pocom", packed)
    assert (counts(run), run.reason) == ((0, 0, 0), "The same bytes as last time: nothing to do.")


def test_a_folder_of_missions_without_people_is_refused_for_that(countries, tmp_path):
    shutil.copytree(POCOM / "missions-countries", tmp_path / "missions-countries")
    with pytest.raises(FileRefused, match=r"there is neither people\.tar\.gz nor a file below people/"):
        imported("pocom", tmp_path)


def test_the_bytes_are_stored_by_their_digest_and_can_be_imported_again(countries, tmp_path):
    run = imported("travel_ban", BANS)
    (archived,) = run.files
    assert archived["name"] == BANS.name
    (again,) = ledger.write_files(run.files, folder=tmp_path)
    assert again.read_bytes() == BANS.read_bytes()


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("us_travel_ban_events.csv.gz", b"no gzip", "it is not a gzip file"),
        ("pocom.tar.gz", b"no archive", "it is not a readable tar archive"),
        ("us_travel_ban_events.csv", b"", "it is empty"),
        ("us_travel_ban_events.csv", b"<!DOCTYPE html><p>Sorry", "it is an HTML page"),
        ("us_travel_ban_events.csv", b"a\0b", "it contains NUL bytes"),
        ("us_travel_ban_events.csv", "Zürich".encode("cp1252"), "it is not UTF-8"),
    ],
)
def test_what_is_not_the_file_is_refused_with_the_reason(countries, tmp_path, name, content, why):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FileRefused, match=why):
        imported("travel_ban", tmp_path / name)
    assert said() == set()


OTHER_FORMATS = (
    (b"", "it is empty"),
    (b"<!doctype html><title>503</title>", "it is an HTML page"),
    (b'<?xml version="1.0"?><sdnList xmlns="http://example.org/sdnList.xsd"/>', "it is XML|its root element is"),
    (
        b'"Report Date: 1-Jan-2030"\r\nName 6,Name 1\r\nDOE,JANE\r\n',
        "CSV edition|lacks|columns|not XML|not begin|not JSON",
    ),
    ("a,b\n1,2\n".encode("utf-16"), "it is UTF-16|not well formed"),
    (b"PK\x03\x04content.xml", "it is a zip archive"),
    (b"%PDF-1.7", "it is a PDF"),
)


def test_a_file_of_another_format_is_refused_with_what_to_import_and_where_it_is(countries, tmp_path):
    lists = [code for code in LISTS if code not in ("pocom", "regimes")]  # they are folders of files
    for code in lists:
        name = tmp_path / LISTS[code].files[0].name
        for content, why in OTHER_FORMATS:
            name.write_bytes(content)
            with pytest.raises(FileRefused, match=f"({why}).*{re.escape(LISTS[code].wanted)}"):
                imported(code, name, dated=dt.date(2024, 5, 4))
    runs = ImportRun.objects.order_by().values_list("state", "added").distinct()
    assert (list(runs), Source.objects.count()) == ([(RunState.REFUSED, 0)], 0)
    assert [code for code in LISTS if "https://" not in LISTS[code].wanted] == []
    assert LISTS["uk"].wanted == (
        "UK Sanctions List is read as XML: Foreign, Commonwealth & Development Office, "
        "https://sanctionslist.fcdo.gov.uk/docs/UK-Sanctions-List.xml"
    )


def test_a_packed_file_is_unpacked_whatever_its_name(countries, tmp_path):
    packed = tmp_path / BANS.name
    packed.write_bytes(gzip.compress(BANS.read_bytes()))
    assert imported("travel_ban", packed).read == 44


def test_the_command_prints_the_run_and_fails_where_it_is_refused(countries, tmp_path, capsys):
    call_command("import", "travel_ban", BANS)
    assert capsys.readouterr().out.startswith(
        "US entry suspensions of 2019-12-16: succeeded, read 44, added 41, amended 0, ended 0"
    )
    with pytest.raises(CommandError, match="there is no such file"):
        call_command("import", "travel_ban", tmp_path / "absent.csv")


def test_the_command_names_each_record_that_cannot_be_read(countries, tmp_path, capsys):
    path = edited(BANS, tmp_path, ("ZM,listed,partial", "ZM,banished,partial"))
    rows = "".join(
        f"Order {number},2025-01-01,2025-01-01,{code},listed,full,,x\n"
        for number in range(7, 12)
        for code in SOME_COUNTRIES
    )
    path.write_text(path.read_text("utf-8") + rows, "utf-8")
    call_command("import", "travel_ban", path)
    out, err = capsys.readouterr()
    assert out.count("\n") == 1
    assert err == (
        "Unreadable record line 41 (us_travel_ban_events.csv, line 41): the action 'banished' is not known\n"
    )


def test_a_dry_run_prints_what_would_change_and_how_much_more(countries, capsys, monkeypatch):
    monkeypatch.setattr(dry_run, "MOST_NAMED", 2)
    call_command("import", "travel_ban", BANS, dry_run=True)
    first, *changes = capsys.readouterr().out.splitlines()
    assert first.startswith("US entry suspensions of 2019-12-16: succeeded, read 44, added 41")
    assert first.endswith("(a dry run: nothing has changed)")
    assert changes == [
        "would be added: Order 1:KP: US>KP listed 2011-03-15",
        "would be added: Order 1:SY: US>SY listed 2011-03-15",
        "would be added: 39 more",
    ]


def test_the_file_is_found_in_a_folder_among_others(countries, tmp_path):
    for name in ("README.md", ".DS_Store", "codes.txt"):
        (tmp_path / name).write_text("not the list")
    shutil.copy(BANS, tmp_path / "US_Travel_Ban.CSV")
    assert counts(imported("travel_ban", tmp_path)) == (41, 0, 0)


def test_two_files_of_a_source_that_is_one_are_refused_by_their_names(countries, tmp_path):
    for name in ("one.csv", "two.csv"):
        shutil.copy(BANS, tmp_path / name)
    with pytest.raises(FileRefused, match=r"the source is one file, and these are 2: one\.csv, two\.csv"):
        imported("travel_ban", tmp_path)


def test_a_reason_names_the_file_as_it_was_given(countries, tmp_path):
    (tmp_path / "mine.csv").write_text("")
    with pytest.raises(FileRefused, match=r"mine\.csv is refused whole: it is empty"):
        imported("travel_ban", tmp_path / "mine.csv")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("a_list_is_imported_by_one_run_at_a_time", {"state": RunState.RUNNING}),
        ("a_run_that_did_not_succeed_says_why", {"state": RunState.REFUSED}),
        ("a_run_refuses_no_more_than_it_reads", {"state": RunState.SUCCEEDED, "read": 1, "refused": 2}),
    ],
)
def test_the_database_refuses_contradictory_runs(countries, name, values):
    now = dt.datetime.now(dt.UTC)
    ImportRun.objects.create(list="un", started_at=now)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ImportRun.objects.create(list="un", started_at=now, **values)


def test_after_an_import_of_many_the_database_plans_for_what_there_is_now(world, monkeypatch):
    """Autovacuum may come a minute later; until then a filtered read of a new list took seconds."""
    monkeypatch.setattr(imports, "_MANY", 10)
    imported("travel_ban", BANS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'relations_travelbanentry'")
        assert cursor.fetchone() == (TravelBanEntry.objects.count(),)
