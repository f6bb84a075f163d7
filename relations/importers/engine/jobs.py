"""Imports as jobs of procrastinate: `manage.py procrastinate worker`. What became of each stands in its `ImportRun`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import structlog
from django.conf import settings
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from relations.codes import RunState
from relations.errors import Conflict, FetchFailed, FileRefused, Refused
from relations.importers.engine import archive
from relations.importers.engine.fetching import Terms, fetch
from relations.importers.engine.publications import addresses, import_list, periods
from relations.ledger import (
    IMPORT_QUEUE,
    IMPORT_TASK,
    NOBODY,
    Author,
    StoredFile,
    abandon_import,
    delete_files,
    enqueue_import,
    finish_unchanged,
    postpone_import,
    store_file,
    write_files,
)
from relations.models import ImportRun

ATTEMPTS = 5
PAUSE = 60
"""Seconds before the second attempt; then twice, three times as long."""
KEEP = dt.timedelta(days=90)
"""How long files are kept that are not those of a list's last good run."""
NOT_CHANGED = "The publisher says that nothing has changed since the last time."
TERMS = Terms()
RETRY = RetryStrategy(
    max_attempts=ATTEMPTS - 1, wait=PAUSE, linear_wait=PAUSE, retry_exceptions=[FetchFailed, Conflict]
)
UNDER_WAY = (RunState.WAITING, RunState.RUNNING)

log = structlog.get_logger(__name__)


@app.task(
    name=IMPORT_TASK,
    queue=IMPORT_QUEUE,
    pass_context=True,
    retry=RETRY,
)
def run_import(context: JobContext, run: int) -> None:
    """Begins a run that was asked for. A list that is being imported, or is not to be had, is tried again later."""
    asked = ImportRun.objects.select_related("started_by").get(pk=run)
    if asked.state not in UNDER_WAY:
        return
    try:
        _begin(asked)
    except (FetchFailed, Conflict) as trouble:
        if context.job.attempts + 1 >= ATTEMPTS:
            abandon_import(asked, why=trouble.detail, state=RunState.REFUSED)
            return
        postpone_import(asked, why=f"{trouble.detail} It is tried again.")
        raise
    except Refused as refusal:
        # Told by the run itself where it had begun.
        abandon_import(asked, why=refusal.detail, state=RunState.REFUSED)


@app.periodic(cron="*/15 * * * *", periodic_id="due")
@app.task(name="fetch_due_lists", queue=IMPORT_QUEUE)
def fetch_due_lists(timestamp: int) -> None:
    """Asks for every list of `IMPORT_LISTS` whose period has passed since it was last begun or asked for."""
    now = dt.datetime.now(dt.UTC)
    for code in settings.IMPORT_LISTS:
        last = ImportRun.objects.filter(list=code, job__isnull=False).order_by("-started_at").first()
        if last is None or (
            last.state not in (RunState.WAITING, RunState.RUNNING) and last.started_at + periods()[code] <= now
        ):
            enqueue_import(code, author=NOBODY)


@app.periodic(cron="*/5 * * * *", periodic_id="stalled")
@app.task(name="rescue_stalled_jobs", queue=IMPORT_QUEUE, pass_context=True)
async def rescue_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Gives jobs whose worker has gone to another one. What the first had begun is rolled back with its connection."""
    for job in await app.job_manager.get_stalled_jobs():
        log.warning("stalled_job_rescued", job=job.id, task=job.task_name)
        await app.job_manager.retry_job(job)


@app.periodic(cron="40 3 * * *", periodic_id="archive")
@app.task(name="forget_old_files", queue=IMPORT_QUEUE)
def forget_old_files(timestamp: int) -> None:
    """Keeps the files of each list's last good run and of what waits, and every other one for `KEEP`."""
    needed: set[str] = set()
    for code in ImportRun.objects.order_by().values_list("list", flat=True).distinct():
        good = ImportRun.objects.succeeded().filter(list=code, dry_run=False).first()
        needed |= {one["sha256"] for one in good.files} if good else set()
    for run in ImportRun.objects.filter(state__in=UNDER_WAY):
        needed |= {one["sha256"] for one in run.files}
    delete_files(needed=needed, before=dt.datetime.now(dt.UTC) - KEEP)


def _begin(asked: ImportRun) -> None:
    with archive.workplace() as folder:
        kept: list[StoredFile] = asked.files or _fetched(asked, folder)
        if not kept:
            finish_unchanged(asked, why=NOT_CHANGED)
            return
        files = write_files(kept, folder=folder)
        import_list(
            asked.list, files, dated=asked.dated, author=Author(user=asked.started_by, imports=True), asked=asked,
            kept=kept, accept_shrink=asked.accept_shrink, dry_run=asked.dry_run,
        )  # fmt: skip


def _fetched(asked: ImportRun, folder: Path) -> list[StoredFile]:
    """The list's files, in the archive; empty where none of them has changed. No transaction is open meanwhile."""
    places = addresses(asked.list)
    if not places:
        raise FileRefused(file=asked.list, why="it is published at no address that is known; import it from its file")
    before = _last_fetched(asked.list)
    kept: list[StoredFile] = []
    changed = False
    for place in places:
        known = before.get(place.file)
        told = {"etag": known.get("etag", ""), "last_modified": known.get("last_modified", "")} if known else {}
        into = folder / f"fetched-{place.file}"
        found = fetch(place.url, into=into, terms=TERMS, **told)
        changed = changed or found.changed
        if found.changed:
            with into.open("rb") as opened:
                one = store_file(opened, name=place.file)
            one |= {"url": place.url, "etag": found.etag, "last_modified": found.last_modified}
            kept.append(one)
        elif known:
            kept.append(known)
        into.unlink(missing_ok=True)
    return kept if changed else []


def _last_fetched(code: str) -> dict[str, StoredFile]:
    """The files of the last good run, by name, where it was fetched: what their validators speak of is what stands."""
    good = ImportRun.objects.succeeded().filter(list=code, dry_run=False).exclude(files=[]).first()
    return {one["name"]: one for one in good.files if "url" in one} if good else {}
