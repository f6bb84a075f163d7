"""Claims of due deliveries under a lease, round-robin over the subscriptions, a few for each.

Subscriptions are locked first; a later statement of the same transaction claims their rows. A single statement would
read an old snapshot in its inner query and claim rows twice.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count

from relations.codes import AttemptError, DeliveryState, EventType, SubscriptionState
from relations.delivery import pacing
from relations.delivery.breaker import SCHEDULE
from relations.delivery.candidates import OF_A_DESTINATION, OF_A_SUBSCRIPTION, Candidate, lock_candidates
from relations.models import Attempt, Delivery, Subscription

LEASE = dt.timedelta(seconds=45)
"""A request takes 15 s at most; the rest is for recording its outcome, and for clocks that differ."""
_SUBSCRIPTIONS = 64
"""Subscriptions locked by one claim: the rest is for other workers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A delivery that this worker has to send, with everything that sending takes.

    `sealed` are the encrypted secrets to sign with, the newest first, `sealed_headers` the owner's own headers.
    `attempts` is the number of this attempt in the schedule; a probe before its time does not count (`counted`).
    """

    delivery: int
    lease: UUID
    subscription: int
    url: str
    event_type: str
    message: str
    body: bytes = field(repr=False)
    sealed: tuple[bytes, ...] = field(repr=False)
    sealed_headers: bytes | None = field(default=None, repr=False)
    attempts: int
    counted: bool
    probe: bool
    replayed: bool
    test: bool = False

    @property
    def is_extra(self) -> bool:
        """Its outcome says nothing about the health of the subscription."""
        return self.replayed or self.test

    @property
    def is_ping(self) -> bool:
        return self.event_type == EventType.PING


@transaction.atomic
def claim(*, room: int, now: dt.datetime) -> list[Claim]:
    """Claims up to `room` due deliveries. No other worker gets them before the lease ends."""
    candidates = lock_candidates(limit=min(room, _SUBSCRIPTIONS), now=now)
    slots = _share_slots(candidates, room, now) if candidates else {}
    claims = _claim([(row, slots[row.id]) for row in candidates if slots[row.id]], now=now) if slots else []
    _pace(candidates, claims, now)
    return claims


@transaction.atomic
def release(claims: Sequence[Claim], *, now: dt.datetime, not_before: dt.datetime | None = None) -> None:
    """Returns claims without an outcome to the queue, due at once or at `not_before`, at the cost of no attempt."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE relations_delivery d SET state = 'pending', lease = NULL, leased_until = NULL,"
            " next_attempt_at = greatest(least(d.next_attempt_at, %s), %s::timestamptz),"
            " attempts = greatest(d.attempts - c.counted, 0)"
            " FROM unnest(%s::bigint[], %s::uuid[], %s::int[]) AS c (id, lease, counted)"
            " WHERE d.id = c.id AND d.lease = c.lease",
            [now, not_before, [one.delivery for one in claims], [one.lease for one in claims],
             [int(one.counted) for one in claims]],
        )  # fmt: skip


