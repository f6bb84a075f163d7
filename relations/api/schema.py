"""The OpenAPI document: drf-spectacular reads requests, `response_schemas` the types of responses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent, force_instance
from drf_spectacular.utils import OpenApiParameter
from rest_framework.permissions import SAFE_METHODS, AllowAny

from relations.api.http import patterns
from relations.api.http.errors import ProblemResponse
from relations.api.http.formats import JSON_LINES, MOST_ROWS
from relations.api.http.requests import RequestBody
from relations.api.http.writing import DryRunResponse
from relations.api.openapi.parameters import FIELDS, KNOWN, ONCE, PARAMETERS, SEEN, filter_parameter, with_rules, words
from relations.api.openapi.properties import pascal
from relations.api.openapi.texts import references
from relations.api.response_schemas import Fragment, object_of, schema_of
from relations.representation.json_types import keys

PROBLEMS = {
    "400": "Malformed, or refused: the errors say where and why",
    "401": "No token, or one that is not valid",
    "403": "The token's scopes or the user's permissions do not allow this",
    "404": "There is nothing at this address",
    "406": "None of the formats in Accept is available here",
    "408": "The body did not arrive in time",
    "409": "It contradicts what is recorded, or known_at is not finished: `newest` is the newest moment that is",
    "410": "The fact was retracted, the archive no longer has the file, or the position is of another log or beyond "
    "the `end` of this one",
    "411": "The request does not announce the length of its body",
    "412": "Another edit came first: the current ETag is in the headers",
    "413": "The body is too large, or has too many rows",
    "415": "The body is neither application/json nor, where rows are accepted, JSON Lines",
    "422": "The Idempotency-Key was used before with another request",
    "428": "If-Match is missing",
    "429": "Too many requests: Retry-After says when to try again",
    "503": "Too much at once, or too expensive: try again after the seconds in Retry-After, or ask for less",
}
_ON_READING = ("400", "401", "404", "406", "410", "429", "503")
_ON_WRITING = ("400", "401", "403", "404", "406", "408", "409", "410", "411", "413", "415", "429", "503")
_ON_CHANGING = (*_ON_WRITING, "412", "428")
_VERBS = {"GET": "retrieve", "POST": "create", "PUT": "update", "PATCH": "change", "DELETE": "delete"}

_TEXT: Fragment = {"schema": {"type": "string"}}
_TABLES = {"text/csv": _TEXT, "application/jsonl": _TEXT}
_NOT_MODIFIED: Fragment = {"description": "The client has it already"}
_MOVED: Fragment = {"description": "It is at its canonical URL"}


class Schema(AutoSchema):
    """Reads an endpoint's filters, its `serializer_class` (the request) and its `response`."""

    view: Any
    is_private: ClassVar[bool] = False
    """True for an endpoint that is read with a login or a token only."""
    problems: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "GET": _ON_READING, "POST": (*_ON_WRITING, "422"),
        "PUT": (*_ON_CHANGING, "422"), "PATCH": (*_ON_CHANGING, "422"), "DELETE": (*_ON_CHANGING, "422"),
    }  # fmt: skip

    def get_operation_id(self) -> str:
        words = [token.replace("-", "_") for token in self._tokenize_path()] or ["index"]
        if self._is_list_view():
            return "_".join([*words, "list"])
        if self.method == "POST" and not (self._is_bulk() or hasattr(self.view, "get")):
            return "_".join(words)  # a command, which its address names: webhooks_ping
        return "_".join([*words, f"{'bulk_' if self._is_bulk() else ''}{_VERBS[self.method]}"])

    def is_deprecated(self) -> bool:
        return self.view.deprecated is not None

    def get_tags(self) -> list[str]:
        return [word for word in self._tokenize_path() if word != "api"][:1] or ["index"]

    def _is_list_view(self, serializer: Any = None) -> bool:
        return hasattr(self.view, "orderings") and self.method == "GET"

    def _is_bulk(self) -> bool:
        return self.method in self.view.bulk_rows

    def get_auth(self) -> list[Fragment]:
        is_open = (self.method in SAFE_METHODS and not self.is_private) or AllowAny in self.view.permission_classes
        return [*super().get_auth(), *([{}] if is_open else [])]

    # --- parameters ---------------------------------------------------------------------------------------------

    def get_override_parameters(self) -> list[Any]:
        known: frozenset[str] = self.view.known_parameters(self.method)
        filters = self.view.filterset_class.base_filters if self._is_list_view() else {}
        others = [
            OpenApiParameter(name, type=PARAMETERS[name][0], description=PARAMETERS[name][1])
            for name in sorted(known - set(filters))
            if name in PARAMETERS and (name, self.method) != ("reason", "DELETE")
        ]
        own = [filter_parameter(name, each) for name, each in filters.items() if name in known]
        return [*own, *others, *self._view_parameters(known), *self._headers()]

    def _view_parameters(self, known: frozenset[str]) -> list[OpenApiParameter]:
        parameters = []
        if "format" in known:
            formats = [renderer.format for renderer in self.view.get_renderers()]
            parameters.append(words("format", formats, "The same as by Accept"))
        if "ordering" in known:
            keys = [sign + key for key in self.view.orderings for sign in ("", "-")]
            parameters.append(words("ordering", keys, f"Default: {self.view.default_ordering}"))
        if "fields" in known:
            chosen = {"type": "string", "pattern": patterns.some_of({*self.view.keys, *self.view.table_keys})}
            parameters.append(OpenApiParameter("fields", type=chosen, description=FIELDS))
        if "reason" in known and self.method == "DELETE":
            text = {"type": "string", "pattern": patterns.NOT_BLANK}
            parameters.append(OpenApiParameter("reason", type=text, required=True, description="Why it is retracted"))
        if "expand" in known:
            parameters.append(words("expand", list(self.view.expandable), "Shown whole"))
        return parameters

    def _headers(self) -> list[OpenApiParameter]:
        if self.method in SAFE_METHODS:
            return [KNOWN]
        if AllowAny in self.view.permission_classes:
            return []  # it writes nothing
        return [ONCE] if self.method == "POST" or self._is_bulk() else [SEEN, ONCE]

    # --- bodies -------------------------------------------------------------------------------------------------

    def get_request_serializer(self) -> Any:
        body = self.view.serializer_class
        if self._is_bulk():
            rows = {"allOf": [self._ref(each) for each in self.view.bulk_rows[self.method]]}
            return _several(rows if len(rows["allOf"]) > 1 else rows["allOf"][0])
        if body is None or self.method not in ("POST", "PUT", "PATCH"):
            return None
        if not (self.method == "POST" and self.view.takes_lists):
            return body
        ref = self._ref(body)
        several = _several(ref)
        several["application/json"] = {"oneOf": [ref, several["application/json"]]}
        return several

    def _ref(self, body: type[RequestBody]) -> Fragment:
        """The component of a request body; of a row that names only what changes, the one without required keys."""
        form = force_instance(body)  # type: ignore[no-untyped-call]  # it has no types
        form.partial = self.method == "PATCH" and body is self.view.serializer_class
        ref: Fragment = self.resolve_serializer(form, "request").ref
        return ref

    def _get_request_body(self, direction: Any = "request") -> Any:
        """drf-spectacular knows no DELETE with a body, and of some that it is required."""
        if self.method != "DELETE" or not self._is_bulk():
            body = super()._get_request_body(direction)  # type: ignore[no-untyped-call]  # it has no types
            takes_rows = self._is_bulk() or (self.method == "POST" and self.view.takes_lists)
            return body | {"required": True} if takes_rows else body
        content = {kind: {"schema": schema} for kind, schema in self.get_request_serializer().items()}
        return {"content": content, "required": True}

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:
        """Adds the rules of each field, the keys of the answer that may come back, and that there are no others."""
        schema = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]  # it has no types
        for name, field in serializer.fields.items():
            with_rules(field, schema["properties"][name])
        shown = sorted(set(keys(serializer.answer)) - set(serializer.fields)) if serializer.answer else []
        if shown:
            own_id = {"^id$": patterns.ID} if "id" in shown else {}
            others = "|".join(name for name in shown if name != "id")
            schema["patternProperties"] = {f"^(?:{others})$": {}} | own_id
        return schema | {"additionalProperties": False}

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
        return {status: answer | {"headers": references(names)} for status, answer in answers.items()}

    def _answers(self, ref: Fragment) -> Fragment:
        posted = self.view.posted_response_type if self.method == "POST" else None
        answers = self._real_answers(schema_of(posted, self.registry) if posted else ref)
        if self.method == "GET" or "dry_run" not in self.view.known_parameters(self.method):
            return answers
        if answers.keys() == {"204"}:
            return {"200": _json("Of a dry run", schema_of(DryRunResponse, self.registry))} | answers
        result = next(iter(self._real_answers(ref).values()))["content"]["application/json"]["schema"]
        dry_run = self._dry_run(result)
        for answer in answers.values():
            content = answer["content"]["application/json"]
            content["schema"] = {"anyOf": [dry_run, content["schema"]]}
        return answers

    def _dry_run(self, result: Fragment) -> Fragment:
        """The component of the operation's dry run: with the body that it would be answered with."""
        whole = object_of(DryRunResponse, self.registry)
        whole["properties"]["result"] = result | {"description": "The body that it would be answered with"}
        name = f"{pascal(self.get_operation_id())}DryRun"
        component = ResolvedComponent(name, ResolvedComponent.SCHEMA, whole, name)  # type: ignore[no-untyped-call]
        self.registry.register_on_missing(component)
        ref: Fragment = component.ref
        return ref

    def _real_answers(self, ref: Fragment) -> Fragment:
        if self._is_list_view():
            whole = {"description": "A page, or the whole list", "content": self._list_content(ref)}
            return {"200": whole, "304": _NOT_MODIFIED}
        if self.method == "POST":
            several = {"type": "array", "items": ref}
            schema = several if self._is_bulk() else {"oneOf": [ref, several]} if self.view.takes_lists else ref
            status, meaning = self.view.accepted
            repeated = {"200": _json(self.view.repeated, schema)} if self.view.repeated else {}
            return {status: _json(meaning, schema)} | repeated
        if self.method == "DELETE":
            return {"204": {"description": "Done"}}
        if self._is_bulk():
            return {
                "200": _json("The facts as they are now, in the order of the rows", {"type": "array", "items": ref})
            }
        not_modified: Fragment = {"304": _NOT_MODIFIED} if self.method == "GET" else {}
        body: Fragment = _json("Whole; with ?fields= the keys that it names", ref)
        if len(self.view.get_renderers()) > 1:
            body["content"] |= _TABLES
        return {"200": body} | not_modified

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
        return {code: {"description": PROBLEMS[code], "content": content} for code in sorted(codes)}


def _several(row: Fragment) -> Fragment:
    """Rows as a list, or as JSON Lines: a row in each line."""
    # The most is words alone: more are refused as too long (413) before they are read, and not as malformed.
    rows = {"type": "array", "items": row, "minItems": 1, "description": f"At most {MOST_ROWS} rows"}
    return {"application/json": rows, **{parser.media_type: _TEXT["schema"] for parser in JSON_LINES}}


def _json(description: str, schema: Fragment) -> Fragment:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


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
