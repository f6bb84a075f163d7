"""`/api/webhooks/<id>/deliveries/`: messages with their attempts and the receivers' answers."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path
from orjson import Fragment
from rest_framework.request import Request

from relations.api.http import formats
from relations.api.http.endpoints import DetailEndpoint, ListEndpoint
from relations.api.http.filters import Filters, MomentBound, Numbers, Pairs, SingleValue, Truth, Words
from relations.api.webhooks.access import CHANGES, OwnEndpoint, get_subscription, refuse_body
from relations.api.webhooks.requests import EmptyRequest
from relations.api.webhooks.responses import AttemptResponse, DeliveryResponse, WholeDeliveryResponse
from relations.codes import DeliveryState, EventType
from relations.delivery import redeliver
from relations.models import Attempt, Delivery
from relations.representation.json_types import from_row
from relations.representation.references import site


def attempt_body(attempt: Attempt) -> AttemptResponse:
    return from_row(AttemptResponse, attempt, error=attempt.error or None)


def delivery_body(row: Delivery, last: Attempt | None, site: str) -> DeliveryResponse:
    return from_row(
        DeliveryResponse, row,
        self=f"{site}/api/webhooks/{row.subscription_id}/deliveries/{row.pk}/", subscription=row.subscription_id,
        pair=row.pair or None, change=row.change_id, list_change=row.list_change_id, attempts_made=row.attempts,
        last_attempt=attempt_body(last) if last else None, replay_of=row.replay_of_id,
        next_attempt_at=None if row.finished_at else row.next_attempt_at,
    )  # fmt: skip


def last_attempts(rows: Sequence[Delivery]) -> dict[int, Attempt]:
    """The last attempt at each of the deliveries that has one: one query."""
    attempts = Attempt.objects.filter(delivery__in=[row.pk for row in rows]).order_by("delivery_id", "-id")
    return {attempt.delivery_id: attempt for attempt in attempts.distinct("delivery_id").defer("answer")}


def accepted_delivery(request: Request, row: Delivery) -> HttpResponse:
    """202 with the delivery and its URL."""
    body = delivery_body(row, last_attempts([row]).get(row.pk), site(request))
    return formats.answered(body, status=202, headers={"Location": body["self"]})


def _message_id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text.removeprefix("msg_"))
    except ValueError:
        raise ValueError(f"{text[:40]!r} is no message's id; they look like msg_7f8d2c1e….") from None


class _Message(SingleValue):
    """`msg_` and 32 hexadecimal digits, as in the header."""

    convert = staticmethod(_message_id)
    schema = {"type": "string", "example": "msg_…"}
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
    webhook_id = _Message("message", label="The message's id, as its header has it")
    replayed = Truth("replayed", label="Sent once more (1) or the first time (0)")
    replay_of = Numbers("replay_of", label="The delivery that it is a replay of")
    created_after = MomentBound("created_at", after=True, label="Enqueued then or later")
    created_before = MomentBound("created_at", after=False, label="Enqueued then or earlier")
    finished_after = MomentBound("finished_at", after=True, label="Delivered or exhausted then or later")
    finished_before = MomentBound("finished_at", after=False, label="Delivered or exhausted then or earlier")


class DeliveryList(OwnEndpoint, ListEndpoint):
    """The deliveries of a subscription, the newest first."""

    response_type, filterset_class, name = DeliveryResponse, DeliveryFilters, "deliveries"
    orderings = {"id": ("id",)}
    default_ordering = "-id"

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.subscription = get_subscription(request, kwargs["number"])
        return super().get(request)

    def get_queryset(self) -> QuerySet[Delivery]:
        return Delivery.objects.filter(subscription=self.subscription).defer("body")

    def bodies(self, rows: list[Any]) -> list[DeliveryResponse]:
        last = last_attempts(rows)
        return [delivery_body(row, last.get(row.pk), site(self.request)) for row in rows]


class DeliveryDetail(OwnEndpoint, DetailEndpoint):
    """One delivery with all its attempts and the body as it is sent."""

    response_type = WholeDeliveryResponse

    def get_object(self, **kwargs: Any) -> Delivery:
        return get_delivery(self.request, kwargs["number"], kwargs["delivery"])

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


class Redelivering(OwnEndpoint):
    """Enqueues the same bytes under the same id, unless they are waiting already."""

    rights, serializer_class, response_type = CHANGES, EmptyRequest, DeliveryResponse
    accepted = ("202", "What waits to be sent")

    def post(self, request: Request, number: int, delivery: int) -> HttpResponse:
        refuse_body(request)
        return accepted_delivery(request, redeliver(get_delivery(request, number, delivery)))


def get_delivery(request: Request, number: int, delivery: int) -> Delivery:
    row = Delivery.objects.filter(subscription=get_subscription(request, number), pk=delivery).first()
    if row is None:
        raise Http404
    return row


urlpatterns = [
    path("webhooks/<int:number>/deliveries/", DeliveryList.as_view(), name="webhook-deliveries"),
    path("webhooks/<int:number>/deliveries/<int:delivery>/", DeliveryDetail.as_view(), name="webhook-delivery"),
    path(
        "webhooks/<int:number>/deliveries/<int:delivery>/redeliver/", Redelivering.as_view(), name="webhook-redeliver"
    ),
]
