"""Counts how much is known: directed pairs by track, today and by year, and what each source has given."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import connection
from django.db.models import Count, Max

from relations.codes import UNKNOWN, VALUES, CountryKind, TrackKind, pair_sides
from relations.models import Country, CountryPair, Designation, Source, SourceLink, StatusPeriod
from relations.queries.cache import REFERENCE_DATA
from relations.queries.change_log import last_sequence
from relations.queries.countries import CountryIndex
from relations.queries.in_time import in_time

COVERED = (TrackKind.AMBASSADOR, TrackKind.NEXT, TrackKind.SANCTIONS, TrackKind.TRAVEL_BAN)
"""The tracks that have a direction."""
BY_YEAR = (TrackKind.AMBASSADOR, TrackKind.SANCTIONS)
"""Tracks of which a direction has one value a day, so that its periods can be counted without being merged."""

_KNOWN = """
    SELECT kind, count(*), count(*) FILTER (WHERE stale) FROM (
        SELECT kind, from_country_id, to_country_id, bool_and(stale) AS stale FROM relations_statusperiod
        WHERE kind = ANY(%s) AND whole AND value <> 'unknown' AND days @> %s::date
            AND from_country_id = ANY(%s) AND to_country_id = ANY(%s)
        GROUP BY kind, from_country_id, to_country_id
    ) AS directions GROUP BY kind
"""
_YEARS = """
    SELECT kind, coalesce(extract(year FROM lower(days)), 0)::int, extract(year FROM upper(days))::int, count(*)
    FROM relations_statusperiod WHERE kind = ANY(%s) AND whole AND value <> 'unknown' GROUP BY 1, 2, 3
"""
_MOST_MS = 300
"""Milliseconds for each count of a page; both read every period, and there are millions at a million facts."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Ordered pairs of today's states, and of how many each track is known, fresh or stale."""

    directed_pairs: int
    known: Mapping[str, int]
    stale: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Holdings:
    """The recorded amounts: facts and parties by list, sources by kind with the last day of publication, and countries.

    `coverage` and `by_year` (directions known at the end of each year) are None where they take too long to be counted.
    """

    facts: Mapping[str, int]
    parties: Mapping[str, int]
    sources: Sequence[tuple[str, int, dt.date | None]]
    pairs: Mapping[str, int]
    coverage: Coverage | None
    by_year: Mapping[str, Mapping[int, int]] | None


def coverage(day: dt.date) -> Coverage:
    """The number of ordered pairs of states that exist on a day and have a known head of mission, posture and so on."""
    states = states_on(day, {one.code: one for one in Country.objects.all()})
    rows = _rows(_KNOWN, [list(COVERED), day, states, states])
    return Coverage(
        len(states) * (len(states) - 1),
        dict.fromkeys(COVERED, 0) | {kind: known for kind, known, _ in rows},
        dict.fromkeys(COVERED, 0) | {kind: stale for kind, _, stale in rows},
    )


def states_on(day: dt.date, countries: Mapping[str, Country]) -> list[str]:
    """The codes of the states that exist in the year of the day."""
    return [
        code for code, one in countries.items()
        if one.kind == CountryKind.STATE and (one.to_year or day.year) >= day.year >= (one.from_year or 0)
    ]  # fmt: skip


def coverage_by_year(day: dt.date) -> dict[str, dict[int, int]]:
    """The number of directions of which a track is known on the last day of each year before `day`, by kind."""
    changes: dict[str, defaultdict[int, int]] = {kind: defaultdict(int) for kind in BY_YEAR}
    for kind, first, last, number in _rows(_YEARS, [list(BY_YEAR)]):
        changes[kind][first] += number
        if last is not None:  # the day after the last: of a period until 31 December, one of the next year
            changes[kind][last] -= number
    counted = {}
    for kind, own in changes.items():
        total, years = 0, {}
        for year in range(min(own, default=day.year), day.year):
            total += own[year]
            years[year] = total
        counted[kind] = years
    return counted


def known_directions(kind: str, day: dt.date) -> list[tuple[str, str]] | None:
    """Sender and receiver wherever a kind of track is known on a day; of one without direction, its sides once.

    None where reading them takes too long.
    """
    known = [value for value in VALUES[kind] if value != UNKNOWN]
    rows = StatusPeriod.objects.on(day).filter(kind=kind, value__in=known, whole=True).order_by()
    sides = rows.values_list("pair_id", "from_country_id", "to_country_id").distinct()
    known_sides = in_time(lambda: list(sides), most_ms=_MOST_MS)
    if known_sides is None:
        return None
    return [(sender, receiver) if sender and receiver else pair_sides(pair) for pair, sender, receiver in known_sides]


def holdings(index: CountryIndex, day: dt.date) -> Holdings:
    """The counts of a page: one query for the last entry of the log, the others only after a new one or a new day."""
    validator = None if index.epoch is None else (index.epoch, last_sequence(), day)
    counted: Holdings | None = REFERENCE_DATA.get("holdings", validator)
    if counted is None:
        counted = _counted(day)
        REFERENCE_DATA.store("holdings", validator, counted, weight=20_000)
    return counted


def _counted(day: dt.date) -> Holdings:
    parties = Designation.objects.current().filter(delisted_on=None).order_by()
    pairs: defaultdict[str, int] = defaultdict(int)
    for code in CountryPair.objects.recorded().values_list("code", flat=True):
        for side in pair_sides(code):
            pairs[side] += 1
    sources = Source.objects.order_by("kind").values_list("kind").annotate(Count("pk"), Max("published_on"))
    return Holdings(
        facts=dict(SourceLink.objects.order_by().values_list("list").annotate(Count("pk"))),
        parties=dict(parties.values_list("party__list").annotate(Count("pk"))),
        sources=list(sources),
        pairs=dict(pairs),
        coverage=in_time(partial(coverage, day), most_ms=_MOST_MS),
        by_year=in_time(partial(coverage_by_year, day), most_ms=_MOST_MS),
    )


def _rows(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
