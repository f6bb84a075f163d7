"""A pair's facts in every version, from which the relation of any day, as known at any moment, is assembled."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from orjson import Fragment

from relations.models import FACT_MODELS
from relations.queries.cache import PAIRS
from relations.queries.clock import today
from relations.queries.countries import CountryIndex, country_index
from relations.queries.designation_counts import (
    DesignationCounts,
    cached_designation_counts,
    counts_on,
    designation_counts,
    import_moments,
)
from relations.queries.facts import load_facts
from relations.queries.pair_versions import PairVersions, current_versions, version_moments
from relations.queries.periods import load_periods
from relations.queries.snapshot import snapshot
from relations.queries.titles import ListProgrammes, lists_named, programmes_named
from relations.representation.designation_counts import designation_bodies
from relations.representation.facts import CutJson, cut_facts
from relations.representation.relations import MOST_FACTS, relation_links, relation_row
from relations.representation.statuses import RelationState, relation_status
from relations.status import InheritanceRoute, Period, Track, contradictions, periods
from relations.status.facts import FactValue

_LOG = "log"


@dataclass(frozen=True, slots=True, eq=False)
class KnownState:
    """State at one transaction time: facts in their order, keys of the contradicted ones, periods."""

    facts: tuple[FactValue, ...]
    contradicted: Collection[str]
    periods: Sequence[Period]
    recorded: frozenset[Track]

    def on(self, day: dt.date) -> dict[Track, Period]:
        return {period.track: period for period in self.periods if period.covers(day)}

    @property
    def weight(self) -> int:
        """Bytes, roughly: the facts are those of the history."""
        return 100 * len(self.facts) + 700 * len(self.periods) + 500


@dataclass(frozen=True, slots=True, eq=False)
class PairHistory:
    """One pair's facts in every version: as value objects, and as JSON.

    `moments` are the transaction times at which a fact was recorded, confirmed or superseded, in order. `until` is the
    last day on which both countries existed. States and versions of past moments are cached as long as the history is.
    """

    code: str
    validator: Hashable
    version: int
    facts: tuple[FactValue, ...]
    written: Mapping[tuple[str, int], CutJson]
    stored: Sequence[Period]
    programmes: Mapping[str, str]
    list_programmes: ListProgrammes
    lists: Mapping[str, str]
    moments: Sequence[dt.datetime]
    until: dt.date | None = None

    def known_at(self, moment: dt.datetime | None) -> KnownState:
        rank = self._rank(moment)
        state: KnownState | None = PAIRS.get((self.code, rank), self.validator)
        if state is None:
            state = self._known(rank)
            PAIRS.store((self.code, rank), self.validator, state, weight=state.weight)
        return state

    def version_at(self, moment: dt.datetime) -> int:
        """The version that the pair had at a moment; 0 before its first."""
        if not self.version:
            return 0
        log: Sequence[tuple[dt.datetime, int]] | None = PAIRS.get((self.code, _LOG), self.validator)
        if log is None:
            log = version_moments(self.code)
            PAIRS.store((self.code, _LOG), self.validator, log, weight=200 * len(log) + 100)
        place = bisect_right(log, moment, key=itemgetter(0))
        return log[place - 1][1] if place else 0

    def had_facts(self, moment: dt.datetime | None) -> bool:
        """True where a fact had been recorded by then, retracted or not."""
        return bool(self.facts) if moment is None else self._rank(moment) > 0

    def is_ready(self, moment: dt.datetime) -> bool:
        """True where nothing has to be folded for the moment."""
        return PAIRS.get((self.code, self._rank(moment)), self.validator) is not None

    def _rank(self, moment: dt.datetime | None) -> int:
        return len(self.moments) if moment is None else bisect_right(self.moments, moment)

    def _known(self, rank: int) -> KnownState:
        """Today's knowledge has its periods stored; those of the past are folded from the facts of then."""
        if rank == len(self.moments):
            facts = tuple(fact for fact in self.facts if fact.superseded_at is None)
            known = self.stored
        else:
            moment = self.moments[rank - 1] if rank else dt.datetime.min.replace(tzinfo=dt.UTC)
            facts = tuple(fact.as_known_at(moment) for fact in self.facts if fact.known_at(moment))
            known = periods(facts, until=self.until)
        return KnownState(facts, contradictions(facts).keys(), known, frozenset(period.track for period in known))

    def fact_bodies(self, state: KnownState, *, day: dt.date, site: str) -> Iterator[tuple[FactValue, bytes]]:
        """The facts that have happened by the day or may have, in their order, each with its JSON."""
        for fact in state.facts:
            if fact.earliest is None or fact.earliest <= day:
                disputed = fact.contested or fact.key in state.contradicted
                written = self.written[fact.key, fact.version]
                yield fact, written.joined(len(fact.confirmations), disputed=disputed, site=site)

    @property
    def weight(self) -> int:
        """Bytes, roughly: a fact and a period take some hundreds in addition to the text."""
        text = sum(len(head) + len(tail) for head, tail in self.written.values())
        keys = sum(len(period.state.facts) + len(period.uncertain) for period in self.stored)
        return text + 1000 * (len(self.facts) + len(self.stored)) + 100 * keys


