"""`/api/changes/`: the append-only log of what changed, to be followed from any point without losing a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, cast

from django.db.models import Max, QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import path
from orjson import Fragment
from rest_framework.request import Request

from relations.api.http import conditional, formats, paging
from relations.api.http.endpoints import EXPORTS, Endpoint, refuse_paging
from relations.api.http.filters import (
    AnyOf,
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
from relations.api.http.parameters import chosen_fields, only, single
from relations.api.http.values import number
from relations.api.relations.schema import FeedSchema
from relations.codes import Reason, TrackKind
from relations.errors import BadCursor
from relations.models import FACT_MODELS, StatusChange
from relations.models.changes import StatusChangeQuerySet
from relations.queries.change_log import of_countries, of_pairs
from relations.queries.countries import CountryIndex, current_country_index
from relations.representation.references import country_code, site
from relations.representation.relation_shapes import ChangeShape
from relations.status import DIRECTED, INHERITED_KINDS, VALUES, Track, inheriting_pairs

KEYS = (
    "id", "pair", "version", "track", "old", "new", "effective", "recorded_at", "reason", "cause", "request_id",
    "reaches", "url",
)  # fmt: skip
_TOLD = ("value", "holder", "measures", "scope", "visa_classes", "expires_on")
NESTED = {"old": _TOLD, "new": _TOLD, "cause": ("kind", "key", "version", "url")}
IN_ORDER = Ordering(name="id", columns=("id",))
_HOME = "changes"
"""A cursor is good for the log, whatever the filters: the order is the same under all of them."""


# --- one line -------------------------------------------------------------------------------------------------------


def change_bodies(lines: Sequence[StatusChange], *, site: str) -> list[dict[str, Any]]:
    """Lines as JSON; one query where one of them may reach the members of an organisation."""
    tracks = [Track.named(line.track) for line in lines]
    around = current_country_index() if any(track.kind in INHERITED_KINDS for track in tracks) else None
    return [_body(line, track, around, site) for line, track in zip(lines, tracks, strict=True)]


def _body(line: StatusChange, track: Track, around: CountryIndex | None, site: str) -> dict[str, Any]:
    return {
        "id": line.pk,
        "pair": line.pair_id,
        "version": line.version,
        "track": line.track,
        "old": line.old,
        "new": line.new,
        "effective": line.effective,
        "recorded_at": line.recorded_at,
        "reason": line.reason,
        "cause": _cause(line, site),
        "request_id": line.request_id,
        "reaches": inheriting_pairs(track, line.effective, around.memberships) if around else [],
        "url": f"{site}/api/changes/{line.pk}/",
    }


def _cause(line: StatusChange, site: str) -> dict[str, Any] | None:
    if line.cause_key is None:
        return None
    url = f"{site}/api/{line.cause_kind}/{line.cause_key}/"
    return {"kind": line.cause_kind, "key": line.cause_key, "version": line.cause_version, "url": url}


# --- filters --------------------------------------------------------------------------------------------------------


class _Pairs(Pairs):
    def filter(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        return qs.filter(of_pairs(value, current_country_index().memberships)) if value else qs


class _Countries(Countries):
    def filter(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        return qs.filter(of_countries(value, current_country_index())) if value else qs


def track_name(text: str) -> str:
    """`sanctions`, `sanctions:US>BY`, `sanctions:us>by:7` -> the name as the log writes it."""
    track = Track.named(text)
    if track.kind not in TrackKind.values or (track.sender and track.kind not in DIRECTED):
        raise ValueError(f"{text[:40]!r} names no track; write {', '.join(TrackKind.values)}, or sanctions:US>BY.")
    if ":" not in text:
        return text
    return str(Track(track.kind, country_code(track.sender), country_code(track.receiver), track.part))


class Tracks(AnyOf):
    """Rows of a track: named whole, with all its parts, or by its kind alone."""

    def __init__(self, field_name: str, *, label: str) -> None:
        super().__init__(
            field_name, convert=track_name, label=label, schema={"type": "string", "example": "sanctions:US>BY"}
        )

    def filter(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        return cast("StatusChangeQuerySet", qs).on_tracks(value) if value else qs


class _Senders(Countries):
    """Rows whose track leads from one of the countries."""

    def filter(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        return cast("StatusChangeQuerySet", qs).sent_by(value) if value else qs


class _Receivers(Countries):
    """Rows whose track leads to one of the countries."""

    def filter(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        return cast("StatusChangeQuerySet", qs).received_by(value) if value else qs


_VALUES = tuple(dict.fromkeys(word for words in VALUES.values() for word in words))


class ChangeFilters(Filters):
    """A pair's or a country's lines include those of organisations that reach it."""

    country = _Countries("pair", label="A country on either side, or one that the change reaches")
    pair = _Pairs("pair", label="Two countries, whichever way round, or a pair that the change reaches")
    version = Numbers("version", label="Number of the pair's version")
    track = Tracks("track", label="sanctions, or sanctions:US>BY with all its programmes")
    kind = Words("cause_kind", words=[model.resource for model in FACT_MODELS], label="Kind of the fact behind it")
    reason = Words("reason", words=Reason, label="Why the line was written")
    old = Words("old__value", words=_VALUES, label="What the track told before")
    new = Words("new__value", words=_VALUES, label="What the track tells now")
    effective_after = DayBound("effective", "gte", label="Holds from this day on or later")
    effective_before = DayBound("effective", "lte", label="Holds from this day on or earlier")
    recorded_after = MomentBound("recorded_at", after=True, label="Recorded then or later")
    recorded_before = MomentBound("recorded_at", after=False, label="Recorded then or earlier")
    cause = Keys("cause_key", label="Key of the fact behind it")
    cause_version = Numbers("cause_version", label="Version of the fact behind it")
    recorded_by = Exactly("recorded_by__username", label="Name of the user who acted")
    note = Containing("note", label="Part of the reason that was given")
    request_id = Exactly("request_id", label="The X-Request-ID of the act")

    locals()["from"] = _Senders("track", label="The country that acts on the track")
    locals()["to"] = _Receivers("track", label="The country that is acted upon")


# --- the feed -------------------------------------------------------------------------------------------------------


class ChangeFeed(Endpoint):
    """Lines behind a cursor, in the order of their commits; the last page has a cursor as well, to go on from."""

    schema = FeedSchema()
    shape = ChangeShape
    filters = ChangeFilters
    orderings: ClassVar[Mapping[str, tuple[str, ...]]] = {"id": ("id",)}
    renderer_classes = EXPORTS
    parameters: ClassVar[Mapping[str, Any]] = {"GET": {"after", "page_size", "count", "fields", *ChangeFilters.names()}}

    def get(self, request: Request) -> HttpResponseBase:
        position = _position(request)
        filters = ChangeFilters(request.query_params, queryset=StatusChange.objects.after(position), request=request)
        lines, fields = filters.qs, chosen_fields(request, KEYS)
        kind = request.accepted_renderer.format
        if kind != "json":
            refuse_paging(request)
            return self._exported(lines, kind, fields)
        # Read first: whatever has this id or a lower one is committed, so the search need not come back to it.
        newest = StatusChange.objects.aggregate(last=Max("id"))["last"] if _is_filtered(request) else None
        found = list(lines[: paging.page_size(request) + 1])
        page = found[: paging.page_size(request)]
        written = [formats.dumps(only(row, fields)) for row in change_bodies(page, site=site(request))]
        shown = paging.fitting(map(len, written))
        last = page[shown - 1].pk if shown else position
        if len(found) == shown:
            last = max(last, newest or 0)
        body: dict[str, Any] = {
            "results": list(map(Fragment, written[:shown])),
            "cursor": Cursor(position=[last]).text(_HOME),
        }
        if paging.wants_count(request):
            body["count"] = lines.count()
        return conditional.cached(request, body, version=last)

    def _exported(self, lines: QuerySet[StatusChange], kind: str, fields: frozenset[str] | None) -> HttpResponseBase:
        def bodies(rows: list[Any]) -> list[dict[str, Any]]:
            found = change_bodies(rows, site=site(self.request))
            return [only(_even(row) if kind == "csv" else row, fields) for row in found]

        return formats.streamed(
            formats.in_batches(lines, IN_ORDER, bodies),
            kind=kind, name="changes", columns=[key for key in KEYS if fields is None or key in fields], nested=NESTED,
        )  # fmt: skip


class ChangeView(Endpoint):
    """One line of the log."""

    shape = ChangeShape
    parameters = {"GET": {"fields"}}

    def get(self, request: Request, number: int) -> HttpResponseBase:
        line = StatusChange.objects.filter(pk=number).first() if number < 2**63 else None
        if line is None:
            raise Http404
        (body,) = change_bodies([line], site=site(request))
        return conditional.cached(request, only(body, chosen_fields(request, KEYS)), version=line.version)


def _position(request: Request) -> int:
    """The id behind which to begin: from a cursor, or an id of a line as it stands in the feed."""
    text = single(request, "after", str)
    if text is None:
        return 0
    if text.isascii() and text.isdigit():
        return single(request, "after", number) or 0
    try:
        return int(Cursor.read(text, _HOME).position[0])
    except BadCursor as error:
        raise BadCursor(field="after") from error


def _is_filtered(request: Request) -> bool:
    return any(name in request.query_params for name in ChangeFilters.names())


def _even(row: dict[str, Any]) -> dict[str, Any]:
    """With every key that a track of any kind tells, for the columns of a table."""
    told = {name: {key: row[name].get(key) for key in _TOLD} if row[name] else None for name in ("old", "new")}
    return row | told


urlpatterns = [
    path("changes/", ChangeFeed.as_view(), name="changes"),
    path("changes/<int:number>/", ChangeView.as_view(), name="change"),
]
