"""From request bodies to commands of the ledger: ids are resolved, and every bad row is named at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import models, transaction

from relations import ledger
from relations.api.facts.requests import FactRequest
from relations.api.http.requests import RequestBody, read
from relations.errors import Refused, SomeRefused, TooManyRows, Unfit
from relations.ledger import Author, CitationDraft, ConfirmationDraft, FactDraft
from relations.models import Confirmation, Country, Fact, SanctionProgramme, Source, TravelBanList

MOST_ROWS = 1000
"""So many facts may one request record."""

_REFERENCES: dict[str, type[models.Model]] = {"programme": SanctionProgramme, "list": TravelBanList}
_COUNTRIES = ("from_country", "to_country")

type Wrong = defaultdict[int, list[Refused]]


def record(model: type[Fact], body: type[FactRequest], rows: Sequence[Any], *, author: Author) -> list[Fact]:
    """Records all rows or none. Raises `SomeRefused` with everything that is wrong, row by row."""
    if len(rows) > MOST_ROWS:
        raise TooManyRows(most=MOST_ROWS, count=len(rows))
    if not rows:
        raise Unfit(word="empty", why="The list is empty: there is nothing to record.")
    wrong, drafts = _drafts(model, body, rows)
    facts = _recorded(drafts, body, author, wrong) if drafts else []
    if wrong:
        raise SomeRefused(dict(wrong))
    return facts


def _recorded(drafts: Mapping[int, FactDraft], body: type[FactRequest], author: Author, wrong: Wrong) -> list[Fact]:
    """Records the drafts, in order, and adds to `wrong` what the ledger refuses; rolls back if anything is wrong."""
    places = list(drafts)
    try:
        with transaction.atomic():
            facts = ledger.record(list(drafts.values()), author=author)
            transaction.set_rollback(bool(wrong))
            return facts
    except SomeRefused as refused:
        for index, more in refused.rows.items():
            wrong[places[index]] += [body.renamed(each) for each in more]
        return []


def correct(
    fact: Fact, body: type[FactRequest], data: Any, *, partial: bool, version: int | None, author: Author, why: str
) -> Fact:
    """Writes a new version with other values; what `partial` does not name stays as it is."""
    wrong, drafts = _drafts(type(fact), body, [data], partial=partial)
    if wrong:
        raise SomeRefused(dict(wrong))
    draft = drafts[0]
    try:
        return ledger.correct(
            type(fact), fact.key, values=draft.values, author=author, version=version, why=why,
            citations=draft.citations if "citations" in data else None,
        )  # fmt: skip
    except SomeRefused as refused:
        raise SomeRefused({0: [body.renamed(each) for wrong in refused.rows.values() for each in wrong]}) from refused
    except Refused as refusal:
        raise body.renamed(refusal) from refusal


def confirm(
    model: type[Fact], key: UUID, body: type[RequestBody], data: Any, *, author: Author
) -> tuple[Confirmation, bool]:
    """Records that a source still says what a fact says. Returns the row, and whether it is new."""
    wrong: Wrong = defaultdict(list)
    values, wrong[0] = read(body, data)
    if "source" in values:
        _look_up(Source, wrong, list(_named_source(0, values, "source")))
    if wrong[0]:
        raise SomeRefused(dict(wrong))
    draft = ConfirmationDraft(model=model, key=key, **values)
    with transaction.atomic():
        is_new = ledger.confirm([draft], author=author) > 0
        source = draft.source if isinstance(draft.source, Source) else ledger.recorded_source(draft.source)
        about = {f"{model.column}__key": key, "source": source, "day": draft.day}
        return Confirmation.objects.filter(**about).latest("pk"), is_new


def _drafts(
    model: type[Fact], body: type[FactRequest], rows: Sequence[Any], *, partial: bool = False
) -> tuple[Wrong, dict[int, FactDraft]]:
    """Refusals of rows, and drafts of those that are fit, both by index."""
    wrong: Wrong = defaultdict(list)
    values = {}
    for index, row in enumerate(rows):
        values[index], unfit = read(body, row, partial=partial)
        if unfit:
            wrong[index] += unfit
    _resolve(values, wrong)
    return wrong, {index: _fact_draft(model, body, own) for index, own in values.items() if index not in wrong}


# --- what is named by id --------------------------------------------------------------------------------------------


def _resolve(rows: Mapping[int, dict[str, Any]], wrong: Wrong) -> None:
    """Replaces ids by the rows themselves: one query for each model."""
    for name, model in _REFERENCES.items():
        _look_up(model, wrong, [(index, values, name, name) for index, values in rows.items() if values.get(name)])
    _look_up(Source, wrong, list(_named_sources(rows)))


def _named_sources(rows: Mapping[int, dict[str, Any]]) -> Iterator[tuple[int, dict[str, Any], str, str]]:
    """Every id of a source: the row, its container and key, and its place in the body."""
    for index, values in rows.items():
        for place, citation in enumerate(values.get("citations", ())):
            yield from _named_source(index, citation, f"citations/{place}/source")


def _named_source(index: int, evidence: dict[str, Any], at: str) -> Iterator[tuple[int, dict[str, Any], str, str]]:
    """The id of the source of a citation or a confirmation, or of the one of which it is a reprint."""
    if isinstance(evidence["source"], int):
        yield index, evidence, "source", at
    elif evidence["source"].get("syndication_of"):
        yield index, evidence["source"], "syndication_of", f"{at}/syndication_of"


def _look_up(model: type[models.Model], wrong: Wrong, named: Sequence[tuple[int, dict[str, Any], str, str]]) -> None:
    if not named:
        return
    rows = model._default_manager.in_bulk({container[key] for _, container, key, _ in named})
    for index, container, key, place in named:
        number = container[key]
        if number in rows:
            container[key] = rows[number]
        else:
            what = model._meta.verbose_name
            wrong[index].append(Unfit(field=place, word="does_not_exist", why=f"There is no {what} {number}."))


def _fact_draft(model: type[Fact], body: type[FactRequest], values: Mapping[str, Any]) -> FactDraft:
    citations = [CitationDraft(**citation) for citation in values.get("citations", ())]
    own = {name: value for name, value in body.completed(values).items() if name != "citations"}
    named = {name: Country(code=value) if name in _COUNTRIES else value for name, value in own.items()}
    return FactDraft(model=model, values=named, citations=citations)
