"""Filters of facts of any kind."""

from __future__ import annotations

import datetime as dt
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.fields import DateRangeField
from django.db.models import F, Func, Q, QuerySet

from relations import dates
from relations.api.http.filters import (
    Bound,
    Containing,
    Countries,
    DayBound,
    EitherSide,
    Exactly,
    Filters,
    Keys,
    Numbers,
    Pairs,
    RecordedBound,
    Searched,
    Words,
)
from relations.api.http.values import number
from relations.codes import Nature
from relations.models import Citation, Source


def _edtf(text: str) -> str:
    return dates.parse(text).text


class CitedSources(Numbers):
    """Facts that cite one of the sources."""

    def condition(self, values: list[int]) -> Q:
        return Q(pk__in=_citing(self.model, Q(source__in=values)))


class CitedPublishers(Exactly):
    """Facts that cite a source of the publisher. The sources come first: PostgreSQL knows how often each is cited,
    and nothing of publishers."""

    def condition(self, values: list[str]) -> Q:
        sources = list(Source.objects.filter(publisher__in=values).values_list("pk", flat=True))
        return Q(pk__in=_citing(self.model, Q(source__in=sources)))


class Anywhere(Searched):
    """Facts whose note or quotes, or one of `columns`, contain the text, in capitals or not."""

    def condition(self, values: list[str]) -> Q:
        quoted = reduce(or_, (Q(quote__holds=text) for text in values))
        # One look-up for each column: an index answers it, and none answers all of them together.
        own = [
            self.model.objects.filter(**{f"{column}__holds": text}).values("pk").order_by()
            for column in self.columns
            for text in values
        ]
        return Q(pk__in=_citing(self.model, quoted).union(*own, all=True))


class EndingBefore(DayBound):
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


class AnnouncedBound(DayBound):
    """Facts whose announcement may have been on this day or later (`endswith`), or on it or earlier (`startswith`)."""

    def __init__(self, edge: str, lookup: str, *, label: str) -> None:
        super().__init__("announced_on", lookup, label=label)
        self.edge = edge

    def filter(self, qs: QuerySet[Any], value: list[Any]) -> QuerySet[Any]:
        # `edtf_days` (migration 0012) is null for an empty text, and its end is not part of it.
        days = Func(F("announced_on"), function="edtf_days", output_field=DateRangeField())
        return super().filter(qs.alias(announced_days=days), value) if value else qs

    def condition_of(self, value: dt.date) -> Q:
        return Q(**{f"announced_days__{self.edge}__{self.lookup}": value})


class NumberBound(Bound):
    convert = staticmethod(number)
    schema = {"type": "integer"}


def _citing(model: Any, condition: Q) -> QuerySet[Any, Any]:
    """The primary keys of the facts of which a citation meets the condition."""
    cited = Citation.objects.filter(condition, **{f"{model.column}__isnull": False})
    keys: QuerySet[Any, Any] = cited.values(model.column).order_by()
    return keys


class FactFilters(Filters):
    """Days of valid time: `on_after` compares with the last possible day, `on_before` and `as_of` with the first."""

    key = Keys("key", label="Key of the fact")
    version = Numbers("version", label="Number of the version")
    country = EitherSide("from_country", "to_country", label="A country on either side")
    pair = Pairs("pair", label="Two countries, whichever way round")
    on = Exactly("on", convert=_edtf, label="Exactly this EDTF date")
    on_after = DayBound("latest", "gte", label="Happened on this day or later, as far as is known")
    on_before = EndingBefore(label="Happened on this day or earlier, as far as is known")
    as_of = EndingBefore(label="Happened, or may have happened, by this day")
    nature = Words("nature", words=Nature, label="It happened on that day, or was seen to be so")
    announced_on = Exactly(
        "announced_on", convert=_edtf, empty=Q(announced_on=""), label="Announced on this EDTF date; none for not said"
    )
    announced_on_after = AnnouncedBound("endswith", "gt", label="Announced on this day or later, as far as is known")
    announced_on_before = AnnouncedBound(
        "startswith", "lte", label="Announced on this day or earlier, as far as is known"
    )
    quantity_min = NumberBound("quantity", "gte", label="A number of this or more belongs to it")
    quantity_max = NumberBound("quantity", "lte", label="A number of this or less belongs to it")
    in_response_to = Keys(
        "in_response_to", empty=Q(in_response_to=None), schema={"type": "string"},
        label="Key of the fact that it answers; none for those that answer none",
    )  # fmt: skip
    earliest_after = DayBound("earliest", "gte", label="First possible day, from this day on")
    earliest_before = EndingBefore(label="First possible day, up to this day")
    latest_after = DayBound("latest", "gte", label="Last possible day, from this day on")
    latest_before = DayBound("latest", "lte", label="Last possible day, up to this day")
    recorded_after, recorded_before = RecordedBound.pair("recorded_at", "This version was recorded then")
    first_recorded_after, first_recorded_before = RecordedBound.pair("first_recorded_at", "First recorded then")
    superseded_after = RecordedBound("superseded_at", "gte", label="Superseded then or later (with known_at)")
    superseded_before = RecordedBound("superseded_at", "lte", label="Superseded then or earlier (with known_at)")
    recorded_by = Exactly("recorded_by__username", label="Name of the user who recorded this version")
    note = Containing("note", label="Part of the note")
    source = CitedSources("citations__source", label="Id of a source that is cited")
    publisher = CitedPublishers("citations__source__publisher", label="Publisher of a source that is cited")
    q = Anywhere("note", label="Words of the note or of a quote")

    # `from` is a keyword.
    locals()["from"] = Countries("from_country", label="The country that acts")
    locals()["to"] = Countries("to_country", label="The country that is acted upon")


class HistoryFilters(Filters):
    """A history is short: it can be cut to one version."""

    version = Numbers("version", label="Number of the version")
