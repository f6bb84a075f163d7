"""Publications of lists that were read: the days that an answer covers, and whether they were whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Annotated, TypedDict

from django.db.models import Count, F, Min, Window

from relations.codes import SUCCESSORS, ListCode
from relations.models import ImportRun
from relations.representation.json_types import one_of


class ListCoverage(TypedDict):
    list: Annotated[str, one_of(ListCode)]
    first: Annotated[dt.date, "The first publication read"]
    last: Annotated[dt.date, "The last publication read"]
    publications: Annotated[int, "The number of imports of a publication"]
    whole: Annotated[bool, "false: the last one was read with doubts, or has records that could not be read"]
    unreadable: Annotated[int, "Records of the last one that could not be read"]
    doubts: Annotated[Sequence[str], "Signs that the last one was not the whole list"]


class CoverageDays(TypedDict):
    first: Annotated[dt.date | None, "The first publication read, of several lists the latest; null: no common day"]
    last: Annotated[dt.date | None, "The last publication read, of several lists the earliest; null: no common day"]
    lists: Annotated[Sequence[ListCoverage], "Each list that was asked for, or each that was read"]


class CoverageResponse(TypedDict):
    coverage: CoverageDays
    complete: Annotated[bool, "false: as_of is outside the coverage, or a list was not read whole; counts are bounds"]


def coverage(day: dt.date | None, *, lists: Collection[str], known_at: dt.datetime | None) -> CoverageResponse:
    """The coverage of the lists, or of all that were read, but for those with a `!`; no day: as last published."""
    read = _read(day, known_at=known_at)
    today = day or dt.datetime.now(dt.UTC).date()
    replaced = {old for old, new in SUCCESSORS.items() if new in read and read[new]["first"] <= today}
    excluded = {code[1:] for code in lists if code.startswith("!")}
    asked = ({code for code in lists if code[:1] != "!"} or set(read)) - excluded - replaced
    those = [each for code, each in sorted(read.items()) if code in asked]
    first = max((each["first"] for each in those), default=None)
    last = min((each["last"] for each in those), default=None)
    is_whole = bool(read) and asked <= read.keys() and all(each["whole"] for each in those)
    if first and last:
        is_whole = is_whole and (day is None or first <= day <= last)
        if first > last:  # No day on which all of them were read.
            first = last = None
    return {"coverage": {"first": first, "last": last, "lists": those}, "complete": is_whole}


def _read(day: dt.date | None, *, known_at: dt.datetime | None) -> dict[str, ListCoverage]:
    """By list: its publications, and how the one that was valid on the day was read; one query."""
    runs = ImportRun.objects.publications(known_at=known_at).filter(list__in=ListCode.values)
    runs = runs.annotate(
        first=Window(Min("dated"), partition_by=F("list")), count=Window(Count("pk"), partition_by=F("list"))
    )
    coverage: dict[str, ListCoverage] = {}
    valid: set[str] = set()
    columns = ("list", "dated", "refused", "complaints", "first", "count")
    for code, dated, refused, complaints, first, count in runs.order_by("list", "-dated", "-id").values_list(*columns):
        if code not in coverage:
            coverage[code] = {
                "list": code, "first": first, "last": dated, "publications": count,
                "whole": True, "unreadable": 0, "doubts": [],
            }  # fmt: skip
        if code not in valid and (day is None or dated <= day or dated == first):
            valid.add(code)
            doubts = [*complaints.get("doubts", ()), *complaints.get("refused", ())]
            coverage[code] |= {"whole": not (refused or doubts), "unreadable": refused, "doubts": doubts}
    return coverage
