"""Access to subscriptions: owners see and change their own, superusers all of them, and nobody a secret."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, ClassVar, cast

from django.contrib.auth.models import User
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from relations import delivery
from relations.api.http import patterns
from relations.api.http.endpoints import Endpoint
from relations.api.http.idempotency import NOT_STORED
from relations.api.http.permissions import Scoped
from relations.api.http.requests import validated
from relations.api.http.writing import WRITE
from relations.api.openapi.parameters import ONCE, in_header
from relations.api.schema import Schema
from relations.api.webhooks.requests import EmptyRequest
from relations.codes import TokenScope
from relations.errors import NoSuchSubscription
from relations.models import Subscription


class Owner(Scoped):
    """Requires the scope `webhooks`, or a login, for reading as well: a list has the caller's own rows only."""

    scope = TokenScope.WEBHOOKS

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.method in SAFE_METHODS:
            return bool(request.user.is_authenticated) and self._in_scope(request)
        return super().has_permission(request, view)


class OwnSchema(Schema):
    """An `OwnEndpoint`: nobody reads without a token, and only some write with a condition."""

    is_private = True
    problems = {
        "GET": ("400", "401", "403", "404", "406", "429", "503"),
        "POST": ("400", "401", "403", "404", "406", "409", "411", "413", "415", "422", "429", "503"),
        "PATCH": ("400", "401", "403", "404", "406", "411", "412", "413", "415", "422", "429", "503"),
        "DELETE": ("400", "401", "403", "404", "406", "412", "422", "429", "503"),
    }

    def _headers(self) -> list[OpenApiParameter]:
        if self.method == "GET":
            return super()._headers()
        meaning = self.view.request_headers.get(self.method)
        seen = [in_header("If-Match", meaning, pattern=patterns.NOT_BLANK)] if meaning else []
        is_write = set(self.view.parameters.get(self.method, ())) >= WRITE
        return [*seen, *([ONCE] if is_write else [])]

    def get_request_serializer(self) -> Any:
        return None if self.view.serializer_class is EmptyRequest else super().get_request_serializer()


class OwnEndpoint(Endpoint):
    """A URL at which callers find their own rows."""

    permission_classes: tuple[type[Scoped], ...] = (Owner,)
    remembers = False
    queryset: QuerySet[Any] | None = Subscription.objects.all()
    schema = OwnSchema()
    request_headers: ClassVar[Mapping[str, str]] = {}
    """Description of `If-Match` by method, for the OpenAPI document."""

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if response.headers.get("Cache-Control") != NOT_STORED["Cache-Control"]:
            response.headers["Cache-Control"] = "private, no-cache"
        return response


class CommandEndpoint(OwnEndpoint):
    """A URL whose POST changes an existing subscription, as the admin's actions do."""

    rights = {"POST": "change"}
    parameters: ClassVar[Mapping[str, Collection[str]]] = {"POST": WRITE}


def refuse_body(request: Request) -> None:
    """Refuses fields that the command would have to ignore."""
    if request.data:
        validated(EmptyRequest, request.data)


def owner(request: Request) -> User:
    """The caller: `Owner` admits nobody without a login or a token."""
    return cast("User", request.user)


def visible(request: Request) -> QuerySet[Subscription]:
    """Subscriptions that the caller may see, with everything that a response needs: one query."""
    caller = owner(request)
    rows = Subscription.objects.all() if caller.is_superuser else Subscription.objects.of(caller.pk)
    return delivery.with_fingerprints(rows.select_related("owner"))


def get_subscription(request: Request, number: int) -> Subscription:
    """Raises `NoSuchSubscription`, for those of other owners as well: nobody learns which numbers exist."""
    row = visible(request).filter(pk=number).first()
    if row is None:
        raise NoSuchSubscription(number=number)
    return row
