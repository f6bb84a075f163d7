"""Filters of the list of relations: on pairs, on their tracks on a day, and on the facts of these tracks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache, reduce
from itertools import starmap
from operator import attrgetter, or_
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from relations import ledger
from relations.api.facts.all_kinds import filtered
from relations.api.facts.filters import BanLists, Programmes
from relations.api.facts.kinds import FACT_FILTERS
from relations.api.facts.lists import narrowing_set
from relations.api.http import filters
from relations.api.http.any_of import split
from relations.api.http.parameters import as_of, known_at
from relations.codes import AMBASSADOR_STATUSES, BanAction, BanScope, EventKind, Measure, SanctionAction, TrackKind
from relations.models import FACT_MODELS, CountryPair
from relations.queries.countries import current_country_index
from relations.representation.references import word_of
from relations.representation.track_questions import TrackQuestion, value_parser
from relations.status import DIRECTED, VALUES

_ACTIONS = tuple(dict.fromkeys([*map(str, SanctionAction), *map(str, BanAction)]))
_WORDS = tuple(dict.fromkeys(model.label for model in FACT_FILTERS))
_OF_A_FACT = ("on_after", "on_before", "recorded_after", "recorded_before", "source", "publisher", "q")
_OF_A_TRACK: Mapping[tuple[TrackKind, ...], tuple[str, ...]] = {
    (TrackKind.AMBASSADOR,): (),
    (TrackKind.NEXT,): (),
    (TrackKind.AMBASSADOR, TrackKind.NEXT): ("holder",),
    (TrackKind.SANCTIONS,): ("measure", "expires_after", "expires_before"),
    (TrackKind.TRAVEL_BAN,): ("list", "scope", "visa_class"),
    (TrackKind.DIPLOMATIC_RELATIONS,): (),
    (TrackKind.TREND,): (),
}
"""The filters on a period in addition to the one on its value, which is named like the kind."""

AGES: Mapping[str | None, bool | None] = {None: False, "any": None, "only": True}
"""The age of a track by the value of `stale`: fresh, any, or stale."""


class _Values(filters.AnyOf):
    def __init__(self, kind: TrackKind, *, label: str) -> None:
        words, side = "|".join(VALUES[kind]), "[A-Za-z]{2,3}>[A-Za-z]{2,3}:"
        pattern = f"^(?:!?(?:{side})?(?:{words})|{side}!(?:{words}))$"
        every = [sign + word for sign in ("", "!") for word in VALUES[kind]]
        schema = {"type": "string", **({"pattern": pattern} if kind in DIRECTED else {"enum": every})}
        super().__init__("value", convert=value_parser(kind), label=label, schema=schema)


class _VisaClass(filters.Exactly):
    lookup = "overlap"


class Age(filters.SingleValue):
    convert = staticmethod(word_of(("any", "only")))
    schema = {"type": "string", "enum": ["any", "only"]}


class RelationFilters(filters.DirectedFilters):
    """Conditions on tracks apply to one and the same track; those on facts, to one and the same fact.

    `from` and `to` restrict both to one direction. Tracks are those of the pair itself, not inherited ones.
    """

    unfiltered = frozenset({"id", "logged_through"})
    of_pairs = ("country", "pair", "version", "changed_after", "changed_before", "changes_after", "changes_before")
    """Filters of columns of the pair. The others are applied together, to one period or one fact."""
    of_now = of_pairs[2:]
    """Filters of columns that have one value only, the present one."""

    country = filters.EitherSide("first", "second", label="A country on either side")
    pair = filters.Pairs("code", label="Two countries, whichever way round")
    version = filters.Numbers("version", label="Number of the pair's version")
    changed_after, changed_before = filters.RecordedBound.pair("last_recorded_at", "The last act on the pair was then")
    changes_after, changes_before = filters.DayBound.pair("next_change_on", "Changes by itself next on this day")

    ambassador = _Values(TrackKind.AMBASSADOR, label="Who leads a mission: vacant, or US>BY:vacant")
    next = _Values(TrackKind.NEXT, label="What is on its way to a mission: announced, or US>BY:announced")
    sanctions = _Values(TrackKind.SANCTIONS, label="What a sender's sanctions are: in_force, or US>BY:in_force")
    travel_ban = _Values(TrackKind.TRAVEL_BAN, label="What a travel-ban list says: listed, or US>BY:listed")
    diplomatic_relations = _Values(TrackKind.DIPLOMATIC_RELATIONS, label="Whether there are diplomatic relations")
    trend = _Values(TrackKind.TREND, label="Where two years of facts point")
    holder = filters.Containing("holder", label="Part of the name of somebody who leads a mission or is on the way")
    measure = filters.Overlapping("measures", words=Measure, label="A type of measures in force")
    programme = Programmes(
        "programme", empty=Q(programme=None), label="Id or code of a sanctions programme; none for acts without one"
    )
    expires_after, expires_before = filters.DayBound.pair("expires_on", "Sanctions that run out on this day")
    list = BanLists("list", label="Id of a travel-ban list, or its legal act")
    scope = filters.Words("scope", words=BanScope, label="Whether a travel ban is full or partial")
    visa_class = _VisaClass("visa_classes", label="A class of visas that a travel ban names")
    disputed = filters.Truth(
        "disputed",
        label="Whether sources contradict each other: about the track that is asked, or 1 about any, 0 about none",
    )
    uncertain = filters.Truth(
        "uncertain",
        ~Q(uncertain=[]),
        label="Whether something may have happened or not: to the track that is asked, or 1 to any, 0 to none",
    )

    since_after = filters.DayBound(
        "since_last", "gte", label="A track has had its value since this day or later, as far as is known"
    )
    since_before = filters.DayBound("since_first", "lte", label="Since this day or earlier, as far as is known")

    stale = Age(
        "stale",
        label="Also tracks whose evidence is too old (any), or these alone (only); without it they match no filter",
    )

    status = filters.Words(
        "pk", words=[word for word, _ in AMBASSADOR_STATUSES], label="A fact about an ambassador says this"
    )
    action = filters.Words("pk", words=_ACTIONS, label="A sanction event or a travel-ban entry says this")
    kind = filters.Words("pk", words=EventKind, label="A diplomatic event is of this kind")
    on_after = filters.DayBound("pk", "gte", label="A fact happened on this day or later, as far as is known")
    on_before = filters.DayBound("pk", "lte", label="A fact happened on this day or earlier, as far as is known")
    recorded_after, recorded_before = filters.RecordedBound.pair("pk", "A fact was recorded then")
    source = filters.Numbers("pk", label="Id of a source that a fact cites")
    publisher = filters.Exactly("pk", label="Publisher of a source that a fact cites")
    q = filters.Searched("pk", label="Words of a fact's note, or of a quote")

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        for name, values in self.form.cleaned_data.items():
            if name in self.of_pairs:
                queryset = self.filters[name].filter(queryset, values)
        # Both the tracks and the facts of a country are of its pairs, which have indexes.
        for codes in filter(None, map(self._countries, ("from", "to"))):
            queryset = queryset.filter(Q(first__in=codes) | Q(second__in=codes))
        questions = self.questions if self.moment is None else ()
        for condition in (*(each.condition(self.day) for each in questions), *self._conditions_on_facts()):
            queryset = queryset.filter(condition)
        return queryset

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
        asked = tuple(filter(attrgetter("is_asked"), starmap(self._question, _OF_A_TRACK.items())))
        return self._of_doubt(asked)

    def _question(self, kinds: tuple[TrackKind, ...], names: Iterable[str]) -> TrackQuestion:
        return TrackQuestion(
            kinds=kinds,
            **(self._values(kinds[0]) if len(kinds) == 1 else {}),
            programmes=self._condition("programme") if kinds == (TrackKind.SANCTIONS,) else None,
            where=tuple(filter(None, map(self._condition, names))),
            stale=self._stale,
            **(self._sides if kinds[0] in DIRECTED else {}),
        )

    def _of_doubt(self, asked: tuple[TrackQuestion, ...]) -> tuple[TrackQuestion, ...]:
        """Age, disputes and uncertainty of the tracks that other filters name; without others, of any track or of all.

        `stale=only` without any other filter on tracks selects pairs with any stale track.
        """
        doubts = {name: condition for name in ("disputed", "uncertain") if (condition := self._condition(name))}
        since = tuple(filter(None, map(self._condition, ("since_after", "since_before"))))
        if asked:
            return tuple(replace(each, where=(*each.where, *since, *doubts.values())) for each in asked)
        any_track = TrackQuestion(kinds=tuple(map(TrackKind, VALUES)), stale=self._stale, where=since, **self._sides)
        if not doubts and (self._stale or since):
            return (any_track,)
        return tuple(
            replace(any_track, where=(*since, self.filters[name].condition([True])), absent=self._all(name) == (False,))
            for name in doubts
        )

    @property
    def _stale(self) -> bool | None:
        """The age of the tracks that are asked: fresh ones unless the request says otherwise."""
        (wanted,) = self._all("stale") or (None,)
        return AGES[wanted]

    def _values(self, kind: TrackKind) -> dict[str, Any]:
        return dict(zip(("values", "excluded"), split(self._all(kind)), strict=True))

    @property
    def _sides(self) -> dict[str, Any]:
        return {"senders": self._countries("from"), "receivers": self._countries("to")}

    def _countries(self, name: str) -> tuple[str, ...]:
        """The countries that are asked for; without those that are excluded, where only these are named."""
        if not (values := self._all(name)):
            return ()
        wanted, excluded = split(values)
        return tuple(code for code in wanted or sorted(current_country_index().by_code) if code not in excluded)

    def _condition(self, name: str) -> Q | None:
        values = self._all(name)
        return self.filters[name].selection(list(values)) if values else None

    # --- of facts ---

    def _conditions_on_facts(self) -> Iterable[Q]:
        """One for each word that is given; the other conditions apply to the same fact."""
        asked = [name for name in _WORDS if self._all(name)]
        sides = self._all("from") or self._all("to")
        if not asked and (any(self._all(name) for name in _OF_A_FACT) or (sides and not self.questions)):
            yield self._of_a_fact({})
        for name in asked:
            wanted, excluded = split(self._all(name))
            if wanted:
                yield self._of_a_fact({name: wanted})
            if excluded:
                yield ~self._of_a_fact({name: excluded})

    def _of_a_fact(self, word: dict[str, Any]) -> Q:
        values: dict[str, Any] = {
            name: list(self._all(name)) for name in (*_OF_A_FACT, "from", "to") if self._all(name)
        }
        if (day := as_of(self.request)) is not None:
            values["as_of"] = [day]
        facts = filtered(values | word, request=self.request)
        own = (Q(Exists(rows.filter(narrowing_set(each), pair=OuterRef("pk")))) for each, rows in facts)
        return reduce(or_, own, Q(pk__in=[]))

    def _all(self, name: str) -> tuple[Any, ...]:
        return tuple(self.form.cleaned_data.get(name) or ())


def recorded(moment: dt.datetime | None) -> QuerySet[CountryPair]:
    """The pairs about which at least one fact is known, or was known at a moment."""
    return _recorded(moment).all()


@lru_cache
def _recorded(moment: dt.datetime | None) -> QuerySet[CountryPair]:
    """Made once for the pages and the questions of a moment."""
    if moment is None:
        return CountryPair.objects.recorded()
    condition = Q(pk__in=[])
    for model in FACT_MODELS:
        condition |= Q(Exists(model.objects.known_at(moment).filter(pair=OuterRef("pk"))))
    return CountryPair.objects.filter(condition)
