"""The EU's list: a file of invented parties, and one entity at a time."""

import datetime as dt
from pathlib import Path
from random import Random
from typing import Any

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
from relations.importers.sources import eu
from tests.importers import rebuilding, tracing

FILE = Path(__file__).parent / "files" / "eu" / "list.xml"
ENTITY: dict[str, Any] = {
    "euReferenceNumber": "EU.1.2",
    "logicalId": "77",
    "regulation": {
        "numberTitle": "2024/1 (OJ L1)",
        "programme": "HR",
        "logicalId": "1",
        "publicationDate": "2024-01-02",
    },
    "subjectType": {"code": "person", "classificationCode": "P"},
    "nameAlias": {"wholeName": "Ann Lee", "strong": "true", "logicalId": "9", "regulationLanguage": "en"},
}


def one(entity: etree._Element, path: Path) -> Party | Unreadable:
    export = rebuilding.EU.export(entity, generationDate="2024-01-03T00:00:00Z", globalFileId="1")
    (record,) = eu.parse([rebuilding.written(export, path)])
    return record


def built() -> etree._Element:
    """The smallest entity that is read: each test adds to it."""
    entity = rebuilding.EU.sanctionEntity()
    for key, value in ENTITY.items():
        if isinstance(value, dict):
            entity.append(rebuilding.EU(key, **value))
        else:
            entity.set(key, value)
    return entity


@pytest.fixture
def parsed(tmp_path):
    """Parses an entity with one more child: `parsed("birthdate", year="1958")`."""

    def parse(tag: str, **attributes: str) -> Party | Unreadable:
        entity = built()
        entity.append(rebuilding.EU(tag, **attributes))
        return one(entity, tmp_path / "eu.xml")

    return parse


@pytest.fixture(scope="module")
def parties() -> dict[str, Party]:
    return tracing.parties(eu.parse([FILE]))


def test_the_header_gives_the_day_in_brussels():
    assert eu.publication([FILE]) == Publication(dated=dt.date(2024, 12, 11))


def test_a_person_is_read_whole(parties):
    party = parties["901"]
    assert (party.reference, party.listed_on, party.listed_by, party.delisted_on, party.unknown) == (
        "901", None, dt.date(2003, 7, 8), None, (),
    )  # fmt: skip
    assert party.content() == {
        "kind": "person",
        "names": [
            {
                "text": "Sadim Vorel Al-Testi",
                "kind": "primary",
                "quality": "strong",
                "script": "Latn",
                "family": "Vorel Al-Testi",
                "given": "Sadim",
            },
            {"text": "Abou Testi", "kind": "aka", "quality": "strong", "script": "Latn", "language": "fr"},
        ],
        "programmes": ["IRQ"],
        "genders": ["male"],
        "birth_dates": [{"on": "1937-04-28", "earliest": "1937-04-28", "latest": "1937-04-28"}],
        "birth_places": [{"city": "al-Nowhere", "country": "IRAQ", "code": "IQ"}],
        "nationalities": [{"country": "IRAQ", "code": "IQ"}],
        "instruments": [
            {
                "title": "9901/2003 (OJ L901)",
                "url": "https://example.org/oj/9901",
                "published_on": "2003-07-08",
                "in_force_on": "2003-07-07",
                "programme": "IRQ",
            }
        ],
        "details": [
            {"key": "euReferenceNumber", "value": "EU.901.1"},
            {"key": "unitedNationId", "value": "IQi.901"},
        ],
        "remarks": "UNSC RESOLUTION 9999",
    }


def test_an_entity_is_read_whole(parties):
    party = parties["903"]
    assert (party.kind, party.name, party.remarks) == ("entity", "Specimen Shipping", "Owned by the state.")
    assert party.addresses == (
        Place(street="Harbour Road 1", city="Oldtown", country="IRAN (ISLAMIC REPUBLIC OF)", code="IR"),
    )
    assert party.documents == (Document(kind="regnumber", number="R 903"),)
    assert party.details == (Detail("euReferenceNumber", "EU.903.1"), Detail("phone", "+98 000"))


def test_children_in_another_order_are_the_same_content(parties, tmp_path):
    root = etree.parse(FILE).getroot()
    shuffle = Random(4).shuffle
    for entity in root.iterfind(f"{{{eu.NAMESPACE}}}sanctionEntity"):
        children = list(entity)
        shuffle(children)
        entity[:] = children
    shuffled = tracing.parties(eu.parse([rebuilding.written(root, tmp_path / "shuffled.xml")]))
    assert {reference: party.digest for reference, party in shuffled.items()} == {
        reference: party.digest for reference, party in parties.items()
    }


