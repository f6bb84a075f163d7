"""The version of the API, in every answer of it: docs/compatibility.md."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class ApiVersion:
    """Names the version in answers below `/api/`, refusals included; outside whatever may answer first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.path_info.startswith("/api/"):
            response.headers["API-Version"] = settings.VERSION
        return response
