"""The history of statuses as readers see it: the spans of a pair's tracks, its own and inherited ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypedDict

from relations.codes import TRACKS, VALUES, SourceKind
from relations.models import StatusSpan
from relations.queries.countries import CountryIndex
from relations.queries.facts import load_facts
from relations.queries.periods import span_from_row
from relations.representation.histories import RelationContext
from relations.representation.json_types import CountryCode, FactKey, PairCode, Url, one_of
from relations.representation.references import TitleRef
from relations.representation.relations import SinceResponse
from relations.representation.statuses import Titles, named, since
from relations.status import NOTHING, Period, Span, clipped, periods, spans

TRACK_VALUES = tuple(dict.fromkeys(word for words in VALUES.values() for word in words))
"""The values of tracks of all kinds."""


class _Place(TypedDict):
    pair: PairCode
    track: Annotated[str, {"examples": ["ambassador:US>BY"]}, "Of an inherited period, the organisation's track"]


_Sides = TypedDict("_Sides", {"from": CountryCode | None, "to": CountryCode | None})


class PeriodResponse(_Place, _Sides, SinceResponse):
    """Unbroken days on which a track says the same.

    `confirmed_on`, `basis`, `facts` and `uncertain` are those of the last of its days up to today, or of `as_of`.
    """

    via: Annotated[CountryCode | None, "The organisation by way of which it reaches `from`"]
    programme: Annotated[TitleRef | None, "Null for a sender's sanctions as a whole, too: `track` distinguishes"]
    list: TitleRef | None
    value: Annotated[str, one_of(TRACK_VALUES)]
    holder: str
    previous: Annotated[str, one_of(TRACK_VALUES), "The value on the day before `start`"]
    start: Annotated[dt.date | None, "The first day; null for the first day of the calendar"]
    end: Annotated[dt.date | None, "The first day on which it is no longer so; null where none is known"]
    start_edtf: Annotated[str | None, "`start` as the sources date it"]
    end_edtf: Annotated[str | None, "`end` as the sources date it"]
    length: Annotated[int, "Days up to `end`, or to the end of today where that is earlier"]
    last: Annotated[bool, "Whether the track does not have this value again later"]
    stale: Annotated[bool, "Whether the last word of its sources is too old to speak of these days"]
    disputed: Annotated[bool, "Whether sources contradict each other about any of the days, or about `as_of`"]
    confirmed_on: Annotated[dt.date | None, "The latest day on which a source said so"]
    basis: Annotated[str, one_of(SourceKind, "")]
    facts: Annotated[Sequence[FactKey], "The first, those that set measures, and the last: at most 20"]
    facts_count: Annotated[int, "All facts of the value"]
    uncertain: Annotated[Sequence[FactKey], "Facts that may have happened by then"]
    url: Annotated[Url, "The relation on the first day"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairSpan:
    """A span of a pair: of its own track, or inherited by `sender` from the organisation `via`."""

    pair: str
    span: Span
    sender: str
    receiver: str
    via: str = ""

    @property
    def place(self) -> tuple[str, str]:
        return str(self.span.track), self.sender


def own_spans(pair: str, of_pair: Iterable[Period]) -> list[PairSpan]:
    """The spans of a pair's own tracks, in order of track and day."""
    return [_own(pair, span) for span in spans(of_pair)]


def _own(pair: str, span: Span) -> PairSpan:
    return PairSpan(pair=pair, span=span, sender=span.track.sender, receiver=span.track.receiver)


def stored_spans(rows: Iterable[StatusSpan]) -> list[PairSpan]:
    return [_own(row.pair_id, span_from_row(row)) for row in rows]


def known_spans(codes: Collection[str], *, known_at: dt.datetime, countries: CountryIndex) -> list[PairSpan]:
    """The spans of some pairs' own tracks as known at a past moment, folded from the facts of then."""
    facts = load_facts(codes, known_at=known_at)
    return [
        span
        for code in sorted(facts)
        for span in own_spans(code, periods(facts[code], until=countries.last_day_of_pair(code)))
    ]


type StatusEnds = Mapping[tuple[str, str | None], dt.date]
"""The first day on which a status will no longer be so, where one is known, by track and by way of whom."""


