"""Several queries that see the database at one moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from relations.queries.clock import today


def database_state() -> tuple[str, dt.date] | None:
    """The snapshot of a query that begins now, and the day: equal states, equal answers. One query.

    Every transaction that writes anything makes another state. None in a transaction, whose own writes make none.
    """
    if connection.in_atomic_block:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text")
        (text,) = cursor.fetchone() or ("",)
    return text, today()


@contextmanager
def snapshot() -> Iterator[None]:
    """Every query inside sees the database as it is now; a transaction that is open already has its own view."""
    joined = connection.in_atomic_block
    with transaction.atomic():
        if not joined:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
