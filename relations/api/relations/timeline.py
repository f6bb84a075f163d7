"""`/api/relations/BY-US/timeline/`: facts and periods in order of the world's time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.urls import path
from rest_framework.request import Request

from relations import ledger
from relations.api.changes import Tracks, split_negated
from relations.api.http import filters, paging, parameters
from relations.api.http.any_of import admits
from relations.api.http.endpoints import EXPORTS, CanonicalEndpoint, ListEndpoint
from relations.api.relations import in_memory
from relations.api.relations.in_memory import Entry
from relations.api.relations.views import EXPANDABLE, pair_from_url
from relations.models import FACT_MODELS, StatusSpan
from relations.queries.pair_versions import current_versions
from relations.representation.histories import relation_context
from relations.representation.periods import PeriodWriter
from relations.representation.references import site
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
        wanted, unwanted = split_negated(self._asked("track"))
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


class TimelineView(CanonicalEndpoint):
    """One list of entries `{"day", "type", "resource", "track", "fact", "period"}`.

    The day of a fact is its last possible one; that of a period, its first one.
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
        "GET": {"as_of", "known_at", "fields", "expand", *paging.PARAMETERS, *TimelineFilters.names()}
    }

    def show(self, request: Request, code: str) -> HttpResponseBase:
        asked = TimelineFilters(request.query_params, StatusSpan.objects.none(), request=request)
        _ = asked.qs  # refuses wrong values
        order = paging.ordering(request, self.orderings, self.default_ordering)
        expand = parameters.expanded(request, EXPANDABLE)
        day, moment = parameters.as_of(request), parameters.known_at(request)
        fields, kind = parameters.chosen_fields(request, self.keys), request.accepted_renderer.format
        context = relation_context(code, versions=current_versions(code), expand=expand)
        writer = PeriodWriter.of(context, today=ledger.today(), as_of=day, site=site(request))
        found = filter(asked.matches, timeline(context, writer=writer, known_at=moment))
        entries = in_memory.in_order([Entry(entry.place, entry.body) for entry in found], order)
        if kind == "json":
            version = context.own.version if moment is None else 0  # of a past moment, none that later acts count up
            return in_memory.answered(request, entries, order=order, fields=fields, version=version)
        is_table = kind == "csv"
        return in_memory.exported(
            request, entries, kind=kind, name=f"{code}-timeline", columns=COLUMNS, nested={},
            write=_row if is_table else dict, fields=None if is_table else fields,
        )  # fmt: skip


# --- as a table -----------------------------------------------------------------------------------------------------

COLUMNS = (
    "day", "type", "resource", "track", "from", "to", "via", "what", "holder", "on", "previous", "end", "stale",
    "disputed", "url",
)  # fmt: skip


def _row(entry: Mapping[str, Any]) -> dict[str, Any]:
    fact, period = entry["fact"] or {}, entry["period"] or {}
    whole = fact or period
    word = FACT_KINDS[entry["resource"]].word_field if fact else "value"
    return {
        **{key: entry[key] for key in ("day", "type", "resource", "track")},
        **{key: whole.get(key) for key in ("from", "to", "via", "holder", "previous", "end", "stale", "disputed")},
        "what": whole[word],
        "on": fact.get("on") or period.get("start_edtf"),
        "url": whole["url"],
    }


urlpatterns = [
    path("relations/<str:code>/timeline/", TimelineView.as_view(), name="timeline"),
    path("relations/<str:code>/timeline", TimelineView.as_view(schema=None)),
]
