"""The UK Sanctions List: a file of invented parties, and one designation at a time."""

import datetime as dt
from pathlib import Path

import pytest
from lxml import etree

from relations.errors import FileRefused
from relations.importers.engine.parties import (
    BirthDate,
    Detail,
    Document,
    Nationality,
    Party,
    Place,
    Publication,
    Unreadable,
)
from relations.importers.sources import uk
from tests.importers import rebuilding, tracing

FILE = Path(__file__).parent / "files" / "uk" / "list.xml"
DESIGNATION = """<?xml version="1.0" encoding="utf-8"?>
<Designations><DateGenerated>02/09/2026</DateGenerated><Designation><UniqueID>RUS9999</UniqueID>
<Names><Name><Name1>ANN</Name1><Name6>LEE</Name6><NameType>Primary Name</NameType></Name>{names}</Names>
<RegimeName>The Russia (Sanctions) (EU Exit) Regulations 2019</RegimeName>
<IndividualEntityShip>{kind}</IndividualEntityShip>{more}</Designation></Designations>"""


@pytest.fixture
def parsed(tmp_path):
    """Parses one designation with more in it: `parsed("<Titles><Title>Dr</Title></Titles>")`."""

    def parse(more: str = "", *, names: str = "", kind: str = "Individual") -> Party | Unreadable:
        path = tmp_path / "uk.xml"
        path.write_text(DESIGNATION.format(more=more, names=names, kind=kind), "utf-8")
        (record,) = uk.parse([path])
        return record

    return parse


@pytest.fixture
def person(parsed):
    def parse(more: str) -> Party:
        party = parsed(f"<IndividualDetails><Individual>{more}</Individual></IndividualDetails>")
        assert isinstance(party, Party), party
        return party

    return parse


def test_the_header_gives_the_day():
    assert uk.publication([FILE]) == Publication(dated=dt.date(2026, 9, 2))


def test_an_older_file_without_a_date_has_none(tmp_path):
    path = tmp_path / "uk.xml"
    path.write_text("<Designations><Designation/></Designations>")
    assert uk.publication([path]).dated is None


def test_the_day_is_read_after_the_designations_too(tmp_path):
    path = tmp_path / "uk.xml"
    inside = "<Designation><DateGenerated>01/01/2020</DateGenerated></Designation>"
    path.write_text(f"<Designations>{inside}<DateGenerated>02/09/2026</DateGenerated></Designations>")
    assert uk.publication([path]).dated == dt.date(2026, 9, 2)


def test_the_designations_are_read_whole():
    entity, person, ship = tracing.parties(uk.parse([FILE])).values()
    assert (entity.reference, entity.housekeeping) == ("AFG9901", (Detail("LastUpdated", "04/08/2026"),))
    assert entity.content() == {
        "kind": "entity",
        "names": [
            {"text": "Testo Hawala", "kind": "aka", "script": "Latn"},
            {"text": "SPECIMEN MONEY EXCHANGE", "kind": "primary", "script": "Latn"},
        ],
        "programmes": ["The Afghanistan (Sanctions) (EU Exit) Regulations 2020"],
        "addresses": [
            {"text": "Example Market, 2nd Floor", "country": "Afghanistan"},
            {"text": "Branch 14, Dubai", "country": "United Arab Emirates"},
        ],
        "measures": ["Asset freeze"],
        "details": [
            {"key": "DesignationSource", "value": "UN"},
            {"key": "OFSIGroupID", "value": "90001"},
            {"key": "UNReferenceNumber", "value": "TAe.901"},
        ],
        "listed_on": "2012-06-29",
        "remarks": "License Number: 901.",
    }
    assert (person.name, person.names[0].family, person.remarks) == ("ORVAN TELLIK MARRO", "MARRO", "For the test.")
    assert [birth.on for birth in person.birth_dates] == ["1945", "1946"]
    assert person.measures == ("Asset freeze", "Travel Ban")
    assert person.details == (Detail("DesignationSource", "UK"), Detail("DesignationSource", "UN"))
    assert (ship.kind, ship.documents) == ("vessel", (Document(kind="IMO", number="9000001"),))


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("Primary Name", "primary"),
        ("Primary name", "primary"),
        ("Primary Name Variation", "variation"),
        ("Primary name variation", "variation"),
        ("Alias", "aka"),
        ("ALias", "aka"),
    ],
)
def test_typists_spellings_of_a_kind_of_name_are_one(tmp_path, written, kind):
    path = tmp_path / "uk.xml"
    text = DESIGNATION.format(more="", names="", kind="Individual")
    path.write_text(text.replace("<NameType>Primary Name", f"<NameType>{written}"))
    path.write_text(
        path.read_text().replace("</Names>", "<Name><Name6>B</Name6><NameType>Primary name</NameType></Name></Names>")
    )
    (record,) = uk.parse([path])
    assert isinstance(record, Party)
    assert record.unknown == ()
    if kind != "primary":
        assert [name.kind for name in record.names] == ["primary", kind]


