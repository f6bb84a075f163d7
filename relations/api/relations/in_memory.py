"""Pages of a list that is in memory: the history of one pair is read whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import batched
from typing import Any, NamedTuple

import orjson
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from relations.api.http import conditional, formats, paging
from relations.api.http.paging import Ordering, Page
from relations.api.http.parameters import only

type Place = tuple[Any, ...]
"""Sort key of an entry, unique in its list; all of it JSON values."""


class Entry(NamedTuple):
    place: Place
    body: Callable[[], Mapping[str, Any]]


def in_order(entries: Sequence[Entry], order: Ordering) -> list[Entry]:
    return sorted(entries, key=lambda entry: entry.place, reverse=order.descending)


def answered(
    request: Request, entries: Sequence[Entry], *, order: Ordering, fields: frozenset[str] | None, version: int
) -> HttpResponseBase:  # fmt: skip
    """A page of entries that are in order, with its links and its ETag."""
    body, headers = paging.linked(request, _page(request, entries, order, fields))
    if paging.wants_count(request):
        body["count"] = len(entries)
    response = conditional.cached(request, body, version=version)
    for name, value in headers.items():
        response.headers[name] = value
    return response


def _page(request: Request, entries: Sequence[Entry], order: Ordering, fields: frozenset[str] | None) -> Page:
    window = paging.Window.of(request, order.name)
    falling = order.descending != window.backwards
    ahead = reversed(entries) if window.backwards else iter(entries)
    if window.cursor:
        place = tuple(window.cursor.position)
        ahead = (entry for entry in ahead if (entry.place < place if falling else entry.place > place))
    first = [entry for entry, _ in zip(ahead, range(window.size + 1), strict=False)]
    written = [(list(entry.place), formats.dumps(only(entry.body(), fields))) for entry in first[: window.size]]
    return window.page(written, more=len(first) > window.size)


def exported(
    request: Request, entries: Sequence[Entry], *, kind: str, name: str, columns: Sequence[str],
    nested: Mapping[str, Sequence[str]], write: Callable[[Mapping[str, Any]], Mapping[str, Any]] = dict,
    fields: frozenset[str] | None = None,
) -> HttpResponseBase:  # fmt: skip
    """All entries as a table or as lines; `write` makes a row of the body of an entry."""
    formats.refuse_paging(request)
    rows = ([only(write(_plain(entry.body())), fields) for entry in some] for some in batched(entries, formats.BATCH))
    shown = [column for column in columns if fields is None or column in fields]
    return formats.streamed(rows, kind=kind, name=name, columns=shown, nested=nested)


def _plain(body: Mapping[str, Any]) -> dict[str, Any]:
    """A body without fragments of JSON."""
    plain: dict[str, Any] = orjson.loads(formats.dumps(body))
    return plain
