"""Periods as rows: what the ledger writes and everything else reads."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import TextField
from django.db.models.functions import Cast

from relations.codes import TRACKS
from relations.models import StatusPeriod
from relations.status import NO_PROGRAMME, Period, State, Track

_TOLD = ("value", "holder", "measures", "scope", "visa_classes", "expires_on", "since", "disputed")
"""What a row tells of its state, without the keys."""


def load_periods(pairs: Collection[str], *, day: dt.date | None = None) -> dict[str, list[Period]]:
    """The periods of some pairs by the pair's code, of one day or of all: one query. Pairs without are left out."""
    rows = StatusPeriod.objects.filter(pair__in=pairs).order_by("pair", "track", "days")
    if day is not None:
        rows = rows.on(day)
    # A long run repeats its keys in each of its periods: they are read as text, and each key is held once.
    keys = (Cast(column, TextField()) for column in ("facts", "uncertain"))
    held: dict[str, str] = {}
    found: defaultdict[str, list[Period]] = defaultdict(list)
    for pair, track, days, *told, facts, uncertain in rows.values_list("pair_id", "track", "days", *_TOLD, *keys):
        found[pair].append(_period(track, days, told, facts=_split(facts, held), uncertain=_split(uncertain, held)))
    return dict(found)


def _split(keys: str, held: dict[str, str]) -> tuple[str, ...]:
    """`{a,b}` -> a, b."""
    apart = keys[1:-1].split(",") if len(keys) > len("{}") else []
    return tuple(map(held.setdefault, apart, apart))


_GONE = """
    DELETE FROM relations_statusperiod AS period
    USING unnest(%s::text[], %s::text[], %s::date[]) AS gone (pair, track, start)
    WHERE period.pair_id = gone.pair AND period.track = gone.track AND lower(period.days) = gone.start
"""


def replace_changed(old: Mapping[str, Collection[Period]], new: Mapping[str, Collection[Period]]) -> None:
    """Replaces what is stored of locked pairs by what was computed, by code; what stays the same is not touched."""
    gone: list[tuple[str, str, dt.date]] = []
    come: list[tuple[str, Period]] = []
    for pair, computed in new.items():
        stored, wanted = set(old.get(pair, ())), set(computed)
        gone += [(pair, str(period.track), period.start) for period in stored - wanted]
        come += [(pair, period) for period in computed if period not in stored]
    if gone:
        with connection.cursor() as cursor:
            cursor.execute(_GONE, [list(column) for column in zip(*gone, strict=True)])
    if come:
        _copy(come)


_COLUMNS = (
    "pair_id", "track", "kind", "from_country_id", "to_country_id", "whole", "programme_id", "list_id", "days", "value",
    "holder", "measures", "scope", "visa_classes", "expires_on", "since", "facts", "uncertain", "disputed",
)  # fmt: skip


def _copy(rows: Iterable[tuple[str, Period]]) -> None:
    """COPY of plain values: one act can move thousands of periods, an import a hundred thousand."""
    into = f"COPY relations_statusperiod ({', '.join(_COLUMNS)}) FROM STDIN"
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(into) as copy:
        for pair, period in rows:
            copy.write_row(_row(pair, period))


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
        _keys(state.facts),
        _keys(period.uncertain),
        state.disputed,
    )


def _keys(keys: Iterable[str]) -> str:
    """As PostgreSQL reads an array: nothing in a key has to be escaped."""
    return f"{{{','.join(keys)}}}"


def period_from_row(row: StatusPeriod) -> Period:
    told = [getattr(row, name) for name in _TOLD]
    facts, uncertain = tuple(map(str, row.facts)), tuple(map(str, row.uncertain))
    return _period(row.track, row.days, told, facts=facts, uncertain=uncertain)


def _period(
    track: str, days: DateRange, told: Sequence[Any], *, facts: tuple[str, ...], uncertain: tuple[str, ...]
) -> Period:  # fmt: skip
    value, holder, measures, scope, visa_classes, expires_on, since, disputed = told
    state = State(
        value=value,
        holder=holder,
        measures=tuple(measures),
        scope=scope,
        visa_classes=tuple(visa_classes),
        expires_on=expires_on,
        since=since,
        facts=facts,
        disputed=disputed,
    )
    return Period(track=Track.named(track), start=days.lower, end=days.upper, state=state, uncertain=uncertain)
