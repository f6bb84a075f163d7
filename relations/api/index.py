"""`/api/`: the URLs of all resources."""

from __future__ import annotations

from typing import TypedDict

from django.http import HttpResponse
from rest_framework.request import Request

from relations.api.http import conditional
from relations.api.http.endpoints import Endpoint
from relations.representation.json_types import Url, keys
from relations.representation.references import did_you_mean, site


class IndexResponse(TypedDict):
    """The URLs of all resources by name."""

    relations: Url
    periods: Url
    countries: Url
    facts: Url
    ambassadors: Url
    sanction_events: Url
    travel_ban_entries: Url
    diplomatic_events: Url
    regimes: Url
    sanction_programmes: Url
    travel_ban_lists: Url
    sources: Url
    designations: Url
    imports: Url
    changes: Url
    webhooks: Url
    me: Url
    tokens: Url
    schema: Url
    docs: Url


class IndexView(Endpoint):
    """Addresses of all resources."""

    response_type = IndexResponse

    def get(self, request: Request, *args: object) -> HttpResponse:
        urls = {name: f"{site(request)}/api/{_segment(name)}/" for name in self.keys}
        return conditional.cached(request, urls, version=1)


def nearest(path: str) -> str:
    """The resource that an unknown path under `/api/` may mean, as a sentence; or nothing."""
    under_api, _, rest = path.removeprefix("/").partition("/")
    if under_api != "api":
        return ""
    name, names = rest.partition("/")[0][:40], list(map(_segment, keys(IndexResponse)))
    hint = did_you_mean(name, names) if name not in names else ""
    return f"{hint} /api/ lists all resources."


def _segment(name: str) -> str:
    return name.replace("_", "-")
