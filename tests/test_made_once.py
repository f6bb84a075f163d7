"""Fixtures of the database: rows that are made for the first test and copied back, and a session as a new one."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from tests.database import first_made, reset_session, rows
from tests.factories import post, record


def test_what_is_made_once_comes_back_and_replaces_nobody_s_rows(countries):
    name, found = object(), []
    for _ in range(2):
        with transaction.atomic():
            made = first_made(name, lambda: record(post("vacant", "2010"), post("charge", "2020")))
            # The database may write a row into the place of a deleted one, so that they come in another order.
            found.append((made, {table: sorted(content.splitlines()) for table, content in rows().items()}))
            transaction.set_rollback(True)
    assert found[0] == found[1]
    assert rows().keys().isdisjoint({"relations_ambassadorstatus", "relations_statuschange"})
    record(post("vacant", "2010"))
    with pytest.raises(AssertionError, match="a fixture before it filled the same"):
        first_made(object(), lambda: record(post("charge", "2020")))


@pytest.mark.django_db(transaction=True)
def test_what_a_test_has_set_and_locked_in_its_session_is_gone():
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '1s'; SET TIME ZONE 'Asia/Tokyo'; LISTEN news")
        cursor.execute("SELECT pg_advisory_lock(1), pg_backend_pid()")
        (_, session) = cursor.fetchone()
        reset_session()
        cursor.execute(
            "SELECT current_setting('lock_timeout'), current_setting('timezone'), pg_backend_pid(),"
            " (SELECT count(*) FROM pg_listening_channels()),"
            " (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid())"
        )
        assert cursor.fetchone() == ("0", "UTC", session, 0, 0)


def in_a_thread[T](act: Callable[[Any], T]) -> T:
    def acts() -> T:
        with connection.cursor() as cursor:
            done = act(cursor)
        connection.close()
        return done

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(acts).result()


def session_of(cursor) -> Any:
    cursor.execute(
        "SELECT pg_backend_pid(), current_setting('lock_timeout'), current_user = session_user,"
        " (SELECT count(*) FROM pg_listening_channels()),"
        " (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid())"
    )
    return cursor.fetchone()


@pytest.mark.django_db(transaction=True)
def test_a_session_is_passed_on_as_new_unless_it_is_in_a_transaction_or_dead():
    def ask(statements: str) -> Callable[[Any], Any]:
        def asks(cursor) -> Any:
            cursor.execute(statements)
            return session_of(cursor)[0]

        return asks

    first = in_a_thread(ask("SET lock_timeout = '1s'; SET ROLE pg_monitor; LISTEN news; SELECT pg_advisory_lock(1)"))
    assert in_a_thread(session_of) == (first, "0", True, 0, 0)
    open_one = in_a_thread(ask("BEGIN"))
    second, *_ = in_a_thread(session_of)
    assert len({open_one, second}) == 2
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 10000)", [second])
    assert in_a_thread(session_of)[0] != second
