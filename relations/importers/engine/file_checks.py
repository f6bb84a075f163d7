"""Refusals that every file shares before its format is read: empty, too large, a web page in its place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from relations.errors import FileRefused

BOM = b"\xef\xbb\xbf"
_PAGE = re.compile(rb"\s*<(?:!doctype\s+html|html)", re.IGNORECASE)
_HEAD = 1024


def refuse_unfit_bytes(file: str, *, size: int, head: bytes, most: int) -> None:
    """Raises `FileRefused` by a file's size and first bytes."""
    if size == 0:
        raise FileRefused(file=file, why="it is empty")
    if size > most:
        raise FileRefused(file=file, why=f"it has {size:,} bytes; the limit is {most:,}")
    if _PAGE.match(head.removeprefix(BOM)):
        raise FileRefused(file=file, why="it is an HTML page and not the list")


def refuse_unfit(path: Path, *, most: int) -> bytes:
    """Raises `FileRefused` for a file that cannot be the list; returns its first bytes without a byte order mark."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    refuse_unfit_bytes(path.name, size=path.stat().st_size, head=head, most=most)
    return head.removeprefix(BOM)


def only(files: Sequence[Path], *, kind: str) -> Path:
    """The one file of a list that is published as one."""
    if len(files) != 1:
        raise FileRefused(file="The list", why=f"it is one {kind} file, and {len(files)} were given")
    return files[0]
