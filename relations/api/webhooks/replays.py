"""`/api/webhooks/<id>/replay/`: sends a span of the log again, or those of its entries that pass a filter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path
from rest_framework.request import Request

from relations import delivery
from relations.api.http import conditional, formats
from relations.api.http.endpoints import ListEndpoint
from relations.api.http.filters import Filters, MomentBound, Numbers, Truth
from relations.api.webhooks.access import CHANGES, OwnEndpoint, get_subscription, validated
from relations.api.webhooks.requests import ReplayRequest
from relations.api.webhooks.responses import ReplayResponse
from relations.errors import Invalid
from relations.models import Replay, Subscription
from relations.representation.json_types import from_row
from relations.representation.references import site


def replay_body(row: Replay, site: str) -> ReplayResponse:
    own = f"{site}/api/webhooks/{row.subscription_id}/"
    return from_row(
        ReplayResponse, row,
        self=f"{own}replay/{row.pk}/", subscription=row.subscription_id, deliveries=f"{own}deliveries/?replayed=1",
    )  # fmt: skip


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
    requested_after = MomentBound("requested_at", after=True, label="Requested then or later")
    requested_before = MomentBound("requested_at", after=False, label="Requested then or earlier")


class ReplayList(OwnEndpoint, ListEndpoint):
    """The replays of a subscription, the newest first. POST requests one."""

    rights = CHANGES
    serializer_class, response_type = ReplayRequest, ReplayResponse
    accepted = ("202", "The workers queue it: look at `self` for how far they are")
    filterset_class, name = ReplayFilters, "replays"
    orderings = {"id": ("id",)}
    default_ordering = "-id"

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.subscription = get_subscription(request, kwargs["number"])
        return super().get(request)

    def get_queryset(self) -> QuerySet[Replay]:
        return Replay.objects.filter(subscription=self.subscription)

    def bodies(self, rows: list[Any]) -> list[ReplayResponse]:
        return [replay_body(row, site(self.request)) for row in rows]

    def post(self, request: Request, number: int) -> HttpResponse:
        row = get_subscription(request, number)
        body = replay_body(request_replay(row, validated(ReplayRequest, request.data)), site(request))
        return formats.answered(body, status=202, headers={"Location": body["self"]})


class ReplayDetail(OwnEndpoint):
    """A replay and its progress."""

    response_type = ReplayResponse

    def get(self, request: Request, number: int, replay: int) -> HttpResponse:
        row = Replay.objects.filter(subscription=get_subscription(request, number), pk=replay).first()
        if row is None:
            raise Http404
        return conditional.cached(request, replay_body(row, site(request)), version=row.pk)


urlpatterns = [
    path("webhooks/<int:number>/replay/", ReplayList.as_view(), name="webhook-replays"),
    path("webhooks/<int:number>/replay/<int:replay>/", ReplayDetail.as_view(), name="webhook-replay"),
]
