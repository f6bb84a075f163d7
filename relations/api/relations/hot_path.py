"""Middleware that answers the hottest read, a pair's current relation, from the cache."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from relations.api.relations.views import cached_relation

_PATH = re.compile(r"/api/relations/([A-Z]{2}-[A-Z]{2})/")


class HotPath:
    """Runs before sessions, CSRF and messages, which cost a quarter of the read and decide nothing about it.

    A view at the front of the URLconf would pay for them (docs/decisions/0102). Who may read is decided in
    `relations.api.http.permissions`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        match = _PATH.fullmatch(request.path_info)
        response = cached_relation(request, match[1]) if match else None
        return self.get_response(request) if response is None else response
