"""Commands on a subscription: enable, disable, ping, rotate its secret; and dry runs of its filters."""

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
from relations.api.webhooks.access import CHANGES, OwnEndpoint, get_subscription, refuse_body, validated
from relations.api.webhooks.deliveries import accepted_delivery
from relations.api.webhooks.requests import EmptyRequest, FiltersRequest, RotationRequest
from relations.api.webhooks.responses import (
    DeliveryResponse,
    MatchesResponse,
    SecretResponse,
    SubscriptionResponse,
)
from relations.api.webhooks.subscriptions import whole, with_secret
from relations.models import ListChange, StatusChange, Subscription
from relations.outbox.payloads import list_change_payload
from relations.representation.changes import change_bodies
from relations.representation.references import site

LAST = 100
"""Log entries that a dry run looks at."""


class _Command(OwnEndpoint):
    """A command on one subscription that takes no body."""

    rights = CHANGES
    serializer_class = EmptyRequest
    response_type: type = SubscriptionResponse

    def post(self, request: Request, number: int) -> HttpResponse:
        refuse_body(request)
        return self.run(request, get_subscription(request, number))

    def run(self, request: Request, row: Subscription) -> HttpResponse:
        raise NotImplementedError


class Enabling(_Command):
    """Sends the ping that enables it. `missed_from` is the first log entry to replay, if any."""

    accepted = ("200", "The subscription: pending until the ping is answered with 2xx")

    def run(self, request: Request, row: Subscription) -> HttpResponse:
        return whole(request, delivery.enable(row))


class Disabling(_Command):
    """Stops enqueueing and sending. Waiting deliveries stay."""

    accepted = ("200", "The subscription as it is now")

    def run(self, request: Request, row: Subscription) -> HttpResponse:
        return whole(request, delivery.disable(row))


class Pinging(_Command):
    """Sends a `webhook.ping`, or the waiting one at once."""

    response_type = DeliveryResponse
    accepted = ("202", "The ping, on its way")

    def run(self, request: Request, row: Subscription) -> HttpResponse:
        return accepted_delivery(request, delivery.ping(row))


class Rotating(OwnEndpoint):
    """Makes a new secret, for the owner alone. During the grace, messages carry a signature of the old one as well."""

    rights = CHANGES
    serializer_class, response_type = RotationRequest, SecretResponse
    accepted = ("200", "The new secret is shown this once")

    def post(self, request: Request, number: int) -> HttpResponse:
        row = get_subscription(request, number)
        if row.owner_id != request.user.pk:
            raise exceptions.PermissionDenied("Its secret is shown to its owner alone: only they can rotate it.")
        values = validated(RotationRequest, request.data or {})
        grace = {"grace": dt.timedelta(seconds=values["grace"])} if "grace" in values else {}
        return with_secret(request, row, delivery.rotate(row, **grace).reveal(), status=200)


class DryRun(OwnEndpoint):
    """The last 100 log entries, reduced to those that pass the filters. Writes and sends nothing."""

    serializer_class, response_type = FiltersRequest, MatchesResponse
    accepted = ("200", "What would have been sent")

    def post(self, request: Request) -> HttpResponse:
        return _matches(request, validated(FiltersRequest, request.data))


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
    path("webhooks/dry-run/", DryRun.as_view(), name="webhooks-dry-run"),
    path("webhooks/<int:number>/dry-run/", OwnDryRun.as_view(), name="webhook-dry-run"),
    path("webhooks/<int:number>/enable/", Enabling.as_view(), name="webhook-enable"),
    path("webhooks/<int:number>/disable/", Disabling.as_view(), name="webhook-disable"),
    path("webhooks/<int:number>/ping/", Pinging.as_view(), name="webhook-ping"),
    path("webhooks/<int:number>/rotate-secret/", Rotating.as_view(), name="webhook-rotate-secret"),
]
