"""The tracker's own publication format, `*.tracker.jsonl`: facts or parties of one list, for import under its code.

The first line names the list and the publication. A publication of facts continues with a line for each source and,
after it, one for each statement with the words that support it; the words of a source are archived as its text. A
publication of parties continues with the content of each. Names of fields are those of `Statement` and `Party`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, is_dataclass, replace
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, Literal, TypeAliasType, get_args, get_origin, get_type_hints

import orjson

from relations.codes import SELECTION
from relations.errors import FileRefused, RecordRefused, Refused
from relations.importers.engine.parties import Party, Publication, Unreadable
from relations.importers.engine.statements import Extract, FactKind, Reading, Statement
from relations.importers.registry import FACT_LISTS, PARTY_LISTS, FactList, PartyList

SUFFIX = ".tracker.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    list: str
    dated: dt.date
    kind: FactKind | None = None
    covers_to: dt.date | None = None
    on_missing: str = ""
    """Named by files of earlier releases; the list's own description decides."""


def is_own(names: Iterable[str]) -> bool:
    return any(name.endswith(SUFFIX) for name in names)


def fact_list(code: str, files: Sequence[Path]) -> FactList:
    """The list as its files are to be read; raises `FileRefused` for a file of another list."""
    return replace(FACT_LISTS[code], read=read_facts) if _is_of(code, files) else FACT_LISTS[code]


def party_list(code: str, files: Sequence[Path]) -> PartyList:
    """The list as its files are to be read; raises `FileRefused` for a file of another list."""
    one = PARTY_LISTS[code]
    if not _is_of(code, files):
        return one
    return replace(one, title=f"{one.title} (selection)", publication=read_publication, parse=read_parties)


def _is_of(code: str, files: Sequence[Path]) -> bool:
    if not is_own(file.name for file in files):
        return False
    if (other := last_header(files[0]).list) != code:
        raise FileRefused(file=files[0].name, why=f"it is of the list {other!r} and not of {code!r}")
    return True


def last_header(file: Path) -> Header:
    """The header of the last publication in a file."""
    return [_header(record, [file]) for _, record in _records([file]) if "list" in record][-1]


# --- reading --------------------------------------------------------------------------------------------------------


def read_facts(files: Sequence[Path], dated: dt.date | None = None) -> list[Reading]:  # its header has the day
    readings: list[Reading] = []
    shared: dict[str, Any] = {}
    for number, record in _records(files):
        if "list" in record:
            header = _header(record, files)
            shared = {"kind": header.kind, "start": 0}
            readings.append(Reading(version=header.dated, covers_to=header.covers_to))
            continue
        with readings[-1].attempt(f"line {number}", line=number, file=files[0].name):
            if "title" in record:
                source = build(Extract, record | {"text": ""})
                readings[-1].extracts[source.reference] = source
                continue
            readings[-1].records += 1
            if not readings[-1].extracts:
                raise RecordRefused(why="no source comes before it")
            own = shared | record | {"source": next(reversed(readings[-1].extracts))}
            readings[-1].statements.append(build(Statement, own))
    for reading in readings:
        _archive(reading)
    return readings


def _archive(reading: Reading) -> None:
    """Archives the quotations of each source as its text, each once."""
    quotes: dict[str, dict[str, int]] = {reference: {} for reference in reading.extracts}
    ends = dict.fromkeys(quotes, 0)
    for index, one in enumerate(reading.statements):
        if one.quote not in quotes[one.source]:
            quotes[one.source][one.quote] = ends[one.source]
            ends[one.source] += len(one.quote) + 1
        reading.statements[index] = replace(one, start=quotes[one.source][one.quote])
    for reference, extract in reading.extracts.items():
        reading.extracts[reference] = replace(extract, text="\n".join(quotes[reference]))


def read_publication(files: Sequence[Path]) -> Publication:
    header = _header(next(_records(files))[1], files)
    return Publication(dated=header.dated, doubts=(SELECTION,))


