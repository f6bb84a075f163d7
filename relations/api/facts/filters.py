"""Filters of facts of any kind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from copy import copy
from functools import cached_property, reduce
from operator import or_
from typing import Any, ClassVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import BooleanField, Count, Exists, F, Func, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual

from relations import dates, ledger
from relations.api.http import patterns
from relations.api.http.any_of import split
from relations.api.http.filters import (
    Author,
    Bound,
    Containing,
    DayBound,
    DirectedFilters,
    EitherSide,
    Exactly,
    Filters,
    Keys,
    Numbers,
    Pairs,
    RecordedBound,
    Searched,
    Truth,
    Words,
)
from relations.api.http.parameters import as_of, known_at, single
from relations.api.http.values import number, truth
from relations.codes import Nature, Stance
from relations.errors import BadParameter
from relations.models import Citation, Source, StatusPeriod
from relations.models.facts import EDTF_ANNOUNCED

FEW, SAMPLE = 2_000, 1_000
"""Facts that contain a text, or stale statuses, as many as are looked up together; quotes that show a common text."""


def _edtf(text: str) -> str:
    return dates.parse(text).text


class CitedSources(Numbers):
    """Facts that cite one of the sources.

    Their citations are read first, as one array: PostgreSQL expects the facts of a source to be spread over all days
    and kinds, and would test hundreds of thousands of facts that cite another.
    """

    def selection(self, values: list[Any]) -> Q:
        wanted, excluded = split(values)
        return super().selection(values) if excluded else self._cited(wanted)

    def condition(self, values: list[int]) -> Q:
        return Q(Exists(_citations(self.model, Q(source__in=values))))

    def _cited(self, sources: list[Any]) -> Q:
        column = self.model.column
        cited = Citation.objects.filter(source__in=sources, **{f"{column}__isnull": False}).order_by()
        return Q(
            Func(F("pk"), ArraySubquery(cited.values(column)), template="(%(expressions)s))", arg_joiner=" = ANY(",
                 output_field=BooleanField())
        )  # fmt: skip

    def is_costly(self, values: list[Any]) -> bool:
        return bool(split(values)[1])


class CitedPublishers(CitedSources):
    """Facts that cite a source of the publisher. The sources come first: PostgreSQL knows how often each is cited,
    and nothing of publishers."""

    convert = staticmethod(str)  # type: ignore[assignment]  # names
    split = False

    def __init__(self, field_name: str, *, label: str) -> None:
        super().__init__(field_name, label=label)
        self.schema = {"type": "string"}

    def condition(self, values: list[str]) -> Q:  # type: ignore[override]  # names
        return super().condition(_published_by(values))

    def _cited(self, sources: list[Any]) -> Q:
        return super()._cited(_published_by(sources))


def _published_by(publishers: list[str]) -> list[int]:
    return list(Source.objects.filter(publisher__in=publishers).values_list("pk", flat=True))


class Anywhere(Searched):
    """Facts whose note or quotes, or one of `columns`, contain the text, in capitals or not.

    Where few do, an index finds them all. A text that is in many is costly: rows are then tested in their order.
    """

    def is_costly(self, values: list[str]) -> bool:
        return self._is_common(values) or len(self._few(values)) > FEW

    def condition(self, values: list[str]) -> Q:
        if self._found is not None and len(self._found) <= FEW:
            return Q(pk__in=self._found)
        own = (Q(**{f"{column}__holds": text}) for column in self.columns for text in values)
        return reduce(or_, own) | Q(Exists(_citations(self.model, self._quoted(values))))

    def _quoted(self, values: list[str]) -> Q:
        return reduce(or_, (Q(quote__holds=text) for text in values))

    def _is_common(self, values: list[str]) -> bool:
        """True where many of the newest quotes contain a text: of a million the index alone would take a second."""
        newest = Citation.objects.order_by("-pk").values("pk")[:SAMPLE]
        return Citation.objects.filter(self._quoted(values), pk__in=newest).count() > SAMPLE // 20

    def _few(self, values: list[str]) -> Sequence[int]:
        """Primary keys of the facts; more than `FEW` where there are so many.

        One query with a look-up for each column: an index answers each, and none all of them together.
        """
        if self._found is None:
            cited = Citation.objects.filter(self._quoted(values), **{f"{self.model.column}__isnull": False}).order_by()
            own = [
                self.model.objects.filter(**{f"{column}__holds": text}).order_by().values_list("pk")[: FEW + 1]
                for column in self.columns
                for text in values
            ]
            found = cited.values_list(self.model.column)[: FEW + 1].union(*own).order_by()
            self._found = [key for (key,) in found]
        return self._found

    _found: Sequence[int] | None = None


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
    """Facts whose announcement may have been on this day or later (`gte`), or on it or earlier (`lte`)."""

    def filter(self, qs: QuerySet[Any], value: list[Any]) -> QuerySet[Any]:
        return super().filter(qs.alias(announced_days=EDTF_ANNOUNCED), value) if value else qs

    def condition_of(self, value: dt.date) -> Q:
        days = DateRange(value, None) if self.lookup == "gte" else DateRange(None, value, "[]")
        # The second condition is that of the index.
        return Q(announced_days__overlap=days) & ~Q(announced_on="")


class FirstRecorded(RecordedBound):
    """An index of versions by their own moment finds those of a later first one."""

    def condition_of(self, value: dt.date | dt.datetime) -> Q:
        first = super().condition_of(value)
        if self.lookup != "gte":
            return first
        of_version = copy(self)
        of_version.field_name = "recorded_at"
        return first & RecordedBound.condition_of(of_version, value)


class SameDate(Exactly):
    """Facts of exactly this date, which the index of days finds."""

    def __init__(self, field_name: str, *, label: str) -> None:
        super().__init__(field_name, convert=_edtf, label=label, schema={"type": "string", "pattern": patterns.DATES})

    def condition(self, values: list[str]) -> Q:
        exact = ((text, dates.parse(text)) for text in values)
        return reduce(or_, (Q(on=text, earliest=date.floor, latest=date.latest) for text, date in exact))


class Disputed(Truth):
    """Facts that a citation disputes or another fact contradicts: the second only the whole body says."""

    def is_costly(self, values: list[Any]) -> bool:  # whatever they are
        return True

    def condition_of(self, value: bool) -> Q:  # noqa: FBT001  # the value that the filter is given
        """Facts for which that is possible: few others share their pair and day."""
        if not value or single(self.parent.request, "retracted", truth):
            return Q()
        return Q(Exists(_citations(self.model, Q(stance=Stance.DISPUTES)))) | Q(has_company=True)

    def accepts(self, body: Mapping[str, Any], values: list[Any]) -> bool:
        accepted: bool = body["disputed"] in values
        return accepted


class IndependentSources(Bound):
    """Facts with so many supporting witnesses or more; a reprint is not a second one."""

    convert = staticmethod(number)
    schema = patterns.NUMBER

    def is_costly(self, values: list[Any]) -> bool:  # whatever they are
        return True

    def condition_of(self, value: int) -> Q:
        supporting = _citations(self.model, Q(stance=Stance.SUPPORTS))
        witnesses = Count(Coalesce("source__syndication_of_id", "source_id"), distinct=True)
        counted = supporting.order_by().values(self.model.column).annotate(witnesses=witnesses).values("witnesses")
        return Q(GreaterThanOrEqual(Subquery(counted), value))

    def accepts(self, body: Mapping[str, Any], values: list[Any]) -> bool:
        enough: bool = body["independent_sources"] >= values[0]
        return enough


class Stale(Truth):
    """Facts on which a status rests that is stale on the day: its evidence is too old.

    Where few statuses are, their facts are looked up. Many are costly: each fact is tested, in the order of the list.
    """

    def is_costly(self, values: list[Any]) -> bool:  # whatever they are
        return self._are_many

    def condition_of(self, value: bool) -> Q:  # noqa: FBT001  # the value that the filter is given
        if known_at(self.parent.request) is not None:
            raise BadParameter(field="stale", why="Statuses are stale as known now: leave known_at out.")
        periods = self._periods.filter(pair=OuterRef("pair_id")) if self._are_many else self._periods
        chosen = Q(key__in=periods.values_list(Func(F("facts"), function="unnest"), flat=True))
        return chosen if value else ~chosen

    @property
    def _periods(self) -> QuerySet[StatusPeriod]:
        day = as_of(self.parent.request) or ledger.today()
        return StatusPeriod.objects.on(day).filter(stale=True).order_by()

    @cached_property
    def _are_many(self) -> bool:
        return len(self._periods.values_list("pk")[: FEW + 1]) > FEW


class NumberBound(Bound):
    convert = staticmethod(number)
    schema = patterns.NUMBER


def _citations(model: Any, condition: Q) -> QuerySet[Citation]:
    """The citations of the fact of the outer query that meet the condition."""
    return Citation.objects.filter(condition, **{model.column: OuterRef("pk")})


class FactFilters(DirectedFilters):
    """Days of valid time: `on_after` compares with the last possible day, `on_before` and `as_of` with the first."""

    replaced: ClassVar[Mapping[str, str]] = {
        "recorded_by": "author", "earliest_before": "on_before", "latest_after": "on_after",
    }  # fmt: skip

    key = Keys("key", label="Key of the fact")
    version = Numbers("version", label="Number of the version")
    country = EitherSide("from_country", "to_country", label="A country on either side")
    pair = Pairs("pair", label="Two countries, whichever way round")
    on = SameDate("on", label="Exactly this EDTF date")
    on_after = DayBound("latest", "gte", label="Happened on this day or later, as far as is known")
    on_before = EndingBefore(label="Happened on this day or earlier, as far as is known")
    as_of = EndingBefore(label="Happened, or may have happened, by this day")
    nature = Words("nature", words=Nature, label="It happened on that day, or was seen to be so")
    announced_on = Exactly(
        "announced_on", convert=_edtf, empty=Q(announced_on=""), label="Announced on this EDTF date; none for not said",
        schema={"type": "string", "pattern": patterns.DATES_OR_NONE},
    )  # fmt: skip
    announced_on_after, announced_on_before = AnnouncedBound.pair("announced_on", "Announced, as far as is known, then")
    quantity_min = NumberBound("quantity", "gte", label="A number of this or more belongs to it")
    quantity_max = NumberBound("quantity", "lte", label="A number of this or less belongs to it")
    in_response_to = Keys(
        "in_response_to", empty=Q(in_response_to=None), schema={"type": "string", "pattern": patterns.KEYS_OR_NONE},
        label="Key of the fact that it answers; none for those that answer none",
    )  # fmt: skip
    earliest_after = DayBound("earliest", "gte", label="First possible day, from this day on")
    latest_before = DayBound("latest", "lte", label="Last possible day, up to this day")
    recorded_after, recorded_before = RecordedBound.pair("recorded_at", "This version was recorded then")
    first_recorded_after, first_recorded_before = FirstRecorded.pair("first_recorded_at", "First recorded then")
    superseded_after = RecordedBound("superseded_at", "gte", label="Superseded then or later (with known_at)")
    superseded_before = RecordedBound("superseded_at", "lte", label="Superseded then or earlier (with known_at)")
    author = Author("recorded_by", label="Name of the user who recorded this version")
    note = Containing("note", label="Part of the note")
    disputed = Disputed("pk", label="Disputed (1): by a citation, or by another fact of the same day; or not (0)")
    independent_sources_min = IndependentSources("pk", "gte", label="So many witnesses support it, or more")
    stale = Stale("pk", label="A status of the day that rests on it is stale (1), or none is (0)")
    source = CitedSources("citations__source", label="Id of a source that is cited")
    publisher = CitedPublishers("citations__source__publisher", label="Publisher of a source that is cited")
    q = Anywhere("note", label="Words of the note or of a quote")


class HistoryFilters(Filters):
    """A history is short: it can be cut to one version."""

    version = Numbers("version", label="Number of the version")
