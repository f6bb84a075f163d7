"""CSV files, row by row, each with the text that it was read from."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from relations.errors import FileRefused, RecordRefused
from relations.importers.engine import file_checks

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
        """The cells by column. Raises `RecordRefused` where the row has more or fewer than the file has columns."""
        if len(self.cells) != len(self.columns):
            raise RecordRefused(why=f"it has {len(self.cells)} cells and not {len(self.columns)}")
        return {name: cell.strip() for name, cell in zip(self.columns, self.cells, strict=True)}


def decoded(raw: bytes, *, file: str, encodings: Sequence[str] = ("UTF-8",)) -> str:
    """The text of a file in the first encoding that fits. Refuses others, an empty or huge file, a web page, NUL."""
    file_checks.refuse_unfit_bytes(file, size=len(raw) if raw.strip() else 0, head=raw, most=MAX_BYTES)
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


def rows(text: str, *, file: str, columns: frozenset[str], skipped: int = 0) -> Iterator[Row]:
    """The rows after the header, which comes after `skipped` lines.

    Refuses a file whose header lacks one of `columns` or that is no CSV.
    """
    pending: list[str] = []

    def lines() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):  # `splitlines` would cut at separators within a cell, too.
            pending.append(line)
            yield line

    reader = csv.reader(lines(), strict=True)
    try:
        for _ in range(skipped):
            next(reader, [])
        header = tuple(name.strip() for name in next(reader, []))
        if missing := sorted(columns - set(header)):
            raise FileRefused(file=file, why=f"its header lacks {', '.join(missing)}")
        if len(set(header)) < len(header):
            raise FileRefused(file=file, why="its header names a column twice")
        start, line = len("".join(pending)), len(pending)
        pending.clear()
        for cells in reader:
            own, count = "".join(pending), len(pending)
            pending.clear()
            if cells:
                yield Row(line + 1, start, own.rstrip("\r\n"), tuple(cells), header)
            start, line = start + len(own), line + count
    except csv.Error as error:
        raise FileRefused(file=file, why=f"line {reader.line_num} is not valid CSV: {error}") from error
