"""Sending again: one delivery, or what a span of the log held for a subscription. Replays leave its health alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import transaction

from relations.codes import DeliveryState
from relations.errors import Conflict, Invalid
from relations.models import Delivery, Replay, Subscription
from relations.models.deliveries import OUTSTANDING
from relations.outbox import enqueueing
from relations.outbox.matching import types_of
from relations.queries.change_log import LogEntry, entries_between, last_sequence

_BATCH = 500


@transaction.atomic
def redeliver(delivery: Delivery) -> Delivery:
    """Queues the same bytes under the same id once more, and returns what waits; what waits already is left as it is.

    Raises `Conflict` for pings and notices: they told of a moment that has passed.
    """
    if delivery.line is None:
        raise Conflict(why="A ping or a notice is not sent again; ping the subscription instead.")
    Subscription.objects.select_for_update(no_key=True).get(pk=delivery.subscription_id)
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
    """Asks for the lines behind `after` up to `until` (None: the last) once more; the workers queue them.

    Of these go those that the subscription's filters let through now, narrowed by types and pairs; `undelivered`
    leaves out what arrived. Raises `Invalid` for a span that ends before it begins and for a type that means nothing.
    """
    for pattern in event_types:
        if not types_of(pattern):
            raise Invalid(field="event_types", why=f"{pattern!r} names no event.")
    until = last_sequence() if until is None else min(until, last_sequence())
    if after < 0:
        raise Invalid(field="after", why="The number of a line is not negative.")
    wish = Replay(
        subscription=subscription, after=after, until=max(after, until), reached=after,
        event_types=list(event_types), pairs=list(pairs), undelivered=undelivered,
        requested_at=dt.datetime.now(dt.UTC),
    )  # fmt: skip
    wish.save()
    enqueueing.wake()
    return wish


def replay_missed(subscription: Subscription) -> Replay:
    """Asks for what was not put by while the subscription was disabled. Raises `Conflict` where it never was."""
    if subscription.missed_from is None:
        raise Conflict(why="Nothing was missed: the subscription was not disabled.")
    wish = replay(subscription, after=subscription.missed_from, undelivered=True)
    Subscription.objects.filter(pk=subscription.pk).update(missed_from=None)
    subscription.missed_from = None
    return wish


@transaction.atomic
def advance_replays(*, now: dt.datetime) -> bool:
    """Queues the next lines of one replay that nobody else is at; returns whether there was any.

    Every other act locks a subscription before what belongs to it. Here the replay is found first, so nothing is
    waited for.
    """
    under_way = Replay.objects.filter(finished_at__isnull=True).order_by("pk").select_related("subscription")
    wish = under_way.select_for_update(skip_locked=True, no_key=True, of=("self", "subscription")).first()
    if wish is None:
        return False
    row = wish.subscription
    lines = entries_between(wish.reached, wish.until, most=_BATCH)
    wish.queued += enqueueing.insert(_wanted(wish, row, lines, now)) if lines else 0
    wish.reached = lines[-1].pk if lines else wish.until
    if len(lines) < _BATCH:
        wish.reached, wish.finished_at = wish.until, now
    wish.save(update_fields=("queued", "reached", "finished_at"))
    enqueueing.wake()
    return True


def _wanted(wish: Replay, row: Subscription, lines: Sequence[LogEntry], now: dt.datetime) -> list[enqueueing.Row]:
    types = {type_ for pattern in wish.event_types for type_ in types_of(pattern)}
    found = [
        match
        for match in enqueueing.matches(lines, only=row)
        if match.subscriptions
        and (not types or match.event.type in types)
        and (not wish.pairs or any(pair in wish.pairs for pair, _ in match.event.tracks))
    ]
    before = _before(row, [match.entry.pk for match in found])
    never = [match for match in found if match.entry.pk not in before]
    rows = [*enqueueing.rows_of(never, replayed=True)]
    for sent in before.values():
        arrived = any(delivery.state == DeliveryState.DELIVERED for delivery in sent)
        waits = any(delivery.state in OUTSTANDING for delivery in sent)
        if not waits and not (arrived and wish.undelivered):
            rows.append(_again(sent[0], now))
    return sorted(rows, key=lambda row: row.line or 0)


def _before(row: Subscription, lines: Iterable[int]) -> dict[int, list[Delivery]]:
    """What the subscription was sent of each line, the first first."""
    found: dict[int, list[Delivery]] = {}
    for delivery in Delivery.objects.filter(subscription=row, line__in=list(lines)).order_by("id"):
        found.setdefault(delivery.line, []).append(delivery)
    return found


def _again(delivery: Delivery, now: dt.datetime) -> enqueueing.Row:
    return enqueueing.Row(
        subscription=delivery.subscription_id, type=delivery.event_type, body=bytes(delivery.body), at=now,
        change=delivery.change_id, list_change=delivery.list_change_id, pair=delivery.pair,
        message=str(delivery.message), replayed=True, replay_of=delivery.replay_of_id or delivery.pk,
    )  # fmt: skip
