"""`/api/changes/`: the append-only change log, to be followed from any point without losing a change."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any, ClassVar, cast

from django.db.models import Q, QuerySet
from django.http.response import HttpResponseBase
from django.urls import path
from django.utils.functional import cached_property
from rest_framework.request import Request

from relations.api.http import conditional, filters, formats, paging, patterns
from relations.api.http.any_of import split
from relations.api.http.endpoints import DetailEndpoint, Endpoint, ListEndpoint
from relations.api.http.paging import Cursor, Ordering, Page, Window
from relations.api.http.parameters import number, single
from relations.codes import Reason, TrackKind
from relations.errors import BadCursor, BeyondTheLog, OtherLog
from relations.models import FACT_MODELS, StatusChange
from relations.models.changes import StatusChangeQuerySet, received_by, sent_by
from relations.queries.change_log import LogHead, log_head, of_countries, of_pairs
from relations.queries.countries import current_country_index
from relations.representation.changes import ChangeResponse, LoggedValue, change_bodies
from relations.representation.json_types import keys
from relations.representation.references import country_code, site
from relations.status import DIRECTED, VALUES, Track

_SCOPE = "changes"
"""A cursor is valid for the log, whatever the filters: the order is the same under all of them."""


# --- filters --------------------------------------------------------------------------------------------------------


class _Pairs(filters.Pairs):
    def condition(self, values: list[str]) -> Q:
        return of_pairs(values, current_country_index())


class _Countries(filters.Countries):
    def condition(self, values: list[str]) -> Q:
        return of_countries(values, current_country_index())


def track_name(text: str) -> str:
    """`sanctions`, `sanctions:US>BY`, `sanctions:us>by:7` -> the name as the log writes it."""
    track = Track.named(text)
    has_sides = bool(track.sender and track.receiver)
    if track.kind not in TrackKind.values or (":" in text and not (has_sides and track.kind in DIRECTED)):
        raise ValueError(f"{text[:40]!r} names no track; write {', '.join(TrackKind.values)}, or sanctions:US>BY.")
    if ":" not in text:
        return text
    return str(Track(track.kind, country_code(track.sender), country_code(track.receiver), track.part))


class Tracks(filters.AnyOf):
    """Changes of a track: named whole, with all its parts, or by its kind alone; with `!`, all others."""

    convert = staticmethod(track_name)
    schema = {"type": "string", "pattern": patterns.TRACKS_OR_NOT, "example": "sanctions:US>BY"}

    def filter(self, qs: QuerySet[Any], value: list[Any]) -> QuerySet[Any]:
        rows, (wanted, unwanted) = cast("StatusChangeQuerySet", qs), split(value)
        rows = rows.on_tracks(wanted) if wanted else rows
        return rows.off_tracks(unwanted) if unwanted else rows


class _Side(filters.Countries):
    """Changes whose track leads from one of the countries, or to one of them."""

    def __init__(self, condition: Callable[[Collection[str]], Q], *, label: str) -> None:
        super().__init__("track", label=label)
        self.condition = condition  # type: ignore[assignment]  # one of the two of the log


class _Note(filters.Containing):
    """The entries with a note have an index of their own."""

    def condition(self, values: list[str]) -> Q:
        return super().condition(values) & ~Q(note="")


_VALUES = tuple(dict.fromkeys(word for words in VALUES.values() for word in words))


class ChangeFilters(filters.Filters):
    """A pair's or a country's changes include those of organisations that reach it."""

    replaced: ClassVar[Mapping[str, str]] = {"recorded_by": "author"}

    country = _Countries("pair", label="A country on either side, or one that the change reaches")
    pair = _Pairs("pair", label="Two countries, whichever way round, or a pair that the change reaches")
    version = filters.Numbers("version", label="Number of the pair's version")
    track = Tracks("track", label="sanctions, or sanctions:US>BY with all its programmes; !facts: all but that")
    kind = filters.Words(
        "cause_kind", words=[model.resource for model in FACT_MODELS], label="Kind of the fact that caused it"
    )
    reason = filters.Words("reason", words=Reason, label="Why the change was logged")
    old = filters.Words("old__value", words=_VALUES, label="The value before")
    new = filters.Words("new__value", words=_VALUES, label="The value from then on")
    effective_after, effective_before = filters.DayBound.pair("effective", "In effect from this day on")
    recorded_after, recorded_before = filters.RecordedBound.pair("recorded_at", "Recorded then")
    cause = filters.Keys("cause_key", label="Key of the fact that caused it")
    cause_version = filters.Numbers("cause_version", label="Version of the fact that caused it")
    author = filters.Author("recorded_by", label="Name of the user who acted")
    note = _Note("note", label="Part of the reason that was given")
    request_id = filters.Exactly("request_id", label="The X-Request-ID of the command")

    locals()["from"] = _Side(sent_by, label="The country that acts on the track")
    locals()["to"] = _Side(received_by, label="The country that is acted upon")


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

    cursors = {"cursor": {"type": "string"}, **ListEndpoint.cursors}
    filterset_class = ChangeFilters
    orderings = {"id": ("id",)}
    default_ordering = "id"
    resumed_by = None  # `after` begins a page as well
    name = "changes"

    def known_parameters(self, method: str) -> frozenset[str]:
        return super().known_parameters(method) | {"after"}

    def get_queryset(self) -> QuerySet[Any]:
        return StatusChange.objects.after(self.start)

    @cached_property
    def log(self) -> LogHead:
        """Read before any change is: a change with this id or a lower one is committed."""
        return log_head()

    @cached_property
    def start(self) -> int:
        """The id after which to begin. Raises `BadCursor`, `OtherLog` or `BeyondTheLog`."""
        text = single(self.request, "after", str)
        if text is None or text == "now":
            return self.log.end if text else 0
        if text.isascii() and text.isdigit():
            position = single(self.request, "after", number) or 0
        else:
            try:
                position = self._position(Cursor.read(text, _SCOPE), "after")
            except BadCursor as error:
                raise BadCursor(field="after") from error
        if position > self.log.sequence:
            raise BeyondTheLog(field="after", position=position, end=self.log.end)
        return position

    def _position(self, cursor: Cursor, parameter: str) -> int:
        """The id in a cursor of this log. The first releases named no log in theirs."""
        position, *log = cursor.position
        if log not in ([], [self.log.log]):
            raise OtherLog(field=parameter, end=self.log.end)
        return int(position)

    def _page(
        self, request: Request, rows: QuerySet[Any], order: Ordering, fields: frozenset[str], branches: list[Q]
    ) -> HttpResponseBase:
        window, number = self._window(request, order), paging.counted(request, rows)
        first = window.first(rows, order)
        written = [
            ([row.pk, self.log.log], formats.dumps(body))
            for row, body in zip(first, self._chosen(first[: window.size], fields), strict=False)
        ]
        page = window.page(written, more=len(first) > len(written))
        links, headers = paging.linked(request, page)
        last = self._last([position[0] for position, _ in written[: len(page.rows)]], page, order)
        body = {"results": page.rows, "cursor": Cursor(position=[last, self.log.log]).text(_SCOPE), **links, **number}
        return conditional.cached(request, body, version=last, headers=headers)

    def _window(self, request: Request, order: Ordering) -> Window:
        """The cursor of a page names its log as well."""
        window = Window.of(request, order.name)
        if window.cursor is None:
            return window
        position = self._position(window.cursor, "cursor")
        return replace(window, cursor=Cursor(position=[position], backwards=window.backwards))

    def _last(self, ids: list[int], page: Page, order: Ordering) -> int:
        """The position from which a follower of this page goes on: after all that it has shown, and has not to show."""
        is_newest = page.previous is None if order.descending else page.next is None
        return max([self.start, *ids, *([self.log.end] if is_newest else [])])


class ChangeView(_Changes, DetailEndpoint):
    """One change."""

    def version(self, row: StatusChange) -> int:
        return row.version


def _with_every_key(change: ChangeResponse) -> dict[str, Any]:
    """The change with every key that a track of any kind has, for the columns of a table."""
    values = {"old": change["old"], "new": change["new"]}
    even = {name: value and {key: value.get(key) for key in keys(LoggedValue)} for name, value in values.items()}
    return {**change, **even}


urlpatterns = [
    path("changes/", ChangeFeed.as_view(), name="changes"),
    path("changes/<int:number>/", ChangeView.as_view(), name="change"),
]
