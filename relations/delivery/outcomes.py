"""Outcomes of claims: recorded on the delivery, in its log of attempts and on the subscription's health."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Min

from relations.codes import AttemptError, DeliveryState, DisabledReason, EventType, SubscriptionState
from relations.delivery import breaker
from relations.delivery.claims import Claim
from relations.errors import TooManyRequests
from relations.ledger.tokens import hit_rate_limit
from relations.models import Attempt, Delivery, Subscription
from relations.models.deliveries import ANSWER_BYTES
from relations.outbox import enqueueing
from relations.queries.change_log import last_sequence

_DAY = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One attempt: its begin, its duration, and the answer's status and first bytes, or an error."""

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


@transaction.atomic
def record_outcomes(outcomes: Sequence[Outcome], *, now: dt.datetime) -> int:
    """Records outcomes; returns how many still had their lease. The others belong to another worker by now.

    Locks in the order of a claim: first the subscriptions, then the deliveries.
    """
    wanted = {outcome.claim.subscription for outcome in outcomes}
    rows = Subscription.objects.filter(pk__in=wanted).order_by("pk").select_for_update(no_key=True)
    subscriptions = {row.pk: row for row in rows}
    candidates = [outcome for outcome in outcomes if outcome.claim.subscription in subscriptions]
    leased = _update_deliveries(candidates, subscriptions, now)
    recorded = [outcome for outcome in candidates if outcome.claim.delivery in leased]
    _log(recorded)
    notices: list[tuple[EventType, Subscription]] = []
    recovered: set[int] = set()
    for outcome in sorted(recorded, key=lambda outcome: outcome.at):
        row = subscriptions[outcome.claim.subscription]
        # The answer of an earlier URL says nothing about this one, which has to answer a ping of its own.
        if outcome.claim.url != row.url:
            if outcome.claim.is_ping and row.state == SubscriptionState.PENDING:
                enqueue_ping(row, now=now)
        elif outcome.succeeded:
            if breaker.succeed(row, at=now, ping=outcome.claim.is_ping, replayed=outcome.claim.is_extra):
                recovered.add(row.pk)
        elif event := _fail(row, outcome, now):
            notices.append((event, row))
    _cancel(subscriptions.values(), now=now)
    _update_health(subscriptions.values())
    _make_due(recovered, now=now)
    notify_owners(notices, now=now)
    return len(recorded)


def _fail(row: Subscription, outcome: Outcome, now: dt.datetime) -> EventType | None:
    event = breaker.fail(
        row, at=now, gone=outcome.gone, probe=outcome.claim.probe, replayed=outcome.claim.is_extra,
        retry_after=outcome.retry_after,
    )  # fmt: skip
    if event == EventType.DISABLED:
        note_missed(row)
    return event


def note_missed(row: Subscription) -> None:
    """Notes the last log entry before the outbox stops to fill, of a disabled subscription.

    What it missed before and nobody replayed is missed still. Before its URL ever answered there was nothing to miss.
    """
    if row.verified_at and row.missed_from is None:
        row.missed_from = last_sequence()


def _cancel(rows: Iterable[Subscription], *, now: dt.datetime) -> None:
    """Cancels everything that waits for a receiver that is gone; what it missed begins before the first of it."""
    gone = [row for row in rows if row.disabled_reason == DisabledReason.GONE]
    if not gone:
        return
    waiting = Delivery.objects.filter(subscription__in=gone, state=DeliveryState.PENDING).order_by()
    first = dict(waiting.values_list("subscription").annotate(first=Min("line")))
    for row in gone:
        if (line := first.get(row.pk)) is not None and row.verified_at:
            row.missed_from = line - 1 if row.missed_from is None else min(line - 1, row.missed_from)
    waiting.update(state=DeliveryState.CANCELLED, cancelled_because=DisabledReason.GONE, finished_at=now)


def _next_state(
    outcome: Outcome, row: Subscription, now: dt.datetime
) -> tuple[DeliveryState, dt.datetime | None, dt.datetime | None]:
    """State, time of the next attempt (None: unchanged) and end of a delivery after the attempt."""
    claim = outcome.claim
    if outcome.succeeded:
        return DeliveryState.DELIVERED, None, now
    wait = breaker.wait_after(claim.attempts)
    if (claim.is_ping and claim.url != row.url) or claim.test or (claim.counted and wait is None):
        return DeliveryState.EXHAUSTED, None, now
    if not claim.counted or wait is None:
        return DeliveryState.PENDING, None, None
    return DeliveryState.PENDING, now + max(wait, outcome.retry_after or wait), None


