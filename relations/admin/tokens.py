"""Tokens of the API: made here and shown once, revoked here."""

from __future__ import annotations

from typing import Any, ClassVar, cast, override

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from relations import ledger
from relations.admin.generics import ModelForm
from relations.admin.hardened import GuardedAdmin
from relations.ledger.rights import useless_scopes
from relations.models import ApiToken


class ApiTokenForm(ModelForm[ApiToken]):
    """A token; `maker` is whose it is where the form does not ask."""

    maker: ClassVar[User]

    def clean(self) -> dict[str, Any]:
        """Refuses scopes with which the token could do nothing: it gives no more than its user may do."""
        typed: dict[str, Any] = super().clean() or {}
        holder = typed.get("user") or self.maker
        staff = "" if holder.is_staff else "staff status and "
        for scope, roles in useless_scopes(holder, typed.get("scopes", ())):
            acts, groups = (" or ".join(words) for words in zip(*((r.does, r.group) for r in roles), strict=True))
            self.add_error(
                "scopes",
                f"{holder} may not {acts}, nor may a token of theirs: leave out '{scope}', or have a superuser give "
                f"{holder} {staff}the group {groups}.",
            )
        return typed

    def clean_expires_at(self) -> Any:
        expires_at = self.cleaned_data["expires_at"]
        if expires_at and expires_at <= timezone.now():
            raise forms.ValidationError("This moment has passed: the token would never be valid.")
        return expires_at


@admin.register(ApiToken)
class ApiTokenAdmin(GuardedAdmin[ApiToken]):
    """Everybody makes and revokes their own; a superuser everybody's. A token is never changed."""

    form = ApiTokenForm
    autocomplete_fields = ("user",)
    list_display = ("name", "user", "scopes", "created_at", "expires_at", "last_used_at")
    list_select_related = ("user",)
    search_fields = ("name", "user__username")
    delete_confirmation_template = "admin/relations/revoke.html"
    add_form_template = "admin/relations/token_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiToken]:
        queryset = super().get_queryset(request)
        return queryset if request.user.is_superuser else queryset.filter(user=request.user.pk)

    def get_fields(self, request: HttpRequest, obj: ApiToken | None = None) -> list[Any]:
        typed = ["name", "scopes", "expires_at"]
        if obj:
            return ["user", *typed, "created_at", "last_used_at"]
        return ["user", *typed] if request.user.is_superuser else typed

    @override
    def get_form(
        self, request: HttpRequest, obj: ApiToken | None = None, change: bool = False, **kwargs: Any
    ) -> type[ApiTokenForm]:
        form = cast("type[ApiTokenForm]", super().get_form(request, obj, change, **kwargs))
        # Django makes a class of its own for every request.
        form.maker = cast("User", request.user)
        return form

    def has_change_permission(self, request: HttpRequest, obj: ApiToken | None = None) -> bool:
        return False

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"user": request.user.pk, "scopes": ["read"], **super().get_changeform_initial_data(request)}

    @override
    def save_model(self, request: HttpRequest, obj: ApiToken, form: Any, change: bool) -> None:
        told = form.cleaned_data
        holder = cast("User", told.get("user") or request.user)
        token, shown = ledger.issue_token(
            holder, name=told["name"], scopes=told["scopes"], expires_at=told["expires_at"]
        )
        obj.pk, obj.user_id, obj.created_at = token.pk, token.user_id, token.created_at
        request.shown_token = shown  # type: ignore[attr-defined]  # for the answer to this request, and no other

    def response_add(self, request: HttpRequest, obj: ApiToken, post_url_continue: str | None = None) -> HttpResponse:
        """The token itself, this once: it is stored nowhere, so neither in a message nor behind a redirect."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "New token",
            "token": obj,
            "shown": request.shown_token,  # type: ignore[attr-defined]  # see save_model
            "media": self.media,
        }
        response = TemplateResponse(request, "admin/relations/token.html", context)
        response.headers["Cache-Control"] = "no-store"
        return response

    def delete_model(self, request: HttpRequest, obj: ApiToken) -> None:
        ledger.revoke_token(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        for token in queryset:
            ledger.revoke_token(token)
