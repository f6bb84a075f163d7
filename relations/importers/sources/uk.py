"""The UK Sanctions List of the Foreign, Commonwealth & Development Office: UK-Sanctions-List.xml.

There is no published schema: the elements are those of the issuer's file. Typists' spellings ("Primary name", "ALias")
are one value; unknown days and months of birth are written dd, mm or 00.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from relations.errors import FileRefused, RecordRefused
from relations.importers.engine import file_checks
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
from relations.importers.engine.text_parsing import (
    born_day_first,
    clean,
    day_first,
    distinct,
    divided_name,
    joined,
    with_one_primary,
    written_name,
)
from relations.importers.engine.xml_records import XmlList, XmlRecord

# Words that this list shares with OFSI's Consolidated List.
KINDS: dict[str, Kind] = {"individual": "person", "entity": "entity", "ship": "vessel"}
NAME_KINDS: dict[str, NameKind] = {
    "prime alias": "primary", "primary name": "primary", "primary name variation": "variation", "alias": "aka",
    "aka": "aka", "fka": "fka",
}  # fmt: skip
QUALITIES: dict[str, Quality] = {
    "": "", "good": "strong", "good quality a.k.a": "strong", "low": "weak", "low quality a.k.a": "weak",
}  # fmt: skip
OFSI_BEGINS = b"Last Updated,"
"""The first bytes of OFSI's file."""

LIST = XmlList(
    root="Designations", paths=frozenset({"Designation"}), ignored=frozenset({"DateGenerated"}), reference="UniqueID"
)
_CSV_EDITION = b"Report Date:"
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
    ("TypeOfEntities", "TypeOfEntity"), ("ParentCompanies", "ParentCompany"), ("Subsidiaries", "Subsidiary"),
)  # fmt: skip
_SHIP_DETAILS = (
    ("CurrentOwnerOperators", "CurrentOwnerOperator"), ("PreviousOwnerOperators", "PreviousOwnerOperator"),
    ("CurrentBelievedFlagOfShips", "CurrentBelievedFlagOfShip"), ("PreviousFlags", "PreviousFlag"),
    ("TypeOfShipDetails", "TypeOfShip"), ("TonnageOfShipDetails", "TonnageOfShip"),
    ("LengthOfShipDetails", "LengthOfShip"), ("YearsBuilt", "YearBuilt"),
)  # fmt: skip
_CONTACTS = (("PhoneNumbers", "PhoneNumber"), ("EmailAddresses", "EmailAddress"), ("Websites", "Website"))


def publication(files: Sequence[Path]) -> Publication:
    """`DateGenerated`, which comes first in the issuer's file; older ones have none."""
    _refuse_other_editions(files)
    try:
        return Publication(dated=day_first(LIST.text_of(files, "DateGenerated"), of="DateGenerated"))
    except RecordRefused as refusal:
        raise FileRefused(file=files[0].name, why=str(refusal)) from refusal


def parse(files: Sequence[Path]) -> Iterator[Party | Unreadable]:
    """Every designation, in the order of the file. Raises `FileRefused` where the file as a whole is bad."""
    _refuse_other_editions(files)
    return LIST.parse(files, _party)


def _refuse_other_editions(files: Sequence[Path]) -> None:
    path = file_checks.only(files, kind="XML")
    with path.open("rb") as file:
        head = file.read(64).removeprefix(file_checks.BOM)
    if head.startswith(OFSI_BEGINS):
        why = "it is OFSI's Consolidated List, which has other references: import it as ofsi"
        raise FileRefused(file=path.name, why=why)
    if head.startswith(_CSV_EDITION):
        raise FileRefused(file=path.name, why="it is the list's CSV edition: import the XML edition")


def _party(record: XmlRecord, reference: str) -> Party:
    # The indicators are the same measures as `SanctionsImposed` names, as flags; the words are stored.
    record.ignore("SanctionsImposedIndicators")
    people = record.within("IndividualDetails", "Individual")
    entities, ships = record.within("EntityDetails", "Entity"), record.within("ShipDetails", "Ship")
    return Party(
        reference=reference,
        kind=_kind(record.text("IndividualEntityShip")),
        names=_names(record),
        programmes=(_regime(record),),
        titles=record.texts("Titles", "Title"),
        positions=_each(people, "Positions", "Position"),
        genders=distinct(
            block.known(_GENDERS, block.own_text(), of="value", otherwise="")
            for person in people
            for block in person.within("Genders", "Gender")
        ),
        birth_dates=tuple(born_day_first(text) for text in _each(people, "DOBs", "DOB")),
        birth_places=tuple(_birth_places(people)),
        nationalities=tuple(Nationality(country=text) for text in _each(people, "Nationalities", "Nationality")),
        documents=tuple(_documents(people, entities, ships)),
        addresses=tuple(_addresses(record)),
        measures=distinct(clean(text) for text in record.text("SanctionsImposed").split("|")),
        details=tuple(_details(record, entities, ships)),
        listed_on=day_first(record.text("DateDesignated"), of="DateDesignated"),
        remarks=joined(record.text("OtherInformation"), record.text("UKStatementofReasons"), by="\n"),
        housekeeping=tuple(Detail("LastUpdated", text) for text in record.texts("LastUpdated")),
    )


