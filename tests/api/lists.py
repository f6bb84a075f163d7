"""Every endpoint and list of the API, by its route, found by walking the URLs."""

import re
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, get_resolver
from django.urls.resolvers import URLResolver

from relations.api.http.endpoints import Endpoint, ListEndpoint


def _views(patterns: Any = None, prefix: str = "/") -> Iterator[tuple[str, Endpoint]]:
    for pattern in patterns or get_resolver().url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _views(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            view = getattr(pattern.callback, "cls", None)
            if view is not None and issubclass(view, Endpoint) and route.startswith("/api/"):
                yield route, view(**pattern.callback.view_initkwargs)


def endpoints() -> Iterator[tuple[str, Endpoint]]:
    """The routes as the OpenAPI document writes them: `/api/changes/{number}/`."""
    yield from ((re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route), view) for route, view in _views())


LISTS = {route: view for route, view in _views() if isinstance(view, ListEndpoint)}
OPEN = sorted(route for route in LISTS if "<" not in route and "webhooks" not in route)
"""Lists whose address needs no key, and whose rows are everybody's."""
