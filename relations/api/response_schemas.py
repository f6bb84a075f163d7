"""The JSON Schema of the types of responses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from types import NoneType, get_original_bases
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    TypeAliasType,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)
from uuid import UUID

from drf_spectacular.plumbing import ComponentRegistry, ResolvedComponent

from relations.representation.json_types import is_union

type Fragment = dict[str, Any]

_VALUES: Mapping[Any, Fragment] = {
    Any: {},
    NoneType: {"type": "null"},
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number", "format": "double"},
    dt.date: {"type": "string", "format": "date"},
    dt.datetime: {"type": "string", "format": "date-time"},
    UUID: {"type": "string", "format": "uuid"},
}


def schema_of(hint: Any, registry: ComponentRegistry) -> Fragment:  # noqa: PLR0911  # one a kind
    """The JSON Schema of a type in a response: a `TypedDict` or a `type` of several becomes a component of its name.

    drf-spectacular reads type hints as well, but neither `Annotated` nor a `TypedDict` as a component.
    """
    origin, args = get_origin(hint), get_args(hint)
    if is_typeddict(hint) or isinstance(hint, TypeAliasType):
        return _component(hint, registry)
    if origin is Annotated:
        return _annotated(schema_of(args[0], registry), args[1:])
    if origin is Literal:
        return {"type": "boolean"} if isinstance(args[0], bool) else {"type": "string", "enum": list(args)}
    if origin is NotRequired:
        return schema_of(args[0], registry)
    if is_union(hint):
        return _union([schema_of(arg, registry) for arg in args if arg is not NoneType], nullable=NoneType in args)
    if origin in (list, Sequence):
        return {"type": "array", "items": schema_of(args[0], registry)}
    if origin is dict:
        return {"type": "object", "additionalProperties": schema_of(args[1], registry)}
    return dict(_VALUES[hint])


def object_of(response: type, registry: ComponentRegistry) -> Fragment:
    """The schema of a `TypedDict`."""
    hints = get_type_hints(response, include_extras=True)
    classes = (each for each in (response, *get_original_bases(response)) if is_typeddict(each))
    description = next((each.__doc__ for each in classes if each.__doc__), None)
    return {
        "type": "object",
        **({"description": description} if description else {}),
        "properties": {name: schema_of(hint, registry) for name, hint in hints.items()},
        "required": [name for name, hint in hints.items() if get_origin(hint) is not NotRequired],
    }


def _any_of(alias: TypeAliasType, registry: ComponentRegistry) -> Fragment:
    """Several objects: without the keys that `?fields=` leaves out, a row may be any of them."""
    return {"anyOf": [schema_of(member, registry) for member in get_args(alias.__value__)]}


def _component(response: Any, registry: ComponentRegistry) -> Fragment:
    component = ResolvedComponent(response.__name__, ResolvedComponent.SCHEMA, object=response)  # type: ignore[no-untyped-call]
    if component not in registry:
        is_alias = isinstance(response, TypeAliasType)
        component.schema = (_any_of if is_alias else object_of)(response, registry)
        registry.register(component)
    ref: Fragment = component.ref
    return ref


def _annotated(schema: Fragment, notes: Iterable[Fragment | str]) -> Fragment:
    for note in notes:
        schema |= {"description": note} if isinstance(note, str) else note
    if "enum" in schema and "null" in schema["type"]:
        schema["enum"] = [*schema["enum"], None]
    return schema


def _union(members: list[Fragment], *, nullable: bool) -> Fragment:
    if nullable and len(members) == 1 and "type" in members[0]:
        return members[0] | {"type": [members[0]["type"], "null"]}
    return {"oneOf": [*members, *([{"type": "null"}] if nullable else [])]}
