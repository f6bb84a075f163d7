"""Endpoints: known parameters, limits, and lists that page, stream and count.

They are plain `APIView`s with the attributes of DRF's generic views. The generic views themselves would read and write
through serializers, and page through a paginator that knows neither exports nor the branches of an index.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Mapping
from typing import Any, ClassVar

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from rest_framework.request import Request
from rest_framework.views import APIView

from relations.api.http import conditional, formats, paging, throttles
from relations.api.http.deprecations import Deprecation
from relations.api.http.filters import Filters
from relations.api.http.parameters import chosen_fields, expanded, only, refuse_unknown
from relations.api.http.requests import RequestBody
from relations.api.http.throttles import Throttle
from relations.errors import LengthRequired
from relations.representation.json_types import keys, nested_keys, optional_keys

_URL_OR_NULL = {"type": ["string", "null"], "format": "uri"}
_CACHED = (200, 304)
EXPORTS = (formats.JsonRenderer, formats.CsvRenderer, formats.JsonLinesRenderer)


class Endpoint(APIView):
    """One URL. `parameters` names the query parameters that it takes, by method; every other one is refused."""

    throttle_classes = (Throttle,)
    parameters: ClassVar[Mapping[str, Collection[str]]] = {}
    queryset: QuerySet[Any] | None = None
    """Rows of the model for which a writer needs Django's permission."""
    rights: ClassVar[Mapping[str, str]] = {"POST": "add", "PUT": "change", "PATCH": "change", "DELETE": "delete"}
    """The permission, by method."""
    serializer_class: type[RequestBody] | None = None
    """The request's body."""
    response_type: type | None = None
    """The answer, or a row of it: a `TypedDict` of `representation`."""
    accepted: ClassVar[tuple[str, str]] = ("201", "What was recorded, or (202) is waiting")
    """The status of a POST and its meaning."""
    repeated: ClassVar[str | None] = None
    """The meaning of 200 where a POST finds what it would have made; None for lists of which each POST makes one."""
    posted_response_type: type | None = None
    """The answer to a POST, where it differs; a dry run of it answers in the same shape."""
    moves: ClassVar[bool] = False
    """True for an endpoint that may redirect to another URL."""
    table_keys: ClassVar[tuple[str, ...]] = ()
    """The keys that `fields` chooses from where the answer is a table, if they are others."""
    expandable: tuple[str, ...] = ()
    filterset_class: type[Filters] = Filters
    takes_lists: ClassVar[bool] = False
    """A POST may have many bodies: refusals then name the row."""
    bulk_rows: ClassVar[Mapping[str, tuple[type[RequestBody], ...]]] = {}
    """The bodies of which each row has the fields, for methods that take rows alone."""

    deprecated: ClassVar[Deprecation | None] = None
    """The announcement that it goes, in every answer of it and in the OpenAPI document."""

    def get_queryset(self) -> QuerySet[Any]:
        if self.queryset is None:
            raise AssertionError("an endpoint about rows has a queryset")
        return self.queryset.all()

    def bodies(self, rows: list[Any]) -> list[Any]:
        """The rows as JSON; overridden where many take as many queries as one."""
        return [self.body(row) for row in rows]

    def body(self, row: Any) -> Any:
        """The row as JSON."""
        (body,) = self.bodies([row])
        return body

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the answer, or of a row of it, in their order."""
        return keys(self.response_type) if self.response_type else ()

    @cached_property
    def wanted(self) -> frozenset[str]:
        """The keys of the answer, or of a row of it, that the request asks for: others need not be read."""
        return chosen_fields(self.request, self.keys) or frozenset(self.keys)

    def known_parameters(self, method: str) -> frozenset[str]:
        # `format` is the negotiation's, and every URL has at least one format.
        return frozenset(self.parameters.get("GET" if method == "HEAD" else method, ())) | {"format"}

    depends_on_day: ClassVar[bool] = False
    """Without `as_of` the answer is of today, also at a past `known_at`."""

    def is_final(self, request: Request) -> bool:
        """Says that the answer to this read will never change: of a finished moment, and of rows with versions."""
        asked = request.query_params
        return "known_at" in asked and "expand" not in asked and ("as_of" in asked or not self.depends_on_day)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Adds what caches and clients may rely on."""
        response = super().finalize_response(request, response, *args, **kwargs)
        if self.deprecated is not None:
            self.deprecated.announce(response)
        for name, value in throttles.limit_headers(request).items():
            response.headers[name] = value
        if response.headers.get("Cache-Control", "no-cache") == "no-cache":
            is_final = response.status_code in _CACHED and request.method != "POST" and self.is_final(request)
            response.headers["Cache-Control"] = conditional.cache_control(request, is_final=is_final)
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuses before DRF's own steps: a method that is not there is no question of who asks."""
        method = request.method or ""
        if not hasattr(self, method.lower()):
            self.http_method_not_allowed(request)
        super().initial(request, *args, **kwargs)
        if "HTTP_TRANSFER_ENCODING" in request.META and not request.META.get("CONTENT_LENGTH"):
            raise LengthRequired(field="Content-Length")
        if method != "OPTIONS":
            refuse_unknown(request, self.known_parameters(method), replaced=self.filterset_class.replaced)

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]  # no body
        """Lists the methods alone: `/api/schema/` describes what they take and give."""
        return HttpResponse(status=204, headers={"Allow": ", ".join(self.allowed_methods)})


