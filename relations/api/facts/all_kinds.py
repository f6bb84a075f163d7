"""`/api/facts/`: facts of all kinds in one list, in order of time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from types import new_class
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Q, QuerySet
from django.http import HttpResponse, HttpResponsePermanentRedirect
from django.urls import path
from rest_framework.request import Request

from relations.api.facts.kinds import FACT_FILTERS
from relations.api.facts.lists import FactRows, known_rows, narrowing, of_kind
from relations.api.facts.unions import FactUnion, UnionOrdering
from relations.api.http.any_of import AnyOf, admits, split
from relations.api.http.endpoints import Endpoint
from relations.api.http.filters import Filters, Words
from relations.errors import NoSuchFact
from relations.models import FACT_MODELS, AmbassadorStatus, Fact
from relations.representation.facts import LIST, PROGRAMME, SOURCES, fact_url
from relations.representation.facts_of_all_kinds import KEYS, NESTED, AnyFactResponse
from relations.representation.references import site

type Values = Mapping[str, list[Any]]

# --- one set of filters for several kinds ---------------------------------------------------------------------------


def own_values(filters: type[Filters], values: Values) -> Values | None:
    """The values that the filters of a kind take; None where they rule out every fact of the kind.

    A kind that has no such column has no value in it: `none` is true of its facts, and so is every `!value`.
    """
    own = {}
    for name, given in values.items():
        each = filters.base_filters.get(name)
        if each is None:
            if not admits(given, None):
                return None
            continue
        possible = [value for value in given if _has(each, value)]
        if not split(possible)[0] and split(given)[0]:
            return None
        if possible:
            own[name] = possible
    return own


def _has(each: AnyOf, value: Any) -> bool:
    (word,) = (*split([value])[0], *split([value])[1])
    return not isinstance(each, Words) or word in each.words or (word is None and each.empty is not None)


def filtered(
    values: Values, *, request: Request, resources: Sequence[Any] = ()
) -> Iterator[tuple[Filters, QuerySet[Any]]]:  # fmt: skip
    """The filters and the rows of each kind of which facts may meet the values; costly filters are still to apply."""
    for model, filters in FACT_FILTERS.items():
        own = own_values(filters, values) if admits(resources, model.resource) else None
        if own is not None:
            given = filters.given(own, known_rows(model, request), request=request)
            yield given, given.filter_queryset(given.queryset)


def _merged() -> Iterator[tuple[str, AnyOf]]:
    """The filters of all kinds; those of one name with the words of all of them."""
    names = dict.fromkeys(name for filters in FACT_FILTERS.values() for name in filters.base_filters)
    for name in names:
        same = [each for filters in FACT_FILTERS.values() if (each := filters.base_filters.get(name)) is not None]
        words = [word for each in same if isinstance(each, Words) for word in each.words]
        one = same[0]
        yield (
            name,
            Words(one.field_name, words=dict.fromkeys(words), label=one.label, empty=one.empty) if words else one,
        )


class _OfAllKinds(Filters):
    replaced = {name: other for filters in FACT_FILTERS.values() for name, other in filters.replaced.items()}

    def filter_queryset(self, queryset: QuerySet[Any]) -> FactUnion:  # type: ignore[override]  # of several tables
        return FactUnion(tuple(of_kind(each, rows, self.request, each.index_branches()) for each, rows in self.by_kind))

    @cached_property
    def costly(self) -> Mapping[str, AnyOf]:
        return {name: one for each, _ in self.by_kind for name, one in each.costly.items()}

    @cached_property
    def by_kind(self) -> list[tuple[Filters, QuerySet[Any]]]:
        values = dict(self.values)
        resources = values.pop("resource", ())
        return list(filtered(values, request=self.request, resources=resources))

    def index_branches(self) -> list[Q]:
        """None: each kind has its own."""
        return []


_RESOURCE = Words("pk", words=[model.resource for model in FACT_MODELS], label="Kind of fact: the name of its list")
AllFactFilters: type[Filters] = new_class(
    "AllFactFilters", (_OfAllKinds,), exec_body=lambda names: names.update({"resource": _RESOURCE, **dict(_merged())})
)


# --- the list -------------------------------------------------------------------------------------------------------


class AllFacts(FactRows):
    """Facts of all kinds in order of time, each with the keys that it has in the list of its kind, and `resource`."""

    queryset = None
    filterset_class = AllFactFilters
    response_type = AnyFactResponse  # type: ignore[assignment]  # one of four
    keys = KEYS
    nested = NESTED
    expandable = (SOURCES, PROGRAMME, LIST)
    default_ordering = "earliest"
    name = "facts"
    filters: _OfAllKinds

    def get_queryset(self) -> QuerySet[Any]:
        """No rows: each kind has its own, which the filters find."""
        return AmbassadorStatus.objects.none()

    def order(self, request: Request) -> UnionOrdering:
        order = super().order(request)
        return UnionOrdering(name=order.name, columns=order.columns)

    def union(self, rows: Any, branches: list[Q]) -> FactUnion:
        kinds: FactUnion = rows
        return kinds

    def narrowings(self) -> Iterable[tuple[type[Fact], Q]]:
        return ((rows.model, narrowing(each)) for each, rows in self.filters.by_kind)

    def row_of(self, rows: FactUnion, key: str) -> Fact:
        return the_fact(fact for kind in rows.kinds for fact in kind.rows.filter(key=key)[:1])

    def verified(self, rows: list[Any]) -> list[tuple[Fact, Any]]:
        return [(row, {"resource": row.resource, **body}) for row, body in super().verified(rows)]

    def _chosen(self, rows: list[Any], fields: frozenset[str]) -> list[dict[str, Any]]:
        chosen = super()._chosen(rows, fields)
        if self.request.accepted_renderer.format != "csv":
            return chosen
        return [{key: body.get(key) for key in self.keys if key in fields} for body in chosen]


def the_fact(candidates: Iterable[Fact]) -> Fact:
    """The only one. Raises `ObjectDoesNotExist`, too, where facts of two kinds have one key: keys are random."""
    facts = list(candidates)
    if len(facts) != 1:
        raise ObjectDoesNotExist
    return facts[0]


class FactAddress(Endpoint):
    """The address of a fact of any kind, by its key: 308 to its own."""

    moves = True
    parameters: ClassVar[Mapping[str, Any]] = {"GET": {"as_of", "known_at", "fields", "expand"}}

    def get(self, request: Request, key: UUID) -> HttpResponse:
        try:
            only_fact = the_fact(fact for model in FACT_MODELS for fact in model.objects.filter(key=key)[:1])
        except ObjectDoesNotExist:
            raise NoSuchFact(key=key) from None
        query = request.META.get("QUERY_STRING", "")
        url = fact_url(only_fact, site(request))
        return HttpResponsePermanentRedirect(f"{url}?{query}" if query else url, preserve_request=True)


urlpatterns = [
    path("facts/", AllFacts.as_view(), name="facts"),
    path("facts/<uuid:key>/", FactAddress.as_view(), name="fact"),
]
