"""Import runs: one of a list at a time, each with its result."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from relations.codes import RunState
from relations.errors import Conflict, Refused
from relations.ledger.drafts import NOBODY, Author
from relations.ledger.locks import clock, lock_key
from relations.models import (
    FACT_MODELS,
    Citation,
    Confirmation,
    Designation,
    EventParty,
    ImportRun,
    Listing,
    Party,
    PartyName,
    SourceLink,
    StatusChange,
    StatusPeriod,
)
from relations.queries.advisory_locks import AdvisoryLock

_FILLED: tuple[type[Model], ...] = (
    *FACT_MODELS, Citation, Confirmation, StatusPeriod, StatusChange, SourceLink,
    Party, PartyName, Designation, Listing, EventParty,
)  # fmt: skip
"""Tables of which an import writes thousands of rows."""

_MANY = 1_000
INTERRUPTED = "The process ended before the import did; nothing of it was stored."


@contextmanager
def import_run(
    code: str, *, author: Author = NOBODY, asked: ImportRun | None = None, **known: Any
) -> Iterator[ImportRun]:
    """One run of a list, from its beginning to its result; an exception inside refuses it or makes it fail.

    `asked` is the waiting run that begins now; without one, a run is created.
    The lock is the session's and ends with a process that is killed; the next run marks the interrupted one as failed.
    The import itself is one transaction inside, so a run that does not succeed leaves nothing else. Raises `Conflict`
    while another process imports the same list.
    """
    with _locked(code):
        began = time.monotonic()
        run = _begin(asked or ImportRun(list=code, started_by=author.user), known)
        try:
            with transaction.atomic():
                run.started_at = clock()  # From here on answers of a past moment count it.
                yield run
                run.state = RunState.SUCCEEDED
                if run.dry_run:
                    transaction.set_rollback(True)
                else:
                    _end(run, began)
            if run.dry_run:
                run.source = None
                _end(run, began)
        except BaseException as error:
            if isinstance(error, Refused):
                run.state, run.reason = RunState.REFUSED, error.detail
            else:
                run.state, run.reason = RunState.FAILED, f"{type(error).__name__}: {error}"
            _end(run, began)
            raise
        if run.added >= _MANY and not run.dry_run:
            _analyze()


def _begin(run: ImportRun, known: Mapping[str, Any]) -> ImportRun:
    interrupted = ImportRun.objects.filter(list=run.list, state=RunState.RUNNING).exclude(pk=run.pk or 0)
    interrupted.update(state=RunState.FAILED, reason=INTERRUPTED)
    started = {"started_at": dt.datetime.now(dt.UTC), "state": RunState.RUNNING, "reason": ""}
    for name, value in {**known, **started}.items():
        setattr(run, name, value)
    run.save()
    return run


def _end(run: ImportRun, began: float) -> None:
    run.duration = round(time.monotonic() - began, 3)
    if run.state != RunState.SUCCEEDED:
        run.added = run.amended = run.ended = 0
        run.source = None
    run.save()


def _analyze() -> None:
    """Runs ANALYZE now: until autovacuum does, PostgreSQL plans reads for the tables as they were before."""
    with connection.cursor() as cursor:
        for model in _FILLED:
            cursor.execute(f'ANALYZE "{model._meta.db_table}"')


@contextmanager
def _locked(code: str) -> Iterator[None]:
    key = lock_key(code)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [AdvisoryLock.IMPORT, key])
        (taken,) = cursor.fetchone() or (False,)
    if not taken:
        raise Conflict(why=f"List {code!r} is being imported already; try again when that run has ended.")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [AdvisoryLock.IMPORT, key])
