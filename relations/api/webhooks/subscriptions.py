"""`/api/webhooks/`: subscriptions to changes. `docs/webhooks.md` has the rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import path
from rest_framework import exceptions
from rest_framework.request import Request

from relations import delivery
from relations.api.http import conditional, filters, formats
from relations.api.http.endpoints import DetailEndpoint, ListEndpoint
from relations.api.http.parameters import pair_from_text
from relations.api.http.requests import validated
from relations.api.http.writing import WRITE, is_dry_run, write
from relations.api.webhooks.access import (
    NOT_STORED,
    CommandEndpoint,
    OwnEndpoint,
    get_subscription,
    owner,
    refuse_body,
    visible,
)
from relations.api.webhooks.deliveries import accepted_delivery
from relations.api.webhooks.requests import EmptyRequest, RotationRequest, SubscriptionRequest, TestRequest
from relations.api.webhooks.responses import DeliveryResponse, SecretResponse, SubscriptionResponse
from relations.codes import DisabledReason, Include, SubscriptionState
from relations.models import Subscription
from relations.representation.json_types import from_row
from relations.representation.references import country_code, site

WRITTEN = ("url", "description", *delivery.FILTERS, "include", "ordered", "rate_per_minute")


def subscription_body(row: Any, site: str) -> SubscriptionResponse:
    """A row of `visible`; the secret is never among it."""
    own = f"{site}/api/webhooks/{row.pk}/"
    return from_row(
        SubscriptionResponse, row,
        self=own, owner=row.owner.get_username(), disabled_reason=row.disabled_reason or None,
        secret_fingerprint=row.fingerprint, deliveries=f"{own}deliveries/",
    )  # fmt: skip


def version_of(row: Subscription) -> str:
    """A digest of what its owner writes: health comes and goes, and is no conflict."""
    return conditional.digest(
        formats.dumps([*(getattr(row, name) for name in WRITTEN), bytes(row.sealed_headers or b"").hex()])
    )


def whole(request: Request, row: Subscription) -> HttpResponse:
    """The current subscription with its ETag."""
    body = subscription_body(get_subscription(request, row.pk), site(request))
    return conditional.cached(request, body, version=version_of(row))


class SubscriptionFilters(filters.Filters):
    unfiltered = frozenset({
        "id", "destination", "transitions", "state_since", "verified_at", "missed_from", "failures", "failing_since",
        "pauses", "paused_until", "last_success_at", "last_failure_at", "delivered", "failed", "served_at",
        "created_at", "rate_per_minute", "header_names", "sealed_headers", "paced_until", "mailed_state",
        "mailed_at", "mail_due_at",
    })  # fmt: skip

    id = filters.Numbers("id", label="Number of the subscription")
    owner = filters.Exactly("owner__username", label="Name of the owner: superusers see those of others")
    state = filters.Words("state", words=SubscriptionState, label="State")
    disabled_reason = filters.Words("disabled_reason", words=DisabledReason, label="Why it is disabled")
    url = filters.Containing("url", label="Part of the URL")
    description = filters.Containing("description", label="Part of the description")
    event_types = filters.OverlappingTexts("event_types", label="An event type as it is written there: sanctions.*")
    countries = filters.OverlappingTexts(
        "countries", convert=country_code, schema=filters.Countries.schema, label="A country that it names"
    )
    pairs = filters.OverlappingTexts(
        "pairs", convert=pair_from_text, schema=filters.Pairs.schema, label="A pair that it names"
    )
    tracks = filters.OverlappingTexts("tracks", label="A track that it names")
    directions = filters.OverlappingTexts("directions", label="A direction that it names")
    include = filters.Words("include", words=Include, label="Content of its messages")
    ordered = filters.Truth("ordered", label="Strictly in order (1) or not (0)")
    created_after, created_before = filters.MomentBound.pair("created_at", "Made then")


class _Subscriptions(OwnEndpoint):
    serializer_class, response_type = SubscriptionRequest, SubscriptionResponse

    def body(self, row: Subscription) -> SubscriptionResponse:
        return subscription_body(row, site(self.request))


class SubscriptionList(_Subscriptions, ListEndpoint):
    """The caller's subscriptions; a superuser's list has everybody's. POST creates one and shows its secret."""

    parameters = {"POST": WRITE}
    posted_response_type = SecretResponse
    accepted = ("201", "It waits for its ping to be answered; the secret is shown this once")
    filterset_class, name = SubscriptionFilters, "webhooks"
    orderings = {"id": ("id",), "url": ("url", "id")}
    default_ordering = "id"

    def get_queryset(self) -> QuerySet[Subscription]:
        return visible(self.request)

    @write
    def post(self, request: Request) -> HttpResponse:
        row, secret = delivery.create(owner(request), validated(SubscriptionRequest, request.data))
        if is_dry_run(request):
            return formats.answered(self.body(get_subscription(request, row.pk)), status=201)
        return with_secret(request, row, secret.reveal(), status=201)


