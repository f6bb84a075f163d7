"""US missions by country and day: U.S. Diplomatic Mission Status Data (CSV; CC BY 4.0, Brenton Kenkel).

A row says at which level the United States was represented in a country from one day to another. Rows without a gap
that say one thing are one statement, of the days from the first to the last of them and of no later one: that the
mission was shut, was a section under a protecting power, or was led from a third country; that there were relations.
Quirks: "Embassy" and "Legation" are missions and name nobody, so that they say nothing of the post; "None" before the
first contact is no break. Neither "None" later nor a section under a protecting power says whether there are relations:
Algeria had severed them in 1967, Uganda in 1973 and Afghanistan in 2021 had not. Dates known to the year are written as
1 January; countries are numbers of the Correlates of War Project or of Gleditsch and Ward, and one number can be of
several states in turn.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Literal, NamedTuple

from relations.codes import EventKind, PostStatus, RelationsValue
from relations.errors import FileRefused, RecordRefused
from relations.importers.engine.csv_rows import Row, decoded, distinct_rows, header_of
from relations.importers.engine.statements import Extract, FactKind, Reading, Statement
from relations.importers.engine.tables import state_of
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
    "Embassy": "resident", "Legation": "resident", "Ambassador Nonresident": "non_resident",
    "Envoy Nonresident": "non_resident", "Liaison": "liaison", "Interests": "interests", "Consulate": "consular",
    "Consul Nonresident": "consular", "None": "none",
}  # fmt: skip
_MISSIONS = frozenset({"resident", "non_resident", "liaison", "interests"})
"""Levels with a diplomatic mission; a consulate is none."""
_OF_RELATIONS = frozenset({"resident", "non_resident"})
"""Levels that there are only between states with diplomatic relations; of the others none says that there are none."""
_POSTS: Mapping[Level, PostStatus] = {
    "interests": PostStatus.INTERESTS_SECTION, "non_resident": PostStatus.NON_RESIDENT,
}  # fmt: skip
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """One row, or the part of it that is about one state.

    `state` are the number and the first year of the state in the tables: one code can be of several in turn.
    """

    row: Row
    code: str
    state: tuple[str, str]
    status: str
    start: dt.date
    end: dt.date

    @property
    def level(self) -> Level:
        return LEVELS[self.status]


def edtf(day: dt.date) -> str:
    """A day in EDTF; of a 1 January the year, for so the data write a year."""
    return f"{day.year:04}" if (day.month, day.day) == (1, 1) else day.isoformat()


def parse(files: Mapping[str, bytes]) -> list[Reading]:
    """A reading of each file, the one that reaches furthest last."""
    if not files:
        raise FileRefused(file=TITLE, why="it has no file")
    readings = [_read(name, files[name]) for name in sorted(files)]
    return sorted(readings, key=lambda reading: reading.covers_to or dt.date.min)


def _read(name: str, raw: bytes) -> Reading:
    text = decoded(raw, file=name)
    header = text.splitlines()[0]
    scheme = _scheme(header, name)
    reading = Reading(version=None)
    ranges: list[Range] = []
    for row in distinct_rows(text, file=name, columns=COLUMNS | {scheme}, reading=reading):
        with reading.record(f"line {row.line}", line=row.line, file=name):
            ranges += _ranges(row, scheme, reading)
    reading.covers_to = max((one.end for one in ranges), default=None)
    ranges.sort(key=lambda one: (one.code, one.start, -one.end.toordinal()))
    for _, own in groupby(ranges, key=lambda one: one.code):
        reading.statements += _statements(list(_without_overlaps(own, name, reading)), header, reading)
    return reading


def _without_overlaps(ranges: Iterable[Range], name: str, reading: Reading) -> Iterator[Range]:
    """The ranges of one country; of two that speak of one day the one that begins later is unreadable."""
    last: Range | None = None
    for one in ranges:
        if last is None or one.start > last.end:
            yield one
            last = one
            continue
        with reading.attempt(f"line {one.row.line}", line=one.row.line, file=name):
            raise RecordRefused(why=f"line {last.row.line} speaks of {one.code} on {one.start} as well")


def _scheme(header: str, name: str) -> str:
    columns, _ = header_of(header, columns=COLUMNS | SCHEMES.keys())
    known = [column for column in SCHEMES if column in columns]
    if len(known) != 1:
        raise FileRefused(file=name, why=f"its header names {len(known)} of the columns {', '.join(SCHEMES)}, not one")
    return known[0]


def _ranges(row: Row, scheme: str, reading: Reading) -> Iterator[Range]:
    """The parts of a row, one for each state whose number it was in turn."""
    values = row.values()
    first, last = _day(values, "date_start"), _day(values, "date_end")
    if last < first:
        raise RecordRefused(why=f"it ends on {last}, before it begins on {first}")
    if (status := values["us_mission_status"].title()) not in LEVELS:
        raise RecordRefused(why=f"the status {values['us_mission_status']!r} is not known")
    start = first
    while start <= last:
        state = state_of(values[scheme], start.year, tables=SCHEMES[scheme])
        until = int(state["to"] or 9999)
        end = last if until >= last.year else dt.date(until, 12, 31)
        if state["code"]:
            yield Range(
                row=row, code=state["code"], state=(state["number"], state["from"]), status=status,
                start=start, end=end,
            )  # fmt: skip
        else:
            reading.ignore(f"line {row.line}", f"{state['name']}: {state['reason']}")
        start = end + _DAY


def _day(values: Mapping[str, str], column: str) -> dt.date:
    if (day := parsed_day(values[column], of=column)) is None:
        raise RecordRefused(why=f"it has no {column}")
    return day


class _Run(NamedTuple):
    """Ranges without a gap, of one state, that say one thing. `before` is the range before the first of them.

    It is None where the data begin with the run or leave a gap before it.
    """

    word: str
    ranges: list[Range]
    before: Range | None

    @property
    def start(self) -> dt.date:
        return self.ranges[0].start

    @property
    def end(self) -> dt.date:
        return self.ranges[-1].end

    @property
    def on(self) -> str:
        """The day of its beginning; the data's first day is not that of the beginning."""
        return f"[..{edtf(self.start)}]" if self.is_first else edtf(self.start)

    @property
    def is_first(self) -> bool:
        return self.before is None


