"""Imports as jobs of procrastinate: `manage.py procrastinate worker`. The result of each is in its `ImportRun`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import structlog
from django.conf import settings
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from relations import ledger
from relations.codes import RunState
from relations.errors import Conflict, FetchFailed, FileRefused, Refused
from relations.importers.engine import archive
from relations.importers.engine.fetching import Terms, fetch
from relations.importers.engine.publications import import_list, may_be_later
from relations.importers.registry import LISTS, PARTY_LISTS
from relations.ledger import IMPORT_QUEUE, IMPORT_TASK, NOBODY, Author, StoredFile
from relations.models import ImportRun

ATTEMPTS = 5
PAUSE = 60
"""Seconds before the second attempt; then twice, three times as long."""
RETENTION = dt.timedelta(days=90)
"""Age at which archived files are deleted, except those of each list's last good run."""
NOT_CHANGED = "The publisher says that nothing has changed since the last time."
TERMS = Terms()
RETRY = RetryStrategy(
    max_attempts=ATTEMPTS - 1, wait=PAUSE, linear_wait=PAUSE, retry_exceptions=[FetchFailed, Conflict]
)
UNDER_WAY = (RunState.WAITING, RunState.RUNNING)

log = structlog.get_logger(__name__)


@app.task(name=IMPORT_TASK, queue=IMPORT_QUEUE, pass_context=True, retry=RETRY)
def run_import(context: JobContext, run: int) -> None:
    """Begins a run that was asked for. A list that is being imported or cannot be fetched is tried again later."""
    asked = ImportRun.objects.select_related("started_by").get(pk=run)
    if asked.state not in UNDER_WAY:
        return
    try:
        _begin(asked)
    except (FetchFailed, Conflict) as trouble:
        if context.job.attempts + 1 >= ATTEMPTS:
            ledger.set_import_state(asked, RunState.REFUSED, why=trouble.detail)
            return
        ledger.set_import_state(asked, RunState.WAITING, why=f"{trouble.detail} It is tried again.")
        raise
    except Refused as refusal:
        # A run that had begun says so itself.
        ledger.set_import_state(asked, RunState.REFUSED, why=refusal.detail)


@app.periodic(cron="*/15 * * * *", periodic_id="due")
@app.task(name="fetch_due_lists", queue=IMPORT_QUEUE)
def fetch_due_lists(timestamp: int) -> None:
    """Enqueues every list of `IMPORT_LISTS` whose period has passed since it last began or was enqueued."""
    now = dt.datetime.now(dt.UTC)
    for code in settings.IMPORT_LISTS:
        last = ImportRun.objects.filter(list=code, job__isnull=False).order_by("-started_at").first()
        if last is None or (
            last.state not in UNDER_WAY and (period := LISTS[code].period) and last.started_at + period <= now
        ):
            ledger.enqueue_import(code, author=NOBODY)


@app.periodic(cron="*/5 * * * *", periodic_id="stalled")
@app.task(name="rescue_stalled_jobs", queue=IMPORT_QUEUE, pass_context=True)
async def rescue_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Retries jobs whose worker has died. Its work is rolled back with its connection."""
    for job in await app.job_manager.get_stalled_jobs():
        log.warning("stalled_job_rescued", job=job.id, task=job.task_name)
        await app.job_manager.retry_job(job)


@app.periodic(cron="40 3 * * *", periodic_id="archive")
@app.task(name="forget_old_files", queue=IMPORT_QUEUE)
def forget_old_files(timestamp: int) -> None:
    """Deletes files older than `RETENTION`, except those of each list's last good run and of unfinished ones."""
    needed: set[str] = set()
    for code in ImportRun.objects.order_by().values_list("list", flat=True).distinct():
        good = ImportRun.objects.succeeded().filter(list=code, dry_run=False).first()
        needed |= {one["sha256"] for one in good.files} if good else set()
    for run in ImportRun.objects.filter(state__in=UNDER_WAY):
        needed |= {one["sha256"] for one in run.files}
    ledger.delete_files(needed=needed, before=dt.datetime.now(dt.UTC) - RETENTION)


def _begin(asked: ImportRun) -> None:
    with archive.temporary_folder() as folder:
        archived: list[StoredFile] = asked.files or _fetched(asked, folder)
        if not archived:
            ledger.finish_unchanged(asked, why=NOT_CHANGED)
            return
        files = ledger.write_files(archived, folder=folder)
        import_list(
            asked.list, files, dated=asked.dated, author=Author(user=asked.started_by, imports=True), asked=asked,
            archived=archived, accept_shrink=asked.accept_shrink, dry_run=asked.dry_run,
        )  # fmt: skip


def _fetched(asked: ImportRun, folder: Path) -> list[StoredFile]:
    """The list's files, archived; none where nothing is new. No transaction is open meanwhile.

    Parties that the publisher shows unchanged on a later day are confirmed, where the files themselves carry no day.
    """
    published = LISTS[asked.list].addresses
    if not published:
        raise FileRefused(file=asked.list, why="it is published at no known address; import it from its file")
    before = _last_fetched(asked.list)
    files: list[StoredFile] = []
    is_changed = False
    for one in published:
        known = before.get(one.name)
        etag, last_modified = (known.get("etag", ""), known.get("last_modified", "")) if known else ("", "")
        into = folder / f"fetched-{one.name}"
        answer = fetch(one.url, into=into, terms=TERMS, etag=etag, last_modified=last_modified)
        is_changed = is_changed or answer.changed
        if answer.changed:
            with into.open("rb") as opened:
                stored = ledger.store_file(opened, name=one.name, media_type=answer.media_type)
            files.append(stored | {"url": one.url, "etag": answer.etag, "last_modified": answer.last_modified})
        elif known:
            files.append(known)
        into.unlink(missing_ok=True)
    last = ImportRun.objects.succeeded().filter(list=asked.list, dry_run=False).first()
    is_later = asked.list in PARTY_LISTS and last is not None and may_be_later(asked.list, last, asked.dated)
    return files if is_changed or is_later else []


def _last_fetched(code: str) -> dict[str, StoredFile]:
    """The files of the last good run, by name, where it was fetched: their validators are those of the known list."""
    good = ImportRun.objects.succeeded().filter(list=code, dry_run=False).exclude(files=[]).first()
    return {one["name"]: one for one in good.files if "url" in one} if good else {}
