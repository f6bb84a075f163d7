"""`/api/`: where everything is."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from relations.api.http import formats
from relations.api.http.endpoints import Endpoint
from relations.representation.references import site
from relations.representation.shapes import IndexShape

RESOURCES = (
    "relations", "countries", "ambassadors", "sanction-events", "travel-ban-entries", "diplomatic-events",
    "sanction-programmes", "travel-ban-lists", "sources", "designations", "imports", "changes",
    "webhooks", "schema", "docs",
)  # fmt: skip


class IndexView(Endpoint):
    """Where everything is."""

    shape = IndexShape

    def get(self, request: Request, *args: Any) -> HttpResponse:
        links = {name.replace("-", "_"): f"{site(request)}/api/{name}/" for name in RESOURCES}
        return formats.answered(links)


index = IndexView.as_view()
