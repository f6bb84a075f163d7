"""`/api/changes/`: the append-only change log, to be followed from any point without losing a change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import Max, Q, QuerySet
from django.http.response import HttpResponseBase
from django.urls import path
from orjson import Fragment
from rest_framework.request import Request

from relations.api.http import conditional, formats, paging
from relations.api.http.endpoints import DetailEndpoint, Endpoint, ListEndpoint
from relations.api.http.filters import (
    AnyOf,
    Author,
    Containing,
    Countries,
    DayBound,
    Exactly,
    Filters,
    Keys,
    MomentBound,
    Numbers,
    Pairs,
    Words,
)
from relations.api.http.paging import Cursor, Ordering
from relations.api.http.parameters import single
from relations.api.http.values import number
from relations.codes import Reason, TrackKind
from relations.errors import BadCursor
from relations.models import FACT_MODELS, StatusChange
from relations.queries.change_log import of_countries, of_pairs
from relations.queries.countries import current_country_index
from relations.representation.changes import ChangeResponse, LoggedValue, change_bodies
from relations.representation.json_types import keys
from relations.representation.references import country_code, site
from relations.status import DIRECTED, VALUES, Track

_SCOPE = "changes"
"""A cursor is valid for the log, whatever the filters: the order is the same under all of them."""


# --- filters --------------------------------------------------------------------------------------------------------


class _Pairs(Pairs):
    def condition(self, values: list[str]) -> Q:
        return of_pairs(values, current_country_index())


class _Countries(Countries):
    def condition(self, values: list[str]) -> Q:
        return of_countries(values, current_country_index())


def track_name(text: str) -> str:
    """`sanctions`, `sanctions:US>BY`, `sanctions:us>by:7` -> the name as the log writes it."""
    track = Track.named(text)
    if track.kind not in TrackKind.values or (track.sender and track.kind not in DIRECTED):
        raise ValueError(f"{text[:40]!r} names no track; write {', '.join(TrackKind.values)}, or sanctions:US>BY.")
    if ":" not in text:
        return text
    return str(Track(track.kind, country_code(track.sender), country_code(track.receiver), track.part))


class Tracks(AnyOf):
    """Changes of a track: named whole, with all its parts, or by its kind alone."""

    convert = staticmethod(track_name)
    schema = {"type": "string", "example": "sanctions:US>BY"}
    negatable = False
    rows_method = "on_tracks"
    """The method of the QuerySet, which compares parts of the track's name as the indexes have them."""

    def filter(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        rows: QuerySet[Any] = getattr(qs, self.rows_method)(value) if value else qs
        return rows


class _Side(Tracks):
    """Changes whose track leads from one of the countries, or to one of them."""

    convert = staticmethod(country_code)
    schema = Countries.schema

    def __init__(self, rows_method: str, *, label: str) -> None:
        super().__init__("track", label=label)
        self.rows_method = rows_method


_VALUES = tuple(dict.fromkeys(word for words in VALUES.values() for word in words))


class ChangeFilters(Filters):
    """A pair's or a country's changes include those of organisations that reach it."""

    replaced: ClassVar[Mapping[str, str]] = {"recorded_by": "author"}

    country = _Countries("pair", label="A country on either side, or one that the change reaches")
    pair = _Pairs("pair", label="Two countries, whichever way round, or a pair that the change reaches")
    version = Numbers("version", label="Number of the pair's version")
    track = Tracks("track", label="sanctions, or sanctions:US>BY with all its programmes")
    kind = Words("cause_kind", words=[model.resource for model in FACT_MODELS], label="Kind of the fact that caused it")
    reason = Words("reason", words=Reason, label="Why the change was logged")
    old = Words("old__value", words=_VALUES, label="The value before")
    new = Words("new__value", words=_VALUES, label="The value from then on")
    effective_after, effective_before = DayBound.pair("effective", "In effect from this day on")
    recorded_after, recorded_before = MomentBound.pair("recorded_at", "Recorded then")
    cause = Keys("cause_key", label="Key of the fact that caused it")
    cause_version = Numbers("cause_version", label="Version of the fact that caused it")
    author = Author("recorded_by", label="Name of the user who acted")
    note = Containing("note", label="Part of the reason that was given")
    request_id = Exactly("request_id", label="The X-Request-ID of the command")

    locals()["from"] = _Side("sent_by", label="The country that acts on the track")
    locals()["to"] = _Side("received_by", label="The country that is acted upon")


# --- the feed -------------------------------------------------------------------------------------------------------


class _Changes(Endpoint):
    queryset = StatusChange.objects.all()
    response_type = ChangeResponse

    def bodies(self, rows: list[Any]) -> list[Any]:
        changes = change_bodies(rows, site=site(self.request))
        is_table = self.request.accepted_renderer.format == "csv"
        return [_with_every_key(change) for change in changes] if is_table else list(changes)


class ChangeFeed(_Changes, ListEndpoint):
    """Changes after a cursor, in the order of their commits; the last page has a cursor as well, to go on from."""

    cursors = {"cursor": {"type": "string"}}
    filterset_class = ChangeFilters
    orderings = {"id": ("id",)}
    default_ordering = "id"
    name = "changes"

    def known_parameters(self, method: str) -> frozenset[str]:
        return super().known_parameters(method) - {"cursor", "ordering"} | {"after"}

    def get_queryset(self) -> QuerySet[Any]:
        return StatusChange.objects.after(_position(self.request))

    def _page(
        self, request: Request, rows: QuerySet[Any], order: Ordering, fields: frozenset[str], branches: list[Q]
    ) -> HttpResponseBase:
        # Read first: a change with this id or a lower one is committed, so the search need not come back to it.
        newest = StatusChange.objects.aggregate(last=Max("id"))["last"] if _is_filtered(request) else None
        size = paging.page_size(request)
        first = list(rows[: size + 1])
        page = first[:size]
        written = [formats.dumps(row) for row in self._chosen(page, fields)]
        shown = paging.fitting(map(len, written))
        last = page[shown - 1].pk if shown else _position(request)
        if len(first) == shown:
            last = max(last, newest or 0)
        body: dict[str, Any] = {
            "results": list(map(Fragment, written[:shown])),
            "cursor": Cursor(position=[last]).text(_SCOPE),
        }
        if paging.wants_count(request):
            body["count"] = rows.count()
        return conditional.cached(request, body, version=last)


class ChangeView(_Changes, DetailEndpoint):
    """One change."""

    def version(self, row: StatusChange) -> int:
        return row.version


def _position(request: Request) -> int:
    """The id after which to begin: from a cursor, or the id of a change in the feed."""
    text = single(request, "after", str)
    if text is None:
        return 0
    if text.isascii() and text.isdigit():
        return single(request, "after", number) or 0
    try:
        return int(Cursor.read(text, _SCOPE).position[0])
    except BadCursor as error:
        raise BadCursor(field="after") from error


def _is_filtered(request: Request) -> bool:
    return any(name in request.query_params for name in ChangeFilters.names())


def _with_every_key(change: ChangeResponse) -> dict[str, Any]:
    """The change with every key that a track of any kind has, for the columns of a table."""
    values = {"old": change["old"], "new": change["new"]}
    even = {name: value and {key: value.get(key) for key in keys(LoggedValue)} for name, value in values.items()}
    return {**change, **even}


urlpatterns = [
    path("changes/", ChangeFeed.as_view(), name="changes"),
    path("changes/<int:number>/", ChangeView.as_view(), name="change"),
]
