"""The registry of lists: each as `sources/<list>.toml` describes it, with what reads it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, Protocol

from relations.codes import Nature, SourceKind
from relations.codes.list_descriptions import list_description
from relations.errors import FileRefused
from relations.importers.engine.parties import Party, Publication, Unreadable
from relations.importers.engine.statements import OnMissing, Reading
from relations.importers.sources import (
    cow,
    eu,
    factbook,
    gsdb,
    ofac,
    ofsi,
    pocom,
    regimes,
    travel_ban,
    uk,
    un,
    us_missions,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFile:
    """One file of a publication: the name under which it is imported, and its URL where it is published as that."""

    name: str
    media_type: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialList:
    """A source as its `.toml` describes it.

    `hours` is the period after which `IMPORT_LISTS` has it fetched again, 0 for a source that cannot be fetched.
    A publication is refused if more than `most_unreadable` of its records cannot be read. `pattern` matches the names
    of its files, in small letters, in a folder of several; `nested` are their paths where the publication is a tree of
    files. The files of an `undated` one carry no day. `page` says where one is that cannot be fetched. `records`
    counts the parties of whole publications, by day, for the tests; `record` is for the pages: how a party's record is
    found in the bytes of a file.
    """

    code: str
    title: str
    publisher: str
    licence: str
    files: tuple[PublishedFile, ...]
    hours: int = 0
    most_unreadable: float = 0.01
    pattern: str = "*"
    nested: Sequence[str] = ()
    undated: bool = False
    page: str = ""
    records: Mapping[str, int] = field(default_factory=dict)
    record: Mapping[str, Any] = field(default_factory=dict)

    @property
    def period(self) -> dt.timedelta | None:
        return dt.timedelta(hours=self.hours) if self.hours else None

    @property
    def addresses(self) -> list[PublishedFile]:
        """The files to fetch."""
        return [file for file in self.files if file.url]

    @property
    def wanted(self) -> str:
        """Names the format to import and its address, as the end of a refusal of any other file."""
        formats = ", ".join(dict.fromkeys(_FORMATS[file.media_type] for file in self.files))
        named = f" ({', '.join(file.name for file in self.files)})" if len(self.files) > 1 else ""
        address = self.addresses[0].url if self.addresses else self.page
        return ", ".join(filter(None, [f"{self.title} is read as {formats}{named}: {self.publisher}", address]))

    @contextmanager
    def saying_what_is_wanted(self) -> Iterator[None]:
        """Adds `wanted` to the refusal of a file."""
        try:
            yield
        except FileRefused as refusal:
            raise FileRefused(
                **refusal.particulars | {"why": f"{refusal.particulars['why'].rstrip('.')}. {self.wanted}"}
            ) from refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyList(OfficialList):
    """A sanctions list of parties. From the first publication of its `successor` on it is not current."""

    issuer: str
    publication: Callable[[Sequence[Path]], Publication]
    parse: Callable[[Sequence[Path]], Iterator[Party | Unreadable]]
    successor: str = ""


class FactReader(Protocol):
    """Reads the files of one publication; `dated` is its day where they carry none."""

    def __call__(self, files: Sequence[Path], dated: dt.date | None = None) -> list[Reading]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FactList(OfficialList):
    """A source of facts.

    `kind` says how long it can be relied on. `nature` is that of its facts: what happened, or what it saw. `covers` is
    "edition" where each publication speaks of every day up to its own date; a parser that knows better says so in its
    readings. Of one that `names_regimes` the programmes of lists are joined to its regimes.
    """

    kind: SourceKind
    nature: Nature
    on_missing: OnMissing
    read: FactReader
    covers: Literal["", "edition"] = ""
    names_regimes: bool = False

    @property
    def shows_moments(self) -> bool:
        """True if each edition shows the state of its day, and says nothing of the past that it leaves out."""
        return self.nature == Nature.OBSERVATION and self.on_missing == "leave"


class _PartyParser(Protocol):
    def publication(self, files: Sequence[Path]) -> Publication: ...
    def parse(self, files: Sequence[Path]) -> Iterator[Party | Unreadable]: ...


def _described(code: str) -> dict[str, Any]:
    description = list_description(code)
    return {**description, "code": code, "files": tuple(PublishedFile(**file) for file in description["files"])}


_NAMED = 5
"""Number of files that a refusal names."""
_FORMATS = {
    "application/xml": "XML",
    "text/csv": "CSV",
    "application/jsonl": "JSON Lines",
    "application/yaml": "YAML files in a folder or a tar",
    "application/gzip": "XML files in a folder or a tar.gz",
}


def _alone(parse: Callable[[bytes], list[Reading]]) -> FactReader:
    """Reads a source that is published as one file."""

    def read(files: Sequence[Path], dated: dt.date | None = None) -> list[Reading]:  # its files carry their day
        name = files[0].name
        if len(files) != 1:
            named = ", ".join(path.name for path in files[:_NAMED])
            raise FileRefused(file=name, why=f"the source is one file, and these are {len(files)}: {named}")
        # The parser knows the file by the name under which it is published; who reads the reason has it under another.
        try:
            readings = parse(files[0].read_bytes())
        except FileRefused as refusal:
            raise FileRefused(file=name, why=refusal.particulars["why"]) from refusal
        for reading in readings:
            reading.unreadable[:] = [replace(one, file=name) for one in reading.unreadable]
        return readings

    return read


def _pocom(files: Sequence[Path], dated: dt.date | None = None) -> list[Reading]:  # its files carry their day
    return pocom.parse({_below(path, "missions-countries", "people"): path.read_bytes() for path in files})


def _regimes(files: Sequence[Path], dated: dt.date | None = None) -> list[Reading]:
    edition = dated or next(filter(None, (regimes.edition_of(path.parts[:-1]) for path in files)), None)
    return regimes.parse({path.name: path.read_bytes() for path in files}, edition=edition)


def _below(path: Path, *folders: str) -> str:
    """The path from the last of the folders on: what lies above it is this machine's."""
    parts = path.parts
    starts = [place for place, part in enumerate(parts[:-1]) if part in folders]
    return "/".join(parts[starts[-1] :]) if starts else path.name


