"""Filters of periods: as SQL on stored spans, and as a test of spans in memory."""

from __future__ import annotations

import datetime as dt
import re
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet

from relations import dates
from relations.api.changes import track_name
from relations.api.facts.filters import BanLists, Programmes
from relations.api.http import filters, patterns
from relations.api.http.any_of import split
from relations.codes import VALUES, TrackKind, pair_code
from relations.dates import read_day
from relations.errors import BadParameter
from relations.models import AmbassadorStatus, StatusPeriod, StatusSpan
from relations.representation.matching import meets, track_columns
from relations.representation.periods import TRACK_VALUES, PairSpan
from relations.representation.references import word_of
from relations.status import Track

_DAYS = re.compile(r"(?P<first>[^./]*)(?:\.\.|/)(?P<last>[^./]*)")


_FEW = 2_000
"""Pairs, as many as are read at once."""


class _Values(filters.AnyOf):
    """Any of the values, and none of those with `!` in front of them."""

    schema = {"type": "string", "pattern": f"^!?(?:{'|'.join(TRACK_VALUES)})$"}

    convert = staticmethod(word_of(TRACK_VALUES))

    def condition(self, values: list[Any]) -> Q:
        # The index by value begins with the kinds of tracks.
        kinds = [kind for kind, words in VALUES.items() if not set(words).isdisjoint(values)]
        return Q(**{f"{self.field_name}__in": values}, kind__in=kinds)


