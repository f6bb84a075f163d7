"""Conditions on the tracks of a relation on a day: as SQL on stored periods, and as a test of folded ones.

They apply to a pair's own tracks, not to what it inherits.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.db.models import BooleanField, CharField, DateField, Exists, F, Func, OuterRef, Q, QuerySet, Value
from django.db.models.fields.tuple_lookups import Tuple, TupleIn
from django.db.models.functions import Concat
from django.db.models.lookups import In

from relations import dates
from relations.codes import TrackKind, pair_directions
from relations.models import StatusPeriod, StatusSpan
from relations.representation.matching import meets, track_columns
from relations.representation.references import Excluded, country_code, word_of
from relations.status import DIRECTED, UNKNOWN, VALUES, Period, Track

_OF_SPANS = {"holder__ilike", "since_first__lte", "since_last__gte"}
"""Comparisons of columns that spans have."""
_OF_FEW = (~Q(uncertain=[]), Q(disputed=True))
"""Conditions that few periods meet, which have an index of their own."""
_SINCE = {"since_first": "lower(edtf_days(%(expressions)s))", "since_last": "(upper(edtf_days(%(expressions)s)) - 1)"}
"""The same columns of a period: null where `since` is."""


class Wanted(NamedTuple):
    """`US>BY:in_force`, or `in_force` for either direction."""

    value: str
    sender: str = ""
    receiver: str = ""


def value_parser(kind: TrackKind) -> Callable[[str], Wanted | Excluded]:
    """Reads one value of the parameter that is named like the kind of track: `US>BY:!in_force` is an excluded one."""
    word = word_of(VALUES[kind])

    def convert(text: str) -> Wanted | Excluded:
        direction, colon, value = text.rpartition(":")
        if colon and value.startswith("!"):
            one = convert(f"{direction}:{value[1:]}")
            return one if isinstance(one, Excluded) else Excluded(one)
        if not colon:
            return Wanted(word(text))
        track = Track.named(f"{kind}:{direction}")
        if ">" not in direction or kind not in DIRECTED:
            example = f"US>BY:{VALUES[kind][1]}" if kind in DIRECTED else VALUES[kind][1]
            raise ValueError(f"{text[:40]!r} names no value of this track; write {example}.")
        return Wanted(word(value), country_code(track.sender), country_code(track.receiver))

    return convert


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackQuestion:
    """Conditions that one and the same period of one of the kinds has to meet; an empty one is none.

    `absent` selects pairs without such a period. `excluded` are values that no such period has, of whatever age; alone,
    they select among the pairs that have the directions they name. `programmes` is the condition on parts of a
    sanctions track, `where` are those on other columns of a period. `senders` and `receivers` apply to directed tracks.
    `stale` leaves out the periods of which the evidence is too old (False), or the others (True), or none (None).
    """

    kinds: Sequence[TrackKind]
    values: Sequence[Wanted] = ()
    excluded: Sequence[Wanted] = ()
    senders: Sequence[str] = ()
    receivers: Sequence[str] = ()
    programmes: Q | None = None
    where: tuple[Q, ...] = ()
    stale: bool | None = False
    absent: bool = False

    @property
    def is_asked(self) -> bool:
        """True with any condition in addition to the direction."""
        return bool(self.values or self.excluded or self.programmes or self.where)

    @property
    def _positive(self) -> TrackQuestion:
        return replace(self, excluded=())

    @property
    def _excluding(self) -> TrackQuestion:
        """The question that no period may meet."""
        return replace(self, values=self.excluded, excluded=(), stale=None)

    @property
    def _is_of_any_value(self) -> bool:
        """True where a pair meets it that has no period: nothing but a value is excluded."""
        return not (self.values or self.programmes or self.where or self.stale)

    @property
    def _age(self) -> Q:
        return Q() if self.stale is None else Q(stale=self.stale)

    @property
    def _period(self) -> Q:
        """The condition on a period, apart from its value and its age."""
        sides = {"from_country__in": self.senders, "to_country__in": self.receivers}
        return Q(
            Q(**{name: countries for name, countries in sides.items() if countries}), self._known,
            self.programmes or Q(), *self.where, kind__in=self.kinds, whole=self.programmes is None,
        )  # fmt: skip

    @property
    def _known(self) -> Q:
        """A part that is asked for by its programme alone has a value: a span without one has a period or none."""
        asks_for_values = self.values or not self._is_of_spans
        return Q() if asks_for_values else ~Q(value=UNKNOWN) | Q(stale=True)

    @property
    def _is_of_spans(self) -> bool:
        return {name for each in self.where for name in _names(each)} <= _OF_SPANS

    @property
    def _is_directed(self) -> bool:
        return any(kind in DIRECTED for kind in self.kinds)

    def _includes_missing(self, one: Wanted) -> bool:
        """True where a missing period matches: its value is unknown, and it has no measures, no holder and no age."""
        return one.value == UNKNOWN and not self.where and not self.absent and not self.stale

    # --- as SQL ---

    def condition(self, day: dt.date) -> Q:
        """Condition on `CountryPair`: it has such a period on the day."""
        if self.excluded:
            chosen = self._has_direction if self._is_of_any_value else self._positive.condition(day)
            return chosen & ~self._excluding.condition(day)
        rows = self._rows(day).filter(self._period, self._age)
        if not self.values:
            return ~self._having(rows) if self.absent else self._having(rows)
        missing = [one for one in self.values if self._includes_missing(one)]
        others = [one for one in self.values if one not in missing]
        condition = self._having(rows.filter(_with_values(others))) if others else Q(pk__in=[])
        # A stale value is known: it is no other answer to what is unknown.
        return condition | self._without(missing, day) if missing else condition

    def _rows(self, day: dt.date) -> QuerySet[Any]:
        """Spans of the day, which an index finds at once; periods where a condition is on a column that spans lack."""
        if self._is_of_spans:
            return StatusSpan.objects.on(day)
        periods = StatusPeriod.objects.few_on(day) if self._selects_few else StatusPeriod.objects.on(day)
        return periods.alias(
            **{name: Func(F("since"), template=days, output_field=DateField()) for name, days in _SINCE.items()}
        )

    @property
    def _selects_few(self) -> bool:
        return any(each in _OF_FEW for each in self.where)

    def _having(self, rows: QuerySet[Any]) -> Q:
        """Pairs with any of the rows."""
        if rows.model is StatusPeriod and not self._selects_few:
            return Q(Exists(rows.filter(pair=OuterRef("pk"))))
        return _among(rows)

    def _without(self, values: Sequence[Wanted], day: dt.date) -> Q:
        """Pairs with a direction in which no track of the kind has a known value.

        The known ones are read once, from the index of spans: looking for them in each of 25,000 pairs takes ten times
        as long.
        """
        spans = StatusSpan.objects.on(day).filter(self.programmes or Q(), kind__in=self.kinds).exclude(value=UNKNOWN)
        if TrackKind.SANCTIONS in self.kinds:
            spans = spans.filter(whole=self.programmes is None)
        if not self._is_directed:
            return ~_among(spans)
        direction = Func(F("track"), Value(":"), Value(2), function="split_part", output_field=CharField())
        known = spans.values_list(direction, flat=True).distinct()
        condition = Q()
        for sender, receiver in (("first", "second"), ("second", "first")):
            own = Concat(F(sender), Value(">"), F(receiver))
            condition |= self._of_direction(values, sender, receiver) & ~Q(In(own, known))
        return condition

    @property
    def _has_direction(self) -> Q:
        if not self._is_directed:
            return Q()
        sides = (("first", "second"), ("second", "first"))
        return reduce(or_, (self._of_direction(self.excluded, *each) for each in sides))

    def _of_direction(self, values: Sequence[Wanted], sender: str, receiver: str) -> Q:
        asked = Q()
        if all(one.sender for one in values):
            asked &= Q(TupleIn(Tuple(sender, receiver), _directions(values)))
        if self.senders:
            asked &= Q(**{f"{sender}__in": self.senders})
        if self.receivers:
            asked &= Q(**{f"{receiver}__in": self.receivers})
        return asked

    # --- as a test ---

    def matches(self, code: str, periods: Collection[Period]) -> bool:
        """Tests the pair's periods of one day for such a period."""
        if self.excluded:
            chosen = self._goes_through(code) if self._is_of_any_value else self._positive.matches(code, periods)
            return chosen and not self._excluding.matches(code, periods)
        of_any_age = [period for period in periods if meets(_columns(period), self._period)]
        matching = [period for period in of_any_age if meets(_columns(period), self._age)]
        if not self.values:
            return bool(matching) != self.absent
        directions = pair_directions(code)
        own = [one for one in self.values if not one.sender or one[1:] in directions]
        return any(
            self._is_missing(one, directions, of_any_age)
            if self._includes_missing(one)
            else any(period.state.value == one.value and _goes(one, *period.track[1:3]) for period in matching)
            for one in own
        )

    def _goes_through(self, code: str) -> bool:
        return not self._is_directed or any(
            self._reaches(*each) and any(_goes(one, *each) for one in self.excluded) for each in pair_directions(code)
        )

    def _is_missing(self, one: Wanted, directions: Iterable[tuple[str, str]], periods: Iterable[Period]) -> bool:
        known = [period.track[1:3] for period in periods if period.state.value != UNKNOWN]
        if not self._is_directed:
            return not known
        return any(
            _goes(one, *direction) and direction not in known and self._reaches(*direction) for direction in directions
        )

    def _reaches(self, sender: str, receiver: str) -> bool:
        return sender in (self.senders or (sender,)) and receiver in (self.receivers or (receiver,))


