"""Filters of facts by their citations, and by the statuses that rest on them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cached_property, reduce
from operator import or_
from typing import Any

from django.db.models import Count, Exists, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncDate
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual

from relations import ledger
from relations.api.http import patterns
from relations.api.http.any_of import split
from relations.api.http.filters import Bound, DayBound, Numbers, Searched, Truth, read_first
from relations.api.http.parameters import as_of, known_at, number, single, truth
from relations.codes import Nature, SourceKind, Stance
from relations.errors import BadParameter
from relations.models import Citation, Confirmation, Source, StatusPeriod
from relations.queries.facts import columns_of_a_word
from relations.queries.in_time import TimeBudget

FEW, SAMPLE = 2_000, 1_000
"""Facts that contain a text, or stale statuses, as many as are looked up together; quotes that show a common text."""
LOOK_UP_MS = 300
"""Milliseconds in which the facts of all kinds that contain a text are looked up."""


class CitedSources(Numbers):
    """Facts that cite one of the sources, whose citations are read first: many have the same day and kind."""

    def selection(self, values: list[Any]) -> Q:
        wanted, excluded = split(values)
        return super().selection(values) if excluded else self._cited(wanted)

    def condition(self, values: list[int]) -> Q:
        return Q(Exists(_citations(self.model, Q(source__in=values))))

    def _cited(self, sources: list[Any]) -> Q:
        column = self.model.column
        return read_first(Citation.objects.filter(source__in=sources, **{f"{column}__isnull": False}).values(column))

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

    Where few do, an index finds them all. A text that is in many is costly, as is one that takes long to be looked up,
    for which no index helps: rows are then tested in their order.
    """

    def is_costly(self, values: list[str]) -> bool:
        return self._is_common(values) or not self._are_few(values)

    def condition(self, values: list[str]) -> Q:
        if tuple(values) in self._matching and self._are_few(values):
            return Q(pk__in=self._looked_up(values))
        own = (Q(**{f"{column}__ilike": text}) for column in self.columns for text in values)
        return reduce(or_, own) | Q(Exists(_citations(self.model, self._quoted(values))))

    def as_set(self, values: list[str]) -> Q:
        if self._is_common(values) or self._are_few(values) or self._looked_up(values) is None:
            return self.condition(values)
        return read_first(self._with_text(values, most=None))

    def _quoted(self, values: list[str]) -> Q:
        return reduce(or_, (Q(quote__ilike=text) for text in values))

    def _is_common(self, values: list[str]) -> bool:
        """True where many of the newest quotes contain a text: of a million the index alone would take a second."""
        newest = Citation.objects.order_by("-pk").values("pk")[:SAMPLE]
        return Citation.objects.filter(self._quoted(values), pk__in=newest).count() > SAMPLE // 20

    def _are_few(self, values: list[str]) -> bool:
        facts = self._looked_up(values)
        return facts is not None and len(facts) <= FEW

    def _looked_up(self, values: list[str]) -> Sequence[int] | None:
        """Primary keys of the facts, more than `FEW` where there are so many; None where that takes too long."""
        if tuple(values) not in self._matching:
            keys = self._with_text(values, most=FEW + 1)
            budget = _budget(self.parent.request)
            self._matching[tuple(values)] = budget.read(lambda: list(keys.values_list("pk", flat=True)))
        return self._matching[tuple(values)]

    @cached_property
    def _matching(self) -> dict[tuple[str, ...], Sequence[int] | None]:
        return {}

    def _with_text(self, values: list[str], *, most: int | None) -> QuerySet[Any, Any]:
        """Primary keys by a look-up for each column: an index answers each, and none all of them together."""
        cited = Citation.objects.filter(self._quoted(values), **{f"{self.model.column}__isnull": False}).order_by()
        own = [
            self.model.objects.filter(**{f"{column}__ilike": text}).order_by().values("pk")[:most]
            for column in self.columns
            for text in values
        ]
        keys: QuerySet[Any, Any] = own[0].union(*own[1:], cited.values(pk=F(self.model.column))[:most])
        return keys.order_by()


