"""Versions of facts in the admin: permissions, history, edit conflicts."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from relations.admin.edit_conflicts import CARRY_OVER, edit_conflict, merged_inputs
from relations.admin.forms import address
from relations.admin.hardened import HardenedAdmin
from relations.admin.history import history_entries
from relations.ledger import Author
from relations.models import Fact


class VersionedAdmin[F: Fact](HardenedAdmin[F]):
    """Each row, and so each address and each form, is of one version."""

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
        return self._page(
            request, "admin/relations/fact_history.html", title=f"History of {fact}", object=fact,
            entries=history_entries(self.model, fact.key),
        )  # fmt: skip

    def _edit_conflict(self, request: HttpRequest, fact: F, *, retracting: bool = False) -> HttpResponse:
        """Answers 409 with the typed values."""
        if not super().has_change_permission(request):
            raise PermissionDenied
        form: Any = None if retracting else self.get_form(request, None, change=False, fields=None)
        conflict = edit_conflict(fact, form, request.POST)
        current = conflict.current
        add = reverse(f"admin:relations_{self.opts.model_name}_add")
        return self._page(
            request, "admin/relations/edit_conflict.html", status=409, title="Another edit came first",
            conflict=conflict, retracting=retracting, history=address(current, "history"), carry_over=CARRY_OVER,
            current_address=address(current, "delete" if retracting else "change"),
            form_address=add if conflict.is_retracted else address(current),
            inputs=merged_inputs(conflict, form, request.POST) if form else (),
        )  # fmt: skip


def author(request: HttpRequest) -> Author:
    return Author(user=request.user, request_id=getattr(request, "request_id", ""))  # type: ignore[arg-type]  # logged in, to be here
