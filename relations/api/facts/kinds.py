"""The four kinds of facts: their filters and their URLs."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Q
from django.urls import URLPattern, path

from relations import codes
from relations.api.facts.confirmations import ConfirmationRows, FactConfirmations
from relations.api.facts.evidence_filters import Anywhere
from relations.api.facts.filters import BanLists, FactFilters, Programmes
from relations.api.facts.lists import FOREIGN, FactList
from relations.api.facts.requests import (
    AmbassadorRequest,
    EntryRequest,
    EventRequest,
    FactRequest,
    SanctionRequest,
    VersionRequest,
)
from relations.api.facts.views import FactDetail, FactHistory
from relations.api.http.filters import Containing, DayBound, Overlapping, OverlappingTexts, Words
from relations.models import AmbassadorStatus, DiplomaticEvent, Fact, SanctionEvent, TravelBanEntry
from relations.representation import fact_responses
from relations.representation.facts import SOURCES


class AmbassadorFilters(FactFilters):
    status = Words("status", words=[word for word, _ in codes.AMBASSADOR_STATUSES], label="What became of the post")
    holder = Containing("holder", label="Part of the person's name")
    q = Anywhere("note", "holder", label="Words of the note, of a name or of a quote")


class SanctionFilters(FactFilters):
    action = Words("action", words=codes.SanctionAction, label="What the act did")
    measure = Overlapping("measures", words=codes.Measure, label="A type of measures that the act names")
    scope = Words("scope", words=codes.Scope, empty=Q(scope=""), label="How far it reaches; none for not said")
    programme = Programmes(
        "programme", empty=Q(programme=None), label="Id or code of the programme; none for acts without one"
    )
    instrument = Containing("instrument", label="Part of the legal act's name")
    expires_after, expires_before = DayBound.pair("expires_on", "In effect up to this day")
    extends = Words(
        "extends",
        words=codes.SanctionExtension,
        empty=Q(extends=""),
        label="Whose deadline it replaces; none for not said",
    )
    q = Anywhere("note", "instrument", label="Words of the note, of the legal act or of a quote")


class EntryFilters(FactFilters):
    action = Words("action", words=codes.BanAction, label="What became of the entry")
    scope = Words("scope", words=codes.BanScope, empty=Q(scope=""), label="Full or partial; none for not said")
    list = BanLists("list", label="Id of the list, or its legal act")
    visa_class = OverlappingTexts("visa_classes", label="A class of visas that the entry names")
    person = Containing("person", label="Part of the person's name")
    identifier = OverlappingTexts("identifiers", label="A number of the person's documents")
    subject = Words("subject", words=codes.BanSubject, label="Entries of countries or of persons")
    q = Anywhere("note", "person", label="Words of the note, of a name or of a quote")


class EventFilters(FactFilters):
    kind = Words("kind", words=codes.EventKind, label="What happened")


_KINDS: tuple[tuple[type[Fact], type[FactFilters], type[FactRequest], type, str], ...] = (
    (AmbassadorStatus, AmbassadorFilters, AmbassadorRequest, fact_responses.AmbassadorVersionResponse, "ambassador"),
    (SanctionEvent, SanctionFilters, SanctionRequest, fact_responses.SanctionVersionResponse, "sanction-event"),
    (TravelBanEntry, EntryFilters, EntryRequest, fact_responses.EntryVersionResponse, "travel-ban-entry"),
    (DiplomaticEvent, EventFilters, EventRequest, fact_responses.EventVersionResponse, "diplomatic-event"),
)
"""Model, filters, request, response of the history, and the name of one in file names."""
FACT_FILTERS: Mapping[type[Fact], type[FactFilters]] = {model: filters for model, filters, *_ in _KINDS}


def _paths(
    model: type[Fact], filters: type[FactFilters], request: type[FactRequest], version: type, one: str
) -> list[URLPattern]:
    """The URLs of one kind of fact, as in `_KINDS`."""
    resource, kind = model.resource, {"model": model, "queryset": model.objects.all()}
    expandable = (SOURCES, *(name for name, column in FOREIGN.items() if column in model.fact_kind.columns))
    whole = kind | {"serializer_class": request, "response_type": request.answer, "expandable": expandable}
    rows = whole | {"bulk_rows": {"PATCH": (VersionRequest, request), "DELETE": (VersionRequest,)}}
    versions = kind | {"serializer_class": request, "response_type": version, "name": f"{one}-history"}
    confirmations = FactConfirmations.as_view(**kind, name=f"{one}-confirmations")
    return [
        path(f"{resource}/", FactList.as_view(**rows, filterset_class=filters, name=resource), name=resource),
        path(f"{resource}/<uuid:key>/", FactDetail.as_view(**whole), name=f"{resource}-detail"),
        path(f"{resource}/<uuid:key>/history/", FactHistory.as_view(**versions), name=f"{resource}-history"),
        path(f"{resource}/<uuid:key>/confirmations/", confirmations, name=f"{resource}-confirmations"),
        path(f"{resource}/confirmations/", ConfirmationRows.as_view(**kind), name=f"{resource}-confirmation-rows"),
    ]


urlpatterns = [url for kind in _KINDS for url in _paths(*kind)]
