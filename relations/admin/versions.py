"""What is true of every version of a fact here: who may write over it, its history, and when it was overtaken."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import DataError, IntegrityError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from relations.admin.edit_conflicts import CARRY_OVER, inputs, overtaken
from relations.admin.forms import address
from relations.admin.hardened import GuardedAdmin
from relations.admin.history import chapters
from relations.errors import Refused
from relations.ledger import Author
from relations.models import Fact

REFUSED = (Refused, IntegrityError, DataError)
"""What an act may be stopped by, and a form can show."""


class VersionedAdmin[F: Fact](GuardedAdmin[F]):
    """A row is one version, and its address names it: a form over it is a form over that version."""

    def has_change_permission(self, request: HttpRequest, obj: F | None = None) -> bool:
        return (obj is None or obj.superseded_at is None) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: F | None = None) -> bool:
        return (obj is None or obj.superseded_at is None) and super().has_delete_permission(request, obj)

    def _opened(self, request: HttpRequest, object_id: str | None) -> F | None:
        return self.get_object(request, unquote(object_id)) if object_id else None

    def _not_there(self, request: HttpRequest, object_id: str) -> HttpResponse:
        redirect: Any = self._get_obj_does_not_exist_redirect  # type: ignore[attr-defined]  # not in the stubs
        return cast("HttpResponse", redirect(request, self.opts, object_id))

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        fact = self._opened(request, object_id)
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        if fact is None:
            return self._not_there(request, object_id)
        told = chapters(self.model, fact.key)
        return self._page(
            request, "admin/relations/fact_history.html", title=f"History of {fact}", object=fact, chapters=told
        )

    def _overtaken(self, request: HttpRequest, fact: F, *, retracting: bool = False) -> HttpResponse:
        """409: nothing was written, nothing that was typed is lost."""
        if not super().has_change_permission(request):
            raise PermissionDenied
        form: Any = None if retracting else self.get_form(request, None, change=False, fields=None)
        both = overtaken(fact, form, request.POST)
        add = reverse(f"admin:relations_{self.opts.model_name}_add")
        return self._page(
            request, "admin/relations/overtaken.html", status=409, title="Another edit came first", both=both,
            retracting=retracting, last_address=address(both.now, "delete" if retracting else "change"),
            history=address(both.now, "history"), again=add if both.is_retracted else address(both.now),
            inputs=inputs(both, form, request.POST) if form else (), carry_over=CARRY_OVER,
        )  # fmt: skip

    def _page(self, request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
        request.current_app = self.admin_site.name
        page = {**self.admin_site.each_context(request), "opts": self.opts, "media": self.media, **context}
        return TemplateResponse(request, template, page, status=status)


def author(request: HttpRequest) -> Author:
    return Author(user=request.user, request_id=getattr(request, "request_id", ""))  # type: ignore[arg-type]  # admin has let nobody else in
