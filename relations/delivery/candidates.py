"""Subscriptions with due deliveries, locked for a claim, the least recently served first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db import connection

from relations.codes import SubscriptionState
from relations.delivery import pacing
from relations.queries.advisory_locks import AdvisoryLock

OF_A_SUBSCRIPTION = 4
"""Concurrent requests to one subscription."""
OF_A_DESTINATION = 8
"""Concurrent requests to one host and port, over all subscriptions."""

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
                    WHEN 'enabled' THEN {is_due} AND EXISTS (
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
    RETURNING s.id, s.url, s.destination, s.state, s.ordered, s.rate_per_minute, s.paced_until, s.sealed_headers,
        locked.place,
        pg_try_advisory_xact_lock(%(destinations)s, hashtext(s.destination)),
        ARRAY(SELECT k.sealed FROM relations_signingsecret k
              WHERE k.subscription_id = s.id AND (k.retires_at IS NULL OR k.retires_at > %(now)s) ORDER BY k.id DESC)
"""
"""Finds each subscription with pending deliveries by one index step, however many there are. NO KEY: a command that
enqueues a delivery refers to the subscription, and neither has to wait for the other. `served_at` changes for all of
them, so that those without a ready delivery do not stay first in the queue. The last lock is on host and port: two
workers at one destination would count the same requests, and both add theirs."""


class Candidate(NamedTuple):
    """A locked subscription. `free`: no other worker claims for its destination at this moment."""

    id: int
    url: str
    destination: str
    state: str
    ordered: bool
    rate: int | None
    paced_until: dt.datetime | None
    sealed_headers: bytes | None
    place: int
    free: bool
    sealed: Sequence[bytes]

    @property
    def kind(self) -> str:
        """Selection of its deliveries."""
        if self.state == SubscriptionState.PENDING:
            return "ping"
        return "ordered" if self.ordered else "free"

    @property
    def most(self) -> int:
        """Limit of concurrent requests: one until the receiver is known to answer."""
        return OF_A_SUBSCRIPTION if self.state == SubscriptionState.ENABLED else 1

    def allowed(self, now: dt.datetime) -> int:
        if self.rate is None or self.state != SubscriptionState.ENABLED:
            return OF_A_SUBSCRIPTION
        return pacing.allowed(self.rate, paced_until=self.paced_until, now=now)


def lock_candidates(*, limit: int, now: dt.datetime) -> list[Candidate]:
    """Locks subscriptions with due deliveries, the least recently served first."""
    query = _LOCK.format(is_due=pacing.IS_DUE, users=connection.ops.quote_name(get_user_model()._meta.db_table))
    values: dict[str, Any] = {
        "now": now, "own": OF_A_SUBSCRIPTION, "there": OF_A_DESTINATION, "limit": limit,
        "destinations": AdvisoryLock.DESTINATION,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return sorted((Candidate(*row) for row in cursor.fetchall()), key=lambda row: row.place)
