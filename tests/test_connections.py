"""The pool gives working connections without asking the database about each."""

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
    """The connections that were asked by a round trip."""
    found, ask = [], ConnectionPool.check_connection
    monkeypatch.setattr(ConnectionPool, "check_connection", lambda conn: found.append(conn) or ask(conn))
    return found


def backend(pool):
    with pool.connection() as held:
        return held.execute("SELECT pg_backend_pid()").fetchone()[0]


def gone(url, pid):
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 10000)", [pid])
        until(lambda: not other.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", [pid]).fetchone())


def test_a_connection_in_use_is_asked_once(pool, asked):
    assert backend(pool) == backend(pool) == backend(pool)
    assert len(asked) == 1


def test_a_connection_that_rested_is_asked_again(pool, asked, monkeypatch):
    assert backend(pool)
    monkeypatch.setattr(connections, "TRUSTED_SECONDS", 0.0)
    assert backend(pool)
    assert len(asked) == 2


def test_a_connection_that_the_server_closed_is_replaced_before_anybody_gets_it(pool, url, asked):
    pid = backend(pool)
    gone(url, pid)
    assert backend(pool) != pid
    assert len(asked) == 3


def test_what_the_server_says_in_between_costs_a_question_and_no_connection(pool, asked):
    with pool.connection() as held:
        pid = held.info.backend_pid
        held.execute("LISTEN news")
    with psycopg.connect(pool.conninfo, autocommit=True) as other:
        other.execute("NOTIFY news")
    until(lambda: connections._has_something_to_say(held))
    assert backend(pool) == pid
    assert len(asked) == 2
