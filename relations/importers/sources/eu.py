"""The European Union's consolidated list of financial sanctions, "FSF" 1.1: http://eu.europa.ec/fpi/fsd/export.

Child elements come in another order from one publication to the next, and a party has up to 145 names, all of them
strong. A party's reference is its `logicalId`, which the schema requires and calls unique; `euReferenceNumber` came
later and is sometimes missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from relations.errors import RecordRefused
from relations.importers.engine.parties import (
    BirthDate,
    Detail,
    Document,
    Instrument,
    Kind,
    Name,
    Nationality,
    Party,
    Place,
    Publication,
    Quality,
    Unreadable,
)
from relations.importers.engine.text_parsing import (
    born,
    born_between,
    born_or_words,
    day,
    distinct,
    joined,
    written_name,
)
from relations.importers.engine.xml_records import XmlList, XmlRecord
from relations.importers.sources.eu_legal_acts import NAMESPACE, listed_by

LIST = XmlList(root=f"{{{NAMESPACE}}}export", paths=frozenset({"sanctionEntity"}), reference="logicalId")
_KINDS: dict[str, Kind] = {"P": "person", "E": "entity"}
_USUAL_SUBJECTS = frozenset({"person", "enterprise"})
_GENDERS = {"": "", "m": "male", "f": "female", "?": ""}
_CALENDARS = {name: name for name in ("gregorian", "islamic", "buddhist", "coptic", "ethiopic")}
_FLAGS = ("diplomatic", "knownExpired", "knownFalse", "reportedLost", "revokedByIssuer")
_CITIZENSHIP_DATES = (("acquired", "acquisitionDate"), ("lost", "disenfranchisementDate"))
_DOCUMENT_NOTES = (("in the name of", "nameOnDocument"), ("region", "region"), ("valid from", "validFrom"))
_UNKNOWN_COUNTRY = frozenset({"", "00"})


def publication(files: Sequence[Path]) -> Publication:
    """`generationDate` is a time with a zone; the day is Brussels'."""
    return Publication(dated=LIST.generated(files, attribute="generationDate"))


def parse(files: Sequence[Path]) -> Iterator[Party | Unreadable]:
    """Every sanctioned entity, in the order of the file. Raises `FileRefused` where the file as a whole is bad."""
    return LIST.parse(files, _party)


def _party(record: XmlRecord, reference: str) -> Party:
    if not reference.isdecimal():
        raise RecordRefused(why=f"logicalId {reference!r} is not a number")
    kind, subject = _subject(record)
    instruments = tuple(_instrument(block) for block in record.all("regulation"))
    aliases, addresses = record.all("nameAlias"), record.all("address")
    births = [_birth(block) for block in record.all("birthdate")]
    listed_on = day(record.attribute("designationDate"), of="designationDate")
    return Party(
        reference=reference,
        kind=kind,
        titles=distinct(block.attribute("title") for block in aliases),
        positions=distinct(block.attribute("function") for block in aliases),
        genders=distinct(
            block.known(_GENDERS, block.attribute("gender"), of="@gender", otherwise="") for block in aliases
        ),
        names=_names(aliases),
        programmes=_programmes(instruments),
        birth_dates=tuple(date for date, _ in births),
        birth_places=tuple(place for _, place in births),
        nationalities=tuple(_nationality(block) for block in record.all("citizenship")),
        documents=tuple(_document(block) for block in record.all("identification")),
        details=(
            *subject,
            *_details(record, "euReferenceNumber", "unitedNationId"),
            *_contacts(addresses),
            *(Detail(*pair) for pair in _pairs(record)),
        ),
        addresses=tuple(_address(block) for block in addresses),
        instruments=instruments,
        listed_on=listed_on,
        listed_by=None if listed_on else listed_by(record.element),
        delisted_on=day(record.attribute("delistingDate"), of="delistingDate"),
        remarks=joined(*sorted(record.texts("remark")), record.attribute("designationDetails"), by="\n"),
    )


