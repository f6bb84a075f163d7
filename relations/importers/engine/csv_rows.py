"""CSV files of facts, row by row, each with the very text that it was read from."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from relations.errors import FileRefused, RecordRefused

MAX_BYTES = 64 * 1024 * 1024
_PAGE = re.compile(r"\s*<(?:!doctype\s+html|html)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """`text` is the row as it stands in the file, without its line end, from code point `start` on."""

    line: int
    start: int
    text: str
    cells: tuple[str, ...]
    columns: tuple[str, ...]

    def values(self) -> dict[str, str]:
        """Raises `RecordRefused` where the row has more or fewer cells than the file has columns."""
        if len(self.cells) != len(self.columns):
            raise RecordRefused(why=f"it has {len(self.cells)} cells and not {len(self.columns)}")
        return {name: cell.strip() for name, cell in zip(self.columns, self.cells, strict=True)}


def decoded(raw: bytes, *, file: str) -> str:
    """The text of a file in UTF-8; refuses an empty or huge file, other encodings, NUL, a page served as the file."""
    if not raw.strip():
        raise FileRefused(file=file, why="it is empty")
    if len(raw) > MAX_BYTES:
        raise FileRefused(file=file, why=f"it has {len(raw):,} bytes; the limit is {MAX_BYTES:,}")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileRefused(file=file, why=f"it is not UTF-8 (byte {error.start})") from error
    if "\0" in text:
        raise FileRefused(file=file, why="it holds NUL bytes")
    if _PAGE.match(text):
        raise FileRefused(file=file, why="it is an HTML page and not the file")
    return text


def rows(text: str, *, file: str, columns: frozenset[str]) -> Iterator[Row]:
    """The rows behind the header. Refuses a file whose header lacks one of `columns` or that is no CSV."""
    taken: list[str] = []

    def lines() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):  # `splitlines` would cut at separators within a cell, too.
            taken.append(line)
            yield line

    reader = csv.reader(lines(), strict=True)
    try:
        header = tuple(name.strip() for name in next(reader, []))
        if missing := sorted(columns - set(header)):
            raise FileRefused(file=file, why=f"its header lacks {', '.join(missing)}")
        if len(set(header)) < len(header):
            raise FileRefused(file=file, why="its header names a column twice")
        start, seen = len("".join(taken)), len(taken)
        taken.clear()
        for cells in reader:
            own, count = "".join(taken), len(taken)
            taken.clear()
            if cells:
                yield Row(seen + 1, start, own.rstrip("\r\n"), tuple(cells), header)
            start, seen = start + len(own), seen + count
    except csv.Error as error:
        raise FileRefused(file=file, why=f"line {reader.line_num} is not valid CSV: {error}") from error
