"""The timeline of a pair on the world's axis: what happened, and the periods that began."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypedDict

from orjson import Fragment

from relations.models import FACT_MODELS
from relations.representation.fact_responses import FactResponse
from relations.representation.histories import RelationContext
from relations.representation.json_types import one_of
from relations.representation.periods import PairSpan, PeriodResponse, PeriodWriter, pair_spans
from relations.status import track_of
from relations.status.facts import FactValue

type Place = tuple[Any, ...]
"""Sort key of an entry: day, fact or period, and the order within a kind on a day; all of it JSON values."""
_FACT, _PERIOD = 0, 1
"""On one day facts come before periods: the cause before the effect."""


class TimelineEntryResponse(TypedDict):
    """A fact on its last possible day, or a period on its first day; the other of the two is null."""

    day: dt.date
    type: Literal["fact", "period"]
    resource: Annotated[str | None, one_of(model.resource for model in FACT_MODELS), "Kind of the fact"]
    track: Annotated[str | None, "Null for a fact that affects the trend alone"]
    fact: Annotated[FactResponse | None, "As at its own URL"]
    period: PeriodResponse | None


@dataclass(frozen=True, slots=True)
class TimelineFact:
    value: FactValue
    content: bytes

    @property
    def place(self) -> Place:
        value = self.value
        earliest, first = value.earliest or dt.date.min, value.first_recorded_at.astimezone(dt.UTC)
        recorded = first.isoformat(timespec="microseconds")
        return (value.latest.isoformat(), _FACT, earliest.isoformat(), recorded, value.key)

    @property
    def track(self) -> str | None:
        track = track_of(self.value)
        return str(track) if track else None

    def body(self) -> Mapping[str, Any]:
        return _entry(self.value.latest, "fact", self.track, resource=self.value.kind, fact=Fragment(self.content))


@dataclass(frozen=True, slots=True)
class TimelinePeriod:
    one: PairSpan
    writer: PeriodWriter

    @property
    def place(self) -> Place:
        return (self.one.span.start.isoformat(), _PERIOD, *self.one.place)

    @property
    def track(self) -> str:
        return str(self.one.span.track)

    def body(self) -> Mapping[str, Any]:
        return _entry(self.one.span.start, "period", self.track, period=self.writer.whole(self.one))


def timeline(
    context: RelationContext, *, writer: PeriodWriter, known_at: dt.datetime | None
) -> Iterator[TimelineFact | TimelinePeriod]:  # fmt: skip
    """Facts that may have happened by `as_of`, and periods that had begun by then; all of them without it."""
    day = writer.as_of or dt.date.max
    for value, content in context.own.fact_bodies(context.own.known_at(known_at), day=day, site=writer.site):
        yield TimelineFact(value, content)
    for one in pair_spans(context, known_at=known_at):
        if one.span.start <= day:
            yield TimelinePeriod(one, writer)


def _entry(
    day: dt.date, kind: str, track: str | None, *, resource: str | None = None, fact: Any = None, period: Any = None
) -> dict[str, Any]:  # fmt: skip
    return {"day": day, "type": kind, "resource": resource, "track": track, "fact": fact, "period": period}
