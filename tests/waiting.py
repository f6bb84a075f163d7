"""Waiting for what signals nobody: another process, a lock in PostgreSQL, a thread of the code under test."""

import threading
import time
from collections.abc import Callable

PATIENCE = 300.0
"""Seconds after which a test gives up; a machine that tests on every core is slow."""
_never = threading.Event()


def until[T](condition: Callable[[], T], *, seconds: float = PATIENCE, pause: float = 0.01) -> T:
    """Polls the condition and returns its first true value; fails with the last one.

    A condition that costs another process something has a longer pause.
    """
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, f"waited in vain: {found!r}"
        _never.wait(pause)
    return found


def pace(seconds: float) -> None:
    """Spaces what a load or a hostile client sends; it waits for nothing that could be awaited."""
    _never.wait(seconds)