def _read(
    code: str, *, versions: PairVersions, expand: frozenset[str], until: dt.date | None
) -> PairHistory:  # fmt: skip
    facts = sorted(load_facts([code], every_version=True).get(code, []), key=lambda fact: fact.order)
    moments = {moment for fact in facts for moment in (fact.recorded_at, fact.superseded_at) if moment}
    moments |= {one.recorded_at for fact in facts for one in fact.confirmations}
    programmes, list_programmes = programmes_named(fact.programme for fact in facts)
    return PairHistory(
        code=code,
        validator=versions.of(code),
        version=versions.version(code),
        facts=tuple(facts),
        written=cut_facts(code, expand),
        stored=tuple(load_periods([code]).get(code, [])),
        programmes=programmes,
        list_programmes=list_programmes,
        lists=lists_named(fact.list for fact in facts),
        moments=sorted(moments),
        until=until,
    )


# --- a pair and the pairs from which it inherits --------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class RelationContext:
    """A pair's history, those from which it inherited at any time, and the reference data of the same moment."""

    versions: PairVersions
    countries: CountryIndex
    own: PairHistory
    inherited: Sequence[tuple[InheritanceRoute, PairHistory]]
    counts: DesignationCounts

    def last_moment(self) -> dt.datetime | None:
        """The last transaction time on which the present answer rests: as known then, it is the same."""
        moments = self.versions.last_moments()
        if any(history.list_programmes for history in (self.own, *(history for _, history in self.inherited))):
            moments += import_moments(self.versions.epoch)[-1:]
        return max(moments, default=None)

    def relation(self, *, day: dt.date, known_at: dt.datetime | None, site: str) -> dict[str, Any]:
        """The body of `/api/relations/<code>/`, with facts as fragments of JSON."""
        code, state = self.own.code, self.own.known_at(known_at)
        facts: dict[str, list[Fragment]] = {model.resource.replace("-", "_"): [] for model in FACT_MODELS}
        shown = list(self.own.fact_bodies(state, day=day, site=site))
        for fact, body in shown[-MOST_FACTS:]:
            facts[fact.kind.replace("-", "_")].append(Fragment(body))
        version = self.own.version if known_at is None else self.own.version_at(known_at)
        routes = (
            route for route, history in self.inherited if history.had_facts(known_at) and route.membership.covers(day)
        )
        return {
            **relation_row(
                code, version=version, day=day, known_at=known_at, countries=self.countries, site=site,
                status=relation_status(self._state(state, day=day, known_at=known_at, site=site)),
            ),
            "facts": facts,
            "fact_count": len(shown),
            "links": relation_links(
                code, routes=routes, as_of=None if day == today() else day, known_at=known_at, site=site
            ),
        }  # fmt: skip

    def status(self, *, day: dt.date, known_at: dt.datetime | None, site: str) -> dict[str, Any]:
        """The statuses alone: no fact is written out for them."""
        return relation_status(self._state(self.own.known_at(known_at), day=day, known_at=known_at, site=site))

    def is_ready(self, moment: dt.datetime) -> bool:
        """True where nothing has to be read or folded for the relation as known at a finished moment."""
        histories = [history for history in (self.own, *(one for _, one in self.inherited)) if history.facts]
        has_log = not self.own.version or PAIRS.get((self.own.code, _LOG), self.own.validator) is not None
        return (
            has_log
            and all(history.is_ready(moment) for history in histories)
            and (
                not any(history.list_programmes for history in histories)
                or cached_designation_counts(self.versions.epoch, known_at=moment) is not None
            )
        )

    def titles(self) -> tuple[dict[str, str], dict[str, str]]:
        """Titles of the programmes and of the lists of its own tracks and of those that it ever inherited."""
        programmes, lists = dict[str, str](), dict[str, str]()
        for history in (self.own, *(history for _, history in self.inherited)):
            programmes |= history.programmes
            lists |= history.lists
        return programmes, lists

    def _state(self, state: KnownState, *, day: dt.date, known_at: dt.datetime | None, site: str) -> RelationState:
        on_day = [(route, history) for route, history in self.inherited if route.membership.covers(day)]
        programmes, lists = self.titles()
        list_programmes = dict(self.own.list_programmes)
        for _, history in on_day:
            list_programmes |= history.list_programmes
        past = list_programmes and known_at is not None
        counts = designation_counts(self.versions.epoch, known_at=known_at) if past else self.counts
        as_of = None if day == today() else day
        return RelationState(
            code=self.own.code,
            day=day,
            on_day=state.on(day),
            recorded=state.recorded,
            inherited=[(route, history.known_at(known_at).on(day)) for route, history in on_day],
            programmes=programmes,
            lists=lists,
            designations=designation_bodies(
                list_programmes, counts_on(as_of, counts, list_programmes.values()), as_of=as_of, known_at=known_at,
                site=site,
            ),
        )  # fmt: skip


