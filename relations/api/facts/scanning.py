"""Pages of facts under filters that no index answers: a bounded search in the order of the list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from rest_framework.request import Request

from relations.api.facts.unions import FactUnion, UnionOrdering
from relations.api.http.paging import Page, Searched, Window
from relations.models import Fact

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
