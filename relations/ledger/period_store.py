"""Writes the projection: rows of `StatusPeriod`, which `queries.periods` reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping

from django.db import connection

from relations.codes import TRACKS
from relations.ledger.bulk_copy import copy_rows
from relations.models import StatusPeriod
from relations.status import NO_PROGRAMME, Period

_DELETE = """
    DELETE FROM relations_statusperiod AS period
    USING unnest(%s::text[], %s::text[], %s::date[]) AS gone (pair, track, start)
    WHERE period.pair_id = gone.pair AND period.track = gone.track AND lower(period.days) = gone.start
"""

_COLUMNS = (
    "pair_id", "track", "kind", "from_country_id", "to_country_id", "whole", "programme_id", "list_id", "days", "value",
    "holder", "measures", "scope", "visa_classes", "expires_on", "since", "facts", "uncertain", "disputed",
    "fact_count", "basis", "confirmed_to", "stale", "last_known", "last_known_on", "implied",
)  # fmt: skip


def replace_changed(old: Mapping[str, Collection[Period]], new: Mapping[str, Collection[Period]]) -> None:
    """Replaces the stored periods of locked pairs, by code, with the computed ones; equal rows are not touched."""
    deleted: list[tuple[str, str, dt.date]] = []
    inserted: list[tuple[str, Period]] = []
    for pair, computed in new.items():
        stored = set(old.get(pair, ()))
        deleted += [(pair, str(period.track), period.start) for period in stored.difference(computed)]
        inserted += [(pair, period) for period in computed if period not in stored]
    if deleted:
        with connection.cursor() as cursor:
            cursor.execute(_DELETE, [list(column) for column in zip(*deleted, strict=True)])
    if inserted:
        # An import inserts a hundred thousand periods: each row exists only while it is sent.
        copy_rows(StatusPeriod, _COLUMNS, (_row(pair, period) for pair, period in inserted))


def _row(pair: str, period: Period) -> tuple[object, ...]:
    """The values of `_COLUMNS`."""
    track, state = period.track, period.state
    part = {TRACKS[track.kind].part: track.part}
    programme, ban_list = part.get("programme", ""), part.get("list", "")
    return (
        pair,
        str(track),
        track.kind,
        track.sender or None,
        track.receiver or None,
        not programme,
        int(programme) if programme not in ("", NO_PROGRAMME) else None,
        int(ban_list) if ban_list else None,
        f"[{period.start},{period.end or ''})",
        state.value,
        state.holder,
        list(state.measures),
        state.scope,
        list(state.visa_classes),
        state.expires_on,
        state.since,
        _array(state.facts),
        _array(period.uncertain),
        state.disputed,
        state.fact_count,
        state.basis,
        state.confirmed_to,
        state.stale,
        state.last_known,
        state.last_known_on,
        state.implied,
    )


def _array(keys: Iterable[str]) -> str:
    """PostgreSQL's text of an array; nothing in a key has to be escaped."""
    return f"{{{','.join(keys)}}}"
