"""Statements of a source that become facts, in one shape for all formats.

A parser of facts is pure: bytes in, `Reading`s out, one for each date in the file, oldest first. Every record of the
source becomes statements, is `Ignored` with a reason, or is `Unreadable`: nothing is guessed or dropped in silence.
Statements are recorded in their order: of two on one day the later recorded counts.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from typing import Any, Literal, NamedTuple
from uuid import UUID

from relations import dates
from relations.errors import RecordRefused, Refused
from relations.importers.engine.parties import Unreadable

type FactKind = Literal["ambassadors", "sanction-events", "travel-ban-entries", "diplomatic-events"]
type OnMissing = Literal["leave", "retract", "replace"]
"""Treatment of a reference that a later publication lacks: docs/decisions/0143.

"leave": its fact remains, for the source may only have ceased to mention it. "retract": its fact is retracted, unless a
record that cannot be read may be its own, or the part of the source that stated it is not in the publication.
"replace": it is retracted in any case.
"""

_CODE = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """A text to archive as a `Source`: the file itself, or the whole lines of it that are about one country.

    `text` is the file's own, code point for code point, so that every quote can be checked against it. `url` names the
    place and not the version: two publications may share it, and only one `Source` can bear it. `covers_to` is the last
    day of which the text speaks, where that is not the publication's.
    """

    reference: str
    title: str
    text: str
    url: str = ""
    published_on: dt.date | None = None
    covers_to: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegimeName:
    """The `Regime` that a registry describes; its issuer and target are the event's own countries.

    `aliases` are the names by which lists know it, legal acts among them. `status` is as of the publication's day.
    A registry's regime `of_several` targets is one for each of them here.
    """

    code: str
    title: str
    of_several: bool = False
    legal_basis: str = ""
    url: str = ""
    aliases: tuple[str, ...] = ()
    status: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """The `SanctionProgramme` of an event; its issuer and target are the event's own countries.

    With a `regime` it is that regime as the source shows it. `thematic` as in the model: about persons or a theme, and
    not about the target as a state.
    """

    title: str
    legal_basis: str = ""
    thematic: bool = False
    regime: RegimeName | None = None

    def content(self) -> dict[str, Any]:
        """The compared fields: a programme of a regime is named by its code, for titles are edited."""
        if self.regime:
            return {"regime": self.regime.code}
        own = {"title": self.title, "legal_basis": self.legal_basis}
        return own | ({"thematic": True} if self.thematic else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class BanList:
    """The `TravelBanList` of an entry; its issuer is the entry's own `sender`."""

    title: str
    instrument: str
    legal_basis: str = ""
    url: str = ""


UNCOMPARED = frozenset({"reference", "source", "quote", "start", "bounded"})
"""Fields that are not compared between publications: the identity of the statement, and the place of its words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One fact that a source supports, with the supporting words.

    `reference` names it for good within the source: the same reference with other `content()` is a correction.
    `sender` and `target` are the fact's `from` and `to` (country codes of the tracker); `word` is the status or the
    action; `on` is EDTF. `quote` is in the text of the extract `source` at code point `start`.
    `bounded` says that only the publication's own date bounds `on`: a later publication that repeats the statement
    bounds it later and corrects nothing. `nature` is that of the fact, empty where it is that of the source's facts.
    """

    kind: FactKind
    reference: str
    source: str
    quote: str
    start: int
    sender: str
    target: str
    word: str
    on: str
    bounded: bool = False
    holder: str = ""
    measures: tuple[str, ...] = ()
    programme: Programme | None = None
    instrument: str = ""
    scope: str = ""
    visa_classes: tuple[str, ...] = ()
    ban_list: BanList | None = None
    note: str = ""
    nature: Literal["", "event", "observation"] = ""

    def __post_init__(self) -> None:
        """Raises `NotADate` or `RecordRefused` for values that no fact can have."""
        dates.parse(self.on)
        for code in (self.sender, self.target):
            if not _CODE.fullmatch(code):
                raise RecordRefused(why=f"{code!r} is not a country code")
        if self.sender == self.target:
            raise RecordRefused(why=f"a fact has two different countries, and both are {self.sender}")
        if (self.kind == "travel-ban-entries") != (self.ban_list is not None):
            raise RecordRefused(why="a travel-ban entry names its list, and nothing else does")
        if not self.quote:
            raise RecordRefused(why="no words of the source support it")

    @property
    def when(self) -> dates.When:
        return dates.parse(self.on)

    def content(self) -> dict[str, Any]:
        """The compared fields, without empty ones, and without a date that only the publication bounds."""
        content = {
            name: value
            for name in _COMPARED
            if (value := getattr(self, name)) not in ("", (), None) and not (self.bounded and name == "on")
        }
        return content | ({"programme": self.programme.content()} if self.programme else {})


