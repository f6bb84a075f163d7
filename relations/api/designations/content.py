"""The whole record of a party, as `relations.importers.engine.parties` stores it: without what is empty."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, NotRequired, TypedDict

from relations.codes import PartyKind
from relations.representation.json_types import CountryCode, one_of

_OwnCode = Annotated[CountryCode, "ISO 3166-1 alpha-2, where the list itself gives one"]
_Note = Annotated[str, "The list's own remark on it"]


class NameContent(TypedDict):
    """A name in the order in which it is spoken; `family` and `given` where the list separates them."""

    text: Annotated[str, "The whole name"]
    kind: Annotated[str, one_of(("primary", "aka", "fka", "nka", "variation", "original_script"))]
    quality: NotRequired[Annotated[str, one_of(("strong", "weak")), "The issuer's own grade"]]
    script: NotRequired[Annotated[str, "ISO 15924"]]
    language: NotRequired[Annotated[str, "Code or word, as the list gives it"]]
    family: NotRequired[Annotated[str, "Family name"]]
    given: NotRequired[Annotated[str, "Given names"]]
    note: NotRequired[_Note]


class BirthContent(TypedDict):
    """A date of birth; where the list's words name none, `text` has the words."""

    on: NotRequired[Annotated[str, "EDTF"]]
    earliest: NotRequired[Annotated[dt.date, "First possible day"]]
    latest: NotRequired[dt.date]
    text: NotRequired[Annotated[str, "The list's words"]]
    calendar: NotRequired[Annotated[str, "The calendar of the list's date"]]
    note: NotRequired[_Note]


class PlaceContent(TypedDict):
    """An address or a place of birth; `text` is the whole place where the list does not divide it."""

    text: NotRequired[Annotated[str, "The whole place"]]
    street: NotRequired[str]
    city: NotRequired[str]
    region: NotRequired[str]
    postcode: NotRequired[str]
    country: NotRequired[Annotated[str, "As the list writes it"]]
    code: NotRequired[_OwnCode]
    note: NotRequired[_Note]


class NationalityContent(TypedDict):
    """A nationality."""

    country: NotRequired[Annotated[str, "As the list writes it"]]
    code: NotRequired[_OwnCode]
    note: NotRequired[_Note]


class DocumentContent(TypedDict):
    """A passport, registration or other number."""

    kind: NotRequired[Annotated[str, "As the list names it"]]
    number: NotRequired[str]
    country: NotRequired[Annotated[str, "As the list writes it"]]
    code: NotRequired[_OwnCode]
    issued: NotRequired[Annotated[str, "ISO day, or the list's own words"]]
    expires: NotRequired[Annotated[str, "ISO day, or the list's own words"]]
    issuer: NotRequired[Annotated[str, "Who issued it"]]
    flags: NotRequired[Annotated[list[str], "The list's own marks"]]
    note: NotRequired[_Note]


class InstrumentContent(TypedDict):
    """The legal act under which the party is listed."""

    title: NotRequired[str]
    url: NotRequired[str]
    published_on: NotRequired[dt.date]
    in_force_on: NotRequired[Annotated[dt.date, "The day from which it is in force"]]
    programme: NotRequired[Annotated[str, "Code of the programme"]]


class DetailContent(TypedDict):
    """Any other value, under the list's own name for it."""

    key: NotRequired[Annotated[str, "The list's name of it"]]
    value: NotRequired[str]


class PartyContent(TypedDict):
    """The whole record of a party. Keys of which the list says nothing are missing; no order means anything."""

    kind: Annotated[str, one_of(PartyKind)]
    names: Annotated[list[NameContent], "The names"]
    programmes: NotRequired[list[str]]
    titles: NotRequired[Annotated[list[str], "Titles of the person"]]
    positions: NotRequired[Annotated[list[str], "Offices and posts"]]
    genders: NotRequired[list[str]]
    birth_dates: NotRequired[list[BirthContent]]
    birth_places: NotRequired[list[PlaceContent]]
    nationalities: NotRequired[Annotated[list[NationalityContent], "Nationalities"]]
    documents: NotRequired[list[DocumentContent]]
    addresses: NotRequired[list[PlaceContent]]
    measures: NotRequired[Annotated[list[str], "As the list names them"]]
    instruments: NotRequired[list[InstrumentContent]]
    details: NotRequired[list[DetailContent]]
    listed_on: NotRequired[dt.date]
    delisted_on: NotRequired[Annotated[dt.date, "The day of delisting, where the list still has the party"]]
    remarks: NotRequired[str]
