"""JSON as the API and the deliveries write it."""

from __future__ import annotations

from typing import Any

import orjson


def dumps(body: Any) -> bytes:
    """Moments end in Z, which a query string cannot change."""
    return orjson.dumps(body, option=orjson.OPT_UTC_Z)
