"""Refusals that every file shares before its format is read: empty, too large, of another format."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from relations.errors import FileRefused

BOM = b"\xef\xbb\xbf"
_PAGE = re.compile(rb"\s*<(?:!doctype\s+html|html)", re.IGNORECASE)
_HEAD = 1024
_OTHERS = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a zip archive, as spreadsheets (.xlsx, .ods) are",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file",
    b"\x1f\x8b": "a gzip file in a gzip file",
}
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def refuse_unfit_bytes(file: str, *, size: int, head: bytes, most: int, is_xml: bool = False) -> None:
    """Raises `FileRefused` by a file's size and first bytes; `is_xml` is the format that its list is read in."""
    if size == 0 or (size <= len(head) and not head.removeprefix(BOM).strip()):
        raise FileRefused(file=file, why="it is empty")
    if size > most:
        raise FileRefused(file=file, why=f"it has {size:,} bytes; the limit is {most:,}")
    if _PAGE.match(head.removeprefix(BOM)):
        raise FileRefused(file=file, why="it is an HTML page and not the list")
    other = next((name for begins, name in _OTHERS.items() if head.startswith(begins)), "")
    is_other_xml = head.removeprefix(BOM).lstrip().startswith(b"<") != is_xml
    if head.startswith(_UTF_16):
        other = other or ("" if is_xml else "UTF-16 and not UTF-8")  # XML says its own encoding.
    elif is_other_xml:
        other = other or ("not XML" if is_xml else "XML")
    if other:
        raise FileRefused(file=file, why=f"it is {other}")


def refuse_unfit(path: Path, *, most: int, is_xml: bool = False) -> bytes:
    """Raises `FileRefused` for a file that cannot be the list; returns its first bytes without a byte order mark."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    refuse_unfit_bytes(path.name, size=path.stat().st_size, head=head, most=most, is_xml=is_xml)
    return head.removeprefix(BOM)


def only(files: Sequence[Path], *, kind: str) -> Path:
    """The one file of a list that is published as one."""
    if len(files) != 1:
        raise FileRefused(file="The list", why=f"it is one {kind} file, and {len(files)} were given")
    return files[0]
