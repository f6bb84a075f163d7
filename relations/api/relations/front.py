"""The hottest read, answered before anything else is asked: a pair's current relation, whole, as JSON.

Where this process remembers the answer and one look-up says that it still holds, sessions, CSRF, permissions, content
negotiation and DRF have nothing to decide, and would treble its price (`docs/decisions/0102`). What would let one of
them decide otherwise, and whatever is not remembered, is left to the view, which answers the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from relations.api.relations.views import remembered, tagged
from relations.representation.references import site

_PATH = re.compile(r"/api/relations/([A-Z]{2}-[A-Z]{2})/")
_JSON = frozenset({"", "*/*", "application/json"})


class Front:
    """Answers with what is remembered, or with 304 where `If-None-Match` names it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        code = _asked(request)
        answer = remembered(code) if code else None
        if answer is None:
            return self.get_response(request)
        response = tagged(request, *answer.written(site(request)))
        response.headers["Vary"] = "Accept"
        return response


def _asked(request: HttpRequest) -> str | None:
    """The code of the pair whose current answer, whole and as JSON, anybody may have."""
    found = _PATH.fullmatch(request.path_info)
    plain = (
        found is not None
        and request.method == "GET"
        and not request.META.get("QUERY_STRING")
        and "HTTP_AUTHORIZATION" not in request.META
        and request.META.get("HTTP_ACCEPT", "") in _JSON
        and not settings.READ_LIMIT
    )
    return found[1] if found and plain else None
