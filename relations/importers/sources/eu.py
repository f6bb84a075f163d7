"""The European Union's consolidated list of financial sanctions, "FSF" 1.1: http://eu.europa.ec/fpi/fsd/export.

Child elements come in another order from one publication to the next, and a party has up to 145 names, all of them
strong. A party's reference is its `logicalId`, which the schema requires and calls unique; `euReferenceNumber` came
later and is not always there.
"""

from __future__ import annotations

import datetime as dt
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
from relations.importers.engine.text_parsing import born, born_between, clean, day, script_of
from relations.importers.engine.xml_records import Taken
from relations.importers.sources.eu_legal_acts import NAMESPACE, listed_by

ROOT = f"{{{NAMESPACE}}}export"
_KINDS: dict[str, Kind] = {"P": "person", "E": "entity"}
_GENDERS = {"": "", "m": "male", "f": "female", "?": ""}
_CALENDARS = {name: name for name in ("gregorian", "islamic", "buddhist", "coptic", "ethiopic")}
_FLAGS = ("diplomatic", "knownExpired", "knownFalse", "reportedLost", "revokedByIssuer")
_CITIZENSHIP_ACTS = (("acquired", "acquisition"), ("lost", "disenfranchisement"))
_UNKNOWN_COUNTRY = frozenset({"", "00"})


def publication(files: Sequence[Path]) -> Publication:
    """`generationDate` is a time with a zone; the day is Brussels'. `globalFileId` rises from file to file."""
    path = xml_records.only(files)
    given = xml_records.root_of(path, name=ROOT)
    stamp = given.get("generationDate", "")
    try:
        generated = dt.datetime.fromisoformat(stamp)
    except ValueError as error:
        raise FileRefused(file=path.name, why=f"generationDate {stamp!r} is not a time") from error
    return Publication(
        list="eu",
        dated=generated.date(),
        generated_at=generated.isoformat(),
        serial=given.get("globalFileId", ""),
    )


def parse(files: Sequence[Path]) -> Iterator[Party | Unreadable]:
    """Every sanctioned entity, in the order of the file. Raises `FileRefused` where the file as a whole is bad."""
    path = xml_records.only(files)
    seen: set[str] = set()
    for element in xml_records.records(path, root=ROOT, paths=frozenset({"sanctionEntity"})):
        reference, line = clean(element.get("logicalId")), element.sourceline or 0
        try:
            yield _party(element, reference=reference, seen=seen)
        except Refused as refusal:
            yield Unreadable(reference=reference, line=line, reason=str(refusal), file=path.name)


def _party(element: etree._Element, *, reference: str, seen: set[str]) -> Party:
    _refuse_reference(reference, seen)
    seen.add(reference)
    record = Taken(element)
    record.ignore("logicalId")
    kind, subject = _subject(record)
    instruments = tuple(_instrument(block) for block in record.all("regulation"))
    aliases, addresses = record.all("nameAlias"), record.all("address")
    births = [_birth(block) for block in record.all("birthdate")]
    listed_on = day(record.attribute("designationDate"), of="designationDate")
    return xml_records.whole(
        Party(
            list="eu",
            reference=reference,
            kind=kind,
            titles=_each(aliases, "title"),
            positions=_each(aliases, "function"),
            genders=_genders(aliases),
            names=_names(aliases),
            programmes=_programmes(instruments),
            birth_dates=tuple(date for date, _ in births if date != BirthDate()),
            birth_places=tuple(place for _, place in births if place != Place()),
            nationalities=tuple(_nationalities(record.all("citizenship"))),
            documents=tuple(_document(block) for block in record.all("identification")),
            details=(
                *subject,
                *_details(record, "euReferenceNumber", "unitedNationId"),
                *_contacts(addresses),
                *_additional(record),
            ),
            addresses=tuple(place for block in addresses if (place := _address(block)) != Place()),
            instruments=instruments,
            listed_on=listed_on,
            listed_by=None if listed_on else listed_by(element),
            delisted_on=day(record.attribute("delistingDate"), of="delistingDate"),
            remarks="\n".join(filter(None, [*sorted(record.texts("remark")), record.attribute("designationDetails")])),
        ),
        record,
    )


