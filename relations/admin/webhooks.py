"""Subscriptions and deliveries: shown, disabled, replayed and sent again, without secrets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import ActionLocation
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html

from relations import delivery
from relations.admin.fact_display import NOTHING
from relations.admin.hardened import ReadOnly, ReadOnlyAdmin, TabularInline
from relations.errors import Refused
from relations.models import Attempt, Delivery, Replay, Subscription

_LAST_ID = 2**63 - 1
_EVERYWHERE = [ActionLocation.CHANGE_LIST, ActionLocation.CHANGE_FORM]


class ReplayForm(forms.Form):
    """The part of the change log to send again."""

    after = forms.IntegerField(min_value=0, max_value=_LAST_ID, required=False, help_text="Changes after this id")
    until = forms.IntegerField(min_value=0, max_value=_LAST_ID, required=False, help_text="Empty: up to the last")
    recorded_after = forms.DateTimeField(required=False, help_text="Recorded then or later (UTC)")
    recorded_before = forms.DateTimeField(required=False, help_text="Recorded then or earlier (UTC)")
    undelivered = forms.BooleanField(required=False, help_text="Only what never arrived")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        after, until = cleaned.get("after"), cleaned.get("until")
        if not self.errors and after is None and cleaned.get("recorded_after") is None:
            raise forms.ValidationError("Enter the start of the span: an id (0 for all) or a time.")
        if after is not None and until is not None and until < after:
            raise forms.ValidationError("The span ends before it begins.")
        return cleaned


class _OwnersAdmin[M: Model](ReadOnlyAdmin[M]):
    """Read-only rows with actions: everybody's for superusers, their own for other users."""

    owner = "owner"
    actions: Any

    def get_queryset(self, request: HttpRequest) -> QuerySet[M]:
        rows = super().get_queryset(request)
        return rows if request.user.is_superuser else rows.filter(**{self.owner: request.user.pk})

    def has_manage_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("relations.change_subscription")

    def _each(self, request: HttpRequest, rows: QuerySet[M], command: Any, done: str) -> None:
        """Reports the outcome for each row; a refusal does not stop the others."""
        for row in rows:
            try:
                command(row)
            except Refused as refusal:
                self.message_user(request, f"{row}: {refusal.detail}", messages.ERROR)
            else:
                self.message_user(request, f"{row}: {done}", messages.SUCCESS)


@admin.register(Subscription)
class SubscriptionAdmin(_OwnersAdmin[Subscription]):
    list_display = ("__str__", "owner", "destination", "state", "disabled_reason", "failures", "last_success_at")
    list_filter = ("state", "disabled_reason", "include", "ordered")
    list_select_related = ("owner",)
    search_fields = ("url", "description", "=owner__username")
    search_help_text = "Part of the URL or of the description, or the owner's name"
    actions = ("enable", "disable", "replay")
    fields = (
        "description", "owner", "url", "event_types", "countries", "pairs", "tracks", "directions", "transitions",
        "include", "ordered", "rate_per_minute", "header_names",
        "state", "state_since", "disabled_reason", "verified_at", "missed_from", "failures",
        "failing_since", "pauses", "paused_until", "last_success_at", "last_failure_at", "delivered", "failed",
        "created_at", "fingerprint", "sent", "replays",
    )  # fmt: skip
    readonly_fields = ("fingerprint", "sent", "replays")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subscription]:
        return delivery.with_fingerprints(super().get_queryset(request))

    @admin.display(description="secret's fingerprint")
    def fingerprint(self, row: Any) -> str:
        return row.fingerprint or NOTHING

    @admin.display(description="deliveries")
    def sent(self, row: Subscription) -> str:
        url = reverse("admin:relations_delivery_changelist")
        return format_html('<a href="{}?subscription__id__exact={}">Sent and waiting deliveries</a>', url, row.pk)

    @admin.display(description="last replays")
    def replays(self, row: Subscription) -> str:
        last = Replay.objects.filter(subscription=row).order_by("-id")[:5]
        return (
            "; ".join(f"{row}: {row.queued} queued{'' if row.finished_at else ', running'}" for row in last) or NOTHING
        )

    @admin.action(permissions=["manage"], description="Enable: send the ping to be answered", location=_EVERYWHERE)
    def enable(self, request: HttpRequest, queryset: QuerySet[Subscription]) -> None:
        self._each(request, queryset, delivery.enable, "the ping is queued")

    @admin.action(permissions=["manage"], description="Disable: send nothing more", location=_EVERYWHERE)
    def disable(self, request: HttpRequest, queryset: QuerySet[Subscription]) -> None:
        self._each(request, queryset, delivery.disable, "disabled")

    @admin.action(permissions=["manage"], description="Replay a span of the log", location=_EVERYWHERE)
    def replay(self, request: HttpRequest, queryset: QuerySet[Subscription]) -> HttpResponse | None:
        form = ReplayForm(request.POST if "confirmed" in request.POST else None)
        if not form.is_valid():
            return self._page(
                request, "admin/relations/replay.html", title="Replay", subscriptions=list(queryset), form=form,
                checkbox=ACTION_CHECKBOX_NAME, address=reverse("admin:relations_subscription_changelist"),
            )  # fmt: skip
        values = form.cleaned_data
        first, last = delivery.span(since=values["recorded_after"], until=values["recorded_before"])
        ends = [end for end in (last, values["until"]) if end is not None]
        after, until, undelivered = max(first, values["after"] or 0), min(ends, default=None), values["undelivered"]
        self._each(
            request, queryset, lambda row: delivery.replay(row, after=after, until=until, undelivered=undelivered),
            "the replay is queued",
        )  # fmt: skip
        return self._redirect()


class AttemptInline(ReadOnly, TabularInline[Attempt, Delivery]):
    model = Attempt
    fields = readonly_fields = ("at", "milliseconds", "status", "error", "probe", "response")
    extra = 0
    ordering = ("id",)
    verbose_name_plural = "attempts"

    @admin.display(description="start of the response")
    def response(self, attempt: Attempt) -> str:
        return bytes(attempt.answer).decode("utf-8", "replace") or NOTHING

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("relations.view_delivery")


@admin.register(Delivery)
class DeliveryAdmin(_OwnersAdmin[Delivery]):
    owner = "subscription__owner"
    list_display = ("id", "subscription", "event_type", "pair", "subject", "state", "attempts", "created_at")
    list_filter = ("state", "event_type", "replayed", ("subscription", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("subscription", "change", "list_change")
    search_fields = ("=pair", "=subscription__url", "=message")
    search_help_text = "BY-US, a whole URL, or the UUID of a message"
    ordering = ("-id",)
    list_per_page = 50
    actions = ("redeliver",)
    inlines = (AttemptInline,)
    fields = (
        "subscription", "event_type", "webhook_id", "pair", "line", "subject", "state", "attempts", "created_at",
        "next_attempt_at", "finished_at", "cancelled_because", "replayed", "test", "replay_of", "sent",
    )  # fmt: skip
    readonly_fields = ("sent", "webhook_id", "line", "subject")

    @admin.display(description="about")
    def subject(self, row: Delivery) -> str:
        return str(row.change or row.list_change or NOTHING)

    @admin.display(description="body")
    def sent(self, row: Delivery) -> str:
        return bytes(row.body).decode("utf-8", "replace")

    @admin.action(permissions=["manage"], description="Send again: the same body, the same id", location=_EVERYWHERE)
    def redeliver(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        self._each(request, queryset, delivery.redeliver, "queued")