def test_the_primary_name_is_the_oldest_in_latin_letters(parties):
    party = parties["902"]
    assert party.name == "Sergei BUDOREVICH"
    assert {(name.language, name.script) for name in party.names if name.script == "Cyrl"} == {
        ("", "Cyrl"),
        ("be", "Cyrl"),
        ("ru", "Cyrl"),
    }
    assert (party.titles, party.positions, party.genders) == (("Mr",), ("Director",), ("male",))


@pytest.mark.parametrize(
    ("attributes", "on", "text"),
    [
        ({"birthdate": "1937-04-28", "year": "1937"}, "1937-04-28", ""),
        ({"year": "1937", "monthOfYear": "4"}, "1937-04", ""),
        ({"year": "1937", "monthOfYear": "4", "dayOfMonth": "28"}, "1937-04-28", ""),
        ({"year": "1937", "circa": "true"}, "1937~", ""),
        ({"year": "1937", "dayOfMonth": "28"}, "1937", ""),
        ({"yearRangeFrom": "1958", "yearRangeTo": "1960"}, "[1958..1960]", ""),
        ({"yearRangeFrom": "1958", "circa": "true"}, "1958~", ""),
        ({"calendarType": "ISLAMIC", "year": "1343"}, "", "1343"),
        ({"calendarType": "ISLAMIC", "year": "1402", "monthOfYear": "6", "dayOfMonth": "24"}, "", "1402-06-24"),
        ({"calendarType": "ISLAMIC", "year": "1402", "birthdate": "1982-04-19"}, "1982-04-19", ""),
        ({"monthOfYear": "4", "dayOfMonth": "28"}, "", "4-28"),
    ],
)
def test_dates_of_birth_become_edtf(parsed, attributes, on, text):
    (birth,) = parsed("birthdate", **{"calendarType": "GREGORIAN", **attributes}).birth_dates
    assert (birth.on, birth.text) == (on, text)
    assert birth.calendar == ("islamic" if attributes.get("calendarType") else "")


def test_a_birth_without_a_date_is_a_place(parsed):
    party = parsed(
        "birthdate", calendarType="GREGORIAN", circa="false", city="Zahle", countryIso2Code="LB",
        countryDescription="LEBANON",
    )  # fmt: skip
    assert (party.birth_dates, party.birth_places) == ((), (Place(city="Zahle", country="LEBANON", code="LB"),))


def test_a_remark_on_a_birth_without_a_date_is_about_the_place(tmp_path):
    entity = built()
    entity.append(rebuilding.EU.birthdate(rebuilding.EU.remark("disputed"), city="Zahle"))
    party = one(entity, tmp_path / "eu.xml")
    assert isinstance(party, Party), party
    assert (party.birth_dates, party.birth_places) == ((), (Place(city="Zahle", note="disputed"),))


def test_an_unusual_kind_of_subject_is_a_detail(tmp_path):
    entity = built()
    next(entity.iterchildren("{*}subjectType")).set("code", "ship")
    party = one(entity, tmp_path / "eu.xml")
    assert isinstance(party, Party), party
    assert party.details == (Detail("subject_type", "ship"), Detail("euReferenceNumber", "EU.1.2"))


def test_the_country_00_is_no_country(parsed):
    assert parsed("citizenship", countryIso2Code="00", countryDescription="UNKNOWN").nationalities == ()


def test_a_document_has_the_remarks_about_it(parsed):
    party = parsed(
        "identification", identificationTypeCode="passport", identificationTypeDescription="National passport",
        number="X 1", latinNumber="X1", knownFalse="true", diplomatic="false", issueDate="2001-02-03",
        validTo="2011-02-03", issuedBy="Tripoli", nameOnDocument="A. Lee", countryIso2Code="LY",
        countryDescription="LIBYA",
    )  # fmt: skip
    assert party.documents == (
        Document(
            kind="passport", number="X 1", country="LIBYA", code="LY", issued="2001-02-03", expires="2011-02-03",
            issuer="Tripoli", flags=("knownFalse",), note="in Latin letters X1; in the name of A. Lee",
        ),
    )  # fmt: skip


