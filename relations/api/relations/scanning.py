"""Pages of a list that is filtered by computed values: scans rows until the page is full or a limit is reached."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any

from django.db.models import QuerySet

from relations.api.http.paging import Ordering, Searched, Window
from relations.queries.pair_versions import versions_known_at

MOST, BATCH = 400, 200
"""Pairs scanned for one page, and in one batch."""
MOST_CHANGES = 3_000
"""Changes of the scanned pairs together, if there are several. A past status is folded from all facts of a pair, and a
pair has at most as many facts as changes. Those of the moment count: a page ends where it always did."""


def manageable(pairs: Sequence[Any], moment: dt.datetime) -> tuple[Sequence[Any], int]:
    """The first pairs, as many as can be computed for one page, and the changes that they had at the moment."""
    few = pairs[:BATCH]
    changes = versions_known_at([pair.code for pair in few], moment) if few else {}
    totals = list(accumulate(changes[pair.code] for pair in few))
    fits = max(sum(total <= MOST_CHANGES for total in totals), 1)
    return few[:fits], totals[:fits][-1] if few else 0


def searched(
    rows: QuerySet[Any], order: Ordering, window: Window, moment: dt.datetime,
    matching: Callable[[Sequence[Any]], Iterable[tuple[Any, bytes]]],
) -> Iterator[Searched]:  # fmt: skip
    """Batches of the rows from the cursor on; `matching` gives those of some that match, as JSON."""
    position = window.cursor.position if window.cursor else None
    seen = changes = 0
    while seen < MOST and changes < MOST_CHANGES:
        ahead = rows if position is None else order.after(rows, position, backwards=window.backwards)
        batch = list(order.sorted(ahead, backwards=window.backwards)[:BATCH])
        some, own = manageable(batch, moment)
        position = order.position(some[-1]) if some else position
        is_end = len(some) == len(batch) < BATCH
        yield Searched(((order.position(row), content) for row, content in matching(some)), position, is_end)
        if is_end:
            return
        seen, changes = seen + len(some), changes + own
