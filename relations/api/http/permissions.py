"""Authentication and permissions."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.conf import settings
from django.contrib.auth import get_permission_codename
from rest_framework import authentication, exceptions, permissions

from relations import ledger
from relations.api.http import throttles
from relations.codes import TokenScope
from relations.ledger.rights import missing_right
from relations.ledger.tokens import digest
from relations.queries.credentials import token_by_digest

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.http import HttpRequest
    from rest_framework.request import Request

    from relations.models import ApiToken

_SESSION_KEY = re.compile(r"[a-z0-9]{8,40}", re.ASCII)


class TokenAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer <token>` (RFC 6750)."""

    def authenticate(self, request: Request) -> tuple[Any, ApiToken] | None:
        header = request.headers.get("Authorization", "").strip()
        if not header:
            return None
        scheme, _, shown = header.partition(" ")
        if scheme.lower() != "bearer":
            raise self._failed(request, "Only bearer tokens are accepted here: Authorization: Bearer <token>.")
        token = token_by_digest(digest(shown.strip()))
        if token is None:
            raise self._failed(request, "There is no such token.")
        if token.expires_at is not None and token.expires_at <= dt.datetime.now(dt.UTC):
            raise self._failed(request, f"The token expired on {token.expires_at:%Y-%m-%d}.")
        if not token.user.is_active:
            raise self._failed(request, "The token's user is not active.")
        ledger.note_use(token)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="tracker"'

    @staticmethod
    def _failed(request: Request, why: str) -> exceptions.AuthenticationFailed:
        throttles.count_failed_login(request)
        return exceptions.AuthenticationFailed(why)


class SessionAuthentication(authentication.SessionAuthentication):
    """Somebody who is logged in to the admin; their writes need the CSRF token."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        cookie = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        # Anything else cannot be the key of a session, and not all of it can be asked of the database.
        return super().authenticate(request) if _SESSION_KEY.fullmatch(cookie) else None


class Scoped(permissions.BasePermission):
    """Everybody reads; who writes needs Django's permission on the model, and a token the scope on top of it.

    Both are asked at every request: a token of somebody who may no longer write cannot do so either.
    """

    scope: ClassVar[str] = TokenScope.EDIT.value

    def has_permission(self, request: Request, view: Any) -> bool:
        return request.method in permissions.SAFE_METHODS or self._has_right(request, view)

    def _has_right(self, request: Request, view: Any) -> bool:
        return bool(request.user.is_authenticated) and self._in_scope(request) and self._may_write(request, view)

    def _in_scope(self, request: Request) -> bool:
        token: Any = request.auth
        if token is not None and self.scope not in token.scopes:
            raise exceptions.PermissionDenied(f"The token lacks the scope '{self.scope}'.")
        return True

    def _may_write(self, request: Request, view: Any) -> bool:
        """One query, and none for a superuser."""
        meta = view.queryset.model._meta
        name = get_permission_codename(view.rights[request.method], meta)
        missing = missing_right(cast("User", request.user), f"{meta.app_label}.{name}")
        if missing:
            who = "You lack" if request.auth is None else "The token's user lacks"
            raise exceptions.PermissionDenied(f"{who} {missing}.")
        return True


class ScopedReads(Scoped):
    """Reading needs the permission and the scope, too: of an endpoint whose `rights` name them for GET."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return self._has_right(request, view)


_JSON = frozenset({"", "*/*", "application/json"})


def is_open_read(request: HttpRequest) -> bool:
    """A read of JSON that authentication, permissions, throttles and negotiation would all let pass."""
    return (
        request.method == "GET"
        and "HTTP_AUTHORIZATION" not in request.META
        and request.META.get("HTTP_ACCEPT", "") in _JSON
        and not settings.READ_LIMIT
    )


def author(request: Request) -> ledger.Author:
    """The author of a command of this request."""
    user = request.user if request.user.is_authenticated else None
    return ledger.Author(user=user, request_id=getattr(request, "request_id", ""))
