"""Who sends what: a worker claims deliveries under a lease, a few of each subscription, in turns.

The subscriptions are locked first and their rows claimed in a later statement of the same transaction. In one
statement the inner query would read an old snapshot, and rows would be claimed twice.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import connection, transaction

from relations.codes import AttemptError, EventType, SubscriptionState
from relations.delivery.breaker import SCHEDULE
from relations.ledger.locks import AdvisoryLock
from relations.models import Attempt

OF_A_SUBSCRIPTION = 4
"""Requests under way at once to one subscription."""
OF_A_DESTINATION = 8
"""Requests under way at once to one host and port, over all subscriptions."""
LEASE = dt.timedelta(seconds=45)
"""A request takes 15 s at most; what is left is for noting its answer, and for clocks that differ."""
_AT_A_TURN = 64
"""Subscriptions locked at once: the rest is left to other workers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A delivery that this worker is to send, with all that sending takes.

    `sealed` are the secrets to sign with, the newest first, as ciphertext. `attempts` is the number of this attempt by
    the schedule; a probe before its time does not count (`counted`).
    """

    delivery: int
    lease: UUID
    subscription: int
    url: str
    event_type: str
    message: str
    body: bytes = field(repr=False)
    sealed: tuple[bytes, ...] = field(repr=False)
    attempts: int
    counted: bool
    probe: bool
    replayed: bool

    @property
    def is_ping(self) -> bool:
        return self.event_type == EventType.PING


@transaction.atomic
def claim(*, room: int, now: dt.datetime) -> list[Claim]:
    """Takes up to `room` deliveries that are due, and returns them; nobody else gets them before the lease ends."""
    waiting = _locked(limit=min(room, _AT_A_TURN), now=now)
    turns = _shared_out(waiting, room) if waiting else []
    return _claimed(turns, now=now) if turns else []


@transaction.atomic
def release(claims: Sequence[Claim], *, now: dt.datetime, not_before: dt.datetime | None = None) -> None:
    """Gives claims back that were not sent, or whose answer nobody waited for: they are due at once, or `not_before`.

    It costs them none of their attempts.
    """
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
def take_back(*, now: dt.datetime) -> int:
    """Puts back what a worker claimed and never noted: it ended, or lost the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE relations_delivery SET lease = NULL, leased_until = NULL, next_attempt_at = %s,"
            " state = CASE WHEN attempts > %s THEN 'exhausted' ELSE 'pending' END,"
            " finished_at = CASE WHEN attempts > %s THEN %s END"
            " WHERE id IN (SELECT id FROM relations_delivery WHERE state = 'sending' AND leased_until < %s"
            " ORDER BY id FOR UPDATE SKIP LOCKED) RETURNING id",
            [now, len(SCHEDULE), len(SCHEDULE), now, now],
        )
        lost = [delivery for (delivery,) in cursor.fetchall()]
    Attempt.objects.bulk_create(
        Attempt(delivery_id=delivery, at=now, milliseconds=0, error=AttemptError.LOST) for delivery in lost
    )
    return len(lost)