def test_citizenships_addresses_contacts_and_delistings_are_read(tmp_path):
    entity = built()
    entity.set("designationDate", "2024-01-02")
    entity.set("delistingDate", "2024-05-06")
    entity.set("unitedNationId", "QDi.1")
    make = rebuilding.EU
    entity.extend([
        make.citizenship(countryIso2Code="LY", countryDescription="LIBYA", acquisitionDate="1999-01-01"),
        make.address(
            make.contactInfo(key="EMAIL", value="a@b.example"), make.remark("Head office"), street="Main St 1",
            poBox="7", city="Tripoli", zipCode="10", asAtListingTime="true", countryIso2Code="LY",
            countryDescription="LIBYA",
        ),
        make.remark("Second"), make.remark("First"), make.additionalInformation(key="flag", value="new"),
    ])  # fmt: skip
    party = one(entity, tmp_path / "eu.xml")
    assert isinstance(party, Party), party
    assert (party.listed_on, party.delisted_on) == (dt.date(2024, 1, 2), dt.date(2024, 5, 6))
    assert party.nationalities == (Nationality(country="LIBYA", code="LY", note="acquired 1999-01-01"),)
    assert party.addresses == (
        Place(street="Main St 1, P.O. Box 7", city="Tripoli", postcode="10", country="LIBYA", code="LY",
              note="at the time of listing; Head office"),
    )  # fmt: skip
    assert party.details == (
        Detail("euReferenceNumber", "EU.1.2"),
        Detail("unitedNationId", "QDi.1"),
        Detail("email", "a@b.example"),
        Detail("flag", "new"),
    )
    assert party.remarks == "First\nSecond"


@pytest.mark.parametrize(
    ("tag", "attributes", "left"),
    [
        ("shoe", {"size": "44"}, ("sanctionEntity/shoe", "size=44")),
        ("citizenship", {"colour": "red"}, ("citizenship/@colour", "red")),
        ("birthdate", {"calendarType": "MARTIAN", "year": "5"}, ("birthdate/@calendarType", "MARTIAN")),
        ("nameAlias", {"wholeName": "A", "gender": "X"}, ("nameAlias/@gender", "X")),
    ],
)
def test_what_the_parser_does_not_know_becomes_a_detail_and_is_named(parsed, tag, attributes, left):
    party = parsed(tag, **attributes)
    assert isinstance(party, Party), party
    assert party.details == (Detail("euReferenceNumber", "EU.1.2"), Detail(*left))
    assert party.unknown == (left[0],)


@pytest.mark.parametrize(
    ("tag", "attributes", "reason"),
    [
        ("birthdate", {"year": "MCM"}, "year 'MCM' is not a number"),
        ("birthdate", {"circa": "maybe"}, "birthdate circa='maybe' is neither true nor false"),
        ("subjectType", {"classificationCode": "P"}, "it has 2 elements subjectType, not one"),
        ("regulation", {"publicationDate": "soon"}, "publicationDate 'soon' is not a day (YYYY-MM-DD)"),
    ],
)
def test_what_contradicts_itself_stops_the_record(parsed, tag, attributes, reason):
    record = parsed(tag, **attributes)
    assert record == Unreadable(reference="77", line=3, reason=reason, file="eu.xml")


def test_names_are_weak_only_where_the_list_says_so(parsed):
    party = parsed("nameAlias", wholeName="Old Ann", strong="False", nameLanguage="DE")
    assert [(name.text, name.kind, name.quality, name.language) for name in party.names] == [
        ("Ann Lee", "primary", "strong", ""),
        ("Old Ann", "aka", "weak", "de"),
    ]
    in_parts = parsed("nameAlias", firstName="Annie", lastName="Lee", logicalId="10").names[1]
    assert (in_parts.text, in_parts.quality) == ("Annie Lee", "")


def test_another_xml_file_is_refused(tmp_path):
    path = tmp_path / "other.xml"
    path.write_text("<export generationDate='2024-01-01T00:00:00Z'/>")
    with pytest.raises(FileRefused, match="its root element is 'export' and not "):
        eu.publication([path])


def test_a_birth_in_words_is_stored(parsed):
    assert parsed("birthdate", calendarType="GREGORIAN").birth_dates == ()
    assert BirthDate() not in parsed("birthdate", city="Oslo").birth_dates


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"logicalId": "nine"}, "logicalId 'nine' is not a number"),
        ({"logicalId": ""}, "it has no logicalId"),
    ],
)
def test_a_reference_that_is_no_number_stops_the_record(tmp_path, change, reason):
    entity = built()
    entity.attrib.update(change)
    record = one(entity, tmp_path / "eu.xml")
    assert isinstance(record, Unreadable)
    assert record.reason == reason


def test_an_entity_without_name_kind_or_programme_stops_the_record(tmp_path):
    for tag, reason in (
        ("nameAlias", "it has no name"),
        ("subjectType", "it has 0 elements subjectType, not one"),
        ("regulation", "it is listed under no programme"),
    ):
        entity = built()
        entity.remove(next(entity.iterchildren(tag, f"{{*}}{tag}")))
        record = one(entity, tmp_path / "eu.xml")
        assert isinstance(record, Unreadable)
        assert record.reason == reason
