"""The projection: the statuses of what is known now, day by day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from functools import reduce
from operator import or_

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.fields.ranges import RangeStartsWith
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import Case, CharField, F, Func, Q, Value, When
from django.db.models.functions import Cast, Coalesce, Collate, Concat, Greatest, Least

from relations.codes import DIRECTED, VALUES, SourceKind, TrackKind, label_in_sentence
from relations.models.countries import Country
from relations.models.pairs import CountryPair
from relations.models.sanctions import SanctionProgramme
from relations.models.travel_bans import TravelBanList

_SIDES = (Collate(F("from_country"), "C"), Collate(F("to_country"), "C"))
_DIRECTION = Concat(Value(":"), F("from_country"), Value(">"), F("to_country"))
_PROGRAMME = Cast("programme", CharField())
_PART = Case(
    When(kind=TrackKind.SANCTIONS, whole=False, then=Concat(Value(":"), Coalesce(_PROGRAMME, Value("-")))),
    When(kind=TrackKind.TRAVEL_BAN, then=Concat(Value(":"), Cast("list", CharField()))),
    default=Value(""),
)
_NAME = Concat(F("kind"), Case(When(from_country__isnull=False, then=_DIRECTION), default=Value("")), _PART)
_IS_DIRECTED = Q(
    kind__in=DIRECTED,
    pair=Concat(Least(*_SIDES), Value("-"), Greatest(*_SIDES)),
    from_country__isnull=False, to_country__isnull=False,
)  # fmt: skip
_IS_UNDIRECTED = Q(from_country__isnull=True, to_country__isnull=True) & ~Q(kind__in=DIRECTED)
_HAS_VALUE_OF_ITS_KIND = reduce(or_, (Q(kind=kind, value__in=words) for kind, words in VALUES.items()))


def _array(codes: Collection[str]) -> str:
    return f"{{{','.join(codes)}}}"


def _compared(column: str, value: object, operator: str, end: str) -> Func:
    """A condition that Django has no word for."""
    return Func(F(column), Value(value), template=f"(%(expressions)s{end})", arg_joiner=operator,
                output_field=models.BooleanField())  # fmt: skip


class StatusPeriodQuerySet(models.QuerySet["StatusPeriod"]):
    def on(self, day: dt.date) -> StatusPeriodQuerySet:
        return self.filter(days__contains=day)

    def few_on(self, day: dt.date) -> StatusPeriodQuerySet:
        """The same periods, for a condition that few periods meet: the index of all days is not read for it."""
        return self.filter(_compared("days", day, " @> ", " IS TRUE"))

    def of_pairs(self, codes: Collection[str]) -> StatusPeriodQuerySet:
        """The periods of some pairs. Their codes are one parameter, as Django and psycopg take long over hundreds."""
        return self.filter(_compared("pair", _array(codes), " = ANY(", "::text[])"))

    def with_values(
        self, kind: str, values: Collection[str], *, day: dt.date, pairs: Collection[str]
    ) -> StatusPeriodQuerySet:
        """The periods of a day in which tracks of a kind have one of the values: by `periods_by_value`.

        A pair has hundreds of other periods, and the index of days takes long for each of hundreds of pairs: `IS TRUE`
        is not looked up in it. The planner takes 10 µs for each code, unless it comes from a query.
        """
        return self.filter(
            _compared("pair", _array(pairs), " = ANY((SELECT ", ")::text[])"),
            kind=kind, value__in=values, whole=True,
        ).few_on(day)  # fmt: skip

    def reaching(self, day: dt.date) -> StatusPeriodQuerySet:
        """The periods that end on that day or later."""
        return self.filter(Q(days__endswith__isnull=True) | Q(days__endswith__gte=day))


class StatusPeriod(models.Model):
    """A range of days in which one track of a pair has one value; the last day is not part of it.

    `track` is the whole name (`sanctions:US>BY:7`), the other columns its parts. `since` is the EDTF string of
    the first fact of the unbroken run, or the day on which a value began by itself. `facts` and `uncertain` are keys.
    `fact_count`, `basis`, `confirmed_to`, `stale`, `last_known`, `last_known_on` and `implied` are as in `State`.
    """

    pair = models.ForeignKey(CountryPair, models.CASCADE, related_name="periods", db_index=False)
    track = models.CharField(max_length=40)
    kind = models.CharField(max_length=20, choices=TrackKind)
    from_country = models.ForeignKey(Country, models.PROTECT, null=True, related_name="+", db_index=False)
    to_country = models.ForeignKey(Country, models.PROTECT, null=True, related_name="+", db_index=False)
    whole = models.BooleanField(default=True)
    programme = models.ForeignKey(SanctionProgramme, models.PROTECT, null=True, related_name="+")
    days = DateRangeField()
    value = models.CharField(max_length=20)
    holder = models.CharField(max_length=200, blank=True)
    measures = ArrayField(models.CharField(max_length=20), default=list)
    scope = models.CharField(max_length=7, blank=True)
    visa_classes = ArrayField(models.CharField(max_length=20), default=list)
    expires_on = models.DateField(null=True)
    since = models.CharField(max_length=32, null=True)  # noqa: DJ001  # null is "never", and empty would be no date
    facts = ArrayField(models.UUIDField(), default=list)
    uncertain = ArrayField(models.UUIDField(), default=list)
    disputed = models.BooleanField(default=False)
    fact_count = models.PositiveIntegerField(default=0)
    basis = models.CharField(max_length=16, blank=True)
    confirmed_to = models.DateField(null=True)
    stale = models.BooleanField(default=False)
    last_known = models.CharField(max_length=24, blank=True)
    last_known_on = models.DateField(null=True)
    implied = models.BooleanField(default=False)
    # The last of the fields: from here on `list` in this class is the field.
    list = models.ForeignKey(TravelBanList, models.PROTECT, null=True, related_name="+")

    objects = StatusPeriodQuerySet.as_manager()

    class Meta:
        ordering = ("pair", "track", "days")
        constraints = (
            models.CheckConstraint(name="a_period_lasts_a_day_or_more", condition=Q(days__isempty=False)),
            ExclusionConstraint(
                name="a_track_has_one_value_on_a_day",
                expressions=[
                    ("pair", RangeOperators.EQUAL),
                    ("track", RangeOperators.EQUAL),
                    ("days", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(name="a_period_names_its_track_by_its_parts", condition=Q(track=_NAME)),
            models.CheckConstraint(
                name="a_period_has_the_two_sides_of_its_pair_or_none", condition=_IS_DIRECTED | _IS_UNDIRECTED
            ),
            models.CheckConstraint(
                name="a_period_has_the_part_that_its_kind_has",
                condition=Q(kind=TrackKind.SANCTIONS, list__isnull=True) & (Q(whole=False) | Q(programme__isnull=True))
                | Q(kind=TrackKind.TRAVEL_BAN, whole=True, programme__isnull=True, list__isnull=False)
                | Q(whole=True, programme__isnull=True, list__isnull=True)
                & ~Q(kind__in=(TrackKind.SANCTIONS, TrackKind.TRAVEL_BAN)),
            ),
            models.CheckConstraint(name="a_period_says_a_word_of_its_track", condition=_HAS_VALUE_OF_ITS_KIND),
        )
        indexes = (
            # Read by a relation, and by the ledger when it deletes periods by the days on which they begin.
            models.Index("pair", "track", RangeStartsWith("days"), name="periods_of_a_pair"),
            # Read by ?stale= on lists of facts.
            GistIndex(name="stale_periods_by_day", fields=["days"], condition=Q(stale=True)),
            # Read by the filters on /api/relations/: which pairs have this value?
            models.Index(name="periods_by_value", fields=["kind", "value", "pair"]),
            # Read by ?disputed= and ?uncertain= there, each said of few periods.
            models.Index(name="periods_disputed", fields=["pair"], condition=Q(disputed=True)),
            models.Index(name="periods_uncertain", fields=["pair"], condition=~Q(uncertain=[])),
        )

    def __str__(self) -> str:
        return f"{self.pair_id} {self.track} {self.value}"

    @property
    def value_label(self) -> str:
        return label_in_sentence(self.value)

    @property
    def basis_label(self) -> str:
        return SourceKind(self.basis).label.lower() if self.basis else ""

    @property
    def last_known_label(self) -> str:
        return label_in_sentence(self.last_known) if self.last_known else ""

    @property
    def measure_labels(self) -> Sequence[str]:
        return [label_in_sentence(measure) for measure in self.measures]


class StatusSpanQuerySet(models.QuerySet["StatusSpan"]):
    def on(self, day: dt.date) -> StatusSpanQuerySet:
        return self.filter(start__lte=day, end__gt=day)

    def with_length(self, today: dt.date) -> StatusSpanQuerySet:
        """Annotates the days of each span up to its end, or up to the end of today where that is earlier."""
        until = Least("end", Greatest(Value(today + dt.timedelta(days=1)), "start"))
        # Django's own difference of dates is an interval.
        days = Func(until, "start", template="(%(expressions)s)", arg_joiner=" - ", output_field=models.IntegerField())
        return self.annotate(length=days)


class StatusSpan(models.Model):
    """Unbroken days on which a track says a reader the same: `status.spans` of the periods, for lists of all pairs.

    `end` is the first day that is no longer part of it, 9999-12-31 where none is known. The evidence of its days is in
    the periods of the track. `since_first` and `since_last` are the days that their `since` may mean.
    """

    pair = models.ForeignKey(CountryPair, models.CASCADE, related_name="spans", db_index=False)
    track = models.CharField(max_length=40)
    kind = models.CharField(max_length=20)
    from_country = models.ForeignKey(Country, models.PROTECT, null=True, related_name="+", db_index=False)
    to_country = models.ForeignKey(Country, models.PROTECT, null=True, related_name="+", db_index=False)
    whole = models.BooleanField(default=True)
    programme = models.ForeignKey(SanctionProgramme, models.PROTECT, null=True, related_name="+")
    start = models.DateField()
    end = models.DateField()
    start_edtf = models.CharField(max_length=32)
    end_edtf = models.CharField(max_length=32, blank=True)
    value = models.CharField(max_length=20)
    holder = models.CharField(max_length=200, blank=True)
    previous = models.CharField(max_length=20)
    stale = models.BooleanField(default=False)
    disputed = models.BooleanField(default=False)
    last = models.BooleanField(default=False)
    since_first = models.DateField(null=True)
    since_last = models.DateField(null=True)
    # The last of the fields: from here on `list` in this class is the field.
    list = models.ForeignKey(TravelBanList, models.PROTECT, null=True, related_name="+")

    objects = StatusSpanQuerySet.as_manager()

    class Meta:
        ordering = ("pair", "track", "start")
        constraints = (
            models.UniqueConstraint(name="a_track_has_one_span_from_a_day_on", fields=["pair", "track", "start"]),
            # 9999-12-31 is the end of a span that has none, even of one that begins on that day.
            models.CheckConstraint(
                name="a_span_lasts_a_day_or_more", condition=Q(end__gt=F("start")) | Q(end=dt.date.max)
            ),
        )
        indexes = (
            # Read by /api/periods/: by value, in either order of days, and of one country. With both days in the
            # index, the periods of a day are found without the rows of all those that had ended before.
            models.Index(name="spans_by_value", fields=["kind", "value", "start", "end", "pair", "track"]),
            models.Index(name="spans_by_start", fields=["start", "end", "pair", "track"]),
            models.Index(name="spans_by_end", fields=["end", "start", "pair", "track"]),
            models.Index(name="spans_by_sender", fields=["from_country", "kind"]),
            models.Index(name="spans_by_receiver", fields=["to_country", "kind"]),
            models.Index(name="spans_disputed", fields=["pair", "track", "start"], condition=Q(disputed=True)),
        )

    def __str__(self) -> str:
        return f"{self.pair_id} {self.track} {self.value}"
