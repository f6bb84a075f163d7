"""The projection: the statuses of what is known now, day by day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from functools import reduce
from operator import or_

import pgtrigger
from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.contrib.postgres.fields.ranges import RangeStartsWith
from django.db import models
from django.db.models import Case, CharField, F, Func, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, Collate, Concat, Greatest, Least
from django.db.models.lookups import GreaterThan, LessThanOrEqual

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


_START = RangeStartsWith("days")
_END = Func("days", template="coalesce(upper(%(expressions)s), 'infinity')", output_field=models.DateField())
"""The first day of a period, and the first one after it: indexes are over these expressions."""


def is_on(day: dt.date) -> Q:
    """Condition on a period: the day is one of its days."""
    return Q(LessThanOrEqual(_START, day), GreaterThan(_END, day))


def _of(codes: Collection[str], start: str, end: str) -> Func:
    """A condition that Django has no word for: the pair is any of those in the text of an array."""
    return Func(F("pair"), Value(f"{{{','.join(codes)}}}"), template=f"(%(expressions)s{end})", arg_joiner=start,
                output_field=models.BooleanField())  # fmt: skip


class StatusPeriodQuerySet(models.QuerySet["StatusPeriod"]):
    def on(self, day: dt.date) -> StatusPeriodQuerySet:
        return self.filter(is_on(day))

    def few_on(self, day: dt.date) -> StatusPeriodQuerySet:
        """The same periods, for a condition that few meet: no index of days is read for `days__contains`."""
        return self.filter(days__contains=day)

    def of_pairs(self, codes: Collection[str]) -> StatusPeriodQuerySet:
        """The periods of some pairs. Their codes are one parameter, as Django and psycopg take long over hundreds."""
        return self.filter(_of(codes, " = ANY(", "::text[])"))

    def with_values(
        self, kind: str, values: Collection[str], *, day: dt.date, pairs: Collection[str]
    ) -> StatusPeriodQuerySet:
        """The periods of a day in which tracks of a kind have one of the values.

        The planner takes 10 µs for each code, unless it comes from a query.
        """
        return self.filter(_of(pairs, " = ANY((SELECT ", ")::text[])"), kind=kind, value__in=values, whole=True).on(day)

    def of_span(self, day: dt.date, condition: Q) -> Coalesce:
        """Tests the period of the outer query's span on a day: it exists, and meets the condition.

        A track's last period to begin by then is one entry of an index. PostgreSQL would join what may be any period.
        """
        begun = self.filter(pair=OuterRef("pair"), track=OuterRef("track"), days__startswith__lte=day)
        met = models.ExpressionWrapper(Q(GreaterThan(_END, day)) & condition, models.BooleanField())
        return Coalesce(Subquery(begun.order_by("-days__startswith").values(met=met)[:1]), Value(value=False))


_COMPARED = """
            IF current_setting('transaction_isolation') <> 'read committed' THEN
                RAISE EXCEPTION 'periods are written in transactions that read what others have committed'
                    USING ERRCODE = 'exclusion_violation', CONSTRAINT = '{name}';
            END IF;
            PERFORM FROM relations_countrypair WHERE code = ANY(ARRAY(SELECT DISTINCT pair_id FROM new_periods))
                ORDER BY code FOR NO KEY UPDATE;
            GET DIAGNOSTICS pairs = ROW_COUNT;
            IF pairs < (SELECT count(DISTINCT pair_id) FROM new_periods) THEN
                RAISE EXCEPTION 'a pair is recorded before its periods'
                    USING ERRCODE = 'foreign_key_violation', CONSTRAINT = '{name}';
            END IF;
            EXECUTE '
                SELECT pair_id || '' '' || track FROM new_periods AS own WHERE EXISTS (
                    SELECT FROM relations_statusperiod AS later
                    WHERE later.pair_id = own.pair_id AND later.track = own.track
                        AND lower(later.days) > lower(own.days)
                        AND lower(later.days) < coalesce(upper(own.days), ''infinity'')
                ) OR lower(own.days) < (
                    SELECT coalesce(upper(earlier.days), ''infinity'') FROM relations_statusperiod AS earlier
                    WHERE earlier.pair_id = own.pair_id AND earlier.track = own.track
                        AND lower(earlier.days) < lower(own.days)
                    ORDER BY lower(earlier.days) DESC LIMIT 1
                ) LIMIT 1
            ' INTO overlapping;
            IF overlapping IS NOT NULL THEN
                RAISE EXCEPTION 'two periods of % have a day in common', overlapping
                    USING ERRCODE = 'exclusion_violation', CONSTRAINT = '{name}';
            END IF;
            RETURN NULL;
        """
"""New rows are compared with the neighbours of their track by its unique index: a GiST index takes ten times as long.

