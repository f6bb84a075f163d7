"""A client that takes an answer and does not read it holds a thread; the kernel is told to give it up after a while.

Granian waits for its clients without end, and WSGI has no word for it. TCP_USER_TIMEOUT (RFC 5482, Linux) closes a
connection whose peer has acknowledged nothing, or kept its window shut, for so long; connections have it from the
socket that accepts them. Elsewhere than on Linux, and on Unix sockets, the proxy in front has to do it.
"""

import contextlib
import os
import socket
import stat
from collections.abc import Iterator
from functools import cache
from pathlib import Path


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
