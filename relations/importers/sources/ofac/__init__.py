"""OFAC's Specially Designated Nationals: sdn.csv, and with it alt.csv, add.csv and sdn_comments.csv.

The files carry no date: whoever fetched them knows it. A publication of sdn.csv alone says nothing of strong aliases
and addresses; `Publication.omits` says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from relations.errors import FileRefused, RecordRefused
from relations.importers.engine.parties import Detail, Kind, Name, NameKind, Party, Place, Publication, Unreadable
from relations.importers.engine.text_parsing import clean, distinct
from relations.importers.sources.ofac import remarks as remarks_of
from relations.importers.sources.ofac.sheets import Row, Sheet, SheetKind, rows, sheets

__all__ = ["parse", "publication"]

_KINDS: dict[str, Kind] = {"": "entity", "individual": "person", "entity": "entity", "vessel": "vessel",
                           "aircraft": "aircraft"}  # fmt: skip
_ALIAS_KINDS: dict[str, NameKind] = {"aka": "aka", "fka": "fka", "nka": "nka"}
_OMITTED: dict[SheetKind, str] = {"alt": "aliases", "add": "addresses", "sdn_comments": "spillover"}
_VESSEL_COLUMNS = ("call_sign", "vessel_type", "tonnage", "gross_registered_tonnage", "vessel_flag", "vessel_owner")


_NOT_BLOCKED = re.compile(r"NS-.+|CMIC-.+|FSE-.+|SSI|UKRAINE-EO13662")
"""Programmes of OFAC's consolidated list of parties that are not blocked; a few of the SDN list have one, too."""


def publication(files: Sequence[Path]) -> Publication:
    """Without a date; `omits` follows from the files given, `doubts` from how they end."""
    refused: dict[Path, str] = {}
    given = sheets(files, refused=refused)
    _refuse_another_list(given["sdn"])
    doubtful = [sheet for sheet in given.values() if sheet.doubt]
    return Publication(
        omits=frozenset(name for kind, name in _OMITTED.items() if kind not in given),
        doubts=tuple(sheet.doubt for sheet in doubtful),
        blemished={sheet.path: sheet.doubt for sheet in doubtful if sheet.kind != "sdn"},
        refused=refused,
    )


def _refuse_another_list(sdn: Sheet) -> None:
    """Refuses the consolidated list (`cons_prim.csv`), which has the columns of sdn.csv and the same numbers."""
    listed = [_programmes_in(row.values[2]) for row in rows(sdn) if isinstance(row, Row)]
    others = sum(bool(codes) and all(map(_NOT_BLOCKED.fullmatch, codes)) for codes in listed)
    if 2 * others > len(listed):
        why = (
            f"{others:,} of its {len(listed):,} parties are under programmes that block nobody: it is "
            "OFAC's consolidated list of other parties (non-SDN); import sdn.csv"
        )
        raise FileRefused(file=sdn.path.name, why=why)


def parse(files: Sequence[Path]) -> Iterator[Party | Unreadable]:
    """Every party of sdn.csv in its order, then rows of the other files that belong to none.

    A row that cannot be read takes its party with it: half a party would look like an amendment. The other files are
    read into memory (some 25,000 short rows), sdn.csv is not.
    """
    given = sheets(files, refused={})
    parts = _Parts()
    for kind in _OMITTED:
        if kind in given:
            yield from parts.read(given[kind])
    seen: set[str] = set()
    for row in rows(given["sdn"]):
        if isinstance(row, Unreadable):
            seen.add(row.reference)
            yield row
            continue
        try:
            yield _party(row, parts=parts, seen=seen)
        except RecordRefused as refusal:
            yield Unreadable(reference=row.reference, line=row.line, reason=str(refusal), file=given["sdn"].path.name)
    yield from parts.orphans(seen)


