"""`/api/relations/BY-US/timeline/`: facts and changes in order of the world's time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, ClassVar, NamedTuple

import orjson
from django.db.models import Q, QuerySet
from django.http.response import HttpResponseBase
from django.urls import path
from orjson import Fragment
from rest_framework.request import Request

from relations.api.changes import Tracks, split_negated
from relations.api.http import conditional, filters, formats, paging, parameters
from relations.api.http.endpoints import EXPORTS, CanonicalEndpoint, ListEndpoint, refuse_paging
from relations.api.http.paging import Ordering, Page
from relations.api.relations.views import EXPANDABLE, pair_from_url
from relations.models import FACT_MODELS, StatusChange
from relations.queries.change_log import of_pairs
from relations.queries.pair_versions import current_versions
from relations.representation.changes import ChangeResponse, change_bodies
from relations.representation.histories import RelationContext, relation_context
from relations.representation.references import site
from relations.representation.relations import TimelineEntryResponse
from relations.status import FACT_KINDS, Track, track_of
from relations.status.facts import FactValue

_FACT, _CHANGE = 0, 1
"""On one day facts come before changes."""

type Place = tuple[Any, ...]
"""Sort key of an entry: day, fact or change, and the order within a kind on a day; all of it JSON values."""


class Entry(NamedTuple):
    place: Place
    body: dict[str, Any]


class _Types(filters.Words):
    """Filters entries of the timeline; of changes it shows all or none."""

    def filter(self, qs: QuerySet[Any], value: list[Any]) -> QuerySet[Any]:
        return qs if not value or "change" in value else qs.none()


class TimelineFilters(filters.Filters):
    """The same conditions for facts and changes; a fact belongs to the track on which it counts."""

    on_after, on_before = filters.DayBound.pair("effective", "On this day")
    track = Tracks("track", label="sanctions, or sanctions:US>BY with all its programmes; !facts: all but that")
    kind = filters.Words(
        "cause_kind", words=[model.resource for model in FACT_MODELS], label="Kind of the fact, or of the causing fact"
    )
    type = _Types("pk", words=("fact", "change"), label="Facts only, or changes only")

    def matches(self, fact: FactValue) -> bool:
        kinds = self._asked("kind")
        wanted, unwanted = split_negated(self._asked("track"))
        track = track_of(fact)
        return (
            all(fact.latest >= day for day in self._asked("on_after"))
            and all(fact.latest <= day for day in self._asked("on_before"))
            and (not wanted or any(_within(track, name) for name in wanted))
            and not any(_within(track, name) for name in unwanted)
            and (not kinds or fact.kind in kinds)
        )

    def shows(self, kind: str) -> bool:
        return not self._asked("type") or kind in self._asked("type")

    def _asked(self, name: str) -> list[Any]:
        """The values of a filter; none where it was not asked, and is not there."""
        return self.form.cleaned_data.get(name) or []


def _within(track: Track | None, name: str) -> bool:
    return track is not None and (str(track) == name or str(track).startswith(f"{name}:"))


class TimelineView(CanonicalEndpoint):
    """One list of entries `{"day", "type", "resource", "track", "fact", "change"}`.

    The day of a fact is its last possible one; that of a change, the first day of its new value.
    """

    home, canonical = "/api/relations/{}/timeline/", staticmethod(pair_from_url)
    response_type = TimelineEntryResponse
    renderer_classes = EXPORTS
    filterset_class = TimelineFilters
    cursors = ListEndpoint.cursors
    orderings: ClassVar[Mapping[str, tuple[str, ...]]] = {"day": ("day",)}
    default_ordering = "day"
    expandable = EXPANDABLE
    parameters: ClassVar[Mapping[str, Any]] = {
        "GET": {"as_of", "known_at", "fields", "expand", "ordering", "cursor", "page_size", *TimelineFilters.names()}
    }

    def show(self, request: Request, code: str) -> HttpResponseBase:
        expand = parameters.expanded(request, EXPANDABLE)
        context = relation_context(code, versions=current_versions(code), expand=expand)
        entries = _Entries(request, context)
        fields = parameters.chosen_fields(request, self.keys)
        kind = request.accepted_renderer.format
        if kind != "json":
            refuse_paging(request)
            return _exported(entries, code, kind, fields)
        body, headers = paging.linked(request, entries.page(fields))
        response = conditional.cached(request, body, version=entries.version)
        for name, value in headers.items():
            response.headers[name] = value
        return response


class _Entries:
    """A pair's facts and changes, filtered by one request, entry by entry from any place on."""

    def __init__(self, request: Request, context: RelationContext) -> None:
        self.request, self.context = request, context
        self.day, self.moment = parameters.as_of(request), parameters.known_at(request)
        self.order = paging.ordering(request, TimelineView.orderings, TimelineView.default_ordering)
        self.asked = TimelineFilters(request.query_params, queryset=StatusChange.objects.all(), request=request)
        self.changes = self._changes(self.asked.qs)
        self.facts = list(self._facts()) if self.asked.shows("fact") else []

    @property
    def version(self) -> int:
        """The pair's version; entries of a past moment have none that later acts count up."""
        return self.context.own.version if self.moment is None else 0

    def _changes(self, changes: QuerySet[Any]) -> QuerySet[Any]:
        changes = changes.filter(of_pairs([self.context.own.code], self.context.countries))
        if self.day is not None:
            changes = changes.filter(effective__lte=self.day)
        return changes if self.moment is None else changes.filter(recorded_at__lte=self.moment)

    def _facts(self) -> Iterator[Entry]:
        own = self.context.own
        day = self.day or dt.date.max
        for value, body in own.fact_bodies(own.known_at(self.moment), day=day, site=site(self.request)):
            if self.asked.matches(value):
                track = track_of(value)
                entry = _body("fact", value.latest, value.kind, str(track) if track else None, fact=Fragment(body))
                yield Entry(_place_of_fact(value), entry)

    def page(self, fields: frozenset[str] | None) -> Page:
        window = paging.Window.of(self.request, self.order.name)
        place = tuple(window.cursor.position) if window.cursor else None
        entries = self.entries(place, window.size + 1, backwards=window.backwards)
        written = [
            (list(entry.place), formats.dumps(parameters.only(entry.body, fields))) for entry in entries[: window.size]
        ]
        return window.page(written, more=len(entries) > window.size)

    def entries(self, place: Place | None, most: int, *, backwards: bool = False) -> list[Entry]:
        """Up to `most` entries beyond a place, in the order asked for or, backwards, against it."""
        falling = self.order.descending != backwards
        facts = reversed(self.facts) if falling else iter(self.facts)
        if place is not None:
            facts = (entry for entry in facts if (entry.place < place if falling else entry.place > place))
        rows = list(_beyond(self.changes, place, falling=falling)[:most])
        bodies = change_bodies(rows, site=site(self.request))
        changes = [Entry(_place_of_change(row), _of_change(row, body)) for row, body in zip(rows, bodies, strict=True)]
        return sorted([*islice(facts, most), *changes], key=lambda entry: entry.place, reverse=falling)[:most]


