"""Requests and responses of subscriptions, deliveries and replays."""

from __future__ import annotations

import datetime as dt
from typing import Any

from rest_framework import serializers

from relations.api.http.requests import MAX_ID, Body
from relations.api.http.values import moment, pair_from_text
from relations.codes import (
    AttemptError,
    DeliveryState,
    DisabledReason,
    EventType,
    Include,
    SubscriptionState,
)
from relations.delivery.secrets import LONGEST_GRACE
from relations.errors import Refused
from relations.representation.shapes import Shape

# --- written --------------------------------------------------------------------------------------------------------


class Empty(Body):
    """No body, or an empty object."""


class _Texts(serializers.ListField):
    """A list of texts, whose meaning `parse_filters` checks."""

    child = serializers.CharField(max_length=100)


class SubscriptionBody(Body):
    """URL and filters. The other fields of a response may come back and change nothing."""

    shown = frozenset(
        {
            "id", "self", "owner", "state", "state_since", "disabled_reason", "secret_fingerprint", "grace_until",
            "created_at", "verified_at", "missed_from", "failures", "failing_since", "pauses", "paused_until",
            "last_success_at", "last_failure_at", "delivered", "failed", "deliveries",
        }
    )  # fmt: skip

    url = serializers.CharField(help_text="https, on the public internet, unless the operator allows more")
    description = serializers.CharField(required=False, allow_blank=True, max_length=200)
    event_types = _Texts(required=False, help_text="sanctions.changed, sanctions.*, *.changed, * (the default)")
    countries = _Texts(required=False, help_text="BY: on either side, or reached by way of an organisation")
    pairs = _Texts(required=False, help_text="BY-US")
    tracks = _Texts(required=False, help_text="sanctions, sanctions:US>BY, sanctions:US>BY:7")
    directions = _Texts(required=False, help_text="US>BY")
    transitions = serializers.ListField(
        child=serializers.JSONField(), required=False,
        help_text='{"track": "ambassador", "from": ["vacant"], "to": ["ambassador"]}; an empty list means any value',
    )  # fmt: skip
    include = serializers.ChoiceField(choices=Include.choices, required=False)
    ordered = serializers.BooleanField(required=False, help_text="Strictly in order for each pair")


class FiltersBody(SubscriptionBody):
    """Filters; a URL is optional."""

    url = serializers.CharField(required=False, allow_blank=True)


class RotationBody(Body):
    grace = serializers.IntegerField(
        required=False, min_value=0, max_value=int(LONGEST_GRACE.total_seconds()),
        help_text="Seconds for which the old secret signs as well: up to 7 days, by default 86400",
    )  # fmt: skip


class _MomentField(serializers.DateTimeField):
    def to_internal_value(self, value: Any) -> dt.datetime:
        if not isinstance(value, str):
            raise serializers.ValidationError("A moment is written 2020-02-01T12:00:00Z.", "invalid")
        try:
            return moment(value)
        except ValueError as error:
            raise serializers.ValidationError(str(error), "invalid") from error


class _PairField(serializers.CharField):
    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        try:
            return pair_from_text(text)
        except ValueError as error:
            raise serializers.ValidationError(str(error), "invalid") from error
        except Refused as refusal:
            raise serializers.ValidationError(refusal.detail, refusal.code) from refusal


class ReplayBody(Body):
    """A span of the log, by ids or by times of recording, and filters of its entries."""

    after = serializers.IntegerField(required=False, min_value=0, max_value=MAX_ID, help_text="Entries after this id")
    until = serializers.IntegerField(
        required=False, min_value=0, max_value=MAX_ID, help_text="Up to and including this id; by default the last"
    )
    recorded_after = _MomentField(required=False, help_text="Recorded then or later")
    recorded_before = _MomentField(required=False, help_text="Recorded then or earlier")
    event_types = _Texts(required=False, max_length=200, help_text="sanctions.changed, sanctions.*")
    pairs = serializers.ListField(child=_PairField(), required=False, max_length=200)
    undelivered = serializers.BooleanField(required=False, help_text="Only what never arrived")
    missed = serializers.BooleanField(required=False, help_text="Entries while it was disabled")


# --- read -----------------------------------------------------------------------------------------------------------


class TransitionShape(Shape):
    track = serializers.CharField()
    to = serializers.ListField(child=serializers.CharField())

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        # `from` is a word of Python's own.
        return {"from": serializers.ListField(child=serializers.CharField()), **super().get_fields()}


