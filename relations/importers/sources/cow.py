"""Levels of representation by year: Correlates of War Diplomatic Exchange 2006v1 (CSV; academic, cite Bayer 2006).

`DR_at_2` is the level at which side 1 is represented at side 2, `DR_at_1` the reverse. A level is recorded where it
changes between two years of observation; the change lies between them: 2 in 1832 and 3 in 1836 is `[1832..1836]`.
Quirks: COW's own numbers, not ISO; 9 is "other or unknown" and the default for every tie of 1950 to 1965, so it neither
names a level nor ends one.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import NamedTuple

from relations.codes import CowLevel, PostStatus
from relations.errors import FileRefused, RecordRefused
from relations.importers.engine.csv_rows import decoded, rows
from relations.importers.engine.statements import Extract, Reading, Statement
from relations.importers.engine.tables import table

FILE = "diplomatic_exchange.csv"
TITLE = "Correlates of War Diplomatic Exchange 2006v1"
COLUMNS = frozenset({"ccode1", "ccode2", "year", "DR_at_1", "DR_at_2"})

_LEVELS = {str(level.value): level for level in CowLevel}

# Level -> status of the post; "other or unknown" supports none.
STATUSES: dict[CowLevel, PostStatus | None] = {
    CowLevel.NONE: PostStatus.CLOSED,
    CowLevel.CHARGE: PostStatus.CHARGE,
    CowLevel.MINISTER: PostStatus.MINISTER,
    CowLevel.AMBASSADOR: PostStatus.AMBASSADOR,
    CowLevel.OTHER: None,
}


class Line(NamedTuple):
    """A row without its cells, of which there are half a million."""

    number: int
    text: str


class Observation(NamedTuple):
    year: int
    level: CowLevel
    line: Line


def parse(raw: bytes) -> list[Reading]:
    """One reading; an extract is the header and all rows of one side 1."""
    text = decoded(raw, file=FILE)
    reading = Reading(version=None)
    series: dict[tuple[str, str], list[Observation]] = defaultdict(list)
    lines: dict[str, list[Line]] = defaultdict(list)
    unplaced: set[str] = set()
    for row in rows(text, file=FILE, columns=COLUMNS):
        with reading.record(f"line {row.line}", line=row.line, file=FILE):
            values = row.values()
            year = _year(values["year"])
            one, two = _state(values["ccode1"], year), _state(values["ccode2"], year)
            line = Line(row.line, row.text)
            lines[values["ccode1"]].append(line)
            if not one["code"] or not two["code"]:
                unplaced.update(f"{state['name']}: {state['reason']}" for state in (one, two) if not state["code"])
                continue
            if one["code"] == two["code"]:
                raise RecordRefused(why=f"both sides are {one['code']}")
            series[one["code"], two["code"]].append(Observation(year, _level(values["DR_at_2"]), line))
            series[two["code"], one["code"]].append(Observation(year, _level(values["DR_at_1"]), line))
    if not reading.records:
        raise FileRefused(file=FILE, why="it has a header and no rows")
    for reason in sorted(unplaced):
        reading.ignore(FILE, reason)
    places = _archive(text, lines, reading)
    for (sender, target), seen in series.items():
        with reading.attempt(f"{sender}>{target}", file=FILE):
            _state_changes(sender, target, seen, places, reading)
    return [reading]


def _year(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise RecordRefused(why=f"{text!r} is no year")
    return int(text)


def _level(text: str) -> CowLevel:
    if text not in _LEVELS:
        raise RecordRefused(why=f"{text!r} is no level of representation")
    return _LEVELS[text]


@cache
def _state(number: str, year: int) -> dict[str, str]:
    """The row of the table that is valid in that year."""
    for row in table("cow_states"):
        if row["number"] == number and int(row["from"] or 0) <= year <= int(row["to"] or 9999):
            return row
    raise RecordRefused(why=f"the state number {number!r} is not known for {year}")


def _archive(text: str, lines: dict[str, list[Line]], reading: Reading) -> dict[int, tuple[str, int]]:
    """Adds an extract for each side 1; returns line number -> extract and place there."""
    header = text.splitlines()[0]
    places: dict[int, tuple[str, int]] = {}
    for number, own in lines.items():
        start = len(header) + 1
        for line in own:
            places[line.number] = number, start
            start += len(line.text) + 1
        reading.extracts[number] = Extract(
            reference=number,
            title=f"{TITLE}: side 1 is {next(row['name'] for row in table('cow_states') if row['number'] == number)}",
            text="\n".join([header, *(line.text for line in own)]),
        )
    return places


def _state_changes(
    sender: str, target: str, seen: list[Observation], places: dict[int, tuple[str, int]], reading: Reading
) -> None:
    years = [observation.year for observation in seen]
    if len(set(years)) < len(years):
        raise RecordRefused(why=f"{sender}>{target} is observed twice in a year")
    level: CowLevel | None = None
    observed: int | None = None
    for observation in sorted(seen, key=lambda one: one.year):
        status = STATUSES[observation.level]
        changed = observation.level != level and (level is not None or observation.level != CowLevel.NONE)
        if status is not None and changed:
            extract, start = places[observation.line.number]
            since = "" if observed is None else f"{observed:04}"
            reading.statements.append(
                Statement(
                    kind="ambassadors", reference=f"{sender}>{target}:{observation.year}", source=extract,
                    quote=observation.line.text, start=start, sender=sender, target=target, word=status.value,
                    on=f"[{since}..{observation.year:04}]",
                    note=f"Level {observation.level.value} in {observation.year}.",
                )
            )  # fmt: skip
        if status is None:
            reading.ignore(f"{sender}>{target}:{observation.year}", "9 says that there is a tie and not its level")
            continue
        level, observed = observation.level, observation.year
