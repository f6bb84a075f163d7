"""Days for which the publications of lists were read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Annotated, NotRequired, TypedDict

from django.db.models import Max, Min

from relations.codes import SUCCESSORS, ListCode
from relations.models import ImportRun


class CoverageDays(TypedDict):
    first: Annotated[
        dt.date | None, "The first publication read, of several lists the latest; null: there is no common day"
    ]
    last: Annotated[
        dt.date | None, "The last publication read, of several lists the earliest; null: there is no common day"
    ]


class CoverageResponse(TypedDict):
    coverage: NotRequired[CoverageDays]
    complete: NotRequired[Annotated[bool, "false: as_of is outside the coverage, and count is a lower bound"]]


def coverage(day: dt.date, *, lists: Collection[str], known_at: dt.datetime | None) -> CoverageResponse:
    """The coverage of the lists, or of all that were read, where the day is outside it; else nothing."""
    publications = ImportRun.objects.publications(known_at=known_at).filter(list__in=ListCode.values)
    rows = publications.values_list("list").annotate(Min("dated"), Max("dated"))
    days = {code: (first, last) for code, first, last in rows}
    replaced = {old for old, new in SUCCESSORS.items() if new in days and days[new][0] <= day}
    asked = set(lists or days) - replaced
    first = max((days[code][0] for code in asked & days.keys()), default=None)
    last = min((days[code][1] for code in asked & days.keys()), default=None)
    is_whole = asked <= days.keys() and bool(days)
    if is_whole and (first is None or last is None or first <= day <= last):
        return {}
    if first and last and first > last:  # No day on which all of them were read.
        first = last = None
    return {"coverage": {"first": first, "last": last}, "complete": False}
