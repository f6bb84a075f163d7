"""Levels of representation by year: Correlates of War Diplomatic Exchange 2006v1 (CSV; academic, cite Bayer 2006).

`DR_at_2` is the level at which side 1 is represented at side 2, `DR_at_1` the reverse. A level is recorded where it
changes between two years of observation; the change lies between them: 2 in 1832 and 3 in 1836 is `[1832..1836]`.
Quirks: COW's own numbers, not ISO; 9 is "other or unknown" and the default for every tie of 1950 to 1965, so it neither
names a level nor ends one. A code that is of two states (RU to 1921 and from 1992) has the levels of each in its years.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
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
    """One reading, which speaks of the years up to its last; an extract is the header and all rows of one side 1."""
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
    last = max((one.year for seen in series.values() for one in seen), default=0)
    reading.covers_to = dt.date(last, 12, 31) if last else None
    places = _archive(text, lines, reading)
    for (sender, target), seen in series.items():
        with reading.attempt(f"{sender}>{target}", file=FILE):
            _Post(sender=sender, target=target, places=places, reading=reading).read(seen)
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


class Life(NamedTuple):
    """The years in which a code is of one state, both included."""

    first: int
    last: int
    name: str


@cache
def _lives(code: str) -> tuple[Life, ...]:
    """In order; two where the table has a gap: RU up to 1921 and from 1992."""
    lives: list[Life] = []
    rows = [row for row in table("cow_states") if row["code"] == code]
    for life in sorted(Life(int(row["from"] or 0), int(row["to"] or 9999), row["name"]) for row in rows):
        previous = lives[-1] if lives else None
        if previous is None or previous.last + 1 < life.first:
            lives.append(life)
        else:
            lives[-1] = Life(previous.first, max(previous.last, life.last), previous.name)
    return tuple(lives)


def _life(code: str, year: int) -> Life:
    return next(life for life in _lives(code) if year <= life.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Post:
    """The statements about one sender's post in one country."""

    sender: str
    target: str
    places: Mapping[int, tuple[str, int]]
    reading: Reading

    def read(self, seen: list[Observation]) -> None:
        """Records each change of level within the years of the two states, and the end of a state."""
        if len({observation.year for observation in seen}) < len(seen):
            raise RecordRefused(why=f"{self.sender}>{self.target} is observed twice in a year")
        in_order, recorded = sorted(seen, key=lambda one: one.year), False
        for lives, own in groupby(in_order, key=self._lives_in):
            last: Observation | None = None
            since = max(life.first for life in lives)
            for row in own:
                status = STATUSES[row.level]
                if status is None:
                    reason = "9 says that there is a tie and not its level"
                    self.reading.ignore(f"{self.sender}>{self.target}:{row.year}", reason)
                    continue
                if row.level != (last.level if last else None) and (recorded or row.level != CowLevel.NONE):
                    note = f"Level {row.level.value} in {row.year}."
                    self._state(row, status, since=since, year=row.year, note=note)
                    recorded = True
                last, since = row, row.year
            if last and last.level != CowLevel.NONE:
                self._end(last)

    def _lives_in(self, observation: Observation) -> tuple[Life, Life]:
        return _life(self.sender, observation.year), _life(self.target, observation.year)

    def _end(self, last: Observation) -> None:
        """Ends the level with the state, where the code lives again: the data name nobody in between."""
        over = [life for code in (self.sender, self.target) if (life := _life(code, last.year)) != _lives(code)[-1]]
        if over:
            ended = min(over, key=lambda life: life.last)
            note = f"Level {last.level.value} in {last.year}. {ended.name} ends in {ended.last}."
            self._state(last, PostStatus.VACANT, since=last.year, year=ended.last, note=note)

    def _state(self, row: Observation, status: PostStatus, *, since: int, year: int, note: str) -> None:
        source, start = self.places[row.line.number]
        self.reading.statements.append(
            Statement(
                kind="ambassadors", reference=f"{self.sender}>{self.target}:{year}", source=source,
                quote=row.line.text, start=start, sender=self.sender, target=self.target, word=status.value,
                on=f"[{since or ''}..{year:04}]", note=note,
            )
        )  # fmt: skip
