"""Whether a connection of the pool still stands, asked without a round trip to the database for every request."""

import select
import time
from typing import Any
from weakref import WeakKeyDictionary

from psycopg import Connection
from psycopg_pool import ConnectionPool

TRUSTED_SECONDS = 15.0
"""A connection that worked so recently is believed while the server says nothing."""

_worked: WeakKeyDictionary[Connection[Any], float] = WeakKeyDictionary()


def check(connection: Connection[Any]) -> None:
    """The pool's `check`: raises where the connection is gone, and the pool gives another one.

    A server that ends or restarts closes its connections, and the kernel knows it at once: the socket is readable, and
    nobody has asked anything. Only what falls silent without a word, as behind a firewall that forgets, has to be
    asked, and that does not happen to connections in use.
    """
    now = time.monotonic()
    if now - _worked.get(connection, -TRUSTED_SECONDS) >= TRUSTED_SECONDS or _has_something_to_say(connection):
        ConnectionPool.check_connection(connection)
    _worked[connection] = now


def _has_something_to_say(connection: Connection[Any]) -> bool:
    """Whether anything came from the server since the last answer: its farewell, mostly."""
    if connection.closed:
        return True
    waiting = select.poll()
    waiting.register(connection.pgconn.socket, select.POLLIN)
    return bool(waiting.poll(0))
