"""Every source by the name under which it is imported: what reads it, where it is fetched, how often."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from relations.codes import ImportedList
from relations.errors import FileRefused
from relations.importers import archive
from relations.importers.applying import Progress, import_parties
from relations.importers.registry import FACT_LISTS, PARTY_LISTS, FactList, PartyList
from relations.importers.stating import import_facts
from relations.importers.tables import table
from relations.ledger import NOBODY, Author, Kept
from relations.models import ImportRun

LISTS: Mapping[str, PartyList | FactList] = {**PARTY_LISTS, **FACT_LISTS}

_DEEP = ("missions-countries/*.xml", "people/**/*.xml", "people.tar.gz")
"""What is read of a folder of `pocom`, which holds much else; of other folders every file in it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where one file of a list is published: the name by which it is imported, and its URL."""

    file: str
    url: str


def addresses(code: str) -> list[Address]:
    """What to fetch; empty for a source that is published nowhere as the file that is imported."""
    return [Address(file=row["file"], url=row["url"]) for row in table("lists") if row["list"] == code]


@cache
def periods() -> dict[str, dt.timedelta]:
    """How often each list that can be fetched is looked at."""
    return {row["list"]: dt.timedelta(hours=int(row["hours"])) for row in table("lists")}


def is_offered(code: str) -> bool:
    """Whether the source may be imported without being asked for by name: its licence is free."""
    one = LISTS[code]
    return not isinstance(one, FactList) or one.offered


def import_list(
    code: str,
    paths: Sequence[Path],
    *,
    dated: dt.date | None = None,
    author: Author = NOBODY,
    asked: ImportRun | None = None,
    kept: Sequence[Kept] = (),
    accept_shrink: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportRun:
    """Imports one publication from its files, compressed or not, or from a folder or an archive that holds them.

    `asked` is the run that was asked for, `kept` what the archive keeps already; otherwise the files are kept there,
    unless it is a dry run. Raises `FileRefused`, and `Conflict` where the list is being imported already.
    """
    take_in = import_parties if code in PARTY_LISTS else import_facts
    with archive.workplace() as folder:
        files = _files(code, archive.unfolded(paths, folder=folder))
        _refuse_unopened(files, paths)
        return take_in(
            code, files, dated=dated, author=author, asked=asked, accept_shrink=accept_shrink, dry_run=dry_run,
            kept=kept or ([] if dry_run else archive.keep(files, name=code)), progress=progress,
        )  # fmt: skip


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
            found += sorted({file for pattern in _DEEP for file in _below(path).glob(pattern)})
        else:
            found += sorted(file for file in path.iterdir() if file.is_file())
    return found


def _below(folder: Path) -> Path:
    """The folder, or the only one in it: what GitHub packs begins with a folder of its own."""
    inside = list(folder.iterdir())
    return inside[0] if len(inside) == 1 and inside[0].is_dir() else folder
