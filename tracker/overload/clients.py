"""Connections of clients: disconnects slow readers and cancels queries of clients that have gone.

Granian has no write timeout, and WSGI names neither the connection of a request nor its end. The kernel knows both:
TCP_USER_TIMEOUT (RFC 5482) closes a connection whose peer acknowledges nothing or has a closed window; TCP_INFO has the
bytes received and acknowledged, and when. A thread polls the connections of this process. Linux only; on other systems,
and on Unix sockets, this is left to the proxy.
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
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import structlog
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections

MINIMUM_RATE = 4_096
"""Average bytes per second that a client has to read while more are pending."""
MOST_WAITING, _A_WHILE = 50, 2.0
"""Connections of one address on which bytes may be pending for longer than these seconds."""
_LOOK = 0.25
"""Minimum seconds between two polls."""
_TICK = 0.02
"""Seconds by which the kernel's clock, which ticks, may be ahead."""
_TCP_INFO = struct.Struct("=24x I 24x I 64x Q 16x I")
"""`struct tcp_info` of Linux: unacknowledged segments, milliseconds since data, acknowledged and unsent bytes."""

log = structlog.get_logger(__name__)


class Connection(NamedTuple):
    """One connection of this process; `received` is the monotonic time of the last data."""

    number: int
    address: str
    received: float
    acknowledged: int
    is_pending: bool


type Look = Callable[[float, Sequence[Connection]], None]
"""A check of the connections open at a time; called at short intervals, by one thread."""


@dataclass(eq=False, slots=True)
class Request:
    """One running request, and the database connection of its thread."""

    address: str
    database: Any
    began: float = field(default_factory=time.monotonic)


_requests: set[Request] = set()
_lock = threading.Lock()


@contextmanager
def watched(address: str) -> Iterator[None]:
    """Cancels the thread's query once its client, the `address` of the peer, has gone."""
    request = Request(address, connections[DEFAULT_DB_ALIAS])
    with _lock:
        _requests.add(request)
    try:
        yield
    finally:
        with _lock:  # no other request gets the connection while its query is being cancelled
            _requests.discard(request)


@cache
def watch(*others: Look) -> None:
    """Starts the thread, once per process, at its first request; `others` are called, too.

    Granian creates the listening socket, whose options connections inherit, after it has loaded the application.
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
        except Exception:  # the thread must survive
            log.exception("watching clients")
        # At most a twentieth of the time, however many connections.
        time.sleep(max(_LOOK, 20 * (time.monotonic() - at)))


# --- clients that have gone -----------------------------------------------------------------------------------------


def cancel_abandoned(at: float, alive: Sequence[Connection]) -> None:
    """Cancels the queries of requests whose clients have gone, as far as connections show it.

    An address with fewer connections than requests has left some. A request's own connection last received data just
    before the request began: in the order of their start, each request is matched with the latest such connection, and
    those without one are abandoned. Idle connections of a proxy hide this; there a query ends by its timeout.
    """
    with _lock:
        running = [request for request in _requests if request.began < at]
        for address in {request.address for request in running}:
            requests = sorted((each for each in running if each.address == address), key=lambda each: each.began)
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
        with suppress(Exception):  # it may have ended by now
            session.cancel_safe(timeout=1.0)


# --- slow readers ---------------------------------------------------------------------------------------------------


class SlowReaders:
    """Drops connections with bytes pending for `seconds` and a rate below `MINIMUM_RATE`.

    Pending bytes occupy memory. So at most `MOST_WAITING` connections of an address may have them for longer than
    `_A_WHILE`, whatever their rate; beyond that the oldest are dropped.
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


# --- sockets --------------------------------------------------------------------------------------------------------


def open_connections() -> Iterator[Connection]:
    for each in _sockets():
        with suppress(OSError):  # listening, or closed
            address = str(each.getpeername()[0])
            info = each.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO.size)
            unacknowledged, silent, acknowledged, not_sent = _TCP_INFO.unpack(info)
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


def drop(number: int, how: int = socket.SHUT_RDWR) -> None:
    """Ends the connection, or a part of it."""
    for each in _sockets():
        if os.fstat(each.fileno()).st_ino == number:
            with suppress(OSError):
                each.shutdown(how)


stop_receiving = partial(drop, how=socket.SHUT_RD)
"""Ends the body on the connection, which can still be answered."""
