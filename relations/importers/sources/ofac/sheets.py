"""OFAC's CSV files as rows: https://www.treasury.gov/ofac/downloads/dat_spec.txt.

No header; a row per line; null is `-0-`, mostly with a blank after it. OFAC ends its lines with CR LF and the file
with Ctrl-Z; copies with plain line ends have lost both. A file that stops inside a row is cut; one with OFAC's line
ends that stops between two rows without the mark may be: that is a doubt.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from relations.errors import FileRefused, RecordRefused
from relations.importers.engine import file_checks
from relations.importers.engine.csv_rows import MAX_BYTES
from relations.importers.engine.parties import Unreadable
from relations.importers.engine.text_parsing import clean

type SheetKind = Literal["sdn", "add", "alt", "sdn_comments"]

WIDTHS: dict[SheetKind, int] = {"sdn": 12, "add": 6, "alt": 5, "sdn_comments": 2}

_END_MARK = "\x1a"
_NAMED = re.compile(r"(sdn_comments|sdn|add|alt)(?![a-z])", re.IGNORECASE)
_REFERENCE = re.compile(r"\s*\"?([1-9]\d*)\"?\s*(?:,|$)")
_NULL = "-0-"
_HEADER = "ent_num"
"""The name of the first column in dat_spec.txt; OFAC's own files have no head."""
_CUT_NULLS = frozenset({"-", "-0"})


@dataclass(frozen=True, slots=True)
class Sheet:
    kind: SheetKind
    path: Path
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """The values of a row, nulls empty, without the reference (OFAC's `ent_num`), which comes first."""

    reference: str
    line: int
    values: tuple[str, ...]

    def cells(self) -> list[str]:
        return [clean(value) for value in self.values]


def sheets(files: Sequence[Path], *, refused: dict[Path, str]) -> dict[SheetKind, Sheet]:
    """The files by their kind, which their names show or their width. sdn.csv has to be among them.

    An auxiliary file that is bad as a whole is added to `refused` with the reason.
    """
    given: dict[SheetKind, Sheet] = {}
    for path in files:
        named = _NAMED.match(path.name)
        try:
            sheet = _sheet(path)
            if sheet.kind != "sdn":
                deque(rows(sheet), maxlen=0)
        except FileRefused as refusal:
            if not named or named[1].lower() == "sdn":
                raise
            refused[path] = refusal.particulars["why"]
            continue
        if sheet.kind in given:
            raise FileRefused(file=path.name, why=f"a second {sheet.kind}.csv was given with it")
        given[sheet.kind] = sheet
    if "sdn" not in given:
        why = "sdn.csv is missing; add.csv, alt.csv and sdn_comments.csv are optional"
        raise FileRefused(file="The list", why=why)
    return given


def rows(sheet: Sheet) -> Iterator[Row | Unreadable]:
    """Every row but blank ones; one that has the wrong width, no reference or stray quotes is `Unreadable`.

    Raises `FileRefused` where the file is cut, is not UTF-8 (of which ASCII is a part), or contains NUL bytes.
    """
    for number, line in _lines(sheet.path):
        cells = _cells(line)
        is_unended = not line.endswith("\n")
        if is_unended and _is_cut(line, cells, WIDTHS[sheet.kind]):
            raise FileRefused(file=sheet.path.name, why=f"it stops in the middle of line {number}: {line[-40:]!r}")
        if cells is not None and (not "".join(cells).strip() or (number == 1 and cells[0].casefold() == _HEADER)):
            continue  # a blank line, or what a spreadsheet makes of one; the head that some copies are given
        begins = _REFERENCE.match(line)
        reference = begins[1] if begins else ""
        if is_unended and cells and cells[-1] in _CUT_NULLS:
            cells[-1] = _NULL  # a whole row but for a character of its last null; a copy of 2019 is like that
        try:
            yield _row(cells, reference=reference, line=number, width=WIDTHS[sheet.kind])
        except RecordRefused as refusal:
            yield Unreadable(reference=reference, line=number, reason=str(refusal), file=sheet.path.name)


def _row(cells: list[str] | None, *, reference: str, line: int, width: int) -> Row:
    if cells is None:
        raise RecordRefused(why="a quotation mark is not closed or is inside a value")
    if len(cells) != width:
        raise RecordRefused(why=f"it has {len(cells)} columns, not {width}: {','.join(cells)[:40]!r}")
    if not reference:
        raise RecordRefused(why=f"{cells[0][:40]!r} is not an ent_num")
    return Row(reference, line, tuple("" if cell.strip() == _NULL else cell for cell in cells[1:]))


def _cells(line: str) -> list[str] | None:
    """None where the quotation marks do not match; an empty list for a blank line."""
    try:
        return next(csv.reader([line.rstrip("\n")], strict=True), []) if line.strip() else []
    except csv.Error:
        return None


def _is_cut(line: str, cells: list[str] | None, width: int) -> bool:
    """Recognises the mere beginning of a row in a last line without a line end."""
    return re.match(r"\d+(,|$)", line) is not None and (cells is None or len(cells) < width)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Numbered from 1, each with its line end as a plain newline, without the end mark."""
    ended = False
    try:
        with path.open(encoding="utf-8-sig", newline=None) as file:
            for number, line in enumerate(file, start=1):
                if "\x00" in line:
                    raise FileRefused(file=path.name, why=f"line {number} contains a NUL byte")
                if ended and line.strip():
                    raise FileRefused(file=path.name, why=f"line {number} is after the end mark (Ctrl-Z)")
                ended = ended or line.rstrip().endswith(_END_MARK)
                row = line if not ended else line.rstrip().rstrip(_END_MARK)
                if row:
                    yield number, row if not ended else f"{row}\n"
    except UnicodeDecodeError as error:
        raise FileRefused(file=path.name, why=f"it is not UTF-8: {error.reason} at byte {error.start:,}") from error


def _sheet(path: Path) -> Sheet:
    if path.name.lower().startswith("cons_"):
        why = "it is of OFAC's consolidated list of parties that are not blocked (non-SDN); import sdn.csv"
        raise FileRefused(file=path.name, why=why)
    file_checks.refuse_unfit(path, most=MAX_BYTES)
    kind = _kind(path)
    return Sheet(kind=kind, path=path, doubt=_doubt(path, kind))


def _doubt(path: Path, kind: SheetKind) -> str:
    """A sign that the file is cut, named by its kind and not by its name, so that the next publication's is equal."""
    with path.open("rb") as file:
        first = file.readline()
        file.seek(-min(16, path.stat().st_size), 2)
        tail = file.read()
    if not first.endswith(b"\r\n") or tail.rstrip().endswith(_END_MARK.encode()):
        return ""
    if not tail.endswith(b"\n"):
        why = "it is cut: it has OFAC's line ends (CR LF), not its end mark (Ctrl-Z), and no end"
        raise FileRefused(file=path.name, why=why)
    return f"{kind}.csv has OFAC's line ends (CR LF) and not its end mark (Ctrl-Z)"


def _kind(path: Path) -> SheetKind:
    """The kind by name if a row of it has that width, after however many bad ones; else by the first row's width."""
    widths = (len(cells) for _, line in _lines(path) if (cells := _cells(line)))
    named = _NAMED.match(path.name)
    for kind, width in WIDTHS.items():
        if named and named[1].lower() == kind:
            if width in widths:
                return kind
            raise FileRefused(file=path.name, why=f"none of its rows has the {width} columns of {kind}.csv")
    first = next(widths, 0)
    for kind, width in WIDTHS.items():
        if first == width:
            return kind
    raise FileRefused(file=path.name, why=f"no file of OFAC's has {first} columns")