def _kind(text: str) -> Kind:
    if text.casefold() not in KINDS:
        raise RecordRefused(why=f"IndividualEntityShip {text!r} is not known")
    return KINDS[text.casefold()]


def _regime(record: XmlRecord) -> str:
    if not (regime := record.text("RegimeName")):
        raise RecordRefused(why="it is listed under no regime")
    return regime


def _names(record: XmlRecord) -> tuple[Name, ...]:
    names = [*filter(None, map(_name, record.within("Names", "Name")))]
    if names and not any(name.kind == "primary" for name in names):
        record.leave("Names", "none of them is primary")
    return with_one_primary([*names, *_original(record)])


def _name(block: XmlRecord) -> Name | None:
    """Name1 to Name5 are given names, Name6 is the family's or an entity's whole name."""
    *given, family = (block.text(f"Name{number}") for number in range(1, 7))
    kind = block.known(NAME_KINDS, block.text("NameType"), of="NameType", otherwise="aka")
    quality = block.known(QUALITIES, block.text("AliasStrength").rstrip("."), of="AliasStrength", otherwise="")
    return divided_name(joined(*given), family, kind, quality=quality)


def _original(record: XmlRecord) -> Iterator[Name]:
    for block in record.within("NonLatinNames", "NonLatinName"):
        text, described = block.text("NameNonLatinScript"), block.text("NonLatinScriptType")
        language = block.text("NonLatinScriptLanguage")
        if text:
            yield written_name(text, "original_script", language=language, note=described)


def _birth_places(people: Iterable[XmlRecord]) -> Iterator[Place]:
    for block in (block for person in people for block in person.within("BirthDetails", "Location")):
        yield Place(city=block.text("TownOfBirth"), country=block.text("CountryOfBirth"))


def _documents(
    people: Iterable[XmlRecord], entities: Iterable[XmlRecord], ships: Iterable[XmlRecord]
) -> Iterator[Document]:
    for wrapper, item, kind in _PERSONAL_DOCUMENTS:
        for block in (block for person in people for block in person.within(wrapper, item)):
            number, note = block.text(f"{item}Number"), block.text(f"{item}AdditionalInformation")
            if number or note:
                yield Document(kind=kind, number=number, note=note)
    for number in _each(entities, "BusinessRegistrationNumbers", "BusinessRegistrationNumber"):
        yield Document(kind="Business registration", number=number)
    for wrapper, item, kind in _SHIPS_NUMBERS:
        yield from (Document(kind=kind, number=number) for number in _each(ships, wrapper, item))


def _addresses(record: XmlRecord) -> Iterator[Place]:
    """Addresses as one text: none of the six lines is always the street or the town."""
    for block in record.within("Addresses", "Address"):
        yield Place(
            text=joined(*(block.text(f"AddressLine{number}") for number in range(1, 7)), by=", "),
            postcode=block.text("AddressPostalCode"),
            country=block.text("AddressCountry"),
        )


def _details(record: XmlRecord, entities: Iterable[XmlRecord], ships: Iterable[XmlRecord]) -> Iterator[Detail]:
    for key in ("OFSIGroupID", "UNReferenceNumber"):
        yield from (Detail(key, text) for text in record.texts(key) if text != "N/A")
    sources = record.text("DesignationSource").split("|")
    yield from (Detail("DesignationSource", source) for source in map(clean, sources) if source)
    for blocks, kinds in (([record], _CONTACTS), (entities, _ENTITY_DETAILS), (ships, _SHIP_DETAILS)):
        for wrapper, item in kinds:
            yield from (Detail(item, text) for text in _each(blocks, wrapper, item))


def _each(blocks: Iterable[XmlRecord], wrapper: str, item: str) -> tuple[str, ...]:
    return tuple(text for block in blocks for text in block.texts(wrapper, item))
