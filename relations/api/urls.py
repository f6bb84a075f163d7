"""Every URL under `/api/`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from relations.api import archived_files, changes, documentation, imports
from relations.api.designations import matching
from relations.api.designations import views as designations
from relations.api.facts import all_kinds
from relations.api.facts import kinds as facts
from relations.api.index import IndexView
from relations.api.references import countries, regimes, sanction_programmes, sources, travel_ban_lists
from relations.api.relations import periods, timeline
from relations.api.relations import views as relations
from relations.api.webhooks import deliveries, previews, subscriptions

urlpatterns: list[URLPattern | URLResolver] = [
    path("", IndexView.as_view(), name="index"),
    *relations.urlpatterns,
    *periods.urlpatterns,
    *timeline.urlpatterns,
    *changes.urlpatterns,
    *countries.urlpatterns,
    *all_kinds.urlpatterns,
    *facts.urlpatterns,
    *regimes.urlpatterns,
    *sanction_programmes.urlpatterns,
    *travel_ban_lists.urlpatterns,
    *sources.urlpatterns,
    *designations.urlpatterns,
    *matching.urlpatterns,
    *previews.urlpatterns,
    *subscriptions.urlpatterns,
    *deliveries.urlpatterns,
    *imports.urlpatterns,
    *archived_files.urlpatterns,
    *documentation.urlpatterns,
]
