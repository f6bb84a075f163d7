"""Several connections at once; who waits in vain fails at once, and says for what."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import cast

from django.db import connection, transaction

from tests.waiting import PATIENCE, until


class _Group:
    """The functions of one `at_once`: how many still run, and the first failure of one."""

    def __init__(self, size: int) -> None:
        self.size = self.running = size
        self.failure: BaseException | None = None
        self._lock = threading.Lock()

    def leave(self, failure: BaseException | None = None) -> None:
        with self._lock:
            self.failure = self.failure or failure
            self.running -= 1


class _Member(threading.local):
    group: _Group | None = None


_own = _Member()


def apart[T](function: Callable[[], T]) -> Callable[[], T]:
    """The function on a connection of its own, closed afterwards."""

    def alone() -> T:
        try:
            return function()
        finally:
            connection.close()

    return alone


def at_once[T](*functions: Callable[[], T]) -> list[T]:
    """Runs all functions at the same time, each on its own connection; raises what the first of them raised."""
    ready, group = threading.Barrier(len(functions)), _Group(len(functions))

    def started(function: Callable[[], T]) -> T | None:
        _own.group = group
        try:
            connection.ensure_connection()
            ready.wait(PATIENCE)
            result = function()
        except BaseException as failure:  # noqa: BLE001  # pytest's own are no `Exception`; the caller raises it
            return group.leave(failure)
        group.leave()
        return result

    with ThreadPoolExecutor(len(functions)) as pool:
        running = [pool.submit(apart(lambda function=function: started(function))) for function in functions]
    if group.failure:
        raise group.failure
    return [cast("T", future.result()) for future in running]


def arrive(event: threading.Event) -> None:
    """Waits, in a function of `at_once`, for what another one sets; fails once that can come no more."""
    group = _own.group
    assert group
    until(lambda: event.is_set() or group.failure or group.running == 1)
    assert event.is_set(), "the other functions have ended or failed"


def first_then[T](first: Callable[[], object], second: Callable[[], T], *, lock: str = "transactionid") -> T:
    """The result of the second function: it begins while the first is not yet committed, and has to wait for it.

    `lock` is what it waits for, as `waiting` names it.
    """
    done, go_on = threading.Event(), threading.Event()

    def earlier() -> None:
        with transaction.atomic():
            first()
            done.set()
            arrive(go_on)

    def later() -> T:
        arrive(done)
        return second()

    def referee() -> None:
        arrive(done)
        until(waiting(lock))
        go_on.set()

    functions: list[Callable[[], T | None]] = [later, earlier, referee]
    return cast("T", at_once(*functions)[0])


def waiting(kind: str = "") -> Callable[[], bool]:
    """Tests if a connection of this database waits for a lock of this kind (`advisory`, ...), or of any.

    Within `at_once` it fails as soon as a function has ended without it.
    """
    group = _own.group

    def asked() -> bool:
        ended = group and group.running < group.size
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND wait_event_type = 'Lock' AND wait_event = coalesce(nullif(%s, ''), wait_event)",
                [kind],
            )
            (count,) = cursor.fetchone() or (0,)
        assert count or not ended, f"a function has ended, and none waits for a lock {kind}"
        return bool(count)

    return asked
