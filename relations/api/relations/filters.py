"""Filters of the list of relations: on pairs, on their tracks on a day, and on the facts of these tracks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict

from relations import ledger
from relations.api.facts.filters import FactFilters
from relations.api.facts.kinds import AmbassadorFilters, EntryFilters, EventFilters, SanctionFilters
from relations.api.http.filters import (
    AnyOf,
    Countries,
    DayBound,
    EitherSide,
    Exactly,
    Filters,
    MomentBound,
    Numbers,
    Pairs,
    Searched,
    Truth,
    Words,
)
from relations.api.http.parameters import as_of, known_at
from relations.api.relations.track_filters import TrackQuestion, value_parser
from relations.codes import AMBASSADOR_STATUSES, BanAction, BanScope, EventKind, Measure, SanctionAction, TrackKind
from relations.models import AmbassadorStatus, CountryPair, DiplomaticEvent, Fact, SanctionEvent, TravelBanEntry
from relations.status import DIRECTED, VALUES

_ACTIONS = tuple(dict.fromkeys([*map(str, SanctionAction), *map(str, BanAction)]))
_FILTERS: dict[type[Fact], type[FactFilters]] = {
    AmbassadorStatus: AmbassadorFilters,
    SanctionEvent: SanctionFilters,
    TravelBanEntry: EntryFilters,
    DiplomaticEvent: EventFilters,
}
_OF_FACTS = ("on_after", "on_before", "recorded_after", "recorded_before", "source", "publisher", "q")
_WORDS = tuple(dict.fromkeys(model.label for model in _FILTERS))


class _Together(AnyOf):
    """Applied together with others, to one period or one fact; filters no rows by itself."""

    def filter(self, qs: QuerySet[Any], value: list[Any]) -> QuerySet[Any]:
        return qs


class _Values(_Together):
    def __init__(self, kind: TrackKind, *, label: str) -> None:
        words = VALUES[kind]
        pattern = f"^(?:[A-Za-z]{{2,3}}>[A-Za-z]{{2,3}}:)?(?:{'|'.join(words)})$" if kind in DIRECTED else ""
        schema = {"type": "string", "pattern": pattern} if pattern else {"type": "string", "enum": list(words)}
        super().__init__("pk", convert=value_parser(kind), label=label, schema=schema)


class _Words(_Together, Words):
    pass


class _Numbers(_Together, Numbers):
    pass


class _Text(_Together, Exactly):
    pass


class _Part(_Together, Searched):
    pass


class _Day(_Together, DayBound):
    pass


class _Moment(_Together, MomentBound):
    pass


class _Sides(_Together, Countries):
    pass


class _Truth(_Together, Truth):
    pass


class RelationFilters(Filters):
    """Conditions on tracks apply to one and the same track; those on facts, to one and the same fact.

    `from` and `to` restrict both to one direction. Tracks are those of the pair itself, not inherited ones.
    """

    unfiltered = frozenset({"id", "logged_through"})

    country = EitherSide("first", "second", label="A country on either side")
    pair = Pairs("code", label="Two countries, whichever way round")
    version = Numbers("version", label="Number of the pair's version")
    changed_after = MomentBound("last_recorded_at", after=True, label="The last act on the pair was then or later")
    changed_before = MomentBound("last_recorded_at", after=False, label="The last act on the pair was then or earlier")
    changes_after = DayBound("next_change_on", "gte", label="Changes by itself next on this day or later")
    changes_before = DayBound("next_change_on", "lte", label="Changes by itself next on this day or earlier")

    ambassador = _Values(TrackKind.AMBASSADOR, label="Who leads a mission: vacant, or US>BY:vacant")
    next = _Values(TrackKind.NEXT, label="What is on its way to a mission: announced, or US>BY:announced")
    sanctions = _Values(TrackKind.SANCTIONS, label="What a sender's sanctions are: in_force, or US>BY:in_force")
    travel_ban = _Values(TrackKind.TRAVEL_BAN, label="What a travel-ban list says: listed, or US>BY:listed")
    diplomatic_relations = _Values(TrackKind.DIPLOMATIC_RELATIONS, label="Whether there are diplomatic relations")
    trend = _Values(TrackKind.TREND, label="Where two years of facts point")
    holder = _Part("pk", label="Part of the name of somebody who leads a mission or is on the way")
    measure = _Words("pk", words=Measure, label="A type of measures in force")
    programme = _Numbers("pk", empty=Q(), label="Id of a sanctions programme; none for acts without one")
    expires_after = _Day("pk", "gte", label="Sanctions that run out on this day or later")
    expires_before = _Day("pk", "lte", label="Sanctions that run out on this day or earlier")
    list = _Numbers("pk", label="Id of a travel-ban list")
    scope = _Words("pk", words=BanScope, label="Whether a travel ban is full or partial")
    visa_class = _Text("pk", label="A class of visas that a travel ban names")
    disputed = _Truth(
        "pk",
        Q(),
        label="Whether sources contradict each other: about the track that is asked, or 1 about any, 0 about none",
    )
    uncertain = _Truth(
        "pk",
        Q(),
        label="Whether something may have happened or not: to the track that is asked, or 1 to any, 0 to none",
    )

    status = _Words("pk", words=[word for word, _ in AMBASSADOR_STATUSES], label="A fact about an ambassador says this")
    action = _Words("pk", words=_ACTIONS, label="A sanction event or a travel-ban entry says this")
    kind = _Words("pk", words=EventKind, label="A diplomatic event is of this kind")
    on_after = _Day("pk", "gte", label="A fact happened on this day or later, as far as is known")
    on_before = _Day("pk", "lte", label="A fact happened on this day or earlier, as far as is known")
    recorded_after = _Moment("pk", after=True, label="A fact was recorded then or later")
    recorded_before = _Moment("pk", after=False, label="A fact was recorded then or earlier")
    source = _Numbers("pk", label="Id of a source that a fact cites")
    publisher = _Text("pk", label="Publisher of a source that a fact cites")
    q = _Part("pk", label="Words of a fact's note, or of a quote")

    locals()["from"] = _Sides("pk", label="The country that acts")
    locals()["to"] = _Sides("pk", label="The country that is acted upon")

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        pairs: QuerySet[Any] = super().filter_queryset(queryset)
        if self.moment is None:
            for question in self.questions:
                pairs = pairs.filter(question.condition(self.day))
        for condition in self._conditions_on_facts():
            pairs = pairs.filter(condition)
        return pairs

    @property
    def day(self) -> dt.date:
        return as_of(self.request) or ledger.today()

    @property
    def moment(self) -> dt.datetime | None:
        return known_at(self.request)

    # --- of tracks ---

    @property
    def questions(self) -> tuple[TrackQuestion, ...]:
        """Conditions on tracks; at a past `known_at` the caller tests them on what was known then."""
        kinds = TrackKind
        sides: dict[str, Any] = {"senders": self._set("from"), "receivers": self._set("to")}
        questions = (
            TrackQuestion(kinds=(kinds.AMBASSADOR,), values=self._all("ambassador"), **sides),
            TrackQuestion(kinds=(kinds.NEXT,), values=self._all("next"), **sides),
            TrackQuestion(kinds=(kinds.AMBASSADOR, kinds.NEXT), holders=self._all("holder"), **sides),
            self._of_sanctions(sides),
            self._of_travel_bans(sides),
            TrackQuestion(kinds=(kinds.DIPLOMATIC_RELATIONS,), values=self._all("diplomatic_relations")),
            TrackQuestion(kinds=(kinds.TREND,), values=self._all("trend")),
        )
        asked = tuple(question for question in questions if question.is_asked)
        return self._of_doubt(asked, sides)

    def _of_doubt(self, asked: tuple[TrackQuestion, ...], sides: dict[str, Any]) -> tuple[TrackQuestion, ...]:
        """Disputes and uncertainty of the tracks that other filters name; without others, of any track or of all."""
        doubts: dict[str, Any] = {name: self._one(name) for name in ("disputed", "uncertain") if self._all(name)}
        if asked:
            return tuple(replace(question, **doubts) for question in asked)
        anywhere = TrackQuestion(kinds=tuple(map(TrackKind, VALUES)), **sides)
        asked_of_all: list[dict[str, Any]] = [{name: True, "absent": not one} for name, one in doubts.items()]
        return tuple(replace(anywhere, **each) for each in asked_of_all)

    def _of_sanctions(self, sides: dict[str, Any]) -> TrackQuestion:
        return TrackQuestion(
            kinds=(TrackKind.SANCTIONS,),
            values=self._all("sanctions"),
            measures=self._set("measure"),
            programmes=self._set("programme"),
            expires_after=self._one("expires_after"),
            expires_before=self._one("expires_before"),
            **sides,
        )

    def _of_travel_bans(self, sides: dict[str, Any]) -> TrackQuestion:
        return TrackQuestion(
            kinds=(TrackKind.TRAVEL_BAN,),
            values=self._all("travel_ban"),
            lists=self._set("list"),
            scopes=self._set("scope"),
            visa_classes=self._set("visa_class"),
            **sides,
        )

    # --- of facts ---

    def _conditions_on_facts(self) -> Iterable[Q]:
        """One for each word that is given; the other conditions apply to the same fact."""
        words = [name for name in _WORDS if self._all(name)]
        sides = self._all("from") or self._all("to")
        if not words and (any(self._all(name) for name in _OF_FACTS) or (sides and not self.questions)):
            yield self._of_a_fact("")
        for name in words:
            yield self._of_a_fact(name)

    def _of_a_fact(self, word: str) -> Q:
        condition = Q(pk__in=[])
        for model, filters in _FILTERS.items():
            own = model.label
            said = [text for text in self._all(word) if text in model.fact_kind.scores] if word == own else []
            if word and not said:
                continue
            asked = QueryDict(mutable=True)
            for name in (*_OF_FACTS, "from", "to", "as_of"):
                asked.setlist(name, self.data.getlist(name))
            asked.setlist(own, said)
            facts = filters(asked, queryset=model.objects.known_at(self.moment), request=self.request).qs
            condition |= Q(Exists(facts.filter(pair=OuterRef("pk"))))
        return condition

    # --- what was asked ---

    def _all(self, name: str) -> tuple[Any, ...]:
        return tuple(self.form.cleaned_data.get(name) or ())

    def _set(self, name: str) -> frozenset[Any]:
        return frozenset(self._all(name))

    def _one(self, name: str) -> Any:
        return next(iter(self._all(name)), None)


def recorded(moment: dt.datetime | None) -> QuerySet[CountryPair]:
    """The pairs about which at least one fact is known, or was known at a moment."""
    if moment is None:
        return CountryPair.objects.recorded()
    condition = Q(pk__in=[])
    for model in _FILTERS:
        condition |= Q(Exists(model.objects.known_at(moment).filter(pair=OuterRef("pk"))))
    return CountryPair.objects.filter(condition)
