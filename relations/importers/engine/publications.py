"""Imports of one publication from its files: unpacked, archived, and applied as one run."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from relations import ledger
from relations.errors import FileRefused
from relations.importers.engine import archive
from relations.importers.engine.fact_import import import_facts
from relations.importers.engine.party_import import Progress, import_parties
from relations.importers.registry import LISTS, PARTY_LISTS
from relations.ledger import NOBODY, Author, StoredFile
from relations.models import ImportRun

SAME_BYTES = "The same bytes as last time: nothing to do."
SAME_BYTES_LATER = "The same bytes as last time, of a later day: what they say is confirmed."


def import_list(
    code: str,
    paths: Sequence[Path],
    *,
    dated: dt.date | None = None,
    author: Author = NOBODY,
    asked: ImportRun | None = None,
    archived: Sequence[StoredFile] = (),
    accept_shrink: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportRun:
    """Imports one publication, all or nothing, from its files, compressed or not, or from a folder or a tar of them.

    `dated` is the publication's day where its files carry none. `asked` is the waiting run, `archived` its files that
    are in the archive already; otherwise they are stored there, unless it is a dry run. Raises `FileRefused`, and
    `Conflict` while the list is being imported.
    """
    with archive.temporary_folder() as folder:
        files = _files(code, archive.unpacked(paths, folder=folder))
        _refuse_unopened(files, paths, code=code)
        sha256 = _digest(files)
        archived = archived or ([] if dry_run else archive.store(files, name=code))
        with ledger.import_run(
            code, author=author, asked=asked, sha256=sha256, files=list(archived), accept_shrink=accept_shrink,
            dry_run=dry_run,
        ) as run:  # fmt: skip
            _apply(run, files, dated=dated, author=author, progress=progress)
        return run


def _apply(
    run: ImportRun, files: Sequence[Path], *, dated: dt.date | None, author: Author, progress: Progress | None
) -> None:  # fmt: skip
    """Applies the files; the same bytes as last time only where they may be of a later day."""
    last = ImportRun.objects.succeeded().filter(list=run.list, dry_run=False).first()
    repeated = last if last and last.sha256 == run.sha256 else None
    if repeated and not may_be_later(run.list, repeated, dated):
        # With the same doubts: the next publication is compared with them.
        run.dated, run.reason = repeated.dated, SAME_BYTES
        run.complaints = {"doubts": repeated.complaints["doubts"]} if "doubts" in repeated.complaints else {}
        return
    import_publication = import_parties if run.list in PARTY_LISTS else import_facts
    import_publication(run, files, last=last, dated=dated, author=author, progress=progress)
    if repeated:
        run.reason = SAME_BYTES if run.dated == repeated.dated else SAME_BYTES_LATER


def may_be_later(code: str, last: ImportRun, dated: dt.date | None = None) -> bool:
    """True for the same files on a later day: of those that carry no day, that is another publication.

    A registry's folder may name its day.
    """
    if not LISTS[code].undated or last.dated is None:
        return False
    return (dated is None and code not in PARTY_LISTS) or (dated or ledger.today()) > last.dated


def _digest(files: Sequence[Path]) -> str:
    """SHA-256 over the files' bytes in the order of their names, in hexadecimal."""
    whole = hashlib.sha256()
    for path in sorted(files, key=lambda path: path.name):
        with path.open("rb") as opened:
            whole.update(hashlib.file_digest(opened, "sha256").digest())
    return whole.hexdigest()


def _refuse_unopened(files: Sequence[Path], paths: Sequence[Path], *, code: str) -> None:
    if not files:
        raise FileRefused(file=str(paths[0]), why=f"the folder has no file of this list. {LISTS[code].wanted}")
    for file in files:
        if not file.is_file():
            raise FileRefused(file=str(file), why="there is no such file")
        try:
            file.open("rb").close()
        except OSError as error:
            raise FileRefused(file=str(file), why=f"it cannot be opened: {error.strerror}") from error


def _files(code: str, paths: Sequence[Path]) -> list[Path]:
    """The files as they are given, and those of a publication in a folder among others."""
    described = LISTS[code]
    files: list[Path] = []
    for path in paths:
        if not path.is_dir():
            files.append(path)
        elif described.nested:
            files += _nested(path, described.nested)
        else:
            every = sorted(file for file in path.iterdir() if file.is_file() and not file.name.startswith("."))
            files += [file for file in every if fnmatchcase(file.name.lower(), described.pattern)] or every
    return files


def _nested(folder: Path, patterns: Sequence[str]) -> list[Path]:
    """The files in the folder, or in the only one in it: GitHub's archives begin with a folder of their own."""
    files = sorted({file for pattern in patterns for file in folder.glob(pattern)})
    inside = list(folder.iterdir())
    return files or (_nested(inside[0], patterns) if len(inside) == 1 and inside[0].is_dir() else [])
