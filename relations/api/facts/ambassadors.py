"""`/api/ambassadors/`: the heads of mission that states keep in one another."""

from __future__ import annotations

from relations.api.facts.filters import Anywhere, FactFilters
from relations.api.facts.views import HISTORY_KEYS, FactDetail, FactHistory, FactList, fact_paths
from relations.api.http.filters import Containing, Words
from relations.api.http.requests import AmbassadorBody
from relations.codes import AMBASSADOR_STATUSES
from relations.models import AmbassadorStatus
from relations.representation.facts import SOURCES, keys_of
from relations.representation.shapes import AmbassadorShape, AmbassadorVersionShape


class AmbassadorFilters(FactFilters):
    status = Words("status", words=[word for word, _ in AMBASSADOR_STATUSES], label="What became of the post")
    holder = Containing("holder", label="Part of the person's name")
    q = Anywhere("note", "holder", label="Words of the note, of a name or of a quote")


class AmbassadorList(FactList):
    model, body, shape, filters = AmbassadorStatus, AmbassadorBody, AmbassadorShape, AmbassadorFilters
    name = "ambassadors"
    keys = keys_of(AmbassadorStatus)
    expandable = (SOURCES,)


class AmbassadorDetail(FactDetail):
    model, body, shape = AmbassadorStatus, AmbassadorBody, AmbassadorShape


class AmbassadorHistory(FactHistory):
    model, shape = AmbassadorStatus, AmbassadorVersionShape
    name = "ambassador-history"
    keys = (*keys_of(AmbassadorStatus), *HISTORY_KEYS)


urlpatterns = fact_paths("ambassadors", AmbassadorList, AmbassadorDetail, AmbassadorHistory)
