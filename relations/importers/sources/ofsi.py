"""OFSI's Consolidated List of Financial Sanctions Targets in the UK: ConList.csv, closed on 28 January 2026.

One row for each name and date of birth of a target; the rows of one `Group ID` are one party, wherever they are. The
first line is the list's date. Older files (to 2021) have 29 columns in cp1252; later ones 36 columns in UTF-8, with
names in original script. The rows of a party are scattered, so the parser collects all of them, shared values once.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from relations.errors import FileRefused, RecordRefused
from relations.importers.engine import file_checks
from relations.importers.engine.csv_rows import MAX_BYTES, Row, decoded, rows
from relations.importers.engine.parties import (
    Detail,
    Document,
    Kind,
    Name,
    Nationality,
    Party,
    Place,
    Publication,
    Remainder,
    Unreadable,
)
from relations.importers.engine.text_parsing import (
    born_day_first,
    clean,
    day_first,
    distinct,
    divided_name,
    joined,
    with_one_primary,
    written_name,
)
from relations.importers.sources.uk import KINDS, NAME_KINDS, OFSI_BEGINS, QUALITIES

_GIVEN = tuple(f"Name {number}" for number in range(1, 6))
_ADDRESS = tuple(f"Address {number}" for number in range(1, 7))
_NEEDED = frozenset({"Name 6", *_GIVEN, "Group Type", "Alias Type", "Regime", "Listed On", "Group ID"})
_DOCUMENTS = (
    ("Passport", "Passport Number", "Passport Details"),
    ("National identifier", "NI Number", ""),
    ("National identifier", "National Identification Number", "National Identification Details"),
)
_DESIGNATED = "UK Sanctions List Date Designated"
_MARK = re.compile(r"(?:^|(?<=\s))\(?(?:\d{1,2}|[a-h])\)\s*")


def publication(files: Sequence[Path]) -> Publication:
    """The day in the first line. A file without a last line end may be cut: its last number would still be one."""
    file, text = _text(files)
    first = text.partition("\n")[0].strip()
    try:
        dated = day_first(next(csv.reader([first]))[1], of="the date in the first line")
    except (RecordRefused, IndexError) as error:
        raise FileRefused(file=file, why=f"its first line {first[:40]!r} is not a date") from error
    return Publication(dated=dated, doubts=() if text.endswith("\n") else ("its last line does not end",))


def parse(files: Sequence[Path]) -> Iterator[Party | Unreadable]:
    """Every target, in the order of its first row. A row that cannot be read takes its target with it.

    Raises `FileRefused` where the file as a whole is bad.
    """
    file, text = _text(files)
    header: Sequence[str] = ()
    groups: dict[str, list[tuple[str, ...]]] = {}
    spoilt: dict[str, Unreadable] = {}
    for row in _rows(file, text):
        # The last column, so that a row of another width names its target too.
        reference, header = row.cells[-1].strip(), row.columns
        try:
            _refuse_unfit(row, reference)
        except RecordRefused as refusal:
            named = reference if reference.isdecimal() or len(row.cells) == len(row.columns) else ""
            bad = Unreadable(reference=named, line=row.line, reason=str(refusal), file=file)
            spoilt.setdefault(named or f"line {row.line}", bad)
        else:
            # The rows of one target say nearly the same: equal values are stored once.
            groups.setdefault(reference, []).append(tuple(map(sys.intern, row.cells)))
    yield from (bad for reference, bad in spoilt.items() if reference not in groups)
    for reference, own in groups.items():
        try:
            target = _Target(header, own)
            yield spoilt.get(reference) or target.complete(_party(target, reference))
        except RecordRefused as refusal:
            yield Unreadable(reference=reference, line=0, reason=str(refusal), file=file)


def _text(files: Sequence[Path]) -> tuple[str, str]:
    """The file's name and its text: UTF-8 where the whole file is that, otherwise cp1252, as the older files are."""
    path = file_checks.only(files, kind="CSV")
    if not file_checks.refuse_unfit(path, most=MAX_BYTES).startswith(OFSI_BEGINS):
        raise FileRefused(file=path.name, why=f"it does not begin with {OFSI_BEGINS.decode()!r} and a date")
    return path.name, decoded(path.read_bytes(), file=path.name, encodings=("UTF-8", "cp1252"))


def _rows(file: str, text: str) -> Iterator[Row]:
    """The rows after the two header lines, without blank ones."""
    for row in rows(text, file=file, columns=_NEEDED, skipped=1):
        if row.columns[-1] != "Group ID":
            raise FileRefused(file=file, why="its last column is not Group ID")
        yield row


