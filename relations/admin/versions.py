"""Versions of facts in the admin: permissions, history, edit conflicts, and retraction with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html

from relations import ledger
from relations.admin.edit_conflicts import CARRY_OVER, edit_conflict, merged_inputs
from relations.admin.forms import RetractionForm, address
from relations.admin.history import history_entries
from relations.admin.refusals import REFUSED, LedgerAdmin, refusals_of, show
from relations.errors import AlreadyRetracted, Invalid, StaleVersion
from relations.ledger import Author
from relations.models import Fact

MAX_FACTS = 200
"""Facts of one retraction."""


class VersionedAdmin[F: Fact](LedgerAdmin[F]):
    """Each row, and so each address and each form, is of one version. Retracts facts where Django deletes rows."""

    actions: Any = ("retract_selected",)

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

    # --- retraction

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        fact = self._opened(request, object_id)
        if not self.has_delete_permission(request):
            raise PermissionDenied
        if fact is None:
            return self._not_there(request, object_id)
        if fact.superseded_at:
            return self._edit_conflict(request, fact, retracting=True)
        form = RetractionForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                self._retract(request, [fact], form.cleaned_data["reason"])
            except (StaleVersion, AlreadyRetracted):
                return self._edit_conflict(request, fact, retracting=True)
            except REFUSED as error:
                show(form, refusals_of(error))
            else:
                return self._retracted(request, [fact])
        return self._retraction(request, [fact], form)

    def _selected(
        self, request: HttpRequest, queryset: QuerySet[F], *, is_sent: bool, done: str
    ) -> list[F] | None:  # fmt: skip
        """The facts of an action: those of its form once that is sent, else those ticked in the list.

        None where there are too many, with a message to the editor.
        """
        rows = self.get_queryset(request).filter(pk__in=request.POST.getlist(ACTION_CHECKBOX_NAME))
        facts = list((rows if is_sent else queryset).select_related("from_country", "to_country")[: MAX_FACTS + 1])
        if len(facts) > MAX_FACTS:
            self.message_user(request, f"At most {MAX_FACTS} facts can be {done} at once.", messages.ERROR)
            return None
        return facts

    @admin.action(permissions=["delete"], description="Retract selected %(verbose_name_plural)s")
    def retract_selected(self, request: HttpRequest, queryset: QuerySet[F]) -> HttpResponse | None:
        """Retracts all or none: a version that was corrected after the confirmation page refuses all."""
        confirmed = "reason" in request.POST
        facts = self._selected(request, queryset, is_sent=confirmed, done="retracted")
        if facts is None:
            return None
        form = RetractionForm(request.POST if confirmed else None)
        if form.is_valid():
            try:
                self._retract(request, facts, form.cleaned_data["reason"])
            except REFUSED as error:
                show(form, [Invalid(why=f"Nothing was retracted. {refusal.detail}") for refusal in refusals_of(error)])
            else:
                return self._retracted(request, facts)
        return self._retraction(request, facts, form)

    @transaction.atomic
    def _retract(self, request: HttpRequest, facts: Sequence[F], why: str) -> None:
        # All pairs at once, in one order: no deadlock.
        ledger.lock_ahead(sources=(), pairs={fact.pair_id for fact in facts})
        for fact in facts:
            ledger.retract(self.model, fact.key, why=why, version=fact.version, author=author(request))
        connection.check_constraints()

    def _retracted(self, request: HttpRequest, facts: Sequence[F]) -> HttpResponse:
        for fact in facts:
            link = format_html('{} was retracted. <a href="{}">History</a>', fact, address(fact, "history"))
            self.message_user(request, link, messages.SUCCESS)
        return self._redirect()

    def _retraction(self, request: HttpRequest, facts: Sequence[F], form: BaseForm) -> HttpResponse:
        return self._facts_form(
            request, facts, form, title="Retract", action="retract_selected", verb="Retract",
            button="deletelink tracker-retract",
            lede="Retract what was never true. Every version stays in the history.",
        )  # fmt: skip

    def _facts_form(
        self, request: HttpRequest, facts: Sequence[F], form: BaseForm, **words: Any
    ) -> HttpResponse:  # fmt: skip
        """The page that asks for what a command on these facts needs."""
        return self._page(
            request, "admin/relations/facts_form.html", form=form, media=self.media + form.media,
            addresses=[(fact, address(fact)) for fact in facts], bulk=ACTION_CHECKBOX_NAME in request.POST,
            checkbox=ACTION_CHECKBOX_NAME, **words,
        )  # fmt: skip


def author(request: HttpRequest) -> Author:
    return Author(user=request.user, request_id=getattr(request, "request_id", ""))  # type: ignore[arg-type]  # logged in, to be here
