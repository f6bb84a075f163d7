"""Levels of representation by year: Correlates of War Diplomatic Exchange 2006v1 (CSV; academic, cite Bayer 2006).

`DR_at_2` is the level at which side 1 is represented at side 2, `DR_at_1` the reverse. A level is recorded where it
changes between two years of observation; the change lies between them: 2 in 1832 and 3 in 1836 is `[1832..1836]`.
Quirks: COW's own numbers, not ISO; 9 is "other or unknown" and the default for every tie of 1950 to 1965, so it neither
names a level nor ends one; later it is a level of another kind, and the one before it is observed no more. The same is
true of a pair without a row in a year of observation. A code that is of two states (RU to 1921 and from 1992) has the
levels of each in its years.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import NamedTuple

from relations.codes import CowLevel, PostStatus
from relations.errors import RecordRefused
from relations.importers.engine.csv_rows import decoded, distinct_rows
from relations.importers.engine.statements import Extract, Reading, Statement
from relations.importers.engine.tables import state_of, table

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


_LAST_DEFAULT = 1965
"""The last year in which 9 is the code of every tie."""
_NEVER = 10_000


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
    texts = _Texts(text.splitlines()[0])
    unplaced: set[str] = set()
    for row in distinct_rows(text, file=FILE, columns=COLUMNS, reading=reading):
        with reading.record(f"line {row.line}", line=row.line, file=FILE):
            values = row.values()
            year = _year(values["year"])
            one, two = state_of(values["ccode1"], year), state_of(values["ccode2"], year)
            line = Line(row.line, row.text)
            texts.add(values["ccode1"], line)
            if not one["code"] or not two["code"]:
                unplaced.update(f"{state['name']}: {state['reason']}" for state in (one, two) if not state["code"])
                continue
            if one["code"] == two["code"]:
                raise RecordRefused(why=f"both sides are {one['code']}")
            series[one["code"], two["code"]].append(Observation(year, _level(values["DR_at_2"]), line))
            series[two["code"], one["code"]].append(Observation(year, _level(values["DR_at_1"]), line))
    for reason in sorted(unplaced):
        reading.ignore(FILE, reason)
    years = sorted({one.year for seen in series.values() for one in seen})
    reading.covers_to = dt.date(years[-1], 12, 31) if years else None
    for (sender, target), seen in series.items():
        with reading.attempt(f"{sender}>{target}", file=FILE):
            _Post(sender=sender, target=target, years=years, texts=texts, reading=reading).read(seen)
    reading.extracts |= texts.extracts()
    return [reading]


def _year(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise RecordRefused(why=f"{text!r} is not a year")
    return int(text)


def _level(text: str) -> CowLevel:
    if text not in _LEVELS:
        raise RecordRefused(why=f"{text!r} is not a level of representation")
    return _LEVELS[text]


class _Texts:
    """The archived texts: the header and all rows of one side 1, and its rows on ties that end before the data do.

    Those of one side have one title, and those of numbers that one code has in turn (Austria-Hungary, Austria): they
    are editions of one source, which speaks of each tie to its own end.
    """

    def __init__(self, header: str) -> None:
        self._header = header
        self._lines: dict[tuple[str, int], list[Line]] = defaultdict(list)
        self._places: dict[tuple[str, int, int], int] = {}
        self._numbers: dict[int, str] = {}

    def add(self, number: str, line: Line, *, until: int = 0) -> None:
        """Adds a row to the text of a side; `until` is the year to which that speaks, 0 for the data's last."""
        if (number, until, line.number) in self._places:
            return
        own = self._lines[number, until]
        last = own[-1] if own else None
        start = self._places[number, until, last.number] + len(last.text) + 1 if last else len(self._header) + 1
        self._places[number, until, line.number] = start
        self._numbers[line.number] = number
        own.append(line)

    def place(self, line: Line, until: int) -> tuple[str, int]:
        """The extract that has a row and speaks to a year, and the place of the row in it."""
        number = self._numbers[line.number]
        self.add(number, line, until=until)
        return _extract(number, until), self._places[number, until, line.number]

    def extracts(self) -> dict[str, Extract]:
        return {
            _extract(number, until): Extract(
                reference=_extract(number, until),
                title=f"{TITLE}: side 1 is {_names(number)}",
                text="\n".join([self._header, *(line.text for line in own)]),
                covers_to=dt.date(until, 12, 31) if until else None,
            )
            for (number, until), own in sorted(self._lines.items())
        }


