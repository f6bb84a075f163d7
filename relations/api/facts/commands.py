"""From request bodies to commands of the ledger: ids are resolved, and every bad row is named at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import models, transaction

from relations import ledger
from relations.api.facts.requests import FactRequest
from relations.api.http.requests import read
from relations.errors import Refused, SomeRefused, TooManyRows, Unfit
from relations.ledger import Author, CitationDraft, FactDraft
from relations.models import Country, Fact, SanctionProgramme, Source, TravelBanEntry, TravelBanList

MOST_ROWS = 1000
"""So many facts may one request record."""

_REFERENCES: dict[str, type[models.Model]] = {"programme": SanctionProgramme, "list": TravelBanList}
_OF_AN_ENTRY = {"to_country": "country", "to": "country", "from_country": "list", "from": "list"}
"""A travel-ban entry's body names the country, and its list the issuer."""

type Wrong = defaultdict[int, list[Refused]]


def record(model: type[Fact], body: type[FactRequest], rows: Sequence[Any], *, author: Author) -> list[Fact]:
    """Records all rows or none. Raises `SomeRefused` with everything that is wrong, row by row."""
    if len(rows) > MOST_ROWS:
        raise TooManyRows(most=MOST_ROWS, count=len(rows))
    if not rows:
        raise Unfit(word="empty", why="The list is empty: there is nothing to record.")
    wrong: Wrong = defaultdict(list)
    read_rows = {index: values for index, row in enumerate(rows) if (values := _read(body, row, wrong, index))}
    _resolve(read_rows, wrong)
    drafts = {index: _fact_draft(model, values) for index, values in read_rows.items() if index not in wrong}
    if not wrong:
        return _recorded(drafts, author)
    _dry_run(drafts, author, wrong)
    raise SomeRefused(dict(wrong))


def correct(
    fact: Fact, body: type[FactRequest], data: Any, *, partial: bool, version: int | None, author: Author, why: str
) -> Fact:
    """Writes a new version with other values; what `partial` does not name stays as it is."""
    wrong: Wrong = defaultdict(list)
    values, unfit = read(body, data, partial=partial)
    rows = {0: values}
    wrong[0] += unfit
    _resolve(rows, wrong)
    if wrong[0]:
        raise SomeRefused(dict(wrong))
    draft = _fact_draft(type(fact), values)
    given = {name: Country(code=value) if name in _COUNTRIES else value for name, value in draft.values.items()}
    try:
        return ledger.correct(
            type(fact), fact.key, values=given, author=author, version=version, why=why,
            citations=draft.citations if "citations" in values else None,
        )  # fmt: skip
    except Refused as refusal:
        raise _renamed(refusal, type(fact)) from refusal


_COUNTRIES = ("from_country", "to_country")


def _read(body: type[FactRequest], row: Any, wrong: Wrong, index: int) -> dict[str, Any]:
    values, unfit = read(body, row)
    if unfit:
        wrong[index] += unfit
    return values


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
            at = f"citations/{place}/source"
            if isinstance(citation["source"], int):
                yield index, citation, "source", at
            elif citation["source"].get("syndication_of"):
                yield index, citation["source"], "syndication_of", f"{at}/syndication_of"


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


def _fact_draft(model: type[Fact], values: Mapping[str, Any]) -> FactDraft:
    citations = [CitationDraft(**citation) for citation in values.get("citations", ())]
    own = {name: value for name, value in values.items() if name != "citations"}
    if model is TravelBanEntry and "list" in own:
        own["from_country"] = own["list"].issuer_id
    return FactDraft(model=model, values=own, citations=citations)


# --- the command ----------------------------------------------------------------------------------------------------


def _recorded(drafts: Mapping[int, FactDraft], author: Author) -> list[Fact]:
    """The drafts recorded, in order; refusals under the indexes of the request."""
    places = list(drafts)
    whole = [
        FactDraft(
            model=draft.model,
            values={f"{name}_id" if name in _COUNTRIES else name: value for name, value in draft.values.items()},
            citations=draft.citations,
        )
        for draft in drafts.values()
    ]
    try:
        return ledger.record(whole, author=author)
    except SomeRefused as refused:
        raise SomeRefused(
            {
                places[index]: [_renamed(each, whole[index].model) for each in wrong]
                for index, wrong in refused.rows.items()
            }
        ) from refused


def _dry_run(drafts: Mapping[int, FactDraft], author: Author, wrong: Wrong) -> None:
    """Adds the ledger's refusals of the rows that are fit, and rolls back."""
    if not drafts:
        return
    try:
        with transaction.atomic():
            _recorded(drafts, author)
            transaction.set_rollback(True)
    except SomeRefused as refused:
        for index, more in refused.rows.items():
            wrong[index] += more


def _renamed[R: Refused](refusal: R, model: type[Fact]) -> R:
    """The refusal with the field names of the body."""
    if isinstance(refusal, SomeRefused):
        for each in (each for row in refusal.rows.values() for each in row):
            _renamed(each, model)
    elif model is TravelBanEntry:
        refusal.field = _OF_AN_ENTRY.get(refusal.field, refusal.field)
    return refusal
