"""What came of a claim: noted on the delivery, in its log, and on the subscription's health."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction

from relations.codes import AttemptError, DeliveryState, EventType, SubscriptionState
from relations.delivery import breaker
from relations.delivery.claims import Claim
from relations.errors import TooManyRequests
from relations.ledger.tokens import hit_rate_limit
from relations.models import Delivery, Subscription
from relations.models.deliveries import KEPT_OF_AN_ANSWER
from relations.outbox import enqueueing
from relations.queries.change_log import last_sequence

_DAY = 86_400
_HEALTH = (
    "state", "state_since", "disabled_reason", "verified_at", "missed_from", "failures", "failing_since", "pauses",
    "paused_until", "last_success_at", "last_failure_at", "delivered", "failed",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One attempt: when it began, how long it took, and the answer's status and beginning, or an error."""

    claim: Claim
    at: dt.datetime
    milliseconds: int
    status: int | None = None
    error: AttemptError | None = None
    answer: bytes = b""
    retry_after: dt.timedelta | None = None

    @property
    def succeeded(self) -> bool:
        return self.error is None and self.status is not None and 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        return self.error is None and self.status == 410


class _Turn(NamedTuple):
    """What a delivery becomes."""

    delivery: int
    lease: UUID
    state: str
    attempts: int
    next_attempt_at: dt.datetime | None
    finished_at: dt.datetime | None


@transaction.atomic
def note(outcomes: Sequence[Outcome], *, now: dt.datetime) -> int:
    """Notes what came of claims; returns how many still held their lease. What did not is somebody else's by now.

    The order is that of a claim: first the subscriptions are locked, then the deliveries.
    """
    wanted = {outcome.claim.subscription for outcome in outcomes}
    rows = Subscription.objects.filter(pk__in=wanted).order_by("pk").select_for_update(no_key=True)
    subscriptions = {row.pk: row for row in rows}
    standing = [outcome for outcome in outcomes if outcome.claim.subscription in subscriptions]
    turns = [_turn(outcome, subscriptions[outcome.claim.subscription], now) for outcome in standing]
    held = _write(turns)
    kept = [outcome for outcome in standing if outcome.claim.delivery in held]
    _log(kept)
    told: list[tuple[EventType, Subscription]] = []
    back: set[int] = set()
    for outcome in sorted(kept, key=lambda outcome: outcome.at):
        row = subscriptions[outcome.claim.subscription]
        # What was sent to another URL says nothing of this one, which has to answer a ping of its own.
        if outcome.claim.url != row.url:
            if outcome.claim.is_ping and row.state == SubscriptionState.PENDING:
                hold_ping(row, now=now)
            continue
        if outcome.succeeded:
            if breaker.succeed(row, at=now, ping=outcome.claim.is_ping, replayed=outcome.claim.replayed):
                back.add(row.pk)
        elif event := _fail(row, outcome, now):
            told.append((event, row))
    _save(subscriptions.values())
    _let_go(back, now=now)
    tell_owners(told, now=now)
    return len(kept)


def _fail(row: Subscription, outcome: Outcome, now: dt.datetime) -> EventType | None:
    event = breaker.fail(
        row, at=now, gone=outcome.gone, probe=outcome.claim.probe, replayed=outcome.claim.replayed,
        retry_after=outcome.retry_after,
    )  # fmt: skip
    if event == EventType.DISABLED:
        row.missed_from = last_sequence()
    return event


def _turn(outcome: Outcome, row: Subscription, now: dt.datetime) -> _Turn:
    claim = outcome.claim
    if outcome.succeeded:
        return _Turn(claim.delivery, claim.lease, DeliveryState.DELIVERED, claim.attempts, None, now)
    if claim.is_ping and claim.url != row.url:
        return _Turn(claim.delivery, claim.lease, DeliveryState.EXHAUSTED, claim.attempts, None, now)
    if not claim.counted:
        return _Turn(claim.delivery, claim.lease, DeliveryState.PENDING, claim.attempts, None, None)
    wait = breaker.wait_after(claim.attempts)
    if wait is None:
        return _Turn(claim.delivery, claim.lease, DeliveryState.EXHAUSTED, claim.attempts, None, now)
    wait = max(wait, outcome.retry_after or wait)
    return _Turn(claim.delivery, claim.lease, DeliveryState.PENDING, claim.attempts, now + wait, None)


