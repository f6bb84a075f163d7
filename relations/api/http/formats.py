"""JSON and JSON Lines in and out, and lists as CSV or JSON Lines, streamed to their end in constant memory."""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import orjson
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from rest_framework import exceptions, negotiation, parsers, renderers
from rest_framework.exceptions import ParseError
from rest_framework.request import Request

from relations.api.http.paging import Ordering
from relations.api.http.parameters import single
from relations.errors import BadParameter, Busy, TooManyRows
from relations.queries.snapshot import snapshot
from relations.representation.json_text import dumps
from relations.representation.references import did_you_mean
from relations.representation.tables import cell

BATCH = 500

_exports = threading.BoundedSemaphore(settings.EXPORTS_AT_ONCE)


class JsonRenderer(renderers.BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return dumps(data)


class CsvRenderer(JsonRenderer):
    """Names the format to the negotiation; `exported` writes it."""

    media_type = "text/csv"
    format = "csv"


class JsonLinesRenderer(JsonRenderer):
    media_type = "application/jsonl"
    format = "jsonl"


class JsonParser(parsers.BaseParser):
    """UTF-8 only, and strictly JSON: no NaN, no lone surrogates, no key twice. DRF's parser takes all of these."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        return self.value(self.text(stream, (parser_context or {})["request"]))

    @staticmethod
    def text(stream: Any, request: Request) -> str:
        coding = request.META.get("HTTP_CONTENT_ENCODING", "identity")
        if coding.strip().lower() != "identity":
            raise exceptions.UnsupportedMediaType(coding, "Bodies must not have a Content-Encoding.")
        try:
            text: str = stream.read().decode()
        except ValueError as error:
            raise exceptions.ParseError(f"The body is not JSON: {error}.") from error
        return text

    @staticmethod
    def value(text: str) -> Any:
        try:
            body = json.loads(text, object_pairs_hook=_unique, parse_int=_integer, parse_constant=_no_number)
            if "\\u" in text:
                json.dumps(body, ensure_ascii=False).encode()  # a ValueError for lone surrogates
        except ValueError as error:
            raise exceptions.ParseError(f"The body is not JSON: {error}.") from error
        return body


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object. Raises `ParseError` for a key that it has twice: nobody knows which was meant (RFC 8259, 4)."""
    unique = dict(pairs)
    if len(unique) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise exceptions.ParseError(f"The key {twice[:80]!r} occurs twice in one object.")
    return unique


def _integer(digits: str) -> float:
    """An integer of at most 64 bits, as PostgreSQL has them and orjson writes them; others are read as floats."""
    return int(digits) if len(digits) < 20 else float(digits)


def _no_number(constant: str) -> None:
    raise ValueError(f"{constant} is not a number")


class Negotiation(negotiation.DefaultContentNegotiation):
    """DRF's negotiation, but `?format=` counts more than Accept, and an unknown one is a mistyped parameter."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        name = single(request, "format", str)
        if name is None:
            return super().select_renderer(request, renderers)
        offered = {renderer.format: renderer for renderer in reversed(list(renderers))}
        if name not in offered:
            why = f"{name[:40]!r} is none of {', '.join(sorted(offered))}.{did_you_mean(name[:40], offered)}"
            raise BadParameter(field="format", why=why)
        return offered[name], offered[name].media_type

    def get_accept_list(self, request: Request) -> list[str]:
        """The media types in Accept; an empty header means the same as none (RFC 9110, 12.5.1). JSON Lines have two."""
        accepted: str = request.META.get("HTTP_ACCEPT") or "*/*"
        return accepted.replace("application/x-ndjson", JsonLinesRenderer.media_type).split(",")


def answered(body: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """A body as JSON."""
    return HttpResponse(dumps(body), status=status, content_type="application/json", headers=headers or {})


# --- exports --------------------------------------------------------------------------------------------------------


def resumed_key(request: Request) -> str | None:
    """`?after=` of an export. Raises `BadParameter` for a page."""
    key = single(request, "after", str)
    if key is not None and request.accepted_renderer.format == "json":
        raise BadParameter(field="after", why="after continues CSV and JSON Lines; follow `next` from page to page.")
    return key


def no_such_row(key: str) -> BadParameter:
    return BadParameter(
        field="after", why=f"The list has no row {key[:60]!r}, or no longer: export it again from the start."
    )


def refuse_paging(request: Request) -> None:
    """A streamed list has no pages: asking for one would be ignored, and nothing is."""
    for name in ("cursor", "page_size", "count"):
        if name in request.query_params:
            raise BadParameter(field=name, why=f"CSV and JSON Lines are the whole list: leave {name} out.")


@contextmanager
def export_place() -> Generator[None]:
    """One of the places for exports, and for whatever else takes a thread for seconds. Raises `Busy` without one."""
    if not _exports.acquire(blocking=False):
        raise Busy(what=f"All {settings.EXPORTS_AT_ONCE} places for exports", seconds=5)
    try:
        yield
    finally:
        _exports.release()


def in_a_place(lines: Generator[bytes]) -> Generator[bytes]:
    """The lines of an export, which has one of the places for exports until its end, or until the client has gone.

    Begins with nothing: a generator that has begun gives its place back when Django closes it.
    """
    with export_place():
        yield b""
        yield from lines


def streamed(
    batches: Generator[list[dict[str, Any]]], *, request: Request, name: str, columns: Sequence[str],
    nested: Mapping[str, Sequence[str]], has_head: bool = True,
) -> StreamingHttpResponse:  # fmt: skip
    """Batches of bodies in the format of the request, to be saved as `name`; for HEAD they are not made.

    `columns` are the keys of a body; `nested` names those whose value is an object, with the keys of the object. A part
    that continues another has no head.
    Raises `Busy` where exports occupy all the threads that they may.
    """
    head = list(_header(columns, nested)) if has_head else None
    kind = request.accepted_renderer.format
    lines: Iterator[bytes] = iter(())
    if request.method != "HEAD":
        lines = in_a_place(_csv(batches, columns, nested, head) if kind == "csv" else _json_lines(batches))
        next(lines)
    csv_type = "text/csv; charset=utf-8" if has_head else "text/csv; charset=utf-8; header=absent"
    media_type = csv_type if kind == "csv" else "application/jsonl"
    disposition = f'attachment; filename="{name}.{kind}"'
    return StreamingHttpResponse(lines, content_type=media_type, headers={"Content-Disposition": disposition})


def in_batches(
    rows: QuerySet[Any], order: Ordering, bodies: Callable[[list[Any]], list[dict[str, Any]]], *,
    fitting: Callable[[list[Any]], list[Any]] = list, after: Sequence[Any] | None = None,
) -> Generator[list[dict[str, Any]]]:  # fmt: skip
    """The list's bodies in batches, all of one moment, from the position `after` on.

    Of rows that are heavy, as many at a time as are `fitting`.
    """
    with snapshot():
        batch = list(order.sorted(rows if after is None else order.after(rows, after))[:BATCH])
        while batch:
            some = fitting(batch)
            yield bodies(some)
            if len(some) == len(batch) < BATCH:
                return
            batch = list(order.sorted(order.after(rows, order.position(some[-1])))[:BATCH])


def _json_lines(batches: Generator[list[dict[str, Any]]]) -> Generator[bytes]:
    with closing(batches):
        for batch in batches:
            yield b"".join(orjson.dumps(body, option=orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE) for body in batch)


def _csv(
    batches: Generator[list[dict[str, Any]]], columns: Sequence[str], nested: Mapping[str, Sequence[str]],
    head: Sequence[str] | None,
) -> Generator[bytes]:  # fmt: skip
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    if head is not None:
        writer.writerow(head)
    with closing(batches):
        for batch in batches:
            writer.writerows([list(_cells(body, columns, nested)) for body in batch])
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def _header(columns: Sequence[str], nested: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for column in columns:
        yield from (f"{column}.{key}" for key in nested[column]) if column in nested else (column,)


def _cells(body: Mapping[str, Any], columns: Sequence[str], nested: Mapping[str, Sequence[str]]) -> Iterator[Any]:
    for column in columns:
        value = body[column]
        if column in nested:
            yield from (cell(value.get(key) if value else None) for key in nested[column])
        else:
            yield cell(value)


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
