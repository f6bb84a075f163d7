"""Loads what facts rest on: their sources as witnesses, and the days on which sources confirmed them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from django.db import connection

from relations.models import FACT_MODELS
from relations.status.facts import Confirmation, Witness

# No join: the statistics that it would be planned by are out of date after an import.
_CONFIRMED = " UNION ALL ".join(
    f"""
    SELECT '{model.resource}', {model.column}_id, source_id, day, recorded_at FROM relations_confirmation
    WHERE {model.column}_id = ANY(%s::bigint[]) AND recorded_at <= %s
    """  # noqa: S608  # names in this project
    for model in FACT_MODELS
)


_WITNESSES = """
    SELECT id, kind, published_on, covers_to, good_for, syndication_of_id FROM relations_source
    WHERE id = ANY(%s::bigint[])
"""


class _Confirmed(NamedTuple):
    source: int
    day: dt.date
    recorded_at: dt.datetime


type _Together = tuple[tuple[Witness, ...], frozenset[int]]
type Rows = Mapping[str, Collection[int]]
"""Ids of fact rows, by the slug of their kind."""


class Evidence:
    """Witnesses and confirmations of some facts, of all kinds: two queries, or none without facts."""

    def __init__(self, rows: Rows, *, sources: Iterable[int], known_at: dt.datetime | None = None) -> None:
        self._confirmed = _confirmed(rows, known_at)
        confirming = {one.source for some in self._confirmed.values() for one in some}
        self._witnesses = _witnesses({*sources, *confirming})
        self._together: dict[tuple[int, ...], _Together] = {}

    def witnesses(self, sources: Iterable[int]) -> _Together:
        """The witnesses, in the order of the sources' ids, and their originals; many facts share one."""
        keys = tuple(sources)
        known = self._together.get(keys)
        if known is None:
            witnesses = tuple(self._witnesses[key] for key in sorted(set(keys)))
            known = self._together[keys] = witnesses, frozenset(witness.original for witness in witnesses)
        return known

    def confirmations(self, kind: str, rows: Iterable[int]) -> tuple[Confirmation, ...]:
        """The confirmations of some rows of one kind together, in the order of their days."""
        if not self._confirmed:
            return ()
        confirmed = [one for row in rows for one in self._confirmed.get((kind, row), ())]
        confirmed.sort(key=lambda one: (one.day, one.recorded_at, one.source))
        return tuple(Confirmation(one.day, self._witnesses[one.source], one.recorded_at) for one in confirmed)


def _confirmed(rows: Rows, known_at: dt.datetime | None) -> Mapping[tuple[str, int], list[_Confirmed]]:
    confirmed: defaultdict[tuple[str, int], list[_Confirmed]] = defaultdict(list)
    if not any(rows.values()):
        return confirmed
    # As text: psycopg takes longer for a list of ten thousand numbers than PostgreSQL for the query.
    ids = [f"{{{','.join(map(str, rows.get(model.resource, ())))}}}" for model in FACT_MODELS]
    until = known_at or dt.datetime.max.replace(tzinfo=dt.UTC)
    with connection.cursor() as cursor:
        cursor.execute(_CONFIRMED, [parameter for own in ids for parameter in (own, until)])
        for kind, row, *values in cursor:
            confirmed[kind, row].append(_Confirmed(*values))
    return confirmed


def _witnesses(sources: Collection[int]) -> dict[int, Witness]:
    if not sources:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_WITNESSES, [f"{{{','.join(map(str, sources))}}}"])
        return {
            key: Witness(kind, published_on, covers_to, good_for, original=original or key)
            for key, kind, published_on, covers_to, good_for, original in cursor
        }
