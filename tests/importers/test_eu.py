"""The EU's list: one entity as published, and XML rebuilt from records that stand as JSON lines."""

import datetime as dt
from pathlib import Path
from random import Random
from typing import Any

import pytest
from lxml import etree

from relations.errors import FileRefused
from relations.importers.engine.parties import BirthDate, Detail, Document, Nationality, Party, Place, Unreadable
from relations.importers.sources import eu
from tests.importers import rebuilding, tracing

FILES = Path(__file__).parent / "files" / "eu"
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
    """What becomes of an entity with one more child: `parsed("birthdate", year="1958")`."""

    def parse(tag: str, **attributes: str) -> Party | Unreadable:
        entity = built()
        entity.append(rebuilding.EU(tag, **attributes))
        return one(entity, tmp_path / "eu.xml")

    return parse


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    path = tmp_path_factory.mktemp("eu") / "eu.xml"
    return rebuilding.written(rebuilding.eu_export(rebuilding.lines(FILES / "sample.jsonl")), path)


def test_the_header_gives_the_day_and_the_serial_number():
    publication = eu.publication([FILES / "one-entity.xml"])
    assert (publication.list, publication.dated, publication.serial) == ("eu", dt.date(2024, 12, 11), "171703")


def test_the_entity_as_published_is_read_whole():
    (party,) = tracing.parties(eu.parse([FILES / "one-entity.xml"])).values()
    assert (party.list, party.reference, party.listed_on, party.delisted_on) == ("eu", "13", None, None)
    assert party.content() == {
        "kind": "person",
        "names": [
            {
                "text": "Saddam Hussein Al-Tikriti",
                "kind": "primary",
                "quality": "strong",
                "script": "Latn",
                "family": "Hussein Al-Tikriti",
                "given": "Saddam",
            },
            {"text": "Abou Ali", "kind": "aka", "quality": "strong", "script": "Latn", "language": "fr"},
            {"text": "Abu Ali", "kind": "aka", "quality": "strong", "script": "Latn"},
        ],
        "programmes": ["IRQ"],
        "genders": ["male"],
        "birth_dates": [{"on": "1937-04-28", "earliest": "1937-04-28", "latest": "1937-04-28"}],
        "birth_places": [{"city": "al-Awja, near Tikrit", "country": "IRAQ", "code": "IQ"}],
        "nationalities": [{"country": "IRAQ", "code": "IQ"}],
        "instruments": [
            {
                "title": "1210/2003 (OJ L169)",
                "url": "http://eur-lex.europa.eu/LexUriServ/LexUriServ.do?uri=OJ:L:2003:169:0006:0023:EN:PDF",
                "published_on": "2003-07-08",
                "in_force_on": "2003-07-07",
                "programme": "IRQ",
            }
        ],
        "remarks": "UNSC RESOLUTION 1483",
    }


def test_records_rebuilt_from_their_fields_lose_nothing(sample):
    parties = tracing.parties(eu.parse([sample]))
    records = list(rebuilding.lines(FILES / "sample.jsonl"))
    assert len(parties) == len(records) == 11
    for record in records:
        tracing.eu(record, parties[record["logical_id"]])


def test_children_in_another_order_are_the_same_content(sample, tmp_path):
    root = etree.parse(sample).getroot()
    shuffle = Random(4).shuffle
    for entity in root:
        children = list(entity)
        shuffle(children)
        entity[:] = children
    shuffled = rebuilding.written(root, tmp_path / "shuffled.xml")
    before, after = (tracing.parties(eu.parse([path])) for path in (sample, shuffled))
    assert {reference: party.digest for reference, party in before.items()} == {
        reference: party.digest for reference, party in after.items()
    }


def test_the_primary_name_is_the_oldest_in_latin_letters(sample):
    party = tracing.parties(eu.parse([sample]))["174225"]
    assert party.name == "Sergei BUDREVICH"
    assert {(name.language, name.script) for name in party.names if name.script == "Cyrl"} == {
        ("be", "Cyrl"),
        ("ru", "Cyrl"),
    }


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


def test_the_country_00_is_no_country(parsed):
    assert parsed("citizenship", countryIso2Code="00", countryDescription="UNKNOWN").nationalities == ()


def test_a_document_keeps_what_is_said_against_it(parsed):
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
def test_what_the_parser_does_not_know_is_kept_as_a_detail_and_named(parsed, tag, attributes, left):
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


def test_a_birth_in_words_is_kept(parsed):
    assert parsed("birthdate", calendarType="GREGORIAN").birth_dates == ()
    assert BirthDate() not in parsed("birthdate", city="Oslo").birth_dates
