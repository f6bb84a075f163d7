"""`/api/webhooks/<id>/replay/`: a span of the log, or what of it a filter lets through, sent once more."""

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
from relations.api.webhooks.access import CHANGES, OwnEndpoint, subscription, values_of
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


def ask(row: Subscription, values: Mapping[str, Any]) -> Replay:
    """Raises `Invalid` for a body that names nothing, two things at once, or a span that ends before it begins."""
    told = {name: value for name, value in values.items() if value is not None and value is not False and value != []}
    if "missed" in told:
        if len(told) > 1:
            raise Invalid(field="missed", why="What was missed is a span of its own: leave the rest out.")
        return delivery.replay_missed(row)
    if not told:
        raise Invalid(why='Name a span or a filter; {"after": 0} asks for everything.')
    first, last = delivery.span(since=told.get("recorded_after"), until=told.get("recorded_before"))
    after = max(first, told.get("after", 0))
    ends = [end for end in (last, told.get("until")) if end is not None]
    if "until" in told and told["until"] < told.get("after", 0):
        raise Invalid(field="until", why="The span ends before it begins.")
    return delivery.replay(
        row, after=after, until=min(ends, default=None), event_types=told.get("event_types", ()),
        pairs=told.get("pairs", ()), undelivered=told.get("undelivered", False),
    )  # fmt: skip


class ReplayFilters(Filters):
    unfiltered = frozenset(
        {"id", "subscription", "after", "until", "event_types", "pairs", "undelivered", "reached", "queued",
         "requested_at", "finished_at"}
    )  # fmt: skip

    id = Numbers("id", label="Number of the replay")
    finished = Truth("finished_at", Q(finished_at__isnull=False), label="All is queued (1) or not yet (0)")
    requested_after = MomentBound("requested_at", after=True, label="Asked for then or later")
    requested_before = MomentBound("requested_at", after=False, label="Asked for then or earlier")


class ReplayList(OwnEndpoint, ListEndpoint):
    """What was asked for, the newest first; POST asks for more."""

    rights = CHANGES
    serializer_class, response_type = ReplayRequest, ReplayResponse
    accepted = ("202", "The workers queue it: look at `self` for how far they are")
    filterset_class, name = ReplayFilters, "replays"
    orderings = {"id": ("id",)}
    default_ordering = "-id"

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.subscription = subscription(request, kwargs["number"])
        return super().get(request)

    def get_queryset(self) -> QuerySet[Replay]:
        return Replay.objects.filter(subscription=self.subscription)

    def bodies(self, rows: list[Any]) -> list[ReplayResponse]:
        return [replay_body(row, site(self.request)) for row in rows]

    def post(self, request: Request, number: int) -> HttpResponse:
        row = subscription(request, number)
        body = replay_body(ask(row, values_of(ReplayRequest, request.data)), site(request))
        return formats.answered(body, status=202, headers={"Location": body["self"]})


class ReplayDetail(OwnEndpoint):
    """How far a replay is."""

    response_type = ReplayResponse

    def get(self, request: Request, number: int, replay: int) -> HttpResponse:
        row = Replay.objects.filter(subscription=subscription(request, number), pk=replay).first()
        if row is None:
            raise Http404
        return conditional.cached(request, replay_body(row, site(request)), version=row.pk)


urlpatterns = [
    path("webhooks/<int:number>/replay/", ReplayList.as_view(), name="webhook-replays"),
    path("webhooks/<int:number>/replay/<int:replay>/", ReplayDetail.as_view(), name="webhook-replay"),
]