def _beyond(changes: QuerySet[Any], place: Place | None, *, falling: bool) -> QuerySet[Any]:
    order = Ordering(name="-" if falling else "", columns=("effective", "id"))
    if place is None:
        return order.sorted(changes)
    day, rank, *rest = place
    if rank == _CHANGE:
        return order.sorted(order.after(changes, (day, rest[0])))
    return order.sorted(changes.filter(Q(effective__lt=day) if falling else Q(effective__gte=day)))


def _place_of_fact(act: FactValue) -> Place:
    earliest, first = act.earliest or dt.date.min, act.first_recorded_at.astimezone(dt.UTC)
    return (act.latest.isoformat(), _FACT, earliest.isoformat(), first.isoformat(timespec="microseconds"), act.key)


def _place_of_change(change: StatusChange) -> Place:
    return (change.effective.isoformat(), _CHANGE, change.pk)


def _of_change(change: StatusChange, body: ChangeResponse) -> dict[str, Any]:
    return _body("change", change.effective, change.cause_kind or None, change.track, change=body)


def _body(
    kind: str, day: dt.date, resource: str | None, track: str | None, *, fact: Any = None, change: Any = None
) -> dict[str, Any]:
    return {"day": day, "type": kind, "resource": resource, "track": track, "fact": fact, "change": change}


# --- as a table -----------------------------------------------------------------------------------------------------

COLUMNS = ("day", "type", "resource", "track", "from", "to", "what", "on", "old", "new", "reason", "url")


def _exported(entries: _Entries, code: str, kind: str, fields: frozenset[str] | None) -> HttpResponseBase:
    write = _row if kind == "csv" else _whole
    chosen = fields if kind != "csv" else None
    batches = ([parameters.only(write(entry), chosen) for entry in batch] for batch in _batches(entries))
    return formats.streamed(batches, kind=kind, name=f"{code}-timeline", columns=COLUMNS, nested={})


def _batches(entries: _Entries) -> Iterator[list[Entry]]:
    place: Place | None = None
    while batch := entries.entries(place, formats.BATCH):
        yield batch
        place = batch[-1].place


def _whole(entry: Entry) -> dict[str, Any]:
    fact = entry.body["fact"]
    return entry.body | {"fact": fact and orjson.loads(orjson.dumps(fact))}


def _row(entry: Entry) -> dict[str, Any]:
    whole = _whole(entry)
    fact, change = whole["fact"] or {}, whole["change"] or {}
    old, new = change.get("old") or {}, change.get("new") or {}
    return {
        **{key: whole[key] for key in ("day", "type", "resource", "track")},
        "from": fact.get("from"),
        "to": fact.get("to"),
        "what": fact[FACT_KINDS[whole["resource"]].word_field] if fact else None,
        "on": fact.get("on"),
        "old": old.get("value"),
        "new": new.get("value"),
        "reason": change.get("reason"),
        "url": (fact or change)["url"],
    }


urlpatterns = [
    path("relations/<str:code>/timeline/", TimelineView.as_view(), name="timeline"),
    path("relations/<str:code>/timeline", TimelineView.as_view(schema=None)),
]