@cache
def _names(number: str) -> str:
    """The first name of a number and of those with which it shares a code."""
    rows = table("cow_states")
    codes = {row["code"] for row in rows if row["number"] == number} - {""}
    first = {row["number"]: row["name"] for row in reversed(rows) if row["number"] == number or row["code"] in codes}
    return " or ".join(name for _, name in sorted(first.items()))


def _extract(number: str, until: int) -> str:
    return f"{number} to {until}" if until else number


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


@dataclass(slots=True)
class _Run:
    """Observations of one level without a break; the first was made after `since`, the last in `seen_to`."""

    first: Observation
    since: int
    seen_to: int
    last: Observation
    is_broken: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Post:
    """The statements about one sender's post in one country; `years` are those in which the data observe any."""

    sender: str
    target: str
    years: Sequence[int]
    texts: _Texts
    reading: Reading

    def read(self, seen: list[Observation]) -> None:
        """Records each change of level within the years of the two states, and the end of a state."""
        by_year = {one.year: one for one in reversed(seen)}
        if any(one.level != by_year[one.year].level for one in seen):
            raise RecordRefused(why=f"{self.sender}>{self.target} is observed twice in a year, at different levels")
        in_order, recorded = [by_year[year] for year in sorted(by_year)], False
        for lives, own in groupby(in_order, key=self._lives_in):
            runs = self._runs(list(own), lives)
            ended = self._ended(lives)
            for run in runs:
                level = run.first.level
                if (status := STATUSES[level]) and (recorded or level != CowLevel.NONE):
                    until = ended.last if ended and run is runs[-1] and level == CowLevel.NONE else 0
                    until = run.seen_to if run.is_broken else until
                    self._state(
                        run.first,
                        status,
                        since=run.since,
                        until=until,
                        note=f"Level {level.value} in {run.first.year}.",
                    )
                    recorded = True
            if runs and ended and runs[-1].last.level != CowLevel.NONE:
                self._end(runs[-1].last, ended)

    def _lives_in(self, observation: Observation) -> tuple[Life, Life]:
        return _life(self.sender, observation.year), _life(self.target, observation.year)

    def _runs(self, rows: Sequence[Observation], lives: tuple[Life, Life]) -> list[_Run]:
        """The runs in a time in which both states live, each broken where the data cease to observe its level."""
        runs: list[_Run] = []
        since = max(life.first for life in lives)
        for row in rows:
            run = runs[-1] if runs else None
            if run:
                run.is_broken |= self._next_year(run.seen_to) < row.year
            if STATUSES[row.level] is None:
                self.reading.ignore(
                    f"{self.sender}>{self.target}:{row.year}", "9 says that there is a tie and not its level"
                )
                if run and row.year > _LAST_DEFAULT:
                    run.is_broken = True
                elif run and not run.is_broken:
                    run.seen_to = row.year
                continue
            if run is None or run.is_broken or row.level != run.first.level:
                run = _Run(row, since, row.year, row)
                runs.append(run)
            run.seen_to, run.last, since = row.year, row, row.year
        if runs:
            runs[-1].is_broken |= self._next_year(runs[-1].seen_to) <= min(life.last for life in lives)
        return runs

    def _next_year(self, year: int) -> int:
        """The next year in which the data observe any tie."""
        place = bisect_right(self.years, year)
        return self.years[place] if place < len(self.years) else _NEVER

    def _ended(self, lives: tuple[Life, Life]) -> Life | None:
        """The life that ends first, where its code lives again: the data say nothing of the years in between."""
        own = zip((self.sender, self.target), lives, strict=True)
        return min((life for code, life in own if life != _lives(code)[-1]), key=lambda life: life.last, default=None)

    def _end(self, last: Observation, ended: Life) -> None:
        """Ends the level with the state."""
        note = f"Level {last.level.value} in {last.year}. {ended.name} ends in {ended.last}."
        self._state(last, PostStatus.VACANT, since=last.year, year=ended.last, until=ended.last, note=note)

    def _state(
        self, row: Observation, status: PostStatus, *, since: int, note: str, year: int = 0, until: int = 0
    ) -> None:  # fmt: skip
        source, start = self.texts.place(row.line, until)
        year = year or row.year
        self.reading.statements.append(
            Statement(
                kind="ambassadors", reference=f"{self.sender}>{self.target}:{year}", source=source,
                quote=row.line.text, start=start, sender=self.sender, target=self.target, word=status.value,
                on=f"[{since or ''}..{year:04}]", note=note,
            )
        )  # fmt: skip
