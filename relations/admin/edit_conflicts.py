"""The page for an editor whose form was overtaken: the current version and the typed values, field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict

from relations.admin.fact_display import (
    display_citation,
    display_fields,
    display_user,
    display_value,
    field_label,
    written_fields,
)
from relations.admin.fields import is_key
from relations.admin.forms import FactForm
from relations.admin.history import load_versions, retraction
from relations.models import Fact, Source, StatusChange

PREFIX = "citations"
"""Prefix of the citations' inputs: Django names a formset for the relation that it follows."""
CARRY_OVER = "_carry_over"
"""The input that asks for the same form over the current version; nothing is saved by it."""

_MAX_CITATIONS = 1000
_BUTTONS = ("_save", "_continue", "_addanother", CARRY_OVER, "csrfmiddlewaretoken")
_COUNTRIES = ("from_country", "to_country")
_EVIDENCE = ("source", "quote", "stance")


@dataclass(frozen=True, slots=True)
class Row:
    """One field in the opened version, the current one and the form; `name` is that of its input."""

    name: str
    label: str
    opened: Sequence[str]
    current: Sequence[str]
    typed: Sequence[str]

    @property
    def changed_by_others(self) -> bool:
        return list(self.opened) != list(self.current)

    @property
    def changed_by_editor(self) -> bool:
        return list(self.opened) != list(self.typed)

    @property
    def is_conflict(self) -> bool:
        """True where both sides changed it differently, so that a person has to decide."""
        return self.changed_by_others and self.changed_by_editor and list(self.current) != list(self.typed)


@dataclass(frozen=True, slots=True, kw_only=True)
class EditConflict:
    """A form over version `opened`, while `current` is the last one, which may be retracted."""

    opened: Fact
    current: Fact
    rows: Sequence[Row]
    retraction: StatusChange | None

    @property
    def is_retracted(self) -> bool:
        return self.current.superseded_at is not None

    @property
    def author(self) -> str:
        return display_user((self.retraction or self.current).recorded_by)


def edit_conflict(opened: Fact, form: type[FactForm] | None, post: QueryDict) -> EditConflict:
    """Compares the opened version, the current one and the typed values.

    `form` is the class that reads the inputs; None where nothing was typed, as on the page of a retraction.
    """
    model = type(opened)
    versions = load_versions(model, opened.key)
    current, opened = versions[-1], next(fact for fact in versions if fact.pk == opened.pk)
    before, after = display_fields(opened), display_fields(current)
    typed = {**before, **(_typed_fields(model, form, post) if form else {})}
    names = {**{field_label(field): field.name for field in written_fields(model)}, "Citations": PREFIX}
    return EditConflict(
        opened=opened,
        current=current,
        rows=[Row(names[label], label, before[label], after[label], typed[label]) for label in before],
        retraction=retraction(opened.key),
    )


def _typed_fields(model: type[Fact], form: type[FactForm], post: QueryDict) -> dict[str, list[str]]:
    """The typed values by the labels of their fields; invalid input is shown as it was typed."""
    values: dict[str, list[str]] = {}
    for column in written_fields(model):
        field = form.base_fields.get(column.name)
        if field is None or (column.name not in post and column.name in _COUNTRIES):
            continue
        raw = field.widget.value_from_datadict(post, {}, column.name)
        try:
            values[field_label(column)] = [display_value(column, field.clean(raw))]
        except ValidationError:
            values[field_label(column)] = [str(raw)]
    return {**values, "Citations": sorted(_display_citations(typed_citations(post)))}


def _display_citations(citations: Sequence[Mapping[str, str]]) -> list[str]:
    ids = {citation["source"] for citation in citations if is_key(Source._meta.pk, citation["source"])}
    titles = {str(source.pk): str(source) for source in Source.objects.filter(pk__in=ids).defer("text")}
    return [
        display_citation(
            quote=citation["quote"].replace("\r\n", "\n"),
            source=titles.get(citation["source"], citation["source"]),
            stance=citation["stance"],
        )
        for citation in citations
    ]


def typed_citations(post: QueryDict) -> list[dict[str, str]]:
    """The citations that were typed and not deleted, each by the names of its inputs."""
    total = post.get(f"{PREFIX}-TOTAL_FORMS", "")[:9]
    count = min(int(total), _MAX_CITATIONS) if total.isdecimal() else 0
    citations = [
        {name: post.get(f"{PREFIX}-{index}-{name}", "") for name in _EVIDENCE}
        for index in range(count)
        if f"{PREFIX}-{index}-DELETE" not in post
    ]
    return [citation for citation in citations if citation["source"] or citation["quote"]]


def carried_over(post: QueryDict) -> QueryDict:
    """The input of one version's form for that of another, where its citations are new."""
    carried = post.copy()
    for name in [name for name in carried if name in _BUTTONS]:
        del carried[name]
    _replace_citations(carried, typed_citations(post))
    return carried


def _replace_citations(post: QueryDict, citations: Sequence[Mapping[str, str]]) -> None:
    for name in [name for name in post if name.startswith(f"{PREFIX}-")]:
        del post[name]
    post[f"{PREFIX}-TOTAL_FORMS"], post[f"{PREFIX}-INITIAL_FORMS"] = str(len(citations)), "0"
    for index, citation in enumerate(citations):
        for name, value in citation.items():
            post[f"{PREFIX}-{index}-{name}"] = value


def merged_inputs(conflict: EditConflict, form: type[FactForm], post: QueryDict) -> list[tuple[str, Any]]:
    """The form again, over the current version: untouched fields have their current values.

    The countries, which a correction does not carry, are included for recording a retracted fact again.
    """
    bound = form(instance=conflict.current)
    merged = carried_over(post)
    for row in conflict.rows:
        if row.changed_by_editor or row.name in _COUNTRIES:
            continue
        if row.name == PREFIX:
            rows = conflict.current.citations.values_list(*_EVIDENCE)
            _replace_citations(merged, [dict(zip(_EVIDENCE, map(str, row), strict=True)) for row in rows])
        elif row.name in bound.fields:
            value = bound[row.name].value()
            merged.setlist(row.name, value if isinstance(value, list) else ["" if value is None else str(value)])
    for name in _COUNTRIES:
        merged.setdefault(name, getattr(conflict.current, f"{name}_id"))
    return [(name, value) for name in merged for value in merged.getlist(name)]