class CanonicalEndpoint(Endpoint):
    """A URL with a code that can be written in several ways: the others are redirected to the canonical one."""

    moves = True
    home: ClassVar[str]
    """The canonical path, with `{}` for the code."""
    canonical: Callable[[str], str]

    def get(self, request: Request, code: str) -> HttpResponseBase:
        code = self.canonical(code)
        home = self.home.format(code)
        if request.path == home:
            return self.show(request, code)
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"{home}?{query}" if query else home, preserve_request=True)

    def show(self, request: Request, code: str) -> HttpResponseBase:
        raise NotImplementedError


class DetailEndpoint(Endpoint):
    """One object, whole or the keys in `?fields=`."""

    parameters: ClassVar[Mapping[str, Collection[str]]] = {"GET": {"fields"}}

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        row = self.get_object(**kwargs)
        body = only(self.body(row), self.wanted)
        return conditional.cached(request, body, version=self.version(row))

    def get_object(self, **kwargs: Any) -> Any:
        """The row that the URL names. Raises `Http404`, or a refusal of its own."""
        return get_object_or_404(self.get_queryset(), pk=kwargs["number"])

    def version(self, row: Any) -> int | str:
        """The version part of the ETag."""
        return conditional.digest(formats.dumps(self.body(row)))

    def refuse_stale(self, row: Any) -> bool:
        """Raises `StaleVersion` unless the request has seen the row's version; False where it takes any."""
        version = self.version(row)
        return conditional.refuse_stale(
            self.request, version=version, tag=lambda: conditional.etag(version, formats.dumps(self.body(row)))
        )