Rows that another transaction has not yet committed are not seen. So the pair is locked, and a snapshot from before the
lock, which would not show them afterwards either, is refused.
"""


def _one_value_a_day(name: str, operation: pgtrigger.Operation) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name, level=pgtrigger.Statement, when=pgtrigger.After, operation=operation,
        referencing=pgtrigger.Referencing(new="new_periods"),  # type: ignore[no-untyped-call]  # pgtrigger has no types
        declare=[("pairs", "bigint"), ("overlapping", "text")],
        func=_COMPARED.format(name=name),
    )  # fmt: skip


def _side_of_the_pair() -> models.ForeignKey[Country | None, Country | None]:
    """A country of the pair, by a check constraint: the pair's own foreign keys are checked, and not two more a row."""
    return models.ForeignKey(Country, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)


class StatusPeriod(models.Model):
    """A range of days in which one track of a pair has one value; the last day is not part of it.

    `track` is the whole name (`sanctions:US>BY:7`), the other columns its parts. `since` is the EDTF string of
    the first fact of the unbroken run, or the day on which a value began by itself. `facts` and `uncertain` are keys.
    `fact_count`, `basis`, `confirmed_to`, `stale`, `last_known`, `last_known_on` and `implied` are as in `State`.
    """

    pair = models.ForeignKey(CountryPair, models.CASCADE, related_name="periods", db_index=False)
    track = models.CharField(max_length=40)
    kind = models.CharField(max_length=20, choices=TrackKind)
    from_country = _side_of_the_pair()
    to_country = _side_of_the_pair()
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
            models.CheckConstraint(
                name="a_period_lasts_a_day_or_more", condition=Q(days__isempty=False, days__lower_inf=False)
            ),
            # Read by a relation, by a span that shows its evidence of a day, and by the ledger when it deletes periods.
            models.UniqueConstraint("pair", "track", _START, name="a_track_has_one_period_from_a_day_on"),
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
            # Read by lists of relations: the periods of a pair on a day. Of today's, few end later.
            models.Index("pair", _END, name="periods_by_last_day"),
            # Read by ?stale= on lists of facts.
            models.Index(_END, _START, name="stale_periods_by_day", condition=Q(stale=True)),
            # Read by the filters on /api/relations/: which pairs have this value?
            models.Index(name="periods_by_value", fields=["kind", "value", "pair"]),
            # Read by ?disputed= and ?uncertain= there, each said of few periods.
            models.Index(name="periods_disputed", fields=["pair"], condition=Q(disputed=True)),
            models.Index(name="periods_uncertain", fields=["pair"], condition=~Q(uncertain=[])),
        )
        triggers = (
            _one_value_a_day("a_track_has_one_value_on_a_day", pgtrigger.Insert),
            _one_value_a_day("a_track_still_has_one_value_on_a_day", pgtrigger.Update),
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
    from_country = _side_of_the_pair()
    to_country = _side_of_the_pair()
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
            models.CheckConstraint(
                name="a_span_has_the_two_sides_of_its_pair_or_none", condition=_IS_DIRECTED | _IS_UNDIRECTED
            ),
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
