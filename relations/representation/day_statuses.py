"""States of many pairs on one day, read together: for rows of the list of relations and for snapshots."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q

from relations.models import StatusPeriod
from relations.models.designations import ListProgramme
from relations.models.periods import is_on
from relations.queries.clock import today
from relations.queries.countries import CountryIndex
from relations.queries.designation_counts import counts_on, designation_counts
from relations.queries.facts import load_facts
from relations.queries.periods import read_periods
from relations.queries.titles import lists_named, programmes_named
from relations.representation.designation_counts import designation_bodies
from relations.representation.statuses import RelationState
from relations.status import INHERITED_KINDS, InheritanceRoute, Period, Track, periods


@dataclass(slots=True)
class _Tracks:
    """One pair's periods of the day, and all its tracks."""

    on_day: dict[Track, Period] = field(default_factory=dict)
    recorded: set[Track] = field(default_factory=set)


@dataclass(slots=True)
class _Read:
    """Tracks by pair, and what their programmes and lists are called."""

    tracks: defaultdict[str, _Tracks] = field(default_factory=lambda: defaultdict(_Tracks))
    programmes: dict[str, str] = field(default_factory=dict)
    list_programmes: dict[str, ListProgramme] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayStatuses:
    """The tracks of some pairs, of the pairs from which they inherit, and the names in them."""

    day: dt.date
    read: _Read
    routes: Mapping[str, list[InheritanceRoute]]
    designations: Mapping[str, Mapping[str, Any]]

    def periods(self, code: str) -> Collection[Period]:
        return self.read.tracks[code].on_day.values()

    def state(self, code: str) -> RelationState:
        own = self.read.tracks[code]
        return RelationState(
            code=code,
            day=self.day,
            on_day=own.on_day,
            recorded=own.recorded,
            inherited=[(route, self.read.tracks[route.pair].on_day) for route in self.routes[code]],
            programmes=self.read.programmes,
            lists=self.read.lists,
            designations=self.designations,
        )


type CountParties = Callable[[Collection[ListProgramme]], Mapping[ListProgramme, int]]


def day_statuses(
    codes: Collection[str], *, day: dt.date, known_at: dt.datetime | None, countries: CountryIndex, site: str,
    count: CountParties | None = None, outlines: bool = False,
) -> DayStatuses:  # fmt: skip
    """One query for today's knowledge; four for the facts of a past moment, and two for titles.

    `count` replaces the cached counts of designations, which a transaction that changes them cannot use.
    With `outlines`, which are of today's knowledge, statuses have no programmes and no keys of facts.
    """
    routes = {code: countries.routes(code, on=day) for code in codes}
    pairs = {*codes, *(route.pair for of_pair in routes.values() for route in of_pair)}
    read = _stored(pairs, day, outlines=outlines) if known_at is None else _folded(pairs, day, known_at, countries)
    programmes, as_of = read.list_programmes, None if day == today() else day
    if count is None:
        known = designation_counts(countries.epoch, known_at=known_at) if programmes else {}
        counts: Mapping[ListProgramme, int] = counts_on(as_of, known, programmes.values())
    else:
        counts = count(list(programmes.values()))
    designations = designation_bodies(programmes, counts, as_of=as_of, known_at=known_at, site=site)
    return DayStatuses(day=day, read=read, routes=routes, designations=designations)


def _stored(pairs: Collection[str], day: dt.date, *, outlines: bool) -> _Read:
    """The period of the day of every track, or one of another day where an inheritable track says nothing that day."""
    read = _Read()
    if not pairs:
        return read
    on_day = is_on(day)
    stored = StatusPeriod.objects.of_pairs(pairs).filter(on_day | Q(kind__in=INHERITED_KINDS))
    if outlines:
        stored = stored.filter(whole=True)
    dated = stored.annotate(is_on_day=ExpressionWrapper(on_day, output_field=BooleanField()))
    # A track may have ten thousand periods: of those that are sorted and left out only the ids are read.
    chosen = dated.order_by("pair_id", "track", "-is_on_day").distinct("pair_id", "track").values("pk")
    rows = StatusPeriod.objects.filter(pk__in=chosen).order_by("pair_id", "track")
    titles = ("programme__title", "programme__list", "programme__code", "list__title")
    for pair, period, (programme, list_, code, of_list) in read_periods(rows, *titles, evidence=not outlines):
        _add(read.tracks[pair], period, day)
        if programme is not None:
            read.programmes[period.track.part] = programme
            if code:
                read.list_programmes[period.track.part] = (list_, code)
        if of_list is not None:
            read.lists[period.track.part] = of_list
    return read


def _folded(pairs: Collection[str], day: dt.date, known_at: dt.datetime, countries: CountryIndex) -> _Read:
    facts = load_facts(pairs, known_at=known_at)
    all_facts = [fact for own in facts.values() for fact in own]
    programmes, list_programmes = programmes_named(fact.programme for fact in all_facts)
    lists = lists_named(fact.list for fact in all_facts)
    read = _Read(programmes=programmes, list_programmes=list_programmes, lists=lists)
    for code, own in facts.items():
        for period in periods(own, until=countries.last_day_of_pair(code)):
            _add(read.tracks[code], period, day)
    return read


def _add(tracks: _Tracks, period: Period, day: dt.date) -> None:
    tracks.recorded.add(period.track)
    if period.covers(day):
        tracks.on_day[period.track] = period