def test_of_names_of_which_none_is_primary_the_first_in_the_alphabet_is_taken_and_reported(tmp_path):
    path = tmp_path / "uk.xml"
    text = DESIGNATION.format(more="", names="", kind="Individual")
    path.write_text(text.replace("<NameType>Primary Name", "<NameType>Maiden name"))
    (record,) = uk.parse([path])
    assert isinstance(record, Party)
    assert [name.kind for name in record.names] == ["primary"]
    assert record.unknown == ("Designation/Names", "Name/NameType")
    assert Detail("Name/NameType", "Maiden name") in record.details


def test_name_parts_strength_and_original_script_are_read(parsed):
    party = parsed(
        "<NonLatinNames><NonLatinName><NameNonLatinScript>Анна Ли</NameNonLatinScript><NonLatinScriptType>Cyrillic"
        "</NonLatinScriptType><NonLatinScriptLanguage>Russian</NonLatinScriptLanguage></NonLatinName></NonLatinNames>",
        names="<Name><Name1>A</Name1><Name2>B</Name2><Name3>C</Name3><Name4>D</Name4><Name5>E</Name5><Name6>F</Name6>"
        "<NameType>Alias</NameType><AliasStrength>Low quality a.k.a</AliasStrength></Name>",
    )
    assert [
        (name.text, name.given, name.family, name.kind, name.quality, name.script, name.language, name.note)
        for name in party.names
    ] == [
        ("ANN LEE", "ANN", "LEE", "primary", "", "Latn", "", ""),
        ("A B C D E F", "A B C D E", "F", "aka", "weak", "Latn", "", ""),
        ("Анна Ли", "", "", "original_script", "", "Cyrl", "russian", "Cyrillic"),
    ]


def test_of_two_primary_names_the_first_in_the_alphabet_stays_primary(parsed):
    second = "<Name><Name6>ANA LEE</Name6><NameType>Primary name</NameType></Name>"
    assert [(name.text, name.kind) for name in parsed(names=second).names] == [
        ("ANA LEE", "primary"),
        ("ANN LEE", "variation"),
    ]


@pytest.mark.parametrize(
    ("mask", "on", "text"),
    [
        ("17/03/1945", "1945-03-17", ""),
        ("dd/mm/1945", "1945", ""),
        ("DD/MM/1945", "1945", ""),
        ("00/00/1980", "1980", ""),
        ("dd/03/1950", "1950-03", ""),
        ("00/03/1950", "1950-03", ""),
        ("1951", "1951", ""),
        ("17/mm/1945", "", "17/mm/1945"),
        ("31/02/1945", "", "31/02/1945"),
        ("circa the war", "", "circa the war"),
    ],
)
def test_masks_of_dates_of_birth_become_edtf(person, mask, on, text):
    (birth,) = person(f"<DOBs><DOB>{mask}</DOB></DOBs>").birth_dates
    assert (birth.on, birth.text) == (on, text)