_LOCK = """
    WITH RECURSIVE waiting (id) AS (
        (SELECT subscription_id FROM relations_delivery WHERE state = 'pending' ORDER BY subscription_id LIMIT 1)
        UNION ALL
        SELECT (SELECT d.subscription_id FROM relations_delivery d
                WHERE d.state = 'pending' AND d.subscription_id > w.id ORDER BY d.subscription_id LIMIT 1)
        FROM waiting w WHERE w.id IS NOT NULL
    ),
    busy AS MATERIALIZED (
        SELECT s.id, s.destination, count(*) AS number
        FROM relations_delivery d JOIN relations_subscription s ON s.id = d.subscription_id
        WHERE d.state = 'sending' GROUP BY s.id
    ),
    locked AS MATERIALIZED (
        SELECT s.id, row_number() OVER () AS place FROM (
            SELECT s.id
            FROM waiting w JOIN relations_subscription s ON s.id = w.id JOIN {users} u ON u.id = s.owner_id
            WHERE u.is_active
                AND CASE s.state
                    WHEN 'enabled' THEN EXISTS (
                        SELECT FROM relations_delivery d
                        WHERE d.subscription_id = s.id AND d.state = 'pending' AND d.next_attempt_at <= %(now)s)
                    WHEN 'paused' THEN
                        s.paused_until <= %(now)s AND NOT EXISTS (SELECT FROM busy b WHERE b.id = s.id)
                    WHEN 'pending' THEN EXISTS (
                        SELECT FROM relations_delivery d
                        WHERE d.subscription_id = s.id AND d.event_type = 'webhook.ping' AND d.state = 'pending'
                            AND d.next_attempt_at <= %(now)s)
                    ELSE false END
                AND coalesce((SELECT b.number FROM busy b WHERE b.id = s.id), 0) < %(own)s
                AND coalesce((SELECT sum(b.number) FROM busy b WHERE b.destination = s.destination), 0) < %(there)s
            ORDER BY s.served_at NULLS FIRST, s.id
            LIMIT %(limit)s
            FOR NO KEY UPDATE OF s SKIP LOCKED
        ) s
    )
    UPDATE relations_subscription s SET served_at = %(now)s
    FROM locked WHERE s.id = locked.id
    RETURNING s.id, s.url, s.destination, s.state, s.ordered, locked.place,
        pg_try_advisory_xact_lock(%(destinations)s, hashtext(s.destination)),
        ARRAY(SELECT k.sealed FROM relations_signingsecret k
              WHERE k.subscription_id = s.id AND (k.retires_at IS NULL OR k.retires_at > %(now)s) ORDER BY k.id DESC)
"""
"""Subscriptions with something waiting are found one index step each, however much waits. NO KEY: an act that puts a
delivery by refers to the subscription, and neither has to wait for the other. The turn of all of them is over with
this, so that those of which nothing is ready do not stand in front for ever. The last lock is on host and port: two
workers at one destination would count the same requests, and both add theirs."""


class _Waiting(NamedTuple):
    """A subscription whose turn it is. `free`: no other worker claims for its destination at this moment."""

    id: int
    url: str
    destination: str
    state: str
    ordered: bool
    place: int
    free: bool
    sealed: Sequence[bytes]

    @property
    def kind(self) -> str:
        """How its deliveries are chosen."""
        if self.state == SubscriptionState.PENDING:
            return "ping"
        return "ordered" if self.ordered else "free"

    @property
    def most(self) -> int:
        """Requests that may be under way: one while it is not known whether the receiver is there."""
        return OF_A_SUBSCRIPTION if self.state == SubscriptionState.ENABLED else 1


def _locked(*, limit: int, now: dt.datetime) -> list[_Waiting]:
    """In the order in which they were served last."""
    query = _LOCK.format(users=connection.ops.quote_name(get_user_model()._meta.db_table))
    with connection.cursor() as cursor:
        cursor.execute(
            query,
            {
                "now": now, "own": OF_A_SUBSCRIPTION, "there": OF_A_DESTINATION, "limit": limit,
                "destinations": AdvisoryLock.DESTINATION,
            },
        )  # fmt: skip
        return sorted((_Waiting(*row) for row in cursor.fetchall()), key=lambda row: row.place)


def _shared_out(waiting: Sequence[_Waiting], room: int) -> list[tuple[_Waiting, int]]:
    """Slots in rounds, one each: what is under way is counted anew, behind the locks."""
    own, there = _under_way()
    slots: Counter[int] = Counter()
    for _ in range(OF_A_SUBSCRIPTION):
        for row in waiting:
            is_full = slots[row.id] + own[row.id] >= row.most or there[row.destination] >= OF_A_DESTINATION
            if room > 0 and row.free and not is_full:
                slots[row.id] += 1
                there[row.destination] += 1
                room -= 1
    return [(row, slots[row.id]) for row in waiting if slots[row.id]]


