"""Connections of clients, as the kernel sees them: slow readers are dropped, queries that nobody awaits cancelled.

Granian waits for its clients without end, and WSGI says neither which connection a request came by nor when its client
has gone. The kernel knows: TCP_USER_TIMEOUT (RFC 5482) closes a connection whose peer has acknowledged nothing, or kept
its window shut; TCP_INFO tells how much was received and acknowledged, and when. A thread looks at the connections of
this process. Linux only; elsewhere, and on Unix sockets, the proxy in front has to do it.
"""

import os
import socket
import stat
import struct
import threading
import time
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import structlog
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections

MINIMUM_RATE = 4_096
"""Bytes a second that a client has to read, on the average, while more are waiting for it."""
MOST_WAITING, _A_WHILE = 50, 2.0
"""Connections of one address on which bytes may wait for longer than so many seconds."""
_LOOK = 0.25
"""Seconds between two looks at the connections, at the least."""
_TICK = 0.02
"""Seconds by which the kernel's clock, which ticks, may be ahead of ours."""
_TCP_INFO = struct.Struct("=24x I 24x I 64x Q 16x I")
"""Of Linux's `struct tcp_info`: unacknowledged segments, milliseconds since data, acknowledged and unsent bytes."""

log = structlog.get_logger(__name__)


class Connection(NamedTuple):
    """One connection of this process; `received` is the moment (monotonic) at which data last came."""

    number: int
    address: str
    received: float
    acknowledged: int
    is_pending: bool


type Look = Callable[[float, Sequence[Connection]], None]
"""What is done about the connections that were open at a moment; called at short intervals, by one thread."""


@dataclass(eq=False, slots=True)
class Request:
    """One request that is being answered, and the database connection of its thread."""

    address: str
    database: Any
    began: float = field(default_factory=time.monotonic)


_requests: set[Request] = set()
_lock = threading.Lock()


@contextmanager
def watched(address: str) -> Iterator[None]:
    """Has the thread's query cancelled once its client at `address`, the peer of the connection, has gone."""
    request = Request(address, connections[DEFAULT_DB_ALIAS])
    with _lock:
        _requests.add(request)
    try:
        yield
    finally:
        with _lock:  # while a query is being cancelled its connection goes to nobody else
            _requests.discard(request)


@cache
def watch(*others: Look) -> None:
    """Begins to watch, once in a process, with its first request; `others` are told what is seen, too.

    Granian makes the socket that accepts, from which connections have their options, after it has loaded us.
    """
    option = getattr(socket, "TCP_USER_TIMEOUT", None)
    if option is None or not hasattr(socket, "TCP_INFO"):
        return
    for each in _sockets():
        each.setsockopt(socket.IPPROTO_TCP, option, settings.SILENT_CLIENT_SECONDS * 1000)
    readers = SlowReaders(seconds=settings.SILENT_CLIENT_SECONDS)
    looks = (cancel_abandoned, readers.look, *others)
    threading.Thread(target=_watch, args=looks, name="clients", daemon=True).start()


def _watch(*looks: Look) -> None:
    while True:
        at = time.monotonic()
        try:
            alive = tuple(open_connections())
            for look in looks:
                look(at, alive)
        except Exception:  # the thread must not end, whatever the kernel says
            log.exception("watching clients")
        # Thousands of connections take a while to look at: a twentieth of the time goes there at most.
        time.sleep(max(_LOOK, 20 * (time.monotonic() - at)))


# --- who has gone ---------------------------------------------------------------------------------------------------


def cancel_abandoned(at: float, alive: Sequence[Connection]) -> None:
    """Cancels the queries of requests whose clients have gone, as far as that can be told.

    An address that has fewer connections than requests has left some of them. A request's own connection last received
    something just before the request began: each request, in the order of their beginnings, is given the connection
    that did so latest, and those for which none is left are abandoned. A proxy that keeps idle connections hides what
    its clients do; there, and where it cannot be told, a query ends by its time limit.
    """
    with _lock:
        asked = [request for request in _requests if request.began < at]
        for address in {request.address for request in asked}:
            requests = sorted((each for each in asked if each.address == address), key=lambda each: each.began)
            left = sorted(each.received for each in alive if each.address == address)
            if len(left) >= len(requests):
                continue
            for request in requests:
                latest = bisect_right(left, request.began + _TICK)
                if latest:
                    del left[latest - 1]
                else:
                    _cancel(request)


def _cancel(request: Request) -> None:
    session = request.database.connection
    if session is not None:
        with suppress(Exception):  # it may have ended meanwhile
            session.cancel_safe(timeout=1.0)


# --- who reads too slowly -------------------------------------------------------------------------------------------


class SlowReaders:
    """Drops connections on which bytes have waited for `seconds` and gone out at less than `MINIMUM_RATE`.

    What waits is memory of ours. So of one address only `MOST_WAITING` may wait for longer than `_A_WHILE`, whatever
    their rate: beyond that the ones that have waited longest are dropped.
    """

    def __init__(self, *, seconds: float) -> None:
        self._seconds = seconds
        self._since: dict[int, tuple[float, int]] = {}

    def look(self, at: float, alive: Sequence[Connection]) -> None:
        waiting = [each for each in alive if each.is_pending]
        self._since = {
            each.number: self._since.get(each.number, (at, each.acknowledged)) for each in waiting
        }  # fmt: skip
        by_address = defaultdict(list)
        for each in waiting:
            since, acknowledged = self._since[each.number]
            if at - since >= self._seconds:
                if each.acknowledged - acknowledged < MINIMUM_RATE * (at - since):
                    drop(each.number)
                self._since[each.number] = (at, each.acknowledged)
            elif at - since >= _A_WHILE:
                by_address[each.address].append((since, each.number))
        for slow in by_address.values():
            for _, number in sorted(slow)[:-MOST_WAITING]:
                drop(number)


# --- what the kernel says -------------------------------------------------------------------------------------------


def open_connections() -> Iterator[Connection]:
    for each in _sockets():
        with suppress(OSError):  # it listens, or its client has gone
            address = str(each.getpeername()[0])
            told = each.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO.size)
            unacknowledged, silent, acknowledged, not_sent = _TCP_INFO.unpack(told)
            yield Connection(
                number=os.fstat(each.fileno()).st_ino,
                address=address,
                received=time.monotonic() - silent / 1000,
                acknowledged=acknowledged,
                is_pending=bool(unacknowledged or not_sent),
            )


def _sockets() -> Iterator[socket.socket]:
    """The TCP sockets of this process."""
    folder = Path("/proc/self/fd")
    for number in [int(entry.name) for entry in folder.iterdir()] if folder.is_dir() else []:
        with suppress(OSError):
            if not stat.S_ISSOCK(os.fstat(number).st_mode):
                continue
            with socket.socket(fileno=os.dup(number)) as each:
                if each.family in (socket.AF_INET, socket.AF_INET6) and each.type == socket.SOCK_STREAM:
                    yield each


def drop(number: int) -> None:
    """Ends the connection."""
    _shut(number, socket.SHUT_RDWR)


def stop_receiving(number: int) -> None:
    """Ends the body that is under way on the connection: it can still be answered."""
    _shut(number, socket.SHUT_RD)


def _shut(number: int, how: int) -> None:
    for each in _sockets():
        if os.fstat(each.fileno()).st_ino == number:
            with suppress(OSError):
                each.shutdown(how)
