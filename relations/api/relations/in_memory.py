"""Lists about one pair, whose history is read whole: filtered, ordered and cut into pages in memory."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import batched
from operator import attrgetter
from typing import Any, ClassVar, NamedTuple

import orjson
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from relations import ledger
from relations.api.http import conditional, formats, paging, parameters
from relations.api.http.endpoints import EXPORTS, CanonicalEndpoint, ListEndpoint
from relations.api.http.filters import Filters
from relations.api.http.paging import Ordering, Page
from relations.api.http.parameters import only
from relations.api.relations.views import pair_from_url
from relations.models import StatusSpan
from relations.queries.pair_versions import current_versions
from relations.representation.histories import relation_context
from relations.representation.json_types import nested_keys
from relations.representation.periods import PeriodWriter
from relations.representation.references import site


class Entry(NamedTuple):
    place: tuple[Any, ...]
    """Sort key, unique in its list; all of it JSON values."""
    body: Callable[[], Mapping[str, Any]]


class PairList(CanonicalEndpoint):
    """A list about one pair, as known now or at a past moment."""

    canonical = staticmethod(pair_from_url)
    renderer_classes = EXPORTS
    cursors = ListEndpoint.cursors
    orderings: ClassVar[Mapping[str, tuple[str, ...]]]
    default_ordering: ClassVar[str]
    response_type: type
    not_of_a_pair: ClassVar[Collection[str]] = ()
    """Filters that a pair's own list does not have."""

    def known_parameters(self, method: str) -> frozenset[str]:
        own = self.filterset_class.names() - {*self.not_of_a_pair}
        expand = {"expand"} if self.expandable else set[str]()
        return super().known_parameters(method) | {"known_at", "fields"} | expand | paging.PARAMETERS | own

    def entries(self, filters: Any, writer: PeriodWriter, context: Any, order: Ordering) -> Iterable[Entry]:
        """The entries that the filters select, in any order."""
        raise NotImplementedError

    def row(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """The entry as a line of a table, where that has `table_keys`."""
        return body

    def show(self, request: Request, code: str) -> HttpResponseBase:
        filters: Filters = self.filterset_class(request.query_params, StatusSpan.objects.none(), request=request)
        _ = filters.qs  # refuses wrong values
        order = paging.ordering(request, self.orderings, self.default_ordering)
        expand, kind = parameters.expanded(request, self.expandable), request.accepted_renderer.format
        is_table = kind == "csv" and bool(self.table_keys)
        columns = self.table_keys if is_table else self.keys
        fields = parameters.chosen_fields(request, columns)
        context = relation_context(code, versions=current_versions(code), expand=expand)
        writer = PeriodWriter.of(context, today=ledger.today(), as_of=parameters.as_of(request), site=site(request))
        unsorted = self.entries(filters, writer, context, order)
        entries = sorted(unsorted, key=attrgetter("place"), reverse=order.descending)
        if kind == "json":
            # Of a past moment, none that later commands count up.
            version = context.own.version if parameters.known_at(request) is None else 0
            body, headers = paging.linked(request, _page(request, entries, order, fields))
            count = {"count": len(entries)} if paging.wants_count(request) else {}
            return conditional.cached(request, body | count, version=version, headers=headers)
        formats.refuse_paging(request)
        write = self.row if is_table else dict
        rows = ([only(write(_plain(each.body())), fields) for each in some] for some in batched(entries, formats.BATCH))
        return formats.streamed(
            rows, request=request, name=f"{code}-{self.home.rsplit('/', 2)[1]}", nested={} if is_table else self.nested,
            columns=[key for key in columns if fields is None or key in fields],
        )  # fmt: skip

    @property
    def nested(self) -> Mapping[str, tuple[str, ...]]:
        return nested_keys(self.response_type)


def _page(request: Request, entries: Sequence[Entry], order: Ordering, fields: frozenset[str] | None) -> Page:
    window = paging.Window.of(request, order.name)
    falling = order.descending != window.backwards
    ahead = reversed(entries) if window.backwards else iter(entries)
    if window.cursor:
        place = tuple(window.cursor.position)
        ahead = (entry for entry in ahead if (entry.place < place if falling else entry.place > place))
    first = [entry for entry, _ in zip(ahead, range(window.size + 1), strict=False)]
    written = [(list(entry.place), formats.dumps(only(entry.body(), fields))) for entry in first[: window.size]]
    return window.page(written, more=len(first) > window.size)


def _plain(body: Mapping[str, Any]) -> dict[str, Any]:
    """A body without fragments of JSON."""
    plain: dict[str, Any] = orjson.loads(formats.dumps(body))
    return plain