def relation_context(code: str, *, versions: PairVersions, expand: frozenset[str] = frozenset()) -> RelationContext:
    """The histories of the pair and of those it inherits from, all of one moment; from the cache where it has them all.

    `expand` names the references that facts show whole instead of in short.
    """
    try:
        return _context(code, versions, expand, may_read=False)
    except _NotCached:
        with snapshot():
            return _context(code, current_versions(code), expand, may_read=True)


class _NotCached(Exception):
    pass


def _context(code: str, versions: PairVersions, expand: frozenset[str], *, may_read: bool) -> RelationContext:
    """Raises `_NotCached` where something would have to be read that may not be."""
    countries = country_index(versions.epoch)
    routes = countries.routes(code)
    histories = {}
    for pair in (code, *(route.pair for route in routes)):
        history: PairHistory | None = (
            PAIRS.get((pair, expand), versions.of(pair)) if versions.has_facts(pair) else _without_facts(pair)
        )
        if history is None:
            if not may_read:
                raise _NotCached
            until = countries.last_day_of_pair(pair)
            history = _read(pair, versions=versions, expand=expand, until=until)
            PAIRS.store((pair, expand), history.validator, history, weight=history.weight)
        histories[pair] = history
    counts = cached_designation_counts(versions.epoch)
    if counts is None and any(history.list_programmes for history in histories.values()):
        if not may_read:
            raise _NotCached
        counts = designation_counts(versions.epoch)
    inherited = [(route, histories[route.pair]) for route in routes]
    return RelationContext(versions, countries, histories[code], inherited, counts or {})


def _without_facts(code: str) -> PairHistory:
    """Most pairs of a country and the United Nations are of this kind: no query and no place in the cache."""
    return PairHistory(
        code, None, 0, facts=(), written={}, stored=(), programmes={}, list_programmes={}, lists={}, moments=()
    )
