"""One more fact on a track that has many: the processor time of the whole command, and what is stored.

Processor time and no wall time, so that other work on the machine changes nothing.
"""

from __future__ import annotations

import datetime as dt
import gc
import os
import statistics
import time
from collections.abc import Callable, Iterator
from itertools import batched
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.benchmarks.serving import database, table

if TYPE_CHECKING:
    from relations.ledger import CitationDraft, FactDraft

FACTS = (100, 1000, 10_000)
_FIRST_DAY, _TIMES = dt.date(1990, 1, 1), 5
_STORED = """
    SELECT count(*), coalesce(sum(cardinality(facts)), 0) FROM relations_statusperiod WHERE pair_id = %s
"""


class _Kind(NamedTuple):
    """A track of a pair of its own: the words that its facts take in turn, and how one is drafted."""

    label: str
    pair: str
    words: tuple[str, ...]
    draft: Callable[..., FactDraft]
    values: dict[str, Any] = {}


def main() -> None:
    with database():
        import django

        os.environ["DJANGO_SETTINGS_MODULE"] = "tracker.settings"

        django.setup()
        # As in `tracker/wsgi.py`: what is loaded once is not looked through again.
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 20)
        rows = [row for kind in _kinds() for row in _of_kind(kind)]
    table(
        "One more fact on a track: seconds of processor time",
        ("track", "facts", "ledger", "PostgreSQL", "together", "goal", "periods", "keys stored"),
        [
            (kind.label, f"{facts:,}", f"{own:.3f}", f"{theirs:.3f}", f"{own + theirs:.3f}",
             "<= 0.5 s" if facts == FACTS[-1] else "", f"{periods:,}", f"{keys:,}")
            for kind, facts, own, theirs, periods, keys in rows
        ],
    )  # fmt: skip


def _kinds() -> list[_Kind]:
    from tests.factories import ban, ban_list, event, post, sanction

    acts = ("imposed", "tightened", "eased", "reimposed")
    listed = {"list": ban_list()}
    return [
        _Kind("sanctions", "US>BY", acts, sanction, {"measures": ["trade"]}),
        _Kind("post", "US>RU", ("ambassador", "charge", "vacant"), post),
        _Kind("relations", "US>CU", ("relations_established", "relations_severed", "visit"), event),
        _Kind("travel ban", "US>IR", ("listed", "suspended", "removed"), ban, listed),
    ]


def _of_kind(kind: _Kind) -> Iterator[tuple[_Kind, int, float, float, int, int]]:
    from tests.factories import citation, source

    # One source for all: each of its words bounds what it said before.
    cited, recorded = [citation(source())], 0
    for wanted in FACTS:
        for some in batched(range(recorded, wanted), 1000):
            _record(kind, some, cited)
        recorded = wanted + _TIMES
        taken = [_time_of_one(kind, wanted + number, cited) for number in range(_TIMES)]
        own, theirs = (statistics.median(some) for some in zip(*taken, strict=True))
        yield kind, wanted, own, theirs, *_stored(kind)


def _record(kind: _Kind, numbers: tuple[int, ...], cited: list[CitationDraft]) -> None:
    from tests.factories import record

    days = ((number, (_FIRST_DAY + dt.timedelta(days=number)).isoformat()) for number in numbers)
    words = kind.words
    record(*(kind.draft(words[n % len(words)], day, kind.pair, citations=cited, **kind.values) for n, day in days))


def _time_of_one(kind: _Kind, number: int, cited: list[CitationDraft]) -> tuple[float, float]:
    own, theirs = time.process_time(), _time_of_database()
    _record(kind, (number,), cited)
    return time.process_time() - own, _time_of_database() - theirs


def _time_of_database() -> float:
    """The processor time of this connection's process, from Linux's `/proc`."""
    from django.db import connection

    connection.ensure_connection()
    return int(Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text().split()[0]) / 1e9


def _stored(kind: _Kind) -> tuple[int, int]:
    from django.db import connection

    from relations.codes import pair_code

    with connection.cursor() as cursor:
        cursor.execute(_STORED, [pair_code(*kind.pair.split(">"))])
        periods, keys = cursor.fetchone()
    return periods, keys
