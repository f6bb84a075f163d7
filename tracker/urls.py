"""Every URL of the site but `/livez` and `/readyz`, which `tracker.health.Probes` answers first."""

from django.contrib import admin
from django.urls import include, path

from tracker import problems

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/", include("relations.api.urls")),
    path("feeds/", include("relations.web.feeds")),
]

handler400 = problems.bad_request
handler403 = problems.forbidden
handler404 = problems.not_found
handler500 = problems.server_error
