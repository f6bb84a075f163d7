"""Retries with backoff, and the circuit breaker of a subscription. Pure: no database."""

from __future__ import annotations

import datetime as dt
import random

from relations.codes import DisabledReason, EventType, SubscriptionState
from relations.models import Subscription

SCHEDULE = tuple(
    dt.timedelta(seconds=seconds)
    for seconds in (5, 60, 300, 1800, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
)
"""Backoff after the first, second, … failed attempt; after the last one the delivery is exhausted."""
SPREAD = 0.2
"""Jitter: each wait is up to this much longer or shorter, so that failures do not come back all at once."""
FAILURES = 5
"""Failures in a row after which a subscription pauses."""
FIRST_PAUSE, LONGEST_PAUSE = dt.timedelta(seconds=30), dt.timedelta(hours=1)
PATIENCE = dt.timedelta(days=5)
"""Time without a success after which a failing subscription is disabled."""


def wait_after(attempts: int) -> dt.timedelta | None:
    """Backoff after failed attempt number `attempts`, None after the last one."""
    if attempts > len(SCHEDULE):
        return None
    return SCHEDULE[max(attempts, 1) - 1] * random.uniform(1 - SPREAD, 1 + SPREAD)  # noqa: S311  # spreads, hides nothing


def succeed(row: Subscription, *, at: dt.datetime, ping: bool, replayed: bool) -> bool:
    """Records a success. Returns True if the subscription becomes enabled, so that waiting deliveries go at once."""
    if not replayed:
        row.delivered += 1
        row.last_success_at = at
    if row.state == SubscriptionState.DISABLED or (row.state == SubscriptionState.PENDING and not ping):
        return False
    recovers = row.state != SubscriptionState.ENABLED
    if row.state == SubscriptionState.PENDING:
        row.verified_at = at
    if recovers:
        _enter(row, SubscriptionState.ENABLED, at)
    if recovers or not replayed:
        row.failures, row.pauses, row.failing_since = 0, 0, None
    return recovers


def fail(
    row: Subscription, *, at: dt.datetime, gone: bool, probe: bool, replayed: bool, retry_after: dt.timedelta | None
) -> EventType | None:  # fmt: skip
    """Records a failure. Returns the notice to send to the owner, if any. `gone` is the status 410."""
    if not replayed:
        row.failed += 1
        row.failures += 1
        row.last_failure_at = at
        row.failing_since = row.failing_since or at
    if row.state == SubscriptionState.DISABLED:
        return None
    if gone:
        return disable(row, DisabledReason.GONE, at=at)
    if row.state == SubscriptionState.PENDING or (replayed and not probe):
        return None
    if row.failing_since is not None and at - row.failing_since >= PATIENCE:
        return disable(row, DisabledReason.NO_SUCCESS, at=at)
    if row.state == SubscriptionState.PAUSED and probe:
        _pause(row, at, retry_after)
    elif row.state == SubscriptionState.ENABLED and row.failures >= FAILURES:
        _pause(row, at, retry_after)
        return EventType.FAILING
    return None


def disable(row: Subscription, reason: DisabledReason, *, at: dt.datetime) -> EventType:
    _enter(row, SubscriptionState.DISABLED, at)
    row.disabled_reason = reason
    return EventType.DISABLED


def require_ping(row: Subscription, *, at: dt.datetime) -> None:
    """Sends nothing else to the URL until it answers a ping."""
    _enter(row, SubscriptionState.PENDING, at)
    row.failures, row.pauses, row.failing_since = 0, 0, None


def _pause(row: Subscription, at: dt.datetime, retry_after: dt.timedelta | None) -> None:
    pause = min(FIRST_PAUSE * 2 ** min(row.pauses, 20), LONGEST_PAUSE)
    if row.state != SubscriptionState.PAUSED:
        _enter(row, SubscriptionState.PAUSED, at)
    row.pauses += 1
    row.paused_until = at + max(pause, retry_after or pause)


def _enter(row: Subscription, state: SubscriptionState, at: dt.datetime) -> None:
    row.state, row.state_since = state, at
    row.disabled_reason, row.paused_until = "", None
    row.mail_due_at = at
