"""The United Nations Security Council Consolidated List: https://www.un.org/sc/resources/sc-sanctions.xsd.

The Secretariat serialises the same content differently from month to month: order, white space, empty blocks, a birth
date inside an alias, a comma behind a note, "a.k.a." or "Good" for an entity's alias. None of that is a change.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from lxml import etree

from relations.errors import FileRefused, RecordRefused, Refused
from relations.importers.engine import xml_records
from relations.importers.engine.parties import (
    BirthDate,
    Detail,
    Document,
    Kind,
    Name,
    NameKind,
    Nationality,
    Party,
    Place,
    Publication,
    Quality,
    Unreadable,
)
from relations.importers.engine.text_parsing import born_in_words, clean, day, script_of
from relations.importers.engine.xml_records import Taken

ROOT = "CONSOLIDATED_LIST"
_KINDS: dict[str, Kind] = {"INDIVIDUAL": "person", "ENTITY": "entity"}
_PATHS = frozenset({"INDIVIDUALS/INDIVIDUAL", "ENTITIES/ENTITY"})

# Entities' aliases are not graded: one month they read "a.k.a.", another "Good".
_ALIASES: dict[str, tuple[NameKind, Quality]] = {
    "": ("aka", ""),
    "good": ("aka", "strong"),
    "low": ("aka", "weak"),
    "a.k.a.": ("aka", "strong"),
    "f.k.a.": ("fka", "strong"),
    "n.k.a.": ("nka", "strong"),
}
_DATES = {"": False, "exact": False, "approximately": True, "between": False}
"""Which types of a date of birth say that it is about right."""
_GENDERS = {"": "", "male": "male", "m": "male", "female": "female", "f": "female", "unknown": ""}
_NOTHING = frozenset({"", "na", "n/a", "null", "none", "invalid date"})
"""`na` is the XSD's own default for a missing part of a name; `null` and `Invalid date` are a programme's."""

# The same sentence with the same address hangs on hundreds of comments and comes and goes with the software.
_NOTICE = re.compile(
    r"\s*INTERPOL-UN Security Council Special Notice web link:?\s*"
    r"(?P<url>https?://www\.interpol\.int/\S*)(?:\s*click here)?",
    re.IGNORECASE,
)


def publication(files: Sequence[Path]) -> Publication:
    """The day on which the file was generated; it changes daily by itself."""
    path = xml_records.only(files)
    stamp = xml_records.root_of(path, name=ROOT).get("dateGenerated", "")
    try:
        generated = dt.datetime.fromisoformat(stamp)
    except ValueError as error:
        raise FileRefused(file=path.name, why=f"dateGenerated {stamp!r} is not a time") from error
    return Publication(list="un", dated=generated.date(), generated_at=generated.isoformat())


def parse(files: Sequence[Path]) -> Iterator[Party | Unreadable]:
    """Every individual and entity, in the order of the file. Raises `FileRefused` where the file as a whole is bad."""
    path = xml_records.only(files)
    seen: set[str] = set()
    for element in xml_records.records(path, root=ROOT, paths=_PATHS):
        reference, line = clean(element.findtext("REFERENCE_NUMBER")), element.sourceline or 0
        try:
            yield _party(element, reference=reference, seen=seen)
        except Refused as refusal:
            yield Unreadable(reference=reference, line=line, reason=str(refusal), file=path.name)


def _party(element: etree._Element, *, reference: str, seen: set[str]) -> Party:
    if not reference:
        raise RecordRefused(why="it has no REFERENCE_NUMBER")
    if reference in seen:
        raise RecordRefused(why=f"reference {reference} stands in the file twice")
    seen.add(reference)
    record, prefix = Taken(element), str(element.tag)
    record.ignore("REFERENCE_NUMBER", "SORT_KEY", "SORT_KEY_LAST_MOD")
    for value in _values(record, "LIST_TYPE"):
        record.known({"un list": None}, value, of="LIST_TYPE", otherwise=None)
    remarks, notices = _remarks(" ".join(record.texts("COMMENTS1")))
    aliases, births, birth_places = _aliases(record.all(f"{prefix}_ALIAS"))
    listed_on, delisted_on = _listed(record)
    return xml_records.whole(
        Party(
            list="un",
            reference=reference,
            kind=_KINDS[prefix],
            names=(*_names(record), *aliases),
            programmes=_programmes(record),
            titles=tuple(_values(record, "TITLE")),
            positions=tuple(_values(record, "DESIGNATION")),
            genders=_genders(record),
            birth_dates=(*_birth_dates(record), *births),
            birth_places=(*_places(record.all(f"{prefix}_PLACE_OF_BIRTH")), *birth_places),
            nationalities=_nationalities(record),
            documents=tuple(_documents(record.all(f"{prefix}_DOCUMENT"))),
            addresses=tuple(_places(record.all(f"{prefix}_ADDRESS"))),
            details=tuple(_details(record, "SUBMITTED_BY", "SUBMITTED_ON")),
            listed_on=listed_on,
            delisted_on=delisted_on,
            remarks=remarks,
            housekeeping=(
                *_details(record, "DATAID", "VERSIONNUM"),
                *(Detail("last_day_updated", stamp) for stamp in _values(record, "LAST_DAY_UPDATED")),
                *(Detail("special_notice", url) for url in notices),
            ),
        ),
        record,
    )


def _names(record: Taken) -> Iterator[Name]:
    parts = [_given(record.text(part)) for part in ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")]
    text = " ".join(filter(None, parts))
    if not text:
        raise RecordRefused(why="it has no name")
    yield Name(text=text, kind="primary", script=script_of(text))
    for original in record.texts("NAME_ORIGINAL_SCRIPT"):
        yield Name(text=original, kind="original_script", script=script_of(original))


def _given(text: str) -> str:
    """A missing part of a name is empty or `na`; NA in capitals is a name."""
    return "" if text == "na" else text


def _aliases(blocks: list[Taken]) -> tuple[list[Name], list[BirthDate], list[Place]]:
    """An alias, and the birth it claims: since 2023 the list also keeps the party's own birth dates here."""
    names, births, places = [], [], []
    for block in blocks:
        kind, quality = block.known(_ALIASES, block.text("QUALITY"), of="QUALITY", otherwise=_ALIASES[""])
        text, note = block.text("ALIAS_NAME"), _note(block)
        born_on, city, country = (
            _something(block.text(part)) for part in ("DATE_OF_BIRTH", "CITY_OF_BIRTH", "COUNTRY_OF_BIRTH")
        )
        if born_on:
            births.append(born_in_words(born_on))
        if city or country:
            places.append(Place(city=city, country=country))
        if _something(text):
            claim = ", ".join(filter(None, [born_on, city, country]))
            told = "; ".join(filter(None, [note, f"born {claim}" if claim else ""]))
            names.append(Name(text=text, kind=kind, quality=quality, script=script_of(text), note=told))
        elif note:
            block.leave("NOTE", note)
    return names, births, places


