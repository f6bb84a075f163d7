"""Traces each field of a record: the parser has to read what the issuer said, no more and no less."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from relations.importers.engine.parties import Party, Unreadable
from relations.importers.engine.text_parsing import clean


def parties(records: Iterable[Party | Unreadable]) -> dict[str, Party]:
    """By reference; a record that could not be read fails the test with its reason."""
    found = {}
    for record in records:
        assert isinstance(record, Party), record
        found[record.reference] = record
    return found


def eu(record: dict[str, Any], party: Party) -> None:
    aliases = record["name_aliases"]
    assert sorted(name.text for name in party.names) == sorted(clean(alias["whole_name"]) for alias in aliases)
    assert sorted(name.language.upper() for name in party.names) == sorted(a.get("name_language", "") for a in aliases)
    assert {*party.positions} == _said(aliases, "function")
    assert {*party.titles} == _said(aliases, "title")
    assert {gender[0].upper() for gender in party.genders} == _said(aliases, "gender")
    assert party.kind == {"P": "person", "E": "entity"}[record["subject_type"]["classification_code"]]
    assert party.programmes == (record["regulations"][0]["programme"],)
    assert party.instruments[0].title == clean(record["regulations"][0]["number_title"])
    assert party.instruments[0].url == record["regulations"][0].get("publication_url", "")
    assert [n.code for n in party.nationalities] == [*filter(None, _countries(record.get("citizenships", ())))]
    assert [d.number for d in party.documents] == [clean(i["number"]) for i in record.get("identifications", ())]
    assert [d.kind for d in party.documents] == [
        i["identification_type_code"] for i in record.get("identifications", ())
    ]
    said_at = [
        (place["country_iso2_code"].replace("00", ""), *(clean(place.get(k)) for k in ("street", "city", "region")))
        for place in record.get("addresses", ())
    ]
    assert [(place.code, place.street, place.city, place.region) for place in party.addresses] == [
        *filter(any, said_at)
    ]
    _births(record.get("birthdates", ()), party)
    said = {detail.key: detail.value for detail in party.details}
    assert said["euReferenceNumber"] == record["eu_reference_number"]
    assert said.get("unitedNationId", "") == record.get("united_nation_id", "")
    for words in (*_listed(record.get("remark")), *_listed(record.get("designation_details"))):
        assert clean(words) in party.remarks


def _births(births: Iterable[dict[str, Any]], party: Party) -> None:
    dated = [birth for birth in births if {"birthdate", "year"} & birth.keys()]
    assert len(party.birth_dates) == len(dated)
    for birth, read in zip(dated, party.birth_dates, strict=True):
        if "birthdate" in birth:
            assert read.on.rstrip("~") == birth["birthdate"]
        else:
            assert str(birth["year"]) in (read.on or read.text)
        assert read.on.endswith("~") == (birth["circa"] and bool(read.on))
    cities = [clean(birth["city"]) for birth in births if "city" in birth]
    assert [place.city for place in party.birth_places if place.city] == cities


def uk(record: dict[str, Any], party: Party) -> None:
    names = record["names"]["names"]
    others = record.get("non_latin_names", {}).get("names", ())
    said = [clean(" ".join(name.get(f"name{n}", "") for n in range(1, 7))) for name in names]
    originals = [clean(name.get("name_non_latin_script")) for name in others]
    assert {name.text for name in party.names} == {*said, *originals} - {""}
    assert (
        party.kind == {"Individual": "person", "Entity": "entity", "Ship": "vessel"}[record["individual_entity_ship"]]
    )
    assert party.programmes == (clean(record["regime_name"]),)
    assert party.listed_on is not None
    assert party.listed_on.isoformat() == record["date_designated"]
    assert "|".join(party.measures) == clean(record["sanctions_imposed"])
    for words in ("other_information", "uk_statement_of_reasons"):
        assert clean(record.get(words)) in party.remarks
    said_at = [
        (
            ", ".join(filter(None, (clean(place.get(f"address_line{number}")) for number in range(1, 7)))),
            clean(place.get("address_country")),
        )
        for place in record.get("addresses", {}).get("addresses", ())
    ]
    assert [(place.text, place.country) for place in party.addresses] == [*filter(any, said_at)]
    keyed = {detail.key: detail.value for detail in party.details}
    assert keyed.get("OFSIGroupID", "") == record.get("ofsi_group_id", "")
    assert keyed.get("UNReferenceNumber", "N/A") == record.get("un_reference_number", "N/A")


def _said(blocks: Iterable[dict[str, Any]], key: str) -> set[str]:
    return {clean(block[key]) for block in blocks if block.get(key)}


def _countries(blocks: Iterable[dict[str, Any]]) -> list[str]:
    return [block["country_iso2_code"].replace("00", "") for block in blocks]


def _listed(value: str | list[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else value or []
