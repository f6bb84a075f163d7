"""Every URL under `/api/`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from relations.api import archived_files, changes, documentation, imports, tokens
from relations.api.designations import matching
from relations.api.designations import views as designations
from relations.api.facts import all_kinds
from relations.api.facts import kinds as facts
from relations.api.index import IndexView
from relations.api.references import countries, regimes, sanction_programmes, sources, travel_ban_lists
from relations.api.relations import periods, timeline
from relations.api.relations import views as relations
from relations.api.webhooks import deliveries, previews, subscriptions

_MODULES = (
    relations, periods, timeline, changes, countries, all_kinds, facts, regimes, sanction_programmes, travel_ban_lists,
    sources, designations, matching, previews, subscriptions, deliveries, imports, tokens,
    archived_files, documentation,
)  # fmt: skip
urlpatterns: list[URLPattern | URLResolver] = [
    path("", IndexView.as_view(), name="index"),
    *(each for module in _MODULES for each in module.urlpatterns),
]
