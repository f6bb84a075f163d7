"""Refusals of a command: checks of values before the database's own, and the refusals of all its rows at once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError

from relations.errors import Invalid, Refused, SomeRefused

_SURROGATE = re.compile("[\ud800-\udfff]")


def is_storable(text: str) -> bool:
    """PostgreSQL stores no NUL, and UTF-8 has no bytes for half a surrogate pair."""
    return "\x00" not in text and not _SURROGATE.search(text)


def refuse_field_errors(row: Any) -> None:
    """Raises the first of `field_errors`."""
    for refused in field_errors(row):
        raise refused


def field_errors(row: Any, *, exclude: Iterable[str] = ()) -> list[Refused]:
    """Everything that is wrong with a row's values one by one: types, lengths, vocabularies, NUL bytes."""
    errors: list[Refused] = [
        Invalid(field=field.name, why="NUL bytes and lone surrogates cannot be stored.")
        for field in row._meta.concrete_fields
        if isinstance(value := row.__dict__.get(field.attname), str) and not is_storable(value)
    ]
    relations = {field.name for field in row._meta.concrete_fields if field.is_relation or field.generated}
    try:
        row.clean_fields(exclude={*exclude, *relations})
    except ValidationError as error:
        errors += [Invalid(field=name, why=" ".join(messages)) for name, messages in sorted(error.message_dict.items())]
    return errors


# --- of several rows ------------------------------------------------------------------------------------------------

type Refusals = defaultdict[int, list[Refused]]
"""By the index of the row."""


def no_refusals() -> Refusals:
    return defaultdict(list)


@contextmanager
def refused_row(refused: Refusals, index: int) -> Iterator[None]:
    """Collects what is refused about one row, so that the others are looked at as well."""
    try:
        yield
    except Refused as refusal:
        refused[index].append(refusal)


def raise_refusals(refused: Refusals) -> None:
    """Raises `SomeRefused` if anything was."""
    if refused:
        raise SomeRefused(dict(refused))
