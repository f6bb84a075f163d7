"""Versions of a fact: checked, derived from one another, compared, written."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from relations.errors import CannotBeCorrected, Invalid, Refused
from relations.ledger.bulk_copy import insert
from relations.ledger.drafts import Author
from relations.ledger.refusals import Refusals, field_errors
from relations.models import FACT_MODELS, Fact

_DERIVED = ("pair", "earliest", "latest", "recorded_at", "first_recorded_at")
_FIXED = ("from_country", "to_country", "key", "version", "recorded_by", "superseded_at", *_DERIVED)
"""Columns that a correction cannot change."""


def latest_versions(keys: Iterable[tuple[type[Fact], UUID]]) -> dict[UUID, Fact]:
    """The latest versions of facts, superseded or not; one query for each kind."""
    of_kind: defaultdict[type[Fact], list[UUID]] = defaultdict(list)
    for model, key in keys:
        of_kind[model].append(key)
    return {
        fact.key: fact
        for model, own in of_kind.items()
        for fact in model.objects.filter(key__in=own).order_by("key", "-version").distinct("key")
    }


def derive_and_check(fact: Fact) -> list[Refused]:
    """Fills the columns that follow from a fact's values; returns everything that is wrong with the fact by itself."""
    wrong = field_errors(fact, exclude=_DERIVED)
    try:
        fact.derive()
    except Refused as refusal:
        return [*(other for other in wrong if other.field != refusal.field), refusal]
    return wrong or list(fact.contradictions())


def refuse_unknown_responses(facts: Mapping[int, Fact], refused: Refusals) -> None:
    """Refuses facts, by the index of their row, in response to what neither is recorded nor is one of them.

    A retracted fact will do, for its history can be read. No lock is needed: facts are never deleted.
    """
    wanted = {fact.in_response_to for fact in facts.values() if isinstance(fact.in_response_to, UUID)}
    unknown = wanted - {fact.key for fact in facts.values()}
    for model in FACT_MODELS if unknown else ():
        unknown -= set(model.objects.filter(key__in=unknown).values_list("key", flat=True))
    for index, fact in facts.items():
        if fact.in_response_to in unknown:
            why = f"There is no fact {fact.in_response_to} to which this could be a response."
            refused[index].append(Invalid(field="in_response_to", why=why))


def successor(old: Fact, values: Mapping[str, Any], author: Author) -> Fact:
    """The next version, not yet checked. Raises `CannotBeCorrected` for another country."""
    _refuse_other_countries(old, values)
    fact = type(old)()
    for field in old._meta.concrete_fields:
        if not (field.primary_key or field.generated):
            setattr(fact, field.attname, getattr(old, field.attname))
    for name, value in values.items():
        if name not in _FIXED:
            setattr(fact, name, value)
    if "nature" not in values:
        fact.nature = fact.nature_after(old)
    fact.version, fact.superseded_at = old.version + 1, None
    fact.recorded_by = author.user
    return fact


def _refuse_other_countries(old: Fact, values: Mapping[str, Any]) -> None:
    for name in ("from_country", "to_country"):
        for column in (name, f"{name}_id"):
            if column in values and values[column] != getattr(old, column):
                raise CannotBeCorrected(field=name.removesuffix("_country"), what="The country of a fact")


def has_same_values(old: Fact, new: Fact) -> bool:
    """Compares the columns that somebody writes."""
    return all(
        getattr(old, field.attname) == getattr(new, field.attname)
        for field in old._meta.concrete_fields
        if field.name not in _FIXED and not field.primary_key and not field.generated
    )


def supersede(old: Fact, moment: dt.datetime) -> None:
    type(old).objects.filter(pk=old.pk).update(superseded_at=moment)


def insert_facts(facts: Sequence[Fact]) -> None:
    of_kind: defaultdict[type[Fact], list[Fact]] = defaultdict(list)
    for fact in facts:
        of_kind[type(fact)].append(fact)
    for model in FACT_MODELS:
        insert(model, of_kind[model])
