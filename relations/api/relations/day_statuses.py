"""What many pairs show on one day, read together: the rows of the list of relations."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import BooleanField, ExpressionWrapper, Q

from relations.api.relations.designation_counts import listed
from relations.ledger import period_from_row
from relations.models import StatusPeriod
from relations.models.designations import ListProgramme
from relations.queries.countries import CountryIndex
from relations.queries.designation_counts import designation_counts
from relations.queries.facts import load_facts
from relations.queries.titles import lists_named, programmes_named
from relations.representation.statuses import RelationState
from relations.status import INHERITED_KINDS, InheritanceRoute, Period, Track, inheritance_routes, periods
from relations.status.inheritance import MembershipPeriod


@dataclass(slots=True)
class _Told:
    """One pair's periods of the day, and all its tracks."""

    holding: dict[Track, Period] = field(default_factory=dict)
    recorded: set[Track] = field(default_factory=set)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standings:
    """What was read of some pairs and of the organisations that reach them."""

    told: Mapping[str, _Told]
    ways: Mapping[str, list[InheritanceRoute]]
    programmes: Mapping[str, str]
    lists: Mapping[str, str]
    designations: Mapping[str, Mapping[str, Any]]

    def holding(self, code: str) -> Collection[Period]:
        return self.told[code].holding.values()

    def shown(self, code: str) -> RelationState:
        own = self.told[code]
        return RelationState(
            code=code,
            holding=own.holding,
            recorded=own.recorded,
            inherited=[(way, self.told[way.pair].holding) for way in self.ways[code]],
            programmes=self.programmes,
            lists=self.lists,
            designations=self.designations,
        )


def standings(
    codes: Collection[str], *, day: dt.date, moment: dt.datetime | None, around: CountryIndex, site: str
) -> Standings:  # fmt: skip
    """One query for what is known now; four for the facts of a past moment, and two for titles."""
    ways = _ways(codes, day, around)
    asked = {*codes, *(way.pair for of_pair in ways.values() for way in of_pair)}
    read = _stored(asked, day) if moment is None else _computed(asked, day, moment)
    known = designation_counts(around.stamp, known_at=moment) if read.words else {}
    return Standings(
        told=read.told,
        ways=ways,
        programmes=read.programmes,
        lists=read.lists,
        designations=listed(read.words, known, day=day, known_at=moment, site=site),
    )


def _ways(codes: Collection[str], day: dt.date, around: CountryIndex) -> dict[str, list[InheritanceRoute]]:
    by_member: defaultdict[str, list[MembershipPeriod]] = defaultdict(list)
    for one in around.belongings:
        if one.covers(day):
            by_member[one.member].append(one)
    return {code: inheritance_routes(code, by_member[code[:2]] + by_member[code[3:]]) for code in codes}


class _Read(NamedTuple):
    told: Mapping[str, _Told]
    programmes: Mapping[str, str]
    words: Mapping[str, ListProgramme]
    lists: Mapping[str, str]


def _stored(asked: Collection[str], day: dt.date) -> _Read:
    """The period of the day of every track, and one of another day where a track that has entries tells nothing."""
    told: defaultdict[str, _Told] = defaultdict(_Told)
    programmes, words, lists = dict[str, str](), dict[str, ListProgramme](), dict[str, str]()
    today = Q(days__contains=day)
    rows = StatusPeriod.objects.filter(today | Q(kind__in=INHERITED_KINDS), pair__in=asked).annotate(
        holds=ExpressionWrapper(today, output_field=BooleanField())
    )
    rows = rows.order_by("pair_id", "track", "-holds").distinct("pair_id", "track").select_related("programme", "list")
    for row in rows:
        period = period_from_row(row)
        told[row.pair_id].recorded.add(period.track)
        if period.covers(day):
            told[row.pair_id].holding[period.track] = period
        if row.programme:
            programmes[period.track.part] = row.programme.title
            if row.programme.word:
                words[period.track.part] = row.programme.word
        if row.list:
            lists[period.track.part] = row.list.title
    return _Read(told, programmes, words, lists)


def _computed(asked: Collection[str], day: dt.date, moment: dt.datetime) -> _Read:
    told: defaultdict[str, _Told] = defaultdict(_Told)
    acts = load_facts(asked, known_at=moment)
    for code, own in acts.items():
        for period in periods(own):
            told[code].recorded.add(period.track)
            if period.covers(day):
                told[code].holding[period.track] = period
    flat = [act for own in acts.values() for act in own]
    programmes, words = programmes_named(act.programme for act in flat)
    return _Read(told, programmes, words, lists_named(act.list for act in flat))
