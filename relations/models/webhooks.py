"""Who is told of changes, with which secret, and what became of everything that was to be told."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q

from relations.codes import (
    AttemptError,
    DeliveryState,
    DisabledReason,
    EventType,
    Include,
    SubscriptionState,
)
from relations.models.changes import StatusChange

OUTSTANDING = (DeliveryState.PENDING, DeliveryState.SENDING)
RECEIVING = (SubscriptionState.ENABLED, SubscriptionState.PAUSED)
KEPT_OF_AN_ANSWER = 4096
"""Bytes of an answer's body."""


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def of(self, owner: int) -> SubscriptionQuerySet:
        return self.filter(owner=owner)

    def collecting(self) -> SubscriptionQuerySet:
        """Those for which changes are put by: sent to now, or held until a changed URL answers its ping."""
        return self.filter(COLLECTS, owner__is_active=True)


COLLECTS = Q(state__in=RECEIVING) | Q(state=SubscriptionState.PENDING, verified_at__isnull=False)


class Subscription(models.Model):
    """Which changes one owner wants to be told of, where, and how well that has gone.

    `event_types` may hold wildcards; an empty list of the other filters means no restriction. Values of one filter are
    alternatives, and every filter given must be met. `destination` is the URL's host and port. `verified_at` is the
    last time that a ping was answered. `failures` counts failed attempts in a row since `failing_since`; `pauses` the
    pauses in a row. `missed_from` is the last line of the change log before it was disabled: what came behind it was
    not put by. `served_at` orders the round in which subscriptions are sent to.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="subscriptions")
    description = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=2000)
    destination = models.CharField(max_length=300, editable=False)
    event_types = ArrayField(models.CharField(max_length=40))
    countries = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    pairs = ArrayField(models.CharField(max_length=5), default=list, blank=True)
    tracks = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    directions = ArrayField(models.CharField(max_length=5), default=list, blank=True)
    transitions = models.JSONField(default=list, blank=True)
    include = models.CharField(max_length=8, choices=Include, default=Include.CHANGE)
    ordered = models.BooleanField(default=False)
    created_at = models.DateTimeField(editable=False)

    state = models.CharField(max_length=8, choices=SubscriptionState, default=SubscriptionState.PENDING, editable=False)
    state_since = models.DateTimeField(editable=False)
    disabled_reason = models.CharField(max_length=16, choices=DisabledReason, blank=True, editable=False)
    verified_at = models.DateTimeField(null=True, editable=False)
    missed_from = models.PositiveBigIntegerField(null=True, editable=False)

    failures = models.PositiveIntegerField(default=0, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)
    pauses = models.PositiveIntegerField(default=0, editable=False)
    paused_until = models.DateTimeField(null=True, editable=False)
    last_success_at = models.DateTimeField(null=True, editable=False)
    last_failure_at = models.DateTimeField(null=True, editable=False)
    delivered = models.PositiveBigIntegerField(default=0, editable=False)
    failed = models.PositiveBigIntegerField(default=0, editable=False)
    served_at = models.DateTimeField(null=True, editable=False)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                name="a_subscription_is_in_a_state_of_the_vocabulary", condition=Q(state__in=SubscriptionState.values)
            ),
            models.CheckConstraint(
                name="only_a_disabled_subscription_has_a_reason",
                condition=Q(state=SubscriptionState.DISABLED, disabled_reason__in=DisabledReason.values)
                | ~Q(state=SubscriptionState.DISABLED) & Q(disabled_reason=""),
            ),
            models.CheckConstraint(
                name="only_a_paused_subscription_has_an_end_of_its_pause",
                condition=Q(state=SubscriptionState.PAUSED, paused_until__isnull=False)
                | ~Q(state=SubscriptionState.PAUSED) & Q(paused_until__isnull=True),
            ),
            models.CheckConstraint(
                name="what_is_sent_to_has_answered_its_ping",
                condition=~Q(state__in=RECEIVING) | Q(verified_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_subscription_names_the_types_of_its_events", condition=~Q(event_types=[])
            ),
            models.CheckConstraint(name="a_subscription_includes_a_word_of_the_vocabulary",
                                   condition=Q(include__in=Include.values)),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.description or f"{self.destination} ({self.pk})"


class Selector(models.Model):
    """What a change must bear for a subscription to be looked at: type, place, old and new value (`*` is any).

    The index by which an act finds the subscriptions that it concerns without looking at any other.
    """

    words = models.CharField(max_length=100)
    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="selectors")

    class Meta:
        constraints = (
            # Read by the outbox, by its first column.
            models.UniqueConstraint(name="a_subscription_is_selected_once_by_the_same_words",
                                    fields=["words", "subscription"]),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.words


class SigningSecretQuerySet(models.QuerySet["SigningSecret"]):
    def signing(self, now: dt.datetime) -> SigningSecretQuerySet:
        """Those that a message carries a signature of, the newest first."""
        return self.filter(Q(retires_at__isnull=True) | Q(retires_at__gt=now)).order_by("-id")


class SigningSecret(models.Model):
    """32 random bytes that the owner and the tracker share; here only as ciphertext, and a fingerprint to tell by.

    `fingerprint` is the beginning of the secret's SHA-256. `retires_at` is null on the one in use, and the end of the
    grace on the one that it replaced.
    """

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="secrets")
    sealed = models.BinaryField()
    fingerprint = models.CharField(max_length=16)
    created_at = models.DateTimeField()
    retires_at = models.DateTimeField(null=True)

    objects = SigningSecretQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(name="a_subscription_has_one_secret_that_does_not_retire", fields=["subscription"],
                                    condition=Q(retires_at__isnull=True)),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.fingerprint


class Replay(models.Model):
    """The owner's wish to be sent a span of the log once more: lines behind `after` up to `until`, both numbers.

    `event_types` and `pairs` narrow it. `reached` is the last line that was looked at, `queued` counts what was found.
    """

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="replays")
    after = models.PositiveBigIntegerField()
    until = models.PositiveBigIntegerField()
    event_types = ArrayField(models.CharField(max_length=40), default=list)
    pairs = ArrayField(models.CharField(max_length=5), default=list)
    undelivered = models.BooleanField(default=False, help_text="Only what never arrived")
    requested_at = models.DateTimeField()
    reached = models.PositiveBigIntegerField()
    queued = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                name="a_replay_stays_within_its_span",
                condition=Q(reached__gte=F("after")) & (Q(reached__lte=F("until")) | Q(until__lte=F("after"))),
            ),
        )
        indexes = (
            # Read by the workers: what is left to queue.
            models.Index(name="replays_under_way", fields=["id"], condition=Q(finished_at__isnull=True)),
        )

    def __str__(self) -> str:
        return f"{self.subscription_id}: {self.after}–{self.until}"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def outstanding(self) -> DeliveryQuerySet:
        return self.filter(state__in=OUTSTANDING)


class Delivery(models.Model):
    """One message for one subscription: its bytes as every attempt sends them, and how far it has come.

    `message` is the `webhook-id`. Pings and notices have no change and no pair. A replay is a row of its own that
    carries the message of the first. `lease` and `leased_until` say that a worker is sending it; after that time it
    goes back. `attempts` counts those that count against the schedule.
    """

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="deliveries", db_index=False)
    change = models.ForeignKey(StatusChange, models.PROTECT, null=True, related_name="deliveries", db_index=False)
    pair = models.CharField(max_length=5, blank=True)
    event_type = models.CharField(max_length=40, choices=EventType)
    message = models.UUIDField(default=uuid.uuid4)
    body = models.BinaryField()
    replayed = models.BooleanField(default=False)
    replay_of = models.ForeignKey("self", models.SET_NULL, null=True, related_name="replays")
    state = models.CharField(max_length=9, choices=DeliveryState, default=DeliveryState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField()
    lease = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

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
            models.UniqueConstraint(
                name="a_change_is_delivered_once_to_a_subscription", fields=["change", "subscription"],
                condition=Q(replayed=False),
            ),
            models.UniqueConstraint(
                name="a_replay_of_a_change_waits_once", fields=["subscription", "change"],
                condition=Q(replayed=True, state__in=OUTSTANDING),
            ),
            models.UniqueConstraint(
                name="a_subscription_waits_for_one_ping", fields=["subscription"],
                condition=Q(event_type=EventType.PING, state__in=OUTSTANDING),
            ),
        )  # fmt: skip
        indexes = (
            # Read by a worker's claim: what of a subscription is due, and which subscriptions have anything waiting.
            models.Index(name="deliveries_waiting", fields=["subscription", "next_attempt_at", "id"],
                         condition=Q(state=DeliveryState.PENDING)),
            # Read by the claim of an ordered subscription: the first of each pair.
            models.Index(name="deliveries_in_order", fields=["subscription", "pair", "change", "id"],
                         condition=Q(state__in=OUTSTANDING)),
            # Read by the claim: how many are on their way to each, and which leases have run out.
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
    """One try at a delivery: what was answered, or why nothing was. `answer` is the beginning of the body."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="log", db_index=False)
    at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()
    status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=10, choices=AttemptError, blank=True)
    answer = models.BinaryField(default=b"")
    probe = models.BooleanField(default=False, help_text="Whether it tried if a paused receiver is back")

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                name="an_attempt_has_a_status_or_an_error", condition=Q(status__isnull=False) | ~Q(error="")
            ),
            models.CheckConstraint(
                name="an_attempt_keeps_4_KiB_of_the_answer",
                condition=Q(
                    models.lookups.LessThanOrEqual(
                        Func(F("answer"), function="octet_length", output_field=models.IntegerField()),
                        KEPT_OF_AN_ANSWER,
                    )
                ),
            ),
        )
        indexes = (models.Index(name="attempts_of_a_delivery", fields=["delivery", "id"]),)

    def __str__(self) -> str:
        return f"{self.status or self.error}"