def status_ends(
    codes: Collection[str], *, day: dt.date, known_at: dt.datetime | None, countries: CountryIndex
) -> StatusEnds:  # fmt: skip
    """The ends of the spans of a day, of some pairs and of those from which they inherit: of these, by member."""
    routes = [route for code in codes for route in countries.routes(code, on=day)]
    pairs = {*codes, *(route.pair for route in routes)}
    if known_at is None:
        of_day = stored_spans(StatusSpan.objects.on(day).filter(pair__in=pairs))
    else:
        folded = known_spans(pairs, known_at=known_at, countries=countries)
        of_day = [one for one in folded if one.span.covers(day)]
    ends: dict[tuple[str, str | None], dt.date] = {}
    ends |= {(str(one.span.track), None): one.span.end for one in of_day if one.span.end}
    for route in routes:
        for one in of_day:
            if one.span.track[1:3] == (route.organisation, route.target):
                own = [day for day in (one.span.end, route.membership.end) if day]
                ends |= {(str(one.span.track), route.member): min(own)} if own else {}
    return ends


def pair_spans(context: RelationContext, *, known_at: dt.datetime | None) -> list[PairSpan]:
    """The spans of a pair as known at a moment, and those that it inherits on the days of a membership."""
    code = context.own.code
    result = own_spans(code, context.own.known_at(known_at).periods)
    for route, history in context.inherited:
        for span in spans(history.known_at(known_at).periods):
            track, belongs = span.track, route.membership
            if TRACKS[track.kind].is_inherited and track[1:3] == (route.organisation, route.target):
                own = clipped(span, belongs.start, belongs.end)
                if own is not None:
                    result.append(
                        PairSpan(pair=code, span=own, sender=route.member, receiver=route.target, via=track.sender)
                    )
    return sorted(result, key=lambda one: (one.place, one.span.start))


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodWriter:
    """Writes spans as JSON, with the evidence of `as_of` or else of the last of their days up to `today`."""

    today: dt.date
    as_of: dt.date | None
    programmes: Titles
    lists: Titles
    site: str

    @classmethod
    def of(cls, context: RelationContext, *, today: dt.date, as_of: dt.date | None, site: str) -> PeriodWriter:
        programmes, lists = context.titles()
        return cls(today=today, as_of=as_of, programmes=programmes, lists=lists, site=site)

    def evidence_day(self, span: Span) -> dt.date:
        return span.shown_day(self.as_of or self.today)

    def whole(self, one: PairSpan) -> dict[str, Any]:
        """A span that has its pieces."""
        return self.body(one, one.span.evidence(self.evidence_day(one.span)))

    def body(self, one: PairSpan, evidence: Period | None) -> dict[str, Any]:
        span, state = one.span, evidence.state if evidence else NOTHING
        part = TRACKS[span.track.kind].part
        start = None if span.start == dt.date.min else span.start
        return {
            "pair": one.pair,
            "track": str(span.track),
            "from": one.sender or None,
            "to": one.receiver or None,
            **since(state.since),
            "via": one.via or None,
            "programme": named(span.track.part, self.programmes) if part == "programme" else None,
            "list": named(span.track.part, self.lists) if part == "list" else None,
            "value": span.value,
            "holder": span.holder,
            "previous": span.previous,
            "start": start,
            "end": span.end,
            "start_edtf": span.start_edtf if start else None,
            "end_edtf": span.end_edtf or None,
            "length": self.length(span),
            "last": span.last,
            "stale": span.stale,
            "disputed": state.disputed if self.as_of else span.disputed,
            "confirmed_on": state.confirmed_on(self.evidence_day(span)),
            "basis": state.basis,
            "facts": state.facts,
            "facts_count": state.fact_count,
            "uncertain": evidence.uncertain if evidence else (),
            "url": f"{self.site}/api/relations/{one.pair}/{f'?as_of={start}' if start else ''}",
        }

    def length(self, span: Span) -> int:
        """Days up to the end, or to the end of today."""
        until = max(self.today + dt.timedelta(days=1), span.start)
        return (min(span.end or until, until) - span.start).days
