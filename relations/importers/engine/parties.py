"""A party as every sanctions list describes it, in one shape, whatever the list's own format.

A list's parser yields one `Party` per record that it can read and one `Unreadable` per record that it cannot. Two
publications of the same content compare equal through `Party.digest`, however they order or space it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal

import orjson

from relations.codes.country_names import code_by_name

type Kind = Literal["person", "entity", "vessel", "aircraft"]
type NameKind = Literal["primary", "aka", "fka", "nka", "variation", "original_script"]
type Quality = Literal["", "strong", "weak"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name in the order in which it is spoken (`text`); `family` and `given` where the list separates them.

    `quality` is the issuer's own grade (UN "Good" and "Low", OFAC's strong and weak); `script` is an ISO 15924 code,
    `language` the code or word that the list gives.
    """

    text: str
    kind: NameKind
    quality: Quality = ""
    script: str = ""
    language: str = ""
    family: str = ""
    given: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BirthDate:
    """A date as EDTF (`on`: `1961~`, `[1958..1960]`); where the list's words name none, `text` has the words."""

    on: str = ""
    earliest: dt.date | None = None
    latest: dt.date | None = None
    text: str = ""
    calendar: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An address or a place of birth. `code` is ISO 3166-1 alpha-2 where the list itself gives one.

    `text` is the whole place where the list does not divide it.
    """

    text: str = ""
    street: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    code: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nationality:
    """A country as the list writes it; `code` (ISO 3166-1 alpha-2) only where the list itself gives one."""

    country: str
    code: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A passport, registration or other number. `issued` and `expires` are ISO days or the list's own words."""

    kind: str
    number: str
    country: str = ""
    code: str = ""
    issued: str = ""
    expires: str = ""
    issuer: str = ""
    flags: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """The legal act under which the party is listed."""

    title: str
    url: str = ""
    published_on: dt.date | None = None
    in_force_on: dt.date | None = None
    programme: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Detail:
    """Any other value that the list gives under a name of its own: a vessel's flag, an e-mail address, a reference."""

    key: str
    value: str


UNCOMPARED = frozenset({"reference", "listed_by", "housekeeping", "unknown"})
"""Fields left out when two publications are compared: the party's identity, and the list's words on its own record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One record of a list. Every tuple is a set to the reader: its order means nothing.

    `housekeeping` is about the record and not about the party (the day of its last edit, its serial number, a link that
    every record has): it is never compared. `delisted_on` is set where the list still carries a party that it has taken
    off. `listed_by` is the last possible day of a listing that the record does not date: it moves with every act that
    touches the record, so it counts for a new listing only and is never compared. `unknown` names the details that the
    parser did not know.
    """

    reference: str
    kind: Kind
    names: tuple[Name, ...]
    programmes: tuple[str, ...]
    titles: tuple[str, ...] = ()
    positions: tuple[str, ...] = ()
    genders: tuple[str, ...] = ()
    birth_dates: tuple[BirthDate, ...] = ()
    birth_places: tuple[Place, ...] = ()
    nationalities: tuple[Nationality, ...] = ()
    documents: tuple[Document, ...] = ()
    addresses: tuple[Place, ...] = ()
    measures: tuple[str, ...] = ()
    instruments: tuple[Instrument, ...] = ()
    details: tuple[Detail, ...] = ()
    listed_on: dt.date | None = None
    listed_by: dt.date | None = None
    delisted_on: dt.date | None = None
    remarks: str = ""
    housekeeping: tuple[Detail, ...] = ()
    unknown: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Drops parts that say nothing, so that no parser has to."""
        for name in _LISTS:
            parts = getattr(self, name)
            if any(part in _NOTHING for part in parts):
                object.__setattr__(self, name, tuple(part for part in parts if part not in _NOTHING))

    @property
    def name(self) -> str:
        """The primary name, of which every parser makes exactly one."""
        return next(name.text for name in self.names if name.kind == "primary")

    @property
    def nationality_codes(self) -> tuple[str, ...]:
        """Codes of ISO 3166-1 alpha-2, sorted: the list's own, or those of its names. Derived, so never compared."""
        codes = {nationality.code or code_by_name(nationality.country) for nationality in self.nationalities}
        return tuple(sorted(codes - {""}))

    def content(self) -> dict[str, Any]:
        """The fields to compare and store: without empty ones, sets sorted and without doubles, days as ISO strings."""
        return _plain_parts(self)

    @property
    def digest(self) -> str:
        return digest(self.content())

    def completed_from(self, stored: Mapping[str, Any], *, omits: Iterable[str]) -> dict[str, Any]:
        """`content()`, completed from a stored content by the fields of which this publication does not speak.

        `omits` is `Publication.omits`: "aliases" (strong names besides the primary one), "addresses", and "spillover"
        (the rest of remarks that were cut at their column's width, with the fields that were read from it).
        """
        content, omitted = self.content(), frozenset(omits)
        names = content["names"]
        if "aliases" in omitted:
            names += [
                name
                for name in stored.get("names", ())
                if name["kind"] != "primary" and name.get("quality") == "strong"
            ]
        if "addresses" in omitted and "addresses" in stored:
            content["addresses"] = stored["addresses"]
        if "spillover" in omitted and _is_cut(self.remarks, whole=stored.get("remarks", "")):
            content |= {key: stored[key] for key in _READ_FROM_REMARKS if key in stored}
            names += [name for name in stored.get("names", ()) if name.get("quality") == "weak"]
        content["names"] = _sorted_set(names)
        return content


