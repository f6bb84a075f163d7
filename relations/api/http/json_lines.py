"""JSON Lines as the body of a request: a row in each line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.request import Request

from relations.api.http.formats import JsonParser
from relations.errors import TooManyRows

MOST_ROWS = 1000
"""Limit of the rows that one request writes."""


@dataclass(frozen=True, slots=True)
class UnreadableLine:
    """A line that is not JSON, in the place of its row: it is refused along with all that is wrong in the others."""

    why: str


class JsonLinesParser(JsonParser):
    """The rows by line. An empty line is refused, so that the index of a row is its line's; the last may end in one."""

    media_type = "application/jsonl"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        request: Request = (parser_context or {})["request"]
        lines = self.text(stream, request).removesuffix("\n").split("\n")
        if len(lines) > MOST_ROWS:
            raise TooManyRows(most=MOST_ROWS, count=len(lines))
        request.has_lines = True  # type: ignore[attr-defined]  # ours: refusals name the line
        return [_row(line) for line in lines] if lines != [""] else []


class NdjsonParser(JsonLinesParser):
    media_type = "application/x-ndjson"


JSON_LINES = (JsonLinesParser, NdjsonParser)


def _row(line: str) -> Any:
    try:
        return JsonParser.value(line)
    except ParseError as refusal:
        return UnreadableLine(
            str(refusal.detail).replace("The body", "The line") if line.strip() else "The line is empty."
        )
