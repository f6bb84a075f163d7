"""Sources of facts that are one CSV file, read as records of one reading."""

from __future__ import annotations

from collections.abc import Callable

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
    for row in rows(text, file=file, columns=columns):
        with reading.record(f"line {row.line}", line=row.line, file=file):
            records.append(parse(row))
    if not reading.records:
        raise FileRefused(file=file, why="it has a header and no rows")
    return reading, records
