"""A worker: claims what is due, sends it, notes what came of it; any number of them, on any number of machines.

The database is asked in a thread of its own, between requests and never during one: no transaction and no lock is
held while anything is on the wire.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psycopg
import structlog
from django.conf import settings
from django.db import Error, connection
from psycopg.conninfo import make_conninfo

from relations import delivery
from relations.delivery import Claim, Outcome
from relations.delivery.sending import Sender
from relations.errors import SecretsLocked
from relations.outbox.enqueueing import CHANNEL, wake

log = structlog.get_logger(__name__)

QUICK_LOOK, SLOW_LOOK = 0.05, 1.0
"""Seconds between looks at the table: right after there was something, and when nothing has come for a while."""
LOOK_ROUND_EVERY = 0.5
"""Seconds between looks at lost leases and at replays."""
TIDY_EVERY = 600.0
PATIENCE = 6.0
"""Seconds that requests under way get once the worker is told to end."""
_RECONNECT = 5.0
_FOR_A_KEY = dt.timedelta(minutes=1)
"""Until a message is looked at again that could not be signed."""
_BREATHLESS = 0.02
"""Seconds that a round of the loop takes when there is more to do than this process can: it claims nothing then."""
_ALWAYS = 16
"""Requests that are under way in any case: a moment's lack of a processor says nothing of how much there is to do."""


def clock() -> dt.datetime:
    """The worker's notion of now."""
    return dt.datetime.now(dt.UTC)


class Worker:
    """`room` is the number of requests under way at once; `sender` sends them."""

    def __init__(self, *, room: int | None = None, sender: Sender | None = None) -> None:
        self.room = room or settings.WEBHOOK_IN_FLIGHT
        self.sender = sender or Sender(at_once=self.room)
        self.under_way: dict[asyncio.Task[Outcome], Claim] = {}
        self.outcomes: list[Outcome] = []
        self.unsent: list[Claim] = []
        self.woken = asyncio.Event()
        self.stopping = self.is_breathless = False
        self.desk = ThreadPoolExecutor(1, thread_name_prefix="desk")
        self.looked, self.tidied = 0.0, time.monotonic()

    def stop(self) -> None:
        """Claims nothing more; `run` returns once what is under way has been noted or given back."""
        self.stopping = True
        self.woken.set()

    async def run(self, *, until_idle: bool = False) -> None:
        """Works until it is stopped, or, `until_idle`, until nothing is due and nothing is under way."""
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
        pause = QUICK_LOOK
        while not self.stopping:
            self.woken.clear()
            found = await self._turn(looks_round=until_idle or time.monotonic() - self.looked >= LOOK_ROUND_EVERY)
            if found is None:
                await self._rest(SLOW_LOOK)
            elif found:
                pause = QUICK_LOOK
                # What has ended in the meantime is noted together with the next claim.
                await asyncio.sleep(0)
            elif until_idle and not self.under_way and not self.outcomes:
                return
            elif self.is_breathless:
                await asyncio.sleep(_BREATHLESS)
            else:
                await self._rest(pause)
                pause = min(pause * 2, SLOW_LOOK)

    async def _turn(self, *, looks_round: bool) -> bool | None:
        """Notes and claims once; whether there was anything to claim, or None where the database did not answer."""
        room = await self._room()
        outcomes, self.outcomes = self.outcomes, []
        unsent, self.unsent = self.unsent, []
        try:
            claims, more = await self._ask(lambda: _at_the_desk(outcomes, unsent, room, looks_round=looks_round))
        except (Error, OSError) as error:
            # An outcome that comes too late for its lease finds that the delivery has gone back.
            self.outcomes, self.unsent = outcomes + self.outcomes, unsent + self.unsent
            log.warning("the database does not answer", error=type(error).__name__)
            return None
        if looks_round and not more:
            self.looked = time.monotonic()
        for claim in claims:
            task = asyncio.create_task(self.sender.send(claim))
            self.under_way[task] = claim
            task.add_done_callback(self._arrived)
        await self._tidy_in_time()
        return bool(claims) or more

    async def _room(self) -> int:
        """How many more may be claimed: none while the loop is out of breath: what it cannot begin yet, others can."""
        began = time.monotonic()
        await asyncio.sleep(0)
        self.is_breathless = time.monotonic() - began > _BREATHLESS and len(self.under_way) >= _ALWAYS
        return 0 if self.is_breathless else self.room - len(self.under_way)

    def _arrived(self, task: asyncio.Task[Outcome]) -> None:
        claim = self.under_way.pop(task)
        if task.cancelled():
            return
        error = task.exception()
        if isinstance(error, SecretsLocked):
            # The operator's mistake: what waits for the key must not use up its attempts meanwhile.
            log.error("a secret cannot be opened", subscription=claim.subscription)
            self.unsent.append(claim)
            self.woken.set()
            return
        if error:
            # Not an answer but a mistake of ours: the lease runs out, and the attempt is logged as lost.
            log.error("sending failed", delivery=claim.delivery, error=type(error).__name__)
            return
        self.outcomes.append(task.result())
        self.woken.set()

    async def _rest(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.woken.wait(), seconds)

    async def _tidy_in_time(self) -> None:
        if time.monotonic() - self.tidied < TIDY_EVERY:
            return
        with contextlib.suppress(Error):
            if not await self._ask(lambda: delivery.tidy(now=clock())):
                self.tidied = time.monotonic()

    async def _end(self) -> None:
        """Gives requests under way a little time, and their deliveries back where that is not enough."""
        if self.under_way:
            await asyncio.wait(list(self.under_way), timeout=PATIENCE)
        left = dict(self.under_way)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        outcomes, claims = self.outcomes, list(left.values())
        with contextlib.suppress(Error):
            await self._ask(lambda: _leave_the_desk(outcomes, claims + self.unsent))
        self.sender.close()
        self.desk.shutdown()

    async def _ask[T](self, question: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self.desk, question)

    async def _listen(self) -> None:
        """Wakes up when an act has put something by. Without it, deliveries are found a second later."""
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(_conninfo(), autocommit=True) as listener:
                    await listener.execute(f"LISTEN {CHANNEL}")
                    self.woken.set()
                    async for _ in listener.notifies():
                        self.woken.set()
            except psycopg.Error as error:
                log.warning("nobody wakes this worker", error=type(error).__name__)
            await asyncio.sleep(_RECONNECT)


