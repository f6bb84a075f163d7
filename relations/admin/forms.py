"""Forms of facts: what an editor types, held to the rules before the ledger is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from relations import dates
from relations.admin.fields import Lines
from relations.admin.generics import ModelForm
from relations.admin.refusals import show
from relations.errors import NotADate, Refused
from relations.models import Fact

SHOWN_DUPLICATES = 5


class FactForm(ModelForm[Any]):
    """One version of a fact as it is typed. `refusals` is what an act with these values was refused for before."""

    why = Lines(
        required=False,
        widget=AdminTextareaWidget(attrs={"rows": 2}),
        label="Why",
        help_text="The reason for the correction. It stands in the history and in the change log.",
    )
    record_anyway = forms.BooleanField(
        required=False,
        widget=forms.HiddenInput,
        label="Record anyway",
        help_text="What stands already is another fact.",
    )

    refusals: ClassVar[Sequence[Refused]] = ()
    told_apart_by: ClassVar[tuple[str, ...]] = ()
    """Columns in which two facts that look alike may differ and be two: each only where both name it."""

    alike: Sequence[Fact] = ()
    """The facts that stand and look like this one."""

    def validate_unique(self) -> None:
        """The key and the version are the ledger's."""

    def validate_constraints(self) -> None:
        """The ledger names what contradicts, in words; the database has the last one."""

    def clean_on(self) -> str:
        try:
            return dates.parse(self.cleaned_data["on"]).text
        except NotADate as refusal:
            raise forms.ValidationError(refusal.detail) from refusal

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        show(self, (refusal for refusal in self.refusals if not refusal.field.startswith("citations")))
        if self.instance.pk is None and not self.errors and not cleaned.get("record_anyway"):
            self._warn_of_duplicates()
        return cleaned

    def values(self) -> dict[str, Any]:
        """The fact's own values by the names of its fields, as the ledger takes them."""
        names = {field.name for field in self.instance._meta.concrete_fields}
        return {name: value for name, value in self.cleaned_data.items() if name in names}

    def _warn_of_duplicates(self) -> None:
        model = type(self.instance)
        alike = list(look_alikes(model, self.values(), self.told_apart_by)[: SHOWN_DUPLICATES + 1])
        if not alike:
            return
        self.alike = alike
        # From now on the editor can answer.
        self.fields["record_anyway"].widget = forms.CheckboxInput()
        self.add_error("record_anyway", _warning(alike))


def look_alikes(model: type[Fact], values: Mapping[str, Any], told_apart_by: Sequence[str]) -> QuerySet[Fact]:
    """The facts that stand and say the same word in the same direction of a time that overlaps."""
    when = dates.parse(values["on"])
    alike = (
        model.objects.current()
        .filter(from_country=values["from_country"], to_country=values["to_country"])
        .filter(**{model.label: values[model.label]}, earliest__lte=when.latest, latest__gte=when.floor)
    )
    for name in told_apart_by:
        if values.get(name):
            alike = alike.filter(Q(**{name: values[name]}) | Q(**_empty(model, name)))
    return alike.in_order()


def _empty(model: type[Fact], name: str) -> dict[str, Any]:
    return {f"{name}__isnull": True} if model._meta.get_field(name).is_relation else {name: ""}


def _warning(alike: Sequence[Fact]) -> SafeString:
    links = format_html_join("; ", '<a href="{}">{}</a>', ((address(fact), fact) for fact in alike[:SHOWN_DUPLICATES]))
    more = " and others" if len(alike) > SHOWN_DUPLICATES else ""
    return format_html("This looks like what is recorded already: {}{}. Tick the box to record it anyway.", links, more)


def address(fact: Fact, page: str = "change") -> str:
    """Where a version of a fact stands in the admin."""
    return reverse(f"admin:relations_{fact._meta.model_name}_{page}", args=[fact.pk])


class TableForm(forms.Form):
    """A table of facts: first a file, then the same text once more, to be recorded."""

    file = forms.FileField(required=False, label="CSV file", help_text="UTF-8, with the names of the columns on top")
    table = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    record_anyway = forms.BooleanField(required=False, label="Record what looks like duplicates, too")

    def content(self) -> bytes:
        """What was uploaded or is sent once more; empty where there is neither."""
        upload = self.cleaned_data["file"]
        if upload:
            read: bytes = upload.read()
            return read
        text: str = self.cleaned_data["table"]
        return text.encode()


class RetractionForm(forms.Form):
    """Why a fact is taken back."""

    reason = Lines(
        widget=AdminTextareaWidget(attrs={"rows": 3}),
        help_text="It stands in the history and in the change log, for everybody who follows it.",
        error_messages={"required": "A retraction needs a reason."},
    )


def uuid_in(text: str) -> UUID | None:
    """The key that was pasted into a search box; None for any other text."""
    try:
        return UUID(text.strip())
    except ValueError:
        return None
