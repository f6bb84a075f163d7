"""Every source by the name under which it is imported: what reads it, where it is fetched, how often."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from relations.codes import ImportedList
from relations.errors import FileRefused
from relations.importers.engine import archive
from relations.importers.engine.fact_import import import_facts
from relations.importers.engine.party_import import Progress, take_parties_in
from relations.importers.engine.tables import table
from relations.importers.registry import FACT_LISTS, PARTY_LISTS, FactList, PartyList
from relations.ledger import NOBODY, Author, StoredFile, import_run
from relations.models import ImportRun

LISTS: Mapping[str, PartyList | FactList] = {**PARTY_LISTS, **FACT_LISTS}

SAME_BYTES = "The same bytes as last time: nothing to do."

_DEEP = ("missions-countries/*.xml", "people/**/*.xml", "people.tar.gz")
"""What is read of a folder of `pocom`, which holds much else; of other folders every file in it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where one file of a list is published: the name by which it is imported, and its URL."""

    file: str
    url: str


def addresses(code: str) -> list[Address]:
    """What to fetch; empty for a source that is published nowhere as the file that is imported."""
    return [Address(file=row["file"], url=row["url"]) for row in table("lists") if row["list"] == code and row["url"]]


@cache
def periods() -> dict[str, dt.timedelta]:
    """How often each list that can be fetched is looked at."""
    return {row["list"]: dt.timedelta(hours=int(row["hours"])) for row in table("lists") if row["hours"]}


def import_list(
    code: str,
    paths: Sequence[Path],
    *,
    dated: dt.date | None = None,
    author: Author = NOBODY,
    asked: ImportRun | None = None,
    kept: Sequence[StoredFile] = (),
    accept_shrink: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportRun:
    """Imports one publication, all or nothing, from its files, compressed or not, or from a folder or an archive that
    holds them.

    `dated` is the publication's day where its files carry none. `asked` is the run that was asked for, `kept` what the
    archive keeps already; otherwise the files are kept there, unless it is a dry run. Raises `FileRefused`, and
    `Conflict` where the list is being imported already.
    """
    with archive.workplace() as folder:
        files = _files(code, archive.unfolded(paths, folder=folder))
        _refuse_unopened(files, paths)
        sha256 = _digest(files)
        kept = kept or ([] if dry_run else archive.keep(files, name=code))
        with import_run(
            code, author=author, asked=asked, sha256=sha256, files=list(kept), accept_shrink=accept_shrink,
            dry_run=dry_run,
        ) as run:  # fmt: skip
            last = ImportRun.objects.succeeded().filter(list=code, dry_run=False).first()
            if last and last.sha256 == sha256:
                _repeat(run, last)
            else:
                take_in = take_parties_in if code in PARTY_LISTS else import_facts
                take_in(run, files, last=last, dated=dated, author=author, progress=progress)
        return run


def _digest(files: Sequence[Path]) -> str:
    """SHA-256 over the files' bytes in the order of their names, in hexadecimal."""
    whole = hashlib.sha256()
    for path in sorted(files, key=lambda path: path.name):
        with path.open("rb") as opened:
            whole.update(hashlib.file_digest(opened, "sha256").digest())
    return whole.hexdigest()


def _repeat(run: ImportRun, last: ImportRun) -> None:
    """The same bytes as last time. The doubts of that time stay known: the next publication is held against them."""
    run.dated, run.reason = last.dated, SAME_BYTES
    run.complaints = {"doubts": last.complaints["doubts"]} if "doubts" in last.complaints else {}


def _refuse_unopened(files: Sequence[Path], paths: Sequence[Path]) -> None:
    if not files:
        raise FileRefused(file=str(paths[0]), why="there is no file in it that the list is read from")
    for file in files:
        if not file.is_file():
            raise FileRefused(file=str(file), why="there is no such file")
        try:
            file.open("rb").close()
        except OSError as error:
            raise FileRefused(file=str(file), why=f"it cannot be opened: {error.strerror}") from error


def _files(code: str, paths: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
        elif code == ImportedList.POCOM:
            found += _deep(path)
        else:
            found += _inside(path, LISTS[code])
    return found


def _inside(folder: Path, one: PartyList | FactList) -> list[Path]:
    """The files of a publication in a folder: those that are called like it, where others lie beside them."""
    files = sorted(file for file in folder.iterdir() if file.is_file() and not file.name.startswith("."))
    pattern = one.files if isinstance(one, FactList) else "*"
    return [file for file in files if fnmatchcase(file.name.lower(), pattern)] or files


def _deep(folder: Path) -> list[Path]:
    """In the folder, or in the only one in it: what GitHub packs begins with a folder of its own."""
    found = sorted({file for pattern in _DEEP for file in folder.glob(pattern)})
    inside = list(folder.iterdir())
    return found or (_deep(inside[0]) if len(inside) == 1 and inside[0].is_dir() else [])
