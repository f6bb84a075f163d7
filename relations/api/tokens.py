"""`/api/me/` and `/api/tokens/`: the caller, and the tokens that they made. `docs/tokens.md` has the rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, TypedDict, cast

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework import exceptions
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from relations import ledger
from relations.api.http import formats, throttles
from relations.api.http.endpoints import DetailEndpoint, ListEndpoint
from relations.api.http.filters import Exactly, Filters, MomentBound, Numbers, OverlappingTexts
from relations.api.http.permissions import Scoped
from relations.api.http.requests import MomentField, RequestBody, TextField, Words, validated
from relations.api.http.writing import WRITE, is_dry_run, write
from relations.api.webhooks.access import NOT_STORED, OwnEndpoint, owner
from relations.codes import TokenScope
from relations.ledger.rights import roles_of
from relations.models import ApiToken
from relations.representation.json_types import Url, from_row, one_of
from relations.representation.references import site


class TokenResponse(TypedDict):
    id: int
    self: Url
    name: str
    scopes: list[Annotated[str, one_of(TokenScope)]]
    created_at: dt.datetime
    expires_at: Annotated[dt.datetime | None, "null: never"]
    last_used_at: Annotated[dt.datetime | None, "To the minute"]
    current: Annotated[bool, "It is the one of this request"]


class NewTokenResponse(TokenResponse):
    token: Annotated[str, "Its text, shown this once"]


class LimitResponse(TypedDict):
    """A limit in a fixed window of time."""

    limit: Annotated[int, "Requests in a window"]
    seconds: Annotated[int, "Length of a window"]
    remaining: int
    reset: Annotated[int, "Seconds until the next window"]


class LimitsResponse(TypedDict):
    writes: LimitResponse
    reads: Annotated[LimitResponse | None, "null: not limited"]


class MeResponse(TypedDict):
    """The caller, and what they may do."""

    user: str
    token: Annotated[TokenResponse | None, "null for a login"]
    scopes: Annotated[list[Annotated[str, one_of(TokenScope)]], "Of the token; a login has all of them"]
    may: Annotated[list[str], "The lesser of scopes and permissions: record facts, make and change webhooks"]
    expires_at: Annotated[dt.datetime | None, "Of the token; null: never, or a login"]
    limits: LimitsResponse


class TokenRequest(RequestBody):
    answer = TokenResponse

    name = TextField(max_length=150)
    scopes = Words(words=TokenScope, allow_empty=False)
    expires_at = MomentField(required=False, allow_null=True, help_text="null: never. Default: as the caller's token")


class TokenFilters(Filters):
    unfiltered = frozenset({"user", "digest"})

    id = Numbers("id", label="Number of the token")
    name = Exactly("name", label="Exactly this name")
    scopes = OverlappingTexts("scopes", label="A scope that it has")
    created_after, created_before = MomentBound.pair("created_at", "Made then")
    expires_after, expires_before = MomentBound.pair("expires_at", "Expires then")
    last_used_after, last_used_before = MomentBound.pair("last_used_at", "Last used then")


class TokenOwner(Scoped):
    """Requires a token or a login to read, and the permission on tokens to write; no scope gives more than itself."""

    def has_permission(self, request: Request, view: Any) -> bool:
        is_known = bool(request.user.is_authenticated)
        return is_known and (request.method in SAFE_METHODS or view.is_free(request) or self._may_write(request, view))


def _token(request: Request) -> ApiToken | None:
    return cast("ApiToken | None", request.auth)


def _scopes(request: Request) -> list[str]:
    """The scopes of the token; a login has all."""
    token = _token(request)
    return list(TokenScope.values) if token is None else token.scopes


class _Tokens(OwnEndpoint):
    permission_classes = (TokenOwner,)
    queryset = ApiToken.objects.all()
    serializer_class = TokenRequest
    response_type: type = TokenResponse

    def get_queryset(self) -> QuerySet[ApiToken]:
        return ApiToken.objects.filter(user=owner(self.request))

    def body(self, row: ApiToken) -> TokenResponse:
        current = row.pk == getattr(_token(self.request), "pk", None)
        return from_row(TokenResponse, row, self=f"{site(self.request)}/api/tokens/{row.pk}/", current=current)

    def is_free(self, request: Request) -> bool:  # of one token it decides
        """True for what needs no permission."""
        return False


class TokenList(_Tokens, ListEndpoint):
    """The caller's own tokens. POST makes one, which can do no more than the one it is made with."""

    posted_response_type = NewTokenResponse
    accepted = ("201", "The token is shown this once")
    filterset_class, name = TokenFilters, "tokens"
    orderings: ClassVar[Mapping[str, tuple[str, ...]]] = {"id": ("id",), "name": ("name", "id")}
    default_ordering = "id"
    parameters: ClassVar[Mapping[str, Any]] = {"POST": WRITE}

    @write
    def post(self, request: Request) -> HttpResponse:
        values = validated(TokenRequest, request.data)
        row, text = ledger.issue_own_token(owner(request), within=_token(request), **values)
        body = self.body(row)
        if is_dry_run(request):
            return formats.answered(body, status=201)
        return formats.answered({**body, "token": text}, status=201, headers=NOT_STORED | {"Location": body["self"]})


class TokenDetail(_Tokens, DetailEndpoint):
    """One of the caller's tokens. DELETE revokes it at once."""

    parameters = {**DetailEndpoint.parameters, "DELETE": WRITE}

    def is_free(self, request: Request) -> bool:
        """True for a token that revokes itself: no scope is needed for that."""
        return request.method == "DELETE" and self.kwargs["number"] == getattr(_token(request), "pk", None)

    @write
    def delete(self, request: Request, number: int) -> HttpResponse:
        row = get_object_or_404(self.get_queryset(), pk=number)
        if more := sorted(set(row.scopes).difference(_scopes(request))):
            raise exceptions.PermissionDenied(f"The token lacks scopes of the one to be revoked: {', '.join(more)}.")
        ledger.revoke_token(row)
        return HttpResponse(status=204)


class Me(_Tokens):
    """The caller: user, scopes, rights, expiry, and limits with what is left of them."""

    response_type = MeResponse

    def get(self, request: Request) -> HttpResponse:
        user, token, scopes = owner(request), _token(request), _scopes(request)
        return formats.answered({
            "user": user.get_username(), "token": None if token is None else self.body(token), "scopes": sorted(scopes),
            "may": [role.does for role in roles_of(scopes) if role.is_open_to(user)],
            "expires_at": None if token is None else token.expires_at,
            "limits": {f"{kind}s": throttles.usage(request, kind) for kind in ("write", "read")},
        })  # fmt: skip


urlpatterns = [
    path("me/", Me.as_view(), name="me"),
    path("tokens/", TokenList.as_view(), name="tokens"),
    path("tokens/<int:number>/", TokenDetail.as_view(), name="token"),
]
