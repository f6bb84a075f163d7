"""What the outcome of an attempt does to a delivery and to its subscription. No database."""

from __future__ import annotations

import datetime as dt
import random

from relations.codes import DisabledReason, EventType, SubscriptionState
from relations.models import Subscription

SCHEDULE = tuple(
    dt.timedelta(seconds=seconds)
    for seconds in (5, 60, 300, 1800, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
)
"""How long after its first, second, … failed attempt a delivery is tried again; after the last one it is exhausted."""
SPREAD = 0.2
"""Each wait is up to this much longer or shorter, so that what failed together does not come back together."""
FAILURES = 5
"""In a row, and a subscription pauses."""
FIRST_PAUSE, LONGEST_PAUSE = dt.timedelta(seconds=30), dt.timedelta(hours=1)
PATIENCE = dt.timedelta(days=5)
"""Without a success, and a failing subscription is disabled."""


def wait_after(attempts: int) -> dt.timedelta | None:
    """How long to wait after attempt number `attempts` has failed; None: it was the last."""
    if attempts > len(SCHEDULE):
        return None
    return SCHEDULE[max(attempts, 1) - 1] * random.uniform(1 - SPREAD, 1 + SPREAD)  # noqa: S311  # spreads, hides nothing


def succeed(row: Subscription, *, at: dt.datetime, ping: bool, replayed: bool) -> bool:
    """Returns whether what waits may go at once: the receiver is back, or has shown that it is the owner's."""
    if not replayed:
        row.delivered += 1
        row.last_success_at = at
    if row.state == SubscriptionState.DISABLED:
        return False
    back = row.state != SubscriptionState.ENABLED
    if row.state == SubscriptionState.PENDING:
        if not ping:
            return False
        row.verified_at = at
    if back:
        _turn(row, SubscriptionState.ENABLED, at)
    if back or not replayed:
        row.failures, row.pauses, row.failing_since = 0, 0, None
    return back


def fail(
    row: Subscription, *, at: dt.datetime, gone: bool, probe: bool, replayed: bool, retry_after: dt.timedelta | None
) -> EventType | None:  # fmt: skip
    """Returns what the owner is to be told, if anything. `gone` is the answer 410."""
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
    _turn(row, SubscriptionState.DISABLED, at)
    row.disabled_reason = reason
    return EventType.DISABLED


def pend(row: Subscription, *, at: dt.datetime) -> None:
    """From now on the URL has to answer a ping before anything else is sent to it."""
    _turn(row, SubscriptionState.PENDING, at)
    row.failures, row.pauses, row.failing_since = 0, 0, None


def _pause(row: Subscription, at: dt.datetime, retry_after: dt.timedelta | None) -> None:
    pause = min(FIRST_PAUSE * 2 ** min(row.pauses, 20), LONGEST_PAUSE)
    if row.state != SubscriptionState.PAUSED:
        _turn(row, SubscriptionState.PAUSED, at)
    row.pauses += 1
    row.paused_until = at + max(pause, retry_after or pause)


def _turn(row: Subscription, state: SubscriptionState, at: dt.datetime) -> None:
    row.state, row.state_since = state, at
    row.disabled_reason, row.paused_until = "", None
