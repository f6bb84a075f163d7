"""Citations of a fact: an inline whose quotes must occur in the archived texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from rapidfuzz.fuzz import partial_ratio_alignment

from relations import ledger
from relations.admin.fields import Lines
from relations.admin.forms import LedgerForm
from relations.admin.hardened import HardenedFields, InlineFormSet, ModelAdmin, StackedInline
from relations.errors import Refused
from relations.ledger import CitationDraft
from relations.models import Citation, Fact, Source

MAX_FORMS = 100
"""Citations of one form."""
SIMILARITY = 70.0
"""Similarity, of 100, from which a passage is suggested for a quote that is missing in the text."""
_TEXT_LIMIT, _QUOTE_LIMIT = 200_000, 300
"""Characters of a text, and of a quote, that are compared for the suggestion."""


class CitationForm(LedgerForm):
    quote = Lines(
        widget=AdminTextareaWidget(attrs={"rows": 3, "cols": 60}),
        help_text="The exact words. They must occur in the source's archived text, if there is one.",
    )

    class Meta:
        model = Citation
        fields = ("source", "quote", "stance")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        source, quote = cleaned.get("source"), cleaned.get("quote")
        if source and quote and self.has_changed() and source.text and ledger.locate(quote, source.text) is None:
            self.add_error("quote", _missing(quote, source))
        return cleaned

    def draft(self) -> CitationDraft:
        return CitationDraft(**{name: self.cleaned_data[name] for name in self.Meta.fields})


def _missing(quote: str, source: Source) -> str:
    near = partial_ratio_alignment(quote[:_QUOTE_LIMIT], source.text[:_TEXT_LIMIT], score_cutoff=SIMILARITY)
    detail = f"These words are not in the archived text of “{source}”."
    if near is None or near.dest_start == near.dest_end:
        return detail
    return f"{detail} The nearest passage is: “{_whole_words(source.text, near.dest_start, near.dest_end)}”."


def _whole_words(text: str, start: int, end: int) -> str:
    """A passage with the words at its ends completed."""
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return " ".join(text[start:end].split())


class CitationFormSet(InlineFormSet[Citation, Fact, CitationForm]):
    """The citations of one version. A change in one of them gives the next version new rows for all."""

    refusals: Sequence[Refused] = ()

    def cited(self) -> list[CitationForm]:
        """The forms of the version's citations and of new ones, in their order, without deleted and empty ones."""
        forms: list[Any] = self.forms
        deleted: Any = self._should_delete_form  # type: ignore[attr-defined]  # not in the stubs
        return [form for form in forms if not deleted(form) and (form.instance.pk or form.has_changed())]

    def drafts(self) -> list[CitationDraft]:
        return [form.draft() for form in self.cited()]

    def clean(self) -> None:
        super().clean()
        cited, general = self.cited(), []
        for refusal in self.refusals:
            _, _, rest = refusal.field.partition("/")
            index, _, name = rest.partition("/")
            if not (index.isdigit() and int(index) < len(cited)):
                general.append(refusal.detail)
                continue
            form = cited[int(index)]
            if not form.errors:
                form.add_error(name if name in form.fields else None, refusal.detail)
        if general:
            raise ValidationError(general)


class CitationInline(HardenedFields[Any], StackedInline[Citation, Fact]):
    """Citations with the permissions of their fact; those of a superseded version are read-only."""

    model = Citation
    form = CitationForm
    formset = CitationFormSet  # type: ignore[assignment]  # the stubs know one class of forms only
    fields = ("source", "quote", "stance")
    autocomplete_fields = ("source",)

    def get_formset(self, request: HttpRequest, obj: Fact | None = None, **kwargs: Any) -> type[Any]:
        return super().get_formset(request, obj, **{"max_num": MAX_FORMS, "absolute_max": MAX_FORMS + 1, **kwargs})

    def get_extra(self, request: HttpRequest, obj: Fact | None = None, **kwargs: Any) -> int:
        return 0 if obj else 1

    def get_queryset(self, request: HttpRequest) -> QuerySet[Citation]:
        return super().get_queryset(request).select_related("source")

    def has_view_permission(self, request: HttpRequest, obj: Fact | None = None) -> bool:
        return self._fact_admin.has_view_permission(request, obj)

    @property
    def _fact_admin(self) -> ModelAdmin[Fact]:
        parent: Any = self.admin_site.get_model_admin(self.parent_model)
        return cast("ModelAdmin[Fact]", parent)

    def has_add_permission(self, request: HttpRequest, obj: Fact | None = None) -> bool:
        parent = self._fact_admin
        return parent.has_change_permission(request, obj) if obj else parent.has_add_permission(request)

    has_change_permission = has_delete_permission = has_add_permission


def inline_for(model: type[Fact]) -> type[CitationInline]:
    """The inline of one kind: a citation has a foreign key for each."""
    return type(f"{model.__name__}Citations", (CitationInline,), {"fk_name": model.column})
