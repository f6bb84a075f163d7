"""`/api/webhooks/<id>/deliveries/`: messages with their attempts and the receivers' answers."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path
from orjson import Fragment
from rest_framework.request import Request

from relations.api.http import conditional, formats
from relations.api.http.endpoints import ListEndpoint
from relations.api.http.filters import Filters, MomentBound, Numbers, Pairs, SingleValue, Truth, Words
from relations.api.http.parameters import chosen_fields, only
from relations.api.webhooks.access import CHANGES, OwnEndpoint, get_subscription, refuse_body
from relations.api.webhooks.requests import DeliveryShape, Empty, WholeDeliveryShape
from relations.codes import DeliveryState, EventType
from relations.delivery import redeliver
from relations.models import Attempt, Delivery
from relations.representation.references import site

KEYS = (
    "id", "self", "subscription", "webhook_id", "event_type", "pair", "change", "list_change", "state",
    "attempts_made", "last_attempt", "created_at", "next_attempt_at", "finished_at", "replayed", "replay_of",
)  # fmt: skip
WHOLE_KEYS = (*KEYS, "attempts", "body")
_ATTEMPT = ("at", "milliseconds", "status", "error", "probe")


def attempt_body(attempt: Attempt) -> dict[str, Any]:
    return {name: getattr(attempt, name) for name in _ATTEMPT} | {"error": attempt.error or None}


def delivery_body(row: Delivery, last: Attempt | None, site: str) -> dict[str, Any]:
    return {
        "id": row.pk,
        "self": f"{site}/api/webhooks/{row.subscription_id}/deliveries/{row.pk}/",
        "subscription": row.subscription_id,
        "webhook_id": row.webhook_id,
        "event_type": row.event_type,
        "pair": row.pair or None,
        "change": row.change_id,
        "list_change": row.list_change_id,
        "state": row.state,
        "attempts_made": row.attempts,
        "last_attempt": attempt_body(last) if last else None,
        "created_at": row.created_at,
        "next_attempt_at": None if row.finished_at else row.next_attempt_at,
        "finished_at": row.finished_at,
        "replayed": row.replayed,
        "replay_of": row.replay_of_id,
    }


def last_attempts(rows: Sequence[Delivery]) -> dict[int, Attempt]:
    """The last attempt by delivery: one query."""
    attempts = Attempt.objects.filter(delivery__in=[row.pk for row in rows]).order_by("delivery_id", "-id")
    return {attempt.delivery_id: attempt for attempt in attempts.distinct("delivery_id").defer("answer")}


def accepted_delivery(request: Request, row: Delivery) -> HttpResponse:
    """202 with the delivery and its URL."""
    body = delivery_body(row, last_attempts([row]).get(row.pk), site(request))
    return formats.answered(body, status=202, headers={"Location": body["self"]})


class _Message(SingleValue):
    """`msg_` and 32 hexadecimal digits, as in the header."""

    def __init__(self, field_name: str, *, label: str) -> None:
        super().__init__(field_name, convert=_hexadecimal, label=label, schema={"type": "string", "example": "msg_…"})

    def cut(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return qs.filter(message=value)


def _hexadecimal(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text.removeprefix("msg_"))
    except ValueError:
        raise ValueError(f"{text[:40]!r} is no message's id; they look like msg_7f8d2c1e….") from None


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
    webhook_id = _Message("message", label="The message's id, as in its header")
    replayed = Truth("replayed", Q(replayed=True), label="Sent once more (1) or the first time (0)")
    replay_of = Numbers("replay_of", label="The delivery that it is a replay of")
    created_after = MomentBound("created_at", after=True, label="Enqueued then or later")
    created_before = MomentBound("created_at", after=False, label="Enqueued then or earlier")
    finished_after = MomentBound("finished_at", after=True, label="Delivered or exhausted then or later")
    finished_before = MomentBound("finished_at", after=False, label="Delivered or exhausted then or earlier")


class DeliveryList(OwnEndpoint, ListEndpoint):
    """The deliveries of a subscription, the newest first."""

    model, shape = Delivery, DeliveryShape
    filters, keys, name = DeliveryFilters, KEYS, "deliveries"
    nested: ClassVar[Mapping[str, tuple[str, ...]]] = {"last_attempt": _ATTEMPT}
    orderings = {"id": ("id",)}
    default_ordering = "-id"

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.subscription = get_subscription(request, kwargs["number"])
        return super().get(request)

    def rows(self) -> QuerySet[Delivery]:
        return Delivery.objects.filter(subscription=self.subscription).defer("body")

    def bodies(self, rows: list[Any]) -> list[dict[str, Any]]:
        last = last_attempts(rows)
        return [delivery_body(row, last.get(row.pk), site(self.request)) for row in rows]


class DeliveryDetail(OwnEndpoint):
    """One delivery with its attempts and its body."""

    model, shape = Delivery, WholeDeliveryShape
    parameters = {"GET": {"fields"}}

    def get(self, request: Request, number: int, delivery: int) -> HttpResponse:
        row = get_delivery(request, number, delivery)
        log = list(row.log.order_by("id"))
        body = delivery_body(row, log[-1] if log else None, site(request)) | {
            "attempts": [
                attempt_body(each) | {"answer": bytes(each.answer).decode("utf-8", "replace")} for each in log
            ],
            "body": Fragment(bytes(row.body)),
        }
        return conditional.cached(request, only(body, chosen_fields(request, WHOLE_KEYS)), version=row.attempts)


class Redelivering(OwnEndpoint):
    """Enqueues the same bytes under the same id, unless they are waiting already."""

    rights, body, shape = CHANGES, Empty, DeliveryShape
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
