"""Files of a publication on their way in: unpacked from gzip and tar, and stored in the archive."""

from __future__ import annotations

import gzip
import os
import shutil
import tarfile
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from relations import ledger
from relations.errors import FileRefused
from relations.ledger import StoredFile

MAX_BYTES = 256 * 1024 * 1024
"""Limit of an unpacked file or tar; the largest list has 70 MB."""
MAX_MEMBERS = 100_000
_MOST_APART = 8
"""More files than these are stored as one tar."""
_CHUNK = 1 << 20
_GZIP = b"\x1f\x8b"
_PREFIX = "tracker-import-"
_LEFT = 24 * 3600
"""Seconds after which a folder is the leftover of a killed import."""


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder of this import alone, deleted at its end, as are old ones of killed imports."""
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if left.stat().st_mtime < time.time() - _LEFT:
                shutil.rmtree(left)
    with tempfile.TemporaryDirectory(prefix=_PREFIX) as folder:
        yield Path(folder)


def store(files: Sequence[Path], *, name: str) -> list[StoredFile]:
    """Archives the files of one publication; many of them as `<name>.tar`."""
    if len(files) <= _MOST_APART:
        return [_stored(path) for path in files]
    with temporary_folder() as folder:
        packed = folder / f"{name}.tar"
        _pack(files, packed)
        return [_stored(packed)]


def _stored(path: Path) -> StoredFile:
    with path.open("rb") as opened:
        return ledger.store_file(opened, name=path.name)


def _pack(files: Sequence[Path], packed: Path) -> None:
    """The same tar for the same files: without owners, modes and times. Names begin where the paths part."""
    above = Path(os.path.commonpath(files))
    with tarfile.open(packed, "w") as tar:
        for path in files:
            member = tarfile.TarInfo(path.relative_to(above).as_posix())
            member.size = path.stat().st_size
            with path.open("rb") as opened:
                tar.addfile(member, opened)


def unpacked(paths: Sequence[Path], *, folder: Path) -> list[Path]:
    """Files as they are; of a gzip file the file in it; of `.tar`, `.tar.gz` and `.tgz` a folder with their files."""
    files: list[Path] = []
    for number, path in enumerate(paths):
        into = folder / str(number)
        if path.is_file() and path.name.endswith((".tar", ".tar.gz", ".tgz")):
            into.mkdir()
            _unpack(path, into)
            files.append(into)
        elif path.is_file() and (path.name.endswith(".gz") or _is_gzip(path)):
            into.mkdir()
            files.append(_decompressed(path, into / path.name.removesuffix(".gz")))
        else:
            files.append(path)
    return files


def _is_gzip(path: Path) -> bool:
    with suppress(OSError), path.open("rb") as file:
        return file.read(len(_GZIP)) == _GZIP
    return False


def _decompressed(path: Path, into: Path) -> Path:
    try:
        with gzip.open(path) as packed, into.open("wb") as opened:
            _copy(packed, opened, left=MAX_BYTES, file=path.name)
    except (EOFError, OSError) as error:
        raise FileRefused(file=path.name, why=f"it is not a gzip file: {error}") from error
    return into


def _unpack(path: Path, into: Path) -> None:
    """Unpacks plain files only, below the folder (tarfile's own `data` filter), and within the limits."""
    left = MAX_BYTES
    try:
        with tarfile.open(path) as tar:
            for number, member in enumerate(tar):
                if number >= MAX_MEMBERS:
                    raise FileRefused(file=path.name, why=f"it contains more than {MAX_MEMBERS:,} files")
                inside = tarfile.data_filter(member, str(into))
                opened = tar.extractfile(inside) if inside.isfile() else None
                if opened is None:
                    continue
                place = into / inside.name
                place.parent.mkdir(parents=True, exist_ok=True)
                with place.open("wb") as written:
                    left = _copy(opened, written, left=left, file=path.name)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise FileRefused(file=path.name, why=f"it is not a readable tar archive: {error}") from error


def _copy(opened: IO[bytes] | gzip.GzipFile, written: IO[bytes], *, left: int, file: str) -> int:
    while chunk := opened.read(_CHUNK):
        left -= len(chunk)
        if left < 0:
            raise FileRefused(file=file, why=f"it unpacks to more than {MAX_BYTES:,} bytes")
        written.write(chunk)
    return left
