"""Imports as jobs: asked for, run by a worker, put off, given up, rescued."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from relations import ledger
from relations.codes import RunState
from relations.errors import FetchFailed
from relations.importers.engine import jobs
from relations.importers.engine.fetching import Fetched
from relations.importers.engine.publications import SAME_BYTES_LATER
from relations.importers.registry import LISTS
from relations.models import Confirmation, ImportRun, SanctionEvent, StatusChange, TravelBanEntry
from tests.importers.importing import BANS, FILES


@pytest.fixture(autouse=True)
def archive(settings, tmp_path):
    settings.TRACKER_DATA = tmp_path / "data"


def attempt(number: int = 0) -> Any:
    """The part of a job that a task reads."""
    return SimpleNamespace(job=SimpleNamespace(attempts=number))


def work() -> None:
    """A worker of procrastinate's own, until nothing waits."""
    connector: Any = app.connector
    with app.replace_connector(connector.get_worker_connector()) as working:
        working.run_worker(wait=False, install_signal_handlers=False, listen_notify=False, concurrency=1)


def asked_with_files(**wanted) -> ImportRun:
    with BANS.open("rb") as opened:
        stored = ledger.store_file(opened, name=BANS.name)
    return ledger.enqueue_import("travel_ban", author=ledger.NOBODY, files=[stored], **wanted)


def test_an_import_that_was_asked_for_waits_in_a_job(countries):
    run = asked_with_files()
    job = ProcrastinateJob.objects.get(pk=run.job)
    assert (run.state, job.task_name, job.args, job.status) == (
        RunState.WAITING,
        "import_list",
        {"run": run.pk},
        "todo",
    )
    assert (job.lock, job.queueing_lock) == (None, None)


def test_a_worker_runs_what_waits(world):
    run = asked_with_files()
    work()
    run.refresh_from_db()
    assert (run.state, run.added, run.files[0]["name"]) == (RunState.SUCCEEDED, 41, BANS.name)
    assert ImportRun.objects.count() == 1
    assert ProcrastinateJob.objects.get(pk=run.job).status == "succeeded"


def test_a_refused_file_is_named_in_the_run_and_not_tried_again(countries, tmp_path):
    empty = tmp_path / BANS.name
    empty.write_bytes(b"")
    with empty.open("rb") as opened:
        run = ledger.enqueue_import(
            "travel_ban", author=ledger.NOBODY, files=[ledger.store_file(opened, name=BANS.name)]
        )
    jobs.run_import(attempt(), run=run.pk)
    run.refresh_from_db()
    assert (run.state, run.reason) == (
        RunState.REFUSED,
        f"{BANS.name} is refused whole: it is empty. {LISTS['travel_ban'].wanted}.",
    )


def test_a_list_that_is_not_to_be_had_is_tried_again_and_given_up_at_last(countries, monkeypatch):
    def away(url, **_):
        raise FetchFailed(url=url, why="it answered 500")

    monkeypatch.setattr(jobs, "fetch", away)
    run = ledger.enqueue_import("un", author=ledger.NOBODY)
    with pytest.raises(FetchFailed):
        jobs.run_import(attempt(), run=run.pk)
    run.refresh_from_db()
    assert run.state == RunState.WAITING
    assert run.reason.endswith("could not be fetched: it answered 500. It is tried again.")
    jobs.run_import(attempt(jobs.ATTEMPTS - 1), run=run.pk)
    run.refresh_from_db()
    assert (run.state, "it answered 500" in run.reason) == (RunState.REFUSED, True)


def test_a_list_is_fetched_with_what_the_last_answer_said_of_its_version(countries, monkeypatch):
    validators = []

    def publisher(url, *, into, terms, etag="", last_modified=""):
        validators.append((etag, last_modified))
        if etag == '"v1"':
            return Fetched(changed=False, etag=etag)
        into.write_bytes((FILES / "un" / "before.xml").read_bytes())
        return Fetched(changed=True, etag='"v1"', last_modified="Wed, 02 Aug 2023 00:00:00 GMT")

    monkeypatch.setattr(jobs, "fetch", publisher)
    first, second = (ledger.enqueue_import("un", author=ledger.NOBODY) for _ in range(2))
    for run in (first, second):
        jobs.run_import(attempt(), run=run.pk)
        run.refresh_from_db()
    assert validators == [("", ""), ('"v1"', "Wed, 02 Aug 2023 00:00:00 GMT")]
    assert (first.state, first.added > 0) == (RunState.SUCCEEDED, True)
    assert (second.state, second.reason) == (RunState.SUCCEEDED, jobs.NOT_CHANGED)
    assert (second.dated, second.sha256, second.files) == (first.dated, first.sha256, first.files)


