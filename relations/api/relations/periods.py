"""`/api/periods/` and `/api/relations/BY-US/periods/`: which status was when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.urls import path
from rest_framework.request import Request

from relations import ledger
from relations.api.http import conditional, formats, paging, parameters
from relations.api.http.endpoints import ListEndpoint
from relations.api.http.paging import Ordering, Searched, Window
from relations.api.relations import scanning
from relations.api.relations.filters import recorded
from relations.api.relations.in_memory import Entry, PairList
from relations.api.relations.period_filters import PeriodFilters
from relations.errors import BadParameter
from relations.models import CountryPair, StatusSpan
from relations.queries.countries import current_country_index
from relations.queries.periods import load_evidence
from relations.queries.titles import lists_named, programmes_named
from relations.representation.periods import (
    PairSpan,
    PeriodResponse,
    PeriodWriter,
    known_spans,
    pair_spans,
    stored_spans,
)
from relations.representation.references import site
from relations.status import NO_PROGRAMME

_BY_PAIR, _BY_LENGTH = "pair", "length"
_FIRST_BATCH = 10
"""Pairs that are folded first for a page."""
_BEYOND = "\U0010ffff"
"""Sorts after the name of every track."""


class PeriodList(ListEndpoint):
    """The periods of all pairs' own tracks."""

    parameters = {"GET": ("known_at",)}
    queryset = StatusSpan.objects.all()
    filterset_class = PeriodFilters
    response_type = PeriodResponse
    orderings = {
        _BY_PAIR: ("pair_id", "track", "start"), "start": ("start", "end", "pair_id", "track"),
        "end": ("end", "start", "pair_id", "track"), _BY_LENGTH: (_BY_LENGTH, "pair_id", "track", "start"),
    }  # fmt: skip
    default_ordering = _BY_PAIR
    resumed_by = "pair,track,start"
    depends_on_day = True
    name = "periods"

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if parameters.known_at(request) is not None:
            return conditional.validated(request, _Known(self, request).answer, remembers=False)
        if self._order.columns[0] == _BY_LENGTH and "track" not in request.query_params:
            why = "Lengths are compared within tracks of one kind: add track, such as track=ambassador."
            raise BadParameter(field="ordering", why=why)
        return super().get(request, *args, **kwargs)

    @property
    def _order(self) -> Ordering:
        return paging.ordering(self.request, self.orderings, self.default_ordering)

    def get_queryset(self) -> QuerySet[Any]:
        rows = StatusSpan.objects.all()
        return rows.with_length(ledger.today()) if self._order.columns[0] == _BY_LENGTH else rows

    def row_of(self, rows: Any, key: str) -> Any:
        pair, track, start = _place_named(key)
        return rows.get(pair_id=pair, track=track, start=start)

    def bodies(self, rows: list[Any]) -> list[dict[str, Any]]:
        shown = stored_spans(rows)
        writer = writer_of(self.request, shown)
        evidence = load_evidence(rows, [writer.evidence_day(one.span) for one in shown])
        return [writer.body(one, of_day) for one, of_day in zip(shown, evidence, strict=True)]


def writer_of(request: Request, shown: Sequence[PairSpan]) -> PeriodWriter:
    """Two queries for titles, where any of the spans is of a programme or a list."""
    parts = {kind: {one.span.track.part for one in shown if one.span.track.kind == kind} for kind in _PARTS}
    return PeriodWriter(
        today=ledger.today(), as_of=parameters.as_of(request), site=site(request),
        programmes=programmes_named(parts["sanctions"] - {"", NO_PROGRAMME})[0], lists=lists_named(parts["travel_ban"]),
    )  # fmt: skip


_PARTS = ("sanctions", "travel_ban")


# --- as known at a past moment --------------------------------------------------------------------------------------