class SubscriptionShape(Shape):
    id = serializers.IntegerField()
    owner = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    url = serializers.CharField(help_text="Where messages are sent")
    event_types = serializers.ListField(child=serializers.CharField())
    countries = serializers.ListField(child=serializers.CharField())
    pairs = serializers.ListField(child=serializers.CharField())
    tracks = serializers.ListField(child=serializers.CharField())
    directions = serializers.ListField(child=serializers.CharField())
    transitions = TransitionShape(many=True)
    include = serializers.ChoiceField(choices=Include.choices)
    ordered = serializers.BooleanField()
    state = serializers.ChoiceField(choices=SubscriptionState.choices)
    state_since = serializers.DateTimeField()
    disabled_reason = serializers.ChoiceField(choices=DisabledReason.choices, allow_null=True)
    secret_fingerprint = serializers.CharField(help_text="Beginning of the SHA-256 of the secret's bytes")
    grace_until = serializers.DateTimeField(allow_null=True, help_text="Until then the secret before signs as well")
    created_at = serializers.DateTimeField()
    verified_at = serializers.DateTimeField(allow_null=True, help_text="When the URL last answered its ping")
    missed_from = serializers.IntegerField(allow_null=True, help_text="What came behind this line was not put by")
    failures = serializers.IntegerField(help_text="In a row")
    failing_since = serializers.DateTimeField(allow_null=True)
    pauses = serializers.IntegerField(help_text="In a row")
    paused_until = serializers.DateTimeField(allow_null=True)
    last_success_at = serializers.DateTimeField(allow_null=True)
    last_failure_at = serializers.DateTimeField(allow_null=True)
    delivered = serializers.IntegerField()
    failed = serializers.IntegerField(help_text="Attempts")
    deliveries = serializers.URLField()

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        # `self` is Python's name for the object.
        return {"self": serializers.URLField(), **super().get_fields()}


class SecretShape(SubscriptionShape):
    """The one answer that shows the secret."""

    secret = serializers.CharField(help_text="whsec_…")


class AttemptShape(Shape):
    at = serializers.DateTimeField()
    milliseconds = serializers.IntegerField()
    status = serializers.IntegerField(allow_null=True)
    error = serializers.ChoiceField(choices=AttemptError.choices, allow_null=True)
    probe = serializers.BooleanField(help_text="Whether it tried if a paused receiver is back")


class AnsweredAttemptShape(AttemptShape):
    answer = serializers.CharField(allow_blank=True, help_text="The first 4 KiB")


class DeliveryShape(Shape):
    id = serializers.IntegerField()
    subscription = serializers.IntegerField()
    webhook_id = serializers.CharField(help_text="The header of every attempt, and of every replay")
    event_type = serializers.ChoiceField(choices=EventType.choices)
    pair = serializers.CharField(allow_null=True)
    change = serializers.IntegerField(allow_null=True, help_text="The line of the change log")
    list_change = serializers.IntegerField(allow_null=True, help_text="The line that tells of a list; either or none")
    state = serializers.ChoiceField(choices=DeliveryState.choices)
    attempts_made = serializers.IntegerField(help_text="Those that count against the schedule")
    last_attempt = AttemptShape(allow_null=True)
    created_at = serializers.DateTimeField()
    next_attempt_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    replay_of = serializers.IntegerField(allow_null=True)
    replayed = serializers.BooleanField()

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {"self": serializers.URLField(), **super().get_fields()}


class WholeDeliveryShape(DeliveryShape):
    attempts = AnsweredAttemptShape(many=True)
    body = serializers.DictField(child=serializers.JSONField(), help_text="What is sent, byte for byte")


class ReplayShape(Shape):
    id = serializers.IntegerField()
    subscription = serializers.IntegerField()
    after = serializers.IntegerField()
    until = serializers.IntegerField()
    event_types = serializers.ListField(child=serializers.CharField())
    pairs = serializers.ListField(child=serializers.CharField())
    undelivered = serializers.BooleanField()
    requested_at = serializers.DateTimeField()
    reached = serializers.IntegerField(help_text="The last line that was looked at")
    queued = serializers.IntegerField(help_text="Deliveries that came of it so far")
    finished_at = serializers.DateTimeField(allow_null=True)
    deliveries = serializers.URLField()

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {"self": serializers.URLField(), **super().get_fields()}


class MatchesShape(Shape):
    """A dry run: so many of the last lines were looked at, and these would have been sent, the newest first."""

    looked_at = serializers.IntegerField()
    results = serializers.ListField(
        child=serializers.DictField(child=serializers.JSONField()),
        help_text="Rows of the change feed, or what a webhook tells of a list, each with the type of its event",
    )
