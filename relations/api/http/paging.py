"""Pages by keyset: a page begins after a row and not after so many rows, so no page costs more for being deep."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from urllib.parse import urlencode

import orjson
from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.utils.crypto import constant_time_compare, salted_hmac
from orjson import Fragment

from relations.api.http.parameters import number, single, truth
from relations.errors import BadCursor, BadParameter
from relations.queries.in_time import in_time
from relations.representation.references import did_you_mean, site

if TYPE_CHECKING:
    from rest_framework.request import Request

PAGE_SIZE, MAX_PAGE_SIZE = 100, 500
MOST_BYTES = 1_000_000
"""Bytes of the rows of one page: a page ends before there are more, but after one row at least."""
MOST_MS = 500
"""Milliseconds in which the rows of a list are counted."""
PARAMETERS = frozenset({"cursor", "page_size", "ordering", "count"})
_SALT = "relations.api.paging"  # not to be changed: cursors in the wild are signed with it
_MAC_BYTES = 12
_NOT_OF_THE_LIST = {"cursor", "page_size", "count", "format", "fields", "expand"}
"""Parameters that may change from page to page; all others belong to the list that the cursor is from."""


class Countable(Protocol):
    """Rows of one table or of several."""

    def count(self) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordering:
    """Columns without nulls, the last of them unique, all in one direction: PostgreSQL compares them as one row."""

    name: str
    columns: tuple[str, ...]

    @property
    def descending(self) -> bool:
        return self.name.startswith("-")

    def position(self, row: Any) -> list[Any]:
        return [row[column] if isinstance(row, Mapping) else getattr(row, column) for column in self.columns]

    def sorted(self, rows: QuerySet[Any], *, backwards: bool = False) -> QuerySet[Any]:
        sign = "-" if self.descending != backwards else ""
        return rows.order_by(*(f"{sign}{column}" for column in self.columns))

    def after(self, rows: QuerySet[Any], position: Sequence[Any], *, backwards: bool = False) -> QuerySet[Any]:
        """`(latest, id) > (…, …)`: one condition that an index on the columns answers as a range."""
        lookup = TupleLessThan if self.descending != backwards else TupleGreaterThan
        return rows.filter(lookup(Tuple(*self.columns), tuple(position)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    position: list[Any]
    backwards: bool = False

    def text(self, scope: str) -> str:
        payload = orjson.dumps([int(self.backwards), *self.position], default=str)
        return base64.urlsafe_b64encode(_mac(payload, scope, settings.SECRET_KEY) + payload).decode().rstrip("=")

    @classmethod
    def read(cls, text: str, scope: str) -> Cursor:
        """Raises `BadCursor` for every text that was not made for this list, ordering and filter."""
        try:
            decoded = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError) as error:
            raise BadCursor(field="cursor") from error
        mac, payload = decoded[:_MAC_BYTES], decoded[_MAC_BYTES:]
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        if not any(constant_time_compare(mac, _mac(payload, scope, key)) for key in keys):
            raise BadCursor(field="cursor")
        backwards, *position = orjson.loads(payload)
        return cls(position=position, backwards=bool(backwards))


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The rows of a page as JSON, and the cursors of its neighbours; None where there is no neighbour."""

    rows: list[Fragment]
    next: str | None
    previous: str | None


def ordering(request: Request, known: Mapping[str, tuple[str, ...]], default: str) -> Ordering:
    """`?ordering=-on`; `known` gives the columns of each documented key."""
    given = single(request, "ordering", str)
    name = default if given is None else given
    key = name.removeprefix("-")
    if key not in known:
        choices = ", ".join(f"{each}, -{each}" for each in known)
        raise BadParameter(field="ordering", why=f"{name[:60]!r} is none of {choices}.{did_you_mean(key[:60], known)}")
    return Ordering(name=name, columns=known[key])


def page_size(request: Request) -> int:
    size = single(request, "page_size", number)
    if size is not None and not 1 <= size <= MAX_PAGE_SIZE:
        raise BadParameter(field="page_size", why=f"A page has 1 to {MAX_PAGE_SIZE} rows, not {size}.")
    return PAGE_SIZE if size is None else size


def wants_count(request: Request) -> bool:
    return bool(single(request, "count", truth))


def counted(request: Request, rows: Countable) -> dict[str, int]:
    """`count`, where the request asks for it; before its page, which is not made where this is refused.

    Raises `BadParameter` where the rows take too long to be counted.
    """
    if not wants_count(request):
        return {}
    number = in_time(rows.count, most_ms=MOST_MS)
    if number is None:
        why = "These rows take too long to be counted: leave count out, or narrow the list, as by a pair or a country."
        raise BadParameter(field="count", why=why)
    return {"count": number}


def cursor_scope(request: Request, order: str) -> str:
    """The list of a cursor: this path, this ordering, these filters. Their order in the query does not matter."""
    parameters = sorted(
        (name, sorted(values)) for name, values in request.query_params.lists() if name not in _NOT_OF_THE_LIST
    )
    return repr((request.path, order, parameters))


