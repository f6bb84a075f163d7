"""Writes tables as CSV, JSON Lines and, with pyarrow, Parquet, with the digest and the size of each file."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import batched
from pathlib import Path
from types import ModuleType
from typing import Any

from relations.open_data.tables import OBJECT, STRINGS
from relations.representation.json_text import dumps
from relations.representation.tables import cell

_AT_ONCE = 10_000
"""Rows of a table in memory, and in a row group of Parquet."""
type Columns = Mapping[str, str]
type Values = Sequence[Any]


@dataclass(frozen=True, slots=True, order=True)
class Written:
    """A file of a package."""

    name: str
    sha256: str
    size: int
    rows: int = 0


class _File:
    """A binary file that counts and digests what is written."""

    def __init__(self, path: Path) -> None:
        self._file, self._digest, self.size, self.name = path.open("xb"), hashlib.sha256(), 0, path.name

    def write(self, content: bytes) -> int:
        self._digest.update(content)
        self.size += len(content)
        return self._file.write(content)

    def close(self) -> Written:
        self._file.close()
        return Written(self.name, self._digest.hexdigest(), self.size)


class _JsonLines(_File):
    def __init__(self, path: Path, columns: Columns) -> None:
        super().__init__(path.with_suffix(".jsonl"))
        self._names = tuple(columns)

    def write_rows(self, rows: Sequence[Values]) -> None:
        for row in rows:
            self.write(dumps(dict(zip(self._names, row, strict=True))) + b"\n")


class _Csv(_File):
    """Cells as in the exports of the API: words of a list joined, formulas defused."""

    def __init__(self, path: Path, columns: Columns) -> None:
        super().__init__(path.with_suffix(".csv"))
        self.write_rows([tuple(columns)])

    def write_rows(self, rows: Sequence[Values]) -> None:
        text = io.StringIO(newline="")
        csv.writer(text).writerows([[cell(value) for value in row] for row in rows])
        self.write(text.getvalue().encode())


class _Parquet(_File):
    """Lists as lists, moments in UTC to the microsecond, JSON objects as text."""

    def __init__(self, path: Path, columns: Columns, pyarrow: ModuleType) -> None:
        from pyarrow import parquet

        super().__init__(path.with_suffix(".parquet"))
        types = {
            "integer": pyarrow.int64(), "boolean": pyarrow.bool_(), "date": pyarrow.date32(),
            "datetime": pyarrow.timestamp("us", tz="UTC"), STRINGS: pyarrow.list_(pyarrow.string()),
        }  # fmt: skip
        self._columns, self._batch = columns, pyarrow.RecordBatch
        fields = [(name, types.get(kind, pyarrow.string())) for name, kind in columns.items()]
        self._schema = pyarrow.schema(fields)
        self._sink = pyarrow.PythonFile(_Sink(self), mode="w")
        self._writer = parquet.ParquetWriter(self._sink, self._schema, compression="zstd")

    def write_rows(self, rows: Sequence[Values]) -> None:
        values = {
            name: [None if row[place] is None else dumps(row[place]).decode() for row in rows]
            if kind == OBJECT
            else [row[place] for row in rows]
            for place, (name, kind) in enumerate(self._columns.items())
        }
        self._writer.write_batch(self._batch.from_pydict(values, schema=self._schema))

    def close(self) -> Written:
        self._writer.close()
        return super().close()


class _Sink(io.RawIOBase):
    """The file as pyarrow wants it."""

    def __init__(self, file: _File) -> None:
        self._file = file

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        return self._file.write(bytes(content))

    def tell(self) -> int:
        return self._file.size


def write_table(
    path: Path, columns: Columns, rows: Iterable[Values], *, pyarrow: ModuleType | None = None
) -> list[Written]:  # fmt: skip
    """Writes the files of a table, in constant memory: `path` with the suffix of each format."""
    tables: list[_Csv | _JsonLines | _Parquet] = [_Csv(path, columns), _JsonLines(path, columns)]
    if pyarrow is not None:
        tables.append(_Parquet(path, columns, pyarrow))
    number = 0
    try:
        for some in batched(rows, _AT_ONCE):
            number += len(some)
            for table in tables:
                table.write_rows(some)
    finally:
        written = [table.close() for table in tables]
    return [replace(one, rows=number) for one in written]


def write_text(path: Path, text: str | bytes) -> Written:
    file = _File(path)
    file.write(text.encode() if isinstance(text, str) else text)
    return file.close()
