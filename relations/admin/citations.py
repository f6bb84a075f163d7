"""The words that a fact rests on, typed beside it and held to the archived texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import Field, ModelChoiceField
from django.http import HttpRequest
from rapidfuzz.fuzz import partial_ratio_alignment

from relations import ledger
from relations.admin.fields import Completed, Lines
from relations.admin.generics import InlineFormSet, ModelAdmin, ModelForm, StackedInline
from relations.admin.hardened import without_deletion
from relations.errors import Refused
from relations.ledger import CitationDraft
from relations.models import Citation, Fact, Source

MOST = 100
"""How many citations one form takes."""
NEAR = 70.0
"""From this likeness on, of 100, a passage is shown as the one that may be meant."""
_SEARCHED, _COMPARED = 200_000, 300
"""How many characters of a text are searched for the nearest passage, and how many of the quote."""


class CitationForm(ModelForm[Citation]):
    quote = Lines(
        widget=AdminTextareaWidget(attrs={"rows": 3, "cols": 60}),
        help_text="The exact words. They must stand in the source's archived text, where there is one.",
    )

    class Meta:
        model = Citation
        fields = ("source", "quote", "stance")

    def validate_constraints(self) -> None:
        """The fact that a citation is about is not there yet; the ledger and the database check the rest."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        source, quote = cleaned.get("source"), cleaned.get("quote")
        if source and quote and self.has_changed() and source.text and ledger.locate(quote, source.text) is None:
            self.add_error("quote", _missing(quote, source))
        return cleaned


def _missing(quote: str, source: Source) -> str:
    near = partial_ratio_alignment(quote[:_COMPARED], source.text[:_SEARCHED], score_cutoff=NEAR)
    told = f"These words are not in the archived text of “{source}”."
    if near is None or near.dest_start == near.dest_end:
        return told
    return f"{told} The nearest passage is: “{_whole_words(source.text, near.dest_start, near.dest_end)}”."


def _whole_words(text: str, start: int, end: int) -> str:
    """A passage with the words at its ends completed."""
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return " ".join(text[start:end].split())


class CitationFormSet(InlineFormSet[Citation, Fact, CitationForm]):
    """The citations of one version. Whatever is changed in one of them, the next version gets all of them anew."""

    refusals: Sequence[Refused] = ()

    def cited(self) -> list[CitationForm]:
        """The forms that say something, in their order: those of the version itself, and those filled in."""
        forms: list[Any] = self.forms
        deleted: Any = self._should_delete_form  # type: ignore[attr-defined]  # not in the stubs
        return [form for form in forms if not deleted(form) and (form.instance.pk or form.has_changed())]

    def drafts(self) -> list[CitationDraft]:
        return [CitationDraft(**{name: form.cleaned_data[name] for name in form.Meta.fields}) for form in self.cited()]

    def clean(self) -> None:
        super().clean()
        cited, whole = self.cited(), []
        for refusal in self.refusals:
            _, _, rest = refusal.field.partition("/")
            index, _, name = rest.partition("/")
            if not (index.isdigit() and int(index) < len(cited)):
                whole.append(refusal.detail)
                continue
            form = cited[int(index)]
            if not form.errors:
                form.add_error(name if name in form.fields else None, refusal.detail)
        if whole:
            raise ValidationError(whole)


class CitationInline(StackedInline[Citation, Fact]):
    """Who may write the fact may write its citations; a version that is superseded keeps those it has."""

    model = Citation
    form = CitationForm
    formset = CitationFormSet  # type: ignore[assignment]  # the stubs know one class of forms only
    fields = ("source", "quote", "stance")
    autocomplete_fields = ("source",)

    def get_formset(self, request: HttpRequest, obj: Fact | None = None, **kwargs: Any) -> type[Any]:
        return super().get_formset(request, obj, **{"max_num": MOST, "absolute_max": MOST + 1, **kwargs})

    def get_extra(self, request: HttpRequest, obj: Fact | None = None, **kwargs: Any) -> int:
        return 0 if obj else 1

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Field | None:
        return without_deletion(super().formfield_for_dbfield(db_field, request, **kwargs))

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        kwargs.setdefault("widget", Completed(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Citation]:
        return super().get_queryset(request).select_related("source")

    def has_view_permission(self, request: HttpRequest, obj: Fact | None = None) -> bool:
        return self._of_fact.has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Fact | None = None) -> bool:
        return self._may_write(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Fact | None = None) -> bool:
        return self._may_write(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Fact | None = None) -> bool:
        return self._may_write(request, obj)

    @property
    def _of_fact(self) -> ModelAdmin[Fact]:
        parent: Any = self.admin_site.get_model_admin(self.parent_model)
        return cast("ModelAdmin[Fact]", parent)

    def _may_write(self, request: HttpRequest, obj: Fact | None) -> bool:
        parent = self._of_fact
        return parent.has_change_permission(request, obj) if obj else parent.has_add_permission(request)


def inline_for(model: type[Fact]) -> type[CitationInline]:
    """Citations have four columns that may name a fact: Django wants to be told which."""
    return type(f"{model.__name__}Citations", (CitationInline,), {"fk_name": model.column})
