"""Vocabularies as components: each list of words is in the document once."""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from relations import codes
from relations.api.openapi.properties import pascal
from relations.api.response_schemas import Fragment
from relations.models import FACT_MODELS
from relations.status import VALUES

type Words = tuple[str, ...]
type Place = tuple[Fragment, str]


NULL: Fragment = {"type": ["null"]}
"""Null as an alternative to a component. Written as a list, generators of clients read it alike."""


def _names() -> dict[Words, str]:
    """The names of known vocabularies: those of the code, and of the values of each kind of track."""
    named: dict[Words, str] = {
        tuple(word for word, _ in codes.AMBASSADOR_STATUSES): "AmbassadorWord",
        tuple(model.resource for model in FACT_MODELS): "FactResource",
        ("csv", "json", "jsonl"): "ListFormat",
        ("json",): "JsonFormat",
        **{tuple(map(str, words)): f"{pascal(kind)}Value" for kind, words in VALUES.items()},
    }
    for name, each in vars(codes).items():
        if isinstance(each, type) and issubclass(each, enum.StrEnum | enum.Enum) and issubclass(each, str):
            named.setdefault(tuple(str(word.value) for word in each), name)
    return named


def share(document: Fragment) -> None:
    """Replaces every enumeration that has a name, occurs twice or may be null by a reference to its component."""
    schemas, names = document["components"]["schemas"], _names()
    places_of: defaultdict[tuple[Any, ...], list[Place]] = defaultdict(list)
    for part, context in inside(document):
        if isinstance(part.get("enum"), list) and "type" in part:
            places_of[tuple(word for word in part["enum"] if word is not None)].append((part, context))
    for words, places in places_of.items():
        known = names.get(tuple(word for word in words if word))
        if known is None and len(places) == 1 and None not in places[0][0]["enum"]:
            continue
        name = free((known or places[0][1]) + ("OrEmpty" if "" in words else ""), schemas, ending="Word")
        schemas[name] = {"type": "string", "enum": list(words)}
        for part, _ in places:
            _refer(part, {"$ref": f"#/components/schemas/{name}"})


def name_words(document: Fragment) -> None:
    """Names the words of which no generator can make a name: `-start` is START_DESCENDING."""
    for part in parts(document):
        words = part.get("enum")
        if isinstance(words, list) and not all(word[:1].isalpha() for word in words):
            part["x-enum-varnames"] = [_name(word) for word in words]


def _name(word: str) -> str:
    stem = word.lstrip("-!").replace("-", "_").upper()
    signed = {"": "EMPTY", "*": "ANY", "-": f"{stem}_DESCENDING", "!": f"NOT_{stem}"}
    return signed.get(word[:1], stem)


def operations(document: Fragment, *sections: str) -> Iterator[tuple[str, str, Fragment]]:
    """Path, method and operation of each, in the order of the document."""
    for section in sections or ("paths", "webhooks"):
        for path, methods in document.get(section, {}).items():
            yield from ((path, method, each) for method, each in methods.items())


def parts(tree: Any) -> Iterator[Fragment]:
    """Every object of the document, outer ones first; examples and defaults are no part of it."""
    todo = [tree]
    while todo:
        part = todo.pop()
        if isinstance(part, dict):
            yield part
            todo += [each for name, each in part.items() if name not in ("example", "examples", "default")]
        elif isinstance(part, list):
            todo += part


def _refer(part: Fragment, ref: Fragment) -> None:
    del part["type"]
    part |= {"oneOf": [ref, dict(NULL)]} if None in part.pop("enum") else ref


def free(name: str, schemas: Fragment, *, ending: str) -> str:
    return name if name not in schemas else f"{name}{ending}"


def inside(document: Fragment) -> Iterator[Place]:
    """Each schema of components and operations, and each part of one, with a name made of where it is."""
    for name, schema in list(document["components"]["schemas"].items()):
        yield from _inside(schema, name)
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield from _inside(operation, pascal(operation.get("operationId", f"{path}{method}")))
    for name, message in document.get("webhooks", {}).items():
        yield from _inside(message, pascal(name))


def _inside(part: Any, context: str) -> Iterator[Place]:
    if isinstance(part, list):
        for each in part:
            yield from _inside(each, context)
    if not isinstance(part, dict):
        return
    yield part, context
    own = pascal(part["name"]) if isinstance(part.get("name"), str) and "in" in part else ""
    for key, each in list(part.items()):
        if key == "properties":
            for name, schema in each.items():
                yield from _inside(schema, context + pascal(name))
        elif key not in ("example", "examples", "default"):
            yield from _inside(each, context + own)
