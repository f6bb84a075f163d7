"""Advisory locks that a command takes, and the transaction time that it may write under them."""

from __future__ import annotations

import datetime as dt
import hashlib

from django.db import connection

from relations.queries.advisory_locks import AdvisoryLock
from relations.queries.clock import AFTER_THE_LOGS


def lock_key(text: str) -> int:
    """A second key: a signed 32-bit hash of the text."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) - 2**31


def lock_log() -> None:
    """Locks the logs until the commit: nobody else appends to them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [AdvisoryLock.LOG])


_LOCK = """
    pg_advisory_xact_lock_shared(
        %s::bigint << 52 | (extract(epoch FROM clock_timestamp()) * 1000000)::bigint
    )::text
"""
# The inner query has ended before the clock is read. Its setting and its locks both end with the transaction, or with
# the savepoint that is rolled back.
_MOMENT = f"""
    SELECT greatest(clock_timestamp(), {AFTER_THE_LOGS.format(clock="clock_timestamp()")})
    FROM (
        SELECT count(
            CASE WHEN coalesce(current_setting('tracker.recording', true), '') = ''
            THEN set_config('tracker.recording', {_LOCK} || {_LOCK} || 'begun', true) END
        )
    ) AS begun
"""  # noqa: S608  # nothing of it comes from outside


def clock() -> dt.datetime:
    """The present moment, for a transaction time that this transaction will write.

    Until the commit, `newest_finished` is before the first such moment of the transaction. The clock of the database,
    but after the last entry of the logs: a clock that is set back by less than an hour repeats no moment of theirs.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MOMENT, [AdvisoryLock.ENTERING, AdvisoryLock.RECORDING])
        moment: dt.datetime = cursor.fetchall()[0][0]
    return moment
