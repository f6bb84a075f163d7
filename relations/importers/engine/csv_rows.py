"""CSV files, row by row, each with the text that it was read from; of facts, as records of one reading."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from relations.errors import FileRefused, RecordRefused
from relations.importers.engine import file_checks
from relations.importers.engine.statements import Extract, Reading

MAX_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Row:
    """`text` is the row in the file, without its line end, from code point `start` on."""

    line: int
    start: int
    text: str
    cells: tuple[str, ...]
    columns: tuple[str, ...]

    def values(self) -> dict[str, str]:
        """The cells by column. Raises `RecordRefused` where the row has more or fewer than the file has columns.

        Empty cells after the last column are none.
        """
        if len(self.cells) < len(self.columns) or any(cell.strip() for cell in self.cells[len(self.columns) :]):
            raise RecordRefused(why=f"it has {len(self.cells)} cells and not {len(self.columns)}")
        return {name: cell.strip() for name, cell in zip(self.columns, self.cells, strict=False)}


def decoded(raw: bytes, *, file: str, encodings: Sequence[str] = ("UTF-8",), is_xml: bool = False) -> str:
    """The text of a file in the first encoding that fits. Refuses others, an empty or huge file, a web page, NUL."""
    file_checks.refuse_unfit_bytes(file, size=len(raw), head=raw, most=MAX_BYTES, is_xml=is_xml)
    at = 0
    for encoding in encodings:
        try:
            text = raw.removeprefix(file_checks.BOM).decode(encoding)
            break
        except UnicodeDecodeError as error:
            at = error.start
    else:
        raise FileRefused(file=file, why=f"it is not {' or '.join(encodings)} (byte {at})")
    if "\0" in text:
        raise FileRefused(file=file, why="it contains NUL bytes")
    return text


def header_of(line: str, *, columns: Iterable[str]) -> tuple[tuple[str, ...], str]:
    """The names in a header, and what divides them: of comma, semicolon and tab the one that gives most of `columns`.

    Those of `columns` are recognised in capitals as well.
    """
    known = {name.casefold(): name for name in columns}
    headers = []
    for delimiter in ",;\t":
        cells = (cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), []))
        headers.append((tuple(known.get(cell.casefold(), cell) for cell in cells), delimiter))
    return max(headers, key=lambda one: len(set(known.values()).intersection(one[0])))


def rows(text: str, *, file: str, columns: frozenset[str], skipped: int = 0) -> Iterator[Row]:
    """The rows after the header, which comes after `skipped` lines; blank ones are left out.

    Refuses a file whose header lacks one of `columns`, that is no CSV, or that stops in the middle of a row.
    """
    lines = io.StringIO(text, newline="")  # `splitlines` would cut at separators within a cell, too.
    before = [line for _, line in zip(range(skipped + 1), lines, strict=False)]
    header, delimiter = header_of(before[skipped] if len(before) > skipped else "", columns=columns)
    if missing := sorted(columns - set(header)):
        raise FileRefused(file=file, why=f"its header lacks {', '.join(missing)}")
    if len(set(header)) < len(header) - max(header.count("") - 1, 0):
        raise FileRefused(file=file, why="its header names a column twice")
    pending: list[str] = []

    def collected() -> Iterator[str]:
        for line in lines:
            pending.append(line)
            yield line

    reader = csv.reader(collected(), strict=True, delimiter=delimiter)
    start, line = len("".join(before)), len(before)
    try:
        for cells in reader:
            own, count = "".join(pending), len(pending)
            pending.clear()
            if len(cells) < len(header) and not own.endswith(("\n", "\r")):
                raise FileRefused(file=file, why=f"it stops in the middle of line {line + 1}")
            if any(cell.strip() for cell in cells):
                yield Row(line + 1, start, own.rstrip("\r\n"), tuple(cells), header)
            start, line = start + len(own), line + count
    except csv.Error as error:
        raise FileRefused(file=file, why=f"line {len(before) + reader.line_num} is not valid CSV: {error}") from error


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
