"""`/api/webhooks/`: subscriptions to changes. `docs/webhooks.md` has the rules."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import path
from rest_framework.request import Request

from relations import delivery
from relations.api.http import conditional, formats
from relations.api.http.endpoints import DetailEndpoint, ListEndpoint
from relations.api.http.filters import ArrayHolding, Containing, Exactly, Filters, MomentBound, Numbers, Truth, Words
from relations.api.http.values import pair_from_text
from relations.api.webhooks.access import NOT_STORED, OwnEndpoint, get_subscription, owner, validated, visible
from relations.api.webhooks.requests import SubscriptionRequest
from relations.api.webhooks.responses import SecretResponse, SubscriptionResponse
from relations.codes import DisabledReason, Include, SubscriptionState
from relations.models import Subscription
from relations.representation.json_types import from_row
from relations.representation.references import country_code, site

FILTERS = ("event_types", "countries", "pairs", "tracks", "directions", "transitions")
WRITTEN = ("url", "description", *FILTERS, "include", "ordered")


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
    return conditional.digest(formats.dumps([getattr(row, name) for name in WRITTEN]))


def whole(request: Request, row: Subscription) -> HttpResponse:
    """The current subscription with its ETag."""
    body = subscription_body(get_subscription(request, row.pk), site(request))
    return conditional.cached(request, body, version=version_of(row))


class SubscriptionFilters(Filters):
    unfiltered = frozenset(
        {
            "id", "destination", "transitions", "state_since", "verified_at", "missed_from", "failures",
            "failing_since", "pauses", "paused_until", "last_success_at", "last_failure_at", "delivered", "failed",
            "served_at", "created_at",
        }
    )  # fmt: skip

    id = Numbers("id", label="Number of the subscription")
    owner = Exactly("owner__username", label="Name of the owner: superusers see those of others")
    state = Words("state", words=SubscriptionState, label="State")
    disabled_reason = Words("disabled_reason", words=DisabledReason, label="Why it is disabled")
    url = Containing("url", label="Part of the URL")
    description = Containing("description", label="Part of the description")
    event_types = ArrayHolding("event_types", label="An event type as it is written there: sanctions.*")
    countries = ArrayHolding("countries", convert=country_code, label="A country that it names")
    pairs = ArrayHolding("pairs", convert=pair_from_text, label="A pair that it names")
    tracks = ArrayHolding("tracks", label="A track that it names")
    directions = ArrayHolding("directions", label="A direction that it names")
    include = Words("include", words=Include, label="Content of its messages")
    ordered = Truth("ordered", label="Strictly in order (1) or not (0)")
    created_after = MomentBound("created_at", after=True, label="Made then or later")
    created_before = MomentBound("created_at", after=False, label="Made then or earlier")


class SubscriptionList(OwnEndpoint, ListEndpoint):
    """The caller's subscriptions; a superuser's list has everybody's. POST creates one and shows its secret."""

    serializer_class, response_type, posted_response_type = SubscriptionRequest, SubscriptionResponse, SecretResponse
    accepted = ("201", "It waits for its ping to be answered; the secret is shown this once")
    filterset_class, name = SubscriptionFilters, "webhooks"
    orderings = {"id": ("id",), "url": ("url", "id")}
    default_ordering = "id"

    def get_queryset(self) -> QuerySet[Subscription]:
        return visible(self.request)

    def bodies(self, rows: list[Any]) -> list[SubscriptionResponse]:
        return [subscription_body(row, site(self.request)) for row in rows]

    def post(self, request: Request) -> HttpResponse:
        row, secret = delivery.create(owner(request), validated(SubscriptionRequest, request.data))
        return with_secret(request, row, secret.reveal(), status=201)


class SubscriptionDetail(OwnEndpoint, DetailEndpoint):
    """One subscription. Whoever sends If-Match changes or deletes it as they saw it; nobody has to."""

    serializer_class, response_type = SubscriptionRequest, SubscriptionResponse
    request_headers = {"PATCH": "ETag of what the client has seen", "DELETE": "ETag of what the client has seen"}

    def get_object(self, **kwargs: Any) -> Subscription:
        return get_subscription(self.request, kwargs["number"])

    def body(self, row: Subscription) -> SubscriptionResponse:
        return subscription_body(row, site(self.request))

    def version(self, row: Subscription) -> str:
        return version_of(row)

    def patch(self, request: Request, number: int) -> HttpResponse:
        with self._locked(request, number) as row:
            changed = delivery.change(row, validated(SubscriptionRequest, request.data, partial=True))
            return whole(request, changed)

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
                row = visible(request).select_for_update(of=("self",), no_key=True).get(pk=row.pk)
                version = version_of(row)
                tag = conditional.etag(version, formats.dumps(self.body(row)))
                conditional.refuse_stale(request, version=version, tag=lambda: tag)
            yield row


def with_secret(request: Request, row: Subscription, secret: str, *, status: int) -> HttpResponse:
    """The one answer that shows the secret, which nobody on the way may store."""
    body = subscription_body(get_subscription(request, row.pk), site(request))
    headers = NOT_STORED | {"Location": body["self"]}
    return formats.answered({**body, "secret": secret}, status=status, headers=headers)


urlpatterns = [
    path("webhooks/", SubscriptionList.as_view(), name="webhooks"),
    path("webhooks/<int:number>/", SubscriptionDetail.as_view(), name="webhook"),
]