def _among(rows: QuerySet[Any]) -> Q:
    """Pairs with any of the rows, which are read once, as a set.

    `IS TRUE` prevents a join: for a page of few rows PostgreSQL would look into thousands of pairs, each of which takes
    as long as an index of all that is so on the day.
    """
    pairs = In(F("pk"), rows.order_by().values("pair").distinct())
    return Q(Func(pairs, template="(%(expressions)s IS TRUE)", output_field=BooleanField()))


def _names(condition: Q) -> Iterator[str]:
    """The lookups of a condition."""
    for child in condition.children:
        yield from _names(child) if isinstance(child, Q) else [child[0]]  # type: ignore[index]  # a comparison


def _with_values(values: Iterable[Wanted]) -> Q:
    """Periods of one of the values; of a direction, where one is named."""
    directed: defaultdict[str, list[Wanted]] = defaultdict(list)
    condition = Q(value__in=[one.value for one in values if not one.sender])
    for one in values:
        if one.sender:
            directed[one.value].append(one)
    for value, ones in directed.items():
        condition |= Q(value=value) & Q(TupleIn(Tuple("from_country", "to_country"), _directions(ones)))
    return condition


def _directions(values: Iterable[Wanted]) -> list[tuple[str, str]]:
    return sorted({(one.sender, one.receiver) for one in values})


def _goes(one: Wanted, sender: str, receiver: str) -> bool:
    return not one.sender or (one.sender, one.receiver) == (sender, receiver)


def _columns(period: Period) -> dict[str, Any]:
    """The columns of `StatusPeriod` that filters compare."""
    state = period.state
    since = dates.parse(state.since) if state.since else None
    return track_columns(period.track) | {
        "value": state.value, "holder": state.holder, "measures": state.measures, "scope": state.scope,
        "visa_classes": state.visa_classes,
        "expires_on": state.expires_on, "disputed": state.disputed, "uncertain": list(period.uncertain),
        "stale": state.stale, "since_first": since and since.floor, "since_last": since and since.latest,
    }  # fmt: skip
