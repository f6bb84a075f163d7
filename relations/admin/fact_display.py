"""A version of a fact as words for people: field by field, and where two versions differ."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Field, Model
from django.utils.text import capfirst

from relations.codes import Stance
from relations.models import Citation, Fact

NOTHING = "–"

_NOT_WRITTEN = (
    "id", "key", "version", "pair", "earliest", "latest",
    "recorded_at", "superseded_at", "first_recorded_at", "recorded_by", "subject",
)  # fmt: skip
"""Columns that follow from others, or that the ledger keeps."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that says something else: each side is a list of lines."""

    label: str
    old: Sequence[str]
    new: Sequence[str]


def written_fields(model: type[Fact]) -> list[Field[Any, Any]]:
    """What somebody wrote of a fact: the countries, the kind's own fields, the day, the note."""
    fields = [field for field in model._meta.concrete_fields if field.name not in _NOT_WRITTEN]
    first = ["from_country", "to_country", model.label]
    rank = {name: place for place, name in enumerate([*first, "on"])}
    return sorted(fields, key=lambda field: (field.name == "note", rank.get(field.name, len(rank))))


def label(field: Field[Any, Any]) -> str:
    return capfirst(str(field.verbose_name))


def shown(field: Field[Any, Any], value: Any) -> str:
    """A value as people read it; a dash where there is none."""
    match value:
        case None | "" | [] | ():
            return NOTHING
        case list() | tuple():
            words = dict(getattr(field, "base_field", field).choices or ())
            return ", ".join(str(words.get(item, item)) for item in value)
        case dt.date():
            return value.isoformat()
        case Model():
            return str(value)
        case _:
            return str(dict(field.flatchoices).get(value, value))


def told(fact: Fact) -> dict[str, list[str]]:
    """A version's written fields by their labels, each as its lines; the last is the evidence."""
    fields = {label(field): [shown(field, getattr(fact, field.name))] for field in written_fields(type(fact))}
    return {**fields, "Citations": sorted(cited(citation) for citation in fact.citations.all())}


def cited(citation: Citation) -> str:
    return quotation(quote=citation.quote, source=str(citation.source), stance=citation.stance)


def quotation(*, quote: str, source: str, stance: str) -> str:
    disputed = "disputed by " if stance == Stance.DISPUTES else ""
    return f"“{quote}” — {disputed}{source}"


def differences(old: dict[str, list[str]], new: dict[str, list[str]]) -> list[Difference]:
    """What two versions tell differently; of the evidence, what was taken away and what was added."""
    return [
        Difference(name, _without(old[name], new[name]), _without(new[name], old[name]))
        for name in new
        if old[name] != new[name]
    ]


def _without(lines: Iterable[str], others: Sequence[str]) -> list[str]:
    return [line for line in lines if line not in others]


def who(user: AbstractBaseUser | None) -> str:
    return user.get_username() if user else NOTHING
