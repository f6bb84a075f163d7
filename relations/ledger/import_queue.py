"""Imports that are enqueued now and run later by any worker."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from procrastinate.contrib.django import app

from relations.codes import RunState
from relations.ledger.drafts import Author
from relations.ledger.locks import clock
from relations.models import ImportRun

IMPORT_TASK = "import_list"
IMPORT_QUEUE = "imports"


@transaction.atomic
def enqueue_import(code: str, *, author: Author, files: Sequence[Mapping[str, Any]] = (), **wanted: Any) -> ImportRun:
    """Creates a waiting run together with its job.

    `files` are in the archive already; without any, the list is fetched. `wanted` are the run's own `dated`,
    `accept_shrink` and `dry_run`. No lock of procrastinate's: this transaction may be long and would block
    others, and the lock of `import_run` already excludes a second import of the list.
    """
    run = ImportRun.objects.create(
        list=code, state=RunState.WAITING, started_at=dt.datetime.now(dt.UTC), started_by=author.user,
        files=list(files), **wanted,
    )  # fmt: skip
    run.job = app.configure_task(IMPORT_TASK, queue=IMPORT_QUEUE).defer(run=run.pk)
    run.save(update_fields=("job",))
    return run


def set_import_state(run: ImportRun, state: RunState, *, why: str) -> None:
    """Ends a run that did not begin to import, or leaves it waiting; `why` says what for."""
    run.state, run.reason = state, why
    run.save(update_fields=("state", "reason"))


@transaction.atomic
def finish_unchanged(run: ImportRun, *, why: str) -> None:
    """Ends a run without news as a repetition of the last good one."""
    last = ImportRun.objects.succeeded().filter(list=run.list, dry_run=False).first()
    if last is not None:
        run.dated, run.sha256, run.files, run.complaints = last.dated, last.sha256, last.files, last.complaints
    run.state, run.reason, run.started_at, run.duration = RunState.SUCCEEDED, why, clock(), 0.0
    run.save()
