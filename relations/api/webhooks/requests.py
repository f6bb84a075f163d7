"""Bodies with which subscriptions and replays are made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.conf import settings
from rest_framework import serializers

from relations.api.http import patterns
from relations.api.http.parameters import pair_from_text
from relations.api.http.requests import (
    MAX_ID,
    MomentField,
    NumberField,
    PatternField,
    RequestBody,
    TextField,
    TruthField,
    WordField,
    parsed,
)
from relations.api.webhooks.responses import SubscriptionResponse
from relations.codes import EventType, Include
from relations.delivery import custom_headers
from relations.delivery.subscription_filters import MOST as MOST_VALUES
from relations.outbox.matching import CHANGES, NOTICES, types_of


class EmptyRequest(RequestBody):
    """Nothing, or an empty object."""


_SUBJECTS = {type_.partition(".")[0] for type_ in CHANGES if types_of(f"{type_.partition('.')[0]}.*")}
_EVENTS = patterns.one_of("*", "*.*", "*.changed", *(f"{each}.*" for each in sorted(_SUBJECTS)), *CHANGES, *NOTICES)


class _Texts(serializers.ListField):
    """A list of texts; the ledger judges what they mean."""

    def __init__(self, *, pattern: str, max_length: int = MOST_VALUES, **kwargs: Any) -> None:
        super().__init__(child=PatternField(pattern=pattern, max_length=100), max_length=max_length, **kwargs)


class TransitionRequest(RequestBody):
    """A change of a track from one of the `old` values to one of the `new` ones; no values are any value."""

    track = PatternField(pattern=patterns.TRACK)
    old = serializers.ListField(child=TextField(), required=False, allow_null=True, help_text="Values before")
    new = serializers.ListField(child=TextField(), required=False, allow_null=True, help_text="Values after")


class _Headers(serializers.DictField):
    rules: ClassVar[Mapping[str, Any]] = {
        "additionalProperties": {"type": "string", "pattern": custom_headers.VALUE},
        "propertyNames": {"pattern": custom_headers.NAME}, "maxProperties": custom_headers.MOST,
    }  # fmt: skip


class SubscriptionRequest(RequestBody):
    """A URL and its filters."""

    answer = SubscriptionResponse

    url: serializers.CharField = PatternField(
        pattern=patterns.HTTP_URL if settings.WEBHOOK_ALLOW_HTTP else patterns.HTTPS_URL,
        help_text="https, on the public internet, unless the operator allows more",
    )
    description = TextField(required=False, allow_blank=True, max_length=200)
    event_types = _Texts(
        pattern=_EVENTS, required=False, allow_empty=False,
        help_text="sanctions.changed, sanctions.*, *.changed, * (the default)",
    )  # fmt: skip
    countries = _Texts(
        pattern=patterns.COUNTRY, required=False, help_text="BY: on either side, or reached by way of an organisation"
    )
    pairs = _Texts(pattern=patterns.PAIR, required=False, help_text="BY-US")
    tracks = _Texts(pattern=patterns.TRACK, required=False, help_text="sanctions, sanctions:US>BY, sanctions:US>BY:7")
    directions = _Texts(pattern=patterns.SIDES, required=False, help_text="US>BY")
    transitions = TransitionRequest(
        many=True, required=False, max_length=MOST_VALUES,  # type: ignore[call-arg]  # the list's argument
        help_text='{"track": "ambassador", "old": ["vacant"], "new": ["ambassador"]}; an empty list means any value',
    )  # fmt: skip
    include = WordField(choices=Include.choices, required=False)
    ordered = TruthField(required=False, help_text="Strictly in order for each pair")
    rate_per_minute = NumberField(
        required=False, allow_null=True, min_value=1, max_value=60_000, help_text="Requests a minute at most; null: any"
    )
    headers = _Headers(
        child=serializers.JSONField(), required=False,
        help_text='{"Authorization": "Bearer …"}: sent with every message and never shown; replaces those set before',
    )  # fmt: skip


class FiltersRequest(SubscriptionRequest):
    """The filters alone; a URL is allowed."""

    url = TextField(required=False, allow_blank=True)


class RotationRequest(RequestBody):
    grace = NumberField(
        required=False, min_value=0, max_value=7 * 24 * 3600,
        help_text="Seconds for which the old secret signs as well: up to 7 days, 86400 by default",
    )  # fmt: skip


class TestRequest(RequestBody):
    type = WordField(choices=EventType.choices, help_text="The type of the event")


class _PairField(TextField):
    pattern = patterns.PAIR

    def to_internal_value(self, data: Any) -> str:
        return parsed(pair_from_text, super().to_internal_value(data))


class ReplayRequest(RequestBody):
    """A span of the log, by the ids of its changes or by the moments at which they were recorded, and what of it."""

    after = NumberField(required=False, min_value=0, max_value=MAX_ID, help_text="Changes after this id")
    until = NumberField(
        required=False, min_value=0, max_value=MAX_ID, help_text="Up to and including this id; the last by default"
    )
    recorded_after = MomentField(required=False, help_text="Recorded then or later")
    recorded_before = MomentField(required=False, help_text="Recorded then or earlier")
    event_types = _Texts(pattern=_EVENTS, required=False, help_text="sanctions.changed, sanctions.*")
    pairs = serializers.ListField(child=_PairField(), required=False, max_length=200)
    undelivered = TruthField(required=False, help_text="Only what never arrived")
    missed = TruthField(required=False, help_text="What was not enqueued while it was disabled")
