"""Fields of request bodies in the document: what makes a text fit, beyond its type."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from relations.api.http import patterns

type Fragment = dict[str, Any]

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
