"""The two clocks: the UTC day, and the transaction time up to which everything is committed."""

from __future__ import annotations

import datetime as dt

from django.db import connection

from relations.queries.advisory_locks import AdvisoryLock

_TRIES = 100
_LAST = """(
        SELECT recorded_at FROM {table} WHERE recorded_at < {{clock}} + interval '1 hour'
        ORDER BY recorded_at DESC LIMIT 1
    )"""
# Of `max` PostgreSQL plans two queries before it takes the one by the index: that took longer than all the rest.
AFTER_THE_LOGS = f"""(
    greatest(
        {_LAST.format(table="relations_statuschange")}, {_LAST.format(table="relations_listchange")}
    ) + interval '1 microsecond'
)"""
"""SQL of the moment after the last entry of the logs, if that is less than an hour ahead; null for empty logs."""
# `statement_timestamp` is before the locks are read: a command that has none yet will record at a later moment.
_FINISHED = f"""
    SELECT
        least(
            greatest(statement_timestamp(), {AFTER_THE_LOGS.format(clock="statement_timestamp()")}),
            'epoch'::timestamptz + min(begun) * interval '1 microsecond'
        ) - interval '1 microsecond',
        coalesce(bool_and(records), true)
    FROM (
        SELECT
            max((classid::bigint & 1048575) << 32 | objid::bigint) AS begun,
            bool_or(classid::bigint >> 20 = %s) AS records
        FROM pg_locks
        WHERE locktype = 'advisory' AND objsubid = 1 AND classid::bigint >> 20 IN (%s, %s)
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND pid IS DISTINCT FROM pg_backend_pid()
        GROUP BY pid
    ) AS holder
"""  # noqa: S608  # nothing of it comes from outside


class _Newest:
    """The newest finished moment that this process has seen."""

    seen = dt.datetime.min.replace(tzinfo=dt.UTC)


def today() -> dt.date:
    """The UTC day."""
    return dt.datetime.now(dt.UTC).date()


def newest_finished() -> dt.datetime:
    """The newest moment of which everything is committed: no command will still record at it or before it.

    It never goes back, but where the clock of the database does. Read what was known at it after this call, or in a
    snapshot that was taken after it. One query, repeated while a command is between the reading of its clock and its
    lock, which takes microseconds.
    """
    recording, entering = AdvisoryLock.RECORDING, AdvisoryLock.ENTERING
    for _ in range(_TRIES):
        with connection.cursor() as cursor:
            cursor.execute(_FINISHED, [recording, recording, entering])
            moment, is_exact = cursor.fetchone() or (dt.datetime.min.replace(tzinfo=dt.UTC), True)
        if is_exact:
            break
    finished: dt.datetime = moment
    _Newest.seen = max(_Newest.seen, finished)
    return finished


def was_finished(moment: dt.datetime) -> bool:
    """True where this process has seen by `newest_finished` that the moment is; no query."""
    return moment <= _Newest.seen
