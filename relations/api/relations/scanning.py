"""Pages of a list that is filtered by what no column holds: rows are looked at until the page is full, or enough."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any

from django.db.models import QuerySet
from orjson import Fragment
from rest_framework.request import Request

from relations.api.http import paging
from relations.api.http.paging import Cursor, Ordering, Page, Window

MOST, BATCH = 400, 200
"""Pairs looked at for one page, and at a time."""
MOST_LINES = 5_000
"""Lines of those pairs' change logs together, if the pairs are more than one. Past statuses are computed from
all facts, of which a pair has no more than lines."""


def manageable(pairs: Sequence[Any]) -> Sequence[Any]:
    """As many of the pairs, from the first one on, as can be computed for one page."""
    few = pairs[:BATCH]
    fits = sum(lines <= MOST_LINES for lines in accumulate(pair.version for pair in few))
    return few[: max(fits, 1)]


class Scan:
    """Takes batches of rows from the cursor on, and keeps those that answer. A page may be short, or empty."""

    def __init__(self, request: Request, order: Ordering) -> None:
        self._order = order
        self._window = Window.of(request, order.name)
        self._position = self._window.cursor.position if self._window.cursor else None
        self._kept: list[tuple[list[Any], bytes]] = []
        self._bytes = 0
        self._seen = self._lines = 0
        self._exhausted = False

    def batch(self, rows: QuerySet[Any]) -> Sequence[Any]:
        """The next rows to look at; none where the page is full or the search over."""
        if self._exhausted or self._is_full or self._seen >= MOST or self._lines >= MOST_LINES:
            return []
        if self._position is not None:
            rows = self._order.after(rows, self._position, backwards=self._window.backwards)
        found = list(self._order.sorted(rows, backwards=self._window.backwards)[:BATCH])
        some = manageable(found)
        self._exhausted = len(some) == len(found) < BATCH
        self._seen += len(some)
        self._lines += sum(pair.version for pair in some)
        if some:
            self._position = self._order.position(some[-1])
        return some

    def take(self, answering: Iterable[tuple[Any, bytes]]) -> None:
        """Rows that answer, with their JSON, until the page is full."""
        for row, content in answering:
            self._kept.append((self._order.position(row), content))
            self._bytes += len(content)
            if self._is_full:
                return

    def page(self) -> Page:
        kept = self._kept[:-1] if self._is_full else self._kept
        scope, backwards = self._window.scope, self._window.backwards
        onward = self._onward(kept)
        near = kept[0][0] if kept else self._position
        back = near if self._window.cursor is not None else None
        following, preceding = (back, onward) if backwards else (onward, back)
        return Page(
            rows=[Fragment(content) for _, content in (reversed(kept) if backwards else kept)],
            next=Cursor(position=following).text(scope) if following is not None else None,
            previous=Cursor(position=preceding, backwards=True).text(scope) if preceding is not None else None,
        )

    @property
    def _is_full(self) -> bool:
        """True where there is a row more than the page has room for."""
        return len(self._kept) > self._window.size or (self._bytes > paging.MOST_BYTES and len(self._kept) > 1)

    def _onward(self, kept: list[tuple[list[Any], bytes]]) -> list[Any] | None:
        """Where the search goes on: behind the page's last row, or behind the last row that was looked at."""
        if self._is_full:
            return kept[-1][0]
        return None if self._exhausted else self._position