def fitting(weights: Iterable[int]) -> int:
    """The number of rows, from the first one on, for whose bytes a page has room."""
    weights = list(weights)
    fits = sum(total <= MOST_BYTES for total in accumulate(weights))
    return max(fits, min(1, len(weights)))


class Searched(NamedTuple):
    """Rows that match, each with its place and its JSON, of those up to the edge; whether there are no others."""

    rows: Iterable[tuple[list[Any], bytes]]
    edge: list[Any] | None
    is_end: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The part of a list that a request asks for: so many rows after a cursor, or before it."""

    scope: str
    size: int
    cursor: Cursor | None

    @classmethod
    def of(cls, request: Request, order: str) -> Window:
        scope, text = cursor_scope(request, order), single(request, "cursor", str)
        cursor = Cursor.read(text, scope) if text is not None else None
        return cls(scope=scope, size=page_size(request), cursor=cursor)

    @property
    def backwards(self) -> bool:
        return self.cursor is not None and self.cursor.backwards

    def first(
        self, rows: QuerySet[Any], order: Ordering, *, branches: Sequence[Q] = (), every: QuerySet[Any] | None = None
    ) -> list[Any]:  # fmt: skip
        """The rows from the cursor on, one more than the page has, in the direction of the search: one query.

        The rows meet any of the conditions in `branches`: the page is then merged from the first rows of each, which an
        index finds in order, and not searched among all rows. Merged ones are found again in `every` row of the list:
        they meet its filters already, which may be costly.
        """
        backwards = self.backwards
        if self.cursor is not None:
            rows = order.after(rows, self.cursor.position, backwards=backwards)
        if branches:
            first = [
                order.sorted(rows.filter(branch), backwards=backwards).values("pk")[: self.size + 1]
                for branch in branches
            ]
            rows = (rows if every is None else every).filter(pk__in=first[0].union(*first[1:], all=True))
        return list(order.sorted(rows, backwards=backwards)[: self.size + 1])

    def page(self, written: Sequence[tuple[list[Any], bytes]], *, more: bool) -> Page:
        """A page of rows, as far as there is room: the position and the JSON of each, in the order of the search.

        `more` says that other rows follow.
        """
        rows = written[: fitting(len(content) for _, content in written)]
        more = more or len(rows) < len(written)
        return self.linked(rows, ahead=rows[-1][0] if rows and more else None, back=rows[0][0] if rows else None)

    def searched(self, batches: Iterable[Searched], *, back: list[Any] | None = None) -> Page:
        """The page of a search that gives up after some batches: it may be short, or empty, and still have a next one.

        `back` is the place to go back from, where it is neither the first row nor the edge of the last batch.
        """
        written: list[tuple[list[Any], bytes]] = []
        weight, edge, is_end = 0, None, True
        for rows, edge, is_end in batches:  # noqa: B007  # those of the last batch count
            for row in rows:
                written.append(row)
                weight += len(row[1])
                if self._is_full(written, weight):
                    break
            if self._is_full(written, weight):
                break
        shown = written[: fitting(len(content) for _, content in written[: self.size])]
        onward = None if is_end else edge
        return self.linked(
            shown, ahead=shown[-1][0] if len(shown) < len(written) else onward,
            back=shown[0][0] if shown else back or edge,
        )  # fmt: skip

    def _is_full(self, written: Sequence[Any], weight: int) -> bool:
        """True with one row more than fits on the page."""
        return len(written) > self.size or (weight > MOST_BYTES and len(written) > 1)

    def linked(
        self, rows: Sequence[tuple[list[Any], bytes]], *, ahead: list[Any] | None, back: list[Any] | None
    ) -> Page:
        """The rows with the positions from which the search goes on, and back if it has begun at a cursor."""
        back = back if self.cursor else None
        following, preceding = (back, ahead) if self.backwards else (ahead, back)
        return Page(
            rows=[Fragment(content) for _, content in (reversed(rows) if self.backwards else rows)],
            next=Cursor(position=following).text(self.scope) if following is not None else None,
            previous=Cursor(position=preceding, backwards=True).text(self.scope) if preceding is not None else None,
        )


def linked(request: Request, page: Page) -> tuple[dict[str, Any], dict[str, str]]:
    """The list's body and its `Link` header (RFC 8288)."""
    body = {"results": page.rows, "next": _url(request, page.next), "previous": _url(request, page.previous)}
    links = [f'<{body[key]}>; rel="{rel}"' for key, rel in (("next", "next"), ("previous", "prev")) if body[key]]
    return body, {"Link": ", ".join(links)} if links else {}


def _url(request: Request, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    params = [(name, value) for name, values in request.query_params.lists() for value in values if name != "cursor"]
    return f"{site(request)}{request.path}?{urlencode([*params, ('cursor', cursor)])}"


def _mac(payload: bytes, scope: str, secret: str) -> bytes:
    return salted_hmac(_SALT + scope, payload, secret=secret, algorithm="sha256").digest()[:_MAC_BYTES]
