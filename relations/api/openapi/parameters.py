"""The parameters of operations in the document."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter

from relations.api.http import patterns
from relations.api.http.filters import AnyOf, SingleValue
from relations.api.http.paging import MAX_PAGE_SIZE, PAGE_SIZE
from relations.api.response_schemas import Fragment

PARAMETERS: dict[str, tuple[Fragment, str]] = {
    "cursor": ({"type": "string"}, "Where the page begins: taken from `next` or `previous`"),
    "page_size": ({"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": PAGE_SIZE}, "Rows of a page"),
    "count": ({"type": "boolean"}, "1 adds `count`, the number of all rows"),
    "known_at": ({"type": "string", "format": "date-time"}, "As the tracker knew it at this finished moment"),
    "as_of": ({"type": "string", "format": "date"}, "As it was in the world on this day"),
    "retracted": ({"type": "boolean"}, "1: only retracted facts, each with its `retraction`"),
    "reason": ({"type": "string", "pattern": patterns.READABLE}, "Why"),
    "dry_run": ({"type": "boolean"}, "1 says what it would do, and writes nothing"),
    "after": (
        {"type": "string", "pattern": patterns.NOT_BLANK},
        "Go on after this row: the key of the last row of an interrupted export; of changes a cursor, an id, or now",
    ),
}
FIELDS = "Only these keys, separated by commas"


def in_header(name: str, text: str, *, required: bool = False, pattern: str | None = None) -> OpenApiParameter:
    schema = {"type": "string", **({"pattern": pattern} if pattern else {})}
    return OpenApiParameter(name, type=schema, location=OpenApiParameter.HEADER, required=required, description=text)


KNOWN = in_header("If-None-Match", "ETag that the client has")
SEEN = in_header("If-Match", "ETag of the version that the client has seen", required=True, pattern=patterns.NOT_BLANK)
ONCE = in_header(
    "Idempotency-Key", "The same key and request take effect once; stored for 24 hours", pattern=patterns.VISIBLE
)


def words(name: str, every: list[str], description: str) -> OpenApiParameter:
    return OpenApiParameter(name, type=str, enum=every, description=description)


def filter_parameter(name: str, each: AnyOf) -> OpenApiParameter:
    """Several values mean *or*: repeated, and where the filter splits, separated by commas."""
    items = each.schema if each.longest is None else each.schema | {"maxLength": each.longest}
    if items["type"] == "string" and not items.keys() & {"pattern", "format", "enum"}:
        items = items | {"pattern": patterns.text_of_filter(split=each.split, negatable=each.negatable)}
    if isinstance(each, SingleValue):
        return OpenApiParameter(name, type=items, description=each.label)
    schema = {"type": "array", "items": items, "maxItems": each.most}
    return OpenApiParameter(name, type=schema, description=each.label, explode=True)
