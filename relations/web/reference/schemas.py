"""JSON Schema (draft 2020-12) in words: the type of a value as HTML, and the fields of an object."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

type Fragment = Mapping[str, Any]
type References = set[str]

_LIMITS = {
    "minimum": "at least {}", "maximum": "at most {}", "minLength": "at least {} characters",
    "maxLength": "at most {} characters", "minItems": "at least {} items", "maxItems": "at most {} items",
    "pattern": "matches {}",
}  # fmt: skip
MOST_VALUES = 40
"""An enumeration that is longer is cut off, with the number of its values."""
LONGEST_PATTERN = 60
"""Longer ones, of dates and of many words, are for programs: the document has them."""


@dataclass(frozen=True)
class Field:
    """A field or parameter: its type as HTML, and sentences about its values."""

    name: str
    type: SafeString
    is_required: bool
    description: str
    values: tuple[str, ...]
    more_values: int
    limits: tuple[str, ...]


def fields_of(schema: Fragment) -> tuple[Field, ...]:
    """The fields of an object in the document's order; of several combined by `allOf` all."""
    parts = [schema, *schema.get("allOf", ())]
    required = {name for part in parts for name in part.get("required", ())}
    named = {name: each for part in parts for name, each in part.get("properties", {}).items()}
    return tuple(_field(name, each, is_required=name in required) for name, each in named.items())


def _field(name: str, schema: Fragment, *, is_required: bool) -> Field:
    values = [json.dumps(value) if value is None else str(value) for value in _enumerated(schema)]
    examined = [schema, *([schema["items"]] if isinstance(schema.get("items"), Mapping) else [])]
    limits = [
        text.format(part[key])
        for part in examined
        for key, text in _LIMITS.items()
        if key in part and len(str(part[key])) <= LONGEST_PATTERN
    ]
    if "default" in schema and schema["default"] not in ("", None):
        limits.append(f"default: {json.dumps(schema['default'])}")
    return Field(
        name, type_of(schema), is_required, schema.get("description", ""), tuple(values[:MOST_VALUES]),
        max(0, len(values) - MOST_VALUES), tuple(limits),
    )  # fmt: skip


def _enumerated(schema: Fragment) -> list[Any]:
    if "enum" in schema:
        return list(schema["enum"])
    items = schema.get("items")
    return _enumerated(items) if isinstance(items, Mapping) else []


def type_of(schema: Fragment) -> SafeString:
    """`array of <a>SourceRef</a>`, `string (date) or null`: the type in words, schemas linked."""
    if "$ref" in schema:
        return format_html('<a href="#schema-{0}">{0}</a>', schema["$ref"].rpartition("/")[2])
    if "const" in schema:
        return format_html("<code>{}</code>", json.dumps(schema["const"]))
    for combined in ("oneOf", "anyOf", "allOf"):
        if combined in schema:
            word = " and " if combined == "allOf" else " or "
            return format_html_join(word, "{}", ((type_of(each),) for each in schema[combined]))
    kinds = schema.get("type", "object" if "properties" in schema else "any value")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    return format_html_join(" or ", "{}", ((_of_kind(kind, schema),) for kind in kinds))


def _of_kind(kind: str, schema: Fragment) -> SafeString:
    if kind == "array":
        return format_html("array of {}", type_of(schema.get("items") or {}))
    values = schema.get("additionalProperties")
    if kind == "object" and isinstance(values, Mapping) and values:
        return format_html("object with values of {}", type_of(values))
    if "format" in schema and kind != "null":
        return format_html("{} ({})", kind, schema["format"])
    return format_html("{}", kind)
