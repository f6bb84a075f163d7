"""The United Nations Security Council Consolidated List: https://www.un.org/sc/resources/sc-sanctions.xsd.

The Secretariat serialises the same content differently from month to month: order, white space, empty blocks, a birth
date inside an alias, a comma after a note, "a.k.a." or "Good" for an entity's alias. None of that is a change.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from relations.errors import RecordRefused
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
from relations.importers.engine.text_parsing import born_in_words, clean, day, distinct, joined, written_name
from relations.importers.engine.xml_records import XmlList, XmlRecord

LIST = XmlList(
    root="CONSOLIDATED_LIST",
    paths=frozenset({"INDIVIDUALS/INDIVIDUAL", "ENTITIES/ENTITY"}),
    reference="REFERENCE_NUMBER",
)
_KINDS: dict[str, Kind] = {"INDIVIDUAL": "person", "ENTITY": "entity"}

# Entities' aliases are not graded: one month they read "a.k.a.", another "Good".
_ALIASES: dict[str, tuple[NameKind, Quality]] = {
    "": ("aka", ""),
    "good": ("aka", "strong"),
    "low": ("aka", "weak"),
    "a.k.a.": ("aka", "strong"),
    "f.k.a.": ("fka", "strong"),
    "n.k.a.": ("nka", "strong"),
}
_CIRCA = {"": False, "exact": False, "approximately": True, "between": False}
"""Types of a date of birth, and whether each means an approximate date."""
_GENDERS = {"": "", "male": "male", "m": "male", "female": "female", "f": "female", "unknown": ""}
_NOTHING = frozenset({"", "na", "n/a", "null", "none", "invalid date"})
"""`na` is the XSD's own default for a missing part of a name; `null` and `Invalid date` are a programme's."""

# The same sentence with the same address is in hundreds of comments and comes and goes with the software.
_NOTICE = re.compile(
    r"\s*INTERPOL-UN Security Council Special Notice web link:?\s*"
    r"(?P<url>https?://www\.interpol\.int/\S*)(?:\s*click here)?",
    re.IGNORECASE,
)


def publication(files: Sequence[Path]) -> Publication:
    """The day on which the file was generated; it changes daily by itself."""
    return Publication(dated=LIST.generated(files, attribute="dateGenerated"))


def parse(files: Sequence[Path]) -> Iterator[Party | Unreadable]:
    """Every individual and entity, in the order of the file. Raises `FileRefused` where the file as a whole is bad."""
    return LIST.parse(files, _party)


def _party(record: XmlRecord, reference: str) -> Party:
    prefix = str(record.element.tag)
    record.ignore("SORT_KEY", "SORT_KEY_LAST_MOD")
    for value in record.texts("LIST_TYPE", "VALUE"):
        record.known({"un list": None}, value, of="LIST_TYPE", otherwise=None)
    remarks, notices = _remarks(" ".join(record.texts("COMMENTS1")))
    aliases, births, birth_places = _aliases(record.all(f"{prefix}_ALIAS"))
    listed_on, delisted_on = _listed(record)
    return Party(
        reference=reference,
        kind=_KINDS[prefix],
        names=(*_names(record), *aliases),
        programmes=_programmes(record),
        titles=record.texts("TITLE", "VALUE"),
        positions=record.texts("DESIGNATION", "VALUE"),
        genders=distinct(record.known(_GENDERS, text, of="GENDER", otherwise="") for text in record.texts("GENDER")),
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
            *(Detail("last_day_updated", stamp) for stamp in record.texts("LAST_DAY_UPDATED", "VALUE")),
            *(Detail("special_notice", url) for url in notices),
        ),
    )


def _names(record: XmlRecord) -> Iterator[Name]:
    parts = [record.text(part) for part in ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")]
    # A missing part of a name is empty or `na`; NA in capitals is a name.
    if not (text := joined(*(part for part in parts if part != "na"))):
        raise RecordRefused(why="it has no name")
    yield written_name(text)
    yield from (written_name(original, "original_script") for original in record.texts("NAME_ORIGINAL_SCRIPT"))


def _aliases(blocks: Iterable[XmlRecord]) -> tuple[list[Name], list[BirthDate], list[Place]]:
    """Aliases, and the births that they claim: since 2023 the list also has the party's own birth dates here."""
    names, births, places = [], [], []
    for block in blocks:
        kind, quality = block.known(_ALIASES, block.text("QUALITY"), of="QUALITY", otherwise=_ALIASES[""])
        text, note = block.text("ALIAS_NAME"), _note(block)
        born_on, city, country = (
            _something(block.text(part)) for part in ("DATE_OF_BIRTH", "CITY_OF_BIRTH", "COUNTRY_OF_BIRTH")
        )
        if born_on:
            births.append(born_in_words(born_on))
        places.append(Place(city=city, country=country))
        if _something(text):
            claim = joined(born_on, city, country, by=", ")
            claimed = joined(note, f"born {claim}" if claim else "", by="; ")
            names.append(written_name(text, kind, quality=quality, note=claimed))
        elif note:
            block.leave("NOTE", note)
    return names, births, places


