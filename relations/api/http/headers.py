"""The headers of responses, as the OpenAPI document describes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

HEADERS: Mapping[str, dict[str, Any]] = {
    name: {"schema": {"type": "string"}, "description": text}
    for name, text in {
        "ETag": "For If-None-Match, and of one object for If-Match; weak if the body is compressed; exports have none",
        "Cache-Control": "immutable at a finished known_at",
        "Link": "The pages next and prev, if there are any",
        "RateLimit-Policy": '"writes";q=600;w=60: so many in so many seconds',
        "RateLimit": '"writes";r=599;t=30: so many are left, and the seconds until the next window',
        "Retry-After": "Seconds until it is worth trying again",
    }.items()
}
