"""Pages of a list that is filtered by what no column holds: rows are looked at until the page is full, or enough."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request

from relations.api.paging import Cursor, Ordering, Page, belonging, page_size
from relations.api.parameters import single

MOST, BATCH = 2_000, 500
"""Rows looked at for one page, and at a time."""


class Scan:
    """Takes batches of rows from the cursor on, and keeps those that have a body. A page may be short, or empty."""

    def __init__(self, request: Request, order: Ordering) -> None:
        self._order = order
        self._home, self._size = belonging(request, order.name), page_size(request)
        text = single(request, "cursor", str)
        self._cursor = Cursor.read(text, self._home) if text is not None else None
        self._backwards = self._cursor is not None and self._cursor.backwards
        self._position = self._cursor.position if self._cursor else None
        self._kept: list[tuple[list[Any], Any]] = []
        self._seen = 0
        self._exhausted = False

    def batch(self, rows: QuerySet[Any]) -> list[Any]:
        """The next rows to look at; none where the page is full or the search over."""
        if self._exhausted or self._is_full or self._seen >= MOST:
            return []
        if self._position is not None:
            rows = self._order.beyond(rows, self._position, backwards=self._backwards)
        found = list(self._order.sorted(rows, backwards=self._backwards)[:BATCH])
        self._exhausted = len(found) < BATCH
        self._seen += len(found)
        if found:
            self._position = self._order.position(found[-1])
        return found

    def take(self, looked_at: Iterable[tuple[Any, Any]]) -> None:
        """Rows with their bodies; None where a row does not answer."""
        self._kept += [(self._order.position(row), body) for row, body in looked_at if body is not None]

    def page(self) -> Page:
        onward = self._onward()
        kept = self._kept[: self._size]
        home = kept[0][0] if kept else self._position
        back = home if self._cursor is not None else None
        if self._backwards:
            kept.reverse()
        following, preceding = (back, onward) if self._backwards else (onward, back)
        return Page(
            rows=[body for _, body in kept],
            next=Cursor(position=following).text(self._home) if following is not None else None,
            previous=Cursor(position=preceding, backwards=True).text(self._home) if preceding is not None else None,
        )

    @property
    def _is_full(self) -> bool:
        return len(self._kept) > self._size

    def _onward(self) -> list[Any] | None:
        """Where the search goes on: behind the page's last row, or behind the last row that was looked at."""
        if self._is_full:
            return self._kept[self._size - 1][0]
        return None if self._exhausted else self._position
