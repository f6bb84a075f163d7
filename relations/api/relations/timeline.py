"""`/api/relations/BY-US/timeline/`: facts and periods in order of the world's time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import path

from relations.api.changes import Tracks
from relations.api.http import filters
from relations.api.http.any_of import admits, split
from relations.api.http.paging import Ordering
from relations.api.http.parameters import known_at
from relations.api.relations.in_memory import Entry, PairList
from relations.api.relations.views import EXPANDABLE
from relations.models import FACT_MODELS
from relations.representation.periods import PeriodWriter
from relations.representation.timelines import TimelineEntryResponse, TimelineFact, TimelinePeriod, timeline
from relations.status import FACT_KINDS


class TimelineFilters(filters.Filters):
    """Conditions on entries, each of which is a fact or a period; a fact belongs to the track on which it counts."""

    on_after, on_before = filters.DayBound.pair("start", "On this day")
    track = Tracks("track", label="sanctions, or sanctions:US>BY with all its programmes; !trend: all but that")
    kind = filters.Words("pk", words=[model.resource for model in FACT_MODELS], label="Kind of a fact: no periods then")
    type = filters.Words("pk", words=("fact", "period"), label="Facts only, or periods only")

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Leaves the rows as they are: entries are in memory, and `matches` tests them."""
        return queryset

    def matches(self, entry: TimelineFact | TimelinePeriod) -> bool:
        fact = entry.value if isinstance(entry, TimelineFact) else None
        kinds, types = self._asked("kind"), self._asked("type")
        wanted, unwanted = split(self._asked("track"))
        day = fact.latest if fact else entry.one.span.start  # type: ignore[union-attr]  # a period, then
        return (
            all(day >= first for first in self._asked("on_after"))
            and all(day <= last for last in self._asked("on_before"))
            and (not wanted or any(_within(entry.track, name) for name in wanted))
            and not any(_within(entry.track, name) for name in unwanted)
            and (not kinds or (fact is not None and admits(kinds, fact.kind)))
            and admits(types, "fact" if fact else "period")
        )

    def _asked(self, name: str) -> list[Any]:
        """The values of a filter; none where it was not asked, and is not there."""
        return self.form.cleaned_data.get(name) or []


def _within(track: str | None, name: str) -> bool:
    return track is not None and (track == name or track.startswith(f"{name}:"))


COLUMNS = (
    "day", "type", "resource", "track", "from", "to", "via", "what", "holder", "on", "previous", "end", "stale",
    "disputed", "url",
)  # fmt: skip


class TimelineView(PairList):
    """One list of entries `{"day", "type", "resource", "track", "fact", "period"}`.

    The day of a fact is its last possible one; that of a period, its first one.
    """

    home = "/api/relations/{}/timeline/"
    response_type = TimelineEntryResponse
    filterset_class = TimelineFilters
    orderings = {"day": ("day",)}
    default_ordering = "day"
    expandable = EXPANDABLE
    table_keys = COLUMNS
    parameters = {"GET": {"as_of"}}

    def entries(self, filters: Any, writer: PeriodWriter, context: Any, order: Ordering) -> Iterable[Entry]:
        every = timeline(context, writer=writer, known_at=known_at(self.request))
        return (Entry(entry.place, entry.body) for entry in every if filters.matches(entry))

    def row(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        fact, period = body["fact"] or {}, body["period"] or {}
        whole = fact or period
        return {
            **{key: body[key] for key in ("day", "type", "resource", "track")},
            **{key: whole.get(key) for key in ("from", "to", "via", "holder", "previous", "end", "stale", "disputed")},
            "what": whole[FACT_KINDS[body["resource"]].word_field if fact else "value"],
            "on": fact.get("on") or period.get("start_edtf"),
            "url": whole["url"],
        }


urlpatterns = [
    path("relations/<str:code>/timeline/", TimelineView.as_view(), name="timeline"),
    path("relations/<str:code>/timeline", TimelineView.as_view(schema=None)),
]
