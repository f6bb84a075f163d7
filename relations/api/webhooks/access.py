"""Who may see and change which subscriptions: each owner their own, superusers all, and nobody a secret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from django.contrib.auth.models import User
from django.db.models import QuerySet
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from relations import delivery
from relations.api.http.endpoints import Endpoint
from relations.api.http.permissions import Scoped
from relations.api.http.requests import RequestBody, read
from relations.api.webhooks.requests import EmptyRequest
from relations.api.webhooks.schema import OwnSchema
from relations.codes import TokenScope
from relations.errors import BadHeader, NoSuchSubscription, SomeRefused
from relations.models import Subscription

CHANGES = {"POST": "change"}
"""The rights of an endpoint whose POST acts on a subscription that is there, as the admin's actions do."""
NOT_STORED = {"Cache-Control": "no-store"}
"""Of an answer that shows a secret."""


class Owner(Scoped):
    """Reading takes the scope `webhooks` as well, or a login: everybody sees their own, and nobody else's."""

    scope = TokenScope.WEBHOOKS

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.method in SAFE_METHODS:
            return bool(request.user.is_authenticated) and self._in_scope(request)
        return super().has_permission(request, view)


class OwnEndpoint(Endpoint):
    """A URL on which everybody finds what is theirs.

    An Idempotency-Key is refused and not ignored: an answer that is kept to be given again may hold a secret, and
    whoever sends a key relies on it.
    """

    permission_classes = (Owner,)
    queryset = Subscription.objects.all()
    schema = OwnSchema()
    accepted: ClassVar[tuple[str, str]] = ("200", "Done")
    """The status of a POST, and what it means: for the OpenAPI document."""
    request_headers: ClassVar[Mapping[str, str]] = {}
    """What `If-Match` means to a method that takes it, for the same."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if "Idempotency-Key" in request.headers:
            raise BadHeader(field="Idempotency-Key", why="Webhooks take no Idempotency-Key: look at the list instead.")

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        found = super().finalize_response(request, response, *args, **kwargs)
        if found.headers.get("Cache-Control") != NOT_STORED["Cache-Control"]:
            found.headers["Cache-Control"] = "private, no-cache"
        return found


def values_of(body: type[RequestBody], given: Any, *, partial: bool = False) -> dict[str, Any]:
    """The body's values. Raises `SomeRefused` with everything that is unfit, or what is wrong with the body itself."""
    values, unfit = read(body, given, partial=partial)
    if unfit and not isinstance(given, Mapping):
        raise unfit[0]
    if unfit:
        raise SomeRefused({0: unfit})
    return values


def refuse_words(request: Request) -> None:
    """An act that takes nothing refuses what it would have to ignore."""
    if request.data:
        values_of(EmptyRequest, request.data)


def owner(request: Request) -> User:
    """Who asks: `Owner` has let nobody else in."""
    return cast("User", request.user)


def mine(request: Request) -> QuerySet[Subscription]:
    """Everything that the caller may see, with what an answer needs: one query."""
    caller = owner(request)
    rows = Subscription.objects.all() if caller.is_superuser else Subscription.objects.of(caller.pk)
    return delivery.with_fingerprints(rows.select_related("owner"))


def subscription(request: Request, number: int) -> Subscription:
    """Raises `NoSuchSubscription`, for those of other owners as well: nobody learns which numbers are taken."""
    found = mine(request).filter(pk=number).first()
    if found is None:
        raise NoSuchSubscription(number=number)
    return found
