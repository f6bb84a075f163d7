"""The UK Sanctions List of the Foreign, Commonwealth & Development Office: UK-Sanctions-List.xml.

There is no published schema: the elements are those of the issuer's file, and any other stops its record. Typists'
spellings ("Primary name", "ALias") are one value; unknown days and months of birth are written dd, mm or 00.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from lxml import etree

from relations.errors import FileRefused, RecordRefused, Refused
from relations.importers.engine import xml_records
from relations.importers.engine.parties import (
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
from relations.importers.engine.text_parsing import born_day_first, clean, day_first, script_of
from relations.importers.engine.xml_records import Taken
from relations.importers.sources import ofsi

ROOT = "Designations"
_CSV_EDITION = b"Report Date:"
_KINDS: dict[str, Kind] = {"individual": "person", "entity": "entity", "ship": "vessel"}
_NAME_KINDS: dict[str, NameKind] = {
    "primary name": "primary",
    "primary name variation": "variation",
    "alias": "aka",
    "aka": "aka",
    "fka": "fka",
}
_QUALITIES: dict[str, Quality] = {"": "", "good quality a.k.a": "strong", "low quality a.k.a": "weak"}
_GENDERS = {"": "", "male": "male", "female": "female", "unknown": "", "not recorded": ""}
_PERSONAL_DOCUMENTS = (
    ("PassportDetails", "Passport", "Passport"),
    ("NationalIdentifierDetails", "NationalIdentifier", "National identifier"),
)
_SHIPS_NUMBERS = (
    ("IMONumbers", "IMONumber", "IMO"),
    ("HullIdentificationNumbers", "HullIdentificationNumber", "Hull"),
)
_ENTITY_DETAILS = (
    ("TypeOfEntities", "TypeOfEntity"),
    ("ParentCompanies", "ParentCompany"),
    ("Subsidiaries", "Subsidiary"),
)
_SHIP_DETAILS = (
    ("CurrentOwnerOperators", "CurrentOwnerOperator"),
    ("PreviousOwnerOperators", "PreviousOwnerOperator"),
    ("CurrentBelievedFlagOfShips", "CurrentBelievedFlagOfShip"),
    ("PreviousFlags", "PreviousFlag"),
    ("TypeOfShipDetails", "TypeOfShip"),
    ("TonnageOfShipDetails", "TonnageOfShip"),
    ("LengthOfShipDetails", "LengthOfShip"),
    ("YearsBuilt", "YearBuilt"),
)
_CONTACTS = (("PhoneNumbers", "PhoneNumber"), ("EmailAddresses", "EmailAddress"), ("Websites", "Website"))


def publication(files: Sequence[Path]) -> Publication:
    """`DateGenerated`, which comes first in the issuer's file; older ones have none."""
    path = _list(files)
    stamp = xml_records.text_of(path, root=ROOT, name="DateGenerated")
    try:
        return Publication(list="uk", dated=day_first(stamp, of="DateGenerated"), generated_at=stamp)
    except RecordRefused as refusal:
        raise FileRefused(file=path.name, why=str(refusal)) from refusal


def parse(files: Sequence[Path]) -> Iterator[Party | Unreadable]:
    """Every designation, in the order of the file. Raises `FileRefused` where the file as a whole is bad."""
    path = _list(files)
    seen: set[str] = set()
    at, known = frozenset({"Designation"}), frozenset({"DateGenerated"})
    for element in xml_records.records(path, root=ROOT, paths=at, ignored=known):
        reference, line = clean(element.findtext("UniqueID")), element.sourceline or 0
        try:
            yield _party(element, reference=reference, seen=seen)
        except Refused as refusal:
            yield Unreadable(reference=reference, line=line, reason=str(refusal), file=path.name)


def _list(files: Sequence[Path]) -> Path:
    path = xml_records.only(files)
    with path.open("rb") as file:
        head = file.read(64).removeprefix(b"\xef\xbb\xbf")
    if head.startswith(ofsi.BEGINS):
        raise FileRefused(
            file=path.name, why="it is OFSI's Consolidated List, which has other references: take it as ofsi"
        )
    if head.startswith(_CSV_EDITION):
        raise FileRefused(file=path.name, why="it is the list's CSV edition; take the XML edition")
    return path


def _party(element: etree._Element, *, reference: str, seen: set[str]) -> Party:
    if not reference:
        raise RecordRefused(why="it has no UniqueID")
    if reference in seen:
        raise RecordRefused(why=f"UniqueID {reference} stands in the file twice")
    seen.add(reference)
    record = Taken(element)
    # The indicators are the same measures as `SanctionsImposed` names, as flags; the words are what is kept.
    record.ignore("UniqueID", "SanctionsImposedIndicators")
    people = record.within("IndividualDetails", "Individual")
    entities, ships = record.within("EntityDetails", "Entity"), record.within("ShipDetails", "Ship")
    return xml_records.whole(
        Party(
            list="uk",
            reference=reference,
            kind=_kind(record.text("IndividualEntityShip")),
            names=_names(record),
            programmes=(_regime(record),),
            titles=_texts([record], "Titles", "Title"),
            positions=_texts(people, "Positions", "Position"),
            genders=tuple(_genders(people)),
            birth_dates=tuple(born_day_first(text) for text in _texts(people, "DOBs", "DOB")),
            birth_places=tuple(_birth_places(people)),
            nationalities=tuple(Nationality(country=text) for text in _texts(people, "Nationalities", "Nationality")),
            documents=tuple(_documents(people, entities, ships)),
            addresses=tuple(_addresses(record)),
            measures=tuple(filter(None, (clean(text) for text in record.text("SanctionsImposed").split("|")))),
            details=tuple(_details(record, entities, ships)),
            listed_on=day_first(record.text("DateDesignated"), of="DateDesignated"),
            remarks="\n".join(filter(None, [record.text("OtherInformation"), record.text("UKStatementofReasons")])),
            housekeeping=tuple(Detail("LastUpdated", text) for text in record.texts("LastUpdated")),
        ),
        record,
    )


