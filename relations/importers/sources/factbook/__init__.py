"""Chiefs of mission in and from the US: World Factbook, "diplomatic representation" (public domain), dated snapshots.

Format: JSON lines, one for each country, side (`in_us`, `from_us`) and date. One reading for each date, oldest first:
an ambassador or chargé since a day, a vacant or closed post, an interests section, an ambassador who resides elsewhere.
The snapshot bounds an undated statement: `[..2021-02-15]`. A source is one country's lines of one date.
"""

from __future__ import annotations

import datetime as dt
import io
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from relations import dates
from relations.errors import FileRefused, RecordRefused
from relations.importers.engine.csv_rows import decoded
from relations.importers.engine.restated import name_key
from relations.importers.engine.statements import Extract, Reading, Statement
from relations.importers.engine.tables import keyed, look_up
from relations.importers.sources.factbook.entry import CHIEF, OTHER_WORDS, Assertion, ambassador_in, entry

FILE = "diplomatic_representation.jsonl"
SIDES = ("in_us", "from_us")
_READ = frozenset({"snapshot", "gec", "side", CHIEF, *OTHER_WORDS})
URL = "https://github.com/factbook/factbook.json/blob/"


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    text: str
    fields: dict[str, str]

    @property
    def country(self) -> dict[str, str]:
        """The row of the table of codes."""
        return look_up(keyed("gec", by="gec"), self.fields["gec"], "the country code")


def parse(raw: bytes) -> list[Reading]:
    """One reading for each date in the file, oldest first; lines whose date is none are a reading of their own."""
    spoilt: dict[dt.date | None, list[tuple[int, str]]] = defaultdict(list)
    snapshots: dict[dt.date, list[Line]] = defaultdict(list)
    day: dt.date | None = None
    # Only line ends end a line: `splitlines` would cut at a U+2028 within an entry.
    for number, text in enumerate(io.StringIO(decoded(raw, file=FILE), newline=""), start=1):
        if text.strip():
            try:
                line = _line(number, text.rstrip("\r\n"))
                day = _day(line)
                snapshots[day].append(line)
            except RecordRefused as error:
                if not text.endswith(("\n", "\r")) and not text.rstrip().endswith("}"):
                    raise FileRefused(file=FILE, why=f"it stops in the middle of line {number}") from error
                # A line without a date is taken for one of the edition before it.
                spoilt[day if "snapshot" not in error.particulars else None].append((number, error.detail))
    if not snapshots:
        named = [reason for lines in spoilt.values() for _, reason in lines]
        raise FileRefused(file=FILE, why=f"its {len(named)} lines are not entries: {named[:3]}")
    readings: list[Reading] = []
    for day in sorted(snapshots):
        readings.append(_reading(day, snapshots[day], readings[-1] if readings else None))
        _name(spoilt.pop(day, []), readings[-1])
    if left := [one for lines in spoilt.values() for one in lines]:
        readings.insert(0, Reading(version=None))
        _name(left, readings[0])
    return readings


def _line(number: int, text: str) -> Line:
    try:
        record: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RecordRefused(why=f"it is not JSON: {error}") from error
    if not isinstance(record, dict):
        raise RecordRefused(why="it is not an object")
    # Fields that are not read may be of any type, and those that are may be null.
    fields = {name: value for name, value in record.items() if isinstance(value, str)}
    if strange := sorted(name for name in _READ - fields.keys() if record.get(name) is not None):
        raise RecordRefused(why=f"its {', '.join(strange)} is not a text")
    if missing := {"snapshot", "gec", "side"} - set(fields):
        raise RecordRefused(why=f"it has no {', '.join(sorted(missing))}")
    return Line(number, text, fields | {name: fields[name].strip().lower() for name in ("gec", "side")})


def _day(line: Line) -> dt.date:
    text = line.fields["snapshot"]
    try:
        return dt.date.fromisoformat(text.partition("T")[0].strip())
    except ValueError as error:
        raise RecordRefused(why=f"the snapshot {text[:40]!r} is not a day (YYYY-MM-DD)", snapshot=text) from error


def _name(lines: list[tuple[int, str]], reading: Reading) -> None:
    """Names the lines that are no entries in a reading."""
    for number, reason in lines:
        with reading.record(f"line {number}", line=number, file=FILE):
            raise RecordRefused(why=reason)


