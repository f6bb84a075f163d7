"""Bodies with which subscriptions and replays are made."""

from __future__ import annotations

import datetime as dt
from typing import Any

from rest_framework import serializers

from relations.api.http.requests import MAX_ID, RequestBody, parsed
from relations.api.http.values import pair_from_text
from relations.api.webhooks.responses import SubscriptionResponse
from relations.codes import EventType, Include
from relations.dates import read_moment


class EmptyRequest(RequestBody):
    """Nothing, or an empty object."""


class _Texts(serializers.ListField):
    """A list of texts; the ledger judges what they mean."""

    child = serializers.CharField(max_length=100)


class SubscriptionRequest(RequestBody):
    """A URL and its filters."""

    answer = SubscriptionResponse

    url = serializers.CharField(help_text="https, on the public internet, unless the operator allows more")
    description = serializers.CharField(required=False, allow_blank=True, max_length=200)
    event_types = _Texts(required=False, help_text="sanctions.changed, sanctions.*, *.changed, * (the default)")
    countries = _Texts(required=False, help_text="BY: on either side, or reached by way of an organisation")
    pairs = _Texts(required=False, help_text="BY-US")
    tracks = _Texts(required=False, help_text="sanctions, sanctions:US>BY, sanctions:US>BY:7")
    directions = _Texts(required=False, help_text="US>BY")
    transitions = serializers.ListField(
        child=serializers.JSONField(), required=False,
        help_text='{"track": "ambassador", "old": ["vacant"], "new": ["ambassador"]}; an empty list means any value',
    )  # fmt: skip
    include = serializers.ChoiceField(choices=Include.choices, required=False)
    ordered = serializers.BooleanField(required=False, help_text="Strictly in order for each pair")
    rate_per_minute = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=60_000, help_text="Requests a minute at most; null: any"
    )
    headers = serializers.DictField(
        child=serializers.JSONField(), required=False,
        help_text='{"Authorization": "Bearer …"}: sent with every message and never shown; replaces those set before',
    )  # fmt: skip


class FiltersRequest(SubscriptionRequest):
    """The filters alone; a URL is allowed."""

    url = serializers.CharField(required=False, allow_blank=True)


class RotationRequest(RequestBody):
    grace = serializers.IntegerField(
        required=False, min_value=0, max_value=7 * 24 * 3600,
        help_text="Seconds for which the old secret signs as well: up to 7 days, 86400 by default",
    )  # fmt: skip


class TestRequest(RequestBody):
    type = serializers.ChoiceField(choices=EventType.choices, help_text="The type of the event")


class _MomentField(serializers.DateTimeField):
    def to_internal_value(self, value: Any) -> dt.datetime:
        if not isinstance(value, str):
            raise serializers.ValidationError("A moment is written 2020-02-01T12:00:00Z.", "invalid")
        return parsed(read_moment, value)


class _PairField(serializers.CharField):
    def to_internal_value(self, data: Any) -> str:
        return parsed(pair_from_text, super().to_internal_value(data))


class ReplayRequest(RequestBody):
    """A span of the log, by the ids of its changes or by the moments at which they were recorded, and what of it."""

    after = serializers.IntegerField(required=False, min_value=0, max_value=MAX_ID, help_text="Changes after this id")
    until = serializers.IntegerField(
        required=False, min_value=0, max_value=MAX_ID, help_text="Up to and including this id; the last by default"
    )
    recorded_after = _MomentField(required=False, help_text="Recorded then or later")
    recorded_before = _MomentField(required=False, help_text="Recorded then or earlier")
    event_types = _Texts(required=False, max_length=200, help_text="sanctions.changed, sanctions.*")
    pairs = serializers.ListField(child=_PairField(), required=False, max_length=200)
    undelivered = serializers.BooleanField(required=False, help_text="Only what never arrived")
    missed = serializers.BooleanField(required=False, help_text="What was not enqueued while it was disabled")