def test_every_detail_of_a_person_is_read(person):
    party = person(
        "<DOBs><DOB/></DOBs><Nationalities><Nationality>Russia</Nationality><Nationality>North Korea</Nationality>"
        "</Nationalities><Genders><Gender>Female</Gender></Genders><Positions><Position>Minister</Position></Positions>"
        "<BirthDetails><Location><TownOfBirth>Oslo</TownOfBirth><CountryOfBirth>Norway</CountryOfBirth></Location>"
        "</BirthDetails><PassportDetails><Passport><PassportNumber>X1</PassportNumber><PassportAdditionalInformation>"
        "expired</PassportAdditionalInformation></Passport></PassportDetails><NationalIdentifierDetails>"
        "<NationalIdentifier><NationalIdentifierNumber>42</NationalIdentifierNumber></NationalIdentifier>"
        "</NationalIdentifierDetails>"
    )
    assert party.birth_dates == ()
    assert party.nationalities == (Nationality(country="Russia"), Nationality(country="North Korea"))
    assert party.nationality_codes == ("KP", "RU")
    assert (party.genders, party.positions) == (("female",), ("Minister",))
    assert party.birth_places == (Place(city="Oslo", country="Norway"),)
    assert party.documents == (
        Document(kind="Passport", number="X1", note="expired"),
        Document(kind="National identifier", number="42"),
    )


def test_every_detail_of_a_ship_is_read(parsed):
    party = parsed(
        "<ShipDetails><Ship><IMONumbers><IMONumber>9187629</IMONumber></IMONumbers><CurrentBelievedFlagOfShips>"
        "<CurrentBelievedFlagOfShip>Gabon</CurrentBelievedFlagOfShip></CurrentBelievedFlagOfShips><TypeOfShipDetails>"
        "<TypeOfShip>Tanker</TypeOfShip></TypeOfShipDetails><YearsBuilt><YearBuilt>2003</YearBuilt></YearsBuilt></Ship>"
        "</ShipDetails>",
        kind="Ship",
    )
    assert party.kind == "vessel"
    assert party.documents == (Document(kind="IMO", number="9187629"),)
    assert party.details == (
        Detail("CurrentBelievedFlagOfShip", "Gabon"),
        Detail("TypeOfShip", "Tanker"),
        Detail("YearBuilt", "2003"),
    )


def test_every_detail_of_an_entity_is_read(parsed):
    party = parsed(
        "<EntityDetails><Entity><BusinessRegistrationNumbers><BusinessRegistrationNumber>7</BusinessRegistrationNumber>"
        "</BusinessRegistrationNumbers><Subsidiaries><Subsidiary>B Ltd</Subsidiary></Subsidiaries></Entity>"
        "</EntityDetails><Websites><Website>a.example</Website></Websites>",
        kind="Entity",
    )
    assert party.documents == (Document(kind="Business registration", number="7"),)
    assert party.details == (Detail("Website", "a.example"), Detail("Subsidiary", "B Ltd"))


@pytest.mark.parametrize(
    ("more", "left"),
    [
        ("<Shoe>44</Shoe>", ("Designation/Shoe", "44")),
        ("<Titles><Name>Dr</Name></Titles>", ("Titles/Name", "Dr")),
        ("<IndividualDetails><Individual><Genders><Gender>X</Gender></Genders></Individual></IndividualDetails>",
         ("Gender/value", "X")),
    ],
)  # fmt: skip
def test_what_the_parser_does_not_know_becomes_a_detail_and_is_named(parsed, more, left):
    party = parsed(more)
    assert isinstance(party, Party), party
    assert party.details == (Detail(*left),)
    assert party.unknown == (left[0],)


def test_a_measure_that_is_new_on_the_list_is_stored_in_its_words(parsed):
    party = parsed(
        "<SanctionsImposed>Asset freeze|Exile</SanctionsImposed>"
        "<SanctionsImposedIndicators><Exile>true</Exile></SanctionsImposedIndicators>"
    )
    assert (party.measures, party.unknown) == (("Asset freeze", "Exile"), ())


