"""Several connections at once."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, as_completed

from django.db import connection, transaction

from tests.waiting import PATIENCE, until


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
    ready = threading.Barrier(len(functions))

    def started(function: Callable[[], T]) -> T:
        connection.ensure_connection()
        ready.wait(PATIENCE)
        return function()

    with ThreadPoolExecutor(len(functions)) as pool:
        running: list[Future[T]] = [
            pool.submit(apart(lambda function=function: started(function))) for function in functions
        ]
        for first in as_completed(running, 2 * PATIENCE):
            first.result()
        return [future.result() for future in running]


def first_then[T](first: Callable[[], object], second: Callable[[], T], *, lock: str = "transactionid") -> T:
    """The result of the second function: it begins while the first is not yet committed, and has to wait for it.

    `lock` is what it waits for, as `waiting` names it.
    """
    done, go_on = threading.Event(), threading.Event()
    results: list[T] = []

    def earlier() -> None:
        with transaction.atomic():
            first()
            done.set()
            assert go_on.wait(PATIENCE)

    def later() -> None:
        assert done.wait(PATIENCE)
        results.append(second())

    def referee() -> None:
        assert done.wait(PATIENCE)
        try:
            until(waiting(lock))
        finally:
            go_on.set()

    at_once(earlier, later, referee)
    return results[0]


def waiting(kind: str = "") -> Callable[[], bool]:
    """Tests if a connection of this database waits for a lock of this kind (`advisory`, ...), or of any."""

    def asked() -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND wait_event_type = 'Lock' AND wait_event = coalesce(nullif(%s, ''), wait_event)",
                [kind],
            )
            (count,) = cursor.fetchone() or (0,)
        return bool(count)

    return asked
