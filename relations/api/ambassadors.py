"""`/api/ambassadors/`: the heads of mission that states keep in one another."""

from __future__ import annotations

from relations.api.bodies import AmbassadorBody
from relations.api.fact_filters import Anywhere, FactFilters
from relations.api.fact_views import HISTORY_KEYS, FactDetail, FactHistory, FactList, fact_paths
from relations.api.facts import SOURCES, keys_of
from relations.api.filters import Containing, Words
from relations.api.shapes import AmbassadorShape, AmbassadorVersionShape
from relations.codes import AMBASSADOR_STATUSES
from relations.models import AmbassadorStatus


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
