"""Lists of facts: of one kind, and what those of all kinds have in common."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache, reduce
from operator import and_
from typing import Any, ClassVar
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from relations.api.facts import commands
from relations.api.facts.unions import FactsOfKind, FactUnion, KindOrdering, UnionOrdering, scanned
from relations.api.facts.views import FactEndpoint, contradicted_then, required_reason, retraction_body
from relations.api.http import conditional, formats, paging
from relations.api.http.endpoints import ListEndpoint
from relations.api.http.filters import Filters
from relations.api.http.formats import JSON_LINES
from relations.api.http.paging import Ordering
from relations.api.http.parameters import expanded, known_at, only, single, truth
from relations.api.http.permissions import author
from relations.api.http.writing import WRITE, write
from relations.codes import Reason, Stance
from relations.errors import BadParameter
from relations.models import FACT_MODELS, Fact, StatusChange
from relations.representation.facts import LIST, PROGRAMME, fact_bodies, with_company
from relations.representation.references import site

FOREIGN = {PROGRAMME: "programme_id", LIST: "list_id"}
"""The column of each reference that can be shown whole."""


def known_rows(model: type[Fact], request: Request) -> QuerySet[Any]:
    """The facts of a list: known now or at `known_at`, or retracted by then."""
    moment = known_at(request)
    if wants_retracted(request):
        return with_company(model.objects.retracted(moment), moment)
    return _known(model, moment).all()


def shown_rows(model: type[Fact], request: Request) -> QuerySet[Any]:
    """All versions, with what a row of a list shows."""
    return _shown(model, known_at(request)).all()


@lru_cache
def _known(model: type[Fact], moment: dt.datetime | None) -> QuerySet[Any]:
    """Made once, as is the next one: Django needs a fifth of the time of the list of all kinds for them."""
    return with_company(model.objects.known_at(moment), moment)


@lru_cache
def _shown(model: type[Fact], moment: dt.datetime | None) -> QuerySet[Any]:
    rows = with_company(model.objects.all(), moment)
    foreign = [name for name, column in FOREIGN.items() if column in model.fact_kind.columns]
    return rows.select_related(*foreign) if foreign else rows


def of_kind(filters: Filters, rows: QuerySet[Any], request: Request, branches: list[Q]) -> FactsOfKind:
    """The chosen facts of one kind, as part of a union."""
    shown = shown_rows(rows.model, request)
    return FactsOfKind(rows=rows, shown=shown, branches=branches, narrowing=narrowing(filters))


def narrowing(filters: Filters) -> Q:
    """The condition of the costly filters of one kind."""
    return reduce(and_, (each.selection(filters.values[name]) for name, each in filters.costly.items()), Q())


def narrowing_set(filters: Filters) -> Q:
    """The same condition of all facts that meet it, as one set."""
    return reduce(and_, (each.as_set(filters.values[name]) for name, each in filters.costly.items()), Q())


def wants_retracted(request: Request) -> bool:
    return bool(single(request, "retracted", truth))


def _retracted_bodies(facts: Sequence[Fact], bodies: Sequence[Any]) -> list[dict[str, Any]]:
    """Bodies of last versions: disputed as they were when they were retracted, each with its retraction."""
    changes = StatusChange.objects.filter(cause_key__in=[fact.key for fact in facts], reason=Reason.RETRACTED)
    first: dict[UUID | None, StatusChange] = {}
    for change in changes.select_related("recorded_by").order_by("id"):
        first.setdefault(change.cause_key, change)
    contradicted = {
        (model, key) for model in FACT_MODELS for key in contradicted_then([f for f in facts if type(f) is model])
    }
    return [
        body | {
            "disputed": (type(fact), fact.pk) in contradicted
            or any(citation["stance"] == Stance.DISPUTES for citation in body["citations"]),
            "retraction": retraction_body(first[fact.key]) if fact.key in first else None,
        }
        for fact, body in zip(facts, bodies, strict=True)
    ]  # fmt: skip


class FactRows(ListEndpoint):
    """A list of facts, of one kind or of all."""

    parameters: ClassVar[Mapping[str, Collection[str]]] = {"GET": {"known_at", "retracted"}}
    resumed_by = "key"
    orderings = {"on": ("latest", "id"), "earliest": ("earliest", "id"), "recorded_at": ("recorded_at", "id")}

    @property
    def optional(self) -> frozenset[str]:
        return frozenset() if wants_retracted(self.request) else frozenset({"retraction"})

    def bodies(self, rows: list[Any]) -> list[Any]:
        return [body for _, body in self.verified(rows)]

    def verified(self, rows: list[Any]) -> list[tuple[Fact, Any]]:
        """The rows with their bodies, without those that costly filters rule out."""
        moment, expand = known_at(self.request), expanded(self.request, self.expandable)
        needed = None if self.filters.costly or wants_retracted(self.request) else self.wanted
        shown = fact_bodies(rows, known_at=moment, site=site(self.request), expand=expand, shown=needed)
        bodies: list[Any] = _retracted_bodies(rows, shown) if wants_retracted(self.request) else shown
        costly = self.filters.costly
        return [
            (row, body)
            for row, body in zip(rows, bodies, strict=True)
            if all(each.accepts(body, self.filters.values[name]) for name, each in costly.items())
        ]

    def _page(
        self, request: Request, rows: Any, order: Ordering, fields: frozenset[str], branches: list[Q]
    ) -> HttpResponseBase:
        if not self.filters.costly:
            return super()._page(request, rows, order, fields, branches)
        if paging.wants_count(request):
            names = " and ".join(self.filters.costly)
            raise BadParameter(field="count", why=f"Rows are not counted by {names}: leave count out.")
        page = scanned(
            request, self.union(rows, branches), UnionOrdering(name=order.name, columns=order.columns),
            written=lambda some: [(row, formats.dumps(only(body, fields))) for row, body in self.verified(some)],
        )  # fmt: skip
        body, headers = paging.linked(request, page)
        return formats.answered(body, headers=headers)

    def union(self, rows: Any, branches: list[Q]) -> FactUnion:
        """The rows of the list, by kind."""
        raise NotImplementedError

    def narrowings(self) -> Iterable[tuple[type[Fact], Q]]:
        """The condition of the costly filters, by kind."""
        raise NotImplementedError

    def _chosen(self, rows: list[Any], fields: frozenset[str]) -> list[dict[str, Any]]:
        """The bodies of an export, batch by batch: no query looks for the next rows that costly filters leave."""
        return super()._chosen(self._narrowed(rows) if self.filters.costly else rows, fields)

    def _narrowed(self, rows: list[Fact]) -> list[Fact]:
        left = {
            (model, key)
            for model, condition in self.narrowings()
            if (ids := [row.pk for row in rows if type(row) is model])
            for key in known_rows(model, self.request).filter(condition, pk__in=ids).values_list("pk", flat=True)
        }
        return [row for row in rows if (type(row), row.pk) in left]


class FactList(FactEndpoint, FactRows):
    """The facts of one kind that are known, or were known at `known_at`; POST records one or a list of them.

    PATCH corrects and DELETE retracts those of a list of rows: all or none.
    """

    parameters: ClassVar[Mapping[str, Collection[str]]] = {
        **FactRows.parameters, "POST": WRITE, "PATCH": {"reason", *WRITE}, "DELETE": {"reason", *WRITE},
    }  # fmt: skip
    parser_classes = (formats.JsonParser, *JSON_LINES)
    takes_lists = True
    default_ordering = "-on"

    def order(self, request: Request) -> Ordering:
        order = super().order(request)
        return KindOrdering(name=order.name, columns=order.columns)

    def get_queryset(self) -> QuerySet[Any]:
        rows = known_rows(self.model, self.request)
        foreign = expanded(self.request, self.expandable) & FOREIGN.keys()
        return rows.select_related(*foreign) if foreign else rows

    def union(self, rows: Any, branches: list[Q]) -> FactUnion:
        return FactUnion((of_kind(self.filters, rows, self.request, branches),))

    def narrowings(self) -> Iterable[tuple[type[Fact], Q]]:
        return ((self.model, narrowing(self.filters)),)

    @write
    def post(self, request: Request) -> HttpResponse:
        given = request.data
        rows = given if isinstance(given, list) else [given]
        facts = commands.record(self.model, self.serializer_class, rows, author=author(request))
        bodies = fact_bodies(facts, site=site(request))
        if isinstance(given, list):
            return formats.answered(bodies, status=201)
        return conditional.created(bodies[0], version=1, url=bodies[0]["url"])

    @write
    def patch(self, request: Request) -> HttpResponse:
        why = single(request, "reason", str) or ""
        with transaction.atomic():
            facts = commands.correct_rows(
                self.model, self.serializer_class, request.data, author=author(request), why=why
            )
            return formats.answered(fact_bodies(facts, site=site(request)))

    @write
    def delete(self, request: Request) -> HttpResponse:
        commands.retract_rows(self.model, request.data, author=author(request), why=required_reason(request))
        return HttpResponse(status=204)
