"""Commands that are tried: run as they would be for good, and rolled back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

from relations.models import StatusChange

REHEARSED: ContextVar[list[StatusChange] | None] = ContextVar("rehearsed", default=None)
"""The entries that commands would append; None where they are run for good."""


@contextmanager
def rehearsal() -> Iterator[list[StatusChange]]:
    """Rolls back the commands inside, and yields the entries that they would append to the log.

    They refuse what they would refuse for good, and the constraints that wait for the commit are checked as well. No
    delivery is enqueued, and nobody waits for the lock of the log: ids that are rolled back follow no commit.
    """
    entries: list[StatusChange] = []
    token = REHEARSED.set(entries)
    try:
        with transaction.atomic():
            yield entries
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            transaction.set_rollback(True)
    finally:
        REHEARSED.reset(token)
