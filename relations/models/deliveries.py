"""Deliveries to subscribers, and the attempts at them."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Coalesce

from relations.codes import AttemptError, DeliveryState, DisabledReason, EventType
from relations.models.changes import StatusChange
from relations.models.list_changes import ListChange
from relations.models.webhooks import Subscription

OUTSTANDING = (DeliveryState.PENDING, DeliveryState.SENDING)
ANSWER_BYTES = 4096
"""Bytes of an answer's body."""


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def outstanding(self) -> DeliveryQuerySet:
        return self.filter(state__in=OUTSTANDING)


class Delivery(models.Model):
    """Outbox row: one message for one subscription, with the bytes that every attempt sends, and its state.

    `message` is the `webhook-id`. It is about an entry of the change log or of the log of list changes; `line` is the
    entry's number. Pings, notices and tests (examples that the owner asked for) have neither. `pair` may be empty. A
    replay is a row of its own with the message of the first. `lease` and `leased_until` reserve it for the worker that
    sends it; afterwards it returns to the queue. `attempts` counts those that the schedule counts.
    """

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="deliveries", db_index=False)
    change = models.ForeignKey(StatusChange, models.PROTECT, null=True, related_name="deliveries", db_index=False)
    list_change = models.ForeignKey(ListChange, models.PROTECT, null=True, related_name="deliveries", db_index=False)
    line = models.GeneratedField(
        expression=Coalesce("change", "list_change"), output_field=models.PositiveBigIntegerField(), db_persist=True
    )
    pair = models.CharField(max_length=5, blank=True)
    event_type = models.CharField(max_length=40, choices=EventType)
    message = models.UUIDField(default=uuid.uuid4)
    body = models.BinaryField()
    replayed = models.BooleanField(default=False)
    test = models.BooleanField(default=False, db_default=False)
    replay_of = models.ForeignKey("self", models.SET_NULL, null=True, related_name="replays")
    state = models.CharField(max_length=9, choices=DeliveryState, default=DeliveryState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField()
    lease = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    cancelled_because = models.CharField(max_length=16, choices=DisabledReason, blank=True, default="", db_default="")

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        verbose_name_plural = "deliveries"
        constraints = (
            models.CheckConstraint(
                name="a_delivery_is_in_a_state_of_the_vocabulary", condition=Q(state__in=DeliveryState.values)
            ),
            models.CheckConstraint(
                name="what_is_being_sent_is_under_a_lease",
                condition=Q(state=DeliveryState.SENDING, lease__isnull=False, leased_until__isnull=False)
                | ~Q(state=DeliveryState.SENDING) & Q(lease__isnull=True, leased_until__isnull=True),
            ),
            models.CheckConstraint(
                name="a_delivery_is_finished_once_it_is_not_outstanding",
                condition=Q(state__in=OUTSTANDING, finished_at__isnull=True)
                | ~Q(state__in=OUTSTANDING) & Q(finished_at__isnull=False),
            ),
            models.CheckConstraint(
                name="only_a_cancelled_delivery_has_a_reason",
                condition=Q(state=DeliveryState.CANCELLED, cancelled_because__in=DisabledReason.values)
                | ~Q(state=DeliveryState.CANCELLED) & Q(cancelled_because=""),
            ),
            models.UniqueConstraint(
                name="a_change_is_delivered_once_to_a_subscription", fields=["line", "subscription"],
                condition=Q(replayed=False),
            ),
            models.UniqueConstraint(
                name="a_replay_of_a_change_waits_once", fields=["subscription", "line"],
                condition=Q(replayed=True, state__in=OUTSTANDING),
            ),
            models.CheckConstraint(
                name="a_delivery_is_of_one_line", condition=Q(change__isnull=True) | Q(list_change__isnull=True)
            ),
            models.UniqueConstraint(
                name="a_subscription_waits_for_one_ping", fields=["subscription"],
                condition=Q(event_type=EventType.PING, state__in=OUTSTANDING),
            ),
            models.UniqueConstraint(
                name="a_subscription_waits_for_one_test_of_a_type", fields=["subscription", "event_type"],
                condition=Q(test=True, state__in=OUTSTANDING),
            ),
        )  # fmt: skip
        indexes = (
            # Read by a worker's claim: due deliveries of a subscription, and subscriptions with pending deliveries.
            models.Index(name="deliveries_waiting", fields=["subscription", "next_attempt_at", "id"],
                         condition=Q(state=DeliveryState.PENDING)),
            # Read by the claim of an ordered subscription: the first of each pair.
            models.Index(name="deliveries_in_order", fields=["subscription", "pair", "line", "id"],
                         condition=Q(state__in=OUTSTANDING)),
            # Read by the claim: concurrent requests to each subscription, and expired leases.
            models.Index(name="deliveries_on_their_way", fields=["leased_until"],
                         condition=Q(state=DeliveryState.SENDING)),
            # Read by /api/webhooks/<id>/deliveries/ and the admin, with and without a state.
            models.Index(name="deliveries_of_a_subscription", fields=["subscription", "id"]),
            models.Index(name="deliveries_by_state", fields=["subscription", "state", "id"]),
            # Read by the retention.
            models.Index(name="deliveries_by_end", fields=["finished_at"], condition=Q(finished_at__isnull=False)),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.event_type} {self.webhook_id}"

    @property
    def webhook_id(self) -> str:
        return f"msg_{self.message.hex}"


class Attempt(models.Model):
    """One attempt at a delivery: the status and the first bytes of the answer, or an error."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="log", db_index=False)
    at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()
    status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=10, choices=AttemptError, blank=True)
    answer = models.BinaryField(default=b"")
    probe = models.BooleanField(default=False, help_text="Test of a paused receiver")

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                name="an_attempt_has_a_status_or_an_error", condition=Q(status__isnull=False) | ~Q(error="")
            ),
            models.CheckConstraint(
                name="an_attempt_has_at_most_4_KiB_of_the_answer",
                condition=Q(
                    models.lookups.LessThanOrEqual(
                        Func(F("answer"), function="octet_length", output_field=models.IntegerField()),
                        ANSWER_BYTES,
                    )
                ),
            ),
        )
        indexes = (models.Index(name="attempts_of_a_delivery", fields=["delivery", "id"]),)

    def __str__(self) -> str:
        return str(self.status or self.get_error_display())