def _budget(request: Any) -> TimeBudget:
    """The request's own: the four kinds of facts share it."""
    budget: TimeBudget | None = getattr(request, "look_ups", None)
    if budget is None:
        budget = request.look_ups = TimeBudget(most_ms=LOOK_UP_MS)
    return budget


class Disputed(Truth):
    """Facts that a citation disputes or another fact contradicts: the second only the whole body says."""

    always_costly = True

    def condition_of(self, value: bool) -> Q:  # noqa: FBT001  # the value that the filter is given
        """Facts for which that is possible: few others share their pair and day."""
        if not value or single(self.parent.request, "retracted", truth):
            return Q()
        return Q(Exists(_citations(self.model, Q(stance=Stance.DISPUTES)))) | Q(has_company=True)

    def accepts(self, body: Mapping[str, Any], values: list[Any]) -> bool:
        accepted: bool = body["disputed"] in values
        return accepted


class NumberBound(Bound):
    convert = staticmethod(number)
    schema = patterns.NUMBER


class IndependentSources(NumberBound):
    """Facts with so many supporting witnesses or more, or fewer; a reprint is not a second one."""

    always_costly = True

    def condition_of(self, value: int) -> Q:
        supporting = _citations(self.model, Q(stance=Stance.SUPPORTS))
        witnesses = Count(Coalesce("source__syndication_of_id", "source_id"), distinct=True)
        counted = supporting.order_by().values(self.model.column).annotate(witnesses=witnesses).values("witnesses")
        compared = GreaterThanOrEqual if self.lookup == "gte" else LessThanOrEqual
        return Q(compared(Subquery(counted), value))

    def accepts(self, body: Mapping[str, Any], values: list[Any]) -> bool:
        number, bound = body["independent_sources"], values[0]
        return bool(number >= bound if self.lookup == "gte" else number <= bound)


class LearnedAfter(NumberBound):
    """Facts first recorded so many days or more after the last day on which they may have happened, or fewer."""

    always_costly = True

    def condition_of(self, value: int) -> Q:
        days = Func(TruncDate("first_recorded_at", tzinfo=dt.UTC), F("latest"), template="(%(expressions)s)",
                    arg_joiner=" - ", output_field=IntegerField())  # fmt: skip
        compared = GreaterThanOrEqual if self.lookup == "gte" else LessThanOrEqual
        return Q(compared(days, value))


class ConfirmedBefore(DayBound):
    """Facts of which no source spoke on this day or later: the last of `status.evidence.sightings`, as SQL.

    Confirmations count that are known now or at `known_at`, of the versions that say the same.
    """

    always_costly = True

    def condition_of(self, value: dt.date) -> Q:
        of_all_days = Q(source__covers_to=None) & Q(source__published_on__gte=value)
        if_observed = _citations(self.model, of_all_days & Q(stance=Stance.SUPPORTS))
        by_data = if_observed.filter(source__kind=SourceKind.DATASET)
        covering = _citations(self.model, Q(stance=Stance.SUPPORTS, source__covers_to__gte=value))
        is_observed = Q(nature=Nature.OBSERVATION) & Q(Exists(if_observed))
        later = Q(latest__gte=value) | is_observed | Q(Exists(by_data)) | Q(Exists(covering))
        return ~(later | Q(Exists(self._confirmations(value))))

    def _confirmations(self, day: dt.date) -> QuerySet[Confirmation]:
        column = self.model.column
        same = {f"{column}__{name}": OuterRef(name) for name in columns_of_a_word(self.model)}
        known = Confirmation.objects.filter(day__gte=day, **same)
        moment = known_at(self.parent.request)
        return known if moment is None else known.filter(recorded_at__lte=moment)


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


def _citations(model: Any, condition: Q) -> QuerySet[Citation]:
    """The citations of the fact of the outer query that meet the condition."""
    return Citation.objects.filter(condition, **{model.column: OuterRef("pk")})
