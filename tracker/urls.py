"""URLs of the site, without `/livez` and `/readyz` of `tracker.health.Probes`."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from tracker import problems

urlpatterns = [
    # Until there are pages for readers.
    path("", RedirectView.as_view(url="/api/docs/")),
    path("admin/", admin.site.urls),
    path("api/", include("relations.api.urls")),
    path("feeds/", include("relations.feeds.atom")),
]

handler400 = problems.bad_request
handler403 = problems.forbidden
handler404 = problems.not_found
handler500 = problems.server_error
