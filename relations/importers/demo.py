"""The demo, `fixtures/demo/`: selected facts and parties in the tracker's own format, written from official files."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from django.conf import settings

from relations.codes import ImportedList
from relations.errors import FileRefused, Refused
from relations.importers.engine import archive, own_format
from relations.importers.engine.parties import Name, Party
from relations.importers.engine.publications import import_list
from relations.importers.engine.statements import Reading
from relations.importers.registry import FACT_LISTS, PARTY_LISTS
from relations.models import ImportRun

FOLDER = settings.ROOT / "fixtures" / "demo"

SINCE = 2001
"""First year of the demo's `pocom` facts, for every mission."""
WHOLE_MISSIONS = frozenset({"BY", "CN", "CU", "IR", "RU", "SU", "TW", "UA"})
"""Countries whose `pocom` facts the demo has since the first envoy."""
EDITIONS = frozenset({"2021-02-15", "2024-08-01"})
"""Editions of the Factbook of which the demo has facts."""
PROGRAMMES = frozenset({"BELARUS", "BELARUS-EO14038", "RUSSIA-EO14024"})
"""`ofac` programmes with all their parties. Other programmes of these parties are incomplete and left out."""

_LAST_TAG = re.compile(r"</(\w+)>\s*\Z")
_ROW_UP_TO_LEVEL = 6
"""Cells of a row of entry suspensions that say what was done, without its note and its source."""


# --- loading --------------------------------------------------------------------------------------------------------


def import_demo() -> Iterator[ImportRun | Refused | str]:
    """Imports each file as a run of its list; yields the run, its refusal, or why the list is left as it is."""
    for file in sorted(FOLDER.glob(f"*{own_format.SUFFIX}")):
        header = own_format.last_header(file)
        label = ImportedList(header.list).label
        last = ImportRun.objects.succeeded().filter(list=header.list, dry_run=False).first()
        if last and not own_format.is_own(one["name"] for one in last.files):
            yield f"{label}: left as it is, because it was imported from other files."
        elif last and last.dated and last.dated > header.dated:
            yield f"{label} of {header.dated}: loaded before."
        else:
            try:
                yield import_list(header.list, [file])
            except Refused as refusal:
                yield refusal


# --- exporting ------------------------------------------------------------------------------------------------------


def export(code: str, paths: Sequence[Path], *, dated: dt.date | None) -> Path:
    """Writes what the demo has of a list, read from its official files, to `fixtures/demo/`."""
    with archive.temporary_folder() as folder:
        unfolded = archive.unpacked(paths, folder=folder)
        files = [file for path in unfolded for file in (sorted(path.rglob("*")) if path.is_dir() else [path])]
        files = [file for file in files if file.is_file()]
        if code in FACT_LISTS:
            readings = [_selected(code, reading) for reading in FACT_LISTS[code].read(files)]
            records = [record for one in readings if one.statements for record in own_format.fact_records(code, one)]
            path = FOLDER / f"{code}{own_format.SUFFIX}"
        else:
            day = dated or PARTY_LISTS[code].publication(files).dated
            if day is None:
                raise FileRefused(file=code, why="it names no day; name it with --dated")
            records = [own_format.Header(list=code, dated=day), *_parties(code, files)]
            path = FOLDER / f"{code}-{day}{own_format.SUFFIX}"
    own_format.write(path, records)
    return path


def _selected(code: str, reading: Reading) -> Reading:
    """The part of a reading that the demo has, with short quotations."""
    match code:
        case "pocom":
            chosen = [
                replace(one, quote=_last_element(one.quote))
                for one in reading.statements
                if one.when.latest.year >= SINCE or one.target in WHOLE_MISSIONS
            ]
        case "factbook":
            chosen = reading.statements if str(reading.version) in EDITIONS else []
        case "travel_ban":
            chosen = [
                replace(one, quote=",".join(one.quote.split(",")[:_ROW_UP_TO_LEVEL])) for one in reading.statements
            ]
        case _:
            raise FileRefused(file=code, why="the demo has none of it: its licence does not let it be shipped")
    return replace(reading, statements=chosen)


def _last_element(record: str) -> str:
    """`<started> <date>2006-10-24</date> <note/> </started>`: words that are next to each other in the source."""
    words, last = " ".join(record.split()), _LAST_TAG.search(record)
    start = words.rfind(f"<{last[1]}>") if last else -1
    return words[start:] if start >= 0 else words


def _parties(code: str, files: Sequence[Path]) -> Iterator[Party]:
    """Each party under the demo's programmes, with these programmes alone, and with what identifies it."""
    for party in PARTY_LISTS[code].parse(files):
        if isinstance(party, Party) and (programmes := PROGRAMMES.intersection(party.programmes)):
            yield Party(
                reference=party.reference,
                kind=party.kind,
                names=(Name(text=party.name, kind="primary"),),
                programmes=tuple(sorted(programmes)),
                genders=party.genders,
                birth_dates=party.birth_dates,
                nationalities=party.nationalities,
                documents=party.documents,
            )
