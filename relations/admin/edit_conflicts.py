"""What an editor sees whose form was overtaken: what stands now, and what was typed, field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict

from relations.admin.fact_display import label, quotation, shown, told, who, written_fields
from relations.admin.forms import FactForm
from relations.admin.history import retraction, versions
from relations.models import Citation, Fact, Source, StatusChange

PREFIX = "citations"
"""Of the citations' inputs: Django names a formset for the relation that it follows."""
CARRY_OVER = "_carry_over"
"""The input that says: show me this again, on top of what stands now; nothing is saved by it."""

_MOST = 1000
_BUTTONS = ("_save", "_continue", "_addanother", CARRY_OVER, "csrfmiddlewaretoken")


@dataclass(frozen=True, slots=True)
class Row:
    """One field of two versions and of what was typed; `name` is that of its input."""

    name: str
    label: str
    opened: Sequence[str]
    now: Sequence[str]
    typed: Sequence[str]

    @property
    def overtaken(self) -> bool:
        return list(self.opened) != list(self.now)

    @property
    def changed(self) -> bool:
        return list(self.opened) != list(self.typed)

    @property
    def both(self) -> bool:
        """Whether both changed it, and not alike: only a person can decide."""
        return self.overtaken and self.changed and list(self.now) != list(self.typed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overtaken:
    """A form over version `opened`, while `now` is the last one, which stands or was `retracted`."""

    opened: Fact
    now: Fact
    rows: Sequence[Row]
    retracted: StatusChange | None

    @property
    def is_retracted(self) -> bool:
        return self.now.superseded_at is not None

    @property
    def by(self) -> str:
        return who(self.retracted.recorded_by if self.retracted else self.now.recorded_by)


def overtaken(opened: Fact, form: type[FactForm] | None, post: QueryDict) -> Overtaken:
    """Lays the version that was opened, the one that stands, and what was typed, side by side.

    `form` is the class that knows the fields' inputs; None where nothing was typed, as on the page of a retraction.
    """
    every = versions(type(opened), opened.key)
    now, before = every[-1], next(fact for fact in every if fact.pk == opened.pk)
    was, stands = told(before), told(now)
    typed = {**was, **(_typed(type(opened), form, post) if form else {})}
    return Overtaken(
        opened=before,
        now=now,
        rows=[Row(_names(type(opened))[name], name, was[name], stands[name], typed[name]) for name in was],
        retracted=retraction(opened.key),
    )


def _names(model: type[Fact]) -> dict[str, str]:
    """The names of the inputs by the labels of the fields."""
    return {**{label(column): column.name for column in written_fields(model)}, "Citations": PREFIX}


def _typed(model: type[Fact], form: type[FactForm], post: QueryDict) -> dict[str, list[str]]:
    """What was typed, by the labels of the fields; what no field understands is shown as it was typed."""
    found: dict[str, list[str]] = {}
    for column in written_fields(model):
        field = form.base_fields.get(column.name)
        if field is None or (column.name not in post and column.name in ("from_country", "to_country")):
            continue
        raw = field.widget.value_from_datadict(post, {}, column.name)
        try:
            found[label(column)] = [shown(column, field.clean(raw))]
        except ValidationError:
            found[label(column)] = [str(raw)]
    return {**found, "Citations": sorted(_quotations(typed_citations(post)))}


def _quotations(citations: Sequence[Mapping[str, str]]) -> list[str]:
    wanted = {citation["source"] for citation in citations if citation["source"].isdigit()}
    titles = {str(source.pk): str(source) for source in Source.objects.filter(pk__in=wanted).defer("text")}
    return [
        quotation(
            quote=citation["quote"].replace("\r\n", "\n"),
            source=titles.get(citation["source"], citation["source"]),
            stance=citation["stance"],
        )
        for citation in citations
    ]


def typed_citations(post: QueryDict) -> list[dict[str, str]]:
    """The citations that were typed and not deleted, each by the names of its inputs."""
    total = post.get(f"{PREFIX}-TOTAL_FORMS", "")
    count = min(int(total), _MOST) if total.isascii() and total.isdigit() else 0
    found = []
    for index in range(count):
        if f"{PREFIX}-{index}-DELETE" in post:
            continue
        citation = {name: post.get(f"{PREFIX}-{index}-{name}", "") for name in ("source", "quote", "stance")}
        if citation["source"] or citation["quote"]:
            found.append(citation)
    return found


def carried_over(post: QueryDict) -> QueryDict:
    """What was typed over one version as it is typed over another: its citations are new ones there."""
    carried = post.copy()
    for name in [name for name in carried if name in _BUTTONS]:
        del carried[name]
    _cite(carried, typed_citations(post))
    return carried


def _cite(post: QueryDict, citations: Sequence[Mapping[str, str]]) -> None:
    """Writes citations into a form, in place of those that it has."""
    for name in [name for name in post if name.startswith(f"{PREFIX}-")]:
        del post[name]
    post[f"{PREFIX}-TOTAL_FORMS"], post[f"{PREFIX}-INITIAL_FORMS"] = str(len(citations)), "0"
    for index, citation in enumerate(citations):
        for name, value in citation.items():
            post[f"{PREFIX}-{index}-{name}"] = value


def inputs(both: Overtaken, form: type[FactForm], post: QueryDict) -> list[tuple[str, Any]]:
    """The form once more, to be laid over what stands: a field that was not touched is as the others left it.

    The countries are sent too, which a correction does not carry, for a fact that has to be recorded anew.
    """
    stands = form(instance=both.now)
    sent = carried_over(post)
    for row in both.rows:
        if row.changed or row.name in ("from_country", "to_country"):
            continue
        if row.name == PREFIX:
            _cite(sent, [_as_typed(citation) for citation in both.now.citations.all()])
        elif row.name in stands.fields:
            value = stands[row.name].value()
            sent.setlist(row.name, value if isinstance(value, list) else ["" if value is None else str(value)])
    countries = {"from_country": both.now.from_country_id, "to_country": both.now.to_country_id}
    for name, code in countries.items():
        sent.setdefault(name, code)
    return [(name, value) for name in sent for value in sent.getlist(name)]


def _as_typed(citation: Citation) -> dict[str, str]:
    return {"source": str(citation.source_id), "quote": citation.quote, "stance": citation.stance}
