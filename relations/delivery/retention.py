"""What is forgotten in time: finished deliveries, retired secrets, pings that nobody answered."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from relations.codes import DisabledReason, SubscriptionState
from relations.delivery import breaker
from relations.delivery.outcomes import tell_owners
from relations.ledger.locks import AdvisoryLock
from relations.models import Attempt, Delivery, Replay, SigningSecret, Subscription
from relations.queries.change_log import last_sequence

_BATCH = 1000


@transaction.atomic
def tidy(*, now: dt.datetime) -> int:
    """Deletes up to 1,000 deliveries that are past their age, with their log; returns how many. Does nothing while
    another worker is at it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [AdvisoryLock.HOUSEKEEPING])
        if cursor.fetchone() != (True,):
            return 0
    SigningSecret.objects.filter(retires_at__lte=now).delete()
    _give_up_on_the_unanswered(now)
    cutoff = now - dt.timedelta(days=settings.WEBHOOK_KEEP_DAYS)
    Replay.objects.filter(finished_at__lt=cutoff).delete()
    return _forget(cutoff)


def _forget(cutoff: dt.datetime) -> int:
    """What is held for a disabled subscription goes with age as well: nobody may ever come for it.

    Subscriptions at which somebody else is are left for the next time: who deletes one locks the same rows.
    """
    held = Q(finished_at__isnull=True, created_at__lt=cutoff, subscription__state=SubscriptionState.DISABLED)
    found = Delivery.objects.filter(Q(finished_at__lt=cutoff) | held).values_list("pk", "subscription")[:_BATCH]
    rows = Subscription.objects.filter(pk__in={subscription for _, subscription in found}).order_by("pk")
    free = set(rows.select_for_update(no_key=True, skip_locked=True).values_list("pk", flat=True))
    old = [delivery for delivery, subscription in found if subscription in free]
    Attempt.objects.filter(delivery__in=old).delete()
    Delivery.objects.filter(replay_of__in=old).update(replay_of=None)
    Delivery.objects.filter(pk__in=old).delete()
    return len(old)


def _give_up_on_the_unanswered(now: dt.datetime) -> None:
    unanswered = Subscription.objects.filter(
        state=SubscriptionState.PENDING, state_since__lt=now - breaker.PATIENCE
    )  # fmt: skip
    for row in unanswered.order_by("pk").select_for_update(no_key=True, skip_locked=True):
        event = breaker.disable(row, DisabledReason.PING_UNANSWERED, at=now)
        row.missed_from = last_sequence() if row.verified_at else None
        row.save(update_fields=("state", "state_since", "disabled_reason", "paused_until", "missed_from"))
        tell_owners([(event, row)], now=now)
