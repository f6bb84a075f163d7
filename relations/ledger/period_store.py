"""Writes the projection: rows of `StatusPeriod` and `StatusSpan`, which `queries.periods` reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import groupby
from operator import attrgetter

from django.db import connection
from django.db.models import Model

from relations.ledger.bulk_copy import copy_rows
from relations.models import StatusPeriod, StatusSpan
from relations.queries.periods import SPAN_COLUMNS, STATE_COLUMNS, load_outlines, load_spans
from relations.representation.matching import track_columns
from relations.status import Period, Span, spans, spans_since

# Each row by the index of its track: a join would read the whole table where its statistics are old.
_DELETE = """
    DELETE FROM {table} WHERE ctid = ANY(ARRAY(
        SELECT old.ctid FROM unnest(%s::text[], %s::text[], %s::date[]) AS gone (pair, track, start)
        CROSS JOIN LATERAL (
            SELECT ctid FROM {table} WHERE pair_id = gone.pair AND track = gone.track AND {start} = gone.start LIMIT 1
        ) AS old
    ))
"""
_DELETE_PERIODS = _DELETE.format(table="relations_statusperiod", start="lower(days)")
_DELETE_SPANS = _DELETE.format(table="relations_statusspan", start="relations_statusspan.start")

_OF_TRACK = ("track", "kind", "from_country_id", "to_country_id", "whole", "programme_id", "list_id")
_PERIOD_COLUMNS = ("pair_id", *_OF_TRACK, "days", "facts", "uncertain", *STATE_COLUMNS)
_OF_SPAN = tuple(column for column in SPAN_COLUMNS if column != "end")
_SPAN_COLUMNS = ("pair_id", *_OF_TRACK, "end", *_OF_SPAN)
_state_values, _span_values = attrgetter(*STATE_COLUMNS), attrgetter(*_OF_SPAN)


def replace_changed(
    old: Mapping[str, Sequence[Period]], new: Mapping[str, Sequence[Period]], *, since: dt.date | None = None
) -> None:  # fmt: skip
    """Replaces the stored periods of locked pairs, by code, with the computed ones; equal rows are not touched.

    Both are those that reach the day `since` (None: all). The spans of the tracks that changed are computed again,
    from that day on.
    """
    periods = _Changes[Period]()
    for pair, computed in new.items():
        periods.add(pair, old.get(pair, ()), computed)
    periods.delete(_DELETE_PERIODS)
    # An import inserts a hundred thousand periods: each row exists only while it is sent.
    periods.insert(StatusPeriod, _PERIOD_COLUMNS, _period_row)
    tracks = {(pair, track) for pair, track, _ in periods.deleted}
    tracks |= {(pair, str(period.track)) for pair, period in periods.inserted}
    _replace_spans(_by_track(new), tracks, since)


def _replace_spans(
    computed: Mapping[tuple[str, str], Sequence[Period]], tracks: AbstractSet[tuple[str, str]], since: dt.date | None
) -> None:  # fmt: skip
    """A span may reach far back, and its neighbours name each other: those that reach the day are read, or all.

    `computed` are the periods that reach the day. A track without a span from before the day begins with it or later,
    or has no spans yet: its periods are read whole.
    """
    if not tracks:
        return
    chosen = {pair for pair, _ in tracks}, {track for _, track in tracks}
    stored = {key: own for key, own in load_spans(*chosen, since=since).items() if key in tracks}
    shown = _Changes[Span]()
    resumed = set[tuple[str, str]]()
    if since is not None:
        resumed = {key for key, (first, *_) in stored.items() if first.start < since}
        for pair, track in sorted(resumed):
            own = stored[pair, track]
            again = spans_since(since, _head(pair, own[0], since), computed.get((pair, track), ()))
            shown.add(pair, own, again)
            _mark_last(pair, own, again)
    if begun := tracks - resumed:
        whole = computed if since is None else _by_track(load_outlines(*chosen))
        for pair, track in sorted(begun):
            shown.add(pair, stored.get((pair, track), ()), spans(whole.get((pair, track), ())))
    shown.delete(_DELETE_SPANS)
    shown.insert(StatusSpan, _SPAN_COLUMNS, _span_row)


def _by_track(periods: Mapping[str, Sequence[Period]]) -> dict[tuple[str, str], list[Period]]:
    return {
        (pair, str(track)): list(own)
        for pair, some in periods.items()
        for track, own in groupby(some, key=attrgetter("track"))
    }


def _head(pair: str, span: Span, since: dt.date) -> Span:
    """The span that begins before a day, disputed only if it is so in a period that ends before that day."""
    if not span.disputed:
        return span
    before = StatusPeriod.objects.filter(
        pair=pair, track=str(span.track), disputed=True, days__startswith__gte=span.start, days__endswith__lt=since
    )
    return replace(span, disputed=before.exists())


def _mark_last(pair: str, old: Sequence[Span], new: Sequence[Span]) -> None:
    """Marks the last span of each value before those that were replaced, where the value came among them or went."""
    old_values, new_values = {span.value for span in old}, {span.value for span in new}
    for value in sorted(old_values ^ new_values):
        earlier = StatusSpan.objects.filter(
            pair=pair, track=str(old[0].track), value=value, start__lt=old[0].start
        ).order_by("-start")
        StatusSpan.objects.filter(pk__in=earlier.values("pk")[:1]).update(last=value not in new_values)


class _Changes[T: Period | Span]:
    """Rows of some pairs that are no longer so, and those that are new."""

    def __init__(self) -> None:
        self.deleted: list[tuple[str, str, dt.date]] = []
        self.inserted: list[tuple[str, T]] = []

    def add(self, pair: str, old: Iterable[T], new: Sequence[T]) -> None:
        stored, computed = set(old), set(new)
        self.deleted += [(pair, str(row.track), row.start) for row in stored - computed]
        self.inserted += [(pair, row) for row in new if row not in stored]

    def delete(self, sql: str) -> None:
        if self.deleted:
            with connection.cursor() as cursor:
                cursor.execute(sql, [list(column) for column in zip(*self.deleted, strict=True)])

    def insert(self, model: type[Model], columns: Sequence[str], row: Callable[[T], tuple[object, ...]]) -> None:
        if self.inserted:
            copy_rows(model, columns, ((pair, *row(one)) for pair, one in self.inserted))


def _span_row(span: Span) -> tuple[object, ...]:
    return (*track_columns(span.track).values(), span.end or dt.date.max, *_span_values(span))


def _period_row(period: Period) -> tuple[object, ...]:
    days, keys = f"[{period.start},{period.end or ''})", (_array(period.state.facts), _array(period.uncertain))
    state = (list(value) if isinstance(value, tuple) else value for value in _state_values(period.state))
    return (*track_columns(period.track).values(), days, *keys, *state)


def _array(keys: Iterable[str]) -> str:
    """PostgreSQL's text of an array; nothing in a key has to be escaped."""
    return f"{{{','.join(keys)}}}"
