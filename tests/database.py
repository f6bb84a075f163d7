"""The test's database: as other processes and pools find it, and its rows, copied out and back."""

import zlib
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, cast
from unittest.mock import patch

import psycopg
import pytest
from django.db import connection, transaction
from django.db.backends.postgresql.base import DatabaseWrapper
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import TransactionStatus
from psycopg.sql import SQL, Identifier

from tracker.connections import check

type Rows = Mapping[str, bytes]
"""Rows of tables, as COPY writes them; a table that is not named is empty."""
MANY = 1000


def conninfo() -> str:
    """The connection string of the test's database, on the throw-away server's socket or as DATABASE_URL names it."""
    settings = connection.settings_dict
    return make_conninfo(
        dbname=settings["NAME"], user=settings["USER"], host=settings["HOST"], port=settings["PORT"] or None,
        password=settings["PASSWORD"] or None,
    )  # fmt: skip


@contextmanager
def database_beside(name: str, *, like: str = "template1") -> Iterator[str]:
    """The connection string of a second database; it is empty, or a copy of another one that nobody uses."""
    own = Identifier(full := f"{connection.settings_dict['NAME']}_{name}")
    close_left()
    with psycopg.connect(conninfo(), dbname="postgres", autocommit=True) as admin:
        admin.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(own, Identifier(like)))
        try:
            yield make_conninfo(conninfo(), dbname=full)
        finally:
            admin.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(own))


@contextmanager
def connected_to(url: str) -> Iterator[None]:
    """Lets this process's Django work on another database meanwhile."""
    of = conninfo_to_dict(url)
    there = {"NAME": of["dbname"], **{name.upper(): of.get(name) or "" for name in ("user", "host", "port")}}
    connection.close()
    try:
        with patch.dict(connection.settings_dict, there):
            yield
            connection.close()
    finally:
        from django.contrib.contenttypes.models import ContentType  # it wants the apps

        connection.close()
        ContentType.objects.clear_cache()


def rows() -> Rows:
    return {table: _rows_of(table) for table in _filled()}


def restore(wanted: Rows, *, among: set[str] | None = None) -> None:
    """Restores these rows of the tables, `among` all of them; no trigger of theirs fires.

    In place of Django's flush, which empties every table with all its indexes (a quarter of a second) and then makes
    permissions, groups and stamps again: a test fills few tables.
    """
    if among is None:
        tables = sorted({*_filled(), *wanted})
        wrong = [table for table in tables if table not in wanted or _rows_of(table) != wanted[table]]
    else:
        wrong = sorted(among)
    if not wrong:
        return
    bloated = []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(SQL("; ").join(SQL("DELETE FROM {}").format(Identifier(table)) for table in wrong))
        for table in wrong:
            if cursor.rowcount > MANY:
                bloated.append(table)
            cursor.nextset()
        for table in wrong:
            if table in wanted:
                with cursor.copy(SQL("COPY {} FROM STDIN").format(Identifier(table))) as copy:
                    copy.write(wanted[table])
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    if bloated and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute(SQL("VACUUM {}").format(SQL(", ").join(map(Identifier, bloated))))


def reset_session() -> None:
    """Leaves the session as a new one would be, whose first statements would read the catalogues again (26 ms)."""
    with connection.cursor() as cursor:
        cursor.execute(RESET)
    connection.ensure_timezone()


RESET = "SET SESSION AUTHORIZATION DEFAULT; RESET ALL; UNLISTEN *; SELECT pg_advisory_unlock_all()"


@contextmanager
def sessions_passed_on() -> Iterator[None]:
    """Lets a thread work in the session that another thread has closed: a new one's first command takes 30 ms more."""
    connect, close = DatabaseWrapper.get_new_connection, DatabaseWrapper._close

    def passed_on(wrapper: DatabaseWrapper, parameters: dict[str, Any]) -> Any:
        while _LEFT:
            left, of = _LEFT.pop()
            with suppress(psycopg.Error):
                if of == parameters:
                    check(left)
                    return left
            left.close()
        return connect(wrapper, parameters)

    def leave(wrapper: DatabaseWrapper) -> None:
        session = wrapper.connection
        if wrapper.errors_occurred or session.info.transaction_status != TransactionStatus.IDLE:
            close(wrapper)
            return
        try:
            session.autocommit = True
            session.execute(RESET)
            _LEFT.append((session, wrapper.get_connection_params()))
        except psycopg.Error:
            close(wrapper)

    with patch.object(DatabaseWrapper, "get_new_connection", passed_on), patch.object(DatabaseWrapper, "_close", leave):
        yield
    close_left()


def close_left() -> None:
    """Ends the sessions that no thread works in."""
    while _LEFT:
        _LEFT.pop()[0].close()


_LEFT: list[tuple[psycopg.Connection[Any], dict[str, Any]]] = []


def made_once(make: Callable[[], Any]) -> Any:
    """A fixture of what `make` adds to countries and memberships."""

    def fixture(countries: None) -> Any:
        return first_made(make, make)

    return pytest.fixture(fixture, name=make.__name__)


def first_made[T](name: Hashable, make: Callable[[], T]) -> T:
    """Makes rows in the first test that asks for them by this name, and copies them back for the others.

    They all get the one result that the first has got.
    """
    if name in _MADE:
        made, added = _MADE[name]
        restore(added, among={*added})
        return cast("T", made)
    before, made = rows(), make()
    connection.check_constraints()
    added = {table: content for table, content in rows().items() if before.get(table) != content}
    assert before.keys() & added.keys() <= {"relations_referenceepoch"}, "a fixture before it filled the same"
    _MADE[name] = made, added
    return made


_MADE: dict[Hashable, tuple[Any, Rows]] = {}


def _filled() -> list[str]:
    """The tables that have rows, but for the list of migrations."""
    tables = [SQL("(SELECT {} FROM {} LIMIT 1)").format(table, Identifier(table)) for table in _tables()]
    query = SQL(" UNION ALL ").join(tables)
    name = f"filled_{zlib.crc32(query.as_bytes()):x}"
    with connection.cursor() as cursor:
        # To plan it takes ten times as long as to run it.
        cursor.execute("SELECT 1 FROM pg_prepared_statements WHERE name = %s", [name])
        if not cursor.fetchone():
            cursor.execute(SQL("PREPARE {} AS {}").format(Identifier(name), query))
        cursor.execute(SQL("EXECUTE {}").format(Identifier(name)))
        return [table for (table,) in cursor.fetchall()]


def _tables() -> list[str]:
    """Read again each time: a test of migrations may add one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'django_migrations'"
        )
        return [table for (table,) in cursor.fetchall()]


def _rows_of(table: str) -> bytes:
    with connection.cursor() as cursor, cursor.copy(SQL("COPY {} TO STDOUT").format(Identifier(table))) as copy:
        return b"".join(bytes(chunk) for chunk in copy)
