"""Retention: old deliveries, retired secrets, unanswered pings."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from relations.codes import DisabledReason, SubscriptionState
from relations.delivery import breaker
from relations.delivery.outcomes import note_missed, notify_owners
from relations.models import Attempt, Delivery, Replay, SigningSecret, Subscription
from relations.queries.advisory_locks import AdvisoryLock

_BATCH = 1000


@transaction.atomic
def purge(*, now: dt.datetime) -> int:
    """Deletes up to 1,000 expired deliveries with their attempts; returns their number, 0 if another worker does it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [AdvisoryLock.HOUSEKEEPING])
        if cursor.fetchone() != (True,):
            return 0
    SigningSecret.objects.filter(retires_at__lte=now).delete()
    _disable_unanswered(now)
    cutoff = now - dt.timedelta(days=settings.WEBHOOK_KEEP_DAYS)
    Replay.objects.filter(finished_at__lt=cutoff).delete()
    return _delete_deliveries(cutoff)


def _delete_deliveries(cutoff: dt.datetime) -> int:
    """Deletes finished deliveries, and those that wait for a disabled subscription, which may never be enabled again.

    Subscriptions locked by others are left for the next time: deleting one locks the same rows.
    """
    waiting = Q(finished_at__isnull=True, created_at__lt=cutoff, subscription__state=SubscriptionState.DISABLED)
    expired = Delivery.objects.filter(Q(finished_at__lt=cutoff) | waiting).values_list("pk", "subscription")[:_BATCH]
    rows = Subscription.objects.filter(pk__in={subscription for _, subscription in expired}).order_by("pk")
    locked = set(rows.select_for_update(no_key=True, skip_locked=True).values_list("pk", flat=True))
    old = [delivery for delivery, subscription in expired if subscription in locked]
    Attempt.objects.filter(delivery__in=old).delete()
    Delivery.objects.filter(replay_of__in=old).update(replay_of=None)
    Delivery.objects.filter(pk__in=old).delete()
    return len(old)


def _disable_unanswered(now: dt.datetime) -> None:
    unanswered = Subscription.objects.filter(state=SubscriptionState.PENDING, state_since__lt=now - breaker.PATIENCE)
    for row in unanswered.order_by("pk").select_for_update(no_key=True, skip_locked=True):
        event = breaker.disable(row, DisabledReason.PING_UNANSWERED, at=now)
        note_missed(row)
        row.save(
            update_fields=("state", "state_since", "disabled_reason", "paused_until", "missed_from", "mail_due_at")
        )
        notify_owners([(event, row)], now=now)
