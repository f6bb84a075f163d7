"""OpenAPI of URLs that redirect to their canonical form, and of the change log."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter

from relations.api.schema import Schema

type Fragment = dict[str, Any]


class CanonicalSchema(Schema):
    """A country or a pair may be written in several ways; one URL is canonical, the others redirect to it."""

    def _answers(self, ref: Fragment) -> Fragment:
        answers = super()._answers(ref)
        if len(self.view.get_renderers()) > 1:
            text: Fragment = {"schema": {"type": "string"}}
            answers["200"]["content"] |= {"text/csv": text, "application/jsonl": text}
        moved = {
            "description": "It is at its canonical URL",
            "headers": {"Location": {"schema": {"type": "string"}}},
        }
        return answers | {"308": moved}


class FeedSchema(Schema):
    """Rows and the cursor from which to go on, instead of pages."""

    def _view_parameters(self, known: frozenset[str]) -> list[OpenApiParameter]:
        description = "Begin after this change: a cursor of the log, or the id of a change"
        return [*super()._view_parameters(known), OpenApiParameter("after", type=str, description=description)]

    def _list_content(self, ref: Fragment) -> Fragment:
        content = super()._list_content(ref)
        properties = {
            "results": {"type": "array", "items": ref},
            "cursor": {"type": "string"},
            "count": {"type": "integer"},
        }
        page = {"type": "object", "properties": properties, "required": ["results", "cursor"]}
        return content | {"application/json": {"schema": page}}
