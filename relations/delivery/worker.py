"""Worker: claims due deliveries, sends them and records the outcomes; any number of them, on any number of machines.

A thread of its own queries the database, between requests and never during one: no transaction and no lock is open
while a request is on the wire.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import structlog
from django.conf import settings
from django.db import Error, connection

from relations import delivery
from relations.delivery import Claim, Outcome
from relations.delivery.health_mail import is_configured
from relations.delivery.sending import Sender
from relations.errors import SecretsLocked
from relations.outbox.enqueueing import CHANNEL, wake

log = structlog.get_logger(__name__)

SHORTEST_PAUSE, LONGEST_PAUSE = 0.05, 1.0
"""Seconds between polls: right after a claim, and after a while without one."""
HOUSEKEEPING_EVERY = 0.5
"""Seconds between looks at expired leases and at replays."""
PURGE_EVERY = 600.0
MAIL_EVERY = 5.0
"""Seconds between looks for owners to be mailed."""
PATIENCE = 6.0
"""Seconds that running requests get after a stop."""
_RECONNECT = 5.0
_KEY_PAUSE = dt.timedelta(minutes=1)
"""Pause of a message that could not be signed."""
_LAG = 0.02
"""Seconds that one step of a busy event loop may take. Beyond, the process is overloaded and claims nothing."""
_ALWAYS = 16
"""Requests that run in any case: a moment's lack of a processor is no overload."""


def clock() -> dt.datetime:
    """The worker's notion of now."""
    return dt.datetime.now(dt.UTC)


