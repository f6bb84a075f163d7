"""What facts refer to: made and changed through the ledger, deleted only while no fact refers to it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, override

from django import forms
from django.contrib import messages
from django.contrib.admin.options import ActionLocation
from django.contrib.admin.utils import unquote
from django.db import DataError, IntegrityError, connection
from django.db.models import Model, ProtectedError, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html

from relations.admin.fact_display import label, shown
from relations.admin.forms import address
from relations.admin.generics import ModelForm
from relations.admin.hardened import GuardedAdmin
from relations.admin.refusals import refusals_of, show
from relations.errors import Refused
from relations.models import Fact

_REFUSED = (Refused, IntegrityError, DataError)
_NAMED = 20
"""How many of the facts that stand in the way of a deletion are named."""


class ReferenceForm(ModelForm[Any]):
    """`seen` is the digest of what the form was filled with: who saves over something else is told so, once."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    refusals: ClassVar[Sequence[Refused]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored = {name: shown_of(self.instance, name) for name in self.typed()} if self.instance.pk else {}
        if self.stored and "seen" in self.fields:
            self.initial["seen"] = _digest(self.stored)

    def typed(self) -> list[str]:
        """The names of the columns that this form may change."""
        return [name for name in self.fields if name != "seen"]

    def validate_unique(self) -> None:
        """The ledger says whose title or address it is."""

    def validate_constraints(self) -> None:
        """The ledger names what contradicts, in words; the database has the last one."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        show(self, self.refusals)
        if self.stored and cleaned.get("seen") != _digest(self.stored):
            self._tell_overtaken()
        return cleaned

    def _tell_overtaken(self) -> None:
        """What was typed stays in the form; beside each field that differs stands what is stored now."""
        for name in self.changed_columns():
            field = self.instance._meta.get_field(name)
            self.add_error(name, f"Somebody changed this meanwhile. {label(field)} is now: {self.stored[name]}")
        self.add_error(None, "Another edit came first; nothing was overwritten. Save again to write what you typed.")
        typed: Any = self.data
        self.data = typed = typed.copy()
        typed[self.add_prefix("seen")] = _digest(self.stored)

    def changed_columns(self) -> list[str]:
        return [name for name in self.changed_data if name != "seen"]

    def values(self) -> dict[str, Any]:
        """What was changed, and nothing else."""
        return {name: self.cleaned_data[name] for name in self.changed_columns()}


def shown_of(row: Model, name: str) -> str:
    field: Any = row._meta.get_field(name)
    return shown(field, getattr(row, name))


def _digest(stored: Mapping[str, str]) -> str:
    return hashlib.sha256(repr(sorted(stored.items())).encode(errors="surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Acts:
    """The ledger's acts on one kind of record."""

    record: Callable[[Mapping[str, Any]], Any]
    change: Callable[[Any, Mapping[str, Any]], Any]
    remove: Callable[[Any], None]


class ReferenceAdmin[M: Model](GuardedAdmin[M]):
    """`referring` names the kinds of facts, and the columns, that may stand in the way of a deletion."""

    form = ReferenceForm
    acts: ClassVar[Acts]
    referring: ClassVar[tuple[tuple[type[Fact], str], ...]]
    list_per_page = 50

    def get_fields(self, request: HttpRequest, obj: M | None = None) -> list[Any]:
        fields = list(super().get_fields(request, obj))
        return [*fields, "seen"] if obj and self.has_change_permission(request, obj) else fields

    @override
    def get_form(self, request: HttpRequest, obj: M | None = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.refusals = getattr(request, "refusals", ())
        return form

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> M | None:
        """Behind a lock where it is about to be saved: what the form is compared with is what is written over."""
        row = super().get_object(request, object_id, from_field)
        if row is not None and connection.in_atomic_block and request.method == "POST":
            row = self.model._default_manager.select_for_update().filter(pk=row.pk).first()
        return row

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:  # fmt: skip
        """What the ledger refuses, the form shows in a second pass, with everything that was typed."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except _REFUSED as error:
            request.refusals = refusals_of(error)  # type: ignore[attr-defined]  # read by get_form
            return super().changeform_view(request, object_id, form_url, extra_context)

    @override
    def save_model(self, request: HttpRequest, obj: M, form: Any, change: bool) -> None:
        row = self.acts.change(obj, form.values()) if change else self.acts.record(form.values())
        connection.check_constraints()
        obj.pk = row.pk

    # --- deletion

    def facts(self, row: M) -> Iterator[Fact]:
        """The facts that refer to it, of every version; each by its last one."""
        for model, column in self.referring:
            yield from model.objects.filter(**{column: row}).order_by("key", "-version").distinct("key")[:_NAMED]

    def get_deleted_objects(self, objs: Sequence[M] | QuerySet[M], request: HttpRequest) -> Any:
        """Nothing goes with it, and what refers to it stands in the way: named, with links."""
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
        except (*_REFUSED, ProtectedError) as error:
            for refusal in _refusals_of_deletion(error):
                self.message_user(request, refusal, messages.ERROR)
            return HttpResponseRedirect(
                reverse(f"admin:relations_{self.opts.model_name}_change", args=[unquote(object_id)])
            )

    def delete_model(self, request: HttpRequest, obj: M) -> None:
        self.acts.remove(obj)

    def get_actions(self, request: HttpRequest, action_location: ActionLocation = ActionLocation.CHANGE_LIST) -> Any:
        """One at a time: each deletion has its own reasons not to be."""
        actions = super().get_actions(request, action_location=action_location)
        actions.pop("delete_selected", None)
        return actions


def _refusals_of_deletion(error: Any) -> list[str]:
    if isinstance(error, ProtectedError):
        return [f"It cannot be deleted: {len(error.protected_objects)} other records refer to it."]
    return [refusal.detail for refusal in refusals_of(error)]
