"""Parameters of operations and fields of request bodies in the document."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from relations.api.http import patterns
from relations.api.http.filters import AnyOf, SingleValue
from relations.api.http.paging import MAX_PAGE_SIZE, PAGE_SIZE
from relations.api.response_schemas import Fragment

PARAMETERS: dict[str, tuple[Fragment, str]] = {
    "cursor": ({"type": "string"}, "Where the page begins: taken from `next` or `previous`"),
    "page_size": ({"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": PAGE_SIZE}, "Rows of a page"),
    "count": ({"type": "boolean"}, "1 adds `count`, the number of all rows"),
    "known_at": ({"type": "string", "format": "date-time"}, "As the tracker knew it at this finished moment"),
    "as_of": ({"type": "string", "format": "date"}, "As it was in the world on this day"),
    "retracted": ({"type": "boolean"}, "1: only retracted facts, each with its `retraction`"),
    "reason": ({"type": "string", "pattern": patterns.READABLE}, "Why"),
    "dry_run": ({"type": "boolean"}, "1 says what it would do, and writes nothing"),
    "after": (
        {"type": "string", "pattern": patterns.NOT_BLANK},
        "Go on after this row: the key of the last row of an interrupted export; of changes a cursor, an id, or now",
    ),
}
FIELDS = "Only these keys, separated by commas"


def in_header(name: str, text: str, *, required: bool = False, pattern: str | None = None) -> OpenApiParameter:
    schema = {"type": "string", **({"pattern": pattern} if pattern else {})}
    return OpenApiParameter(name, type=schema, location=OpenApiParameter.HEADER, required=required, description=text)


KNOWN = in_header("If-None-Match", "ETag that the client has")
SEEN = in_header("If-Match", "ETag of the version that the client has seen", required=True, pattern=patterns.NOT_BLANK)
ONCE = in_header(
    "Idempotency-Key", "The same key and request take effect once; stored for 24 hours", pattern=patterns.VISIBLE
)


def words(name: str, every: list[str], description: str) -> OpenApiParameter:
    return OpenApiParameter(name, type=str, enum=every, description=description)


def filter_parameter(name: str, each: AnyOf) -> OpenApiParameter:
    """Several values mean *or*: repeated, and where the filter splits, separated by commas."""
    items = each.schema if each.longest is None else each.schema | {"maxLength": each.longest}
    if items["type"] == "string" and not items.keys() & {"pattern", "format", "enum"}:
        items = items | {"pattern": patterns.text_of_filter(split=each.split, negatable=each.negatable)}
    if isinstance(each, SingleValue):
        return OpenApiParameter(name, type=items, description=each.label)
    schema = {"type": "array", "items": items, "maxItems": each.most}
    return OpenApiParameter(name, type=schema, description=each.label, explode=True)


_LENGTHS = {"date": len("2019-12-31"), "date-time": len("2020-02-01T12:00Z"), "uuid": 36}
"""The fewest characters of formats: of a text that may be null as well, some readers forget the format."""


def with_rules(field: Any, schema: Fragment) -> None:
    """Adds what the field refuses and its type allows: blank texts, NUL bytes, and what its own `pattern` excludes."""
    if isinstance(field, serializers.URLField):
        schema.pop("oneOf", None)
        schema |= {"type": "string", "pattern": _pattern(field), "maxLength": field.max_length}
    elif isinstance(field, serializers.CharField) and "string" in schema.get("type", ()) and "format" not in schema:
        schema["pattern"] = _pattern(field)
    elif schema.get("format") in _LENGTHS and "string" in schema["type"]:
        schema["minLength"] = _LENGTHS[schema["format"]]
    elif hasattr(field, "rules"):
        schema |= field.rules
    elif isinstance(field, serializers.ListField | serializers.ListSerializer):
        limits = {"minItems": None if field.allow_empty else 1, "maxItems": getattr(field, "max_length", None)}
        schema |= {name: limit for name, limit in limits.items() if limit}
        with_rules(field.child, schema["items"])


def _pattern(field: serializers.CharField) -> str:
    own = patterns.URL if isinstance(field, serializers.URLField) else getattr(field, "pattern", None)
    if own is None:
        return patterns.TEXT if field.allow_blank else patterns.NOT_BLANK
    return patterns.or_empty(own) if field.allow_blank else own
