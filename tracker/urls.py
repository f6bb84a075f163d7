"""URLs of the site, without `/livez` and `/readyz` of `tracker.health.Probes`."""

from functools import partial

from django.contrib import admin
from django.urls import include, path

from relations.api.changes import ChangeFilters
from relations.api.index import nearest
from tracker import problems

admin.autodiscover()  # by `tracker/admin.py` no start loads the pages
urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/", include("relations.api.urls")),
    path("feeds/", include("relations.feeds.atom"), {"filters": ChangeFilters}),
    path("", include("relations.web.urls")),
]

handler400 = problems.bad_request
handler403 = problems.forbidden
handler404 = partial(problems.not_found, nearest=nearest)
handler500 = problems.server_error
