"""Refusals of a command: checks of values before the database's own, and the refusals of all its rows at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Field, URLField

from relations.errors import Invalid, Refused, SomeRefused
from relations.text.faults import fault_of_address, fault_of_text, is_storable

_ARCHIVED = "text"
"""The text of a source, which is stored byte for byte."""


def refuse_field_errors(row: Any) -> None:
    """Raises the first of `field_errors`."""
    for refused in field_errors(row):
        raise refused


def field_errors(row: Any, *, exclude: Iterable[str] = ()) -> list[Refused]:
    """Everything that is wrong with a row's values one by one: types, lengths, vocabularies, faults of texts."""
    errors: list[Refused] = [
        Invalid(field=field.name, why=why)
        for field in row._meta.concrete_fields
        if (why := next(filter(None, (_fault(field, text) for text in _texts(row.__dict__.get(field.attname)))), ""))
    ]
    relations = {field.name for field in row._meta.concrete_fields if field.is_relation or field.generated}
    try:
        row.clean_fields(exclude={*exclude, *relations})
    except ValidationError as error:
        errors += [Invalid(field=name, why=" ".join(messages)) for name, messages in sorted(error.message_dict.items())]
    return errors


def _texts(value: object) -> list[str]:
    """The texts of a column: one, or those of a list."""
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)]


def _fault(field: Field[Any, Any], value: str) -> str:
    if field.name == _ARCHIVED:
        return "" if is_storable(value) else fault_of_text(value)
    return (fault_of_address(value) if isinstance(field, URLField) else "") or fault_of_text(value)


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