_LISTS = tuple(part.name for part in fields(Party) if part.default == () and part.name != "names")
_NOTHING = frozenset({"", BirthDate(), Place(), Nationality(country=""), Document(kind="", number=""), Detail("", "")})
_READ_FROM_REMARKS = ("remarks", "birth_dates", "birth_places", "nationalities", "documents", "genders", "details")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A record that the parser refuses to guess at. `line` counts from 1; `reference` is empty where it is unknown."""

    reference: str
    line: int
    reason: str
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """The list's own account of its file, read before the first record.

    `dated` is None where the format carries no date (OFAC's CSV). `omits` names the contents of files that were not
    given; see `Party.completed_from`. `doubts` are signs, short of proof, that the file is not whole: it is refused
    where the publication before had none. `blemished` are auxiliary files that can be left out, each with its doubt,
    and `refused` those that have to be, each with the reason.
    """

    dated: dt.date | None = None
    omits: frozenset[str] = field(default_factory=frozenset)
    doubts: tuple[str, ...] = ()
    blemished: Mapping[Path, str] = field(default_factory=dict)
    refused: Mapping[Path, str] = field(default_factory=dict)


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of a content's canonical JSON, in hexadecimal; also of one that was stored and read back."""
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


# Computed once: a list has a hundred thousand names, places and numbers.
_PARTS = {
    shape: tuple(part.name for part in fields(shape) if not (shape is Party and part.name in UNCOMPARED))
    for shape in (Party, Name, BirthDate, Place, Nationality, Document, Instrument, Detail)
}


def _plain_parts(whole: Any) -> dict[str, Any]:
    return {
        name: plain
        for name in _PARTS[type(whole)]
        if (value := getattr(whole, name)) and (plain := value if type(value) is str else _plain(value))
    }


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return _sorted_set([plain for item in value if (plain := _plain(item))])
    if isinstance(value, dt.date):
        return value.isoformat()
    return _plain_parts(value)


def _sorted_set(items: list[Any]) -> list[Any]:
    if len(items) < 2:
        return items
    keyed = {orjson.dumps(item, option=orjson.OPT_SORT_KEYS): item for item in items}
    return [keyed[key] for key in sorted(keyed)]


def _is_cut(remarks: str, *, whole: str) -> bool:
    return bool(remarks) and len(whole) > len(remarks) and whole.startswith(remarks)


class Remainder:
    """The parts of one record that its parser did not take, or took and could not read, in the list's own words.

    Nothing new on a list is dropped silently, and nobody is left off a list for it.
    """

    def __init__(self) -> None:
        self._strange: list[Detail] = []

    def known[V](self, table: Mapping[str, V], text: str, *, of: str, otherwise: V) -> V:
        """The table's value of a code (in small letters); `otherwise` for one that it lacks, which is left over."""
        code = text.casefold()
        if code not in table:
            self.leave(of, text)
        return table.get(code, otherwise)

    def leave(self, name: str, text: str) -> None:
        """Marks a value as taken and not understood."""
        self._strange.append(Detail(name, text))

    def rest(self) -> Iterable[Detail]:
        return self._strange

    def complete(self, party: Party) -> Party:
        """The party with the rest of its record as details, named in `unknown`."""
        left = [detail for detail in self.rest() if detail.value]
        return replace(party, details=(*party.details, *left), unknown=tuple(sorted({detail.key for detail in left})))
