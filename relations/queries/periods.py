"""Reads the stored projection: rows of `StatusPeriod` and `StatusSpan` as value objects."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
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

_PERIOD = f"track, days, {', '.join(STATE_COLUMNS)}, facts::text, uncertain::text"
"""The columns of a period. A long run repeats its keys in each of its periods, so they are read as text."""

# Written out: a command reads periods up to three times, and Django takes a millisecond to write such a query.
_OF_PAIRS = f"""
    SELECT pair_id, {_PERIOD} FROM relations_statusperiod
    WHERE pair_id = ANY(%s::text[]) {{chosen}} ORDER BY pair_id, track, days
"""  # noqa: S608  # nothing of it comes from outside


def load_periods(
    pairs: Collection[str], *, since: dt.date | None = None, track: Track | None = None
) -> dict[str, list[Period]]:  # fmt: skip
    """The periods of some pairs by the pair's code: one query. Pairs without are left out.

    They are all, or those of one track, or those that reach the day `since`: that end on it or later.
    """
    if not pairs:
        return {}
    conditions: list[tuple[str, Any]] = []
    if since is not None:
        conditions.append(("AND coalesce(upper(days), 'infinity') >= %s", since))
    if track is not None:
        conditions.append(("AND track = %s", str(track)))
    sql = _OF_PAIRS.format(chosen=" ".join(condition for condition, _ in conditions))
    loaded: defaultdict[str, list[Period]] = defaultdict(list)
    shared: dict[str, str] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(pairs), *(value for _, value in conditions)])
        for pair, *period in cursor:
            loaded[pair].append(_read(period, shared))
    return dict(loaded)


def read_periods(
    rows: StatusPeriodQuerySet, *more: str, evidence: bool = True
) -> Iterator[tuple[str, Period, Sequence[Any]]]:  # fmt: skip
    """The pair, the period and the values of `more` columns of each row: one query, and no model for each.

    Without `evidence` the periods have no keys of facts.
    """
    keys = [Cast(column if evidence else Value("{}"), TextField()) for column in ("facts", "uncertain")]
    shared: dict[str, str] = {}
    for pair, *values in rows.values_list("pair_id", *more, "track", "days", *STATE_COLUMNS, *keys):
        yield pair, _read(values[len(more) :], shared), values[: len(more)]


_OF_DAYS = f"""
    SELECT place, {_PERIOD}
    FROM unnest(%s::text[], %s::text[], %s::date[]) WITH ORDINALITY AS asked (pair, name, day, place)
    CROSS JOIN LATERAL (
        SELECT * FROM relations_statusperiod AS begun
        WHERE begun.pair_id = asked.pair AND begun.track = asked.name AND lower(begun.days) <= asked.day
        ORDER BY lower(begun.days) DESC LIMIT 1
    ) AS period WHERE days @> asked.day
"""  # noqa: S608  # nothing of it comes from outside


def load_evidence(rows: Sequence[StatusSpan], days: Sequence[dt.date]) -> list[Period | None]:
    """The period of each span's track on a day, None where there is none: one query."""
    evidence: list[Period | None] = [None] * len(rows)
    asked = ([row.pair_id for row in rows], [row.track for row in rows], list(days))
    shared: dict[str, str] = {}
    with connection.cursor() as cursor:
        cursor.execute(_OF_DAYS, asked)
        for place, *period in cursor:
            evidence[place - 1] = _read(period, shared)
    return evidence


_OUTLINE = ("value", "holder", "since", "stale", "disputed")
_OUTLINES = f"""
    SELECT pair_id, track, days, {", ".join(_OUTLINE)} FROM relations_statusperiod
    WHERE pair_id = ANY(%s::text[]) AND track = ANY(%s::text[]) ORDER BY pair_id, track, days
"""  # noqa: S608  # nothing of it comes from outside


def load_outlines(pairs: Collection[str], tracks: Collection[str]) -> dict[str, list[Period]]:
    """Periods by the pair's code as far as spans show them, without facts and sources: one query."""
    loaded: defaultdict[str, list[Period]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_OUTLINES, [list(pairs), list(tracks)])
        for pair, name, days, *values in cursor:
            state = State(**dict(zip(_OUTLINE, values, strict=True)))
            loaded[pair].append(Period(track=Track.named(name), start=days.lower, end=days.upper, state=state))
    return dict(loaded)


SPAN_COLUMNS = (
    "start", "end", "value", "holder", "stale", "start_edtf", "end_edtf", "previous", "disputed", "last",
    "since_first", "since_last",
)  # fmt: skip
"""The columns of a span, without those of its track."""
_SPANS = f"""
    SELECT pair_id, track, {", ".join(f'"{column}"' for column in SPAN_COLUMNS)} FROM relations_statusspan
    WHERE pair_id = ANY(%s::text[]) AND track = ANY(%s::text[]) AND "end" >= %s ORDER BY pair_id, track, start
"""  # noqa: S608  # nothing of it comes from outside


def load_spans(
    pairs: Collection[str], tracks: Collection[str], *, since: dt.date | None
) -> dict[tuple[str, str], list[Span]]:  # fmt: skip
    """The spans by the pair's code and the track, all or those that end on the day `since` or later: one query."""
    loaded: defaultdict[tuple[str, str], list[Span]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_SPANS, [list(pairs), list(tracks), since or dt.date.min])
        for pair, name, *values in cursor:
            loaded[pair, name].append(_span(name, dict(zip(SPAN_COLUMNS, values, strict=True))))
    return dict(loaded)


def span_from_row(row: StatusSpan) -> Span:
    return _span(row.track, {column: getattr(row, column) for column in SPAN_COLUMNS})


def _span(track: str, values: Mapping[str, Any]) -> Span:
    end = values["end"]
    return Span(**{**values, "track": Track.named(track), "end": None if end == dt.date.max else end})


def period_from_row(row: StatusPeriod) -> Period:
    state = [getattr(row, name) for name in STATE_COLUMNS]
    facts, uncertain = tuple(map(str, row.facts)), tuple(map(str, row.uncertain))
    return _period(row.track, row.days, state, facts=facts, uncertain=uncertain)


def _read(columns: Sequence[Any], shared: dict[str, str]) -> Period:
    """The period of the columns `_PERIOD`; equal keys of facts are one string."""
    track, days, *state, facts, uncertain = columns
    return _period(track, days, state, facts=_split(facts, shared), uncertain=_split(uncertain, shared))


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
