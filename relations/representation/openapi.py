"""The OpenAPI document as it is read: pages, tests and tools look at an operation, not at components."""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def generated_document() -> Any:
    """The document of all endpoints, without a database: made once a process, so nobody may change it."""
    # It loads the API's classes, named in settings, for which Django must be ready.
    from drf_spectacular.generators import SchemaGenerator

    return SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # it has none


def in_place(document: Any) -> Any:
    """The document with shared parameters, responses and patterns of texts where its parts refer to them."""
    return _in_place(document, document["components"])


def _in_place(part: Any, components: Any) -> Any:
    if isinstance(part, list):
        return [_in_place(each, components) for each in part]
    if not isinstance(part, dict):
        return part
    kind, _, name = str(part.get("$ref", "")).removeprefix("#/components/").partition("/")
    shared = components.get(kind, {}).get(name, {})
    if kind in ("parameters", "responses") or "pattern" in shared:
        part = shared | {key: each for key, each in part.items() if key != "$ref"}
    return {key: _in_place(each, components) for key, each in part.items()}