def _refuse_unfit(row: Row, reference: str) -> None:
    row.values()
    if not reference.isdecimal():
        raise RecordRefused(why=f"Group ID {reference!r} is not a number")


class _Target(Remainder):
    """The rows of one target, whose columns are taken by name; columns of later files become details."""

    def __init__(self, header: Sequence[str], own: Sequence[tuple[str, ...]]) -> None:
        super().__init__()
        self._rows: list[Mapping[str, str]] = [dict(zip(header, row, strict=True)) for row in own]
        self._columns = dict.fromkeys(header[:-1])  # without the reference

    def cells(self, *columns: str) -> list[tuple[str, ...]]:
        """The values of columns, row by row; empty where the file has no such column."""
        for column in columns:
            self._columns.pop(column, None)
        return [tuple(clean(row.get(column, "")) for column in columns) for row in self._rows]

    def each(self, column: str) -> tuple[str, ...]:
        return distinct(cell for (cell,) in self.cells(column))

    def rest(self) -> Iterator[Detail]:
        yield from dict.fromkeys(self._strange)
        for column in tuple(self._columns):
            yield from (Detail(column, text) for text in self.each(column))


def _party(target: _Target, reference: str) -> Party:
    if not (regimes := target.each("Regime")):
        raise RecordRefused(why="it is listed under no regime")
    return Party(
        reference=reference,
        kind=_kind(target.each("Group Type")),
        names=with_one_primary(_names(target)),
        programmes=regimes,
        titles=target.each("Title"),
        positions=target.each("Position"),
        birth_dates=tuple(born_day_first(text) for text in target.each("DOB")),
        birth_places=_places(target, "Town of Birth", "", "Country of Birth"),
        nationalities=tuple(
            Nationality(country=country) for text in target.each("Nationality") for country in _divided(text)
        ),
        documents=tuple(dict.fromkeys(_documents(target))),
        addresses=_places(target, "", "Post/Zip Code", "Country", *_ADDRESS),
        details=tuple(Detail(_DESIGNATED, text) for text in target.each(_DESIGNATED)),
        listed_on=min(
            filter(None, (day_first(text, of="Listed On") for text in target.each("Listed On"))), default=None
        ),
        remarks="\n".join(sorted(target.each("Other Information"))),
        housekeeping=tuple(Detail("Last Updated", text) for text in target.each("Last Updated")),
    )


def _kind(types: Sequence[str]) -> Kind:
    kind, *others = {text.casefold() for text in types} or {""}
    if others or kind not in KINDS:
        raise RecordRefused(why=f"Group Type {sorted([kind, *others])} is not one that is known")
    return KINDS[kind]


def _names(target: _Target) -> Iterator[Name]:
    """`Name 6` is the family's, or an entity's whole name."""
    for *given, family, alias_type, alias_quality in target.cells(*_GIVEN, "Name 6", "Alias Type", "Alias Quality"):
        kind = target.known(NAME_KINDS, alias_type.rstrip("."), of="Alias Type", otherwise="aka")
        quality = target.known(QUALITIES, alias_quality.rstrip("."), of="Alias Quality", otherwise="")
        if name := divided_name(joined(*given), family, kind, quality=quality):
            yield name
    for text, described, language in target.cells(
        "Name Non-Latin Script", "Non-Latin Script Type", "Non-Latin Script Language"
    ):
        if text:
            yield written_name(text, "original_script", language=language, note=described)


def _divided(text: str) -> list[str]:
    """`1) Saudi Arabia 2) Qatar` -> Saudi Arabia, Qatar."""
    return [part for mark in _MARK.split(text) if (part := mark.strip(" ,;"))]


def _places(target: _Target, city: str, postcode: str, country: str, *lines: str) -> tuple[Place, ...]:
    """Places by the columns of their parts. The lines of an address are one text: none is always the street."""
    return tuple(
        dict.fromkeys(
            Place(text=joined(*parts, by=", "), city=town, postcode=code, country=state)
            for town, code, state, *parts in target.cells(city, postcode, country, *lines)
        )
    )


def _documents(target: _Target) -> Iterator[Document]:
    """Documents by number; in the older files the number is among the details and cannot be separated from them."""
    for kind, *columns in _DOCUMENTS:
        for number, note in target.cells(*columns):
            if number or note:
                yield Document(kind=kind, number=number or note, note=note if number else "")
