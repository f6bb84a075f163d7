"""Components of what is in several places: texts with a pattern, parameters and responses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import orjson

from relations.api.http import patterns
from relations.api.openapi.properties import pascal
from relations.api.openapi.vocabularies import NULL, free, inside, operations
from relations.api.response_schemas import Fragment
from relations.representation import json_types


def share_patterns(document: Fragment) -> None:
    """Replaces texts whose pattern occurs twice by references to its component; their other rules stay where they are.

    A pattern without a name of the code takes that of its first place.
    """
    schemas, names = document["components"]["schemas"], _pattern_names()
    places: defaultdict[str, list[tuple[Fragment, str]]] = defaultdict(list)
    for part, context in inside(document):
        if isinstance(part.get("pattern"), str) and part.get("type") in ("string", ["string", "null"]):
            places[part["pattern"]].append((part, context))
    for pattern, parts in places.items():
        if len(parts) > 1:
            name = free(names.get(pattern, parts[0][1]), schemas, ending="Text")
            schemas[name] = {"type": "string", "pattern": pattern}
            for part, _ in parts:
                _refer(part, {"$ref": f"#/components/schemas/{name}"})


def _refer(part: Fragment, ref: Fragment) -> None:
    """The type of a text stays where it is: tools that look at one place know that `null` in a query is a text."""
    del part["pattern"]
    if part["type"] == "string":
        part |= ref
    else:
        del part["type"]
        part["oneOf"] = [ref, dict(NULL)]


def _pattern_names() -> dict[str, str]:
    """The names of patterns that the code has: `DAY_OR_MOMENT` is `DayOrMoment`."""
    named = {
        pattern: pascal(name.lower())
        for name, pattern in vars(patterns).items()
        if name.isupper() and name[0] != "_" and isinstance(pattern, str)
    }
    named |= {patterns.or_empty(pattern): f"{name}OrEmpty" for pattern, name in named.items()}
    named |= {
        patterns.text_of_filter(split=split, negatable=negatable): f"{name}{'Texts' if split else 'Text'}"
        for split in (True, False)
        for negatable, name in ((True, "Filter"), (False, "Search"))
    }
    aliases = {name: getattr(json_types, name) for name in ("CountryCode", "PairCode")}
    return named | {each.__metadata__[0]["pattern"]: name for name, each in aliases.items()}


def share_parameters(document: Fragment) -> None:
    """Makes each parameter that two operations take a component."""
    _share(document, "parameters", (
        (each["name"], operation["operationId"], operation["parameters"], index)
        for _, _, operation in operations(document)
        for index, each in enumerate(operation.get("parameters", ()))
    ))  # fmt: skip


def share_responses(document: Fragment) -> None:
    """Makes each response that two operations give a component: `Problem404`, `Answer304`."""
    _share(document, "responses", (
        (f"{'Problem' if _is_problem(each) else 'Answer'}{status}", operation["operationId"],
         operation["responses"], status)
        for _, _, operation in operations(document)
        for status, each in operation["responses"].items()
    ))  # fmt: skip


def _is_problem(response: Fragment) -> bool:
    return "application/problem+json" in response.get("content", {})


def _share(document: Fragment, kind: str, places: Iterator[tuple[str, str, Any, Any]]) -> None:
    """Shares what is equal. The most frequent of a name has it alone; others add the name of their first operation."""
    equal: defaultdict[bytes, list[tuple[str, str, Any, Any]]] = defaultdict(list)
    for place in places:
        _, _, holder, key = place
        equal[orjson.dumps(holder[key], option=orjson.OPT_SORT_KEYS)].append(place)
    components = document["components"].setdefault(kind, {})
    for alike in sorted(equal.values(), key=len, reverse=True):
        if len(alike) == 1:
            break
        own, operation, holder, key = alike[0]
        name = pascal(own) if pascal(own) not in components else pascal(f"{operation}_{own}")
        components[name] = holder[key]
        for _, _, holder, key in alike:
            holder[key] = {"$ref": f"#/components/{kind}/{name}"}