def _at_the_desk(
    outcomes: list[Outcome], unsent: list[Claim], room: int, *, looks_round: bool
) -> tuple[list[Claim], bool]:
    """Notes, gives back and claims. `looks_round`: puts lost leases back and queues replays as well.

    Returns the claims, and whether more waits to be queued.
    """
    if connection.errors_occurred:
        # Kept while it works, whatever CONN_MAX_AGE says: a new one each turn would cost more than the turn.
        connection.close()
    now = clock()
    if outcomes:
        delivery.note(outcomes, now=now)
        outcomes.clear()
        if room <= 0:
            # What may be sent in their place is for a worker that has its hands free.
            wake()
    if unsent:
        delivery.release(unsent, now=now, not_before=now + _FOR_A_KEY)
        unsent.clear()
    more = False
    if looks_round:
        delivery.take_back(now=now)
        more = delivery.advance_replays(now=now)
    return delivery.claim(room=room, now=now) if room > 0 else [], more


def _leave_the_desk(outcomes: list[Outcome], claims: list[Claim]) -> None:
    try:
        if outcomes:
            delivery.note(outcomes, now=clock())
        if claims:
            delivery.release(claims, now=clock())
    finally:
        connection.close()


def _conninfo() -> str:
    """What libpq needs of Django's settings."""
    told = connection.settings_dict
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    own = {"pool", "server_side_binding", "isolation_level", "assume_role"}
    options = {name: str(value) for name, value in told["OPTIONS"].items() if name not in own}
    named = {theirs: str(told[ours]) for ours, theirs in names.items() if told[ours]}
    return make_conninfo(**(options | named))
