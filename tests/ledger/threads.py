"""Several connections at once."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, as_completed

from django.db import connection, transaction

from tests.waiting import PATIENCE, until


def apart[T](act: Callable[[], T]) -> Callable[[], T]:
    """The act on a connection of its own, closed behind it."""

    def alone() -> T:
        try:
            return act()
        finally:
            connection.close()

    return alone


def at_once[T](*acts: Callable[[], T]) -> list[T]:
    """Runs all acts at the same time, each on its own connection; raises what the first of them raised."""
    ready = threading.Barrier(len(acts))

    def started(act: Callable[[], T]) -> T:
        connection.ensure_connection()
        ready.wait(PATIENCE)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        running: list[Future[T]] = [pool.submit(apart(lambda act=act: started(act))) for act in acts]
        for first in as_completed(running, 2 * PATIENCE):
            first.result()
        return [future.result() for future in running]


def first_then[T](first: Callable[[], object], second: Callable[[], T]) -> T:
    """What the second act came to: it begins while the first is done and not committed, and has to wait for it."""
    done, go_on = threading.Event(), threading.Event()
    told: list[T] = []

    def earlier() -> None:
        with transaction.atomic():
            first()
            done.set()
            assert go_on.wait(PATIENCE)

    def later() -> None:
        assert done.wait(PATIENCE)
        told.append(second())

    def referee() -> None:
        assert done.wait(PATIENCE)
        try:
            until(waiting("transactionid"))
        finally:
            go_on.set()

    at_once(earlier, later, referee)
    return told[0]


def waiting(kind: str = "") -> Callable[[], bool]:
    """Whether some connection of this database waits for a lock of this kind (`advisory`, ...), or of any."""

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
