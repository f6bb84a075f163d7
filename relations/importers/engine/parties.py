"""What every sanctions list says of a party, in one shape, whatever the list's own format.

A list's parser yields one `Party` per record it can read and one `Unreadable` per record it cannot. Two publications of
the same content compare equal through `Party.digest`, however they order or space it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

import orjson

from relations.codes.country_names import code_by_name

type ListCode = Literal["un", "ofac", "eu", "uk", "ofsi"]
type Kind = Literal["person", "entity", "vessel", "aircraft"]
type NameKind = Literal["primary", "aka", "fka", "nka", "variation", "original_script"]
type Quality = Literal["", "strong", "weak"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """`text` in the order in which it is spoken; `family` and `given` where the list keeps them apart.

    `quality` is how well the issuer thinks the name identifies the party (UN "Good" and "Low", OFAC's strong and weak);
    `script` is an ISO 15924 code, `language` the code or word that the list gives.
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
    """`on` is EDTF (`1961~`, `[1958..1960]`), empty where the list's words name no date; then `text` has the words."""

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
    """`country` as the list writes it; `code` (ISO 3166-1 alpha-2) only where the list itself gives one."""

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
    """The legal act under which the party stands on the list."""

    title: str
    url: str = ""
    published_on: dt.date | None = None
    in_force_on: dt.date | None = None
    programme: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Detail:
    """Anything else that the list gives under a name of its own: a vessel's flag, an e-mail address, a reference."""

    key: str
    value: str


UNCOMPARED = frozenset({"list", "reference", "listed_by", "housekeeping", "unknown"})
"""What does not count when two publications are compared: who is meant, and what the list says of its own record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One record of a list. Every tuple is a set to the reader: its order means nothing.

    `housekeeping` is what the list says of its record and not of the party (when it was last edited, its serial number,
    a link that hangs on every record): kept, never compared. `delisted_on` is set where the list itself still carries
    a party that it has taken off. `listed_by` is the last day on which it can have been listed by what the record says,
    where it does not say the day: it moves with every act that touches the record, so it counts for a new listing only
    and is never compared. `unknown` names what the parser did not know and kept as details.
    """

    list: ListCode
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

    @property
    def name(self) -> str:
        """The primary name; every parser sees to it that there is exactly one."""
        return next(name.text for name in self.names if name.kind == "primary")

    @property
    def nationality_codes(self) -> tuple[str, ...]:
        """ISO 3166-1 alpha-2, sorted: the list's own, or those of its names. Derived, so never compared."""
        found = {nationality.code or code_by_name(nationality.country) for nationality in self.nationalities}
        return tuple(sorted(found - {""}))

    def content(self) -> dict[str, Any]:
        """What is compared and stored: empty fields left out, sets sorted and without doubles, days as ISO strings."""
        return _plain_parts(self)

    @property
    def digest(self) -> str:
        return digest(self.content())

    def completed_from(self, standing: Mapping[str, Any], *, omits: Iterable[str]) -> dict[str, Any]:
        """`content()`, with what this publication does not speak of as it stands (`standing` is a stored content).

        `omits` is `Publication.omits`: "aliases" (strong names beside the primary one), "addresses", and "spillover"
        (remarks cut at their column's width go on as they stand, and so does what was read from them).
        """
        content = self.content()
        omitted = frozenset(omits)
        if "aliases" in omitted:
            kept = [name for name in standing.get("names", ()) if _is_strong_alias(name)]
            content["names"] = _sorted_set([*content["names"], *kept])
        if "addresses" in omitted and "addresses" in standing:
            content["addresses"] = standing["addresses"]
        if "spillover" in omitted and _goes_on(standing.get("remarks", ""), self.remarks):
            # Everything that a remark holds was read from it, so it goes on with the remark.
            for key in ("remarks", "birth_dates", "birth_places", "nationalities", "documents", "genders", "details"):
                if key in standing:
                    content[key] = standing[key]
            weak = [name for name in standing.get("names", ()) if name.get("quality") == "weak"]
            content["names"] = _sorted_set([*content["names"], *weak])
        return content


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A record that the parser refuses to guess at. `line` counts from 1; `reference` is empty where it is unknown."""

    reference: str
    line: int
    reason: str
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What a list's file says of itself before its first record.

    `dated` is None where the format carries no date (OFAC's CSV: the caller knows when it was fetched). `declared` is
    the number of records that the file announces, None where it announces none (as yet none does). `omits` names what
    files that were not given would have said; see `Party.completed_from`. `doubts` are signs, short of proof, that the
    file is not whole: refuse it where the publication before it had none.
    """

    list: ListCode
    dated: dt.date | None = None
    generated_at: str = ""
    serial: str = ""
    declared: int | None = None
    omits: frozenset[str] = field(default_factory=frozenset)
    doubts: tuple[str, ...] = ()


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of a content's canonical JSON, in hexadecimal; also of one that was stored and read back."""
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


# Sought once: a list holds a hundred thousand names, places and numbers.
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


def _is_strong_alias(name: Mapping[str, Any]) -> bool:
    return name["kind"] != "primary" and name.get("quality") == "strong"


def _goes_on(standing: str, cut: str) -> bool:
    return bool(cut) and len(standing) > len(cut) and standing.startswith(cut)