_COMPARED = tuple(part.name for part in fields(Statement) if part.name not in UNCOMPARED)


@dataclass(slots=True, kw_only=True)
class KnownStatement:
    """The content last stated under one reference, and the key of its fact, None until that has been recorded.

    `stated_on` is the day of the last publication that stated it, None where that is not on record. Only bounded
    statements have a `bound`, the last day that the fact leaves open.
    """

    kind: str
    content: Mapping[str, Any]
    bounded: bool
    stated_on: dt.date | None = None
    bound: dt.date | None = None
    key: UUID | None = None
    version: int = 0

    @property
    def fact_key(self) -> UUID:
        if self.key is None:
            raise AssertionError("a statement is recorded before it is corrected")
        return self.key


class Repeated(NamedTuple):
    """A statement that a later publication repeats unchanged, and what was known of it."""

    statement: Statement
    known: KnownStatement


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored:
    """A record, or a part of one, that was understood and supports no fact here."""

    reference: str
    reason: str


@dataclass(slots=True, kw_only=True)
class Reading:
    """The statements of one publication. `version` is its own date, None where it has none.

    `covers_to` is the last day of which it speaks, where it speaks of every day up to that. `records` counts
    records, readable or not; `lost` those in parts that are named as one unreadable record each. `contradicted` are
    references with a day: what an earlier edition saw under them on that day or later was no longer so. `unknown` are
    parts of records that the parser does not know, each with the number of records that have it.
    """

    version: dt.date | None
    covers_to: dt.date | None = None
    records: int = 0
    lost: int = 0
    extracts: dict[str, Extract] = field(default_factory=dict)
    statements: list[Statement] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)
    contradicted: dict[str, dt.date] = field(default_factory=dict)
    unknown: Counter[str] = field(default_factory=Counter)

    @property
    def day(self) -> dt.date | None:
        """The last day of which the publication says what it states."""
        return self.covers_to or self.version

    def day_of(self, statement: Statement) -> dt.date | None:
        """The last day of which the text of a statement says so."""
        return self.extracts[statement.source].covers_to or self.day

    @property
    def bad(self) -> int:
        """The number of records that cannot be read, whole or in part."""
        return min(self.records, len(self.unreadable) + self.lost)

    def ignore(self, reference: str, reason: str) -> None:
        self.ignored.append(Ignored(reference=reference, reason=reason))

    def lose(self, file: str, refusal: Refused, *, records: int = 1) -> None:
        """Names a file of several whose records cannot be read."""
        self.records += records
        self.lost += records - 1
        self.unreadable.append(Unreadable(reference=file, line=0, reason=refusal.detail, file=file))

    @contextmanager
    def record(self, reference: str, *, line: int = 0, file: str = "") -> Iterator[None]:
        """Counts a record; one that raises `Refused` is unreadable."""
        self.records += 1
        with self.attempt(reference, line=line, file=file):
            yield

    @contextmanager
    def attempt(self, reference: str, *, line: int = 0, file: str = "") -> Iterator[None]:
        """Makes a record that raises `Refused` unreadable, and removes its statements so far."""
        stated, ignored = len(self.statements), len(self.ignored)
        try:
            yield
        except Refused as refusal:
            del self.statements[stated:], self.ignored[ignored:]
            self.unreadable.append(Unreadable(reference=reference, line=line, reason=refusal.detail, file=file))