def _write(turns: Sequence[_Turn]) -> set[int]:
    """The deliveries that were still under the lease of their claim, and have been written."""
    if not turns:
        return set()
    columns = [list(column) for column in zip(*turns, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE relations_delivery d SET state = t.state, attempts = t.attempts, lease = NULL, leased_until = NULL,"
            " next_attempt_at = coalesce(t.next_attempt_at, d.next_attempt_at), finished_at = t.finished_at"
            " FROM unnest(%s::bigint[], %s::uuid[], %s::text[], %s::int[], %s::timestamptz[], %s::timestamptz[])"
            " AS t (id, lease, state, attempts, next_attempt_at, finished_at)"
            " WHERE d.id = t.id AND d.lease = t.lease AND d.state = 'sending' RETURNING d.id",
            columns,
        )
        return {delivery for (delivery,) in cursor.fetchall()}


_LOG = """
    INSERT INTO relations_attempt (delivery_id, at, milliseconds, status, error, answer, probe)
    SELECT * FROM unnest(%s::bigint[], %s::timestamptz[], %s::int[], %s::int[], %s::text[], %s::bytea[], %s::bool[])
"""


def _log(outcomes: Sequence[Outcome]) -> None:
    """One line each, in one statement with as many parameters however many they are."""
    lines = [
        (
            one.claim.delivery, one.at, one.milliseconds, None if one.error else one.status, one.error or "",
            one.answer[:KEPT_OF_AN_ANSWER], one.claim.probe,
        )
        for one in outcomes
    ]  # fmt: skip
    if lines:
        with connection.cursor() as cursor:
            cursor.execute(_LOG, [list(column) for column in zip(*lines, strict=True)])


def _save(rows: Iterable[Subscription]) -> None:
    """All in one statement, however many a batch of outcomes concerns."""
    rows = list(rows)
    columns = [[getattr(row, name) for row in rows] for name in ("pk", *_HEALTH)]
    with connection.cursor() as cursor:
        cursor.execute(_SAVE, columns)


_SAVE = f"""
    UPDATE relations_subscription s SET ({", ".join(_HEALTH)}) = ({", ".join(f"t.{name}" for name in _HEALTH)})
    FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[], %s::text[], %s::timestamptz[], %s::bigint[], %s::int[],
                %s::timestamptz[], %s::int[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::bigint[],
                %s::bigint[]) AS t (id, {", ".join(_HEALTH)})
    WHERE s.id = t.id
"""  # noqa: S608  # names of columns, from above


def _let_go(back: set[int], *, now: dt.datetime) -> None:
    """What waits for a receiver that is back goes at once. Coming before its time costs it none of its attempts."""
    if not back:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE relations_delivery SET next_attempt_at = %s, attempts = greatest(attempts - 1, 0)"
            " WHERE subscription_id = ANY(%s) AND state = 'pending' AND next_attempt_at > %s",
            [now, list(back), now],
        )
    enqueueing.wake()


def tell_owners(told: Sequence[tuple[EventType, Subscription]], *, now: dt.datetime) -> None:
    """A notice for each of the owner's other subscriptions that is sent to, whatever it subscribes to."""
    rows = [
        enqueueing.notice(event, about=about, to=other, now=now)
        for event, about in told
        if event != EventType.FAILING or _is_first_today(about)
        for other in Subscription.objects.of(about.owner_id).collecting().exclude(pk=about.pk).order_by("pk")
    ]
    if rows:
        enqueueing.insert(rows)
        enqueueing.wake()


def _is_first_today(about: Subscription) -> bool:
    """A receiver that comes and goes all day is told of once: its owner's other receivers have other things to do."""
    try:
        hit_rate_limit(f"webhook.failing:{about.pk}", most=1, seconds=_DAY, what="notices")
    except TooManyRequests:
        return False
    return True


def hold_ping(row: Subscription, *, now: dt.datetime) -> Delivery:
    """The ping that the subscription's URL has to answer: the one that waits already, due at once, or a new one.

    A ping names its URL, and what stands under an id never changes: one for an earlier URL is given up.
    """
    pings = Delivery.objects.outstanding().filter(subscription=row, event_type=EventType.PING)
    ping = pings.first()
    if ping and ping.state == DeliveryState.PENDING:
        if json.loads(bytes(ping.body))["data"]["url"] == row.url:
            ping.attempts, ping.next_attempt_at = 0, now
        else:
            ping.state, ping.finished_at = DeliveryState.EXHAUSTED, now
        ping.save(update_fields=("attempts", "next_attempt_at", "state", "finished_at"))
    if not pings.exists():
        enqueueing.insert([enqueueing.notice(EventType.PING, about=row, to=row, now=now)])
    enqueueing.wake()
    return pings.get()
