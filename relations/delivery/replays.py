"""Replays: one delivery, or the deliveries of a span of the log. They leave the health of the subscription alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import transaction

from relations.codes import DeliveryState, SubscriptionState
from relations.errors import BeyondTheLog, Conflict, Invalid
from relations.models import Delivery, Replay, Subscription
from relations.models.deliveries import OUTSTANDING
from relations.outbox import enqueueing
from relations.outbox.matching import types_of
from relations.queries.change_log import LogEntry, entries_between, last_sequence

_BATCH = 500


@transaction.atomic
def redeliver(delivery: Delivery) -> Delivery:
    """Enqueues the same bytes under the same id, unless they are waiting already. Returns the waiting delivery.

    Raises `Conflict` for pings and notices, which are about a past moment.
    """
    if delivery.line is None:
        raise Conflict(why="A ping or a notice is not sent again; ping the subscription instead.")
    Subscription.objects.locked(delivery.subscription_id)
    waiting = Delivery.objects.outstanding().filter(subscription=delivery.subscription_id, line=delivery.line)
    if not waiting.exists():
        enqueueing.insert([_again(delivery, dt.datetime.now(dt.UTC))])
        enqueueing.wake()
    return waiting.get()


@transaction.atomic
def replay(
    subscription: Subscription, *, after: int, until: int | None = None, event_types: Sequence[str] = (),
    pairs: Sequence[str] = (), undelivered: bool = False,
) -> Replay:  # fmt: skip
    """Requests a replay of the log entries after `after` up to `until` (None: the last); the workers enqueue it.

    Entries have to pass the subscription's present filters, the types and the pairs; `undelivered` leaves out entries
    that arrived before. Raises `Invalid` for an unknown type, `BeyondTheLog` for a position
    that the log has not reached.
    """
    for pattern in event_types:
        if not types_of(pattern):
            raise Invalid(field="event_types", why=f"{pattern!r} names no event.")
    end = last_sequence()
    if after > end:
        raise BeyondTheLog(position=after, end=end)
    until = end if until is None else min(until, end)
    row = Replay(
        subscription=subscription, after=after, until=max(after, until), reached=after,
        event_types=list(event_types), pairs=list(pairs), undelivered=undelivered,
        requested_at=dt.datetime.now(dt.UTC),
    )  # fmt: skip
    row.save()
    enqueueing.wake()
    return row


@transaction.atomic
def replay_missed(subscription: Subscription) -> Replay:
    """Requests the log entries since the subscription was disabled. Raises `Conflict` if it never was.

    While it still is, it goes on missing what follows them.
    """
    row = Subscription.objects.locked(subscription.pk)
    if row.missed_from is None:
        raise Conflict(why="Nothing was missed: the subscription was not disabled.")
    requested = replay(row, after=row.missed_from, undelivered=True)
    row.missed_from = requested.until if row.state == SubscriptionState.DISABLED else None
    row.save(update_fields=("missed_from",))
    return requested


@transaction.atomic
def advance_replays(*, now: dt.datetime) -> bool:
    """Enqueues the next batch of one replay that no other worker has locked; returns False if there is none.

    Every other command locks a subscription before its rows. This one finds the replay first, so it skips locked rows
    to avoid a deadlock.
    """
    unfinished = Replay.objects.filter(finished_at__isnull=True).order_by("pk").select_related("subscription")
    row = unfinished.select_for_update(skip_locked=True, no_key=True, of=("self", "subscription")).first()
    if row is None:
        return False
    entries = entries_between(row.reached, row.until, most=_BATCH)
    row.queued += enqueueing.insert(_deliveries(row, entries, now)) if entries else 0
    row.reached = entries[-1].pk if entries else row.until
    if len(entries) < _BATCH:
        row.reached, row.finished_at = row.until, now
    row.save(update_fields=("queued", "reached", "finished_at"))
    enqueueing.wake()
    return True


def _deliveries(replay: Replay, entries: Sequence[LogEntry], now: dt.datetime) -> list[enqueueing.Row]:
    types = {type_ for pattern in replay.event_types for type_ in types_of(pattern)}
    matches = [
        match
        for match in enqueueing.matches(entries, only=replay.subscription)
        if match.subscriptions
        and (not types or match.event.type in types)
        and (not replay.pairs or any(pair in replay.pairs for pair, _ in match.event.tracks))
    ]
    earlier = _earlier_deliveries(replay.subscription, [match.entry.pk for match in matches])
    never_sent = [match for match in matches if match.entry.pk not in earlier]
    rows = [*enqueueing.rows_of(never_sent, replayed=True)]
    for deliveries in earlier.values():
        arrived = any(delivery.state == DeliveryState.DELIVERED for delivery in deliveries)
        waits = any(delivery.state in OUTSTANDING for delivery in deliveries)
        if not waits and not (arrived and replay.undelivered):
            rows.append(_again(deliveries[0], now))
    return sorted(rows, key=lambda row: row.line or 0)


def _earlier_deliveries(subscription: Subscription, entries: Iterable[int]) -> dict[int, list[Delivery]]:
    """Deliveries of the subscription by log entry, the first one first."""
    rows: dict[int, list[Delivery]] = {}
    for delivery in Delivery.objects.filter(subscription=subscription, line__in=list(entries)).order_by("id"):
        rows.setdefault(delivery.line, []).append(delivery)
    return rows


def _again(delivery: Delivery, now: dt.datetime) -> enqueueing.Row:
    return enqueueing.Row(
        subscription=delivery.subscription_id, type=delivery.event_type, body=bytes(delivery.body), at=now,
        change=delivery.change_id, list_change=delivery.list_change_id, pair=delivery.pair,
        message=str(delivery.message), replayed=True, replay_of=delivery.replay_of_id or delivery.pk,
    )  # fmt: skip
