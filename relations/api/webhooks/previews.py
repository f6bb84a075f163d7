"""Previews of what a subscription gets: the types of events with examples, and dry runs of its filters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.urls import path
from rest_framework.request import Request

from relations import delivery
from relations.api.http import conditional, formats
from relations.api.http.requests import validated
from relations.api.webhooks.access import OwnEndpoint, get_subscription
from relations.api.webhooks.events import MESSAGES
from relations.api.webhooks.requests import FiltersRequest
from relations.api.webhooks.responses import EventTypeResponse, EventTypesResponse, MatchesResponse
from relations.codes import EventType
from relations.delivery.custom_headers import parse_headers
from relations.models import ListChange, StatusChange
from relations.outbox.examples import example
from relations.outbox.matching import ONLY_BY_NAME
from relations.outbox.payloads import list_change_payload
from relations.representation.changes import change_bodies
from relations.representation.references import site
from relations.representation.webhooks import SCHEMA_VERSION

LAST = 100
"""Log entries that a dry run looks at."""


class EventTypes(OwnEndpoint):
    """The types of events, each with an example of its whole body."""

    response_type = EventTypesResponse

    def get(self, request: Request) -> HttpResponse:
        results: list[EventTypeResponse] = [
            {"type": one, "title": one.label, "description": MESSAGES[one][0], "only_by_name": one in ONLY_BY_NAME,
             "example": example(one)} for one in EventType
        ]  # fmt: skip
        body = {"schema_version": SCHEMA_VERSION, "results": results}
        return conditional.cached(request, body, version=conditional.digest(formats.dumps(body)))


class DryRun(OwnEndpoint):
    """The last 100 log entries, reduced to those that pass the filters. Writes and sends nothing."""

    serializer_class, response_type = FiltersRequest, MatchesResponse
    accepted = ("200", "What would have been sent")

    def post(self, request: Request) -> HttpResponse:
        values = validated(FiltersRequest, request.data)
        parse_headers(values.get("headers", {}))
        return _matches(request, values)


class OwnDryRun(OwnEndpoint):
    """The last 100 log entries, reduced to those that pass the subscription's filters."""

    response_type = MatchesResponse

    def get(self, request: Request, number: int) -> HttpResponse:
        row = get_subscription(request, number)
        return _matches(request, {name: getattr(row, name) for name in delivery.FILTERS})


def _matches(request: Request, values: Mapping[str, Any]) -> HttpResponse:
    matches = delivery.would_match(values, last=LAST)
    changes = [match.entry for match in matches if isinstance(match.entry, StatusChange)]
    bodies = {body["id"]: body for body in change_bodies(changes, site=site(request))}
    results = [
        {"type": match.event.type, **(list_change_payload(match.entry, reached=match.reached)
         if isinstance(match.entry, ListChange) else bodies[match.entry.pk])}
        for match in matches
    ]  # fmt: skip
    return formats.answered({"looked_at": len(delivery.last_entries(LAST)), "results": results})


urlpatterns = [
    path("webhooks/event-types/", EventTypes.as_view(), name="webhooks-event-types"),
    path("webhooks/dry-run/", DryRun.as_view(), name="webhooks-dry-run"),
    path("webhooks/<int:number>/dry-run/", OwnDryRun.as_view(), name="webhook-dry-run"),
]
