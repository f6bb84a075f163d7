"""Confirmations of facts in the admin: shown with each fact, and "still so" for one fact or for several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget, RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import URLPattern, path

from relations import ledger
from relations.admin.fields import Completed, Lines
from relations.admin.forms import address
from relations.admin.refusals import REFUSED, refusals_of, show
from relations.admin.versions import VersionedAdmin, author
from relations.ledger import ConfirmationDraft
from relations.models import Confirmation, Fact, Source

_SHOWN = 20
_SOURCE: Any = Confirmation._meta.get_field("source")


class StillSoForm(forms.Form):
    """The source that still said so, and the day."""

    source = forms.ModelChoiceField(
        Source.objects.defer("text"),
        widget=RelatedFieldWidgetWrapper(
            Completed(_SOURCE, admin.site), _SOURCE.remote_field, admin.site, can_add_related=True
        ),
        help_text="The source that still says so.",
    )
    day = forms.DateField(
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="The day of the edition, or that on which you looked: YYYY-MM-DD.",
    )
    quote = Lines(
        required=False,
        widget=AdminTextareaWidget(attrs={"rows": 3, "cols": 60}),
        help_text="The exact words, if there are any. They must occur in the source's archived text, if there is one.",
    )

    def drafts(self, facts: Sequence[Fact]) -> list[ConfirmationDraft]:
        return [ConfirmationDraft(model=type(fact), key=fact.key, **self.cleaned_data) for fact in facts]


class ConfirmedAdmin[F: Fact](VersionedAdmin[F]):
    """Confirms facts, with the right to record them: the version stays, and its status is fresh again."""

    actions = ("retract_selected", "confirm_selected")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.still_so_view)
        own = path("<path:object_id>/still-so/", view, name=f"relations_{self.opts.model_name}_still_so")
        return [own, *super().get_urls()]

    @admin.display(description="still so")
    def confirmed(self, fact: F) -> str:
        """The last confirmations of the fact in any version, and the link to the page that adds one."""
        rows = Confirmation.objects.filter(**{f"{self.model.column}__key": fact.key}).order_by("-day", "-id")
        shown = rows.select_related("recorded_by", "source", self.model.column).defer("source__text")
        context = {
            "rows": [(row, getattr(row, self.model.column).version) for row in shown[:_SHOWN]], "limit": _SHOWN,
            "address": "" if fact.superseded_at else address(fact, "still_so"),
        }  # fmt: skip
        return render_to_string("admin/relations/confirmations.html", context)

    def still_so_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        fact = self._opened(request, object_id)
        if not self.has_add_permission(request):
            raise PermissionDenied
        if fact is None:
            return self._not_there(request, object_id)
        return self._still_so(request, [fact], is_sent=request.method == "POST") or self._redirect("change", fact.pk)

    @admin.action(permissions=["add"], description="Confirm that selected %(verbose_name_plural)s are still so")
    def confirm_selected(self, request: HttpRequest, queryset: QuerySet[F]) -> HttpResponse | None:
        """Confirms all or none."""
        is_sent = "day" in request.POST
        facts = self._selected(request, queryset, is_sent=is_sent, done="confirmed")
        return None if facts is None else self._still_so(request, facts, is_sent=is_sent)

    def _still_so(self, request: HttpRequest, facts: Sequence[F], *, is_sent: bool) -> HttpResponse | None:
        """The page that asks who says so; None once that is recorded."""
        form = StillSoForm(request.POST if is_sent else None, initial={"day": ledger.today()})
        if form.is_valid():
            try:
                self._confirm(request, form.drafts(facts))
            except REFUSED as error:
                show(form, refusals_of(error))
            else:
                return None
        return self._facts_form(
            request, facts, form, title="Still so", action="confirm_selected", verb="Confirm", button="default",
            lede="Confirm what a source still says on a later day. No new version is written, and the status counts as "
            "seen on that day.",
        )  # fmt: skip

    @transaction.atomic
    def _confirm(self, request: HttpRequest, drafts: Sequence[ConfirmationDraft]) -> None:
        count = ledger.confirm(drafts, author=author(request))
        connection.check_constraints()
        known = len(drafts) - count
        self.message_user(request, f"{count} confirmed.", messages.SUCCESS)
        if known:
            self.message_user(request, f"{known} had been confirmed by this source for this day.", messages.INFO)
