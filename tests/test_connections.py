"""The pool replaces dead connections without a round trip for each."""

import psycopg
import pytest
from psycopg_pool import ConnectionPool

from tests.database import conninfo
from tests.waiting import until
from tracker import connections


@pytest.fixture
def url(db):
    return conninfo()


@pytest.fixture
def pool(url):
    with ConnectionPool(url, min_size=1, max_size=1, kwargs={"autocommit": True}, check=connections.check) as pool:
        yield pool


@pytest.fixture
def asked(monkeypatch):
    """The connections that were checked by a round trip."""
    connections, check = [], ConnectionPool.check_connection
    monkeypatch.setattr(ConnectionPool, "check_connection", lambda conn: connections.append(conn) or check(conn))
    return connections


def backend(pool):
    with pool.connection() as connection:
        return connection.execute("SELECT pg_backend_pid()").fetchone()[0]


def terminate(url, pid):
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 10000)", [pid])
        until(lambda: not other.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", [pid]).fetchone())


def test_a_connection_in_use_is_checked_once(pool, asked):
    assert backend(pool) == backend(pool) == backend(pool)
    assert len(asked) == 1


def test_an_idle_connection_is_checked_again(pool, asked, monkeypatch):
    assert backend(pool)
    monkeypatch.setattr(connections, "TRUSTED_SECONDS", 0.0)
    assert backend(pool)
    assert len(asked) == 2


def test_a_connection_that_the_server_closed_is_replaced(pool, url, asked):
    pid = backend(pool)
    terminate(url, pid)
    assert backend(pool) != pid
    assert len(asked) == 3


def test_a_notification_costs_a_check_and_no_connection(pool, asked):
    with pool.connection() as idle:
        pid = idle.info.backend_pid
        idle.execute("LISTEN news")
    with psycopg.connect(pool.conninfo, autocommit=True) as other:
        other.execute("NOTIFY news")
    until(lambda: connections._has_input(idle))
    assert backend(pool) == pid
    assert len(asked) == 2
