"""Pages of facts under filters that no index answers: a bounded search in the order of the list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rest_framework.request import Request

from relations.api.facts.unions import FactUnion, UnionOrdering
from relations.api.http.paging import Page, Window, fitting
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
    found, last = _matching(near.narrowed(lambda kind: kind.narrowing), order, window, written, last)
    fits = fitting(len(content) for _, content in found[: window.size])
    shown = found[:fits]
    onward = shown[-1][0] if fits < len(found) else last
    back = shown[0][0] if shown else start and order.next_to(start, backwards=window.backwards)
    return window.linked(shown, ahead=onward, back=back)


def _matching(
    rows: FactUnion, order: UnionOrdering, window: Window,
    written: Callable[[list[Fact]], list[tuple[Fact, bytes]]], edge: list[Any] | None,
) -> tuple[list[tuple[list[Any], bytes]], list[Any] | None]:  # fmt: skip
    """The rows that match, one more than the page has; and the place from which the search goes on without it."""
    found: list[tuple[list[Any], bytes]] = []
    left, size = MOST_BODIES, window.size + 1  # most filters leave rows that match: then a page is one batch
    while left:
        batch = order.sorted(rows, backwards=window.backwards)[: min(size, left)]
        found += [(order.position(row), content) for row, content in written(batch)]
        if len(batch) < min(size, left) or len(found) > window.size:
            return found, edge
        edge_of_batch = order.position(batch[-1])
        rows = order.after(rows, edge_of_batch, backwards=window.backwards)
        left, size = left - len(batch), BATCH
    return found, edge_of_batch
