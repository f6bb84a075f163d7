"""The four kinds of facts: their filters and their URLs."""

from __future__ import annotations

from django.db.models import Q
from django.urls import URLPattern

from relations.api.facts.filters import Anywhere, FactFilters
from relations.api.facts.requests import AmbassadorRequest, EntryRequest, EventRequest, SanctionRequest
from relations.api.facts.views import fact_paths
from relations.api.http.filters import ArrayHolding, Containing, DayBound, Numbers, Overlapping, Words
from relations.codes import (
    AMBASSADOR_STATUSES,
    BanAction,
    BanScope,
    BanSubject,
    EventKind,
    Measure,
    SanctionAction,
    Scope,
)
from relations.models import AmbassadorStatus, DiplomaticEvent, SanctionEvent, TravelBanEntry
from relations.representation.facts import (
    LIST,
    PROGRAMME,
    SOURCES,
    AmbassadorResponse,
    AmbassadorVersionResponse,
    EntryResponse,
    EntryVersionResponse,
    EventResponse,
    EventVersionResponse,
    SanctionResponse,
    SanctionVersionResponse,
)


class AmbassadorFilters(FactFilters):
    status = Words("status", words=[word for word, _ in AMBASSADOR_STATUSES], label="What became of the post")
    holder = Containing("holder", label="Part of the person's name")
    q = Anywhere("note", "holder", label="Words of the note, of a name or of a quote")


class SanctionFilters(FactFilters):
    action = Words("action", words=SanctionAction, label="What the act did")
    measure = Overlapping("measures", words=Measure, label="A type of measures that the act names")
    scope = Words("scope", words=Scope, empty=Q(scope=""), label="How far it reaches; none for not said")
    programme = Numbers("programme", empty=Q(programme=None), label="Id of the programme; none for acts without one")
    instrument = Containing("instrument", label="Part of the legal act's name")
    expires_after = DayBound("expires_on", "gte", label="In effect up to this day or later")
    expires_before = DayBound("expires_on", "lte", label="In effect up to this day or earlier")
    q = Anywhere("note", "instrument", label="Words of the note, of the legal act or of a quote")


class EntryFilters(FactFilters):
    action = Words("action", words=BanAction, label="What became of the entry")
    scope = Words("scope", words=BanScope, empty=Q(scope=""), label="Full or partial; none for not said")
    list = Numbers("list", label="Id of the list")
    visa_class = ArrayHolding("visa_classes", label="A class of visas that the entry names")
    person = Containing("person", label="Part of the person's name")
    identifier = ArrayHolding("identifiers", label="A number of the person's documents")
    subject = Words("subject", words=BanSubject, label="Entries of countries or of persons")
    q = Anywhere("note", "person", label="Words of the note, of a name or of a quote")


class EventFilters(FactFilters):
    kind = Words("kind", words=EventKind, label="What happened")


urlpatterns: list[URLPattern] = [
    *fact_paths(
        AmbassadorStatus, AmbassadorRequest, AmbassadorResponse, AmbassadorVersionResponse, AmbassadorFilters,
        history="ambassador-history",
    ),
    *fact_paths(
        SanctionEvent, SanctionRequest, SanctionResponse, SanctionVersionResponse, SanctionFilters,
        history="sanction-event-history", expandable=(SOURCES, PROGRAMME),
    ),
    *fact_paths(
        TravelBanEntry, EntryRequest, EntryResponse, EntryVersionResponse, EntryFilters,
        history="travel-ban-entry-history", expandable=(SOURCES, LIST),
    ),
    *fact_paths(
        DiplomaticEvent, EventRequest, EventResponse, EventVersionResponse, EventFilters,
        history="diplomatic-event-history",
    ),
]  # fmt: skip
