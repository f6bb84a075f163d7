"""Subscriptions to changes, with their secrets and replays."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from relations.codes import DisabledReason, Include, SubscriptionState
from relations.errors import NoSuchSubscription

RECEIVING = (SubscriptionState.ENABLED, SubscriptionState.PAUSED)


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def of(self, owner: int) -> SubscriptionQuerySet:
        return self.filter(owner=owner)

    def locked(self, pk: int) -> Subscription:
        """Locks a subscription until the commit. Raises `NoSuchSubscription` where it was just deleted."""
        row = self.select_for_update(of=("self",), no_key=True).filter(pk=pk).first()
        if row is None:
            raise NoSuchSubscription(number=pk)
        return row

    def collecting(self) -> SubscriptionQuerySet:
        """Subscriptions for which the outbox fills: now sent to, or waiting until a changed URL answers its ping."""
        return self.filter(COLLECTS, owner__is_active=True)


COLLECTS = Q(state__in=RECEIVING) | Q(state=SubscriptionState.PENDING, verified_at__isnull=False)


class Subscription(models.Model):
    """Filters of one owner, the URL to which matching changes go, and the health of its receiver.

    `event_types` may contain wildcards; another filter without values is no restriction. Values of one filter are
    alternatives, and all filters must match. `destination` is the URL's host and port. `verified_at` is the time of
    the last answered ping. `failures` counts failed attempts in a row since `failing_since`; `pauses` the pauses in a
    row. `missed_from` is the last log entry before it was disabled: later ones are not in the outbox. `served_at`
    orders the round-robin of claims. `sealed_headers` are the owner's own headers as ciphertext. At `rate_per_minute`,
    the requests so far take until `paced_until`. `mailed_state` is the state in the last mail to the owner, `mailed_at`
    the time of the last one about failures; `mail_due_at` is set with each change of `state`.
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
    rate_per_minute = models.PositiveIntegerField(null=True, blank=True, help_text="Requests a minute at most")
    header_names = ArrayField(models.CharField(max_length=64), default=list, db_default=[], blank=True, editable=False)
    sealed_headers = models.BinaryField(null=True, editable=False)
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
    paced_until = models.DateTimeField(null=True, editable=False)
    mailed_state = models.CharField(
        max_length=8, choices=SubscriptionState, default=SubscriptionState.ENABLED,
        db_default=SubscriptionState.ENABLED.value, editable=False,
    )  # fmt: skip
    mailed_at = models.DateTimeField(null=True, editable=False)
    mail_due_at = models.DateTimeField(null=True, editable=False)

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
            models.CheckConstraint(
                name="a_subscription_is_sent_to_at_a_rate_of_1_to_60000",
                condition=Q(rate_per_minute__isnull=True) | Q(rate_per_minute__range=(1, 60_000)),
            ),
            models.CheckConstraint(
                name="a_subscription_with_headers_has_their_names",
                condition=Q(header_names=[], sealed_headers__isnull=True)
                | ~Q(header_names=[]) & Q(sealed_headers__isnull=False),
            ),
            models.CheckConstraint(
                name="the_mailed_state_of_a_subscription_is_one_of_the_vocabulary",
                condition=Q(mailed_state__in=SubscriptionState.values),
            ),
        )  # fmt: skip
        indexes = (
            # Read by the workers: owners to be mailed.
            models.Index(name="subscriptions_to_mail_about", fields=["mail_due_at"],
                         condition=Q(mail_due_at__isnull=False)),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.description or f"{self.destination} ({self.pk})"


class Selector(models.Model):
    """Index of subscriptions by type, place, old and new value of a change (`*` is any).

    With it, a command finds the subscriptions that match its changes without reading any other.
    """

    key = models.CharField(max_length=100)
    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="selectors")

    class Meta:
        constraints = (
            # Read by the outbox, by its first column.
            models.UniqueConstraint(name="a_subscription_is_selected_once_by_the_same_words",
                                    fields=["key", "subscription"]),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.key


class SigningSecretQuerySet(models.QuerySet["SigningSecret"]):
    def signing(self, now: dt.datetime) -> SigningSecretQuerySet:
        """Secrets that sign messages, the newest first."""
        return self.filter(Q(retires_at__isnull=True) | Q(retires_at__gt=now)).order_by("-id")


class SigningSecret(models.Model):
    """32 random bytes that the owner and the tracker share, as ciphertext.

    `fingerprint` is the beginning of the secret's SHA-256. `retires_at` is null on the current secret, and the end of
    the grace on the previous one.
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
    """Request to send a span of both logs again: the entries after number `after` up to number `until`.

    `event_types` and `pairs` narrow it. `reached` is the last entry that was processed, `queued` the number of
    deliveries so far.
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
            # Read by the workers: replays with entries left to enqueue.
            models.Index(name="replays_under_way", fields=["id"], condition=Q(finished_at__isnull=True)),
        )

    def __str__(self) -> str:
        return f"{self.subscription_id}: {self.after}–{self.until}"
