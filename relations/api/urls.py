"""Every URL under `/api/`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from relations.api import (
    ambassadors,
    changes,
    countries,
    designations,
    diplomatic_events,
    documents,
    imports,
    relations,
    sanction_events,
    sanction_programmes,
    sources,
    timeline,
    travel_ban_entries,
    travel_ban_lists,
    webhooks,
)
from relations.api.index import index

urlpatterns: list[URLPattern | URLResolver] = [
    path("", index, name="index"),
    *relations.urlpatterns,
    *timeline.urlpatterns,
    *changes.urlpatterns,
    *countries.urlpatterns,
    *ambassadors.urlpatterns,
    *sanction_events.urlpatterns,
    *travel_ban_entries.urlpatterns,
    *diplomatic_events.urlpatterns,
    *sanction_programmes.urlpatterns,
    *travel_ban_lists.urlpatterns,
    *sources.urlpatterns,
    *designations.urlpatterns,
    *webhooks.urlpatterns,
    *imports.urlpatterns,
    *documents.urlpatterns,
]