@transaction.atomic
def reclaim_leases(*, now: dt.datetime) -> None:
    """Returns deliveries with an expired lease to the queue: their worker ended, or lost the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE relations_delivery SET lease = NULL, leased_until = NULL, next_attempt_at = %(now)s,"
            " state = CASE WHEN attempts > %(most)s THEN 'exhausted' ELSE 'pending' END,"
            " finished_at = CASE WHEN attempts > %(most)s THEN %(now)s END"
            " WHERE id IN (SELECT id FROM relations_delivery WHERE state = 'sending' AND leased_until < %(now)s"
            " ORDER BY id FOR UPDATE SKIP LOCKED) RETURNING id",
            {"now": now, "most": len(SCHEDULE)},
        )
        expired = [delivery for (delivery,) in cursor.fetchall()]
    Attempt.objects.bulk_create(
        Attempt(delivery_id=delivery, at=now, milliseconds=0, error=AttemptError.LOST) for delivery in expired
    )


def _share_slots(candidates: Sequence[Candidate], room: int, now: dt.datetime) -> Counter[int]:
    """Slots by subscription, in rounds of one each. Counts concurrent requests again, now that the locks are taken."""
    own, there = _concurrent_requests()
    slots: Counter[int] = Counter()
    for _ in range(OF_A_SUBSCRIPTION):
        for row in candidates:
            is_full = slots[row.id] + own[row.id] >= row.most or there[row.destination] >= OF_A_DESTINATION
            if room > 0 and row.free and not is_full and slots[row.id] < row.allowed(now):
                slots[row.id] += 1
                there[row.destination] += 1
                room -= 1
    return slots


def _pace(candidates: Sequence[Candidate], claims: Sequence[Claim], now: dt.datetime) -> None:
    """Notes for subscriptions with a rate the time that what was claimed takes at that rate."""
    number = Counter(claim.subscription for claim in claims)
    for row in candidates:
        if row.rate and number[row.id]:
            until = pacing.paced(row.rate, paced_until=row.paced_until, now=now, number=number[row.id])
            Subscription.objects.filter(pk=row.id).update(paced_until=until)


def _concurrent_requests() -> tuple[Counter[int], Counter[str]]:
    """Requests of all workers, by subscription and by destination."""
    own: Counter[int] = Counter()
    there: Counter[str] = Counter()
    sending = Delivery.objects.filter(state=DeliveryState.SENDING).order_by()
    groups = sending.values_list("subscription", "subscription__destination").annotate(number=Count("pk"))
    for subscription, destination, number in groups:
        own[subscription] += number
        there[destination] += number
    return own, there


_CLAIM = """
    UPDATE relations_delivery d
    SET state = 'sending', lease = gen_random_uuid(), leased_until = %(until)s,
        attempts = d.attempts + (d.next_attempt_at <= %(now)s)::int
    FROM (
        SELECT c.id, t.probes
        FROM (
            SELECT u.*, CASE WHEN u.probes THEN 'infinity' ELSE %(now)s END AS due
            FROM unnest(%(ids)s::bigint[], %(slots)s::int[], %(kinds)s::text[], %(probes)s::bool[])
                AS u (id, slots, kind, probes)
        ) t
        CROSS JOIN LATERAL (SELECT ready.id FROM (
            (SELECT f.id FROM relations_delivery f
             WHERE t.kind = 'free' AND f.subscription_id = t.id AND f.state = 'pending' AND f.next_attempt_at <= t.due
             ORDER BY f.next_attempt_at, f.id LIMIT t.slots)
            UNION ALL
            (SELECT p.id FROM relations_delivery p
             WHERE t.kind = 'ping' AND p.subscription_id = t.id AND p.event_type = 'webhook.ping'
                AND p.state = 'pending' AND p.next_attempt_at <= t.due LIMIT t.slots)
            UNION ALL
            (SELECT n.id FROM relations_delivery n
             WHERE t.kind = 'ordered' AND n.subscription_id = t.id AND n.pair = '' AND n.line IS NULL
                AND n.state = 'pending' AND n.next_attempt_at <= t.due
             ORDER BY n.next_attempt_at, n.id LIMIT t.slots)
            UNION ALL
            (WITH RECURSIVE pairs (pair) AS (
                (SELECT o.pair FROM relations_delivery o
                 WHERE t.kind = 'ordered' AND o.subscription_id = t.id AND o.state IN ('pending', 'sending')
                    AND (o.pair <> '' OR o.line IS NOT NULL)
                 ORDER BY o.pair LIMIT 1)
                UNION ALL
                SELECT (SELECT o.pair FROM relations_delivery o
                        WHERE o.subscription_id = t.id AND o.state IN ('pending', 'sending') AND o.pair > p.pair
                            AND (o.pair <> '' OR o.line IS NOT NULL)
                        ORDER BY o.pair LIMIT 1)
                FROM pairs p WHERE p.pair IS NOT NULL
             )
             SELECT head.id
             FROM pairs p CROSS JOIN LATERAL (
                SELECT o.id, o.state, o.next_attempt_at FROM relations_delivery o
                WHERE o.subscription_id = t.id AND o.pair = p.pair AND o.state IN ('pending', 'sending')
                    AND (o.pair <> '' OR o.line IS NOT NULL)
                ORDER BY o.line, o.id LIMIT 1
             ) head
             WHERE head.state = 'pending' AND head.next_attempt_at <= t.due
             ORDER BY head.next_attempt_at, head.id LIMIT t.slots)
        ) ready LIMIT t.slots) c
    ) chosen
    WHERE d.id = chosen.id AND d.state = 'pending'
    RETURNING d.subscription_id, d.id, d.lease, d.event_type, d.message, d.body, d.attempts,
        d.next_attempt_at <= %(now)s, chosen.probes, d.replayed, d.test
"""
"""An ordered subscription releases the first delivery of each pair, and the next one once that is finished. Entries
without a pair are in one order as well. Pings and notices are no log entries and in no order."""


def _claim(shares: Sequence[tuple[Candidate, int]], *, now: dt.datetime) -> list[Claim]:
    subscriptions = {row.id: row for row, _ in shares}
    values: dict[str, Any] = {
        "now": now, "until": now + LEASE, "ids": list(subscriptions), "slots": [slots for _, slots in shares],
        "kinds": [row.kind for row, _ in shares],
        "probes": [row.state == SubscriptionState.PAUSED for row, _ in shares],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, values)
        rows = [(subscriptions[subscription], *row) for subscription, *row in cursor.fetchall()]
    return [
        Claim(
            delivery=delivery, lease=lease, subscription=subscription.id, url=subscription.url, event_type=event_type,
            message=f"msg_{message.hex}", body=bytes(body), sealed=tuple(map(bytes, subscription.sealed)),
            sealed_headers=subscription.sealed_headers and bytes(subscription.sealed_headers),
            attempts=attempts, counted=counted, probe=probe, replayed=replayed,
            test=test,
        )
        for subscription, delivery, lease, event_type, message, body, attempts, counted, probe, replayed, test in rows
    ]  # fmt: skip
