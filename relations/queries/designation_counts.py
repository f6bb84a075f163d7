"""Number of parties that each list names under each of its programmes on any day, read once after an import."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from relations.models.designations import Designation, ListProgramme
from relations.models.imports import ImportRun
from relations.queries.cache import REFERENCE_DATA
from relations.queries.countries import Epoch

_READ = """
    SELECT list, programme, array_agg(since), array_agg(until) FILTER (WHERE until IS NOT NULL)
    FROM (
        SELECT party.list, version.change, version.programmes, version.since,
            min(version.since) OVER (
                PARTITION BY version.party_id ORDER BY version.version DESC
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS until
        FROM relations_designation AS version JOIN relations_party AS party ON party.id = version.party_id
        WHERE version.recorded_at <= %s
    ) AS stated
    CROSS JOIN LATERAL (SELECT DISTINCT unnest(stated.programmes)) AS named(programme)
    WHERE change <> 'delisted' AND (until IS NULL OR until > since)
    GROUP BY list, programme
"""
"""`DesignationQuerySet.listed_on_day` for all days at once: a version counts until any later one does."""


@dataclass(frozen=True, slots=True)
class DesignationCount:
    """Days on which parties were listed under a programme, and days on which they were removed, in order.

    `replaced_on` is the first publication of the list's successor: from then on nobody is on a closed list.
    """

    began: Sequence[dt.date] = ()
    ceased: Sequence[dt.date] = ()
    replaced_on: dt.date | None = None

    def on(self, day: dt.date | None) -> int:
        """None: all that is known, whatever its day."""
        if self.replaced_on is not None and (day is None or day >= self.replaced_on):
            return 0
        if day is None:
            return len(self.began) - len(self.ceased)
        return bisect_right(self.began, day) - bisect_right(self.ceased, day)


_NONE = DesignationCount()

type DesignationCounts = Mapping[ListProgramme, DesignationCount]
"""A programme under which nobody was ever listed is not a key."""


def designation_counts(epoch: Epoch, *, known_at: dt.datetime | None = None) -> DesignationCounts:
    """Counts as known now, or at a past moment; no query where they are cached."""
    counts = cached_designation_counts(epoch, known_at=known_at)
    if counts is None:
        imports = import_moments(epoch) if known_at is not None else ()
        if known_at is not None and (not imports or known_at < imports[0]):
            return {}
        latest = _latest(imports, known_at)
        counts = _read(latest)
        days = sum(len(count.began) + len(count.ceased) for count in counts.values())
        REFERENCE_DATA.store(("counts", latest), epoch, counts, weight=40 * days + 500 * len(counts))
    return counts


def counts_on(
    day: dt.date | None, counts: DesignationCounts, programmes: Iterable[ListProgramme]
) -> dict[ListProgramme, int]:  # fmt: skip
    """Number of parties of each programme on a day; None: by all that is known."""
    return {programme: counts.get(programme, _NONE).on(day) for programme in programmes}


def cached_designation_counts(epoch: Epoch, *, known_at: dt.datetime | None = None) -> DesignationCounts | None:
    """Counts as known now, or at a past moment, if they are cached."""
    imports: Sequence[dt.datetime] | None = REFERENCE_DATA.get("imports", epoch) if known_at is not None else ()
    if imports is None:
        return None
    if known_at is not None and (not imports or known_at < imports[0]):
        return {}
    return REFERENCE_DATA.get(("counts", _latest(imports, known_at)), epoch)


def _latest(imports: Sequence[dt.datetime], known_at: dt.datetime | None) -> dt.datetime | None:
    """The last import up to the moment; None where all are."""
    place = bisect_right(imports, known_at) if known_at is not None else len(imports)
    return imports[place - 1] if place < len(imports) else None


def import_moments(epoch: Epoch) -> Sequence[dt.datetime]:
    """The times at which imports wrote designations, in order."""
    imports: Sequence[dt.datetime] | None = REFERENCE_DATA.get("imports", epoch)
    if imports is None:
        imports = tuple(Designation.objects.order_by("recorded_at").values_list("recorded_at", flat=True).distinct())
        REFERENCE_DATA.store("imports", epoch, imports, weight=100 * len(imports) + 100)
    return imports


def _read(known_at: dt.datetime | None) -> DesignationCounts:
    replaced = ImportRun.objects.replaced_lists(known_at=known_at)
    with connection.cursor() as cursor:
        cursor.execute(_READ, [known_at or dt.datetime.max.replace(tzinfo=dt.UTC)])
        return {
            (code, programme): DesignationCount(
                tuple(sorted(began)), tuple(sorted(ceased or ())), replaced_on=replaced.get(code)
            )
            for code, programme, began, ceased in cursor.fetchall()
        }