def _subject(record: XmlRecord) -> tuple[Kind, list[Detail]]:
    """The kind by its classification; a code other than the two usual ones is a detail."""
    blocks = record.all("subjectType")
    if len(blocks) != 1:
        raise RecordRefused(why=f"it has {len(blocks)} elements subjectType, not one")
    code, classification = blocks[0].attribute("code"), blocks[0].attribute("classificationCode")
    if classification not in _KINDS:
        raise RecordRefused(why=f"classificationCode {classification!r} is neither P nor E")
    return _KINDS[classification], [] if code in _USUAL_SUBJECTS else [Detail("subject_type", code)]


def _instrument(block: XmlRecord) -> Instrument:
    """The latest act that touched the entry. Its kind, issuing body and corrigenda are left to the act itself."""
    block.ignore("logicalId", "regulationType", "organisationType", "corrigendum", "remark", "additionalInformation")
    return Instrument(
        title=block.attribute("numberTitle"),
        url=block.text("publicationUrl"),
        published_on=day(block.attribute("publicationDate"), of="publicationDate"),
        in_force_on=day(block.attribute("entryIntoForceDate"), of="entryIntoForceDate"),
        programme=block.attribute("programme"),
    )


def _programmes(instruments: Iterable[Instrument]) -> tuple[str, ...]:
    if not (programmes := distinct(instrument.programme for instrument in instruments)):
        raise RecordRefused(why="it is listed under no programme")
    return programmes


def _names(aliases: Iterable[XmlRecord]) -> tuple[Name, ...]:
    """All are strong and their order moves: the primary one is the oldest in Latin letters and no foreign language."""
    ranked: list[tuple[tuple[bool, bool, bool, int], Name]] = []
    for block in aliases:
        serial, language = _number(block, "logicalId"), block.attribute("nameLanguage")
        quality: Quality = ("strong" if block.flag("strong") else "weak") if block.has("strong") else ""
        given = joined(block.attribute("firstName"), block.attribute("middleName"))
        family = block.attribute("lastName")
        text, note = block.attribute("wholeName") or joined(given, family), _note(block)
        if not text:
            continue
        name = written_name(text, "aka", quality=quality, language=language, note=note)
        rank = (quality == "weak", name.script != "Latn", language not in {"", "EN"}, serial or 0)
        ranked.append((rank, replace(name, family=family, given=given)))
    if not ranked:
        raise RecordRefused(why="it has no name")
    ranked.sort(key=lambda pair: pair[0])
    return replace(ranked[0][1], kind="primary"), *(name for _, name in ranked[1:])


def _birth(block: XmlRecord) -> tuple[BirthDate, Place]:
    place = Place(city=block.attribute("city"), region=_region(block), postcode=block.attribute("zipCode"),
                  **_country(block))  # fmt: skip
    named = block.attribute("calendarType") or "GREGORIAN"
    calendar = block.known(_CALENDARS, named, of="@calendarType", otherwise=named.casefold())
    date, note = _birth_date(block, is_gregorian=calendar == "gregorian"), _note(block)
    if note and date == BirthDate():
        return date, replace(place, note=note)
    return replace(date, note=note, calendar="" if calendar == "gregorian" else calendar), place


def _birth_date(block: XmlRecord, *, is_gregorian: bool) -> BirthDate:
    """The attribute `birthdate` is Gregorian in every calendar; year, month and day are the calendar's own.

    A day without a month names no day: only the year counts. A date that no calendar has remains as its words.
    """
    circa, whole = block.flag("circa"), day(block.attribute("birthdate"), of="birthdate")
    year, month, of_month = parts = [_number(block, part) for part in ("year", "monthOfYear", "dayOfMonth")]
    first, last = _number(block, "yearRangeFrom"), _number(block, "yearRangeTo")
    if whole is not None:
        return born(whole.isoformat(), circa=circa)
    if not is_gregorian:
        return BirthDate(text="-".join(f"{part:02d}" for part in (*parts, first, last) if part is not None))
    if year:
        date = f"{year:04d}" + (f"-{month:02d}" + (f"-{of_month:02d}" if of_month else "") if month else "")
        return born_or_words(date, date, circa=circa)
    if first or last:
        return born_between(f"{first or last:04d}", f"{last or first:04d}", circa=circa)
    return BirthDate(text="-".join(str(part) for part in parts if part is not None))


