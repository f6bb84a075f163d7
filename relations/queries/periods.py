"""Reads the stored projection: rows of `StatusPeriod` and `StatusSpan` as value objects."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import TextField, Value
from django.db.models.functions import Cast

from relations.models.periods import StatusPeriod, StatusPeriodQuerySet, StatusSpan
from relations.status.spans import Span
from relations.status.tracks import Period, State, Track

STATE_COLUMNS = (
    "value", "holder", "measures", "scope", "visa_classes", "expires_on", "since", "disputed",
    "fact_count", "basis", "confirmed_to", "stale", "last_known", "last_known_on", "implied",
)  # fmt: skip
"""The columns of a period's state, without the facts' keys."""


def load_periods(
    pairs: Collection[str], *, since: dt.date | None = None, track: Track | None = None
) -> dict[str, list[Period]]:  # fmt: skip
    """The periods of some pairs by the pair's code: one query. Pairs without are left out.

    They are all, or those of one track, or those that reach the day `since`: that end on it or later.
    """
    rows = StatusPeriod.objects.filter(pair__in=pairs).order_by("pair", "track", "days")
    if since is not None:
        rows = rows.reaching(since)
    if track is not None:
        rows = rows.filter(track=str(track))
    loaded: defaultdict[str, list[Period]] = defaultdict(list)
    for pair, period, _ in read_periods(rows):
        loaded[pair].append(period)
    return dict(loaded)


def read_periods(
    rows: StatusPeriodQuerySet, *more: str, evidence: bool = True
) -> Iterator[tuple[str, Period, Sequence[Any]]]:  # fmt: skip
    """The pair, the period and the values of `more` columns of each row: one query, and no model for each.

    Without `evidence` the periods have no keys of facts.
    """
    # A long run repeats its keys in each of its periods: they are read as text, and equal keys share one string.
    keys = [Cast(column if evidence else Value("{}"), TextField()) for column in ("facts", "uncertain")]
    shared: dict[str, str] = {}
    columns = rows.values_list("pair_id", "track", "days", *more, *STATE_COLUMNS, *keys)
    for pair, name, days, *values, facts, uncertain in columns:
        of_facts, of_uncertain = _split(facts, shared), _split(uncertain, shared)
        yield (
            pair,
            _period(name, days, values[len(more) :], facts=of_facts, uncertain=of_uncertain),
            values[: len(more)],
        )


_OF_DAYS = f"""
    SELECT asked.place, period.track, period.days, {", ".join(STATE_COLUMNS)}, facts::text, uncertain::text
    FROM unnest(%s::text[], %s::text[], %s::date[]) WITH ORDINALITY AS asked (pair, track, day, place)
    CROSS JOIN LATERAL (
        SELECT * FROM relations_statusperiod AS begun
        WHERE begun.pair_id = asked.pair AND begun.track = asked.track AND lower(begun.days) <= asked.day
        ORDER BY lower(begun.days) DESC LIMIT 1
    ) AS period WHERE period.days @> asked.day
"""  # noqa: S608  # nothing of it comes from outside


def load_evidence(rows: Sequence[StatusSpan], days: Sequence[dt.date]) -> list[Period | None]:
    """The period of each span's track on a day, None where there is none: one query."""
    evidence: list[Period | None] = [None] * len(rows)
    asked = ([row.pair_id for row in rows], [row.track for row in rows], list(days))
    shared: dict[str, str] = {}
    with connection.cursor() as cursor:
        cursor.execute(_OF_DAYS, asked)
        for place, track, of_days, *state, facts, uncertain in cursor:
            keys = {"facts": _split(facts, shared), "uncertain": _split(uncertain, shared)}
            evidence[place - 1] = _period(track, of_days, state, **keys)
    return evidence


def load_outlines(**chosen: Any) -> dict[str, list[Period]]:
    """Periods by the pair's code as far as spans show them, without facts and sources: one query."""
    rows = StatusPeriod.objects.filter(**chosen).order_by("pair", "track", "days")
    loaded: defaultdict[str, list[Period]] = defaultdict(list)
    for pair, name, days, *values in rows.values_list("pair_id", "track", "days", *_OUTLINE):
        state = State(**dict(zip(_OUTLINE, values, strict=True)))
        loaded[pair].append(Period(track=Track.named(name), start=days.lower, end=days.upper, state=state))
    return dict(loaded)


_OUTLINE = ("value", "holder", "since", "stale", "disputed")


def span_from_row(row: StatusSpan) -> Span:
    return Span(
        track=Track.named(row.track), start=row.start, end=None if row.end == dt.date.max else row.end,
        value=row.value, holder=row.holder, stale=row.stale, start_edtf=row.start_edtf, end_edtf=row.end_edtf,
        previous=row.previous, disputed=row.disputed, last=row.last, since_first=row.since_first,
        since_last=row.since_last,
    )  # fmt: skip


def period_from_row(row: StatusPeriod) -> Period:
    state = [getattr(row, name) for name in STATE_COLUMNS]
    facts, uncertain = tuple(map(str, row.facts)), tuple(map(str, row.uncertain))
    return _period(row.track, row.days, state, facts=facts, uncertain=uncertain)


def _split(keys: str, shared: dict[str, str]) -> tuple[str, ...]:
    """`{a,b}` -> a, b."""
    apart = keys[1:-1].split(",") if len(keys) > len("{}") else []
    return tuple(map(shared.setdefault, apart, apart))


def _period(
    track: str, days: DateRange, values: Sequence[Any], *, facts: tuple[str, ...], uncertain: tuple[str, ...]
) -> Period:  # fmt: skip
    columns = dict(zip(STATE_COLUMNS, values, strict=True))
    columns |= {name: tuple(columns[name]) for name in ("measures", "visa_classes")}
    state = State(facts=facts, **columns)
    return Period(track=Track.named(track), start=days.lower, end=days.upper, state=state, uncertain=uncertain)