@dataclass(slots=True)
class _Parts:
    """The rows of alt.csv, add.csv and sdn_comments.csv by the party they belong to."""

    _rows: dict[tuple[SheetKind, str], list[Row]] = field(default_factory=dict)
    _broken: dict[str, Unreadable] = field(default_factory=dict)
    _files: dict[SheetKind, str] = field(default_factory=dict)

    def read(self, sheet: Sheet) -> Iterator[Unreadable]:
        """Yields the rows that cannot be read and name no party."""
        self._files[sheet.kind] = sheet.path.name
        for row in rows(sheet):
            if isinstance(row, Row):
                self._rows.setdefault((sheet.kind, row.reference), []).append(row)
            elif row.reference:
                self._broken.setdefault(row.reference, row)
            else:
                yield row

    def of(self, kind: SheetKind, reference: str) -> list[Row]:
        if broken := self._broken.get(reference):
            raise RecordRefused(why=f"line {broken.line} of {broken.file} belongs to it: {broken.reason}")
        return self._rows.pop((kind, reference), [])

    def orphans(self, seen: set[str]) -> Iterator[Unreadable]:
        """Rows of parties that sdn.csv does not name."""
        for (kind, reference), left in self._rows.items():
            for row in left if reference not in seen else ():
                why = f"sdn.csv has no party {reference}"
                yield Unreadable(reference=reference, line=row.line, reason=why, file=self._files[kind])
        yield from (broken for reference, broken in self._broken.items() if reference not in seen)


def _party(row: Row, *, parts: _Parts, seen: set[str]) -> Party:
    reference = row.reference
    if reference in seen:
        raise RecordRefused(why=f"ent_num {reference} is in the file twice")
    seen.add(reference)
    name, sdn_type, programmes, title, *vessel, _ = row.cells()
    if not name:
        raise RecordRefused(why="it has no name")
    if sdn_type.casefold() not in _KINDS:
        raise RecordRefused(why=f"SDN_Type {sdn_type!r} is not known")
    codes = _programmes_in(programmes)
    if not codes:
        raise RecordRefused(why="it is listed under no programme")
    kind = _KINDS[sdn_type.casefold()]
    is_person = kind == "person"
    # Cut at 1,000 characters, a remark goes on in sdn_comments.csv in the middle of a word.
    remarks = clean("".join(part.values[-1] for part in [row, *parts.of("sdn_comments", reference)]))
    features = remarks_of.read(remarks, is_person=is_person)
    aliases = _aliases(parts.of("alt", reference), is_person=is_person)
    return Party(
        reference=reference,
        kind=kind,
        names=(remarks_of.spoken(name, kind="primary", is_person=is_person), *aliases, *features.pop("names", ())),
        programmes=codes,
        titles=distinct(title.split("; ")),
        addresses=tuple(_addresses(parts.of("add", reference))),
        details=(
            *(Detail(key, value) for key, value in zip(_VESSEL_COLUMNS, vessel, strict=True) if value),
            *features.pop("details", ()),
        ),
        remarks=remarks,
        **features,
    )


def _programmes_in(text: str) -> tuple[str, ...]:
    """`SDGT] [IFSR` and `[SDGT] [IFSR]` -> SDGT, IFSR."""
    return tuple(filter(None, (code.strip() for code in re.split(r"[\[\];]+", text))))


def _aliases(alt: Iterable[Row], *, is_person: bool) -> Iterator[Name]:
    """The strong aliases of alt.csv; the remarks have the weak ones (dat_spec.txt, "The disposition of aliases")."""
    for row in alt:
        _, alias_type, name, note = row.cells()
        alias_type = alias_type.casefold().replace(".", "")
        if alias_type not in _ALIAS_KINDS:
            raise RecordRefused(why=f"line {row.line} of alt.csv: alt_type {alias_type!r} is not known")
        if not name:
            raise RecordRefused(why=f"line {row.line} of alt.csv has no alias")
        alias = remarks_of.spoken(name, kind=_ALIAS_KINDS[alias_type], is_person=is_person, quality="strong")
        yield replace(alias, note=note)


def _addresses(add: Iterable[Row]) -> Iterator[Place]:
    """Addresses; `City/State/Province/Postal Code` is one column, which OFAC does not divide."""
    for row in add:
        _, street, city, country, note = row.cells()
        yield Place(street=street, city=city, country=country, note=note)
