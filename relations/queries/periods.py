"""Reads the stored projection: rows of `StatusPeriod` as value objects."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import TextField
from django.db.models.functions import Cast

from relations.models.periods import StatusPeriod
from relations.queries.facts import immutable
from relations.status.tracks import Period, State, Track

_STATE = (
    "value", "holder", "measures", "scope", "visa_classes", "expires_on", "since", "disputed",
    "fact_count", "basis", "confirmed_to", "stale", "last_known", "last_known_on", "implied",
)  # fmt: skip
"""The columns of a period's state, without the facts' keys."""


def load_periods(
    pairs: Collection[str], *, day: dt.date | None = None, since: dt.date | None = None, track: Track | None = None
) -> dict[str, list[Period]]:  # fmt: skip
    """The periods of some pairs by the pair's code: one query. Pairs without are left out.

    They are all, or those of one day, of one track, or those that reach the day `since`: that end on it or later.
    """
    rows = StatusPeriod.objects.filter(pair__in=pairs).order_by("pair", "track", "days")
    if day is not None:
        rows = rows.on(day)
    if since is not None:
        rows = rows.reaching(since)
    if track is not None:
        rows = rows.filter(track=str(track))
    # A long run repeats its keys in each of its periods: they are read as text, and equal keys share one string.
    keys = (Cast(column, TextField()) for column in ("facts", "uncertain"))
    shared: dict[str, str] = {}
    loaded: defaultdict[str, list[Period]] = defaultdict(list)
    for pair, name, days, *state, facts, uncertain in rows.values_list("pair_id", "track", "days", *_STATE, *keys):
        loaded[pair].append(
            _period(name, days, state, facts=_split(facts, shared), uncertain=_split(uncertain, shared))
        )
    return dict(loaded)


def period_from_row(row: StatusPeriod) -> Period:
    state = [getattr(row, name) for name in _STATE]
    facts, uncertain = tuple(map(str, row.facts)), tuple(map(str, row.uncertain))
    return _period(row.track, row.days, state, facts=facts, uncertain=uncertain)


def _split(keys: str, shared: dict[str, str]) -> tuple[str, ...]:
    """`{a,b}` -> a, b."""
    apart = keys[1:-1].split(",") if len(keys) > len("{}") else []
    return tuple(map(shared.setdefault, apart, apart))


def _period(
    track: str, days: DateRange, values: Sequence[Any], *, facts: tuple[str, ...], uncertain: tuple[str, ...]
) -> Period:  # fmt: skip
    columns = {name: immutable(value) for name, value in zip(_STATE, values, strict=True)}
    state = State(facts=facts, **columns)
    return Period(track=Track.named(track), start=days.lower, end=days.upper, state=state, uncertain=uncertain)