def _reading(day: dt.date, lines: list[Line], before: Reading | None) -> Reading:
    reading = Reading(version=day)
    ambassadors = _ambassadors_from_us(lines)
    undated = {_key(one): one for one in before.statements if one.bounded} if before else {}
    offsets = _archive(day, lines, reading)
    for line in lines:
        reference = f"{line.fields['gec']}:{line.fields['side']}:{day}"
        with reading.record(reference, line=line.number, file=FILE):
            statements = _statements(
                line, day=day, ambassadors=ambassadors, place=offsets[line.number], reading=reading, reference=reference
            )
            reading.statements += [_with_first_bound(statement, undated) for statement in statements]
    return reading


def _key(one: Statement) -> tuple[str, str, str, str]:
    return one.sender, one.target, one.word, name_key(one.holder)


def _with_first_bound(statement: Statement, undated: dict[tuple[str, str, str, str], Statement]) -> Statement:
    """The statement under the reference and bound of the snapshot before, where neither of the two dates it."""
    earlier = undated.get(_key(statement)) if statement.bounded else None
    return replace(statement, reference=earlier.reference, on=earlier.on) if earlier else statement


def _archive(day: dt.date, lines: list[Line], reading: Reading) -> dict[int, tuple[str, int]]:
    """Adds one extract for each country; returns the place of each line (line number -> reference, offset)."""
    texts: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        texts[line.fields["gec"]].append(line)
    places: dict[int, tuple[str, int]] = {}
    for gec, own in texts.items():
        reference, start = f"{gec}:{day}", 0
        for line in own:
            places[line.number] = reference, start
            start += len(line.text) + 1
        name = keyed("gec", by="gec").get(gec, {}).get("name") or gec
        commit, path = own[0].fields.get("commit", ""), own[0].fields.get("path", "")
        reading.extracts[reference] = Extract(
            reference=reference,
            title=f"The World Factbook: {name}, diplomatic representation",
            text="\n".join(line.text for line in own),
            url=f"{URL}{commit}/{path}" if commit and path else "",
            published_on=day,
        )
    return places


def _ambassadors_from_us(lines: list[Line]) -> dict[str, str]:
    """gec -> the US ambassador there, for the countries to which he is accredited as well."""
    return {
        line.fields["gec"]: holder
        for line in lines
        if line.fields["side"] == "from_us" and (holder := ambassador_in(line.fields))
    }


def _statements(
    line: Line, *, day: dt.date, ambassadors: dict[str, str], place: tuple[str, int], reading: Reading, reference: str
) -> Iterator[Statement]:
    """Statements of one line; `place` is its extract and its offset there."""
    country, side = line.country, line.fields["side"]
    if side not in SIDES:
        raise RecordRefused(why=f"the side {side!r} is neither of {SIDES}")
    if not country["code"]:
        reading.ignore(reference, country["reason"])
        return
    sender, target = ("US", country["code"]) if side == "from_us" else (country["code"], "US")
    extract, start = place
    for one in entry(line.fields, ambassadors=ambassadors):
        if one.word == "ignored":
            reading.ignore(reference, one.remark)
            continue
        if one.on and (dates.parse(one.on).earliest or day) > day:
            raise RecordRefused(why=f"it dates the post {one.on}, after its own snapshot")
        quote = _quoted(line.text, one.quote)
        yield Statement(
            kind="ambassadors",
            reference=f"{sender}>{target}:{one.word}:{_identity(one, day)}",
            source=extract,
            quote=quote,
            start=start + line.text.index(quote),
            sender=sender,
            target=target,
            word=one.word,
            on=one.on or f"[..{day}]",
            bounded=not one.on,
            holder=one.holder,
            note=one.remark,
        )


def _identity(one: Assertion, day: dt.date) -> str:
    """The part of a reference that is the same in another snapshot: the person, otherwise the year or the snapshot."""
    if one.holder:
        return name_key(one.holder) or one.holder
    return one.on.removeprefix("[..")[:4] if one.on else day.isoformat()


def _quoted(line: str, value: str) -> str:
    """A value as its line of JSON has it, with the line's own escapes."""
    for ascii_only in (False, True):
        quote = json.dumps(value, ensure_ascii=ascii_only)[1:-1]
        if quote in line:
            return quote
    return line