def read_parties(files: Sequence[Path]) -> Iterator[Party | Unreadable]:
    records = _records(files)
    _header(next(records)[1], files)
    for number, record in records:
        try:
            party = build(Party, record)
            if sum(name.kind == "primary" for name in party.names) != 1:
                raise RecordRefused(why="it does not have one primary name")
            yield party
        except Refused as refusal:
            reference = str(record.get("reference", ""))
            yield Unreadable(reference=reference, line=number, reason=refusal.detail, file=files[0].name)


def _records(files: Sequence[Path]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of the file's lines with their numbers; refuses a file whose first one names no list."""
    if len(files) != 1:
        raise FileRefused(file=files[0].name, why=f"a publication in this format is one file, not {len(files)}")
    empty = True
    with files[0].open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if b"\\u0000" in line:
                raise FileRefused(file=files[0].name, why=f"line {number} contains a NUL byte")
            try:
                record = orjson.loads(line)
            except orjson.JSONDecodeError as error:
                raise FileRefused(file=files[0].name, why=f"line {number} is not JSON: {error}") from error
            if not isinstance(record, dict) or (empty and "list" not in record):
                raise FileRefused(file=files[0].name, why=f"line {number} is not an object of the tracker's own format")
            empty = False
            yield number, record
    if empty:
        raise FileRefused(file=files[0].name, why="it is empty")


def _header(record: dict[str, Any], files: Sequence[Path]) -> Header:
    try:
        return build(Header, record)
    except Refused as refusal:
        raise FileRefused(file=files[0].name, why=f"its header is not understood: {refusal.detail}") from refusal


# --- dataclasses of JSON objects ------------------------------------------------------------------------------------


def build[T](shape: type[T], record: object) -> T:
    """The dataclass that a JSON object describes; raises `Refused` for other fields or types than it has."""
    hints = _hints(shape)  # type: ignore[arg-type]  # classes are hashable, which mypy does not know of `type[T]`
    if not isinstance(record, dict) or (record.keys() - hints.keys()):
        raise RecordRefused(why=f"it is not the fields of a {shape.__name__}")
    try:
        return shape(**{name: _value(hints[name], value) for name, value in record.items()})
    except (TypeError, ValueError) as error:
        raise RecordRefused(why=f"it is no {shape.__name__}: {error}") from error


@cache
def _hints(shape: type) -> dict[str, Any]:
    """Resolved once: of each record it would take longer than everything else."""
    return get_type_hints(shape)


def _value(hint: Any, value: Any) -> Any:
    hint = hint.__value__ if isinstance(hint, TypeAliasType) else hint
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is UnionType:
        return _value(arguments[0], value)
    if is_dataclass(hint) and isinstance(hint, type):
        return build(hint, value)
    if origin is tuple and isinstance(value, list):
        return tuple(_value(arguments[0], item) for item in value)
    if hint is dt.date and isinstance(value, str):
        return dt.date.fromisoformat(value)
    if value in arguments if origin is Literal else type(value) is hint:
        return value
    raise TypeError(f"{value!r:.80}")


# --- writing --------------------------------------------------------------------------------------------------------


def write(path: Path, records: Iterable[object]) -> None:
    """Writes dataclasses and dictionaries as lines, without the fields that are empty."""
    with path.open("wb") as file:
        for record in records:
            whole = asdict(record) if is_dataclass(record) and not isinstance(record, type) else record
            file.write(orjson.dumps(_filled(whole)) + b"\n")


def _filled(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_filled(part) for part in value]
    if not isinstance(value, dict):
        return value
    return {name: _filled(part) for name, part in value.items() if part not in ("", (), [], None, False)}


def fact_records(code: str, reading: Reading) -> Iterator[object]:
    """The lines of one reading; of its sources those that it quotes."""
    if reading.version is None:
        raise FileRefused(file=code, why="it has no date")
    (kind,) = {one.kind for one in reading.statements}
    yield Header(list=code, dated=reading.version, kind=kind, covers_to=reading.covers_to)
    of_source: dict[str, list[Statement]] = {}
    for statement in reading.statements:
        of_source.setdefault(statement.source, []).append(statement)
    for reference, statements in of_source.items():
        yield replace(reading.extracts[reference], text="")
        for one in statements:
            yield {name: value for name, value in asdict(one).items() if name not in ("kind", "source", "start")}
