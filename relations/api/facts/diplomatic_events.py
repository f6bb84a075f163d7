"""`/api/diplomatic-events/`: everything else that moves a relation."""

from __future__ import annotations

from relations.api.facts.filters import FactFilters
from relations.api.facts.views import HISTORY_KEYS, FactDetail, FactHistory, FactList, fact_paths
from relations.api.http.filters import Words
from relations.api.http.requests import EventBody
from relations.codes import EventKind
from relations.models import DiplomaticEvent
from relations.representation.facts import SOURCES, keys_of
from relations.representation.shapes import EventShape, EventVersionShape


class EventFilters(FactFilters):
    kind = Words("kind", words=EventKind, label="What happened")


class EventList(FactList):
    model, body, shape, filters = DiplomaticEvent, EventBody, EventShape, EventFilters
    name = "diplomatic-events"
    keys = keys_of(DiplomaticEvent)
    nested = {"codes": ("cameo", "plover")}
    expandable = (SOURCES,)


class EventDetail(FactDetail):
    model, body, shape = DiplomaticEvent, EventBody, EventShape


class EventHistory(FactHistory):
    model, shape = DiplomaticEvent, EventVersionShape
    name = "diplomatic-event-history"
    keys = (*keys_of(DiplomaticEvent), *HISTORY_KEYS)
    nested = {"codes": ("cameo", "plover")}


urlpatterns = fact_paths("diplomatic-events", EventList, EventDetail, EventHistory)
