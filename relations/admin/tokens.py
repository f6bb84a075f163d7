"""API tokens: created, shown once, and revoked."""

from __future__ import annotations

from typing import Any, ClassVar, cast, override

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from relations import ledger
from relations.admin.fact_display import display_value
from relations.admin.hardened import HardenedAdmin, ModelForm
from relations.codes import TokenScope
from relations.ledger.rights import useless_scopes
from relations.models import ApiToken


class ApiTokenForm(ModelForm[ApiToken]):
    """A new token; `maker` is its user where the form has no such field."""

    maker: ClassVar[User]

    def clean(self) -> dict[str, Any]:
        """Refuses scopes whose permissions the user lacks: with them the token could do nothing."""
        cleaned: dict[str, Any] = super().clean() or {}
        user = cleaned.get("user") or self.maker
        staff = "" if user.is_staff else "staff status and "
        for scope, roles in useless_scopes(user, cleaned.get("scopes", ())):
            actions, groups = (" or ".join(words) for words in zip(*((r.does, r.group) for r in roles), strict=True))
            self.add_error(
                "scopes",
                f"{user} may not {actions}, nor may a token of theirs: leave out “{TokenScope(scope).label}”, or have "
                f"a superuser give {user} {staff}the group {groups}.",
            )
        return cleaned

    def clean_expires_at(self) -> Any:
        expires_at = self.cleaned_data["expires_at"]
        if expires_at and expires_at <= timezone.now():
            raise forms.ValidationError("This time is in the past: the token would never be valid.")
        return expires_at


@admin.register(ApiToken)
class ApiTokenAdmin(HardenedAdmin[ApiToken]):
    """Users create and revoke their own tokens, superusers everybody's. A token is never changed."""

    form = ApiTokenForm
    autocomplete_fields = ("user",)
    list_display = ("name", "user", "scope_labels", "created_at", "expires_at", "last_used_at")
    list_select_related = ("user",)
    search_fields = ("name", "user__username")
    deletes_selected = True
    delete_confirmation_template = "admin/relations/revoke.html"
    add_form_template = "admin/relations/token_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiToken]:
        queryset = super().get_queryset(request)
        return queryset if request.user.is_superuser else queryset.filter(user=request.user.pk)

    def get_fields(self, request: HttpRequest, obj: ApiToken | None = None) -> list[Any]:
        if obj:
            return ["user", "name", "scope_labels", "expires_at", "created_at", "last_used_at"]
        fields = ["name", "scopes", "expires_at"]
        return ["user", *fields] if request.user.is_superuser else fields

    @admin.display(description="scopes")
    def scope_labels(self, token: ApiToken) -> str:
        return display_value(ApiToken._meta.get_field("scopes"), token.scopes)

    @override
    def get_form(
        self, request: HttpRequest, obj: ApiToken | None = None, change: bool = False, **kwargs: Any
    ) -> type[ApiTokenForm]:
        form = cast("type[ApiTokenForm]", super().get_form(request, obj, change, **kwargs))
        # Django creates a new class for each request.
        form.maker = cast("User", request.user)
        return form

    def has_change_permission(self, request: HttpRequest, obj: ApiToken | None = None) -> bool:
        return False

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"user": request.user.pk, "scopes": ["read"], **super().get_changeform_initial_data(request)}

    @override
    def save_model(self, request: HttpRequest, obj: ApiToken, form: Any, change: bool) -> None:
        values = {"user": request.user, **form.cleaned_data}
        token, secret = ledger.issue_token(
            values["user"], name=values["name"], scopes=values["scopes"], expires_at=values["expires_at"]
        )
        obj.pk, obj.user_id, obj.created_at = token.pk, token.user_id, token.created_at
        request.token_secret = secret  # type: ignore[attr-defined]  # for the response to this request only

    def response_add(self, request: HttpRequest, obj: ApiToken, post_url_continue: str | None = None) -> HttpResponse:
        """Shows the token once, in this response: a message or a redirect would store it."""
        response = self._page(
            request, "admin/relations/token.html", title="New token", token=obj, scopes=self.scope_labels(obj),
            secret=request.token_secret,  # type: ignore[attr-defined]  # see save_model
        )  # fmt: skip
        response.headers["Cache-Control"] = "no-store"
        return response

    def delete_model(self, request: HttpRequest, obj: ApiToken) -> None:
        ledger.revoke_token(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        for token in queryset:
            ledger.revoke_token(token)