class _Known:
    """The list as known at a past moment: folded pair by pair, so in the order of pairs, and in bounded pages."""

    def __init__(self, view: PeriodList, request: Request) -> None:
        self.view, self.request = view, request
        self.filters = PeriodFilters(request.query_params, StatusSpan.objects.none(), request=request)
        _ = self.filters.qs  # refuses wrong values
        self.order = paging.ordering(request, view.orderings, view.default_ordering)
        if self.order.columns != view.orderings[_BY_PAIR]:
            why = f"What was known at a moment is computed pair by pair: leave ordering out, or write {_BY_PAIR}."
            raise BadParameter(field="ordering", why=why)
        self.moment = parameters.known_at(request) or ledger.clock()

    def answer(self) -> HttpResponseBase:
        kind, after = self.request.accepted_renderer.format, self._resumed_after()
        if kind == "json":
            return self._page()
        batches = (self._bodies(rows) for rows, _, _ in self._scan(after, falling=self.order.descending))
        return self.view.exported(batches, has_head=after is None)

    def _resumed_after(self) -> list[str] | None:
        """The place of the row that `?after=` names. Raises `BadParameter`."""
        key = formats.resumed_key(self.request)
        if key is None:
            return None
        with suppress(ValueError, ObjectDoesNotExist):
            place = _place_named(key)
            pair = CountryPair.objects.get(code=place[0], version__gt=0)
            known = known_spans([pair.code], known_at=self.moment, countries=current_country_index())
            if any(_place(one) == place and self.filters.matches(one) for one in known):
                return place
        raise formats.no_such_row(key)

    def _page(self) -> HttpResponseBase:
        if paging.wants_count(self.request):
            raise BadParameter(field="count", why="Periods at a past known_at are not counted: leave count out.")
        window = paging.Window.of(self.request, self.order.name)
        body, headers = paging.linked(self.request, window.searched(self._batches(window)))
        return formats.answered(body, headers=headers)

    def _batches(self, window: Window) -> Iterator[Searched]:
        position = window.cursor.position if window.cursor else None
        seen = changes = 0
        for rows, pairs, own in self._scan(position, falling=self.order.descending != window.backwards):
            position = [pairs[-1].code, _BEYOND, ""]
            yield Searched(self._written(rows), position, is_end=False)
            seen, changes = seen + len(pairs), changes + own
            if seen >= scanning.MOST or changes >= scanning.MOST_CHANGES:
                return
        yield Searched((), position, is_end=True)

    def _written(self, rows: Sequence[PairSpan]) -> Iterator[tuple[list[Any], bytes]]:
        writer = writer_of(self.request, rows)
        return ((_place(row), formats.dumps(parameters.only(writer.whole(row), self.view.wanted))) for row in rows)

    def _scan(
        self, position: Sequence[Any] | None, *, falling: bool
    ) -> Iterator[tuple[list[PairSpan], Sequence[Any], int]]:  # fmt: skip
        """Matching spans beyond a place, with the pairs that were folded for them and their changes, batch by batch."""
        countries, place = current_country_index(), tuple(position) if position else None
        sign, beyond = ("-", "lt") if falling else ("", "gt")
        pairs = self.filters.pairs(recorded(self.moment)).order_by(f"{sign}code")
        if place is not None:
            pairs = pairs.filter(**{f"code__{beyond}{'' if place[1] == _BEYOND else 'e'}": place[0]})
        # A few pairs often fill a page, and rare periods need many.
        size = _FIRST_BATCH
        while (manageable := scanning.manageable(list(pairs[:size]), self.moment))[0]:
            batch, changes = manageable
            size = min(2 * size, scanning.BATCH)
            spans = known_spans([pair.code for pair in batch], known_at=self.moment, countries=countries)
            spans = [one for one in spans if self.filters.matches(one)]
            spans.sort(key=_place, reverse=falling)
            if place is not None:
                own = place
                spans = [one for one in spans if (tuple(_place(one)) < own if falling else tuple(_place(one)) > own)]
            yield spans, batch, changes
            place, pairs = None, pairs.filter(**{f"code__{beyond}": batch[-1].code})

    def _bodies(self, rows: Sequence[PairSpan]) -> list[dict[str, Any]]:
        writer = writer_of(self.request, rows)
        return [parameters.only(writer.whole(row), self.view.wanted) for row in rows]


def _place(one: PairSpan) -> list[str]:
    return [one.pair, str(one.span.track), one.span.start.isoformat()]


def _place_named(key: str) -> list[str]:
    """The place of `BY-US,ambassador:US>BY,2008-05-01`; without a day, that of the row that has no `start`."""
    pair, track, start = key.split(",")
    return [pair, track, start or dt.date.min.isoformat()]


# --- of one pair ----------------------------------------------------------------------------------------------------


class PairPeriods(PairList):
    """The periods of one pair's tracks, its own and those that it inherits, as known now or at a past moment."""

    home = "/api/relations/{}/periods/"
    response_type = PeriodResponse
    filterset_class = PeriodFilters
    not_of_a_pair = ("pair", "country")
    orderings = {
        _BY_PAIR: ("track", "sender", "start"), "start": ("start", "end", "track", "sender"),
        "end": ("end", "start", "track", "sender"), _BY_LENGTH: (_BY_LENGTH, "track", "sender", "start"),
    }  # fmt: skip
    default_ordering = _BY_PAIR

    def entries(self, filters: Any, writer: PeriodWriter, context: Any, order: Ordering) -> Iterable[Entry]:
        known = pair_spans(context, known_at=parameters.known_at(self.request))
        return (_entry(one, order, writer) for one in known if filters.matches(one))


def _entry(one: PairSpan, order: Ordering, writer: PeriodWriter) -> Entry:
    span = one.span
    keys = {
        "start": span.start.isoformat(), "end": (span.end or dt.date.max).isoformat(), "track": str(span.track),
        "sender": one.sender, _BY_LENGTH: writer.length(span),
    }  # fmt: skip
    return Entry(tuple(keys[column] for column in order.columns), lambda: writer.whole(one))


urlpatterns = [
    path("periods/", PeriodList.as_view(), name="periods"),
    path("relations/<str:code>/periods/", PairPeriods.as_view(), name="pair-periods"),
    path("relations/<str:code>/periods", PairPeriods.as_view(schema=None)),
]
