"""Facts of several kinds in one total order: a keyset over several tables, and a bounded search in that order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import IntegerField, Q, QuerySet, Value
from django.db.models.fields import tuple_lookups
from rest_framework.request import Request

from relations.api.http.paging import Ordering, Page, Searched, Window
from relations.models import FACT_MODELS, Fact

_RANKS = {model: rank for rank, model in enumerate(FACT_MODELS)}
"""The order of the kinds where the columns are equal."""
_LOOKUPS = {
    (True, False): tuple_lookups.TupleLessThan, (True, True): tuple_lookups.TupleLessThanOrEqual,
    (False, False): tuple_lookups.TupleGreaterThan, (False, True): tuple_lookups.TupleGreaterThanOrEqual,
}  # fmt: skip

type Place = Sequence[Any]
"""Value of the ordering's column, rank of the kind, primary key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsOfKind:
    """The chosen facts of one kind; `shown` finds any of them again, with its references.

    They meet any of the conditions in `branches`, each of which an index answers in order. `narrowing` is the condition
    of costly filters.
    """

    rows: QuerySet[Any]
    shown: QuerySet[Any]
    branches: Sequence[Q] = ()
    narrowing: Q = field(default_factory=Q)

    @property
    def rank(self) -> int:
        return _RANKS[self.rows.model]


@dataclass(frozen=True, slots=True)
class FactUnion:
    kinds: tuple[FactsOfKind, ...]

    def count(self) -> int:
        """One query, whose time can be limited."""
        rows = [kind.rows.order_by().values("pk") for kind in self.kinds]
        return rows[0].union(*rows[1:], all=True).count() if rows else 0

    def narrowed(self, condition: Callable[[FactsOfKind], Q]) -> FactUnion:
        return FactUnion(tuple(replace(kind, rows=kind.rows.filter(condition(kind))) for kind in self.kinds))


@dataclass(frozen=True, slots=True, kw_only=True)
class KindOrdering(Ordering):
    """The order of the list of one kind; its pages go on where a `UnionOrdering` has ended, and the other way round."""

    def after(self, rows: QuerySet[Any], position: Place, *, backwards: bool = False) -> QuerySet[Any]:
        return Ordering.after(self, rows, (position[0], position[-1]), backwards=backwards)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnionOrdering(Ordering):
    """`columns` are a column and the primary key; between them counts the kind."""

    def position(self, row: Fact) -> list[Any]:
        return [getattr(row, self.columns[0]), _RANKS[type(row)], row.pk]

    def sorted(self, rows: FactUnion, *, backwards: bool = False) -> SortedUnion:  # type: ignore[override]  # of several tables
        return SortedUnion(rows, self, falling=self.descending != backwards)

    def after(self, rows: FactUnion, position: Place, *, backwards: bool = False) -> FactUnion:  # type: ignore[override]
        falling = self.descending != backwards
        return rows.narrowed(lambda kind: self._beyond(kind, position, falling=falling, inclusive=False))

    def up_to(self, rows: FactUnion, position: Place, *, backwards: bool = False) -> FactUnion:
        """The rows from the first one to the place, which is one of them."""
        falling = self.descending == backwards
        return rows.narrowed(lambda kind: self._beyond(kind, position, falling=falling, inclusive=True))

    def next_to(self, position: Place, *, backwards: bool) -> list[Any]:
        """A place after this one and before every other one: the way back from it includes the row here."""
        *others, key = position
        return [*others, key + (-1 if self.descending != backwards else 1)]

    def _beyond(self, kind: FactsOfKind, place: Place, *, falling: bool, inclusive: bool) -> Q:
        value, *ranks, key = place
        # A place in the list of one kind has no rank.
        if ranks in ([], [kind.rank]):
            return Q(_LOOKUPS[falling, inclusive](tuple_lookups.Tuple(*self.columns), (value, key)))
        has_equal = kind.rank < ranks[0] if falling else kind.rank > ranks[0]
        return Q(**{f"{self.columns[0]}__{'lt' if falling else 'gt'}{'e' if has_equal else ''}": value})


@dataclass(frozen=True, slots=True)
class SortedUnion:
    """Rows in their order, to be sliced."""

    rows: FactUnion
    order: UnionOrdering
    falling: bool

    def __getitem__(self, part: slice) -> list[Fact]:
        """The rows: one query for their places, and one for each of the kinds among them."""
        places = self.places(part)
        facts: dict[tuple[int, int], Fact] = {}
        for kind in self.rows.kinds:
            if keys := [key for _, rank, key in places if rank == kind.rank]:
                facts |= {(kind.rank, fact.pk): fact for fact in kind.shown.filter(pk__in=keys).order_by()}
        return [facts[rank, key] for _, rank, key in places]

    def places(self, part: slice) -> list[Place]:
        branches = list(self._branches(part.stop))
        if not branches:
            return []
        if len(branches) == 1:
            return list(branches[0][part])
        # A row may be in two branches of its kind.
        merged = branches[0].union(*branches[1:])
        return list(merged.order_by(*self._sorted(self.order.columns[0], "rank", "id"))[part])

    def _branches(self, most: int) -> Iterator[QuerySet[Any, Any]]:
        column, key = self.order.columns
        for kind in self.rows.kinds:
            for branch in kind.branches or (Q(),):
                rows = kind.rows.filter(branch).order_by(*self._sorted(column, key))
                rank = Value(kind.rank, output_field=IntegerField())
                yield rows.annotate(rank=rank).values_list(column, "rank", key)[:most]

    def _sorted(self, *columns: str) -> list[str]:
        return [f"-{column}" if self.falling else column for column in columns]


# --- pages under filters that no index answers -----------------------------------------------------------------------

MOST, BATCH = 5_000, 500
"""Rows that the database tests for one page; and those at a time whose bodies are tested."""
MOST_BODIES = 2_000


def scanned(
    request: Request, rows: FactUnion, order: UnionOrdering, *,
    written: Callable[[list[Fact]], list[tuple[Fact, bytes]]],
) -> Page:  # fmt: skip
    """The page of a request; it may be short, or empty, and still have a next one.

    `written` gives those of some rows that meet the filters, as JSON.
    """
    window = Window.of(request, order.name)
    start = window.cursor.position if window.cursor else None
    ahead = rows if start is None else order.after(rows, start, backwards=window.backwards)
    edge = order.sorted(ahead, backwards=window.backwards).places(slice(MOST - 1, MOST + 1))
    last = list(edge[0]) if len(edge) > 1 else None
    near = ahead if last is None else order.up_to(ahead, last, backwards=window.backwards)
    batches = _batches(near.narrowed(lambda kind: kind.narrowing), order, window, written, last)
    return window.searched(batches, back=start and order.next_to(start, backwards=window.backwards))


def _batches(
    rows: FactUnion, order: UnionOrdering, window: Window,
    written: Callable[[list[Fact]], list[tuple[Fact, bytes]]], edge: list[Any] | None,
) -> Iterator[Searched]:  # fmt: skip
    """The rows, which end at the edge if there are others."""
    left, size = MOST_BODIES, window.size + 1  # most filters leave rows that match: then a page is one batch
    while left:
        batch = order.sorted(rows, backwards=window.backwards)[: min(size, left)]
        matching = ((order.position(row), content) for row, content in written(batch))
        if len(batch) < min(size, left):
            yield Searched(matching, edge, edge is None)
            return
        place = order.position(batch[-1])
        yield Searched(matching, place, is_end=False)
        rows = order.after(rows, place, backwards=window.backwards)
        left, size = left - len(batch), BATCH