type WordOf = Callable[[Range, Range | None, str], str]
"""Gives the word of a range from the range before it without a gap, and from the word of that one."""


def _post(one: Range, before: Range | None, word: str) -> str:
    """The status of the post; a resident mission names nobody, and so says nothing of it."""
    if one.level in _POSTS:
        return _POSTS[one.level]
    is_shut = word == PostStatus.CLOSED or (before is not None and before.level in _MISSIONS)
    return PostStatus.CLOSED if one.level in ("none", "consular") and is_shut else ""


def _relations(one: Range, _before: Range | None, _word: str) -> str:
    """The diplomatic relations, where the level is only possible with them."""
    return RelationsValue.ESTABLISHED if one.level in _OF_RELATIONS else ""


def _runs(ranges: Sequence[Range], word_of: WordOf) -> Iterator[_Run]:
    runs: list[_Run] = []
    before, word = None, ""
    for one in ranges:
        if before and (one.start != before.end + _DAY or one.state != before.state):
            before, word = None, ""
        last, word = word, word_of(one, before, word)
        if word and word == last:
            runs[-1].ranges.append(one)
        elif word:
            runs.append(_Run(word, [one], before))
        before = one
    return iter(runs)


def _statements(ranges: Sequence[Range], header: str, reading: Reading) -> Iterator[Statement]:
    stated = partial(_stated, header=header, reading=reading)
    for run in _runs(ranges, _post):
        yield stated(run, "ambassadors", word=PostStatus(run.word), on=run.on, is_seen=run.is_first)
    known: set[tuple[str, str]] = set()
    for run in _runs(ranges, _relations):
        # Relations of a state of which they were known are seen again; others came with the first mission or before.
        is_again, day = run.ranges[0].state in known, edtf(run.start)
        yield stated(
            run, "diplomatic-events", word=EventKind.RELATIONS_ESTABLISHED, on=day if is_again else f"[..{day}]",
            is_seen=is_again or run.is_first,
        )  # fmt: skip
        known.add(run.ranges[0].state)


def _stated(
    run: _Run, kind: FactKind, *, word: PostStatus | EventKind, on: str, is_seen: bool, header: str, reading: Reading
) -> Statement:
    """A statement whose text is the run's own lines, which speak of every day up to its end.

    It is an observation where it `is_seen` to be so only.
    """
    code = run.ranges[0].code
    reference = f"{SENDER}>{code}:{run.start}:{run.word}"
    lines = [one.row.text for one in run.ranges]
    reading.extracts[reference] = Extract(
        reference=reference, title=f"{TITLE}: {code} from {run.start}, {run.word.replace('_', ' ')}",
        text="\n".join([header, *lines]), covers_to=run.end,
    )  # fmt: skip
    return Statement(
        kind=kind, reference=reference, source=reference, quote=lines[0], start=len(header) + 1, sender=SENDER,
        target=code, word=word.value, on=on, nature="observation" if is_seen else "",
        note=f"US mission: {', then '.join(dict.fromkeys(one.status for one in run.ranges))}.",
    )  # fmt: skip
