"""`/docs/api/…`: the OpenAPI document by tag and operation: an overview, and one page for each resource."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.safestring import SafeString

from relations.representation.openapi import generated_document, in_place
from relations.web.docs.library import library
from relations.web.language import made_once
from relations.web.reference.schemas import Fragment, References, fields_of, type_of
from relations.web.refusals import reads
from tracker.frame import page

_METHODS = ("get", "post", "put", "patch", "delete")
_PREFIX = "#/components/schemas/"


type Response = tuple[str, str, list[tuple[str, SafeString]]]
"""Status and description of a successful response, with one type for each media type."""


@dataclass(frozen=True)
class Operation:
    """A method on a path, or a message that subscribers receive; `slug` is its anchor."""

    slug: str
    method: str
    path: str
    description: str
    needs_login: bool
    parameters: list[dict[str, Any]]
    request: SafeString | None
    responses: tuple[Response, ...]
    problems: tuple[str, ...]
    references: frozenset[str]

    @property
    def summary(self) -> str:
        """The first sentence."""
        return re.split(r"(?<=[.;])\s", self.description, maxsplit=1)[0].rstrip(";")


@cache
def document() -> Mapping[str, Any]:
    """The same document as `/api/schema/`."""
    whole: Fragment = in_place(generated_document())
    return whole


@cache
def tags() -> tuple[str, ...]:
    """The resources, in the order of the index of the API."""
    named = {operation["tags"][0] for _, _, operation in _operations()}
    index = document()["components"]["schemas"]["IndexResponse"]["properties"]
    order = [name.replace("_", "-") for name in index]
    return tuple(sorted(named, key=lambda tag: (order.index(tag) if tag in order else len(order), tag)))


@cache
def operations_of(tag: str) -> tuple[Operation, ...]:
    return tuple(_operation(method, path, each) for method, path, each in _operations() if each["tags"][0] == tag)


def messages() -> tuple[Operation, ...]:
    """The messages that subscribers of webhooks receive, by type of event."""
    return tuple(_operation("post", name, each["post"]) for name, each in document().get("webhooks", {}).items())


def schemas_of(operations: tuple[Operation, ...]) -> list[dict[str, Any]]:
    """Every schema that the operations need, those inside others included, by name."""
    needed: set[str] = set()
    waiting = {name for operation in operations for name in operation.references}
    while waiting:
        name = waiting.pop()
        needed.add(name)
        waiting |= _references(document()["components"]["schemas"][name]) - needed
    return [_schema(name) for name in sorted(needed)]


def problems() -> tuple[tuple[str, str], ...]:
    """Every status of an error and its meaning."""
    responses = (response for _, _, operation in _operations() for response in operation["responses"].items())
    meanings = {status: response["description"] for status, response in responses if _is_problem(response)}
    return tuple(sorted(meanings.items()))


# --- reading the document -------------------------------------------------------------------------------------------


def _operations() -> Iterator[tuple[str, str, Fragment]]:
    for path, methods in document()["paths"].items():
        yield from ((method, path, methods[method]) for method in _METHODS if method in methods)


def _operation(method: str, path: str, source: Fragment) -> Operation:
    responses = source["responses"].items()
    succeeded = [(status, response) for status, response in responses if not _is_problem(response)]
    body = source.get("requestBody", {}).get("content", {})
    references = _references([body, [response for _, response in succeeded]])
    return Operation(
        slug=source["operationId"],
        method=method.upper(),
        path=path,
        description=source.get("description") or source.get("summary", ""),
        needs_login=bool(source.get("security")) and {} not in source["security"],
        parameters=[_parameter(each) for each in source.get("parameters", ())],
        request=type_of(next(iter(body.values())).get("schema", {})) if body else None,
        responses=tuple(_response(*each) for each in succeeded),
        problems=tuple(status for status, response in responses if _is_problem(response)),
        references=frozenset(references),
    )


def _is_problem(response: Fragment) -> bool:
    return "application/problem+json" in response.get("content", {})


def _parameter(source: Fragment) -> dict[str, Any]:
    """A parameter; `place` is "path", "query" or "header"."""
    own = source["schema"]
    # A vocabulary is a component of the document; here its words are shown where they are asked for.
    named = document()["components"]["schemas"][own["$ref"].removeprefix(_PREFIX)] if "$ref" in own else own
    schema = {**named, "description": source.get("description", "")}
    field = fields_of(
        {"properties": {source["name"]: schema}, "required": [source["name"]] * bool(source.get("required"))}
    )
    return {"place": source["in"], "field": field[0]}


def _response(status: str, source: Fragment) -> Response:
    content = source.get("content", {}).items()
    types = [(media_type, type_of(each.get("schema", {}))) for media_type, each in content]
    return status, source.get("description", ""), types


def _schema(name: str) -> dict[str, Any]:
    """An object of the API with its fields, or the type of one that has none."""
    source = document()["components"]["schemas"][name]
    description = source.get("description", "")
    return {"name": name, "description": description, "fields": fields_of(source), "type": type_of(source)}


def _references(source: Any) -> References:
    """The names of the schemas to which any part of the fragment refers."""
    if isinstance(source, Mapping):
        target = source.get("$ref")
        own = {target.removeprefix(_PREFIX)} if isinstance(target, str) and target.startswith(_PREFIX) else set()
        return own.union(*(_references(each) for each in source.values()))
    return set().union(*(_references(each) for each in source)) if isinstance(source, list | tuple) else set()


@reads()
@made_once
def overview(request: HttpRequest) -> HttpResponseBase:
    """All operations by resource, how to log in, and the shape of an error."""
    ways = document()["components"]["securitySchemes"].items()
    context = {
        **_navigation(""),
        "resources": [(tag, operations_of(tag)) for tag in tags()],
        "ways": [(name, scheme.get("description", "")) for name, scheme in ways],
        "problems": problems(),
        "schemas": [_schema(name) for name in ("ProblemResponse", "ErrorResponse")],
    }
    return page(request, "web/reference/overview.html", context)


@reads()
@made_once
def resource(request: HttpRequest, tag: str) -> HttpResponseBase:
    """The operations of a resource. Raises `Http404` for every other name."""
    if tag not in tags():
        raise Http404
    operations, received = operations_of(tag), messages() if tag == "webhooks" else ()
    context = {
        **_navigation(tag),
        "operations": operations,
        "messages": received,
        "schemas": schemas_of((*operations, *received)),
        "guide": library().pages.get(f"/docs/{tag}/"),
    }
    return page(request, "web/reference/resource.html", context)


def _navigation(tag: str) -> dict[str, object]:
    return {"section": "api", "tags": tags(), "tag": tag}
