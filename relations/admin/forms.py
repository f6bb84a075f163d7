"""Forms of facts, of tables of facts, and of retractions."""

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
from relations.admin.hardened import ModelForm
from relations.admin.refusals import show
from relations.codes import Nature, SanctionAction
from relations.errors import NotADate, Refused
from relations.models import Fact

SHOWN_DUPLICATES = 5


class LedgerForm(ModelForm[Any]):
    """A form whose values a command of the ledger validates. `refusals` are those of a first try with these values."""

    refusals: ClassVar[Sequence[Refused]] = ()

    def validate_unique(self) -> None:
        """Leaves keys, versions, titles and addresses to the ledger."""

    def validate_constraints(self) -> None:
        """Leaves contradictions to the ledger, which describes them, and to the database."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        show(self, (refusal for refusal in self.refusals if not refusal.field.startswith("citations")))
        return cleaned


class FactForm(LedgerForm):
    """One version of a fact."""

    why = Lines(
        required=False,
        widget=AdminTextareaWidget(attrs={"rows": 2}),
        label="Why",
        help_text="The reason for the correction. It is shown in the history and in the change log.",
    )
    record_anyway = forms.BooleanField(
        required=False,
        widget=forms.HiddenInput,
        label="Record anyway",
        help_text="The recorded fact is another one.",
    )

    distinguished_by: ClassVar[tuple[str, ...]] = ()
    """Columns whose different values make two facts that are otherwise alike; an empty one distinguishes nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "nature" in self.fields:
            self.fields["nature"].required = False

    def clean_on(self) -> str:
        return self._date("on")

    def clean_announced_on(self) -> str:
        return self._date("announced_on") if self.cleaned_data["announced_on"] else ""

    def _date(self, name: str) -> str:
        try:
            return dates.parse_field(self.cleaned_data[name], name).text
        except NotADate as refusal:
            raise forms.ValidationError(refusal.detail) from refusal

    def clean_nature(self) -> str:
        """Fills in what a table leaves out: an observed sanction is an observation, and the rest happened."""
        seen = self.cleaned_data.get("action") == SanctionAction.OBSERVED
        return self.cleaned_data["nature"] or (Nature.OBSERVATION if seen else Nature.EVENT)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.instance.pk is None and not self.errors and not cleaned.get("record_anyway"):
            self._warn_of_duplicates()
        return cleaned

    def values(self) -> dict[str, Any]:
        """The fact's values by the names of its fields, for the ledger.

        A correction names the nature only where the editor has chosen another: it follows from the new values.
        """
        names = {field.name for field in self.instance._meta.concrete_fields}
        if self.instance.pk is not None and "nature" not in self.changed_data:
            names.remove("nature")
        return {name: value for name, value in self.cleaned_data.items() if name in names}

    def _warn_of_duplicates(self) -> None:
        alike = list(look_alikes(type(self.instance), self.values(), self.distinguished_by)[: SHOWN_DUPLICATES + 1])
        if alike:
            self.fields["record_anyway"].widget = forms.CheckboxInput()
            self.add_error("record_anyway", _warning(alike))


def look_alikes(model: type[Fact], values: Mapping[str, Any], distinguished_by: Sequence[str]) -> QuerySet[Fact]:
    """Current facts with the same word and direction whose dates overlap."""
    when = dates.parse(values["on"])
    alike = (
        model.objects.current()
        .filter(from_country=values["from_country"], to_country=values["to_country"])
        .filter(**{model.label: values[model.label]}, earliest__lte=when.latest, latest__gte=when.floor)
    )
    for name in distinguished_by:
        if values.get(name):
            empty = {f"{name}__isnull": True} if model._meta.get_field(name).is_relation else {name: ""}
            alike = alike.filter(Q(**{name: values[name]}) | Q(**empty))
    return alike.in_order()


def _warning(alike: Sequence[Fact]) -> SafeString:
    links = format_html_join("; ", '<a href="{}">{}</a>', ((address(fact), fact) for fact in alike[:SHOWN_DUPLICATES]))
    more = " and others" if len(alike) > SHOWN_DUPLICATES else ""
    return format_html("This looks like a recorded fact: {}{}. Tick the box to record it anyway.", links, more)


def address(fact: Fact, page: str = "change") -> str:
    """The URL of a version's page."""
    return reverse(f"admin:relations_{fact._meta.model_name}_{page}", args=[fact.pk])


class TableForm(forms.Form):
    """A table of facts: first a file, then, after the dry run, the same text again."""

    file = forms.FileField(required=False, label="CSV file", help_text="UTF-8, with the names of the columns on top")
    table = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    record_anyway = forms.BooleanField(required=False, label="Record probable duplicates, too")

    def content(self) -> bytes:
        """The uploaded file or the repeated text; empty where there is neither."""
        upload = self.cleaned_data["file"]
        return bytes(upload.read() if upload else self.cleaned_data["table"].encode())


class RetractionForm(forms.Form):
    """The reason for a retraction."""

    reason = Lines(
        widget=AdminTextareaWidget(attrs={"rows": 3}),
        help_text="It is shown in the history and in the change log, which others follow.",
        error_messages={"required": "A retraction needs a reason."},
    )


def uuid_in(text: str) -> UUID | None:
    """A pasted key; None for any other text."""
    try:
        return UUID(text.strip())
    except ValueError:
        return None
