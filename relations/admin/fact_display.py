"""Values as people read them: labels for codes, a version field by field, and the difference of two versions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Field, Model
from django.utils.text import capfirst

from relations.codes import Stance
from relations.models import Fact

NOTHING = "–"

_NOT_WRITTEN = (
    "id", "key", "version", "pair", "earliest", "latest",
    "recorded_at", "superseded_at", "first_recorded_at", "recorded_by", "subject",
)  # fmt: skip
"""Columns that the ledger fills in."""


type Difference = tuple[str, list[str], list[str]]
"""One field in two versions: its label, and each side as paragraphs."""


def written_fields(model: type[Fact]) -> list[Field[Any, Any]]:
    """The fields that an editor fills in: the countries, the kind's own fields, the day, the note."""
    fields = [field for field in model._meta.concrete_fields if field.name not in _NOT_WRITTEN]
    first = ["from_country", "to_country", model.label]
    rank = {name: place for place, name in enumerate([*first, "on"])}
    return sorted(fields, key=lambda field: (field.name == "note", rank.get(field.name, len(rank))))


def field_label(field: Field[Any, Any]) -> str:
    return capfirst(str(field.verbose_name))


def display_value(field: Field[Any, Any], value: Any) -> str:
    """The label of a code, the text of anything else; a dash where there is none."""
    labels = dict(getattr(field, "base_field", field).flatchoices)
    match value:
        case None | "" | [] | ():
            return NOTHING
        case list() | tuple():
            return ", ".join(str(labels.get(item, item)) for item in value)
        case dt.date():
            return value.isoformat()
        case Model():
            return str(value)
        case _:
            return str(labels.get(value, value))


def display_fields(fact: Fact) -> dict[str, list[str]]:
    """A version's written fields by their labels, each as paragraphs; the last is the citations."""
    fields = {
        field_label(field): [display_value(field, getattr(fact, field.name))] for field in written_fields(type(fact))
    }
    citations = [
        display_citation(quote=citation.quote, source=str(citation.source), stance=citation.stance)
        for citation in fact.citations.all()
    ]
    return {**fields, "Citations": sorted(citations)}


def display_citation(*, quote: str, source: str, stance: str) -> str:
    disputed = "disputed by " if stance == Stance.DISPUTES else ""
    return f"“{quote}” — {disputed}{source}"


def differences(old: dict[str, list[str]], new: dict[str, list[str]]) -> list[Difference]:
    """The fields in which two versions differ; of the citations, those removed and those added."""
    return [
        (name, _without(old[name], new[name]), _without(new[name], old[name])) for name in new if old[name] != new[name]
    ]


def _without(items: Iterable[str], others: Sequence[str]) -> list[str]:
    return [item for item in items if item not in others]


def display_user(user: AbstractBaseUser | None) -> str:
    return user.get_username() if user else NOTHING
