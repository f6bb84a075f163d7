"""OFSI's Consolidated List of Financial Sanctions Targets in the UK: ConList.csv, closed on 28 January 2026.

One row for each name and date of birth of a target; the rows of one `Group ID` are one party, wherever they stand. The
first line is the list's date. Older files (to 2021) have 29 columns in cp1252; later ones 36 columns in UTF-8, with
names in original script. The rows of a party are scattered, so the parser holds all of them, what they share once.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from relations.errors import FileRefused, RecordRefused
from relations.importers.engine.parties import (
    Detail,
    Document,
    Kind,
    Name,
    NameKind,
    Nationality,
    Party,
    Place,
    Publication,
    Quality,
    Unreadable,
)
from relations.importers.engine.text_parsing import born_day_first, clean, day_first, script_of
from relations.importers.engine.xml_records import only

BEGINS = b"Last Updated,"
MAX_BYTES = 64 * 1024 * 1024
"""The largest have about 12 MB."""

_GIVEN = tuple(f"Name {number}" for number in range(1, 6))
_LINES = tuple(f"Address {number}" for number in range(1, 7))
_NEEDED = frozenset({"Name 6", *_GIVEN, "Group Type", "Alias Type", "Regime", "Listed On", "Group ID"})
_READ = _NEEDED | {
    *_LINES, "Title", "DOB", "Town of Birth", "Country of Birth", "Nationality", "Position", "Post/Zip Code", "Country",
    "Other Information", "Last Updated", "Alias Quality", "Name Non-Latin Script", "Non-Latin Script Type",
    "Non-Latin Script Language", "Passport Number", "Passport Details", "NI Number", "National Identification Number",
    "National Identification Details",
}  # fmt: skip
_KINDS: dict[str, Kind] = {"individual": "person", "entity": "entity", "ship": "vessel"}
_NAME_KINDS: dict[str, NameKind] = {
    "prime alias": "primary",
    "primary name": "primary",
    "primary name variation": "variation",
    "aka": "aka",
    "fka": "fka",
}
_QUALITIES: dict[str, Quality] = {
    "": "", "good": "strong", "good quality a.k.a": "strong", "low": "weak", "low quality a.k.a": "weak",
}  # fmt: skip
_DOCUMENTS = (
    ("Passport", "Passport Number", "Passport Details"),
    ("National identifier", "NI Number", ""),
    ("National identifier", "National Identification Number", "National Identification Details"),
)
_MARK = re.compile(r"(?:^|(?<=\s))\(?(?:\d{1,2}|[a-h])\)\s*")

type Row = Mapping[str, str]


def publication(files: Sequence[Path]) -> Publication:
    """The day in the first line. A file without a last line end may be cut: its last number would still be one."""
    path = only(files)
    with path.open(encoding=_encoding(path), newline="") as file:
        first = file.readline()
    try:
        dated = day_first(next(csv.reader([first]))[1], of="the date in the first line")
    except (RecordRefused, IndexError) as error:
        raise FileRefused(file=path.name, why=f"its first line {first.strip()[:40]!r} is no date") from error
    doubts = () if _is_ended(path) else ("its last line does not end",)
    return Publication(list="ofsi", dated=dated, generated_at=first.strip(" ,\r\n"), doubts=doubts)


def parse(files: Sequence[Path]) -> Iterator[Party | Unreadable]:
    """Every target, in the order of its first row. A row that cannot be read takes its target with it.

    Raises `FileRefused` where the file as a whole is bad.
    """
    path = only(files)
    groups: dict[str, list[tuple[str, ...]]] = {}
    spoilt: dict[str, Unreadable] = {}
    header: tuple[str, ...] = ()
    for line, header, cells in _rows(path):
        # The last column, so that a row of another width names its target too.
        reference = cells[-1].strip()
        if len(cells) != len(header):
            reference = reference if reference.isdecimal() else ""
            why = f"it has {len(cells)} cells and not {len(header)}"
        elif not reference.isdecimal():
            why = f"Group ID {reference!r} is no number"
        else:
            # The rows of one target say nearly the same: what they share is held once.
            groups.setdefault(reference, []).append(tuple(map(sys.intern, cells)))
            continue
        spoilt.setdefault(reference or f"line {line}", _unreadable(path, reference, line, why))
    yield from (one for reference, one in spoilt.items() if reference not in groups)
    for reference, rows in groups.items():
        try:
            yield spoilt.get(reference) or _party(reference, [dict(zip(header, row, strict=True)) for row in rows])
        except RecordRefused as refusal:
            yield _unreadable(path, reference, 0, str(refusal))


def _unreadable(path: Path, reference: str, line: int, reason: str) -> Unreadable:
    return Unreadable(reference=reference, line=line, reason=reason, file=path.name)


# --- rows -----------------------------------------------------------------------------------------------------------


def _encoding(path: Path) -> str:
    """UTF-8 where the whole file is that, otherwise cp1252, the encoding of the older files."""
    size = path.stat().st_size
    if size == 0:
        raise FileRefused(file=path.name, why="it is empty")
    if size > MAX_BYTES:
        raise FileRefused(file=path.name, why=f"it has {size:,} bytes; the limit is {MAX_BYTES:,}")
    with path.open("rb") as file:
        if not file.read(64).removeprefix(b"\xef\xbb\xbf").startswith(BEGINS):
            raise FileRefused(file=path.name, why=f"it does not begin with {BEGINS.decode()!r} and a date")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            with path.open(encoding=encoding, newline="") as file:
                if any("\0" in line for line in file):
                    raise FileRefused(file=path.name, why="it holds NUL bytes")
        except UnicodeDecodeError:
            continue
        return encoding
    raise FileRefused(file=path.name, why="it is neither UTF-8 nor cp1252")


def _is_ended(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, 2)
        return file.read() == b"\n"


def _rows(path: Path) -> Iterator[tuple[int, tuple[str, ...], list[str]]]:
    """Line, header and cells of each row behind the two heads; a last one that stops short refuses the file."""
    cells: list[str] = []
    with path.open(encoding=_encoding(path), newline="") as file:
        reader = csv.reader(file, strict=True)
        try:
            next(reader)
            header = tuple(clean(name) for name in next(reader, []))
            if missing := sorted(_NEEDED - set(header)):
                raise FileRefused(file=path.name, why=f"its header lacks {', '.join(missing)}")
            if header[-1] != "Group ID":
                raise FileRefused(file=path.name, why="its last column is not Group ID")
            for cells in reader:
                if not "".join(cells).strip():
                    continue
                yield reader.line_num, header, cells
        except csv.Error as error:
            raise FileRefused(file=path.name, why=f"line {reader.line_num} is not valid CSV: {error}") from error
    if cells and len(cells) < len(header) and not _is_ended(path):
        raise FileRefused(file=path.name, why=f"it stops in the middle of line {reader.line_num}")


# --- parties --------------------------------------------------------------------------------------------------------


def _party(reference: str, rows: list[Row]) -> Party:
    kinds = {clean(row["Group Type"]).casefold() for row in rows}
    kind, *others = kinds
    if others or kind not in _KINDS:
        raise RecordRefused(why=f"Group Type {sorted(kinds)} is not one that is known")
    regimes = _each(rows, "Regime")
    if not regimes:
        raise RecordRefused(why="it stands under no regime")
    left = [*_unknown_words(rows), *_other_columns(rows)]
    return Party(
        list="ofsi",
        reference=reference,
        kind=_KINDS[kind],
        names=_names(rows),
        programmes=regimes,
        titles=_each(rows, "Title"),
        positions=_each(rows, "Position"),
        birth_dates=tuple(born_day_first(text) for text in _each(rows, "DOB")),
        birth_places=_places(rows, city="Town of Birth", country="Country of Birth"),
        nationalities=tuple(
            Nationality(country=country) for text in _each(rows, "Nationality") for country in _divided(text)
        ),
        documents=tuple(dict.fromkeys(_documents(rows))),
        addresses=_places(rows, lines=_LINES, postcode="Post/Zip Code", country="Country"),
        details=tuple(left),
        listed_on=min(
            filter(None, (day_first(text, of="Listed On") for text in _each(rows, "Listed On"))), default=None
        ),
        remarks="\n".join(sorted(_each(rows, "Other Information"))),
        housekeeping=tuple(Detail("Last Updated", text) for text in _each(rows, "Last Updated")),
        unknown=tuple(sorted({detail.key for detail in left})),
    )


def _each(rows: list[Row], column: str) -> tuple[str, ...]:
    """A column's values over a target's rows, each once."""
    return tuple(dict.fromkeys(text for row in rows if (text := clean(row.get(column, "")))))


def _names(rows: list[Row]) -> tuple[Name, ...]:
    """One of the primary names is the party's: the first in the alphabet."""
    names = tuple(dict.fromkeys(name for row in rows for name in _names_of(row)))
    latin = [name for name in names if name.kind != "original_script"]
    if not latin:
        raise RecordRefused(why="it has no name")
    first = min(latin, key=lambda name: (name.kind != "primary", name.text))
    others = [_replaced(name, "variation") if name.kind == "primary" else name for name in names if name != first]
    return _replaced(first, "primary"), *others


