"""Reads that are given up where they take the database too long."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.db import OperationalError, connection, transaction

_CANCELLED = "57014"  # PostgreSQL, appendix A: query_canceled
_LIMIT = "set_config('statement_timeout', %s, true)"


def in_time[T](read: Callable[[], T], *, most_ms: int) -> T | None:
    """The result, or None where one of its statements takes the database more than `most_ms` milliseconds."""
    is_joined = connection.in_atomic_block
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SELECT current_setting('statement_timeout'), {_LIMIT}", [str(most_ms)])
            (usual, _) = cursor.fetchone() or ("0", "")
            result = read()
            if is_joined:  # otherwise the end of the transaction restores the limit, as a rollback does
                cursor.execute(f"SELECT {_LIMIT}", [usual])
            return result
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) != _CANCELLED:
            raise
        return None


class TimeBudget:
    """Milliseconds that several reads may take the database together, each of which the request can do without."""

    def __init__(self, *, most_ms: float) -> None:
        self._left = most_ms

    def read[T](self, read: Callable[[], T]) -> T | None:
        """The result, or None where it takes longer than what is left."""
        began = time.monotonic()
        try:
            return in_time(read, most_ms=int(self._left)) if self._left >= 1 else None
        finally:
            self._left -= 1000 * (time.monotonic() - began)