class ListEndpoint(Endpoint):
    """A list: filtered, ordered, in pages or streamed whole.

    `orderings` gives the columns of each documented key: none of them null, the last one unique. Optional keys of the
    response are only in a list where `?fields=` names them.
    """

    renderer_classes = EXPORTS
    orderings: ClassVar[Mapping[str, tuple[str, ...]]]
    default_ordering: str
    cursors: ClassVar[Mapping[str, Any]] = dict.fromkeys(("next", "previous"), _URL_OR_NULL)
    """The keys of the page from which others are reached."""
    extra_response_type: ClassVar[type | None] = None
    """Keys of the page in addition to its rows."""
    name: str = ""
    """File name of an export."""
    resumed_by: ClassVar[str | None] = "id"
    """The columns of the key in `?after=`, with which an export goes on after that row; None: it has no such key."""
    remembers: ClassVar[bool] = True
    """A page depends on nothing but its URL, the caller, the database and the day."""
    filters: Filters
    """The filters of the request."""

    def known_parameters(self, method: str) -> frozenset[str]:
        known = super().known_parameters(method)
        if method not in ("GET", "HEAD"):
            return known
        expand = {"expand"} if self.expandable else set[str]()
        after = {"after"} if self.resumed_by else set[str]()
        return known | self.filterset_class.names() | paging.PARAMETERS | {"fields"} | expand | after

    @property
    def nested(self) -> Mapping[str, tuple[str, ...]]:
        """The keys that are objects, with the keys of the objects: columns of a table."""
        return nested_keys(self.response_type) if self.response_type else {}

    @cached_property
    def wanted(self) -> frozenset[str]:
        return super().wanted if "fields" in self.request.query_params else frozenset(self.keys) - self.optional

    @property
    def optional(self) -> frozenset[str]:
        """The keys that only `?fields=` adds."""
        return optional_keys(self.response_type) if self.response_type else frozenset()

    def order(self, request: Request) -> paging.Ordering:
        return paging.ordering(request, self.orderings, self.default_ordering)

    def fitting(self, rows: list[Any]) -> list[Any]:
        """The rows, from the first one on, that can be written out at once: all, unless they may be heavy."""
        return rows

    def extra(self) -> dict[str, Any]:
        """The values of `extra_response_type`."""
        return {}

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return conditional.validated(request, self._answer, remembers=self.remembers)

    def _answer(self) -> HttpResponseBase:
        request = self.request
        self.filters = filters = self.filterset_class(request.query_params, self.get_queryset(), request=request)
        rows = filters.qs
        order = self.order(request)
        fields = self.wanted
        expanded(request, self.expandable)  # refuses wrong words before an export begins, and of a list without rows
        after = self._resumed_after(rows, order) if self.resumed_by else None
        if request.accepted_renderer.format == "json":
            return self._page(request, rows, order, fields, filters.index_branches())
        batches = formats.in_batches(
            rows, order, lambda batch: self._chosen(batch, fields), fitting=self.fitting, after=after
        )
        return self.exported(batches, has_head=after is None)

    def exported(self, batches: Generator[list[dict[str, Any]]], *, has_head: bool) -> HttpResponseBase:
        """The whole list in the format that the request asks for."""
        formats.refuse_paging(self.request)
        return formats.streamed(
            batches, request=self.request, name=self.name, nested=self.nested,
            columns=[key for key in self.keys if key in self.wanted], has_head=has_head,
        )  # fmt: skip

    def _resumed_after(self, rows: QuerySet[Any], order: paging.Ordering) -> list[Any] | None:
        """The position of the row that `?after=` names, the last that the client has. Raises `BadParameter`."""
        key = formats.resumed_key(self.request)
        if key is None:
            return None
        try:
            return order.position(self.row_of(rows, key))
        except (ObjectDoesNotExist, ValidationError, ValueError):
            raise formats.no_such_row(key) from None

    def row_of(self, rows: Any, key: str) -> Any:
        """The row with the key. Raises `ObjectDoesNotExist`, `ValidationError` or `ValueError` where there is none."""
        return rows.filter(**{str(self.resumed_by): key})[:1].get()

    def _page(
        self, request: Request, rows: QuerySet[Any], order: paging.Ordering, fields: frozenset[str], branches: list[Q]
    ) -> HttpResponseBase:
        window = paging.Window.of(request, order.name)
        number = paging.counted(request, rows)
        first = window.first(rows, order, branches=branches, every=self.get_queryset() if branches else None)
        shown = self.fitting(first[: window.size])
        written = [
            (order.position(row), formats.dumps(body))
            for row, body in zip(shown, self._chosen(shown, fields), strict=True)
        ]
        body, headers = paging.linked(request, window.page(written, more=len(shown) < len(first)))
        return formats.answered(body | self.extra() | number, headers=headers)

    def _chosen(self, rows: list[Any], fields: frozenset[str]) -> list[dict[str, Any]]:
        return [only(body, fields) for body in self.bodies(rows)]
