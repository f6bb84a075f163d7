"""Pages of a list that is filtered by computed values: scans rows until the page is full or a limit is reached."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request

from relations.api.http import paging
from relations.api.http.paging import Ordering, Page, Window

MOST, BATCH = 400, 200
"""Pairs scanned for one page, and in one batch."""
MOST_CHANGES = 3_000
"""Changes of the scanned pairs together, if there are several. A past status is folded from all facts of a pair, and a
pair has at most as many facts as changes."""


def manageable(pairs: Sequence[Any]) -> Sequence[Any]:
    """The first pairs, as many as can be computed for one page."""
    few = pairs[:BATCH]
    fits = sum(changes <= MOST_CHANGES for changes in accumulate(pair.version for pair in few))
    return few[: max(fits, 1)]


class Scan:
    """Takes batches of rows from the cursor on, and collects those that match. A page may be short, or empty."""

    def __init__(self, request: Request, order: Ordering) -> None:
        self._order = order
        self._window = Window.of(request, order.name)
        self._position = self._window.cursor.position if self._window.cursor else None
        self._matches: list[tuple[list[Any], bytes]] = []
        self._bytes = 0
        self._seen = self._changes = 0
        self._exhausted = False

    def batch(self, rows: QuerySet[Any]) -> Sequence[Any]:
        """The next rows to scan; none once the page is full or the scan has ended."""
        if self._exhausted or self._is_full or self._seen >= MOST or self._changes >= MOST_CHANGES:
            return []
        if self._position is not None:
            rows = self._order.after(rows, self._position, backwards=self._window.backwards)
        batch = list(self._order.sorted(rows, backwards=self._window.backwards)[:BATCH])
        some = manageable(batch)
        self._exhausted = len(some) == len(batch) < BATCH
        self._seen += len(some)
        self._changes += sum(pair.version for pair in some)
        if some:
            self._position = self._order.position(some[-1])
        return some

    def take(self, matching: Iterable[tuple[Any, bytes]]) -> None:
        """Collects matching rows, with their JSON, until the page is full."""
        for row, content in matching:
            self._matches.append((self._order.position(row), content))
            self._bytes += len(content)
            if self._is_full:
                return

    def page(self) -> Page:
        rows = self._matches[:-1] if self._is_full else self._matches
        back = rows[0][0] if rows else self._position
        return self._window.linked(rows, ahead=self._onward(rows), back=back)

    @property
    def _is_full(self) -> bool:
        """True with one row more than fits on the page."""
        return len(self._matches) > self._window.size or (self._bytes > paging.MOST_BYTES and len(self._matches) > 1)

    def _onward(self, rows: list[tuple[list[Any], bytes]]) -> list[Any] | None:
        """The position from which the next page begins: after the page's last row, or after the last row scanned."""
        if self._is_full:
            return rows[-1][0]
        return None if self._exhausted else self._position
