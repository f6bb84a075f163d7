"""Sources of facts that are CSV files, read as records of one reading."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from relations.errors import FileRefused
from relations.importers.engine.csv_rows import Row, decoded, rows
from relations.importers.engine.statements import Extract, Reading


def read_records[T](
    raw: bytes, *, file: str, title: str, columns: frozenset[str], parse: Callable[[Row], T]
) -> tuple[Reading, list[T]]:
    """A reading with the whole file as its one source, and the records that `parse` makes of its rows."""
    text = decoded(raw, file=file)
    reading = Reading(version=None)
    reading.extracts[file] = Extract(reference=file, title=title, text=text)
    records: list[T] = []
    for row in distinct_rows(text, file=file, columns=columns, reading=reading):
        with reading.record(f"line {row.line}", line=row.line, file=file):
            records.append(parse(row))
    return reading, records


def distinct_rows(text: str, *, file: str, columns: frozenset[str], reading: Reading) -> Iterator[Row]:
    """The rows, of which one that repeats another is counted and ignored by name. Refuses a file without any."""
    seen: set[str] = set()
    for row in rows(text, file=file, columns=columns):
        if row.text in seen:
            reading.records += 1
            reading.ignore(f"line {row.line}", "the file has the same line before it")
        else:
            seen.add(row.text)
            yield row
    if not seen:
        raise FileRefused(file=file, why="it has a header and no rows")
