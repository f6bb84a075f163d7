"""`/api/travel-ban-entries/`: acts on travel-ban lists."""

from __future__ import annotations

from django.db.models import Q

from relations.api.facts.filters import Anywhere, FactFilters
from relations.api.facts.views import HISTORY_KEYS, FactDetail, FactHistory, FactList, fact_paths
from relations.api.http.filters import ArrayHolding, Containing, Numbers, Words
from relations.api.http.requests import EntryBody
from relations.codes import BanAction, BanScope, BanSubject
from relations.models import TravelBanEntry
from relations.representation.facts import LIST, SOURCES, keys_of
from relations.representation.shapes import EntryShape, EntryVersionShape


class EntryFilters(FactFilters):
    action = Words("action", words=BanAction, label="What became of the entry")
    scope = Words("scope", words=BanScope, empty=Q(scope=""), label="Full or partial; none for not said")
    list = Numbers("list", label="Id of the list")
    visa_class = ArrayHolding("visa_classes", label="A class of visas that the entry names")
    person = Containing("person", label="Part of the person's name")
    identifier = ArrayHolding("identifiers", label="A number of the person's documents")
    subject = Words("subject", words=BanSubject, label="Entries of countries or of persons")
    q = Anywhere("note", "person", label="Words of the note, of a name or of a quote")


class EntryList(FactList):
    model, body, shape, filters = TravelBanEntry, EntryBody, EntryShape, EntryFilters
    name = "travel-ban-entries"
    keys = keys_of(TravelBanEntry)
    expandable = (SOURCES, LIST)


class EntryDetail(FactDetail):
    model, body, shape = TravelBanEntry, EntryBody, EntryShape
    expandable = (SOURCES, LIST)


class EntryHistory(FactHistory):
    model, shape = TravelBanEntry, EntryVersionShape
    name = "travel-ban-entry-history"
    keys = (*keys_of(TravelBanEntry), *HISTORY_KEYS)


urlpatterns = fact_paths("travel-ban-entries", EntryList, EntryDetail, EntryHistory)
