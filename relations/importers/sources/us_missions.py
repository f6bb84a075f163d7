"""US missions by country and day: U.S. Diplomatic Mission Status Data (CSV; CC BY 4.0, Brenton Kenkel).

A row says at which level the United States was represented in a country from one day to another. What is recorded is
where the level changes: missions shut and opened again, sections under a protecting power, heads of mission accredited
from a third country, and relations established, severed and restored.
Quirks: "Embassy" and "Legation" are missions and name nobody, so that a mission that opens again has a vacant post;
"None" before the first contact is no break, and later it says nothing of the relations; a section under a protecting
power says that there are none; dates known to the year are written as 1 January; countries are numbers of the
Correlates of War Project or of Gleditsch and Ward, and one number can be of several states in turn.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from typing import Literal

from relations.codes import EventKind, PostStatus
from relations.errors import FileRefused, RecordRefused
from relations.importers.engine.csv_rows import Row, decoded, rows
from relations.importers.engine.statements import Extract, FactKind, Reading, Statement
from relations.importers.engine.tables import table
from relations.importers.engine.text_parsing import day as parsed_day

TITLE = "U.S. Diplomatic Mission Status Data"
SENDER = "US"
SCHEMES: Mapping[str, tuple[str, ...]] = {
    "country_code_cow": ("cow_states",), "country_code_gw": ("gw_states", "cow_states"),
}  # fmt: skip
"""The column of the state's number -> the tables that know it, the first of which decides."""
COLUMNS = frozenset({"date_start", "date_end", "us_mission_status"})

type Level = Literal["resident", "non_resident", "liaison", "interests", "consular", "none"]

LEVELS: Mapping[str, Level] = {
    "Embassy": "resident",
    "Legation": "resident",
    "Ambassador Nonresident": "non_resident",
    "Envoy Nonresident": "non_resident",
    "Liaison": "liaison",
    "Interests": "interests",
    "Consulate": "consular",
    "Consul Nonresident": "consular",
    "None": "none",
}
_MISSIONS = frozenset({"resident", "non_resident", "liaison", "interests"})
"""Levels with a diplomatic mission; a consulate is none."""
_OF_RELATIONS = frozenset({"resident", "non_resident"})
"""Levels that there are only between states with diplomatic relations."""
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """One row, or the part of it that is about one state. `is_cut`: it begins before `start`, under another state.

    `state` are the number and the first year of the state in the tables: one code can be of several in turn.
    """

    row: Row
    code: str
    state: tuple[str, str]
    status: str
    start: dt.date
    end: dt.date
    is_cut: bool = False

    @property
    def level(self) -> Level:
        return LEVELS[self.status]

    @property
    def on(self) -> str:
        """The day of its beginning in EDTF; of a 1 January the year, for so the data write a year."""
        return edtf(self.start)


def edtf(day: dt.date) -> str:
    return f"{day.year:04}" if (day.month, day.day) == (1, 1) else day.isoformat()


def parse(files: Mapping[str, bytes]) -> list[Reading]:
    """A reading of each file, the one that reaches furthest last."""
    if not files:
        raise FileRefused(file=TITLE, why="it has no file")
    readings = [_read(name, files[name]) for name in sorted(files)]
    return sorted(readings, key=lambda reading: reading.covers_to or dt.date.min)


def _read(name: str, raw: bytes) -> Reading:
    text = decoded(raw, file=name)
    scheme = _scheme(text, name)
    reading = Reading(version=None)
    ranges: list[Range] = []
    for row in rows(text, file=name, columns=COLUMNS | {scheme}):
        with reading.record(f"line {row.line}", line=row.line, file=name):
            ranges += _ranges(row, scheme, reading)
    if not reading.records:
        raise FileRefused(file=name, why="it has a header and no rows")
    reading.covers_to = max((one.end for one in ranges), default=None)
    reading.extracts[name] = Extract(reference=name, title=TITLE, text=text)
    ranges.sort(key=lambda one: (one.code, one.start, -one.end.toordinal()))
    for code, own in groupby(ranges, key=lambda one: one.code):
        reading.statements += _Missions(code, name).read(list(_without_overlaps(own, reading)))
    return reading


def _without_overlaps(ranges: Iterable[Range], reading: Reading) -> Iterator[Range]:
    """The ranges of one country; of two that speak of one day the one that begins later is unreadable."""
    last: Range | None = None
    for one in ranges:
        if last is None or one.start > last.end:
            yield one
            last = one
            continue
        with reading.attempt(f"line {one.row.line}", line=one.row.line, file=next(iter(reading.extracts))):
            raise RecordRefused(why=f"line {last.row.line} speaks of {one.code} on {one.start} as well")


def _scheme(text: str, name: str) -> str:
    header = {column.strip() for column in text.partition("\n")[0].split(",")}
    known = [column for column in SCHEMES if column in header]
    if len(known) != 1:
        raise FileRefused(file=name, why=f"its header names {len(known)} of the columns {', '.join(SCHEMES)}, not one")
    return known[0]


