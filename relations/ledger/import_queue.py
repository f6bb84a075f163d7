"""Imports that are asked for now and run later, by whichever worker is free."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from procrastinate.contrib.django import app

from relations.codes import RunState
from relations.ledger.drafts import Author
from relations.models import ImportRun

IMPORT_TASK = "import_list"
IMPORT_QUEUE = "imports"


@transaction.atomic
def enqueue_import(code: str, *, author: Author, files: Sequence[Mapping[str, Any]] = (), **wanted: Any) -> ImportRun:
    """A run that waits for a worker, and the job that will begin it: either both are there or neither.

    `files` are in the archive already; none: the list is fetched. `wanted` are the run's own `dated`, `accept_shrink`
    and `dry_run`. Without a lock of procrastinate's: such a lock would be held by this transaction, which may be long;
    what keeps two imports of a list apart is the lock of the run itself.
    """
    run = ImportRun.objects.create(
        list=code, state=RunState.WAITING, started_at=dt.datetime.now(dt.UTC), started_by=author.user,
        files=list(files), **wanted,
    )  # fmt: skip
    run.job = app.configure_task(IMPORT_TASK, queue=IMPORT_QUEUE).defer(run=run.pk)
    run.save(update_fields=("job",))
    return run


def postpone_import(run: ImportRun, *, why: str) -> None:
    """The run goes on waiting; `why` says what for."""
    _tell(run, RunState.WAITING, why)


def abandon_import(run: ImportRun, *, why: str, state: RunState) -> None:
    """Ends a run that never came to import anything."""
    _tell(run, state, why)


def finish_unchanged(run: ImportRun, *, why: str) -> None:
    """Ends a run that found nothing new: what stands is of the last good publication, and so is this."""
    last = ImportRun.objects.succeeded().filter(list=run.list, dry_run=False).first()
    if last is not None:
        run.dated, run.sha256, run.files, run.complaints = last.dated, last.sha256, last.files, last.complaints
    run.state, run.reason, run.started_at, run.duration = RunState.SUCCEEDED, why, dt.datetime.now(dt.UTC), 0.0
    run.save()


def _tell(run: ImportRun, state: RunState, why: str) -> None:
    run.state, run.reason = state, why
    run.save(update_fields=("state", "reason"))