def _number(block: XmlRecord, attribute: str) -> int | None:
    text = block.attribute(attribute)
    if text and not text.isdecimal():
        raise RecordRefused(why=f"{attribute} {text!r} is not a number")
    return int(text) if text else None


def _country(block: XmlRecord) -> dict[str, str]:
    """The country and its code; `00` and `UNKNOWN` mean no country."""
    code, country = block.attribute("countryIso2Code"), block.attribute("countryDescription")
    return {} if code in _UNKNOWN_COUNTRY else {"country": country, "code": code}


def _region(block: XmlRecord) -> str:
    return joined(block.attribute("region"), block.attribute("place"), by=", ")


def _address(block: XmlRecord) -> Place:
    at_listing = "at the time of listing" if block.flag("asAtListingTime") else ""
    box = block.attribute("poBox")
    return Place(
        street=joined(block.attribute("street"), f"P.O. Box {box}" if box else "", by=", "),
        city=block.attribute("city"),
        region=_region(block),
        postcode=block.attribute("zipCode"),
        **_country(block),
        note=joined(at_listing, _note(block), by="; "),
    )


def _contacts(addresses: Iterable[XmlRecord]) -> Iterator[Detail]:
    for contact in (contact for block in addresses for contact in block.all("contactInfo")):
        yield Detail(contact.attribute("key").lower(), contact.attribute("value"))


def _nationality(block: XmlRecord) -> Nationality:
    note = joined(block.attribute("region"), *_labelled(block, _CITIZENSHIP_DATES), _note(block), by="; ")
    return Nationality(**{"country": "", **_country(block)}, note=note)


def _document(block: XmlRecord) -> Document:
    code, described = (block.attribute(f"identificationType{part}") for part in ("Code", "Description"))
    latin = block.attribute("latinNumber")
    notes = [f"in Latin letters {latin}" if latin else "", *_labelled(block, _DOCUMENT_NOTES)]
    return Document(
        kind=code or described,
        number=block.attribute("number") or latin,
        **_country(block),
        issued=block.attribute("issueDate"),
        expires=block.attribute("validTo"),
        issuer=block.attribute("issuedBy"),
        flags=tuple(flag for flag in _FLAGS if block.flag(flag)),
        note=joined(*notes, _note(block), by="; "),
    )


def _labelled(block: XmlRecord, attributes: Iterable[tuple[str, str]]) -> list[str]:
    """`in the name of A. Lee`: each attribute after its label, an empty text where it is not given."""
    return [f"{label} {text}" if (text := block.attribute(name)) else "" for label, name in attributes]


def _note(block: XmlRecord) -> str:
    """Remarks on a detail, without its number and the act that put it there (`regulationSummary`: `eu_legal_acts`)."""
    block.ignore("logicalId", "regulationLanguage", "regulationSummary")
    return joined(*sorted(block.texts("remark")), *(f"{key}: {value}" for key, value in _pairs(block)), by="; ")


def _pairs(block: XmlRecord) -> list[tuple[str, str]]:
    pairs = block.all("additionalInformation")
    return sorted((pair.attribute("key"), pair.attribute("value")) for pair in pairs)


def _details(record: XmlRecord, *attributes: str) -> Iterator[Detail]:
    yield from (Detail(attribute, value) for attribute in attributes if (value := record.attribute(attribute)))
