"""Periods as rows: what the ledger writes and everything else reads."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange

from relations.codes import TrackKind
from relations.models import StatusPeriod
from relations.status import NO_PROGRAMME, Period, State, Track


def stored_periods(pairs: Collection[str], *, day: dt.date | None = None) -> dict[str, list[Period]]:
    """The periods of some pairs by the pair's code, of one day or of all: one query. Pairs without are left out."""
    rows = StatusPeriod.objects.filter(pair__in=pairs).order_by("pair", "track", "days")
    if day is not None:
        rows = rows.on(day)
    found: defaultdict[str, list[Period]] = defaultdict(list)
    for row in rows:
        found[row.pair_id].append(period_of(row))
    return dict(found)


def rewrite(pair: str, old: Iterable[Period], new: Iterable[Period]) -> None:
    """Replaces what is stored of a locked pair by what was computed; what stays the same is not touched."""
    old, new = set(old), list(new)
    gone = old.difference(new)
    if gone:
        doomed: defaultdict[str, list[dt.date]] = defaultdict(list)
        for period in gone:
            doomed[str(period.track)].append(period.start)
        for track, starts in doomed.items():
            StatusPeriod.objects.filter(pair=pair, track=track, days__startswith__in=starts).delete()
    _copy([_row(pair, period) for period in new if period not in old])


def _copy(rows: Sequence[StatusPeriod]) -> None:
    """COPY: one act can move thousands of periods, and the keys of a long run make up most of what is written."""
    if not rows:
        return
    fields = [field for field in StatusPeriod._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    with connection.cursor() as cursor, cursor.copy(f"COPY relations_statusperiod ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([_copied(field.attname, getattr(row, field.attname)) for field in fields])


def _copied(column: str, value: object) -> object:
    """Keys are written as PostgreSQL reads an array of them: nothing in a key has to be escaped."""
    return f"{{{','.join(value)}}}" if column in ("facts", "uncertain") and isinstance(value, list) else value


def _row(pair: str, period: Period) -> StatusPeriod:
    track, state = period.track, period.state
    is_part = bool(track.part)
    sanctions, ban = track.kind == TrackKind.SANCTIONS, track.kind == TrackKind.TRAVEL_BAN
    return StatusPeriod(
        pair_id=pair,
        track=str(track),
        kind=track.kind,
        from_country_id=track.sender or None,
        to_country_id=track.receiver or None,
        whole=not (sanctions and is_part),
        programme_id=int(track.part) if sanctions and is_part and track.part != NO_PROGRAMME else None,
        list_id=int(track.part) if ban else None,
        days=DateRange(period.start, period.end),
        value=state.value,
        holder=state.holder,
        measures=list(state.measures),
        scope=state.scope,
        visa_classes=list(state.visa_classes),
        expires_on=state.expires_on,
        since=state.since,
        facts=list(state.facts),
        uncertain=list(period.uncertain),
        disputed=state.disputed,
    )


def period_of(row: StatusPeriod) -> Period:
    state = State(
        value=row.value,
        holder=row.holder,
        measures=tuple(row.measures),
        scope=row.scope,
        visa_classes=tuple(row.visa_classes),
        expires_on=row.expires_on,
        since=row.since,
        facts=tuple(map(str, row.facts)),
        disputed=row.disputed,
    )
    return Period(
        track=Track.named(row.track),
        start=row.days.lower,
        end=row.days.upper,
        state=state,
        uncertain=tuple(map(str, row.uncertain)),
    )
