"""The OpenAPI document: drf-spectacular reads requests, and this module the types of responses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from types import NoneType, get_original_bases
from typing import Annotated, Any, ClassVar, Literal, NotRequired, get_args, get_origin, get_type_hints, is_typeddict
from uuid import UUID

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ComponentRegistry, ResolvedComponent, force_instance
from drf_spectacular.utils import OpenApiParameter
from rest_framework.permissions import SAFE_METHODS, AllowAny

from relations.api.http.errors import ProblemResponse
from relations.api.http.filters import AnyOf, SingleValue
from relations.api.http.headers import HEADERS
from relations.api.http.paging import MAX_PAGE_SIZE, PAGE_SIZE
from relations.representation.json_types import is_union

type Fragment = dict[str, Any]

PROBLEMS = {
    "400": "Malformed, or refused: the errors say where and why",
    "401": "No token, or one that is not valid",
    "403": "The token's scopes or the user's permissions do not reach so far",
    "404": "There is nothing at this address",
    "406": "None of the formats in Accept is written here",
    "408": "The body did not come in time",
    "409": "It contradicts what is recorded, or known_at is not finished: `newest` is the newest moment that is",
    "410": "The fact was retracted, the archive no longer has the file, or the position is of another log or beyond "
    "the `end` of this one",
    "411": "The request does not announce the length of its body",
    "412": "Another edit came first: the current ETag is in the headers",
    "413": "The body is too large, or has too many rows",
    "415": "The body is not application/json",
    "422": "The Idempotency-Key came before with another body",
    "428": "If-Match is missing",
    "429": "Too many requests: Retry-After says when to try again",
    "503": "Too much at once, or too expensive: try again after the seconds in Retry-After, or ask for less",
}
_ON_READING = ("400", "401", "404", "406", "410", "429", "503")
_ON_WRITING = ("400", "401", "403", "404", "406", "408", "409", "410", "411", "413", "415", "429", "503")
_ON_CHANGING = (*_ON_WRITING, "412", "428")
_VERBS = {"GET": "retrieve", "POST": "create", "PUT": "update", "PATCH": "change", "DELETE": "delete"}

_PARAMETERS: dict[str, tuple[Fragment, str]] = {
    "cursor": ({"type": "string"}, "Where the page begins: taken from `next` or `previous`"),
    "page_size": ({"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": PAGE_SIZE}, "Rows of a page"),
    "count": ({"type": "boolean"}, "1 adds `count`, the number of all rows"),
    "fields": ({"type": "string"}, "Only these keys, separated by commas"),
    "known_at": ({"type": "string", "format": "date-time"}, "As the tracker knew it at this finished moment"),
    "as_of": ({"type": "string", "format": "date"}, "As it was in the world on this day"),
    "retracted": ({"type": "boolean"}, "1: only retracted facts, each with its `retraction`"),
    "reason": ({"type": "string"}, "Why; a retraction must say it"),
    "after": (
        {"type": "string"},
        "Go on after this row: the key of the last row of an interrupted export; of changes a cursor, an id, or now",
    ),
}
_SEEN = ("If-Match", True, "ETag of the version that the client has seen")
_HEADERS = {
    "GET": ("If-None-Match", False, "ETag that the client has"),
    "POST": ("Idempotency-Key", False, "The same key and body take effect once; stored for 24 hours"),
    "PUT": _SEEN,
    "PATCH": _SEEN,
    "DELETE": _SEEN,
}
_TEXT: Fragment = {"schema": {"type": "string"}}
_TABLES = {"text/csv": _TEXT, "application/jsonl": _TEXT}
_NOT_MODIFIED: Fragment = {"description": "The client has it already"}
_MOVED: Fragment = {
    "description": "It is at its canonical URL", "headers": {"Location": {"schema": {"type": "string"}}},
}  # fmt: skip


class Schema(AutoSchema):
    """Reads an endpoint's filters, its `serializer_class` (the request) and its `response`."""

    view: Any
    problems: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "GET": _ON_READING, "POST": (*_ON_WRITING, "422"),
        "PUT": _ON_CHANGING, "PATCH": _ON_CHANGING, "DELETE": _ON_CHANGING,
    }  # fmt: skip

    def get_operation_id(self) -> str:
        verb = _VERBS[self.method]
        if self.method == "GET" and not self.path.endswith("}/"):
            verb = "list"
        return "_".join([*(token.replace("-", "_") for token in self._tokenize_path()), verb])

    def get_tags(self) -> list[str]:
        return [word for word in self._tokenize_path() if word != "api"][:1] or ["index"]

    def _is_list_view(self, serializer: Any = None) -> bool:
        return hasattr(self.view, "orderings") and self.method == "GET"

    def get_auth(self) -> list[Fragment]:
        is_open = self.method in SAFE_METHODS or AllowAny in self.view.permission_classes
        return [*super().get_auth(), *([{}] if is_open else [])]

    # --- parameters ---------------------------------------------------------------------------------------------

    def get_override_parameters(self) -> list[Any]:
        known: frozenset[str] = self.view.known_parameters(self.method)
        filters = self.view.filterset_class.base_filters if self._is_list_view() else {}
        others = [
            OpenApiParameter(name, type=_PARAMETERS[name][0], description=_PARAMETERS[name][1])
            for name in sorted(known - set(filters))
            if name in _PARAMETERS
        ]
        own = [_filter_parameter(name, each) for name, each in filters.items()]
        return [*own, *others, *self._view_parameters(known), *self._headers()]

    def _view_parameters(self, known: frozenset[str]) -> list[OpenApiParameter]:
        parameters = []
        if "format" in known:
            formats = [renderer.format for renderer in self.view.get_renderers()]
            parameters.append(_words("format", formats, "The same as by Accept"))
        if "ordering" in known:
            keys = [sign + key for key in self.view.orderings for sign in ("", "-")]
            parameters.append(_words("ordering", keys, f"Default: {self.view.default_ordering}"))
        if "expand" in known:
            parameters.append(_words("expand", list(self.view.expandable), "Shown whole"))
        return parameters

    def _headers(self) -> list[OpenApiParameter]:
        name, required, text = _HEADERS[self.method]
        return [OpenApiParameter(name, type=str, location=OpenApiParameter.HEADER, required=required, description=text)]

    # --- bodies -------------------------------------------------------------------------------------------------

    def get_request_serializer(self) -> Any:
        body = self.view.serializer_class
        if body is None or self.method not in ("POST", "PUT", "PATCH"):
            return None
        if not (self.method == "POST" and self.view.takes_lists):
            return body
        ref = self.resolve_serializer(force_instance(body), "request").ref  # type: ignore[no-untyped-call]  # it has none
        return {"application/json": {"oneOf": [ref, {"type": "array", "items": ref, "minItems": 1, "maxItems": 1000}]}}

    def get_response_serializers(self) -> Any:
        return None

    def _get_response_bodies(self, direction: Any = "response") -> Fragment:
        response = getattr(self.view, "response_type", None)
        moved = {"308": _MOVED} if self.view.moves else {}
        if response is None:
            return (moved or super()._get_response_bodies(direction)) | self._problems()
        return self._with_headers(self._answers(schema_of(response, self.registry))) | moved | self._problems()

    def _with_headers(self, answers: Fragment) -> Fragment:
        names = ["ETag", "Cache-Control"] if self.method == "GET" else ["RateLimit-Policy", "RateLimit"]
        names += ["Link"] if self._is_list_view() else []
        return {
            status: answer | {"headers": {name: HEADERS[name] for name in names}} for status, answer in answers.items()
        }

    def _answers(self, ref: Fragment) -> Fragment:
        if self._is_list_view():
            whole = {"description": "A page, or the whole list", "content": self._list_content(ref)}
            return {"200": whole, "304": _NOT_MODIFIED}
        if self.method == "POST":
            if posted := self.view.posted_response_type:
                ref = schema_of(posted, self.registry)
            schema = {"oneOf": [ref, {"type": "array", "items": ref}]} if self.view.takes_lists else ref
            status, meaning = self.view.accepted
            repeated = {"200": _json(self.view.repeated, schema)} if self.view.repeated else {}
            return {status: _json(meaning, schema)} | repeated
        if self.method == "DELETE":
            return {"204": {"description": "Done"}}
        not_modified: Fragment = {"304": _NOT_MODIFIED} if self.method == "GET" else {}
        whole = _json("Whole; with ?fields= the keys that it names", ref)
        if len(self.view.get_renderers()) > 1:
            whole["content"] |= _TABLES
        return {"200": whole} | not_modified

    def _list_content(self, ref: Fragment) -> Fragment:
        cursors = self.view.cursors
        properties: Fragment = {"results": {"type": "array", "items": ref}, **cursors, "count": {"type": "integer"}}
        required = ["results", *cursors]
        if extra := getattr(self.view, "extra_response_type", None):
            more = object_of(extra, self.registry)
            properties |= more["properties"]
            required += more["required"]
        page = {"type": "object", "properties": properties, "required": required}
        return {"application/json": {"schema": page}} | _TABLES

    def _problems(self) -> Fragment:
        content = {"application/problem+json": {"schema": schema_of(ProblemResponse, self.registry)}}
        unfinished = {"409"} if "known_at" in self.view.known_parameters(self.method) else set[str]()
        codes = unfinished.union(self.problems[self.method])
        problems: Fragment = {code: {"description": PROBLEMS[code], "content": content} for code in sorted(codes)}
        if "429" in problems:
            limits = ("Retry-After", "RateLimit-Policy", "RateLimit")
            problems["429"] = problems["429"] | {"headers": {name: HEADERS[name] for name in limits}}
        return problems


