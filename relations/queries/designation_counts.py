"""Counts of the parties that each list names under each of its programmes, on any day: read once after an import."""

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
        SELECT party.list, version.turn, version.programmes, version.since,
            min(version.since) OVER (
                PARTITION BY version.party_id ORDER BY version.version DESC
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS until
        FROM relations_designation AS version JOIN relations_party AS party ON party.id = version.party_id
        WHERE version.recorded_at <= %s
    ) AS said
    CROSS JOIN LATERAL (SELECT DISTINCT unnest(said.programmes)) AS named(word)
    WHERE turn <> 'delisted' AND (until IS NULL OR until > since)
    GROUP BY list, word
"""
"""`DesignationQuerySet.standing_on` for all days: a version lasts until any later one begins."""


@dataclass(frozen=True, slots=True)
class DesignationCount:
    """The days on which parties began to be listed under a programme and those on which they ceased to, in order."""

    began: Sequence[dt.date] = ()
    ceased: Sequence[dt.date] = ()

    @property
    def now(self) -> int:
        return len(self.began) - len(self.ceased)

    def on(self, day: dt.date) -> int:
        return bisect_right(self.began, day) - bisect_right(self.ceased, day)


NOBODY = DesignationCount()

type DesignationCounts = Mapping[ListProgramme, DesignationCount]
"""Without the programmes under which nobody was ever listed."""

_MOST = 64 * 1024 * 1024
"""Bytes of counts that one process caches."""


def _weight(counts: DesignationCounts) -> int:
    """Bytes, about: a day and its place."""
    return sum(40 * (len(count.began) + len(count.ceased)) + 500 for count in counts.values())


_CACHE: WeighedCache[DesignationCounts] = WeighedCache(most=_MOST, weigh=_weight)


def designation_counts(epoch: Epoch, *, known_at: dt.datetime | None = None) -> DesignationCounts:
    """The counts as they were known then (None: now) in this epoch; no query where they have been read."""
    imports = () if known_at is None else _imports(epoch)
    # Counts are the same for all moments between two imports: the last one before the moment is the cache's key.
    rank = None if known_at is None else bisect_right(imports, known_at)
    if rank == 0:
        return {}
    last = None if rank is None or rank == len(imports) else imports[rank - 1]
    counts = _cached(epoch, last)
    return _read(epoch, last) if counts is None else counts


def cached_designation_counts(epoch: Epoch) -> DesignationCounts | None:
    """The counts known now, if they have been read."""
    return _cached(epoch, None)


def _cached(epoch: Epoch, known_at: dt.datetime | None) -> DesignationCounts | None:
    return None if epoch is None else _CACHE.get((epoch, known_at))


def _read(epoch: Epoch, known_at: dt.datetime | None) -> DesignationCounts:
    with connection.cursor() as cursor:
        cursor.execute(_READ, [known_at or dt.datetime.max.replace(tzinfo=dt.UTC)])
        counts = {
            (code, word): DesignationCount(tuple(sorted(began)), tuple(sorted(ceased or ())))
            for code, word, began, ceased in cursor.fetchall()
        }
    return counts if epoch is None else _CACHE.keep((epoch, known_at), counts)


def _imports(epoch: Epoch) -> tuple[dt.datetime, ...]:
    """The times at which imports wrote versions, in order."""
    return _read_imports() if epoch is None else _cached_imports(epoch)


@lru_cache(maxsize=2)
def _cached_imports(epoch: str) -> tuple[dt.datetime, ...]:
    return _read_imports()


def _read_imports() -> tuple[dt.datetime, ...]:
    return tuple(Designation.objects.order_by("recorded_at").values_list("recorded_at", flat=True).distinct())
