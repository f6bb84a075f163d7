"""A client that does not read its answer, or does not send the body that it announced, holds a thread.

Granian waits for its clients without end, and WSGI has no word for it. For answers the kernel is told: TCP_USER_TIMEOUT
(RFC 5482, Linux) closes a connection whose peer has acknowledged nothing, or kept its window shut, for so long;
connections have it from the socket that accepts them. For bodies there is no such word: at most half of the threads
wait for them, and connections on which nothing comes meanwhile are shut by us. Elsewhere than on Linux, and on Unix
sockets, the proxy in front has to do it.
"""

import contextlib
import os
import socket
import stat
import struct
import threading
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Protocol

from django.conf import settings

_PATIENCE = 0.5
"""Seconds that a request waits for a place to read its body in: one that comes at once needs a thousandth."""
_TCP_INFO_BYTES, _LAST_SENT, _LAST_RECEIVED, _LAST_ACKNOWLEDGED = 104, 44, 52, 56
"""Where Linux's `struct tcp_info` tells how many milliseconds ago something was last sent, received, acknowledged."""


@cache
def drop_after(seconds: int) -> None:
    """Once in a process, when it has begun to serve: granian makes the socket that accepts after it has loaded us.

    What was accepted before has the time from here on, too.
    """
    option = getattr(socket, "TCP_USER_TIMEOUT", None)
    if option is None:
        return
    for held in _held():
        held.setsockopt(socket.IPPROTO_TCP, option, seconds * 1000)


def _held() -> Iterator[socket.socket]:
    """The TCP sockets of this process."""
    folder = Path("/proc/self/fd")
    for number in [int(entry.name) for entry in folder.iterdir()] if folder.is_dir() else []:
        with contextlib.suppress(OSError):
            if not stat.S_ISSOCK(os.fstat(number).st_mode):
                continue
            with socket.socket(fileno=os.dup(number)) as found:
                if found.family in (socket.AF_INET, socket.AF_INET6) and found.type == socket.SOCK_STREAM:
                    yield found


class Readable(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...
    def readline(self, size: int = ..., /) -> bytes: ...


class Body:
    """`wsgi.input`, read by at most half of the threads at a time: who waits for a body holds up no other request."""

    def __init__(self, body: Readable, *, address: str) -> None:
        self._body, self._address = body, address

    def read(self, *size: int) -> bytes:
        return self._waited_for(self._body.read, size)

    def readline(self, *size: int) -> bytes:
        return self._waited_for(self._body.readline, size)

    def _waited_for(self, read: Callable[..., bytes], size: tuple[int, ...]) -> bytes:
        """Raises TimeoutError, which Django tells as an unreadable POST, where slow bodies hold all places."""
        places = _places()
        if not places.acquire(timeout=_PATIENCE):
            raise TimeoutError("Other bodies that are under way hold all places")
        come = threading.Event()
        try:
            threading.Thread(target=_shut_while_silent, args=(self._address, come), daemon=True).start()
            return read(*size)
        finally:
            come.set()
            places.release()


@cache
def _places() -> threading.BoundedSemaphore:
    """Not made on import: granian's settings are named by `tracker.wsgi` afterwards."""
    return threading.BoundedSemaphore(max(1, settings.WEB_THREADS // 2))


def _shut_while_silent(address: str, come: threading.Event) -> None:
    """Until the body has come, shuts what is silent from the address: WSGI does not tell which connection it is.

    Beside the one that is waited for these are idle ones, which clients open again.
    """
    seconds = settings.SILENT_CLIENT_SECONDS
    while not come.wait(seconds):
        for held in _held():
            if _peer(held) == address and _silent_for(held) >= seconds:
                held.shutdown(socket.SHUT_RDWR)


def _peer(held: socket.socket) -> str:
    try:
        return str(held.getpeername()[0])
    except OSError:  # it listens, or its client has gone
        return ""


def _silent_for(held: socket.socket) -> float:
    """Seconds in which nothing went either way; 0 where the kernel does not tell."""
    if not hasattr(socket, "TCP_INFO"):
        return 0
    told = held.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO_BYTES)
    places = (_LAST_SENT, _LAST_RECEIVED, _LAST_ACKNOWLEDGED)
    milliseconds: list[int] = [struct.unpack_from("I", told, place)[0] for place in places]
    return min(milliseconds) / 1000
