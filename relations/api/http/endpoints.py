"""What every resource's views share: parameters known or refused, limits, lists that page, stream and count."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from relations.api.http import formats, paging, throttles
from relations.api.http.filters import Filters
from relations.api.http.parameters import chosen_fields, only, refuse_unknown
from relations.errors import BadParameter, LengthRequired

EXPORTS = (formats.JsonRenderer, formats.CsvRenderer, formats.JsonLinesRenderer)


class Endpoint(APIView):
    """One URL. `parameters` are those that the query may hold, by method; every other one is refused."""

    parameters: ClassVar[Mapping[str, Collection[str]]] = {}
    model: ClassVar[type[Model]]
    """The model for which a writer needs Django's permission."""
    rights: ClassVar[Mapping[str, str]] = {"POST": "add", "PUT": "change", "PATCH": "change", "DELETE": "delete"}
    """The permission, by method."""
    expandable: ClassVar[tuple[str, ...]] = ()
    takes_lists: ClassVar[bool] = False
    """Whether a POST may hold many bodies: what is refused is then named by its row."""
    shape: ClassVar[type[BaseSerializer[Any]]]
    """What an answer, or a row of it, looks like: for the OpenAPI document alone."""

    @classmethod
    def known_parameters(cls, method: str) -> frozenset[str]:
        # `format` is the negotiation's, and every URL has at least one format.
        return frozenset(cls.parameters.get("GET" if method == "HEAD" else method, ())) | {"format"}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Before DRF's own steps: a method that is not there is no question of who asks."""
        method = request.method or ""
        if not hasattr(self, method.lower()):
            self.http_method_not_allowed(request)
        super().initial(request, *args, **kwargs)
        if "HTTP_TRANSFER_ENCODING" in request.META and not request.META.get("CONTENT_LENGTH"):
            raise LengthRequired(field="Content-Length")
        if method != "OPTIONS":
            refuse_unknown(request, self.known_parameters(method))

    def check_throttles(self, request: Request) -> None:
        if request.method in SAFE_METHODS:
            throttles.count_read(request)
        else:
            throttles.count_write(request)

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]  # no body
        """The methods alone: what they take and give stands in `/api/schema/`."""
        return HttpResponse(status=204, headers={"Allow": ", ".join(self.allowed_methods)})


class ListEndpoint(Endpoint):
    """A list: filtered, ordered, in pages or streamed whole.

    `keys` are the keys of a row in their order, `nested` those of them that are objects, with the objects' keys.
    `orderings` gives the columns of each documented key: none of them null, the last one unique.
    """

    renderer_classes = EXPORTS
    filters: ClassVar[type[Filters]]
    orderings: ClassVar[Mapping[str, tuple[str, ...]]]
    default_ordering: ClassVar[str]
    keys: ClassVar[tuple[str, ...]]
    nested: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    unasked: ClassVar[frozenset[str]] = frozenset()
    """Keys that a list holds only where `?fields=` names them."""
    extra_shapes: ClassVar[Mapping[str, type[BaseSerializer[Any]]]] = {}
    """What stands beside the rows: for the OpenAPI document, too."""
    name: ClassVar[str]
    """What an export is saved as."""

    @classmethod
    def known_parameters(cls, method: str) -> frozenset[str]:
        known = super().known_parameters(method)
        if method not in ("GET", "HEAD"):
            return known
        expand = {"expand"} if cls.expandable else set[str]()
        return known | cls.filters.names() | paging.PARAMETERS | {"fields"} | expand

    def rows(self) -> QuerySet[Any]:
        """Everything that the list can show, before filters."""
        raise NotImplementedError

    def bodies(self, rows: list[Any]) -> list[dict[str, Any]]:
        """The rows as JSON, with as many queries for one as for five hundred."""
        raise NotImplementedError

    def fitting(self, rows: list[Any]) -> list[Any]:
        """As many of the rows, from the first one on, as can be written out at once: all, unless they may be heavy."""
        return rows

    def extra(self) -> dict[str, Any]:
        """What the list says beside its rows."""
        return {}

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked = self.filters(request.query_params, self.rows(), request=request)
        rows = asked.qs
        order = paging.ordering(request, self.orderings, self.default_ordering)
        fields = chosen_fields(request, self.keys) or frozenset(self.keys) - self.unasked
        kind = request.accepted_renderer.format
        if kind == "json":
            return self._page(request, rows, order, fields, asked.sides())
        refuse_paging(request)
        return formats.streamed(
            formats.in_batches(rows, order, lambda found: self._chosen(found, fields), fitting=self.fitting),
            kind=kind, name=self.name, columns=[key for key in self.keys if key in fields], nested=self.nested,
        )  # fmt: skip

    def _page(
        self, request: Request, rows: QuerySet[Any], order: paging.Ordering, fields: frozenset[str], sides: list[Q]
    ) -> HttpResponseBase:
        window = paging.Window.of(request, order.name)
        found = window.first(rows, order, sides=sides)
        shown = self.fitting(found[: window.size])
        written = [
            (order.position(row), formats.dumps(body))
            for row, body in zip(shown, self._chosen(shown, fields), strict=True)
        ]
        body, headers = paging.linked(request, window.page(written, more=len(shown) < len(found)))
        body |= self.extra()
        if paging.wants_count(request):
            body["count"] = rows.count()
        return formats.answered(body, headers=headers)

    def _chosen(self, rows: list[Any], fields: frozenset[str]) -> list[dict[str, Any]]:
        return [only(body, fields) for body in self.bodies(rows)]


def refuse_paging(request: Request) -> None:
    """A streamed list has no pages: asking for one would be ignored, and nothing is."""
    for name in ("cursor", "page_size", "count"):
        if name in request.query_params:
            raise BadParameter(field=name, why=f"CSV and JSON Lines hold the whole list: leave {name} out.")
