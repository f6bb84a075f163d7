"""What the admin's first page tells of webhooks."""

from __future__ import annotations

from typing import Any

from django import template
from django.db.models import Q

from relations.codes import DisabledReason, SubscriptionState
from relations.models import Subscription

register = template.Library()


@register.simple_tag
def troubled_subscriptions(user: Any, most: int) -> list[Subscription]:
    """What pauses, and what was disabled by something else than its owner: a superuser's list has everybody's."""
    if not user.has_perm("relations.view_subscription"):
        return []
    stopped = Q(state=SubscriptionState.DISABLED) & ~Q(disabled_reason=DisabledReason.OWNER)
    rows = Subscription.objects.filter(Q(state=SubscriptionState.PAUSED) | stopped)
    mine = rows if user.is_superuser else rows.filter(owner=user.pk)
    return list(mine.select_related("owner").order_by("-state_since")[:most])
