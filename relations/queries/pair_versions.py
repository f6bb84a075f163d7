"""Versions of pairs: the validator of every cached answer about one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple
from weakref import WeakSet

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections
from psycopg.pq import DiagnosticField, ExecStatus

from relations.queries.countries import EPOCH, Epoch, country_index

_VERSIONS = f"""
    SELECT ({EPOCH}), string_agg(concat_ws(' ', code, version, last_recorded_at, xmin), ',' ORDER BY code)
    FROM relations_countrypair WHERE code = ANY(%s::text[])
"""  # noqa: S608  # nothing of it comes from outside


# Versions are gapless and their times rise: twenty look-ups find one among a million.
_KNOWN = """
    WITH RECURSIVE searched (code, low, high) AS (
        SELECT code, 0::bigint, version FROM relations_countrypair WHERE code = ANY(%s::text[])
        UNION ALL
        SELECT code, CASE WHEN is_known THEN middle ELSE low END, CASE WHEN is_known THEN high ELSE middle - 1 END
        FROM searched CROSS JOIN LATERAL (
            SELECT version AS middle, recorded_at <= %s AS is_known FROM relations_statuschange
            WHERE pair_id = code AND version = (low + high + 1) / 2
        ) AS change
        WHERE low < high
    )
    SELECT code, low FROM searched WHERE low = high
"""

_MOMENTS = "SELECT recorded_at, max(version) FROM relations_statuschange WHERE pair_id = %s GROUP BY 1 ORDER BY 1"


def versions_known_at(codes: Sequence[str], moment: dt.datetime) -> dict[str, int]:
    """The versions that pairs had at a moment; 0 before their first. A pair without facts has none."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [list(codes), moment])
        return dict(cursor.fetchall())


def version_moments(code: str) -> list[tuple[dt.datetime, int]]:
    """The transaction times at which a pair got versions, in order, each with the last of them."""
    with connection.cursor() as cursor:
        cursor.execute(_MOMENTS, [code])
        moments: list[tuple[dt.datetime, int]] = cursor.fetchall()
        return moments


class PairVersions(NamedTuple):
    """The epoch of the reference data, and the versions of a pair and of the pairs from which it inherits.

    Equal versions, equal answers. `pairs` are in the order of their codes, each beginning with code and version; a pair
    without facts has none.
    """

    epoch: Epoch
    pairs: tuple[str, ...]

    def of(self, code: str) -> tuple[Epoch, str] | None:
        """The validator of one pair's history."""
        return None if self.epoch is None else (self.epoch, self._entry(code))

    def on(self, today: dt.date) -> tuple[PairVersions, dt.date] | None:
        """The validator of an answer about the pair that also depends on the day."""
        return None if self.epoch is None else (self, today)

    def has_facts(self, code: str) -> bool:
        return bool(self._entry(code))

    def version(self, code: str) -> int:
        entry = self._entry(code)
        return int(entry.split(" ")[1]) if entry else 0

    def last_moments(self) -> list[dt.datetime]:
        """The transaction times of the last commands on the pairs."""
        # code, version, day, time, transaction; without a command there is no time.
        parts = [entry.split(" ") for entry in self.pairs]
        return [dt.datetime.fromisoformat(f"{one[2]} {one[3]}") for one in parts if len(one) == 5]

    def _entry(self, code: str) -> str:
        return next((entry for entry in self.pairs if entry.startswith(code)), "")


class _LastEpoch:
    """The epoch that this process saw last: its memberships say which pairs to ask for."""

    seen: Epoch = None


def current_versions(code: str) -> PairVersions:
    """One query by primary keys; a second one after a change of reference data."""
    while True:
        epoch = _LastEpoch.seen
        routes = country_index(epoch).routes(code)
        versions = _read(list(dict.fromkeys((code, *(route.pair for route in routes)))))
        if versions.epoch == epoch:
            return versions
        _LastEpoch.seen = versions.epoch


def _read(codes: Sequence[str]) -> PairVersions:
    # As PostgreSQL reads an array: dumping a list is a fifth of what psycopg spends on this query.
    array = f"{{{','.join(codes)}}}"
    row = _Prepared.row(array)
    if row is None:
        with connection.cursor() as cursor:
            cursor.execute(_VERSIONS, [array])
            row = cursor.fetchone() or (None, None)
    epoch, pairs = row
    return PairVersions(epoch, tuple(pairs.split(",")) if pairs else ())


class _Prepared:
    """The query as a prepared statement of each connection of a web process, executed by libpq itself.

    Django's way to the row, with a connection of the pool and a cursor, takes ten times as much of a processor, and
    half of PostgreSQL's time is planning. The parameter is a text, from which PostgreSQL makes one plan for all arrays;
    for a parameter that is an array it would plan again for each.
    """

    _NAME: ClassVar = b"pair_versions"
    _on: ClassVar[WeakSet[Any]] = WeakSet()
    _is_possible: ClassVar[bool] = True

    @classmethod
    def row(cls, array: str) -> tuple[str | None, str | None] | None:
        """None where the query is still to be made. Not in a transaction, which a failure would end."""
        # Without the proxy, which looks it up again for each attribute.
        database: Any = connections[DEFAULT_DB_ALIAS]
        if not settings.IS_WEB or not cls._is_possible or database.in_atomic_block:
            return None
        with database.wrap_database_errors:
            if database.connection is not None:
                return cls._row_by(database.connection, array)
            if database.pool is None or database.pool.closed:
                return None
            session = database.pool.getconn()
            try:
                return cls._row_by(session, array)
            finally:
                database.pool.putconn(session)

    @classmethod
    def _row_by(cls, session: Any, array: str) -> tuple[str | None, str | None] | None:
        if session not in cls._on:
            query = _VERSIONS.replace("%s", "$1").encode()
            if cls._failed(session.pgconn.prepare(cls._NAME, query, [session.adapters.types["text"].oid])):
                return None
            cls._on.add(session)
        result = session.pgconn.exec_prepared(cls._NAME, [array.encode()])
        if cls._failed(result):
            return None
        epoch, pairs = result.get_value(0, 0), result.get_value(0, 1)
        return epoch and epoch.decode(), pairs and pairs.decode()

    @classmethod
    def _failed(cls, result: Any) -> bool:
        """True where the query has to be made in the ordinary way, which says what is wrong.

        With a pooler that shares connections, statements are another client's, or nobody's: then never again.
        """
        if result.status in (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK):
            return False
        if result.error_field(DiagnosticField.SQLSTATE) in (b"42P05", b"26000"):
            cls._is_possible = False
        return True
