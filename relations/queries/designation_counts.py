"""How many parties each list names under each of its words for a programme, on any day: read once after an import."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection

from relations.models.designations import Designation, ListProgramme
from relations.queries.cache import WeighedCache
from relations.queries.countries import Epoch

_READ = """
    SELECT list, word, array_agg(since), array_agg(until) FILTER (WHERE until IS NOT NULL)
    FROM (
        SELECT party.list, version.change, version.programmes, version.since,
            min(version.since) OVER (
                PARTITION BY version.party_id ORDER BY version.version DESC
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS until
        FROM relations_designation AS version JOIN relations_party AS party ON party.id = version.party_id
        WHERE version.recorded_at <= %s
    ) AS said
    CROSS JOIN LATERAL (SELECT DISTINCT unnest(said.programmes)) AS named(word)
    WHERE change <> 'delisted' AND (until IS NULL OR until > since)
    GROUP BY list, word
"""
"""What `DesignationQuerySet.standing_on` says of a day, said of all: a version holds until any later one does."""


@dataclass(frozen=True, slots=True)
class DesignationCount:
    """The days on which parties began to stand under a word and those on which they ceased to, in order."""

    began: Sequence[dt.date] = ()
    ceased: Sequence[dt.date] = ()

    @property
    def now(self) -> int:
        return len(self.began) - len(self.ceased)

    def on(self, day: dt.date) -> int:
        return bisect_right(self.began, day) - bisect_right(self.ceased, day)


NOBODY = DesignationCount()

type DesignationCounts = Mapping[ListProgramme, DesignationCount]
"""A word under which nobody ever stood is not there."""

_MOST = 64 * 1024 * 1024
"""Bytes of tallies that one process keeps."""


def _weight(told: DesignationCounts) -> int:
    """Bytes, about: a day and its place."""
    return sum(40 * (len(tally.began) + len(tally.ceased)) + 500 for tally in told.values())


_KEPT: WeighedCache[DesignationCounts] = WeighedCache(most=_MOST, weigh=_weight)


def designation_counts(stamp: Epoch, *, known_at: dt.datetime | None = None) -> DesignationCounts:
    """As they were known then, None means now, where the world is stamped so; no query where they have been read."""
    imports = () if known_at is None else _imports(stamp)
    rank = None if known_at is None else bisect_right(imports, known_at)
    if rank == len(imports):
        rank = None
    found = _kept(stamp, rank)
    return _read_and_kept(stamp, rank, imports) if found is None else found


def cached_designation_counts(stamp: Epoch) -> DesignationCounts | None:
    """What is known now, if it has been read."""
    return _kept(stamp, None)


def _kept(stamp: Epoch, rank: int | None) -> DesignationCounts | None:
    return None if stamp is None else _KEPT.get((stamp, rank))


def _read_and_kept(stamp: Epoch, rank: int | None, imports: Sequence[dt.datetime]) -> DesignationCounts:
    if rank == 0:
        return {}
    found = _read(None if rank is None else imports[rank - 1])
    return found if stamp is None else _KEPT.keep((stamp, rank), found)


def _read(known_at: dt.datetime | None) -> DesignationCounts:
    with connection.cursor() as cursor:
        cursor.execute(_READ, [known_at or dt.datetime.max.replace(tzinfo=dt.UTC)])
        return {
            (code, word): DesignationCount(tuple(sorted(began)), tuple(sorted(ceased or ())))
            for code, word, began, ceased in cursor.fetchall()
        }


def _imports(stamp: Epoch) -> tuple[dt.datetime, ...]:
    """The times at which imports wrote versions, in order."""
    return _read_imports() if stamp is None else _kept_imports(stamp)


@lru_cache(maxsize=2)
def _kept_imports(stamp: str) -> tuple[dt.datetime, ...]:
    return _read_imports()


def _read_imports() -> tuple[dt.datetime, ...]:
    return tuple(Designation.objects.order_by("recorded_at").values_list("recorded_at", flat=True).distinct())
