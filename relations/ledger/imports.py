"""Imports as they begin and end: one of a list at a time, each with its result."""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from relations.codes import RunState
from relations.errors import Conflict, Refused
from relations.ledger.drafts import NOBODY, Author
from relations.models import (
    FACT_MODELS,
    Citation,
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

_FILLED: tuple[type[Model], ...] = (
    *FACT_MODELS, Citation, StatusPeriod, StatusChange, SourceLink,
    Party, PartyName, Designation, Listing, EventParty,
)  # fmt: skip
"""What imports write thousands of rows of."""

_MANY = 1_000
_RUN_LOCK = 1_963
"""First key of the advisory locks under which lists are imported."""

INTERRUPTED = "The process ended before the import did; nothing of it was kept."


@contextmanager
def import_run(
    code: str, *, author: Author = NOBODY, asked: ImportRun | None = None, **known: Any
) -> Iterator[ImportRun]:
    """A run of one list, from its beginning to its result: what is raised inside refuses it or makes it fail.

    `asked` is the run that waits for this moment, where there is one: it is begun, and none is made.

    The lock is the session's, so it ends with a process that is killed; the run that it left behind is then told to
    have failed. What the import writes is one transaction inside, so a run that does not succeed leaves nothing else.
    Raises `Conflict` where another process imports the same list.
    """
    with _alone(code):
        started, clock = dt.datetime.now(dt.UTC), time.monotonic()
        left = ImportRun.objects.filter(list=code, state=RunState.RUNNING).exclude(pk=asked.pk if asked else 0)
        left.update(state=RunState.FAILED, reason=INTERRUPTED)
        run = asked or ImportRun(list=code, started_by=author.user)
        for name, value in {**known, "started_at": started, "state": RunState.RUNNING, "reason": ""}.items():
            setattr(run, name, value)
        run.save()
        try:
            with transaction.atomic():
                yield run
                run.state = RunState.SUCCEEDED
                if run.dry_run:
                    transaction.set_rollback(True)
                else:
                    _end(run, clock)
            if run.dry_run:
                run.source = None
                _end(run, clock)
        except Refused as refusal:
            run.state, run.reason = RunState.REFUSED, refusal.detail
            _end(run, clock)
            raise
        except BaseException as error:
            run.state, run.reason = RunState.FAILED, f"{type(error).__name__}: {error}"
            _end(run, clock)
            raise
        if run.added >= _MANY and not run.dry_run:
            _count_rows()


def _end(run: ImportRun, clock: float) -> None:
    run.duration = round(time.monotonic() - clock, 3)
    if run.state != RunState.SUCCEEDED:
        run.added = run.amended = run.ended = 0
        run.source = None
    run.save()


def _count_rows() -> None:
    """Has PostgreSQL look at the tables now: until autovacuum comes by, it would plan reads for the rows of before."""
    with connection.cursor() as cursor:
        for model in _FILLED:
            cursor.execute(f'ANALYZE "{model._meta.db_table}"')


@contextmanager
def _alone(code: str) -> Iterator[None]:
    key = int.from_bytes(hashlib.sha256(code.encode()).digest()[:4]) - 2**31
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_RUN_LOCK, key])
        (taken,) = cursor.fetchone() or (False,)
    if not taken:
        raise Conflict(why=f"List {code!r} is being imported already; try again when that run has ended.")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_RUN_LOCK, key])
