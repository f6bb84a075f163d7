"""`/api/relations/`: one relation whole, and the list of all that have facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http.response import HttpResponseBase
from django.urls import path
from django.utils.functional import cached_property
from rest_framework.request import Request

from relations import ledger
from relations.api.http import conditional, paging, parameters
from relations.api.http.endpoints import EXPORTS, CanonicalEndpoint, ListEndpoint
from relations.api.http.formats import answered
from relations.api.http.paging import Ordering
from relations.api.relations import scanning
from relations.api.relations.exports import COLUMNS, STATUS_COLUMNS, exported, status_lines
from relations.api.relations.filters import RelationFilters, recorded
from relations.api.relations.hot_path import current
from relations.codes import NotTwoCountries, parse_pair
from relations.errors import BadParameter, NoSuchPair
from relations.models import Country, CountryPair
from relations.queries.countries import current_country_index
from relations.queries.in_time import in_time
from relations.queries.pair_versions import PairVersions, current_versions, versions_known_at
from relations.representation.day_statuses import DayStatuses, day_statuses
from relations.representation.facts import LIST, PROGRAMME, SOURCES
from relations.representation.facts_of_all_kinds import KEYS
from relations.representation.histories import relation_context
from relations.representation.json_text import dumps
from relations.representation.periods import StatusEnds, status_ends
from relations.representation.references import country_code, site
from relations.representation.relations import RelationResponse, RelationRowResponse, relation_links, relation_row
from relations.representation.statuses import relation_status
from relations.representation.track_questions import TrackQuestion

EXPANDABLE = (SOURCES, PROGRAMME, LIST)


def pair_from_url(text: str) -> str:
    """`us-by`, `BY-USA` -> `BY-US`. Raises `NoSuchPair` or `UnknownCountry`, both 404."""
    try:
        return parse_pair(text, country=country_code)
    except NotTwoCountries as error:
        why = "two country codes with a dash between them do, such as BY-US"
        if error.same:
            name = Country.objects.get(code=error.same).name
            why = f"both are {name}, and a relation has two different countries"
        raise NoSuchPair(code=text[:50], why=why) from None


class RelationView(CanonicalEndpoint):
    """One relation: status, facts with their evidence, links."""

    home, canonical = "/api/relations/{}/", staticmethod(pair_from_url)
    response_type = RelationResponse
    expandable = EXPANDABLE
    renderer_classes = EXPORTS
    table_keys = (*COLUMNS, *KEYS)
    parameters = {"GET": ("as_of", "known_at", "fields", "expand")}
    depends_on_day = True

    def show(self, request: Request, code: str) -> HttpResponseBase:
        if not request.META.get("QUERY_STRING") and request.accepted_renderer.format == "json":
            return current(code).at(site(request)).answer(request)
        return self._asked(request, code)

    def _asked(self, request: Request, pair: str) -> HttpResponseBase:
        """Another day or moment, a part, or a table."""
        day, moment = parameters.as_of(request) or ledger.today(), parameters.known_at(request)
        expand = parameters.expanded(request, EXPANDABLE)
        versions, kind = current_versions(pair), request.accepted_renderer.format
        if kind == "json":
            fields = parameters.chosen_fields(request, self.keys)
            if fields and fields.isdisjoint(_WITH_FACTS) and moment is None:
                body = _without_facts(versions, pair, day=day, site=site(request))
            else:
                context = relation_context(pair, versions=versions, expand=expand)
                body = context.relation(day=day, known_at=moment, site=site(request))
            return conditional.cached(request, parameters.only(body, fields), version=body["version"])
        own = relation_context(pair, versions=versions, expand=expand).own
        facts = own.fact_bodies(own.known_at(moment), day=day, site=site(request))
        return exported(pair, facts, kind=kind, request=request)


_WITH_FACTS = {"facts", "fact_count"}


def _without_facts(versions: PairVersions, code: str, *, day: dt.date, site: str) -> dict[str, Any]:
    """The body without its facts, which are not read: the periods of one day are enough."""
    countries = current_country_index()
    statuses = day_statuses([code], day=day, known_at=None, countries=countries, site=site)
    routes = (route for route in countries.routes(code, on=day) if versions.has_facts(route.pair))
    return {
        **relation_row(
            code, version=versions.version(code), day=day, known_at=None, countries=countries, site=site,
            status=relation_status(statuses.state(code)),
        ),
        "links": relation_links(
            code, routes=routes, as_of=None if day == ledger.today() else day, known_at=None, site=site
        ),
    }  # fmt: skip


# --- the list -------------------------------------------------------------------------------------------------------


class RelationList(ListEndpoint):
    """The pairs that have facts, with their status today or on another day."""

    parameters = {"GET": ("as_of", "known_at")}
    queryset = CountryPair.objects.all()
    filterset_class = RelationFilters
    response_type = RelationRowResponse
    orderings = {"code": ("code",), "version": ("version", "code"), "recorded_at": ("last_recorded_at", "code")}
    default_ordering = "code"
    depends_on_day = True
    resumed_by = "code"
    table_keys = STATUS_COLUMNS
    nested: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    name = "relations"

    @property
    def keys(self) -> tuple[str, ...]:
        return STATUS_COLUMNS if self._is_table else super().keys

    @property
    def _is_table(self) -> bool:
        return getattr(getattr(self.request, "accepted_renderer", None), "format", "") == "csv"

    def get_queryset(self) -> QuerySet[Any]:
        moment = parameters.known_at(self.request)
        if moment is not None:
            self._refuse_of_now()
        return recorded(moment)

    def _refuse_of_now(self) -> None:
        """Raises `BadParameter` for columns of pairs that change after a past moment, and with them its answer."""
        asked = self.request.query_params
        of_now = [name for name in RelationFilters.of_now if name in asked]
        if asked.get("ordering", "code").removeprefix("-") != "code":
            of_now.append("ordering")
        if of_now:
            raise BadParameter(field=of_now[0], why=f"{of_now[0]} asks about the pairs of now: leave known_at out.")

    @cached_property
    def questions(self) -> tuple[TrackQuestion, ...]:
        """Filters on tracks as known at a past moment, which no column stores."""
        asked = RelationFilters(self.request.query_params, CountryPair.objects.none(), request=self.request)
        return asked.questions if asked.moment is not None and asked.is_valid() else ()

    def fitting(self, rows: list[Any]) -> list[Any]:
        moment = parameters.known_at(self.request)
        return rows if moment is None else list(scanning.manageable(rows, moment)[0])

    def bodies(self, rows: list[Any]) -> list[dict[str, Any]]:
        statuses = self._statuses(rows)
        return [self._body(row, statuses) for row in rows if self._answers(row, statuses)]

    def _chosen(self, rows: list[Any], fields: frozenset[str]) -> list[dict[str, Any]]:
        if not self._is_table:
            return super()._chosen(rows, fields)
        ends = self._ends([row.code for row in rows])
        lines = (line for body in self.bodies(rows) for line in status_lines(body, ends))
        return [parameters.only(line, fields) for line in lines]

    def _ends(self, codes: Sequence[str]) -> StatusEnds:
        day, moment = parameters.as_of(self.request) or ledger.today(), parameters.known_at(self.request)
        return status_ends(codes, day=day, known_at=moment, countries=current_country_index())

    def _statuses(self, rows: Sequence[Any]) -> DayStatuses:
        day, moment = parameters.as_of(self.request) or ledger.today(), parameters.known_at(self.request)
        self.countries = current_country_index()
        codes = [row.code for row in rows] if self.questions or self._shows("status") else []
        self.versions = {row.code: row.version for row in rows}
        if moment is not None and self._shows("version"):
            self.versions = versions_known_at(list(self.versions), moment)
        return day_statuses(codes, day=day, known_at=moment, countries=self.countries, site=site(self.request))

    def _answers(self, row: CountryPair, statuses: DayStatuses) -> bool:
        return all(question.matches(row.code, statuses.periods(row.code)) for question in self.questions)

    def _body(self, row: CountryPair, statuses: DayStatuses) -> dict[str, Any]:
        status = relation_status(statuses.state(row.code)) if self._shows("status") else {}
        return relation_row(
            row.code, version=self.versions.get(row.code, 0), day=statuses.day, countries=self.countries,
            known_at=parameters.known_at(self.request), status=status, site=site(self.request),
        )  # fmt: skip

    def _shows(self, key: str) -> bool:
        return self._is_table or key in self.wanted

    def _page(
        self, request: Request, rows: QuerySet[Any], order: Ordering, fields: frozenset[str], branches: list[Q]
    ) -> HttpResponseBase:
        moment = parameters.known_at(request)
        if moment is None or not self.questions:
            # There are never so many pairs that one side alone would be worth an index.
            whole = partial(super()._page, request, rows, order, fields, [])
            return self._searched(whole) if "q" in self.filters.values else whole()
        if paging.wants_count(request):
            raise BadParameter(
                field="count", why="What tracks said at a past known_at is not counted: leave count out."
            )
        window = paging.Window.of(request, order.name)
        page = window.searched(
            scanning.searched(rows, order, window, moment, lambda some: self._matching(some, fields))
        )
        body, headers = paging.linked(request, page)
        return answered(body, headers=headers)

    @staticmethod
    def _searched(page: Callable[[], HttpResponseBase]) -> HttpResponseBase:
        """A text that few pairs have, and no index finds, would be looked for in the facts of all of them."""
        answer = in_time(page, most_ms=paging.MOST_MS)
        if answer is None:
            why = "This takes too long to be looked for: give a longer text, or a country or a pair as well."
            raise BadParameter(field="q", why=why)
        return answer

    def _matching(self, rows: Sequence[Any], fields: frozenset[str]) -> Iterator[tuple[Any, bytes]]:
        statuses = self._statuses(rows)
        for row in rows:
            if self._answers(row, statuses):
                yield row, dumps(parameters.only(self._body(row, statuses), fields))


urlpatterns = [
    path("relations/", RelationList.as_view(), name="relations"),
    path("relations/<str:code>/", RelationView.as_view(), name="relation"),
    # Without the slash, canonical or not, 308 leads to the URL above.
    path("relations/<str:code>", RelationView.as_view(schema=None)),
]
