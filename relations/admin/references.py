"""Records that facts refer to: written by the ledger, deleted only while no fact refers to them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, override

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.db import connection
from django.db.models import Model, ProtectedError, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html

from relations.admin.fact_display import display_value, field_label
from relations.admin.forms import LedgerForm, address
from relations.admin.refusals import REFUSED, LedgerAdmin, refusals_of
from relations.models import Fact

_MAX_NAMED = 20
"""Facts of each kind that the refusal of a deletion names."""


class ReferenceForm(LedgerForm):
    """A form with optimistic locking: `seen` is the digest of the values that it was filled with."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored = {name: self._stored_value(name) for name in self.fields if name != "seen"}
        if self.instance.pk and "seen" in self.fields:
            self.initial["seen"] = _digest(self.stored)

    def _stored_value(self, name: str) -> str:
        field: Any = self.instance._meta.get_field(name)
        return display_value(field, getattr(self.instance, name)) if self.instance.pk else ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.instance.pk and cleaned.get("seen") != _digest(self.stored):
            self._report_conflict()
        return cleaned

    def _report_conflict(self) -> None:
        """Shows the stored value at each field that differs; saving again overwrites it."""
        for name in self.changed_columns():
            field: Any = self.instance._meta.get_field(name)
            self.add_error(name, f"Somebody changed this meanwhile. {field_label(field)} is now: {self.stored[name]}")
        self.add_error(None, "Another edit came first; nothing was overwritten. Save again to write what you typed.")
        typed: Any = self.data
        self.data = typed = typed.copy()
        typed[self.add_prefix("seen")] = _digest(self.stored)

    def changed_columns(self) -> list[str]:
        return [name for name in self.changed_data if name != "seen"]

    def values(self) -> dict[str, Any]:
        """The changed values by their columns."""
        return {name: self.cleaned_data[name] for name in self.changed_columns()}


def _digest(stored: Mapping[str, str]) -> str:
    return hashlib.sha256(repr(sorted(stored.items())).encode(errors="surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Commands:
    """The ledger's commands on one kind of record."""

    record: Callable[[Mapping[str, Any]], Any]
    change: Callable[[Any, Mapping[str, Any]], Any]
    remove: Callable[[Any], None]


class ReferenceAdmin[M: Model](LedgerAdmin[M]):
    """`referring` names the kinds of facts, and the columns, that can prevent a deletion."""

    form = ReferenceForm
    commands: ClassVar[Commands]
    referring: ClassVar[tuple[tuple[type[Fact], str], ...]]
    list_per_page = 50

    def get_fields(self, request: HttpRequest, obj: M | None = None) -> list[Any]:
        fields = list(super().get_fields(request, obj))
        return [*fields, "seen"] if obj and self.has_change_permission(request, obj) else fields

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> M | None:
        """Locked where it is about to be saved: the form is compared with the row that it replaces."""
        row = super().get_object(request, object_id, from_field)
        is_refused = hasattr(request, "refusals")  # the form is only shown again
        if row is not None and connection.in_atomic_block and request.method == "POST" and not is_refused:
            row = self.locked(request, row)
        return row

    def locked(self, request: HttpRequest, row: M) -> M | None:
        """The row as it is now, locked to the end of the command; None if it was deleted meanwhile."""
        return self.model._default_manager.select_for_update().filter(pk=row.pk).first()

    @override
    def save_model(self, request: HttpRequest, obj: M, form: Any, change: bool) -> None:
        row = self.commands.change(obj, form.values()) if change else self.commands.record(form.values())
        connection.check_constraints()
        obj.pk = row.pk

    # --- deletion

    def facts(self, row: M) -> Iterator[Fact]:
        """The last versions of the facts that refer to it in any version."""
        for model, column in self.referring:
            yield from model.objects.filter(**{column: row}).order_by("key", "-version").distinct("key")[:_MAX_NAMED]

    def get_deleted_objects(self, objs: Sequence[M] | QuerySet[M], request: HttpRequest) -> Any:
        """Names the facts that prevent the deletion, with links. Nothing else is deleted."""
        links = [
            format_html('<a href="{}">{} ({})</a>', address(fact), fact, fact.key)
            for row in objs
            for fact in self.facts(row)
        ]
        return [str(row) for row in objs], {str(self.opts.verbose_name_plural): len(objs)}, set(), links

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except (*REFUSED, ProtectedError) as error:
            if isinstance(error, ProtectedError):
                details = [f"It cannot be deleted: {len(error.protected_objects)} other records refer to it."]
            else:
                details = [refusal.detail for refusal in refusals_of(error)]
            for detail in details:
                self.message_user(request, detail, messages.ERROR)
            return self._redirect("change", unquote(object_id))

    def delete_model(self, request: HttpRequest, obj: M) -> None:
        self.commands.remove(obj)
