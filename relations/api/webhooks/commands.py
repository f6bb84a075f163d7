"""What is done with a subscription: enabled, disabled, pinged, given a new secret, tried out on the last changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.urls import path
from rest_framework import exceptions
from rest_framework.request import Request

from relations import delivery
from relations.api.http import formats
from relations.api.webhooks.access import CHANGES, OwnEndpoint, refuse_words, subscription, values_of
from relations.api.webhooks.deliveries import accepted_delivery
from relations.api.webhooks.requests import EmptyRequest, FiltersRequest, RotationRequest
from relations.api.webhooks.responses import (
    DeliveryResponse,
    MatchesResponse,
    SecretResponse,
    SubscriptionResponse,
)
from relations.api.webhooks.subscriptions import FILTERS, whole, with_secret
from relations.models import ListChange, StatusChange
from relations.outbox.payloads import list_change_told
from relations.representation.changes import change_bodies
from relations.representation.references import site

LAST = 100
"""Lines of the logs that a dry run looks at."""


class Enabling(OwnEndpoint):
    """Sends the ping whose answer enables it; `missed_from` tells whether there is something to replay."""

    rights = CHANGES
    serializer_class, response_type = EmptyRequest, SubscriptionResponse
    accepted = ("200", "The subscription: pending until the ping is answered with 2xx")

    def post(self, request: Request, number: int) -> HttpResponse:
        refuse_words(request)
        return whole(request, delivery.enable(subscription(request, number)))


class Disabling(OwnEndpoint):
    """Nothing more is put by or sent; what waits is held."""

    rights = CHANGES
    serializer_class, response_type = EmptyRequest, SubscriptionResponse
    accepted = ("200", "The subscription as it is now")

    def post(self, request: Request, number: int) -> HttpResponse:
        refuse_words(request)
        return whole(request, delivery.disable(subscription(request, number)))


class Pinging(OwnEndpoint):
    """Sends a `webhook.ping`, or the one that waits at once."""

    rights = CHANGES
    serializer_class, response_type = EmptyRequest, DeliveryResponse
    accepted = ("202", "The ping, on its way")

    def post(self, request: Request, number: int) -> HttpResponse:
        refuse_words(request)
        return accepted_delivery(request, delivery.ping(subscription(request, number)))


class Rotating(OwnEndpoint):
    """Makes a new secret, for the owner alone; for the grace, messages carry a signature of the old one as well."""

    rights = CHANGES
    serializer_class, response_type = RotationRequest, SecretResponse
    accepted = ("200", "The new secret is shown this once")

    def post(self, request: Request, number: int) -> HttpResponse:
        row = subscription(request, number)
        if row.owner_id != request.user.pk:
            raise exceptions.PermissionDenied("Its secret is shown to its owner alone: only they can rotate it.")
        told = values_of(RotationRequest, request.data or {})
        grace = {"grace": dt.timedelta(seconds=told["grace"])} if "grace" in told else {}
        return with_secret(request, row, delivery.rotate(row, **grace).shown(), status=200)


class DryRun(OwnEndpoint):
    """Which of the last 100 lines of the logs filters would let through. Nothing is written or sent."""

    serializer_class, response_type = FiltersRequest, MatchesResponse
    accepted = ("200", "What would have been sent")

    def post(self, request: Request) -> HttpResponse:
        return _matches(request, values_of(FiltersRequest, request.data))


class OwnDryRun(OwnEndpoint):
    """Which of the last 100 lines of the logs the subscription lets through, as it is."""

    response_type = MatchesResponse

    def get(self, request: Request, number: int) -> HttpResponse:
        row = subscription(request, number)
        return _matches(request, {name: getattr(row, name) for name in FILTERS})


def _matches(request: Request, values: Mapping[str, Any]) -> HttpResponse:
    found = delivery.would_match({name: values[name] for name in FILTERS if name in values}, last=LAST)
    changes = [match.line for match in found if isinstance(match.line, StatusChange)]
    bodies = {body["id"]: body for body in change_bodies(changes, site=site(request))}
    told = [
        {"type": match.event.type, **(list_change_told(match.line, reached=match.reached)
         if isinstance(match.line, ListChange) else bodies[match.line.pk])}
        for match in found
    ]  # fmt: skip
    return formats.answered({"looked_at": len(delivery.last_lines(LAST)), "results": told})


urlpatterns = [
    path("webhooks/dry-run/", DryRun.as_view(), name="webhooks-dry-run"),
    path("webhooks/<int:number>/dry-run/", OwnDryRun.as_view(), name="webhook-dry-run"),
    path("webhooks/<int:number>/enable/", Enabling.as_view(), name="webhook-enable"),
    path("webhooks/<int:number>/disable/", Disabling.as_view(), name="webhook-disable"),
    path("webhooks/<int:number>/ping/", Pinging.as_view(), name="webhook-ping"),
    path("webhooks/<int:number>/rotate-secret/", Rotating.as_view(), name="webhook-rotate-secret"),
]
