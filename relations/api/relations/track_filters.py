"""Conditions on the tracks of a relation on a day: as SQL on stored periods, and as a test of folded ones.

They apply to a pair's own tracks, not to what it inherits.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleIn

from relations.api.http.values import word_of
from relations.codes import TrackKind
from relations.models import StatusPeriod
from relations.representation.references import country_code
from relations.status import DIRECTED, NO_PROGRAMME, UNKNOWN, VALUES, Period, Track


class Wanted(NamedTuple):
    """`US>BY:in_force`, or `in_force` for either direction."""

    value: str
    sender: str = ""
    receiver: str = ""


def value_parser(kind: TrackKind) -> Callable[[str], Wanted]:
    """Reads one value of the parameter that is named like the kind of track."""
    word = word_of(VALUES[kind])

    def convert(text: str) -> Wanted:
        direction, colon, value = text.rpartition(":")
        if not colon:
            return Wanted(word(text))
        track = Track.named(f"{kind}:{direction}")
        if ">" not in direction or kind not in DIRECTED:
            example = f"US>BY:{VALUES[kind][1]}" if kind in DIRECTED else VALUES[kind][1]
            raise ValueError(f"{text[:40]!r} names no value of this track; write {example}.")
        return Wanted(word(value), country_code(track.sender), country_code(track.receiver))

    return convert


type _Condition = tuple[Q, Callable[[Period], bool]]
"""The same condition on a period's row and on the period itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackQuestion:
    """Conditions that one and the same period of one of the kinds has to meet; an empty one is none.

    `absent` selects pairs without such a period. `programmes` may contain None, for facts without a programme.
    `senders` and `receivers` apply to directed tracks.
    """

    kinds: tuple[TrackKind, ...]
    values: tuple[Wanted, ...] = ()
    senders: frozenset[str] = frozenset()
    receivers: frozenset[str] = frozenset()
    holders: tuple[str, ...] = ()
    measures: frozenset[str] = frozenset()
    programmes: frozenset[int | None] = frozenset()
    lists: frozenset[int] = frozenset()
    scopes: frozenset[str] = frozenset()
    visa_classes: frozenset[str] = frozenset()
    expires_after: dt.date | None = None
    expires_before: dt.date | None = None
    disputed: bool | None = None
    uncertain: bool | None = None
    absent: bool = False

    @property
    def is_asked(self) -> bool:
        """True with any condition in addition to the direction."""
        return replace(self, senders=frozenset(), receivers=frozenset()) != TrackQuestion(kinds=self.kinds)

    # --- as SQL ---

    def condition(self, day: dt.date) -> Q:
        """Condition on `CountryPair`: it has such a period on the day."""
        rows = self._rows(day)
        if not self.values:
            return ~Q(Exists(rows)) if self.absent else Q(Exists(rows))
        silent = [one for one in self.values if one.value == UNKNOWN and not self._narrow]
        others = [one for one in self.values if one not in silent]
        condition = Q(Exists(rows.filter(_with_values(others)))) if others else Q(pk__in=[])
        return condition | self._silent(silent, rows) if silent else condition

    def _rows(self, day: dt.date) -> QuerySet[StatusPeriod]:
        rows = StatusPeriod.objects.on(day).filter(pair=OuterRef("pk"), kind__in=self.kinds)
        for of_row, _ in self._conditions():
            rows = rows.filter(of_row)
        return rows

    def _silent(self, values: Sequence[Wanted], rows: QuerySet[StatusPeriod]) -> Q:
        """Pairs with a direction in which no track of the kind has a value: without a period the value is unknown."""
        telling = rows.exclude(value=UNKNOWN)
        if not set(self.kinds) & set(DIRECTED):
            return ~Q(Exists(telling))
        condition = Q()
        for sender, receiver in (("first", "second"), ("second", "first")):
            known = telling.filter(from_country=OuterRef(sender), to_country=OuterRef(receiver))
            condition |= self._of_direction(values, sender, receiver) & ~Q(Exists(known))
        return condition

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
        matching = [period for period in periods if self._meets(period)]
        if not self.values:
            return bool(matching) != self.absent
        sides = ("", code[:2], code[3:])
        own = [one for one in self.values if one.sender in sides and one.receiver in sides]
        return any(self._answers(one, code, matching) for one in own)

    def _meets(self, period: Period) -> bool:
        return period.track.kind in self.kinds and all(of_period(period) for _, of_period in self._conditions())

    def _answers(self, one: Wanted, code: str, matching: Iterable[Period]) -> bool:
        if one.value != UNKNOWN or self._narrow:
            return any(period.state.value == one.value and _goes(period.track, one) for period in matching)
        telling = [period.track for period in matching if period.state.value != UNKNOWN]
        if not set(self.kinds) & set(DIRECTED):
            return not telling
        first, second = code[:2], code[3:]
        return any(
            not any((track.sender, track.receiver) == direction for track in telling)
            for direction in ((first, second), (second, first))
            if self._may_go(one, *direction)
        )

    def _may_go(self, one: Wanted, sender: str, receiver: str) -> bool:
        return (
            (not one.sender or (one.sender, one.receiver) == (sender, receiver))
            and (not self.senders or sender in self.senders)
            and (not self.receivers or receiver in self.receivers)
        )

    # --- both ---

    @property
    def _narrow(self) -> bool:
        """True where a missing period cannot match: the unknown has no measures and no holder."""
        wide = replace(self, values=(), senders=frozenset(), receivers=frozenset(), programmes=frozenset())
        return wide != TrackQuestion(kinds=self.kinds)

    def _conditions(self) -> Iterator[_Condition]:
        parts = bool(self.programmes)
        yield Q(whole=not parts), lambda period: _is_part(period.track) == parts
        if self.senders:
            yield Q(from_country__in=self.senders), lambda period: period.track.sender in self.senders
        if self.receivers:
            yield Q(to_country__in=self.receivers), lambda period: period.track.receiver in self.receivers
        if parts:
            yield _of_programmes(self.programmes), lambda period: _programme(period.track) in self.programmes
        if self.lists:
            yield Q(list__in=self.lists), lambda period: int(period.track.part or 0) in self.lists
        yield from self._of_the_state()

    def _of_the_state(self) -> Iterator[_Condition]:
        if self.holders:
            yield _any_of("holder__icontains", self.holders), lambda period: _names_holder(period, self.holders)
        if self.measures:
            yield (
                Q(measures__overlap=sorted(self.measures)),
                lambda period: bool(self.measures.intersection(period.state.measures)),
            )
        if self.scopes:
            yield Q(scope__in=self.scopes), lambda period: period.state.scope in self.scopes
        if self.visa_classes:
            yield (
                Q(visa_classes__overlap=sorted(self.visa_classes)),
                lambda period: bool(self.visa_classes.intersection(period.state.visa_classes)),
            )
        after, before = self.expires_after, self.expires_before
        if after is not None:
            yield Q(expires_on__gte=after), lambda period: (period.state.expires_on or dt.date.min) >= after
        if before is not None:
            yield Q(expires_on__lte=before), lambda period: (period.state.expires_on or dt.date.max) <= before
        if self.disputed is not None:
            yield Q(disputed=self.disputed), lambda period: period.state.disputed == self.disputed
        if self.uncertain is not None:
            yield (
                ~Q(uncertain=[]) if self.uncertain else Q(uncertain=[]),
                lambda period: bool(period.uncertain) == self.uncertain,
            )


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


def _goes(track: Track, one: Wanted) -> bool:
    return not one.sender or (track.sender, track.receiver) == (one.sender, one.receiver)


def _is_part(track: Track) -> bool:
    """A travel-ban track is always of one list, and is whole."""
    return track.kind == TrackKind.SANCTIONS and bool(track.part)


def _programme(track: Track) -> int | None:
    return None if track.part == NO_PROGRAMME else int(track.part)


def _of_programmes(programmes: Collection[int | None]) -> Q:
    condition = Q(programme__in=[each for each in programmes if each is not None])
    return condition | Q(programme__isnull=True) if None in programmes else condition


def _any_of(lookup: str, texts: Iterable[str]) -> Q:
    condition = Q()
    for text in texts:
        condition |= Q(**{lookup: text})
    return condition


def _names_holder(period: Period, texts: Iterable[str]) -> bool:
    return any(text.casefold() in period.state.holder.casefold() for text in texts)
