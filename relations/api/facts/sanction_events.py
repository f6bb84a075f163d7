"""`/api/sanction-events/`: acts in the lives of senders' sanctions on their targets."""

from __future__ import annotations

from django.db.models import Q

from relations.api.facts.filters import Anywhere, FactFilters
from relations.api.facts.views import HISTORY_KEYS, FactDetail, FactHistory, FactList, fact_paths
from relations.api.http.filters import Containing, DayBound, Numbers, Overlapping, Words
from relations.api.http.requests import SanctionBody
from relations.codes import Measure, SanctionAction, Scope
from relations.models import SanctionEvent
from relations.representation.facts import PROGRAMME, SOURCES, keys_of
from relations.representation.shapes import SanctionShape, SanctionVersionShape


class SanctionFilters(FactFilters):
    action = Words("action", words=SanctionAction, label="What the act did")
    measure = Overlapping("measures", words=Measure, label="A type of measures that the act names")
    scope = Words("scope", words=Scope, empty=Q(scope=""), label="How far it reaches; none for not said")
    programme = Numbers("programme", empty=Q(programme=None), label="Id of the programme; none for acts without one")
    instrument = Containing("instrument", label="Part of the legal act's name")
    expires_after = DayBound("expires_on", "gte", label="Holds up to this day or later")
    expires_before = DayBound("expires_on", "lte", label="Holds up to this day or earlier")
    q = Anywhere("note", "instrument", label="Words of the note, of the legal act or of a quote")


class SanctionList(FactList):
    model, body, shape, filters = SanctionEvent, SanctionBody, SanctionShape, SanctionFilters
    name = "sanction-events"
    keys = keys_of(SanctionEvent)
    nested = {"codes": ("cameo",)}
    expandable = (SOURCES, PROGRAMME)


class SanctionDetail(FactDetail):
    model, body, shape = SanctionEvent, SanctionBody, SanctionShape
    expandable = (SOURCES, PROGRAMME)


class SanctionHistory(FactHistory):
    model, shape = SanctionEvent, SanctionVersionShape
    name = "sanction-event-history"
    keys = (*keys_of(SanctionEvent), *HISTORY_KEYS)
    nested = {"codes": ("cameo",)}


urlpatterns = fact_paths("sanction-events", SanctionList, SanctionDetail, SanctionHistory)
