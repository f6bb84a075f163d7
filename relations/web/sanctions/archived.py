"""A party's record in the bytes of an archived publication, with the recorded values marked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from relations import ledger
from relations.codes.list_descriptions import list_description
from relations.errors import ArchiveDamaged, NoLongerArchived
from relations.models import Designation, ImportRun
from relations.web.sanctions.publications import last_runs
from relations.web.sources import pieces
from relations.web.words import day_in_words

_MOST_BYTES = 256 * 1024 * 1024
"""Limit of the files of a publication: a quarter of a second for each 100 MB."""
_LONGEST, _MOST = 1 << 16, 20
"""Bytes of the records on a page, and their number: a CSV has a row for each name."""
_MOST_VALUES, _SHORTEST = 1000, 3
"""Values to mark, and letters of a word that is marked where the value as a whole is not in the file."""
_JSON_LINES: Mapping[str, Any] = {"reference": r'"reference":\s*"{}"', "begins": ["\n"], "ends": ["\n"]}
"""The record of a file in the tracker's own format; of the others, `relations/importers/sources/<list>.toml` has it."""
_CODES = frozenset({"kind", "quality", "script", "language", "calendar"})
"""Keys of a content whose values are the tracker's words."""


class Passage(NamedTuple):
    """A record as the file has it; `start` and `end` are its bytes."""

    run: ImportRun
    file: str
    size: int
    start: int
    end: int
    pieces: Sequence[Mapping[str, Any]]

    @property
    def day(self) -> str:
        return day_in_words(self.run.dated) if self.run.dated else ""


def passages(version: Designation) -> tuple[list[Passage], str]:
    """The records of the files from which the version was read; without any, the reason in a sentence.

    A version that is current has the same record in the list's last publication, whose files stay in the archive.
    """
    places, why = _places_in(version.run, version)
    if places is None:
        later = Designation.objects.filter(party=version.party_id, version__gt=version.version)
        for last in () if later.exists() else last_runs([version.run.list]):
            places, why = _places_in(last, version)
    return places or [], why


def _places_in(run: ImportRun, version: Designation) -> tuple[list[Passage] | None, str]:
    """None where the archive no longer has the files."""
    if sum(file["bytes"] for file in run.files) > _MOST_BYTES:
        return [], _("The files are larger than what a page searches.")
    try:
        shown = _read(run, version)
    except NoLongerArchived:
        return None, _("The archive no longer has the file.")
    except ArchiveDamaged:
        return [], _("The archive's copy of the file is damaged.")
    return shown, "" if shown else _("The record is not found in the archived file.")


def _read(run: ImportRun, version: Designation) -> list[Passage]:
    """The records, as many as a page shows; all files are read to the end, where their digests are compared."""
    values = {version.party.reference: None, **dict.fromkeys(_values(version.content))}
    shown: list[Passage] = []
    left = _LONGEST
    for file in run.files:
        shape = _JSON_LINES if file["name"].endswith(".jsonl") else list_description(run.list)["record"]
        for start, raw in records(ledger.scan_file(file), shape, version.party.reference):
            if len(raw) <= left and len(shown) < _MOST:
                text = raw.decode("utf-8", "replace")
                marked = list(pieces(text, _marks(text, values)))
                shown.append(Passage(run, file["name"], file["bytes"], start, start + len(raw), marked))
                left -= len(raw)
    return shown


def records(chunks: Iterable[bytes], shape: Mapping[str, Any], reference: str) -> Iterator[tuple[int, bytes]]:
    """The records with this reference, each with the place of its first byte, in one pass and bounded memory."""
    pattern = re.compile(shape["reference"].replace("{}", re.escape(reference)).encode())
    # A line end before the first line. `at` is the place of the buffer's first byte, `done` how far it was searched.
    buffer, at, done = b"\n", -1, 0
    for chunk in chain(chunks, [b""]):
        buffer += chunk
        # What begins later may end in the next chunk.
        limit = len(buffer) - _LONGEST if chunk else len(buffer)
        for match in pattern.finditer(buffer, done):
            if match.start() >= limit:
                break
            start, end = _around(buffer, match, shape)
            yield at + start, buffer[start:end]
        if limit > done:
            cut = max(limit - _LONGEST, 0)
            buffer, at, done = buffer[cut:], at + cut, limit - cut


def _around(buffer: bytes, match: re.Match[bytes], shape: Mapping[str, Any]) -> tuple[int, int]:
    """The place of a record without the blanks around it, from its last beginning to its next end."""
    first, last = max(match.start() - _LONGEST, 0), match.end() + _LONGEST
    start = max(first, *(buffer.rfind(one.encode(), first, match.end()) for one in shape["begins"]))
    places = [(place, one) for one in shape["ends"] if (place := buffer.find(one.encode(), match.end(), last)) >= 0]
    end = min((place + len(one) for place, one in places), default=min(len(buffer), last))
    whole = buffer[start:end]
    return start + len(whole) - len(whole.lstrip()), start + len(whole.rstrip())


def _values(content: Any) -> Iterator[str]:
    """The texts of a content, without the tracker's own words."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, Mapping):
        for key, value in content.items():
            yield from () if key in _CODES else _values(value)
    elif isinstance(content, list):
        for value in content:
            yield from _values(value)


def _marks(text: str, values: Iterable[str]) -> Iterator[tuple[int, int, str]]:
    """The places of values in the text, whatever blanks are in them; of one that is not there, those of its words."""
    for value in islice(filter(None, values), _MOST_VALUES):
        words = value.split()
        whole = list(_places(text, words))
        yield from whole
        for word in () if whole else words:
            yield from _places(text, [word]) if len(word) >= _SHORTEST else ()


def _places(text: str, words: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """The places at which these words follow each other as whole ones."""
    if all(word in text for word in words):
        for match in re.finditer(r"\s+".join(map(re.escape, words)), text):
            start, end = match.span()
            if not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum()):
                yield start, end, ""