def test_files_without_a_day_that_are_unchanged_on_a_later_day_confirm_what_they_say(countries, monkeypatch):
    def publisher(url, *, into, terms, etag="", last_modified=""):
        if etag:
            return Fetched(changed=False, etag=etag)
        (name,) = [one.name for one in LISTS["ofac"].addresses if one.url == url]
        into.write_bytes((FILES / "ofac" / name).read_bytes())
        return Fetched(changed=True, etag='"v1"', last_modified="")

    monkeypatch.setattr(jobs, "fetch", publisher)
    reasons, confirmed, lines = [], [], []
    for dated in (dt.date(2022, 2, 23), dt.date(2022, 2, 23), None, None):
        run = ledger.enqueue_import("ofac", author=ledger.NOBODY, dated=dated)
        jobs.run_import(attempt(), run=run.pk)
        run.refresh_from_db()
        reasons.append((run.state, run.reason))
        confirmed.append(Confirmation.objects.count())
        lines.append(StatusChange.objects.count())
    assert reasons == [
        (RunState.SUCCEEDED, reason) for reason in ("", jobs.NOT_CHANGED, SAME_BYTES_LATER, jobs.NOT_CHANGED)
    ]
    observed = SanctionEvent.objects.filter(action="observed").count()
    assert (observed > 0, confirmed) == (True, [0, 0, observed, observed])
    assert {one.day for one in Confirmation.objects.all()} == {ledger.today()}


def test_a_source_that_is_published_nowhere_says_so_and_is_not_tried_again(countries):
    run = ledger.enqueue_import("gsdb", author=ledger.NOBODY)
    jobs.run_import(attempt(), run=run.pk)
    run.refresh_from_db()
    assert (run.state, run.reason) == (
        RunState.REFUSED,
        "gsdb is refused whole: it is published at no known address; import it from its file.",
    )


def test_nothing_is_fetched_unless_a_setting_names_it_and_its_period_has_passed(countries, settings):
    jobs.fetch_due_lists(0)
    assert not ImportRun.objects.exists()
    settings.IMPORT_LISTS = ["un", "uk"]
    jobs.fetch_due_lists(0)
    jobs.fetch_due_lists(0)
    assert sorted(ImportRun.objects.values_list("list", "state")) == [("uk", "waiting"), ("un", "waiting")]
    past = dt.datetime.now(dt.UTC) - dt.timedelta(hours=7)
    ImportRun.objects.update(state=RunState.SUCCEEDED, started_at=past)
    jobs.fetch_due_lists(0)
    assert list(ImportRun.objects.filter(state=RunState.WAITING).values_list("list", flat=True)) == ["un"]


def test_a_job_whose_worker_died_is_run_by_another_one(world):
    run = asked_with_files()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id"
        )
        (dead,) = cursor.fetchone()
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s", [dead, run.job])
    ImportRun.objects.update(state=RunState.RUNNING)
    app.configure_task("rescue_stalled_jobs", queue="imports").defer(timestamp=0)
    work()
    work()
    run.refresh_from_db()
    assert (run.state, run.added, TravelBanEntry.objects.count()) == (RunState.SUCCEEDED, 41, 41)


def test_old_files_are_forgotten_but_for_the_last_good_ones_and_what_waits(countries, settings, monkeypatch, tmp_path):
    run = asked_with_files()
    jobs.run_import(attempt(), run=run.pk)
    stray = tmp_path / "stray.csv"
    stray.write_bytes(b"stray")
    with stray.open("rb") as opened:
        ledger.store_file(opened, name="stray.csv")
    jobs.forget_old_files(0)
    assert len(list((settings.TRACKER_DATA / "archive").glob("*/*.gz"))) == 2
    monkeypatch.setattr(jobs, "RETENTION", dt.timedelta(seconds=-5))
    jobs.forget_old_files(0)
    (left,) = (settings.TRACKER_DATA / "archive").glob("*/*.gz")
    run.refresh_from_db()
    assert left.stem == run.files[0]["sha256"]