def _kind(text: str) -> Kind:
    if text.casefold() not in _KINDS:
        raise RecordRefused(why=f"IndividualEntityShip {text!r} is not known")
    return _KINDS[text.casefold()]


def _regime(record: Taken) -> str:
    if not (regime := record.text("RegimeName")):
        raise RecordRefused(why="it stands under no regime")
    return regime


def _names(record: Taken) -> tuple[Name, ...]:
    """One of the primary names is the party's: the first in the alphabet, for their order means nothing."""
    names = [*filter(None, (_name(block) for block in record.within("Names", "Name")))]
    if not names:
        raise RecordRefused(why="it has no name")
    primary = sorted((name for name in names if name.kind == "primary"), key=lambda name: name.text)
    if not primary:
        record.leave("Names", "none of them is primary")
        first = min(names, key=lambda name: name.text)
        return replace(first, kind="primary"), *(name for name in names if name != first), *_original(record)
    others = [replace(name, kind="variation") if name in primary[1:] else name for name in names if name != primary[0]]
    return primary[0], *others, *_original(record)


def _name(block: Taken) -> Name | None:
    """Name1 to Name5 are given names, Name6 is the family's or an entity's whole name."""
    *given, family = (block.text(f"Name{number}") for number in range(1, 7))
    kind = block.known(_NAME_KINDS, block.text("NameType"), of="NameType", otherwise="aka")
    quality = block.known(_QUALITIES, block.text("AliasStrength").rstrip("."), of="AliasStrength", otherwise="")
    before = " ".join(filter(None, given))
    if not (text := " ".join(filter(None, [before, family]))):
        return None
    parts = {"given": before, "family": family} if before and family else {}
    return Name(text=text, kind=kind, quality=quality, script=script_of(text), **parts)


def _original(record: Taken) -> Iterator[Name]:
    for block in record.within("NonLatinNames", "NonLatinName"):
        text, described = block.text("NameNonLatinScript"), block.text("NonLatinScriptType")
        language = block.text("NonLatinScriptLanguage")
        if text:
            yield Name(
                text=text, kind="original_script", script=script_of(text), language=language.lower(), note=described
            )


def _genders(people: list[Taken]) -> Iterator[str]:
    for block in (block for person in people for block in person.within("Genders", "Gender")):
        if gender := block.known(_GENDERS, block.own_text(), of="value", otherwise=""):
            yield gender


def _birth_places(people: list[Taken]) -> Iterator[Place]:
    for person in people:
        for block in person.within("BirthDetails", "Location"):
            place = Place(city=block.text("TownOfBirth"), country=block.text("CountryOfBirth"))
            if place != Place():
                yield place


def _documents(people: list[Taken], entities: list[Taken], ships: list[Taken]) -> Iterator[Document]:
    for wrapper, item, kind in _PERSONAL_DOCUMENTS:
        for block in (block for person in people for block in person.within(wrapper, item)):
            number, note = block.text(f"{item}Number"), block.text(f"{item}AdditionalInformation")
            if number or note:
                yield Document(kind=kind, number=number, note=note)
    for number in _texts(entities, "BusinessRegistrationNumbers", "BusinessRegistrationNumber"):
        yield Document(kind="Business registration", number=number)
    for wrapper, item, kind in _SHIPS_NUMBERS:
        yield from (Document(kind=kind, number=number) for number in _texts(ships, wrapper, item))


def _addresses(record: Taken) -> Iterator[Place]:
    """Six lines, of which none is always the street or the town: they are not divided."""
    for block in record.within("Addresses", "Address"):
        place = Place(
            text=", ".join(filter(None, (block.text(f"AddressLine{number}") for number in range(1, 7)))),
            postcode=block.text("AddressPostalCode"),
            country=block.text("AddressCountry"),
        )
        if place != Place():
            yield place


def _details(record: Taken, entities: list[Taken], ships: list[Taken]) -> Iterator[Detail]:
    for key in ("OFSIGroupID", "UNReferenceNumber"):
        yield from (Detail(key, text) for text in record.texts(key) if text != "N/A")
    sources = record.text("DesignationSource").split("|")
    yield from (Detail("DesignationSource", clean(source)) for source in sources if source)
    for blocks, kinds in (([record], _CONTACTS), (entities, _ENTITY_DETAILS), (ships, _SHIP_DETAILS)):
        for wrapper, item in kinds:
            yield from (Detail(item, text) for text in _texts(blocks, wrapper, item))


def _texts(blocks: list[Taken], wrapper: str, item: str) -> tuple[str, ...]:
    return tuple(text for block in blocks for leaf in block.within(wrapper, item) if (text := leaf.own_text()))
