"""`/api/webhooks/<id>/deliveries/` and `…/replay/`: messages with their attempts, and spans of the log sent again."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from orjson import Fragment
from rest_framework.request import Request

from relations import delivery
from relations.api.http import formats, patterns
from relations.api.http.endpoints import DetailEndpoint, ListEndpoint
from relations.api.http.filters import Filters, MomentBound, Numbers, Pairs, SingleValue, Truth, Words
from relations.api.http.requests import validated
from relations.api.http.writing import write
from relations.api.webhooks.access import CommandEndpoint, OwnEndpoint, get_subscription, refuse_body
from relations.api.webhooks.requests import EmptyRequest, ReplayRequest
from relations.api.webhooks.responses import AttemptResponse, DeliveryResponse, ReplayResponse, WholeDeliveryResponse
from relations.codes import DeliveryState, DisabledReason, EventType
from relations.errors import Invalid
from relations.models import Attempt, Delivery, Replay, Subscription
from relations.representation.json_types import from_row
from relations.representation.references import site


class _OfSubscription(OwnEndpoint):
    """Rows of one subscription."""

    rows: ClassVar[type[Delivery | Replay]]

    def get_queryset(self) -> QuerySet[Any]:
        return self.rows._default_manager.filter(subscription=get_subscription(self.request, self.kwargs["number"]))

    def get_object(self, **kwargs: Any) -> Any:
        return get_object_or_404(self.get_queryset(), pk=kwargs[str(self.rows._meta.model_name)])


# --- deliveries -----------------------------------------------------------------------------------------------------


def attempt_body(attempt: Attempt) -> AttemptResponse:
    return from_row(AttemptResponse, attempt, error=attempt.error or None)


def delivery_body(row: Delivery, last: Attempt | None, site: str) -> DeliveryResponse:
    return from_row(
        DeliveryResponse, row,
        self=f"{site}/api/webhooks/{row.subscription_id}/deliveries/{row.pk}/", subscription=row.subscription_id,
        pair=row.pair or None, change=row.change_id, list_change=row.list_change_id, attempts_made=row.attempts,
        last_attempt=attempt_body(last) if last else None, replay_of=row.replay_of_id,
        cancelled_because=row.cancelled_because or None,
        next_attempt_at=None if row.finished_at else row.next_attempt_at,
    )  # fmt: skip


def last_attempts(rows: Sequence[Delivery]) -> dict[int, Attempt]:
    """The last attempt at each of the deliveries that has one: one query."""
    attempts = Attempt.objects.filter(delivery__in=[row.pk for row in rows]).order_by("delivery_id", "-id")
    return {attempt.delivery_id: attempt for attempt in attempts.distinct("delivery_id").defer("answer")}


def accepted(body: DeliveryResponse | ReplayResponse) -> HttpResponse:
    """202 with what waits, and its URL."""
    return formats.answered(body, status=202, headers={"Location": body["self"]})


def accepted_delivery(request: Request, row: Delivery) -> HttpResponse:
    return accepted(delivery_body(row, last_attempts([row]).get(row.pk), site(request)))


def _message_id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text.removeprefix("msg_"))
    except ValueError:
        raise ValueError(f"{text[:40]!r} is not the id of a message; they look like msg_7f8d2c1e….") from None


class _Message(SingleValue):
    """`msg_` and 32 hexadecimal digits, as in the header."""

    convert = staticmethod(_message_id)
    schema = {"type": "string", "pattern": patterns.MESSAGE}
    lookup = "exact"


class DeliveryFilters(Filters):
    unfiltered = frozenset(
        {"id", "subscription", "body", "attempts", "next_attempt_at", "lease", "leased_until", "created_at", "line"}
    )

    id = Numbers("id", label="Number of the delivery")
    state = Words("state", words=DeliveryState, label="State")
    event_type = Words("event_type", words=EventType, label="Type of the event")
    pair = Pairs("pair", label="The pair of the change")
    change = Numbers("change", label="The entry of the change log")
    list_change = Numbers("list_change", label="The entry of the log of list changes")
    cancelled_because = Words("cancelled_because", words=DisabledReason, label="Why it was cancelled")
    webhook_id = _Message("message", label="The message's id, as its header has it")
    replayed = Truth("replayed", label="Sent once more (1) or the first time (0)")
    test = Truth("test", label="An example that was asked for (1) or not (0)")
    replay_of = Numbers("replay_of", label="The delivery that it is a replay of")
    created_after, created_before = MomentBound.pair("created_at", "Enqueued then")
    finished_after, finished_before = MomentBound.pair("finished_at", "Delivered, exhausted or cancelled then")


class DeliveryList(_OfSubscription, ListEndpoint):
    """The deliveries of a subscription, the newest first."""

    rows = Delivery
    response_type, filterset_class, name = DeliveryResponse, DeliveryFilters, "deliveries"
    orderings = {"id": ("id",)}
    default_ordering = "-id"

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().defer("body")

    def bodies(self, rows: list[Any]) -> list[DeliveryResponse]:
        last = last_attempts(rows)
        return [delivery_body(row, last.get(row.pk), site(self.request)) for row in rows]


class DeliveryDetail(_OfSubscription, DetailEndpoint):
    """One delivery with all its attempts and the body as it is sent."""

    rows = Delivery
    response_type = WholeDeliveryResponse

    def body(self, row: Delivery) -> dict[str, Any]:
        log = list(row.log.order_by("id"))
        return {
            **delivery_body(row, log[-1] if log else None, site(self.request)),
            "attempts": [
                {**attempt_body(each), "answer": bytes(each.answer).decode("utf-8", "replace")} for each in log
            ],
            "body": Fragment(bytes(row.body)),
        }

    def version(self, row: Delivery) -> int:
        return row.attempts


class Redelivering(_OfSubscription, CommandEndpoint):
    """Enqueues the same bytes under the same id, unless they are waiting already."""

    rows = Delivery
    serializer_class, response_type = EmptyRequest, DeliveryResponse
    accepted = ("202", "What waits to be sent")

    @write
    def post(self, request: Request, /, **kwargs: int) -> HttpResponse:
        refuse_body(request)
        return accepted_delivery(request, delivery.redeliver(self.get_object(**kwargs)))


# --- replays --------------------------------------------------------------------------------------------------------


def request_replay(row: Subscription, values: Mapping[str, Any]) -> Replay:
    """Raises `Invalid` for an empty body, `missed` with other fields, or a span that ends before it begins."""
    given = {name: value for name, value in values.items() if value is not False and value != []}
    if "missed" in given:
        if len(given) > 1:
            raise Invalid(field="missed", why="What was missed is a span of its own: leave the rest out.")
        return delivery.replay_missed(row)
    if not given:
        raise Invalid(why='Name a span or a filter; {"after": 0} asks for everything.')
    after, until = given.pop("after", 0), given.pop("until", None)
    if until is not None and until < after:
        raise Invalid(field="until", why="The span ends before it begins.")
    first, last = delivery.span(since=given.pop("recorded_after", None), until=given.pop("recorded_before", None))
    ends = [end for end in (last, until) if end is not None]
    return delivery.replay(row, after=max(first, after), until=min(ends, default=None), **given)


class ReplayFilters(Filters):
    unfiltered = frozenset(
        {"id", "subscription", "after", "until", "event_types", "pairs", "undelivered", "reached", "queued",
         "requested_at", "finished_at"}
    )  # fmt: skip

    id = Numbers("id", label="Number of the replay")
    finished = Truth("finished_at", Q(finished_at__isnull=False), label="Everything is enqueued (1) or not yet (0)")
    requested_after, requested_before = MomentBound.pair("requested_at", "Requested then")


class _Replays(_OfSubscription):
    rows = Replay
    response_type = ReplayResponse

    def body(self, row: Replay) -> ReplayResponse:
        own = f"{site(self.request)}/api/webhooks/{row.subscription_id}/"
        return from_row(
            ReplayResponse, row,
            self=f"{own}replay/{row.pk}/", subscription=row.subscription_id, deliveries=f"{own}deliveries/?replayed=1",
        )  # fmt: skip


class ReplayList(_Replays, CommandEndpoint, ListEndpoint):
    """The replays of a subscription, the newest first. POST requests one."""

    serializer_class = ReplayRequest
    accepted = ("202", "The workers queue it: look at `self` for how far they are")
    filterset_class, name = ReplayFilters, "replays"
    orderings = {"id": ("id",)}
    default_ordering = "-id"

    @write
    def post(self, request: Request, number: int) -> HttpResponse:
        row = get_subscription(request, number)
        return accepted(self.body(request_replay(row, validated(ReplayRequest, request.data))))


class ReplayDetail(_Replays, DetailEndpoint):
    """A replay and its progress."""

    parameters: ClassVar[Mapping[str, Any]] = {}

    def version(self, row: Replay) -> int:
        return row.pk


_DELIVERIES, _REPLAYS = "webhooks/<int:number>/deliveries/", "webhooks/<int:number>/replay/"
urlpatterns = [
    path(_DELIVERIES, DeliveryList.as_view(), name="webhook-deliveries"),
    path(f"{_DELIVERIES}<int:delivery>/", DeliveryDetail.as_view(), name="webhook-delivery"),
    path(f"{_DELIVERIES}<int:delivery>/redeliver/", Redelivering.as_view(), name="webhook-redeliver"),
    path(_REPLAYS, ReplayList.as_view(), name="webhook-replays"),
    path(f"{_REPLAYS}<int:replay>/", ReplayDetail.as_view(), name="webhook-replay"),
]
