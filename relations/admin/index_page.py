"""Template tags of the admin's index page."""

from __future__ import annotations

from typing import Any

from django import template
from django.db.models import Q

from relations.admin.history import change_rows
from relations.codes import DisabledReason, SubscriptionState
from relations.models import StatusChange, Subscription

register = template.Library()


@register.simple_tag
def latest_changes(count: int) -> list[dict[str, Any]]:
    return change_rows(list(StatusChange.objects.select_related("recorded_by").order_by("-id")[:count]))


@register.simple_tag
def troubled_subscriptions(user: Any, count: int) -> list[Subscription]:
    """Subscriptions that are paused, or disabled by anybody but their owner; a superuser's list has everybody's."""
    if not user.has_perm("relations.view_subscription"):
        return []
    stopped = Q(state=SubscriptionState.DISABLED) & ~Q(disabled_reason=DisabledReason.OWNER)
    rows = Subscription.objects.filter(Q(state=SubscriptionState.PAUSED) | stopped)
    visible = rows if user.is_superuser else rows.filter(owner=user.pk)
    return list(visible.select_related("owner").order_by("-state_since")[:count])