def _refuse_reference(reference: str, seen: set[str]) -> None:
    if not reference.isdecimal():
        raise RecordRefused(why=f"logicalId {reference!r} is not a number")
    if reference in seen:
        raise RecordRefused(why=f"logicalId {reference} stands in the file twice")


def _subject(record: Taken) -> tuple[Kind, list[Detail]]:
    """The classification decides; a code other than the two usual ones ("person", "enterprise") is kept."""
    blocks = record.all("subjectType")
    if len(blocks) != 1:
        raise RecordRefused(why=f"it has {len(blocks)} elements subjectType, not one")
    code, classification = blocks[0].attribute("code"), blocks[0].attribute("classificationCode")
    if classification not in _KINDS:
        raise RecordRefused(why=f"classificationCode {classification!r} is neither P nor E")
    usual = {"person", "enterprise"}
    return _KINDS[classification], [] if code in usual else [Detail("subject_type", code)]


def _instrument(block: Taken) -> Instrument:
    """The latest act that touched the entry. Its kind, issuing body and corrigenda are left to the act itself."""
    block.ignore("logicalId", "regulationType", "organisationType", "corrigendum", "remark", "additionalInformation")
    return Instrument(
        title=block.attribute("numberTitle"),
        url=block.text("publicationUrl"),
        published_on=day(block.attribute("publicationDate"), of="publicationDate"),
        in_force_on=day(block.attribute("entryIntoForceDate"), of="entryIntoForceDate"),
        programme=block.attribute("programme"),
    )


def _programmes(instruments: tuple[Instrument, ...]) -> tuple[str, ...]:
    programmes = tuple(dict.fromkeys(filter(None, (instrument.programme for instrument in instruments))))
    if not programmes:
        raise RecordRefused(why="it stands under no programme")
    return programmes


def _names(aliases: list[Taken]) -> tuple[Name, ...]:
    """All are strong and their order moves: the primary one is the oldest in Latin letters and no foreign language."""
    ranked: list[tuple[tuple[bool, bool, bool, int], Name]] = []
    for block in aliases:
        serial, language = _number(block, "logicalId"), block.attribute("nameLanguage")
        quality: Quality = ("strong" if block.flag("strong") else "weak") if block.has("strong") else ""
        first, middle, last = (block.attribute(f"{part}Name") for part in ("first", "middle", "last"))
        given = " ".join(filter(None, [first, middle]))
        text = block.attribute("wholeName") or " ".join(filter(None, [given, last]))
        note = _note(block)
        if not text:
            continue
        name = Name(
            text=text,
            kind="aka",
            quality=quality,
            script=script_of(text),
            language=language.lower(),
            family=last,
            given=given,
            note=note,
        )
        rank = (quality == "weak", name.script != "Latn", language not in {"", "EN"}, serial or 0)
        ranked.append((rank, name))
    if not ranked:
        raise RecordRefused(why="it has no name")
    ranked.sort(key=lambda pair: pair[0])
    return replace(ranked[0][1], kind="primary"), *(name for _, name in ranked[1:])


def _each(blocks: list[Taken], attribute: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, (block.attribute(attribute) for block in blocks))))


def _genders(aliases: list[Taken]) -> tuple[str, ...]:
    found = [block.known(_GENDERS, block.attribute("gender"), of="@gender", otherwise="") for block in aliases]
    return tuple(dict.fromkeys(filter(None, found)))


def _birth(block: Taken) -> tuple[BirthDate, Place]:
    """The attribute `birthdate` is Gregorian whatever the calendar; year, month and day are the calendar's own."""
    circa, named = block.flag("circa"), block.attribute("calendarType") or "GREGORIAN"
    calendar = block.known(_CALENDARS, named, of="@calendarType", otherwise=named.casefold())
    whole = day(block.attribute("birthdate"), of="birthdate")
    year, month, of_month = (_number(block, part) for part in ("year", "monthOfYear", "dayOfMonth"))
    first, last = _number(block, "yearRangeFrom"), _number(block, "yearRangeTo")
    place = Place(
        city=block.attribute("city"),
        region=", ".join(filter(None, [block.attribute("region"), block.attribute("place")])),
        postcode=block.attribute("zipCode"),
        **_country(block),
    )
    parts = (year, month, of_month)
    if whole is not None:
        date = born(whole.isoformat(), circa=circa)
    elif calendar != "gregorian":
        date = BirthDate(text="-".join(f"{part:02d}" for part in (*parts, first, last) if part is not None))
    elif year:
        date = _gregorian(year, month, of_month, circa=circa)
    elif first or last:
        date = born_between(f"{first or last:04d}", f"{last or first:04d}", circa=circa)
    else:
        date = BirthDate(text="-".join(str(part) for part in parts if part is not None))
    note = _note(block)
    if date != BirthDate() or not note:
        return replace(date, note=note, calendar="" if calendar == "gregorian" else calendar), place
    return date, replace(place, note=note)