def _something(text: str) -> str:
    return "" if text.casefold() in _NOTHING else text


def _note(block: Taken) -> str:
    """Notes gather commas at their ends when the list is written anew: `expires on 16 Sep. 2019 , ,`."""
    return "; ".join(filter(None, (note.strip(" ,;") for note in block.texts("NOTE"))))


def _birth_dates(record: Taken) -> Iterator[BirthDate]:
    for block in record.all("INDIVIDUAL_DATE_OF_BIRTH"):
        circa = block.known(_DATES, block.text("TYPE_OF_DATE"), of="TYPE_OF_DATE", otherwise=False)
        dated, year = _something(block.text("DATE")), _something(block.text("YEAR"))
        first, last = block.text("FROM_YEAR"), block.text("TO_YEAR")
        note = _note(block)
        for said in ([dated] if dated.startswith(year) else [dated, year]) if dated else filter(None, [year]):
            yield replace(born_in_words(said, circa=circa), note=note)
        if first or last:
            yield born_in_words(" - ".join(filter(None, [first, last])), circa=circa)
        if note and not (dated or year):
            yield born_in_words(note)


def _places(blocks: list[Taken]) -> Iterator[Place]:
    for block in blocks:
        place = Place(
            street=block.text("STREET"),
            city=block.text("CITY"),
            region=block.text("STATE_PROVINCE"),
            postcode=block.text("ZIP_CODE"),
            country=block.text("COUNTRY"),
            note=_note(block),
        )
        if place.note == place.country:  # written twice by the software of 2023
            place = replace(place, note="")
        if place != Place():
            yield place


def _documents(blocks: list[Taken]) -> Iterator[Document]:
    for block in blocks:
        types = [block.text("TYPE_OF_DOCUMENT"), block.text("TYPE_OF_DOCUMENT2")]
        document = Document(
            kind="; ".join(filter(None, types)),
            number=block.text("NUMBER"),
            country=block.text("ISSUING_COUNTRY"),
            issued=block.text("DATE_OF_ISSUE"),
            issuer=", ".join(filter(None, [block.text("CITY_OF_ISSUE"), block.text("COUNTRY_OF_ISSUE")])),
            note=_note(block),
        )
        if document.note in {document.country, document.issuer}:
            document = replace(document, note="")
        if document != Document(kind="", number=""):
            yield document


def _programmes(record: Taken) -> tuple[str, ...]:
    if not (programmes := tuple(dict.fromkeys(record.texts("UN_LIST_TYPE")))):
        raise RecordRefused(why="it has no UN_LIST_TYPE")
    return programmes


def _listed(record: Taken) -> tuple[dt.date | None, dt.date | None]:
    """The last day of each kind: who was listed again after a delisting stands."""
    listed, delisted = (
        max((found for text in record.texts(name) if (found := day(text, of=name))), default=None)
        for name in ("LISTED_ON", "DELISTED_ON")
    )
    return listed, None if listed and delisted and delisted < listed else delisted


def _nationalities(record: Taken) -> tuple[Nationality, ...]:
    named = [*_values(record, "NATIONALITY"), *record.texts("NATIONALITY2")]
    return tuple(Nationality(country=country) for country in named if _something(country))


def _genders(record: Taken) -> tuple[str, ...]:
    found = (record.known(_GENDERS, text, of="GENDER", otherwise="") for text in record.texts("GENDER"))
    return tuple(dict.fromkeys(filter(None, found)))


def _values(record: Taken, name: str) -> list[str]:
    return [value for block in record.all(name) for value in block.texts("VALUE")]


def _details(record: Taken, *names: str) -> Iterator[Detail]:
    for name in names:
        yield from (Detail(name.lower(), text) for text in record.texts(name))


def _remarks(text: str) -> tuple[str, list[str]]:
    """The comments, and the addresses of the notices that were cut out of them."""
    urls = [found["url"] for found in _NOTICE.finditer(text)]
    return clean(_NOTICE.sub("", text)), urls
