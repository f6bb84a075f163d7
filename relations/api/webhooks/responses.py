"""Answers about subscriptions, deliveries and replays."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, TypedDict

from relations.codes import AttemptError, DeliveryState, DisabledReason, EventType, Include, SubscriptionState
from relations.representation.changes import ChangeResponse
from relations.representation.json_types import Url, one_of
from relations.representation.webhooks import ListChangeMessage

MESSAGE = {"$ref": "#/components/schemas/Message"}
"""The body of any event: `with_webhooks` makes the component."""


class TransitionResponse(TypedDict):
    """A change of a track from one of the `old` values to one of the `new` ones; no values are any value."""

    track: str
    old: Annotated[list[str], "Values before"]
    new: Annotated[list[str], "Values after"]


class SubscriptionResponse(TypedDict):
    id: int
    self: Url
    owner: str
    url: Annotated[str, "Where messages are sent"]
    description: str
    event_types: list[str]
    countries: list[str]
    pairs: list[str]
    tracks: list[str]
    directions: list[str]
    transitions: list[TransitionResponse]
    include: Annotated[str, one_of(Include)]
    ordered: bool
    rate_per_minute: Annotated[int | None, "Requests a minute at most"]
    header_names: Annotated[list[str], "Names of the owner's own headers; no answer shows their values"]
    state: Annotated[str, one_of(SubscriptionState)]
    state_since: dt.datetime
    disabled_reason: Annotated[str | None, one_of(DisabledReason)]
    secret_fingerprint: Annotated[str, "Beginning of the SHA-256 of the secret's bytes"]
    grace_until: Annotated[dt.datetime | None, "Until then the previous secret signs as well"]
    created_at: dt.datetime
    verified_at: Annotated[dt.datetime | None, "When the URL last answered its ping"]
    missed_from: Annotated[int | None, "Changes after this one were not enqueued"]
    failures: Annotated[int, "In a row"]
    failing_since: dt.datetime | None
    pauses: Annotated[int, "In a row"]
    paused_until: dt.datetime | None
    last_success_at: dt.datetime | None
    last_failure_at: dt.datetime | None
    delivered: int
    failed: Annotated[int, "Attempts"]
    deliveries: Url


class SecretResponse(SubscriptionResponse):
    """The one answer that shows the secret."""

    secret: Annotated[str, "whsec_…"]


class AttemptResponse(TypedDict):
    at: dt.datetime
    milliseconds: int
    status: int | None
    error: Annotated[str | None, one_of(AttemptError)]
    probe: Annotated[bool, "Whether it tried if a paused receiver is back"]


class AnsweredAttemptResponse(AttemptResponse):
    answer: Annotated[str, "The first 4 KiB"]


class DeliveryResponse(TypedDict):
    id: int
    self: Url
    subscription: int
    webhook_id: Annotated[str, "The header of every attempt, and of every replay"]
    event_type: Annotated[str, one_of(EventType)]
    pair: str | None
    change: Annotated[int | None, "The change in the log"]
    list_change: Annotated[int | None, "The change of a list; either or none"]
    state: Annotated[str, one_of(DeliveryState)]
    attempts_made: Annotated[int, "Those that count against the schedule"]
    last_attempt: AttemptResponse | None
    created_at: dt.datetime
    next_attempt_at: dt.datetime | None
    finished_at: dt.datetime | None
    cancelled_because: Annotated[str | None, one_of(DisabledReason)]
    replayed: bool
    test: Annotated[bool, "An example that was asked for; it is sent once"]
    replay_of: int | None


class WholeDeliveryResponse(DeliveryResponse):
    attempts: list[AnsweredAttemptResponse]
    body: Annotated[Any, MESSAGE, "What is sent, byte for byte"]


class ReplayResponse(TypedDict):
    id: int
    self: Url
    subscription: int
    after: int
    until: int
    event_types: list[str]
    pairs: list[str]
    undelivered: bool
    requested_at: dt.datetime
    reached: Annotated[int, "The last change that was looked at"]
    queued: Annotated[int, "Deliveries that came of it so far"]
    finished_at: dt.datetime | None
    deliveries: Url


class EventTypeResponse(TypedDict):
    type: Annotated[str, one_of(EventType)]
    title: str
    description: str
    only_by_name: Annotated[bool, "No wildcard of `event_types` matches it"]
    example: Annotated[Any, MESSAGE, "A whole body"]


class EventTypesResponse(TypedDict):
    schema_version: int
    results: list[EventTypeResponse]


class _Matched(TypedDict):
    type: Annotated[str, one_of(EventType)]


class MatchedChangeResponse(_Matched, ChangeResponse):
    """A change of the log, with the type of its event."""


class MatchedListChangeResponse(_Matched, ListChangeMessage):
    """A change of a list, as a webhook has it, with the type of its event."""


class MatchesResponse(TypedDict):
    """A dry run: so many of the last changes were looked at, and these would have been sent, the newest first."""

    looked_at: int
    results: Annotated[
        list[MatchedChangeResponse | MatchedListChangeResponse],
        "Rows of the change feed, or what a webhook says of a list, each with the type of its event",
    ]