def _gregorian(year: int, month: int | None, of_month: int | None, *, circa: bool) -> BirthDate:
    """A day without a month names no day: the year stands. What no calendar has stays in its words."""
    date = f"{year:04d}"
    if month:
        date += f"-{month:02d}" + (f"-{of_month:02d}" if of_month else "")
    try:
        return born(date, circa=circa)
    except RecordRefused:
        return BirthDate(text=date)


def _number(block: Taken, attribute: str) -> int | None:
    text = block.attribute(attribute)
    if text and not text.isdecimal():
        raise RecordRefused(why=f"{attribute} {text!r} is not a number")
    return int(text) if text else None


def _country(block: Taken) -> dict[str, str]:
    """`00` and `UNKNOWN` stand for no country."""
    code, country = block.attribute("countryIso2Code"), block.attribute("countryDescription")
    return {"country": "", "code": ""} if code in _UNKNOWN_COUNTRY else {"country": country, "code": code}


def _address(block: Taken) -> Place:
    at_listing = "at the time of listing" if block.flag("asAtListingTime") else ""
    box = block.attribute("poBox")
    return Place(
        street=", ".join(filter(None, [block.attribute("street"), f"P.O. Box {box}" if box else ""])),
        city=block.attribute("city"),
        region=", ".join(filter(None, [block.attribute("region"), block.attribute("place")])),
        postcode=block.attribute("zipCode"),
        **_country(block),
        note="; ".join(filter(None, [at_listing, _note(block)])),
    )


def _contacts(addresses: list[Taken]) -> Iterator[Detail]:
    for block in addresses:
        for contact in block.all("contactInfo"):
            yield Detail(contact.attribute("key").lower(), contact.attribute("value"))


def _nationalities(blocks: list[Taken]) -> Iterator[Nationality]:
    for block in blocks:
        dates = [(word, block.attribute(f"{act}Date")) for word, act in _CITIZENSHIP_ACTS]
        told = [f"{word} {when}" for word, when in dates if when]
        note = "; ".join(filter(None, [block.attribute("region"), *told, _note(block)]))
        nationality = Nationality(**_country(block), note=note)
        if nationality.country or note:
            yield nationality


def _document(block: Taken) -> Document:
    code, described = (block.attribute(f"identificationType{part}") for part in ("Code", "Description"))
    latin, name = block.attribute("latinNumber"), block.attribute("nameOnDocument")
    region, valid_from = block.attribute("region"), block.attribute("validFrom")
    told = {"in Latin letters": latin, "in the name of": name, "region": region, "valid from": valid_from}
    return Document(
        kind=code or described,
        number=block.attribute("number") or latin,
        **_country(block),
        issued=block.attribute("issueDate"),
        expires=block.attribute("validTo"),
        issuer=block.attribute("issuedBy"),
        flags=tuple(flag for flag in _FLAGS if block.flag(flag)),
        note="; ".join(filter(None, [*(f"{word} {text}" for word, text in told.items() if text), _note(block)])),
    )


def _note(block: Taken) -> str:
    """Remarks on a detail. The act behind each (`regulationSummary`, see `eu_acts`) and its number are left out."""
    block.ignore("logicalId", "regulationLanguage", "regulationSummary")
    return "; ".join([*sorted(block.texts("remark")), *(f"{key}: {value}" for key, value in _pairs(block))])


def _additional(record: Taken) -> Iterator[Detail]:
    yield from (Detail(key, value) for key, value in _pairs(record))


def _pairs(block: Taken) -> list[tuple[str, str]]:
    found = block.all("additionalInformation")
    return sorted((pair.attribute("key"), pair.attribute("value")) for pair in found)


def _details(record: Taken, *attributes: str) -> Iterator[Detail]:
    for attribute in attributes:
        if value := record.attribute(attribute):
            yield Detail(attribute, value)