def _under_way() -> tuple[Counter[int], Counter[str]]:
    """Requests under way, by subscription and by destination, of all workers."""
    own: Counter[int] = Counter()
    there: Counter[str] = Counter()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.id, s.destination, count(*)"
            " FROM relations_delivery d JOIN relations_subscription s ON s.id = d.subscription_id"
            " WHERE d.state = 'sending' GROUP BY s.id"
        )
        for subscription, destination, number in cursor.fetchall():
            own[subscription] += number
            there[destination] += number
    return own, there


_CLAIM = """
    UPDATE relations_delivery d
    SET state = 'sending', lease = gen_random_uuid(), leased_until = %(until)s,
        attempts = d.attempts + (d.next_attempt_at <= %(now)s)::int
    FROM (
        SELECT c.id, t.probes
        FROM unnest(%(ids)s::bigint[], %(slots)s::int[], %(kinds)s::text[], %(probes)s::bool[])
            AS t (id, slots, kind, probes)
        CROSS JOIN LATERAL (SELECT ready.id FROM (
            (SELECT f.id FROM relations_delivery f
             WHERE t.kind = 'free' AND f.subscription_id = t.id AND f.state = 'pending'
                AND f.next_attempt_at <= CASE WHEN t.probes THEN 'infinity' ELSE %(now)s END
             ORDER BY f.next_attempt_at, f.id LIMIT t.slots)
            UNION ALL
            (SELECT p.id FROM relations_delivery p
             WHERE t.kind = 'ping' AND p.subscription_id = t.id AND p.event_type = 'webhook.ping'
                AND p.state = 'pending' AND p.next_attempt_at <= %(now)s LIMIT t.slots)
            UNION ALL
            (SELECT n.id FROM relations_delivery n
             WHERE t.kind = 'ordered' AND n.subscription_id = t.id AND n.pair = '' AND n.line IS NULL
                AND n.state = 'pending' AND n.next_attempt_at <= CASE WHEN t.probes THEN 'infinity' ELSE %(now)s END
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
             WHERE head.state = 'pending'
                AND head.next_attempt_at <= CASE WHEN t.probes THEN 'infinity' ELSE %(now)s END
             ORDER BY head.next_attempt_at, head.id LIMIT t.slots)
        ) ready LIMIT t.slots) c
    ) chosen
    WHERE d.id = chosen.id AND d.state = 'pending'
    RETURNING d.id, d.lease, d.subscription_id, d.event_type, d.message, d.body, d.attempts,
        d.next_attempt_at <= %(now)s, chosen.probes, d.replayed
"""
"""An ordered subscription gives up the first of each pair and nothing behind it, until that one is finished; lines
without a pair are in one order as well. Pings and notices are no lines and in no order."""


def _claimed(turns: Sequence[tuple[_Waiting, int]], *, now: dt.datetime) -> list[Claim]:
    subscriptions = {row.id: row for row, _ in turns}
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIM,
            {
                "now": now, "until": now + LEASE, "ids": list(subscriptions), "slots": [slots for _, slots in turns],
                "kinds": [row.kind for row, _ in turns],
                "probes": [row.state == SubscriptionState.PAUSED for row, _ in turns],
            },
        )  # fmt: skip
        rows = cursor.fetchall()
    return [
        Claim(
            delivery=delivery, lease=lease, subscription=subscription, url=subscriptions[subscription].url,
            event_type=event_type, message=f"msg_{message.hex}", body=bytes(body),
            sealed=tuple(map(bytes, subscriptions[subscription].sealed)), attempts=attempts, counted=counted,
            probe=probe, replayed=replayed,
        )
        for delivery, lease, subscription, event_type, message, body, attempts, counted, probe, replayed in rows
    ]  # fmt: skip