def _something(text: str) -> str:
    return "" if text.casefold() in _NOTHING else text


def _note(block: XmlRecord) -> str:
    """A block's notes without the commas that gather at their ends: `expires on 16 Sep. 2019 , ,`."""
    return joined(*(note.strip(" ,;") for note in block.texts("NOTE")), by="; ")


def _birth_dates(record: XmlRecord) -> Iterator[BirthDate]:
    for block in record.all("INDIVIDUAL_DATE_OF_BIRTH"):
        circa = block.known(_CIRCA, block.text("TYPE_OF_DATE"), of="TYPE_OF_DATE", otherwise=False)
        date, year = _something(block.text("DATE")), _something(block.text("YEAR"))
        note = _note(block)
        for text in distinct([date, "" if date.startswith(year) else year] if date else [year]):
            yield replace(born_in_words(text, circa=circa), note=note)
        if years := joined(block.text("FROM_YEAR"), block.text("TO_YEAR"), by=" - "):
            yield born_in_words(years, circa=circa)
        if note and not (date or year):
            yield born_in_words(note)


def _places(blocks: Iterable[XmlRecord]) -> Iterator[Place]:
    for block in blocks:
        country, note = block.text("COUNTRY"), _note(block)
        yield Place(
            street=block.text("STREET"),
            city=block.text("CITY"),
            region=block.text("STATE_PROVINCE"),
            postcode=block.text("ZIP_CODE"),
            country=country,
            note="" if note == country else note,  # written twice by the software of 2023
        )


def _documents(blocks: Iterable[XmlRecord]) -> Iterator[Document]:
    for block in blocks:
        country, note = block.text("ISSUING_COUNTRY"), _note(block)
        issuer = joined(block.text("CITY_OF_ISSUE"), block.text("COUNTRY_OF_ISSUE"), by=", ")
        yield Document(
            kind=joined(block.text("TYPE_OF_DOCUMENT"), block.text("TYPE_OF_DOCUMENT2"), by="; "),
            number=block.text("NUMBER"),
            country=country,
            issued=block.text("DATE_OF_ISSUE"),
            issuer=issuer,
            note="" if note in {country, issuer} else note,
        )


def _programmes(record: XmlRecord) -> tuple[str, ...]:
    if not (programmes := distinct(record.texts("UN_LIST_TYPE"))):
        raise RecordRefused(why="it has no UN_LIST_TYPE")
    return programmes


def _listed(record: XmlRecord) -> tuple[dt.date | None, dt.date | None]:
    """The last day of each kind. A listing after the last delisting counts."""
    listed, delisted = (
        max((on for text in record.texts(name) if (on := day(text, of=name))), default=None)
        for name in ("LISTED_ON", "DELISTED_ON")
    )
    return listed, None if listed and delisted and delisted < listed else delisted


def _nationalities(record: XmlRecord) -> tuple[Nationality, ...]:
    named = [*record.texts("NATIONALITY", "VALUE"), *record.texts("NATIONALITY2")]
    return tuple(Nationality(country=country) for country in named if _something(country))


def _details(record: XmlRecord, *names: str) -> Iterator[Detail]:
    for name in names:
        yield from (Detail(name.lower(), text) for text in record.texts(name))


def _remarks(text: str) -> tuple[str, list[str]]:
    """The comments, and the addresses of the notices that were cut out of them."""
    return clean(_NOTICE.sub("", text)), [notice["url"] for notice in _NOTICE.finditer(text)]