class _Tracks(filters.AnyOf):
    """Tracks of a kind, or one track with its programmes or lists."""

    convert = staticmethod(track_name)
    schema = {"type": "string", "pattern": patterns.TRACKS_OR_NOT, "example": "sanctions:US>BY"}

    def filter(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        """Names the pair of a track, too, by which an index finds its rows."""
        wanted, excluded = split(value)
        if wanted:
            qs = qs.filter(reduce(or_, (Q(self._of(name), **_pair_of(Track.named(name))) for name in wanted)))
        return qs.exclude(self.condition(excluded)) if excluded else qs

    def condition(self, values: list[str]) -> Q:
        return reduce(or_, map(self._of, values))

    @staticmethod
    def _of(name: str) -> Q:
        track = Track.named(name)
        return Q(kind=name) if track.kind == name else Q(track=name) | Q(track__startswith=f"{name}:")


def _pair_of(track: Track) -> dict[str, str]:
    return {"pair": pair_code(track.sender, track.receiver)} if track.sender and track.receiver else {}


class _Holder(filters.Containing):
    def filter(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        """Looks in the facts first, whose names have an index: a period's holder is one of theirs.

        The periods of few pairs are read at once. Of many, the periods are tested in the order of the list.
        """
        if not value:
            return qs
        pairs = AmbassadorStatus.objects.filter(self.condition(value)).values_list("pair", flat=True).order_by()
        are_few = len(pairs.distinct()[: _FEW + 1]) <= _FEW
        of_pairs = filters.read_first(pairs.distinct(), "pair") if are_few else Q(pair__in=pairs)
        return super().filter(qs, value).filter(of_pairs)


class _EndBound(filters.DayBound):
    """Periods without an end have ended neither before nor after a day."""

    def condition_of(self, value: dt.date) -> Q:
        return super().condition_of(value) & Q(end__lt=dt.date.max)


class _AsOf(filters.SingleValue):
    convert = staticmethod(read_day)
    schema = {"type": "string", "format": "date"}

    def condition_of(self, value: dt.date) -> Q:
        return Q(start__lte=value, end__gt=value)


class _ConfirmedBefore(filters.DayBound):
    """Periods of which, on the day `as_of`, a source spoke last before this day."""

    def condition_of(self, value: dt.date) -> Q:
        """The column is that of spans in memory, which have the evidence of the day."""
        return Q(confirmed_on__lt=value)

    def filter(self, qs: QuerySet[Any], value: list[dt.date]) -> QuerySet[Any]:
        if not value:
            return qs
        asked: PeriodFilters = self.parent
        if asked.day is None or not asked.form.cleaned_data.get("track"):
            why = "How old evidence is depends on the day and is compared within kinds of tracks: add as_of and track."
            raise BadParameter(field="confirmed_before", why=why)
        # Of a later day every source spoke before.
        older = Q(confirmed_to__lt=value[0]) if value[0] <= asked.day else Q(confirmed_to__isnull=False)
        return qs.filter(filters.read_first(qs.filter(StatusPeriod.objects.of_span(asked.day, older)).values("pk")))


class _Overlapping(filters.SingleValue):
    """Periods that share a day with a day, a month, a year, or the days from one to another."""

    schema = {"type": "string", "pattern": patterns.SPAN_OF_DAYS, "example": "2016-01-01..2016-06-30"}

    @staticmethod
    def convert(text: str) -> tuple[dt.date, dt.date]:
        """`2016`, `2016-05-01`, `2016-01..2016-06`, `2016..` -> the first and the last day."""
        span = _DAYS.fullmatch(text)
        if span is None:
            when = dates.parse(text)
            return when.floor, when.latest
        first = dates.parse(span["first"]).floor if span["first"] else dt.date.min
        last = dates.parse(span["last"]).latest if span["last"] else dt.date.max
        if first > last:
            raise ValueError(f"{text[:40]!r} ends before it begins.")
        return first, last

    def condition_of(self, value: tuple[dt.date, dt.date]) -> Q:
        first, last = value
        return Q(start__lte=last, end__gt=first)


class PeriodFilters(filters.DirectedFilters):
    """All of them apply to one period."""

    unfiltered = frozenset({"id", "kind", "start_edtf", "end_edtf", "since_first", "since_last"})

    pair = filters.Pairs("pair", label="Two countries, whichever way round")
    country = filters.EitherSide("pair__first", "pair__second", label="A country on either side")
    track = _Tracks("track", label="sanctions, or sanctions:US>BY with all its programmes")
    whole = filters.Truth(
        "whole", label="Whether it is of a track as a whole (1), or of one programme of sanctions (0)"
    )
    programme = Programmes(
        "programme", empty=Q(kind=TrackKind.SANCTIONS, whole=False, programme=None),
        label="Id or code of a sanctions programme; none for acts without one",
    )  # fmt: skip
    list = BanLists("list", label="Id of a travel-ban list, or its legal act")
    value = _Values("value", label="The value; !vacant for every other")
    previous = _Values("previous", label="The value on the day before; !vacant for every other")
    holder = _Holder("holder", label="Part of the name of somebody who leads a mission or is on the way")
    start_after, start_before = filters.DayBound.pair("start", "Began on this day")
    end_after, end_before = _EndBound.pair("end", "Ended on this day")
    overlaps = _Overlapping("start", label="Has a day in common: 2016, 2016-05-01, 2016-01..2016-06")
    as_of = _AsOf("start", label="Includes this day, of which the evidence is then shown")
    last = filters.Truth("last", label="Whether the track does not have this value again later")
    confirmed_before = _ConfirmedBefore(
        "confirmed_on", "lt", label="On the day as_of the last word of its sources is of a day before this one"
    )
    stale = filters.Truth("stale", label="Whether the last word of its sources is too old to speak of these days")
    disputed = filters.Truth(
        "disputed", label="Whether sources contradict each other about any of the days, or about as_of"
    )

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        for name, values in self.form.cleaned_data.items():
            if name in ("from", "to") and (codes := split(values)[0]):
                # In the order of pairs, those of another country would be read first.
                queryset = queryset.filter(Q(pair__first__in=codes) | Q(pair__second__in=codes))
            if name == "disputed" and values and self.day:
                # A span with a disputed day is marked, and has an index.
                of_day = Q(StatusPeriod.objects.of_span(self.day, Q(disputed=True)), disputed=True)
                queryset = queryset.filter(of_day if values[0] else ~of_day)
            elif name == "disputed" and values == [True]:
                queryset = queryset.filter(filters.read_first(StatusSpan.objects.filter(disputed=True).values("pk")))
            else:
                queryset = self.filters[name].filter(queryset, values)
        return queryset

    @property
    def day(self) -> dt.date | None:
        (day,) = self.form.cleaned_data.get("as_of") or (None,)
        return day

    def matches(self, one: PairSpan) -> bool:
        """Tests a span in memory, of filters that have been found valid."""
        columns = _columns(one, self.day)
        asked = ((self.filters[name], values) for name, values in self.form.cleaned_data.items() if values)
        return all(meets(columns, each.selection(values)) for each, values in asked)

    def pairs(self, pairs: QuerySet[Any]) -> QuerySet[Any]:
        """The pairs that the filters of pairs select."""
        for name, of_pairs in (("pair", filters.Pairs("code")), ("country", filters.EitherSide("first", "second"))):
            pairs = of_pairs.filter(pairs, self.form.cleaned_data.get(name) or [])
        return pairs


def _columns(one: PairSpan, day: dt.date | None) -> dict[str, Any]:
    """The columns of `StatusSpan` for a span in memory."""
    span = one.span
    evidence = span.evidence(day) if day else None
    return track_columns(span.track) | {
        "from_country": one.sender, "to_country": one.receiver, "pair": one.pair, "pair__first": one.pair[:2],
        "pair__second": one.pair[3:], "start": span.start, "end": span.end or dt.date.max, "value": span.value,
        "previous": span.previous, "holder": span.holder, "last": span.last, "stale": span.stale,
        "disputed": bool(evidence and evidence.state.disputed) if day else span.disputed,
        "confirmed_on": evidence.state.confirmed_on(day) if evidence and day else None,
    }  # fmt: skip
