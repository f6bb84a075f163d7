"""`/`: a page for people; programs are redirected to the API's own documentation, as before there were pages."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.views.generic import RedirectView

from tracker.frame import accepts_html, page

_for_programs = RedirectView.as_view(url="/api/docs/")


def start(request: HttpRequest) -> HttpResponseBase:
    if request.method not in ("GET", "HEAD") or not accepts_html(request):
        return _for_programs(request)
    response = page(request, "web/start.html", {"section": "start"})
    patch_vary_headers(response, ["Accept"])
    return response