def _replaced(name: Name, kind: NameKind) -> Name:
    return Name(
        text=name.text, kind=kind, quality=name.quality, script=name.script, family=name.family, given=name.given
    )


def _names_of(row: Row) -> Iterator[Name]:
    """`Name 6` is the family's, or an entity's whole name."""
    given = " ".join(filter(None, (clean(row[part]) for part in _GIVEN)))
    family, kind, quality = clean(row["Name 6"]), _word(row["Alias Type"]), _word(row.get("Alias Quality", ""))
    if text := " ".join(filter(None, [given, family])):
        parts = {"given": given, "family": family} if given and family else {}
        yield Name(
            text=text,
            kind=_NAME_KINDS.get(kind, "aka"),  # what the tables lack is told by `_unknown_words`
            quality=_QUALITIES.get(quality, ""),
            script=script_of(text),
            **parts,
        )
    if original := clean(row.get("Name Non-Latin Script", "")):
        language, described = (clean(row.get(f"Non-Latin Script {part}", "")) for part in ("Language", "Type"))
        yield Name(
            text=original, kind="original_script", script=script_of(original), language=language.lower(), note=described
        )


def _divided(text: str) -> list[str]:
    """`1) Saudi Arabia 2) Qatar` -> Saudi Arabia, Qatar."""
    return [part for mark in _MARK.split(text) if (part := mark.strip(" ,;"))]