# --- responses ------------------------------------------------------------------------------------------------------

_VALUES: Mapping[Any, Fragment] = {
    Any: {},
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number", "format": "double"},
    dt.date: {"type": "string", "format": "date"},
    dt.datetime: {"type": "string", "format": "date-time"},
    UUID: {"type": "string", "format": "uuid"},
}


def schema_of(hint: Any, registry: ComponentRegistry) -> Fragment:  # noqa: PLR0911  # one a kind
    """The JSON Schema of a type in a response: each `TypedDict` becomes a component of its name.

    drf-spectacular reads type hints as well, but neither `Annotated` nor a `TypedDict` as a component.
    """
    origin, args = get_origin(hint), get_args(hint)
    if is_typeddict(hint):
        return _component(hint, registry)
    if origin is Annotated:
        return _annotated(schema_of(args[0], registry), args[1:])
    if origin is Literal:
        return {"type": "string", "enum": list(args)}
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


def _component(response: type, registry: ComponentRegistry) -> Fragment:
    component = ResolvedComponent(response.__name__, ResolvedComponent.SCHEMA, object=response)  # type: ignore[no-untyped-call]
    if component not in registry:
        component.schema = object_of(response, registry)
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


def without_enum_ids(result: Fragment, **_: Any) -> Fragment:
    """Drops the ids that drf-spectacular adds to enumerations for a hook that names them."""
    todo: list[Any] = [result]
    while todo:
        part = todo.pop()
        if isinstance(part, dict):
            part.pop("x-spec-enum-id", None)
        todo += part.values() if isinstance(part, dict) else part if isinstance(part, list) else []
    return result


def _json(description: str, schema: Fragment) -> Fragment:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _words(name: str, words: list[str], description: str) -> OpenApiParameter:
    return OpenApiParameter(name, type=str, enum=words, description=description)


def _filter_parameter(name: str, each: AnyOf) -> OpenApiParameter:
    """Several values mean *or*: repeated, and where the filter splits, separated by commas."""
    if isinstance(each, SingleValue):
        return OpenApiParameter(name, type=each.schema, description=each.label)
    items = each.schema if each.longest is None else each.schema | {"maxLength": each.longest}
    schema = {"type": "array", "items": items, "maxItems": each.most}
    return OpenApiParameter(name, type=schema, description=each.label, explode=True)


class _Token(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # it has no types
    target_class = "relations.api.http.permissions.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> Fragment:
        return {"type": "http", "scheme": "bearer", "description": "./run manage token NAME --scopes edit"}


class _Session(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # it has no types
    target_class = "relations.api.http.permissions.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> Fragment:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": "Logged in to the admin"}
