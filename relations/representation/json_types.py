"""Types of the values in responses: what mypy checks is what the OpenAPI document says.

`Annotated` adds what Python's types do not say: a text is the description, a dict is part of the JSON Schema.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    NotRequired,
    TypedDict,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

CountryCode = Annotated[str, {"pattern": "^[A-Z]{2}$"}]
PairCode = Annotated[str, {"pattern": "^[A-Z]{2}-[A-Z]{2}$", "examples": ["BY-US"]}]
Url = Annotated[str, {"format": "uri"}]
FactKey = Annotated[str, {"format": "uuid"}]


class PageLinks(TypedDict):
    """Other forms of an object."""

    html: Annotated[str, {"format": "uri"}, "Its page for people"]


def one_of(words: Iterable[str], *more: str) -> dict[str, Any]:
    """The schema of a text that is a word of a vocabulary."""
    return {"enum": [str(word) for word in (*words, *more)]}


def keys(response: type) -> tuple[str, ...]:
    """The keys of a response, in their order."""
    return tuple(response.__annotations__)


@cache
def optional_keys(response: type) -> frozenset[str]:
    hints = get_type_hints(response, include_extras=True)
    return frozenset(name for name, hint in hints.items() if get_origin(hint) is NotRequired)


@cache
def nested_keys(response: type) -> dict[str, tuple[str, ...]]:
    """The keys whose values are objects (or null), with the keys of the objects: in a table each has its column."""
    objects = {name: _only_member(hint) for name, hint in get_type_hints(response).items()}
    return {name: keys(hint) for name, hint in objects.items() if is_typeddict(hint)}


def _only_member(hint: Any) -> Any:
    members = [member for member in get_args(hint) if member is not NoneType] if is_union(hint) else [hint]
    return members[0] if len(members) == 1 else None


def is_union(hint: Any) -> bool:
    return get_origin(hint) in (Union, UnionType)


def from_row[T](response: type[T], row: object, **computed: Any) -> T:
    """A row's columns under the keys of the response; `computed` has the keys that are no columns."""
    body = {name: computed[name] if name in computed else getattr(row, name) for name in keys(response)}
    return cast("T", body)
