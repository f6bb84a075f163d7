"""One more fact on a track that has many: the time of the whole command, and what is stored."""

from __future__ import annotations

import datetime as dt
import os
import statistics
import time
from itertools import batched

from tests.benchmarks.serving import database, table

FACTS = (100, 1000, 10_000)
_FIRST_DAY, _TIMES = dt.date(1990, 1, 1), 5
_WORDS = ("imposed", "tightened", "eased", "reimposed")
_KEYS = "SELECT count(*), coalesce(sum(cardinality(facts)), 0) FROM relations_statusperiod"


def main() -> None:
    with database():
        import django

        os.environ["DJANGO_SETTINGS_MODULE"] = "tracker.settings"

        django.setup()
        rows, recorded = [], 0
        for wanted in FACTS:
            _record(range(recorded, wanted))
            recorded = wanted + _TIMES
            taken = [_time_of_one(wanted + number) for number in range(_TIMES)]
            rows.append((wanted, statistics.median(taken), *_stored()))
    first = rows[0][1]
    table(
        "One more sanction event on a track; peer: the same on a track of 100",
        ("facts", "seconds", "of 100", "goal", "periods", "keys stored"),
        [
            (f"{facts:,}", f"{seconds:.3f}", f"{seconds / first:.1f}", "<= 0.5 s" if facts == FACTS[-1] else "",
             f"{periods:,}", f"{keys:,}")
            for facts, seconds, periods, keys in rows
        ],
    )  # fmt: skip


def _record(numbers: range) -> None:
    from tests.factories import citation, record, sanction, source

    cited = [citation(source())]
    for some in batched(numbers, 1000):
        record(*(sanction(_WORDS[n % 4], _day(n), measures=["trade"], citations=cited) for n in some))


def _day(number: int) -> str:
    return (_FIRST_DAY + dt.timedelta(days=number)).isoformat()


def _time_of_one(number: int) -> float:
    started = time.perf_counter()
    _record(range(number, number + 1))
    return time.perf_counter() - started


def _stored() -> tuple[int, int]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_KEYS)
        periods, keys = cursor.fetchone()
    return periods, keys