@pytest.mark.parametrize("written", ["02/01/2020", "2020-01-02", "2020-01-02T00:00:00", "02/01/2020 00:00:00"])
def test_the_day_of_a_designation_is_read_in_each_of_its_forms(parsed, written):
    assert parsed(f"<DateDesignated>{written}</DateDesignated>").listed_on == dt.date(2020, 1, 2)


def test_a_day_that_is_none_stops_the_record(parsed):
    reason = "DateDesignated '31/02/2020' is not a day (DD/MM/YYYY)"
    refused = parsed("<DateDesignated>31/02/2020</DateDesignated>")
    assert refused == Unreadable(reference="RUS9999", line=2, reason=reason, file="uk.xml")


def test_a_kind_that_is_not_known_stops_the_record(parsed):
    assert parsed(kind="Robot").reason == "IndividualEntityShip 'Robot' is not known"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("Last Updated,13/04/2018,,\r\nName 6,Name 1\r\n AL-QAHTÄNI,Sheikh\r\n",
         "it is OFSI's Consolidated List, which has other references: import it as ofsi"),
        ("Report Date: 13-Feb-2026\r\nUnique ID\r\n", "it is the list's CSV edition: import the XML edition"),
    ],
)  # fmt: skip
def test_other_editions_and_lists_are_named_and_refused(tmp_path, content, reason):
    path = tmp_path / "ConList.csv"
    path.write_bytes(content.encode("cp1252"))
    for read in (uk.publication, lambda files: list(uk.parse(files))):
        with pytest.raises(FileRefused) as refused:
            read([path])
        assert str(refused.value) == f"ConList.csv is refused whole: {reason}."


def test_a_record_in_another_serialisation_is_the_same(tmp_path):
    root = etree.parse(FILE).getroot()
    for designation in root.iter("Designation"):
        designation[:] = reversed(designation)
        for names in designation.iter("Names"):
            names[:] = reversed(names)
        for updated in designation.iter("LastUpdated"):
            updated.text = "05/09/2026"
    path = rebuilding.written(root, tmp_path / "uk.xml")
    before, after = (tracing.parties(uk.parse([file])).values() for file in (FILE, path))
    assert [party.digest for party in before] == [party.digest for party in after]


def test_a_birth_date_in_words_is_no_date(person):
    assert person("<DOBs><DOB>unknown</DOB></DOBs>").birth_dates == (BirthDate(text="unknown"),)


def test_a_designation_without_reference_name_or_regime_stops_the_record(tmp_path):
    text = DESIGNATION.format(more="", names="", kind="Individual")
    for old, new, reason in (
        ("RUS9999", "", "it has no UniqueID"),
        ("<Name1>ANN</Name1><Name6>LEE</Name6>", "", "it has no name"),
        ("The Russia (Sanctions) (EU Exit) Regulations 2019", "", "it is listed under no regime"),
    ):
        path = tmp_path / "uk.xml"
        path.write_text(text.replace(old, new), "utf-8")
        (record,) = uk.parse([path])
        assert isinstance(record, Unreadable)
        assert record.reason == reason


def test_a_hull_number_a_gender_not_recorded_and_a_strength_with_a_full_stop_are_known(parsed):
    party = parsed(
        "<ShipDetails><Ship><HullIdentificationNumbers><HullIdentificationNumber>H1</HullIdentificationNumber>"
        "</HullIdentificationNumbers></Ship></ShipDetails><IndividualDetails><Individual><Genders>"
        "<Gender>Not recorded</Gender></Genders></Individual></IndividualDetails>",
        names="<Name><Name6>B</Name6><NameType>Alias</NameType><AliasStrength>Good quality a.k.a.</AliasStrength>"
        "</Name>",
    )
    assert isinstance(party, Party), party
    assert party.documents == (Document(kind="Hull", number="H1"),)
    assert (party.genders, party.names[1].quality, party.unknown) == ((), "strong", ())
