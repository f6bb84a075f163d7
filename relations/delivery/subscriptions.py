"""What owners do with their subscriptions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db import transaction

from relations.codes import DisabledReason, Include, SubscriptionState
from relations.delivery import breaker, subscription_filters
from relations.delivery.outcomes import hold_ping
from relations.delivery.secrets import add_secret
from relations.delivery.signing import Secret
from relations.errors import Conflict, Invalid, Refused, SomeRefused
from relations.ledger.locks import lock_log
from relations.ledger.validation import field_errors
from relations.models import Attempt, Delivery, Selector, Subscription
from relations.net.guard import Rules, endpoint
from relations.outbox import enqueueing
from relations.outbox.matching import Interest
from relations.queries.change_log import last_entries, last_sequence

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MOST = 50
"""Subscriptions of one owner."""
_WRITTEN = ("description", "url", "include", "ordered", *subscription_filters.CLEANED)
_DERIVED = ("destination", "created_at", "state_since")


@transaction.atomic
def create(owner: User, values: Mapping[str, Any]) -> tuple[Subscription, Secret]:
    """Makes a subscription and sends the ping that enables it; the secret is told this once.

    `values`: `url`, and any of `description`, `event_types` (all unless told), `countries`, `pairs`, `tracks`,
    `directions`, `transitions`, `include`, `ordered`. Raises `SomeRefused` with everything that is wrong.
    """
    # One request of an owner after the other, so that they count right.
    get_user_model().objects.select_for_update(no_key=True).get(pk=owner.pk)
    if Subscription.objects.of(owner.pk).count() >= MOST:
        raise Conflict(why=f"One owner has at most {MOST} subscriptions.")
    now = dt.datetime.now(dt.UTC)
    row = Subscription(owner=owner, created_at=now, state_since=now)
    _write(row, {"event_types": ["*"]} | dict(values))
    row.save()
    _select(row)
    secret = add_secret(row, now=now)
    hold_ping(row, now=now)
    return row, secret


@transaction.atomic
def change(subscription: Subscription, values: Mapping[str, Any]) -> Subscription:
    """Changes what is named and keeps the rest. A new URL has to answer a ping; until then its deliveries are held.

    What waits keeps its bytes, though the filters would not let it through any more. Raises `SomeRefused`.
    """
    row = _locked(subscription)
    url = row.url
    _write(row, values)
    if row.url != url and row.state != SubscriptionState.DISABLED:
        breaker.pend(row, at=dt.datetime.now(dt.UTC))
    row.save()
    row.selectors.all().delete()
    _select(row)
    if row.url != url and row.state != SubscriptionState.DISABLED:
        hold_ping(row, now=dt.datetime.now(dt.UTC))
    return row


@transaction.atomic
def delete(subscription: Subscription) -> None:
    """Deletes it with its secrets, its deliveries and their log. An answer that is still on its way finds nothing."""
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
    """Sends the ping that enables it; from now on changes are put by again, if it was ever enabled.

    What was not put by while it was disabled is sent by `replay_missed`. A paused one is tried at once.
    """
    # Acts that are under way have read that it is disabled: behind this lock there is none.
    lock_log()
    row, now = _locked(subscription), dt.datetime.now(dt.UTC)
    if row.state == SubscriptionState.PAUSED:
        row.paused_until = now
        enqueueing.wake()
    elif row.state != SubscriptionState.ENABLED:
        if row.state == SubscriptionState.DISABLED:
            breaker.pend(row, at=now)
        hold_ping(row, now=now)
    row.save()
    return row


@transaction.atomic
def disable(subscription: Subscription) -> Subscription:
    """Nothing more is put by or sent; what waits is held."""
    row = _locked(subscription)
    if row.state != SubscriptionState.DISABLED:
        # Before its URL ever answered there was nothing to miss.
        row.missed_from = last_sequence() if row.verified_at and row.missed_from is None else row.missed_from
        breaker.disable(row, DisabledReason.OWNER, at=dt.datetime.now(dt.UTC))
        row.save()
    return row


@transaction.atomic
def ping(subscription: Subscription) -> Delivery:
    """Sends a `webhook.ping`, or the one that waits at once. Raises `Conflict` where the subscription is disabled."""
    row = _locked(subscription)
    if row.state == SubscriptionState.DISABLED:
        raise Conflict(why="The subscription is disabled; enable it, and it is pinged.")
    return hold_ping(row, now=dt.datetime.now(dt.UTC))


def would_match(values: Mapping[str, Any], *, last: int = 100) -> list[enqueueing.Match]:
    """A dry run: which of the last lines of the logs the filters let through, the newest first. Writes nothing."""
    found, wrong = subscription_filters.cleaned({"event_types": ["*"]} | dict(values))
    if wrong:
        raise SomeRefused({0: list(wrong)})
    dry = Subscription(**found)
    return [match for match in enqueueing.matches(last_entries(last), only=dry) if match.subscriptions]


def _locked(subscription: Subscription) -> Subscription:
    return Subscription.objects.select_for_update(no_key=True).get(pk=subscription.pk)


def _write(row: Subscription, values: Mapping[str, Any]) -> None:
    found, refused = subscription_filters.cleaned(values)
    wrong: list[Refused] = list(refused)
    wrong += [Invalid(field=name, why="A subscription has no such field.") for name in values if name not in _WRITTEN]
    for name in ("description", "include", "ordered"):
        if name in values:
            setattr(row, name, values[name])
    for name, clean in found.items():
        setattr(row, name, clean)
    if "url" in values or not row.url:
        try:
            place = endpoint(str(values.get("url") or ""), Rules.of_the_operator())
            row.url, row.destination = place.url, place.destination
        except Refused as refusal:
            wrong.append(refusal)
    told = {refusal.field for refusal in wrong}
    wrong += [other for other in field_errors(row, exclude=_DERIVED) if other.field not in told]
    if not wrong and (interest := Interest.of(row)).types and not interest.words:
        wrong.append(Invalid(field="event_types", why="No change meets these filters: the tracks are of other events."))
    if not wrong and row.include not in Include.values:
        wrong.append(Invalid(field="include", why=f"It is one of {', '.join(Include.values)}."))
    if wrong:
        raise SomeRefused({0: wrong})


def _select(row: Subscription) -> None:
    Selector.objects.bulk_create(Selector(words=word, subscription=row) for word in Interest.of(row).words)