class SubscriptionDetail(_Subscriptions, DetailEndpoint):
    """One subscription. Whoever sends If-Match changes or deletes it as they saw it; nobody has to."""

    parameters = {**DetailEndpoint.parameters, "PATCH": WRITE, "DELETE": WRITE}
    request_headers = {"PATCH": "ETag of what the client has seen", "DELETE": "ETag of what the client has seen"}

    def get_object(self, **kwargs: Any) -> Subscription:
        return get_subscription(self.request, kwargs["number"])

    def version(self, row: Subscription) -> str:
        return version_of(row)

    @write
    def patch(self, request: Request, number: int) -> HttpResponse:
        with self._locked(request, number) as row:
            changed = delivery.change(row, validated(SubscriptionRequest, request.data, partial=True))
            return whole(request, changed)

    @write
    def delete(self, request: Request, number: int) -> HttpResponse:
        with self._locked(request, number) as row:
            delivery.delete(row)
        return HttpResponse(status=204)

    @contextmanager
    def _locked(self, request: Request, number: int) -> Iterator[Subscription]:
        """The subscription, locked until the commit if the request has an `If-Match`, which has to match."""
        with transaction.atomic():
            row = get_subscription(request, number)
            if "If-Match" in request.headers:
                Subscription.objects.locked(row.pk)
                row = get_subscription(request, number)
                self.refuse_stale(row)
            yield row


def with_secret(request: Request, row: Subscription, secret: str, *, status: int) -> HttpResponse:
    """The one answer that shows the secret, which nobody on the way may store."""
    body = subscription_body(get_subscription(request, row.pk), site(request))
    headers = NOT_STORED | {"Location": body["self"]}
    return formats.answered({**body, "secret": secret}, status=status, headers=headers)


# --- commands on one subscription -----------------------------------------------------------------------------------


class _Command(CommandEndpoint):
    """A command on one subscription that takes no body."""

    serializer_class = EmptyRequest
    response_type: type = SubscriptionResponse
    command: Callable[[Subscription], Any]

    @write
    def post(self, request: Request, number: int) -> HttpResponse:
        refuse_body(request)
        return self.shown(request, self.command(get_subscription(request, number)))

    def shown(self, request: Request, row: Any) -> HttpResponse:
        return whole(request, row)


class Enabling(_Command):
    """Sends the ping that enables it. `missed_from` is the first log entry to replay, if any."""

    accepted = ("200", "The subscription: pending until the ping is answered with 2xx")
    command = staticmethod(delivery.enable)


class Disabling(_Command):
    """Stops enqueueing and sending. Waiting deliveries stay."""

    accepted = ("200", "The subscription as it is now")
    command = staticmethod(delivery.disable)


class Pinging(_Command):
    """Sends a `webhook.ping`, or the waiting one at once."""

    response_type = DeliveryResponse
    accepted = ("202", "The ping, on its way")
    command = staticmethod(delivery.ping)

    def shown(self, request: Request, row: Any) -> HttpResponse:
        return accepted_delivery(request, row)


class Testing(CommandEndpoint):
    """Sends an example of one type, as the filters let it pass where they can. It has `test`, and is sent once."""

    serializer_class, response_type = TestRequest, DeliveryResponse
    accepted = ("202", "The test, on its way")

    @write
    def post(self, request: Request, number: int) -> HttpResponse:
        row = get_subscription(request, number)
        return accepted_delivery(request, delivery.send_test(row, validated(TestRequest, request.data)["type"]))


class Rotating(CommandEndpoint):
    """Makes a new secret, for the owner alone. During the grace, messages carry a signature of the old one as well."""

    serializer_class, response_type, posted_response_type = RotationRequest, SubscriptionResponse, SecretResponse
    accepted = ("200", "The new secret is shown this once")

    @write
    def post(self, request: Request, number: int) -> HttpResponse:
        row = get_subscription(request, number)
        if row.owner_id != request.user.pk:
            raise exceptions.PermissionDenied("Its secret is shown to its owner alone: only they can rotate it.")
        values = validated(RotationRequest, request.data or {})
        grace = {"grace": dt.timedelta(seconds=values["grace"])} if "grace" in values else {}
        secret = delivery.rotate(row, **grace)
        return whole(request, row) if is_dry_run(request) else with_secret(request, row, secret.reveal(), status=200)


_ONE = "webhooks/<int:number>/"
urlpatterns = [
    path("webhooks/", SubscriptionList.as_view(), name="webhooks"),
    path(_ONE, SubscriptionDetail.as_view(), name="webhook"),
    path(f"{_ONE}enable/", Enabling.as_view(), name="webhook-enable"),
    path(f"{_ONE}disable/", Disabling.as_view(), name="webhook-disable"),
    path(f"{_ONE}ping/", Pinging.as_view(), name="webhook-ping"),
    path(f"{_ONE}test/", Testing.as_view(), name="webhook-test"),
    path(f"{_ONE}rotate-secret/", Rotating.as_view(), name="webhook-rotate-secret"),
]