def _us_missions(files: Sequence[Path], dated: dt.date | None = None) -> list[Reading]:  # its files carry their day
    return us_missions.parse({path.name: path.read_bytes() for path in files})


_PARTY_PARSERS: Mapping[str, _PartyParser] = {"un": un, "ofac": ofac, "eu": eu, "uk": uk, "ofsi": ofsi}


def _party_list(code: str, parser: _PartyParser) -> PartyList:
    one = PartyList(**_described(code), publication=parser.publication, parse=parser.parse)

    def parse(files: Sequence[Path]) -> Iterator[Party | Unreadable]:
        with one.saying_what_is_wanted():
            yield from parser.parse(files)

    return replace(one, publication=one.saying_what_is_wanted()(parser.publication), parse=parse)


PARTY_LISTS: Mapping[str, PartyList] = {code: _party_list(code, parser) for code, parser in _PARTY_PARSERS.items()}

_FACT_READERS: Mapping[str, FactReader] = {
    "pocom": _pocom,
    "factbook": _alone(factbook.parse),
    "travel_ban": _alone(travel_ban.parse),
    "gsdb": _alone(gsdb.parse),
    "cow": _alone(cow.parse),
    "regimes": _regimes,
    "us_missions": _us_missions,
}


def _fact_list(code: str, read: FactReader) -> FactList:
    described = _described(code)
    kind, nature = SourceKind(described.pop("kind")), Nature(described.pop("nature"))
    one = FactList(**described, kind=kind, nature=nature, read=read)
    return replace(one, read=one.saying_what_is_wanted()(read))


FACT_LISTS: Mapping[str, FactList] = {code: _fact_list(code, read) for code, read in _FACT_READERS.items()}

LISTS: Mapping[str, PartyList | FactList] = {**PARTY_LISTS, **FACT_LISTS}
