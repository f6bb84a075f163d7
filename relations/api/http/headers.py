"""The headers of responses, as the OpenAPI document describes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

HEADERS: Mapping[str, dict[str, Any]] = {
    name: {"schema": {"type": "integer" if name == "Retry-After" else "string"}, "description": text}
    for name, text in {
        "API-Version": "The version of the interface: docs/compatibility.md",
        "X-Request-ID": "The request's own, or made for it; every change of the log has it",
        "ETag": "For If-None-Match, and of one object for If-Match; weak if the body is compressed; exports have none",
        "Cache-Control": "immutable at a finished known_at",
        "Link": "The pages next and prev, if there are any (RFC 8288)",
        "Location": "The URL",
        "RateLimit-Policy": '"writes";q=600;w=60: so many in so many seconds',
        "RateLimit": '"writes";r=599;t=30: so many are left, and the seconds until the next window',
        "Retry-After": "Seconds until it is worth trying again",
        "WWW-Authenticate": "How to log in (RFC 9110)",
    }.items()
}


def references(names: Iterable[str]) -> dict[str, Any]:
    """The headers of a response, as references to the document's components."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
