"""From request bodies to commands of the ledger: ids are resolved, and every bad row is named at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import models, transaction

from relations import ledger
from relations.api.facts.requests import VERSION_FIELDS, FactRequest, VersionRequest
from relations.api.http.formats import MOST_ROWS
from relations.api.http.requests import RequestBody, read
from relations.errors import AlreadyRetracted, NoSuchFact, Refused, SomeRefused, StaleVersion, TooManyRows, Unfit
from relations.ledger import Author, CitationDraft, ConfirmationDraft, FactDraft, FactRevision
from relations.models import Confirmation, Country, Fact, SanctionProgramme, Source, TravelBanList

_REFERENCES: dict[str, type[models.Model]] = {"programme": SanctionProgramme, "list": TravelBanList}
_COUNTRIES = ("from_country", "to_country")

type Wrong = defaultdict[int, list[Refused]]


def record(model: type[Fact], body: type[FactRequest], rows: Sequence[Any], *, author: Author) -> list[Fact]:
    """Records all rows or none. Raises `SomeRefused` with everything that is wrong, row by row."""
    _refuse_number(rows)
    wrong, drafts = _drafts(model, body, rows)
    return _all_or_none(drafts, wrong, lambda some: ledger.record(some, author=author), renamed=body.renamed)


def correct_rows(model: type[Fact], body: type[FactRequest], rows: Any, *, author: Author, why: str) -> list[Fact]:
    """Corrects the facts of all rows or none. Returns their current versions; some may be as they were."""
    wrong, seen = _seen_versions(model, rows)
    unfit, drafts = _drafts(model, body, rows, partial=True)
    for index, more in unfit.items():
        wrong[index] += more
    revisions = {
        index: replace(
            revision, values=drafts[index].values,
            citations=drafts[index].citations if "citations" in rows[index] else None,
        )
        for index, revision in seen.items() if index not in wrong
    }  # fmt: skip
    result = _all_or_none(
        revisions, wrong, lambda some: ledger.revise(some, author=author, why=why),
        renamed=lambda refusal: _of_row(body.renamed(refusal)),
    )  # fmt: skip
    unchanged = {fact.key: fact for fact in model.objects.current().filter(key__in=result.unchanged)}
    return [(result.corrected | unchanged)[revision.key] for revision in revisions.values()]


def retract_rows(model: type[Fact], rows: Any, *, author: Author, why: str) -> None:
    """Retracts the facts of all rows or none."""
    wrong, seen = _seen_versions(model, rows, are_whole=True)
    _all_or_none(seen, wrong, lambda some: ledger.revise(some, author=author, why=why), renamed=_of_row)


def _seen_versions(
    model: type[Fact], rows: Any, *, are_whole: bool = False
) -> tuple[Wrong, dict[int, FactRevision]]:  # fmt: skip
    """Refusals of rows, and the fact that each names in the version that it has seen; no fact may come twice."""
    _refuse_number(rows)
    wrong: Wrong = defaultdict(list)
    seen: dict[int, FactRevision] = {}
    first: dict[UUID, int] = {}
    for index, row in enumerate(rows):
        if not are_whole and not isinstance(row, Mapping):
            continue
        own = row if are_whole else {name: row[name] for name in VERSION_FIELDS if name in row}
        values, unfit = read(VersionRequest, own)
        if unfit:
            wrong[index] += unfit
        elif first.setdefault(values["key"], index) != index:
            why = f"Row {first[values['key']]} (from 0 on) is about the same fact."
            wrong[index].append(Unfit(field="key", word="duplicate", why=why))
        else:
            seen[index] = FactRevision(model=model, **values)
    return wrong, seen


def _of_row(refusal: Refused) -> Refused:
    """Points a refusal of a whole fact to the part of its row that names it."""
    if isinstance(refusal, StaleVersion):
        return Unfit(field="version", word=refusal.code, why=refusal.detail)
    if isinstance(refusal, NoSuchFact | AlreadyRetracted):
        refusal.field = "key"
    return refusal


def _refuse_number(rows: Any) -> None:
    if not isinstance(rows, list):
        raise Unfit(word="not_a_list", why="The body must be a list of rows.")
    if len(rows) > MOST_ROWS:
        raise TooManyRows(most=MOST_ROWS, count=len(rows))
    if not rows:
        raise Unfit(word="empty", why="The list is empty: there is nothing to write.")


def _all_or_none[Row, Result](
    rows: Mapping[int, Row], wrong: Wrong, command: Callable[[list[Row]], Result], *,
    renamed: Callable[[Refused], Refused],
) -> Result:  # fmt: skip
    """The result of the command on all rows. Raises `SomeRefused` if anything is wrong with any.

    A command refuses in stages. The rows that pass one are tried without the others, and rolled back, so that all that
    is wrong is named at once.
    """
    left = dict(rows)
    while left:
        places = list(left)
        try:
            with transaction.atomic():
                result = command(list(left.values()))
                if not wrong:
                    return result
                transaction.set_rollback(True)
                break
        except SomeRefused as refused:
            for index, more in refused.rows.items():
                wrong[places[index]] += [renamed(each) for each in more]
                del left[places[index]]
    raise SomeRefused(dict(wrong))


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
    model: type[Fact], body: type[RequestBody], rows: Any, *, author: Author, key: UUID | None = None
) -> tuple[list[Confirmation], bool]:
    """Records that sources still say what facts say, all or none: of the fact `key`, or of those that the rows name.

    Returns the confirmations in the order of the rows, and whether one of them is new.
    """
    _refuse_number(rows)
    wrong: Wrong = defaultdict(list)
    values: dict[int, dict[str, Any]] = {}
    for index, row in enumerate(rows):
        values[index], unfit = read(body, row)
        if unfit:
            wrong[index] += unfit
    named = [one for index, own in values.items() if "source" in own for one in _named_source(index, own, "source")]
    _look_up(Source, wrong, named)
    drafts = {
        index: ConfirmationDraft(model=model, **({"key": key} | own))
        for index, own in values.items() if index not in wrong
    }  # fmt: skip
    return _all_or_none(drafts, wrong, lambda some: _confirmed(model, some, author), renamed=_of_row)


def _confirmed(
    model: type[Fact], drafts: Sequence[ConfirmationDraft], author: Author
) -> tuple[list[Confirmation], bool]:
    is_new = ledger.confirm(drafts, author=author) > 0
    sources = [_source_of(draft).pk for draft in drafts]
    about = {f"{model.column}__key__in": [draft.key for draft in drafts], "source__in": sources}
    recorded = Confirmation.objects.filter(**about, day__in=[draft.day for draft in drafts]).order_by("pk")
    recorded = recorded.select_related("source", "recorded_by", model.column).defer("source__text")
    # Of versions of one fact, the last counts.
    rows = {(getattr(row, model.column).key, row.source_id, row.day): row for row in recorded}
    return [rows[draft.key, source, draft.day] for draft, source in zip(drafts, sources, strict=True)], is_new


def _source_of(draft: ConfirmationDraft) -> Source:
    source = draft.source if isinstance(draft.source, Source) else ledger.recorded_source(draft.source)
    if source is None:
        raise AssertionError("a source that confirms is recorded")
    return source


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
    _look_up(Source, wrong, [
        named for index, values in rows.items() for place, citation in enumerate(values.get("citations", ()))
        for named in _named_source(index, citation, f"citations/{place}/source")
    ])  # fmt: skip


def _named_source(index: int, evidence: dict[str, Any], at: str) -> Iterator[tuple[int, dict[str, Any], str, str]]:
    """The id of the source of a citation or a confirmation, or of the one of which it is a reprint.

    It comes with the row, its container and key, and its place in the body.
    """
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