def _update_deliveries(
    outcomes: Sequence[Outcome], subscriptions: dict[int, Subscription], now: dt.datetime
) -> set[int]:
    """Writes the deliveries that still have the lease of their claim; returns their ids."""
    rows = [
        (one.claim.delivery, one.claim.lease, one.claim.attempts,
         *_next_state(one, subscriptions[one.claim.subscription], now))
        for one in outcomes
    ]  # fmt: skip
    if not rows:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE relations_delivery d SET state = t.state, attempts = t.attempts, lease = NULL, leased_until = NULL,"
            " next_attempt_at = coalesce(t.next_attempt_at, d.next_attempt_at), finished_at = t.finished_at"
            " FROM unnest(%s::bigint[], %s::uuid[], %s::int[], %s::text[], %s::timestamptz[], %s::timestamptz[])"
            " AS t (id, lease, attempts, state, next_attempt_at, finished_at)"
            " WHERE d.id = t.id AND d.lease = t.lease AND d.state = 'sending' RETURNING d.id",
            _columns(rows),
        )
        return {delivery for (delivery,) in cursor.fetchall()}


def _log(outcomes: Sequence[Outcome]) -> None:
    Attempt.objects.bulk_create(
        Attempt(
            delivery_id=one.claim.delivery, at=one.at, milliseconds=one.milliseconds,
            status=None if one.error else one.status, error=one.error or "", answer=one.answer[:ANSWER_BYTES],
            probe=one.claim.probe,
        )
        for one in outcomes
    )  # fmt: skip


_HEALTH = {
    "state": "text", "state_since": "timestamptz", "disabled_reason": "text", "verified_at": "timestamptz",
    "missed_from": "bigint", "failures": "int", "failing_since": "timestamptz", "pauses": "int",
    "paused_until": "timestamptz", "last_success_at": "timestamptz", "last_failure_at": "timestamptz",
    "delivered": "bigint", "failed": "bigint", "mail_due_at": "timestamptz",
}  # fmt: skip
"""Columns that outcomes change, with their types."""
_UPDATE_HEALTH = f"""
    UPDATE relations_subscription s SET ({", ".join(_HEALTH)}) = ({", ".join(f"t.{name}" for name in _HEALTH)})
    FROM unnest(%s::bigint[], {", ".join(f"%s::{type_}[]" for type_ in _HEALTH.values())})
        AS t (id, {", ".join(_HEALTH)})
    WHERE s.id = t.id
"""  # noqa: S608  # names of columns, from above


def _update_health(rows: Iterable[Subscription]) -> None:
    """Saves all subscriptions of a batch in one statement."""
    values = [[row.pk, *(getattr(row, name) for name in _HEALTH)] for row in rows]
    if values:
        with connection.cursor() as cursor:
            cursor.execute(_UPDATE_HEALTH, _columns(values))


def _columns(rows: Sequence[Sequence[object]]) -> list[list[object]]:
    """One array for each column, as `unnest` takes them."""
    return [list(column) for column in zip(*rows, strict=True)]


def _make_due(recovered: set[int], *, now: dt.datetime) -> None:
    """Makes deliveries to receivers that are back due at once, before their time and at the cost of no attempt."""
    if not recovered:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE relations_delivery SET next_attempt_at = %s, attempts = greatest(attempts - 1, 0)"
            " WHERE subscription_id = ANY(%s) AND state = 'pending' AND next_attempt_at > %s",
            [now, list(recovered), now],
        )
    enqueueing.wake()


def notify_owners(notices: Sequence[tuple[EventType, Subscription]], *, now: dt.datetime) -> None:
    """Enqueues a notice for each other active subscription of the owner, whatever its filters."""
    rows = [
        enqueueing.notice(event, about=about, to=other, now=now)
        for event, about in notices
        if event != EventType.FAILING or _is_first_today(about)
        for other in Subscription.objects.of(about.owner_id).collecting().exclude(pk=about.pk).order_by("pk")
    ]
    if rows:
        enqueueing.insert(rows)
        enqueueing.wake()


def _is_first_today(about: Subscription) -> bool:
    """False after the first notice of a day (UTC): a receiver that comes and goes all day causes one."""
    try:
        hit_rate_limit(f"webhook.failing:{about.pk}", most=1, seconds=_DAY, what="notices")
    except TooManyRequests:
        return False
    return True


def enqueue_ping(row: Subscription, *, now: dt.datetime) -> Delivery:
    """Ping that the subscription's URL has to answer: the waiting one, due at once, or a new one.

    A ping names its URL and the body under an id never changes, so a ping for an earlier URL is exhausted.
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
