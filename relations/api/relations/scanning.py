"""Pages of a list that is filtered by computed values: scans rows until the page is full or a limit is reached."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any

from django.db.models import QuerySet

from relations.api.http.paging import Ordering, Searched, Window

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


def searched(
    rows: QuerySet[Any], order: Ordering, window: Window,
    matching: Callable[[Sequence[Any]], Iterable[tuple[Any, bytes]]],
) -> Iterator[Searched]:  # fmt: skip
    """Batches of the rows from the cursor on; `matching` gives those of some that match, as JSON."""
    position = window.cursor.position if window.cursor else None
    seen = changes = 0
    while seen < MOST and changes < MOST_CHANGES:
        ahead = rows if position is None else order.after(rows, position, backwards=window.backwards)
        batch = list(order.sorted(ahead, backwards=window.backwards)[:BATCH])
        some = manageable(batch)
        position = order.position(some[-1]) if some else position
        is_end = len(some) == len(batch) < BATCH
        yield Searched(((order.position(row), content) for row, content in matching(some)), position, is_end)
        if is_end:
            return
        seen, changes = seen + len(some), changes + sum(pair.version for pair in some)
