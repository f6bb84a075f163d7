"""Commands of owners on their subscriptions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db import transaction

from relations.codes import DisabledReason, EventType, SubscriptionState
from relations.delivery import breaker
from relations.delivery.custom_headers import parse_headers, seal_headers
from relations.delivery.outcomes import enqueue_ping, note_missed
from relations.delivery.secrets import add_secret
from relations.delivery.signing import Secret
from relations.delivery.subscription_filters import parse_filters
from relations.errors import Conflict, Invalid, Refused, SomeRefused
from relations.ledger.locks import lock_log
from relations.ledger.refusals import field_errors
from relations.models import Attempt, Delivery, Selector, Subscription
from relations.models.webhooks import RECEIVING
from relations.net.guard import Rules, endpoint
from relations.outbox import enqueueing, examples
from relations.outbox.matching import Interest
from relations.queries.change_log import last_entries

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MOST = 50
"""Subscriptions of one owner."""
_PLAIN = ("description", "include", "ordered", "rate_per_minute")
_DERIVED = ("destination", "created_at", "state_since")


@transaction.atomic
def create(owner: User, values: Mapping[str, Any]) -> tuple[Subscription, Secret]:
    """Makes a subscription and sends the ping that enables it. Nothing shows the secret again.

    `values`: `url`, and any of `description`, `event_types` (default: all), `countries`, `pairs`, `tracks`,
    `directions`, `transitions`, `include`, `ordered`, `rate_per_minute`, `headers`.
    Raises `SomeRefused` with every error.
    """
    # Locks the owner, so that concurrent requests count right.
    get_user_model().objects.select_for_update(no_key=True).get(pk=owner.pk)
    if Subscription.objects.of(owner.pk).count() >= MOST:
        raise Conflict(why=f"One owner has at most {MOST} subscriptions.")
    now = dt.datetime.now(dt.UTC)
    row = Subscription(owner=owner, created_at=now, state_since=now)
    _assign(row, {"event_types": ["*"]} | dict(values))
    row.save()
    _select(row)
    secret = add_secret(row, now=now)
    enqueue_ping(row, now=now)
    return row, secret


@transaction.atomic
def change(subscription: Subscription, values: Mapping[str, Any]) -> Subscription:
    """Changes the named values. A new URL has to answer a ping; its deliveries wait until then.

    Waiting deliveries stay, even if the new filters exclude them. Raises `SomeRefused`.
    """
    row, now = Subscription.objects.locked(subscription.pk), dt.datetime.now(dt.UTC)
    url = row.url
    _assign(row, values)
    moved = row.url != url and row.state != SubscriptionState.DISABLED
    if moved:
        breaker.require_ping(row, at=now)
    row.save()
    row.selectors.all().delete()
    _select(row)
    if moved:
        enqueue_ping(row, now=now)
    return row


@transaction.atomic
def delete(subscription: Subscription) -> None:
    """Deletes a subscription with its secrets, deliveries and attempts. A response that arrives later is dropped."""
    row = Subscription.objects.select_for_update().filter(pk=subscription.pk).first()
    if row is None:
        return
    deliveries = Delivery.objects.filter(subscription=row)
    Attempt.objects.filter(delivery__in=deliveries).delete()
    deliveries.update(replay_of=None)
    deliveries.delete()
    row.delete()


@transaction.atomic
def enable(subscription: Subscription) -> Subscription:
    """Sends the ping that enables a subscription. The outbox fills from now on if it was ever enabled before.

    `replay_missed` sends what it missed while disabled. A paused subscription is tried at once.
    """
    # Commands under way have read that it is disabled: with this lock there are none.
    lock_log()
    row, now = Subscription.objects.locked(subscription.pk), dt.datetime.now(dt.UTC)
    if row.state == SubscriptionState.PAUSED:
        row.paused_until = now
        enqueueing.wake()
    elif row.state != SubscriptionState.ENABLED:
        if row.state == SubscriptionState.DISABLED:
            breaker.require_ping(row, at=now)
        enqueue_ping(row, now=now)
    row.save()
    return row


@transaction.atomic
def disable(subscription: Subscription) -> Subscription:
    """Stops enqueueing and sending. Waiting deliveries stay."""
    row = Subscription.objects.locked(subscription.pk)
    if row.state != SubscriptionState.DISABLED:
        note_missed(row)
        breaker.disable(row, DisabledReason.OWNER, at=dt.datetime.now(dt.UTC))
        row.save()
    return row


@transaction.atomic
def ping(subscription: Subscription) -> Delivery:
    """Sends a `webhook.ping`, or the waiting one at once. Raises `Conflict` if the subscription is disabled."""
    row = Subscription.objects.locked(subscription.pk)
    if row.state == SubscriptionState.DISABLED:
        raise Conflict(why="The subscription is disabled; enable it, and it is pinged.")
    return enqueue_ping(row, now=dt.datetime.now(dt.UTC))


@transaction.atomic
def send_test(subscription: Subscription, type_: EventType) -> Delivery:
    """Sends an example of a type, marked as a test, once; or the waiting one. A `webhook.ping` is an ordinary ping.

    Raises `Conflict` unless the URL has answered its ping.
    """
    if type_ == EventType.PING:
        return ping(subscription)
    row, now = Subscription.objects.locked(subscription.pk), dt.datetime.now(dt.UTC)
    if row.state not in RECEIVING:
        raise Conflict(why="Nothing but a ping is sent before the URL has answered one: enable the subscription.")
    body = examples.test_body(type_, row, now=now)
    enqueueing.insert([enqueueing.Row(subscription=row.pk, type=type_, body=body, at=now, test=True)])
    enqueueing.wake()
    return Delivery.objects.outstanding().get(subscription=row, event_type=type_, test=True)


def would_match(values: Mapping[str, Any], *, last: int = 100) -> list[enqueueing.Match]:
    """Dry run: which of the last log entries pass the filters, the newest first."""
    filters, errors = parse_filters({"event_types": ["*"]} | dict(values))
    if errors:
        raise SomeRefused({0: list(errors)})
    dry = Subscription(**filters)
    return [match for match in enqueueing.matches(last_entries(last), only=dry) if match.subscriptions]


def _assign(row: Subscription, values: Mapping[str, Any]) -> None:
    """Validates the values and assigns them. Raises `SomeRefused` with every error."""
    filters, refusals = parse_filters(values)
    errors: list[Refused] = list(refusals)
    plain = {name: values[name] for name in _PLAIN if name in values}
    for name, value in (plain | filters).items():
        setattr(row, name, value)
    if "url" in values or not row.url:
        try:
            place = endpoint(str(values.get("url") or ""), Rules.of_the_operator())
            if row.header_names and row.destination != place.destination and "headers" not in values:
                why = "Name the headers again, or {}: those set for the old host are not sent to another."
                errors.append(Invalid(field="headers", why=why))
            row.url, row.destination = place.url, place.destination
        except Refused as refusal:
            errors.append(refusal)
    if "headers" in values:
        try:
            headers = parse_headers(values["headers"])
            row.header_names, row.sealed_headers = sorted(headers), seal_headers(headers)
        except Refused as refusal:
            errors.append(refusal)
    refused = {refusal.field.partition("/")[0] for refusal in errors}
    errors += [error for error in field_errors(row, exclude=_DERIVED) if error.field not in refused]
    if not errors and (interest := Interest(row)).types and not interest.words:
        why = "No change meets these filters: the tracks are of other events."
        errors.append(Invalid(field="event_types", why=why))
    if errors:
        raise SomeRefused({0: errors})


def _select(row: Subscription) -> None:
    Selector.objects.bulk_create(Selector(key=key, subscription=row) for key in Interest(row).words)