class Worker:
    """Sends up to `room` requests at a time."""

    def __init__(self, *, room: int | None = None, sender: Sender | None = None) -> None:
        self.room = room or settings.WEBHOOK_IN_FLIGHT
        self.sender = sender or Sender(at_once=self.room)
        self.running: dict[asyncio.Task[Outcome], Claim] = {}
        self.outcomes: list[Outcome] = []
        self.unsent: list[Claim] = []
        self.woken = asyncio.Event()
        self.stopping = self.is_lagging = False
        self.db_thread = ThreadPoolExecutor(1, thread_name_prefix="database")
        self.cleaned, self.purged, self.mailed = 0.0, time.monotonic(), 0.0
        # A mail server that hangs must delay no delivery: mail has a thread with a connection of its own.
        self.mail_thread = ThreadPoolExecutor(1, thread_name_prefix="mail")
        self.mailing: asyncio.Future[None] | None = None

    def stop(self) -> None:
        """Stops claiming. `run` returns once running requests are recorded or released."""
        self.stopping = True
        self.woken.set()

    async def run(self, *, until_idle: bool = False) -> None:
        """Works until stopped, or with `until_idle` until nothing is due and no request is running."""
        listening = None if until_idle else asyncio.create_task(self._listen())
        try:
            await self._work(until_idle=until_idle)
        finally:
            if listening:
                listening.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await listening
            await self._end()

    async def _work(self, *, until_idle: bool) -> None:
        pause = SHORTEST_PAUSE
        while not self.stopping:
            self.woken.clear()
            housekeeping = time.monotonic() - self.cleaned >= HOUSEKEEPING_EVERY
            claimed = await self._cycle(housekeeping=housekeeping)
            if claimed is None:
                await self._rest(LONGEST_PAUSE)
            elif claimed:
                pause = SHORTEST_PAUSE
                # Requests that end in the meantime are recorded together with the next claim.
                await asyncio.sleep(0)
            elif until_idle and not self.running and not self.outcomes:
                await self._mail_all()
                return
            elif self.is_lagging:
                await asyncio.sleep(_LAG)
            else:
                await self._rest(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    async def _cycle(self, *, housekeeping: bool) -> bool | None:
        """Records and claims once. Returns True if there was work, None if the database did not answer."""
        room = await self._room()
        outcomes, self.outcomes = self.outcomes, []
        unsent, self.unsent = self.unsent, []
        try:
            claims, more = await self._query(lambda: _db_cycle(outcomes, unsent, room, housekeeping=housekeeping))
        except (Error, OSError) as error:
            # An outcome that comes too late for its lease changes nothing.
            self.outcomes, self.unsent = outcomes + self.outcomes, unsent + self.unsent
            log.warning("the database does not answer", error=type(error).__name__)
            return None
        if housekeeping and not more:
            self.cleaned = time.monotonic()
        for claim in claims:
            task = asyncio.create_task(self.sender.send(claim))
            self.running[task] = claim
            task.add_done_callback(self._finish)
        await self._purge_if_due()
        if time.monotonic() - self.mailed >= MAIL_EVERY:
            self._mail()
        return bool(claims) or more

    async def _room(self) -> int:
        """Number of deliveries to claim: none while the event loop lags (backpressure), so that others get them."""
        began = time.monotonic()
        await asyncio.sleep(0)
        self.is_lagging = time.monotonic() - began > _LAG and len(self.running) >= _ALWAYS
        return 0 if self.is_lagging else self.room - len(self.running)

    def _finish(self, task: asyncio.Task[Outcome]) -> None:
        claim = self.running.pop(task)
        if task.cancelled():
            return
        error = task.exception()
        if isinstance(error, SecretsLocked):
            # The operator's mistake: deliveries that wait for the key must not lose attempts.
            log.error("a secret cannot be decrypted", subscription=claim.subscription)
            self.unsent.append(claim)
        elif error:
            # Our mistake and no outcome: the lease expires, and the attempt is logged as lost.
            log.error("sending failed", delivery=claim.delivery, error=type(error).__name__)
            return
        else:
            self.outcomes.append(task.result())
        self.woken.set()

    async def _rest(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.woken.wait(), seconds)

    async def _purge_if_due(self) -> None:
        if time.monotonic() - self.purged < PURGE_EVERY:
            return
        with contextlib.suppress(Error):
            if not await self._query(lambda: delivery.purge(now=clock())):
                self.purged = time.monotonic()

    def _mail(self) -> None:
        """Lets the other thread send what is due, unless it is at it or no mail server is configured."""
        if is_configured() and (self.mailing is None or self.mailing.done()):
            self.mailed = time.monotonic()
            self.mailing = asyncio.get_running_loop().run_in_executor(self.mail_thread, _mail, lambda: self.stopping)

    async def _mail_all(self) -> None:
        """Sends what is due after all outcomes, which a look that has begun before may have missed."""
        if self.mailing:
            await self.mailing
        self._mail()
        if self.mailing:
            await self.mailing

    async def _end(self) -> None:
        """Waits a little for running requests, and releases the deliveries of those that take longer."""
        if self.running:
            await asyncio.wait(list(self.running), timeout=PATIENCE)
        left = dict(self.running)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        outcomes, claims = self.outcomes, [*left.values(), *self.unsent]
        with contextlib.suppress(Error):
            await self._query(lambda: _db_end(outcomes, claims))
        self.sender.close()
        self.db_thread.shutdown()
        if self.mailing:
            await asyncio.wait([self.mailing], timeout=PATIENCE)
        self.mail_thread.shutdown(wait=False)

    async def _query[T](self, function: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self.db_thread, function)

    async def _listen(self) -> None:
        """Wakes the worker when a command has enqueued deliveries. Without it, a poll finds them a second later."""
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(**_connection_params(), autocommit=True) as listener:
                    await listener.execute(f"LISTEN {CHANNEL}")
                    self.woken.set()
                    async for _ in listener.notifies():
                        self.woken.set()
            except psycopg.Error as error:
                log.warning("no notifications from the database", error=type(error).__name__)
            await asyncio.sleep(_RECONNECT)


def _db_cycle(
    outcomes: list[Outcome], unsent: list[Claim], room: int, *, housekeeping: bool
) -> tuple[list[Claim], bool]:
    """Records outcomes, releases and claims; reclaims leases and advances replays as well for `housekeeping`.

    Returns the claims, and True if a replay has more to enqueue.
    """
    if connection.errors_occurred:
        # Reused while it works, whatever CONN_MAX_AGE says: a new one for each cycle would cost more than the cycle.
        connection.close()
    now = clock()
    if outcomes:
        delivery.record_outcomes(outcomes, now=now)
        outcomes.clear()
        if room <= 0:
            # Another worker may send in their place.
            wake()
    if unsent:
        delivery.release(unsent, now=now, not_before=now + _KEY_PAUSE)
        unsent.clear()
    more = False
    if housekeeping:
        delivery.reclaim_leases(now=now)
        more = delivery.advance_replays(now=now)
    return delivery.claim(room=room, now=now) if room > 0 else [], more


def _mail(is_over: Callable[[], bool]) -> None:
    try:
        delivery.send_health_mail(now=clock, is_over=is_over)
    except Error as error:
        log.warning("no mail is sent: the database does not answer", error=type(error).__name__)
    finally:
        connection.close()


def _db_end(outcomes: list[Outcome], claims: list[Claim]) -> None:
    try:
        if outcomes:
            delivery.record_outcomes(outcomes, now=clock())
        if claims:
            delivery.release(claims, now=clock())
    finally:
        connection.close()


def _connection_params() -> dict[str, Any]:
    """Django's parameters for libpq, without those of its cursors."""
    params = connection.get_connection_params()
    return {name: value for name, value in params.items() if name not in ("context", "cursor_factory")}