def _ranges(row: Row, scheme: str, reading: Reading) -> Iterator[Range]:
    """The parts of a row, one for each state whose number it was in turn."""
    values = row.values()
    first, last = _day(values, "date_start"), _day(values, "date_end")
    if last < first:
        raise RecordRefused(why=f"it ends on {last}, before it begins on {first}")
    if values["us_mission_status"] not in LEVELS:
        raise RecordRefused(why=f"the status {values['us_mission_status']!r} is not known")
    start = first
    while start <= last:
        state = _state(values[scheme], scheme, start.year)
        until = int(state["to"] or 9999)
        end = last if until >= last.year else dt.date(until, 12, 31)
        if state["code"]:
            yield Range(
                row=row, code=state["code"], state=(state["number"], state["from"]), status=values["us_mission_status"],
                start=start, end=end, is_cut=start != first,
            )  # fmt: skip
        else:
            reading.ignore(f"line {row.line}", f"{state['name']}: {state['reason']}")
        start = end + _DAY


def _day(values: Mapping[str, str], column: str) -> dt.date:
    if (found := parsed_day(values[column], of=column)) is None:
        raise RecordRefused(why=f"it has no {column}")
    return found


@cache
def _state(number: str, scheme: str, year: int) -> dict[str, str]:
    """The row of the first table that knows the number in that year."""
    for name in SCHEMES[scheme]:
        own = [row for row in table(name) if row["number"] == number]
        for row in own:
            if int(row["from"] or 0) <= year <= int(row["to"] or 9999):
                return row
        if own:
            break
    raise RecordRefused(why=f"the state number {number!r} is not known for {year}")


class _Missions:
    """The statements about the missions in one country, in the order of its ranges."""

    def __init__(self, code: str, source: str) -> None:
        self.code, self.source = code, source
        self.relations: Literal["", "established", "severed"] = ""
        self.is_shut = False
        """True while there is no resident mission any more: one that opens again ends that."""
        self.without: dt.date | None = None
        """The first day after the last mission, while there is none."""
        self.last_section = dt.date.min
        """The last day of the last section under a protecting power."""

    def read(self, ranges: list[Range]) -> Iterator[Statement]:
        before: Range | None = None
        for one in ranges:
            if before and one.state != before.state:
                self.relations = ""
            if before and (one.start > before.end + _DAY or one.state != before.state):
                # Nothing is said of the days between, or of the state before: what was so then need not be so now.
                before, self.without = None, None
            yield from self._post(one, before)
            yield from self._relations(one, before)
            if one.level in _MISSIONS:
                self.without = None
            elif before and before.level in _MISSIONS:
                self.without = one.start
            before = one

    def _post(self, one: Range, before: Range | None) -> Iterator[Statement]:
        if before and before.level == one.level:
            return
        if one.level == "interests":
            yield self._stated(one, "ambassadors", PostStatus.INTERESTS_SECTION, is_first=before is None)
        elif one.level == "non_resident":
            yield self._stated(one, "ambassadors", PostStatus.NON_RESIDENT, is_first=before is None)
        elif one.level in ("none", "consular"):
            if before is None or before.level not in _MISSIONS:
                return
            yield self._stated(one, "ambassadors", PostStatus.CLOSED)
        elif self.is_shut:
            yield self._stated(one, "ambassadors", PostStatus.VACANT, is_first=before is None)
        is_moved = one.level == "non_resident" and (self.is_shut or (before is not None and before.level == "resident"))
        self.is_shut = is_moved or one.level in ("none", "consular", "interests")

    def _relations(self, one: Range, before: Range | None) -> Iterator[Statement]:
        if one.level == "interests" and self.relations != "severed":
            since = self.without
            on = f"[{edtf(since)}..{one.on}]" if since else one.on
            yield self._stated(one, "diplomatic-events", EventKind.RELATIONS_SEVERED, on=on, is_first=before is None)
            self.relations = "severed"
        elif one.level in _OF_RELATIONS and self.relations == "severed":
            since = self.last_section + _DAY
            on = f"[{edtf(since)}..{one.on}]" if since != one.start else one.on
            yield self._stated(one, "diplomatic-events", EventKind.RELATIONS_RESTORED, on=on)
            self.relations = "established"
        elif one.level in _OF_RELATIONS and not self.relations:
            # The first mission came with the relations or after them.
            on = f"[..{one.on}]"
            yield self._stated(
                one, "diplomatic-events", EventKind.RELATIONS_ESTABLISHED, on=on, is_first=before is None
            )
            self.relations = "established"
        if one.level == "interests":
            self.last_section = one.end

    def _stated(
        self, one: Range, kind: FactKind, word: PostStatus | EventKind, *, on: str = "", is_first: bool = False
    ) -> Statement:
        """A statement with the row as its words; one that begins with the data themselves was so before them, too."""
        on = on or one.on
        subject = "post" if kind == "ambassadors" else "relations"
        statement = Statement(
            kind=kind, reference=f"{SENDER}>{self.code}:{one.start}:{subject}", source=self.source,
            quote=one.row.text, start=one.row.start, sender=SENDER, target=self.code, word=word.value, on=on,
            note=f"US mission: {one.status}.",
        )  # fmt: skip
        if not (is_first or one.is_cut):
            return statement
        return replace(statement, on=on if on.startswith("[") else f"[..{on}]", nature="observation")
