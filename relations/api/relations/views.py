"""`/api/relations/`: what stands between two countries, one relation whole and the list of all that are recorded."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import path
from django.utils.functional import cached_property
from rest_framework.request import Request

from relations import ledger
from relations.api.http import conditional, paging, parameters
from relations.api.http.endpoints import EXPORTS, Endpoint, ListEndpoint
from relations.api.http.formats import answered, dumps
from relations.api.http.paging import Ordering, Page
from relations.api.relations import scanning
from relations.api.relations.day_statuses import Standings, standings
from relations.api.relations.exports import exported, flattened
from relations.api.relations.filters import RelationFilters, recorded
from relations.api.relations.histories import consult
from relations.api.relations.scanning import Scan
from relations.api.relations.schema import CanonicalSchema
from relations.api.relations.track_filters import TrackQuestion
from relations.api.relations.versions import Tokens, current_tokens
from relations.codes import pair_code
from relations.errors import BadParameter, NoSuchPair
from relations.models import Country, CountryPair
from relations.queries.cache import WeighedCache
from relations.queries.countries import current_country_index
from relations.representation.facts import LIST, PROGRAMME, SOURCES
from relations.representation.references import country_code, country_ref, site
from relations.representation.relations import RelationResponse, RelationRowResponse
from relations.representation.statuses import relation_status

EXPANDABLE = (SOURCES, PROGRAMME, LIST)
_MOST = 32 * 1024 * 1024
"""Bytes of whole answers that one process keeps."""


_SITE = secrets.token_hex(16)
"""Stands in what is remembered where the site will: nobody can have written it into a fact."""


@dataclass(slots=True, eq=False)
class _Answer:
    """The current answer about a pair: of one day, and good for as long as its tokens are.

    It is remembered without the site in its links: a client may ask by any name and port that leads here.
    """

    tokens: Tokens
    day: dt.date
    version: int
    parts: Sequence[bytes]
    _last: tuple[str, bytes, str] | None = None

    def written(self, site: str) -> tuple[bytes, str]:
        """The body as it is asked for below this site, and its ETag; once for as long as the same site is asked."""
        last = self._last
        if last is None or last[0] != site:
            content = site.encode().join(self.parts)
            last = self._last = (site, content, conditional.etag(self.version, content))
        return last[1], last[2]

    @property
    def weight(self) -> int:
        """Bytes, about: in parts, and whole for the last site."""
        return 2 * sum(map(len, self.parts)) + 100 * len(self.parts) + 500


_ANSWERS: WeighedCache[_Answer] = WeighedCache(most=_MOST, weigh=lambda answer: answer.weight)


def pair_from_url(text: str) -> str:
    """`us-by`, `BY-USA` -> `BY-US`. Raises `NoSuchPair` or `UnknownCountry`, both 404."""
    one, dash, other = text.partition("-")
    if not dash:
        raise NoSuchPair(code=text[:50], why="two country codes with a dash between them do, such as BY-US")
    first, second = country_code(one), country_code(other)
    if first == second:
        name = Country.objects.get(code=first).name
        raise NoSuchPair(code=text[:50], why=f"both are {name}, and a relation stands between two countries")
    return pair_code(first, second)


class OfPair(Endpoint):
    """A URL below a pair; whichever way the pair is written, the answer is found at its code."""

    tail = ""

    def redirected(self, request: Request, code: str) -> HttpResponseBase | None:
        """308 to the canonical URL, with the query as it came; None where this is it."""
        home = f"/api/relations/{code}/{self.tail}"
        if request.path == home:
            return None
        query = request.META.get("QUERY_STRING", "")
        location = f"{home}?{query}" if query else home
        return HttpResponsePermanentRedirect(location, preserve_request=True)


class RelationView(OfPair):
    """One relation: status, facts with their evidence, links."""

    schema = CanonicalSchema()
    response_type = RelationResponse
    expandable = EXPANDABLE
    renderer_classes = EXPORTS
    parameters = {"GET": ("as_of", "known_at", "fields", "expand")}

    def get(self, request: Request, code: str) -> HttpResponseBase:
        pair = pair_from_url(code)
        elsewhere = self.redirected(request, pair)
        if elsewhere is not None:
            return elsewhere
        if not request.META.get("QUERY_STRING") and request.accepted_renderer.format == "json":
            return tagged(request, *current(pair).written(site(request)))
        return self._asked(request, pair)

    def _asked(self, request: Request, pair: str) -> HttpResponseBase:
        """On another day, at another time, in part, or as a table."""
        day, moment = parameters.as_of(request) or ledger.today(), parameters.known_at(request)
        consulted = consult(pair, expand=parameters.expanded(request, EXPANDABLE), tokens=current_tokens(pair))
        kind = request.accepted_renderer.format
        if kind != "json":
            own = consulted.own
            facts = own.listed(own.knowledge(moment), day=day, site=site(request))
            return exported(pair, facts, kind=kind, request=request)
        fields = parameters.chosen_fields(request, self.keys)
        body = consulted.relation(day=day, known_at=moment, site=site(request))
        content = dumps(parameters.only(body, fields))
        return tagged(request, content, conditional.etag(consulted.own.version, content))


# --- the list -------------------------------------------------------------------------------------------------------


class RelationList(ListEndpoint):
    """The pairs about which at least one fact is recorded, with what they show today or on another day."""

    parameters = {"GET": ("as_of", "known_at")}
    queryset = CountryPair.objects.all()
    filterset_class = RelationFilters
    response_type = RelationRowResponse
    orderings = {"code": ("code",), "version": ("version", "code"), "recorded_at": ("last_recorded_at", "code")}
    default_ordering = "code"
    nested = {"status": ("diplomatic_relations", "trend", "ambassadors", "next", "sanctions", "travel_bans")}
    name = "relations"

    def get_queryset(self) -> QuerySet[Any]:
        return recorded(parameters.known_at(self.request))

    @cached_property
    def questions(self) -> tuple[TrackQuestion, ...]:
        """What is asked of tracks as they were known at a past moment: no column holds that."""
        asked = RelationFilters(self.request.query_params, CountryPair.objects.none(), request=self.request)
        return asked.questions if asked.moment is not None and asked.is_valid() else ()

    def fitting(self, rows: list[Any]) -> list[Any]:
        return rows if parameters.known_at(self.request) is None else list(scanning.manageable(rows))

    def bodies(self, rows: list[Any]) -> list[dict[str, Any]]:
        return self._shown(rows, self._standings(rows))

    def _chosen(self, rows: list[Any], fields: frozenset[str]) -> list[dict[str, Any]]:
        chosen = super()._chosen(rows, fields)
        return [flattened(row) for row in chosen] if self.request.accepted_renderer.format == "csv" else chosen

    def _standings(self, rows: Sequence[Any]) -> Standings:
        day, moment = parameters.as_of(self.request) or ledger.today(), parameters.known_at(self.request)
        self.world = current_country_index()
        return standings([row.code for row in rows], day=day, moment=moment, around=self.world, site=site(self.request))

    def _shown(self, rows: list[Any], found: Standings) -> list[dict[str, Any]]:
        """Of the rows that answer the questions."""
        return [self._body(row, found) for row in rows if self._answers(row, found)]

    def _answers(self, row: CountryPair, found: Standings) -> bool:
        return all(question.holds(row.code, found.holding(row.code)) for question in self.questions)

    def _body(self, row: CountryPair, found: Standings) -> dict[str, Any]:
        return {
            "code": row.code,
            "url": f"{site(self.request)}/api/relations/{row.code}/",
            "version": row.version,
            "countries": [country_ref(self.world.countries[code]) for code in row.code.split("-")],
            "as_of": parameters.as_of(self.request) or ledger.today(),
            "known_at": parameters.known_at(self.request),
            "status": relation_status(found.shown(row.code)),
        }

    def _page(
        self, request: Request, rows: QuerySet[Any], order: Ordering, fields: frozenset[str], branches: list[Q]
    ) -> HttpResponseBase:
        if not self.questions:
            # There are never so many pairs that one side alone would be worth an index.
            return super()._page(request, rows, order, fields, [])
        if paging.wants_count(request):
            raise BadParameter(
                field="count", why="What tracks said at a past known_at is not counted: leave count out."
            )
        page = self._scanned(request, rows, order, fields)
        body, headers = paging.linked(request, page)
        return answered(body, headers=headers)

    def _scanned(self, request: Request, rows: QuerySet[Any], order: Ordering, fields: frozenset[str]) -> Page:
        """Goes on from the cursor until the page is full or enough pairs were looked at: the page may be short."""
        scan = Scan(request, order)
        while batch := scan.batch(rows):
            found = self._standings(batch)
            answering = (row for row in batch if self._answers(row, found))
            scan.take((row, dumps(parameters.only(self._body(row, found), fields))) for row in answering)
        return scan.page()


def current(code: str) -> _Answer:
    """The relation today, as it is known now."""
    tokens, day = current_tokens(code), ledger.today()
    kept = _kept(code, tokens, day)
    if kept is not None:
        return kept
    consulted = consult(code, tokens=tokens)
    content = dumps(consulted.relation(day=day, known_at=None, site=_SITE))
    answer = _Answer(consulted.tokens, day, consulted.own.version, content.split(_SITE.encode()))
    return _ANSWERS.keep(code, answer)


def remembered(code: str) -> _Answer | None:
    """The same where this process has it and it still holds: one query, or none."""
    if _ANSWERS.get(code) is None:
        return None
    return _kept(code, current_tokens(code), ledger.today())


def _kept(code: str, tokens: Tokens, day: dt.date) -> _Answer | None:
    kept = _ANSWERS.get(code) if tokens.stamp is not None else None
    return kept if kept is not None and kept.tokens == tokens and kept.day == day else None


def tagged(request: HttpRequest | Request, content: bytes, tag: str) -> HttpResponse:
    """The content under its tag, or 304 where the client has it."""
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    known = request.META.get("HTTP_IF_NONE_MATCH")
    if known is not None and conditional.matches(known, tag):
        return HttpResponseNotModified(headers=headers)
    return HttpResponse(content, content_type="application/json", headers=headers)


urlpatterns = [
    path("relations/", RelationList.as_view(), name="relations"),
    path("relations/<str:code>/", RelationView.as_view(), name="relation"),
    # Without the slash, canonical or not, 308 leads to the URL above.
    path("relations/<str:code>", RelationView.as_view(schema=None)),
]
