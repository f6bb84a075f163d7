"""JSON, and lists as CSV or JSON Lines, streamed to their end in constant memory."""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any

import orjson
from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.http.request import MediaType
from rest_framework import exceptions, negotiation, parsers, renderers
from rest_framework.request import Request

from relations.api.http.paging import Ordering
from relations.api.http.parameters import single
from relations.errors import BadParameter, Busy
from relations.representation.references import did_you_mean

BATCH = 500
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A spreadsheet takes a cell that begins with one of these for a formula, or splits it (OWASP, CSV injection)."""

_exports = threading.BoundedSemaphore(settings.EXPORTS_AT_ONCE)


def dumps(body: Any) -> bytes:
    """JSON as the API writes it: moments end in Z, which no query string turns into something else."""
    return orjson.dumps(body, option=orjson.OPT_UTC_Z)


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
    """UTF-8 only, and strictly JSON: no NaN, no lone surrogates, no key twice; nesting is limited by orjson."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        request: Request = (parser_context or {})["request"]
        coding = request.META.get("HTTP_CONTENT_ENCODING", "identity")
        if coding.strip().lower() != "identity":
            raise exceptions.UnsupportedMediaType(coding, "Bodies are taken as they are, not in a Content-Encoding.")
        content = stream.read()
        try:
            body = orjson.loads(content)
        except orjson.JSONDecodeError as error:
            raise exceptions.ParseError(f"The body is not JSON: {error}.") from error
        # orjson keeps the last of two values under one key. Numbers were judged above.
        json.loads(content, object_pairs_hook=_once_each, parse_int=str, parse_float=str)
        return body


def _once_each(pairs: list[tuple[str, Any]]) -> None:
    """Raises `ParseError` for a key that stands twice in one object: nobody knows which was meant (RFC 8259, 4)."""
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            raise exceptions.ParseError(f"The key {key[:80]!r} stands twice in one object.")
        seen.add(key)


class Negotiation(negotiation.DefaultContentNegotiation):
    """What `?format=` says, which counts more than what a browser says in every request; else what Accept likes best.

    Unlike DRF's, it heeds the weights in Accept (RFC 9110, 12.5.1), and an unknown `?format=` is a mistyped parameter
    and not a missing page.
    """

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        asked = single(request, "format", str)
        if asked is not None:
            return _named(asked, renderers)
        accept = request.META.get("HTTP_ACCEPT") or "*/*"
        if accept == "*/*":
            return renderers[0], renderers[0].media_type
        ranges = [MediaType(each) for each in accept.split(",")]
        best = max(renderers, key=lambda offered: _weight(offered.media_type, ranges))
        if not _weight(best.media_type, ranges):
            raise exceptions.NotAcceptable(available_renderers=renderers)
        return best, best.media_type


def _named(asked: str, renderers: Iterable[Any]) -> tuple[Any, str]:
    offered = {renderer.format: renderer for renderer in reversed(list(renderers))}
    if asked not in offered:
        why = f"{asked[:40]!r} is none of {', '.join(sorted(offered))}.{did_you_mean(asked[:40], offered)}"
        raise BadParameter(field="format", why=why)
    return offered[asked], offered[asked].media_type


def _weight(media_type: str, ranges: Iterable[MediaType]) -> float:
    """From 0 to 1, how much Accept likes a media type: the narrowest range that holds it tells."""
    kind, _, subtype = media_type.partition("/")
    found = {each.specificity: each.quality for each in ranges
             if each.main_type in (kind, "*") and each.sub_type in (subtype, "*")}  # fmt: skip
    return found[max(found)] if found else 0


def answered(body: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """A body as JSON."""
    return HttpResponse(dumps(body), status=status, content_type="application/json", headers=headers or {})


# --- exports --------------------------------------------------------------------------------------------------------


class _Lines:
    """An export on its way out. It holds one of the places for exports until its end, or until the client has gone."""

    def __init__(self, lines: Generator[bytes]) -> None:
        if not _exports.acquire(blocking=False):
            raise Busy(what=f"All {settings.EXPORTS_AT_ONCE} places for exports", seconds=5)
        self._lines = lines
        self._held = True

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._lines)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Django calls it when the response is over, however it ended."""
        if self._held:
            self._held = False
            try:
                self._lines.close()
            finally:
                _exports.release()


def streamed(
    batches: Generator[list[dict[str, Any]]], *, kind: str, name: str, columns: Sequence[str],
    nested: Mapping[str, Sequence[str]],
) -> StreamingHttpResponse:  # fmt: skip
    """Batches of bodies as `kind` (`csv` or `jsonl`), to be saved as `name`.

    `columns` are the keys of a body; `nested` names those whose value is an object, with the keys of the object.
    Raises `Busy` where exports hold all the threads that they may.
    """
    lines = _Lines(_csv(batches, columns, nested) if kind == "csv" else _json_lines(batches))
    media_type = "text/csv; charset=utf-8" if kind == "csv" else "application/jsonl"
    disposition = f'attachment; filename="{name}.{kind}"'
    return StreamingHttpResponse(lines, content_type=media_type, headers={"Content-Disposition": disposition})


def in_batches(
    rows: QuerySet[Any], order: Ordering, bodies: Callable[[list[Any]], list[dict[str, Any]]], *,
    fitting: Callable[[list[Any]], list[Any]] = list,
) -> Generator[list[dict[str, Any]]]:  # fmt: skip
    """The list's bodies, so many at a time (of rows that are heavy, as many as are `fitting`), all as they stood at one
    moment."""
    with snapshot():
        found = list(order.sorted(rows)[:BATCH])
        while found:
            some = fitting(found)
            yield bodies(some)
            if len(some) == len(found) < BATCH:
                return
            found = list(order.sorted(order.beyond(rows, order.position(some[-1])))[:BATCH])


@contextmanager
def snapshot() -> Iterator[None]:
    """Every query inside sees the database as it is now; a transaction that is open already has its own view."""
    joined = connection.in_atomic_block
    with transaction.atomic():
        if not joined:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _json_lines(batches: Generator[list[dict[str, Any]]]) -> Generator[bytes]:
    with closing(batches):
        for batch in batches:
            yield b"".join(orjson.dumps(body, option=orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE) for body in batch)


def _csv(
    batches: Generator[list[dict[str, Any]]], columns: Sequence[str], nested: Mapping[str, Sequence[str]]
) -> Generator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(_header(columns, nested))
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
            yield from (cell(value[key] if value else None) for key in nested[column])
        else:
            yield cell(value)


def cell(value: Any) -> Any:
    """A value as one cell: lists of words joined, other lists and objects as JSON, formulas made harmless."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            return value
        case list() if all(isinstance(each, str) for each in value):
            text = "; ".join(value)
        case list() | dict():
            text = dumps(value).decode()
        case str():
            text = value
        case _:
            text = dumps(value).decode().strip('"')
    return f"'{text}" if text.startswith(_DANGEROUS) else text
