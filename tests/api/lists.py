"""Every list of the API, by its route, found by walking the URLs."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, get_resolver
from django.urls.resolvers import URLResolver

from relations.api.http.endpoints import ListEndpoint


def lists(patterns: Any = None, prefix: str = "/") -> Iterator[tuple[str, ListEndpoint]]:
    for pattern in patterns or get_resolver().url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from lists(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            view = getattr(pattern.callback, "cls", None)
            if view is not None and issubclass(view, ListEndpoint) and route.startswith("/api/"):
                yield route, view(**pattern.callback.view_initkwargs)


LISTS = dict(lists())
OPEN = sorted(route for route in LISTS if not any(word in route for word in ("<", "webhooks", "tokens")))
"""Lists whose address needs no key, and whose rows are everybody's."""
