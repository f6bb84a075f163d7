"""File locks between processes. A lock ends with its holder, also after `kill -9`."""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path
from typing import IO


def open_lock(path: Path, *, create: bool = True) -> IO[bytes]:
    return path.open("ab" if create else "rb")


@contextlib.contextmanager
def locked(path: Path, *, create: bool = True) -> Iterator[None]:
    with open_lock(path, create=create) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def is_free(path: Path) -> bool:
    """True while no process has the lock."""
    with open_lock(path) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True
