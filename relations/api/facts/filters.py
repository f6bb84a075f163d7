"""Filters of facts of any kind, and of what they refer to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from copy import copy
from functools import reduce
from operator import or_
from typing import Any, ClassVar

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Concat

from relations import dates
from relations.api.facts.evidence_filters import (
    Anywhere,
    CitedPublishers,
    CitedSources,
    ConfirmedBefore,
    Disputed,
    IndependentSources,
    LearnedAfter,
    NumberBound,
    Stale,
)
from relations.api.http import filters, patterns
from relations.api.http.any_of import AnyOf
from relations.api.http.parameters import number
from relations.codes import Nature
from relations.models import SanctionProgramme, TravelBanList
from relations.models.facts import EDTF_ANNOUNCED
from relations.representation.references import did_you_mean


def _edtf(text: str) -> str:
    return dates.parse(text).text


class EndingBefore(filters.DayBound):
    """Facts that may have happened by this day: those that had ended by then, and those whose days go on after it.

    The second are few, and have an index of their own.
    """

    def __init__(self, *, label: str) -> None:
        super().__init__("earliest", "lte", label=label)

    def index_branches(self, values: list[dt.date]) -> list[Q]:
        return [
            condition
            for day in values
            for condition in (Q(latest__lte=day), Q(latest__gt=day, earliest__lte=day, earliest__lt=F("latest")))
        ]


class AnnouncedBound(filters.DayBound):
    """Facts whose announcement may have been on this day or later (`gte`), or on it or earlier (`lte`)."""

    def filter(self, qs: QuerySet[Any], value: list[Any]) -> QuerySet[Any]:
        return super().filter(qs.alias(announced_days=EDTF_ANNOUNCED), value) if value else qs

    def condition_of(self, value: dt.date) -> Q:
        days = DateRange(value, None) if self.lookup == "gte" else DateRange(None, value, "[]")
        # The second condition is that of the index.
        return Q(announced_days__overlap=days) & ~Q(announced_on="")


class FirstRecorded(filters.RecordedBound):
    """An index of versions by their own moment finds those of a later first one."""

    def condition_of(self, value: dt.date | dt.datetime) -> Q:
        first = super().condition_of(value)
        if self.lookup != "gte":
            return first
        of_version = copy(self)
        of_version.field_name = "recorded_at"
        return first & filters.RecordedBound.condition_of(of_version, value)


class SameDate(filters.Exactly):
    """Facts of exactly this date, which the index of days finds."""

    def __init__(self, field_name: str, *, label: str) -> None:
        super().__init__(field_name, convert=_edtf, label=label, schema={"type": "string", "pattern": patterns.DATES})

    def condition(self, values: list[str]) -> Q:
        exact = ((text, dates.parse(text)) for text in values)
        return reduce(or_, (Q(on=text, earliest=date.floor, latest=date.latest) for text, date in exact))


class FactFilters(filters.DirectedFilters):
    """Days of valid time: `on_after` compares with the last possible day, `on_before` and `as_of` with the first."""

    replaced: ClassVar[Mapping[str, str]] = {
        "recorded_by": "author", "earliest_before": "on_before", "latest_after": "on_after",
    }  # fmt: skip

    key = filters.Keys("key", label="Key of the fact")
    version = filters.Numbers("version", label="Number of the version")
    country = filters.EitherSide("from_country", "to_country", label="A country on either side")
    pair = filters.Pairs("pair", label="Two countries, whichever way round")
    on = SameDate("on", label="Exactly this EDTF date")
    on_after = filters.DayBound("latest", "gte", label="Happened on this day or later, as far as is known")
    on_before = EndingBefore(label="Happened on this day or earlier, as far as is known")
    as_of = EndingBefore(label="Happened, or may have happened, by this day")
    nature = filters.Words("nature", words=Nature, label="It happened on that day, or was seen to be so")
    announced_on = filters.Exactly(
        "announced_on", convert=_edtf, empty=Q(announced_on=""), label="Announced on this EDTF date; none for not said",
        schema={"type": "string", "pattern": patterns.DATES_OR_NONE},
    )  # fmt: skip
    announced_on_after, announced_on_before = AnnouncedBound.pair("announced_on", "Announced, as far as is known, then")
    quantity_min = NumberBound("quantity", "gte", label="A number of this or more belongs to it")
    quantity_max = NumberBound("quantity", "lte", label="A number of this or less belongs to it")
    in_response_to = filters.Keys(
        "in_response_to", empty=Q(in_response_to=None), schema={"type": "string", "pattern": patterns.KEYS_OR_NONE},
        label="Key of the fact that it answers; none for those that answer none",
    )  # fmt: skip
    earliest_after = filters.DayBound("earliest", "gte", label="First possible day, from this day on")
    latest_before = filters.DayBound("latest", "lte", label="Last possible day, up to this day")
    recorded_after, recorded_before = filters.RecordedBound.pair("recorded_at", "This version was recorded then")
    first_recorded_after, first_recorded_before = FirstRecorded.pair("first_recorded_at", "First recorded then")
    superseded_after = filters.RecordedBound("superseded_at", "gte", label="Superseded then or later (with known_at)")
    superseded_before = filters.RecordedBound(
        "superseded_at", "lte", label="Superseded then or earlier (with known_at)"
    )
    author = filters.Author("recorded_by", label="Name of the user who recorded this version")
    note = filters.Containing("note", label="Part of the note")
    disputed = Disputed("pk", label="Disputed (1): by a citation, or by another fact of the same day; or not (0)")
    independent_sources_min = IndependentSources("pk", "gte", label="So many witnesses support it, or more")
    independent_sources_max = IndependentSources("pk", "lte", label="So many witnesses support it, or fewer")
    confirmed_before = ConfirmedBefore("latest", "lt", label="No source says it of this day or a later one")
    learned_after_days_min = LearnedAfter("latest", "gte", label="First recorded so many days after it, or later")
    learned_after_days_max = LearnedAfter("latest", "lte", label="First recorded so many days after it, or earlier")
    stale = Stale("pk", label="A status of the day that rests on it is stale (1), or none is (0)")
    source = CitedSources("citations__source", label="Id of a source that is cited")
    publisher = CitedPublishers("citations__source__publisher", label="Publisher of a source that is cited")
    q = Anywhere("note", label="Words of the note or of a quote")


class HistoryFilters(filters.Filters):
    """A history is short: it can be cut to one version."""

    version = filters.Numbers("version", label="Number of the version")


class _ByIdOrCode(AnyOf):
    """Rows that refer to a programme or a travel-ban list, by id or code; a value is the ids of those that it names."""

    schema = {"type": "string", "example": "12"}
    what = ""

    def __init__(self, field_name: str, *, label: str, empty: Q | None = None) -> None:
        super().__init__(field_name, label=label, empty=empty, convert=self._ids)

    def condition(self, values: list[tuple[int, ...] | None]) -> Q:
        return super().condition([each for ids in values for each in ((None,) if ids is None else ids)])

    @classmethod
    def rows(cls) -> QuerySet[Any, Any]:
        """All that have a code, annotated as `own_code` and in full as `full`."""
        raise NotImplementedError

    @classmethod
    def _ids(cls, text: str) -> tuple[int, ...]:
        rows = cls.rows().order_by("pk")
        if ids := tuple(rows.filter(Q(own_code__iexact=text) | Q(full__iexact=text)).values_list("pk", flat=True)):
            return ids
        if text.isascii() and text.isdigit():
            return (number(text),)
        near = did_you_mean(text[:60], rows.values_list("own_code", flat=True))
        raise ValueError(f"{text[:40]!r} is neither an id nor a code of a {cls.what}.{near}")


class Programmes(_ByIdOrCode):
    """By the list's own word, which is a programme of each list that has it: `BELARUS`, or `ofac:BELARUS`."""

    schema = {"type": "string", "example": "ofac:BELARUS"}
    what = "programme"

    @classmethod
    def rows(cls) -> QuerySet[Any, Any]:
        full = Concat(F("list"), Value(":"), F("code"), output_field=CharField())
        return SanctionProgramme.objects.exclude(code="").annotate(own_code=F("code"), full=full)


class BanLists(_ByIdOrCode):
    """By the legal act: `Proclamation 9983`, or `US:Proclamation 9983`."""

    schema = {"type": "string", "example": "Proclamation 9983"}
    what = "travel-ban list"

    @classmethod
    def rows(cls) -> QuerySet[Any, Any]:
        full = Concat(F("issuer_id"), Value(":"), F("instrument"), output_field=CharField())
        return TravelBanList.objects.exclude(instrument="").annotate(own_code=F("instrument"), full=full)
