"""The archive of imported files, by SHA-256: `TRACKER_DATA/archive/ab/abcd….gz`."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import os
import shutil
import tempfile
import zlib
from collections.abc import Collection, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NotRequired, TypedDict

from django.conf import settings

from relations.errors import ArchiveDamaged, FileRefused, NoLongerArchived

_CHUNK = 1 << 20


class StoredFile(TypedDict):
    """One file in the archive, under the name by which it is imported.

    `media_type` is the Content-Type with which its publisher, or who uploaded it, sent it.
    """

    name: str
    sha256: str
    bytes: int
    media_type: NotRequired[str]
    url: NotRequired[str]
    etag: NotRequired[str]
    last_modified: NotRequired[str]


def store_file(opened: BinaryIO, *, name: str, media_type: str = "") -> StoredFile:
    """Copies a file into the archive, unless it is there; it appears there whole or not at all."""
    whole, size = hashlib.sha256(), 0
    while chunk := opened.read(_CHUNK):
        whole.update(chunk)
        size += len(chunk)
    place = _place(whole.hexdigest())
    if place.exists():
        place.touch()
    else:
        opened.seek(0)
        _store(opened, place)
    stored = StoredFile(name=name, sha256=whole.hexdigest(), bytes=size)
    return stored | {"media_type": media_type} if media_type else stored


def write_files(files: Collection[StoredFile], *, folder: Path) -> list[Path]:
    paths: list[Path] = []
    for one in files:
        path, place = folder / Path(one["name"]).name, _place(one["sha256"])
        if not place.exists():
            raise FileRefused(file=one["name"], why="it is no longer in the archive")
        with gzip.open(place) as packed, path.open("wb") as opened:
            shutil.copyfileobj(packed, opened, _CHUNK)
        paths.append(path)
    return paths


def read_file(file: StoredFile) -> Generator[bytes]:
    """The bytes of an archived file, in chunks; before the first, which is empty, all of them are verified.

    Raises `NoLongerArchived`, and `ArchiveDamaged` where they are not the bytes that were archived.
    """
    with _opened(file) as packed:
        for _ in _verified(packed, file):
            pass
        packed.seek(0)
        yield b""
        while chunk := packed.read(_CHUNK):
            yield chunk


def scan_file(file: StoredFile) -> Generator[bytes]:
    """The same in one pass: bytes that are not those that were archived are refused after the last chunk."""
    with _opened(file) as packed:
        yield from _verified(packed, file)


@contextmanager
def _opened(file: StoredFile) -> Generator[gzip.GzipFile]:
    try:
        with gzip.open(_place(file["sha256"])) as packed:
            yield packed
    except FileNotFoundError as error:
        raise NoLongerArchived(file=file["name"]) from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ArchiveDamaged(file=file["name"], sha256=file["sha256"]) from error


def _verified(packed: gzip.GzipFile, file: StoredFile) -> Generator[bytes]:
    whole = hashlib.sha256()
    while chunk := packed.read(_CHUNK):
        whole.update(chunk)
        yield chunk
    if whole.hexdigest() != file["sha256"]:
        raise ArchiveDamaged(file=file["name"], sha256=file["sha256"])


def delete_files(*, needed: Collection[str], before: dt.datetime) -> int:
    """Deletes files that are not `needed` (SHA-256) and were stored before that moment. Returns how many."""
    deleted = 0
    for place in _root().glob("*/*.gz"):
        stored_at = dt.datetime.fromtimestamp(place.stat().st_mtime, dt.UTC)
        if place.stem not in needed and stored_at < before:
            place.unlink(missing_ok=True)
            deleted += 1
    return deleted


def _root() -> Path:
    folder: Path = settings.TRACKER_DATA
    return folder / "archive"


def _place(sha256: str) -> Path:
    return _root() / sha256[:2] / f"{sha256}.gz"


def _store(opened: BinaryIO, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    # Deleted at the end, unless it has got its place.
    with tempfile.NamedTemporaryFile(dir=place.parent) as written:
        with gzip.open(written, "wb") as packed:
            shutil.copyfileobj(opened, packed, _CHUNK)
        written.flush()
        os.fsync(written.fileno())
        Path(written.name).replace(place)