def _places(
    rows: list[Row], *, country: str, city: str = "", lines: Sequence[str] = (), postcode: str = ""
) -> tuple[Place, ...]:
    """Six lines of an address, of which none is always the street or the town, are not divided."""
    found = (
        Place(
            text=", ".join(filter(None, (clean(row.get(line, "")) for line in lines))),
            city=clean(row.get(city, "")),
            postcode=clean(row.get(postcode, "")),
            country=clean(row.get(country, "")),
        )
        for row in rows
    )
    return tuple(dict.fromkeys(place for place in found if place != Place()))


def _documents(rows: list[Row]) -> Iterator[Document]:
    """In the older files the number stands among the details, and is not told from them."""
    for row in rows:
        for kind, number, details in _DOCUMENTS:
            document = Document(kind=kind, number=clean(row.get(number, "")), note=clean(row.get(details, "")))
            if not document.number and document.note:
                document = Document(kind=kind, number=document.note)
            if document.number:
                yield document


def _unknown_words(rows: list[Row]) -> Iterator[Detail]:
    for column, known in (("Alias Type", _NAME_KINDS.keys()), ("Alias Quality", _QUALITIES.keys())):
        yield from (Detail(column, text) for text in _each(rows, column) if _word(text) not in known)


def _word(text: str) -> str:
    return clean(text).casefold().rstrip(".")


def _other_columns(rows: list[Row]) -> Iterator[Detail]:
    """Columns of later files that no field has, under their own names."""
    for column in rows[0]:
        if column not in _READ:
            yield from (Detail(column, text) for text in _each(rows, column))
