"""`same_as` of `/api/designations/`: parties of other lists that share an identifier, offered with the reason."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relations.importers.engine.parties import BirthDate, Detail, Document, Kind, Party
from relations.models import Designation
from relations.queries.same_party import number_key
from tests.api.listed_parties import day, listed, party

pytestmark = pytest.mark.usefixtures("countries")


def passport(number: str, country: str = "") -> dict[str, Any]:
    return {"documents": (Document(kind="Passport", number=number, country=country),)}


def born(year: str) -> dict[str, Any]:
    return {"birth_dates": (BirthDate(on=year, earliest=day(f"{year}-01-01"), latest=day(f"{year}-12-31")),)}


def offered(client: Client, reference: str) -> list[dict[str, Any]]:
    key = Designation.objects.select_related("party").get(party__reference=reference).party.key
    same: list[dict[str, Any]] = client.get(f"/api/designations/{key}/").json()["same_as"]
    return same


def test_a_party_of_another_list_is_offered_with_the_identifiers_that_agree(client):
    listed("ofac", party("1", "Ivan PETROV", **passport("AB 123-456"), **born("1961")))
    listed("uk", party("U1", "Iwan PETROW", **passport("ab123456"), **born("1961")))
    (same,) = offered(client, "1")
    assert same == {
        "key": same["key"], "list": "uk", "reference": "U1", "name": "Iwan PETROW", "delisted_on": None,
        "reason": "Both have Passport AB123456 and a year of birth.",
        "identifiers": [{"kind": "Passport", "number": "AB123456"}], "birth": "agree",
        "url": f"http://testserver/api/designations/{same['key']}/",
    }  # fmt: skip
    assert [each["reference"] for each in offered(client, "U1")] == ["1"]
    rows = client.get("/api/designations/?fields=reference,same_as").json()["results"]
    assert [[each["reference"] for each in row["same_as"]] for row in rows] == [["U1"], ["1"]]
    assert "same_as" not in client.get("/api/designations/").json()["results"][0]


def on_lists(client: Client, query: str) -> list[str]:
    rows = client.get(f"/api/designations/?{query}&fields=reference&ordering=name").json()["results"]
    return [row["reference"] for row in rows]


def test_parties_that_are_on_lists_twice_are_found_with_what_same_as_offers(client):
    listed(
        "ofac", party("1", "A", **passport("AB 123-456")), party("2", "B", **passport("AB123456")),
        party("3", "C", **passport("CD123456"), **born("1961")),
        party("4", "D", **passport("CD123456"), **born("1962")),
        party("5", "E", **passport("EF123456", "Iran")), party("6", "F"),
    )  # fmt: skip
    listed("uk", party("U1", "G", **passport("ef123456")), party("U2", "H", details=(Detail("OFSIGroupID", "12703"),)))
    listed("ofsi", party("12703", "I"))
    assert on_lists(client, "also_on=ofac") == ["1", "2", "U1"]
    assert on_lists(client, "list=ofac&also_on=ofac") == ["1", "2"]
    assert on_lists(client, "list=ofac&also_on=uk") == ["5"]
    assert on_lists(client, "also_on=uk,ofsi") == ["5", "U2", "12703"]
    assert on_lists(client, "list=ofac&also_on=!ofac") == ["3", "4", "5", "6"]
    assert [each["reference"] for each in offered(client, "1")] == ["2"]
    assert [each["list"] for each in offered(client, "5")] == ["uk"]
    for query, wrong in (("also_on=us", "also_on"), ("also_on=uk&known_at=2026-01-01T00:00:00Z", "also_on")):
        problem = client.get(f"/api/designations/?{query}")
        assert (problem.status_code, [each["parameter"] for each in problem.json()["errors"]]) == (400, [wrong]), query


@pytest.mark.django_db(transaction=True)
def test_the_list_of_those_listed_twice_is_that_of_the_last_import(client, django_assert_num_queries):
    listed("ofac", party("1", "A", **passport("AB123456")))
    assert on_lists(client, "also_on=uk") == []
    listed("uk", party("U1", "B", **passport("AB123456")))
    assert on_lists(client, "also_on=uk") == ["1"]
    # The snapshot, the epoch, the rows, the publications: what was compared is cached.
    with django_assert_num_queries(4):
        assert on_lists(client, "also_on=ofac") == ["U1"]


def test_lists_are_joined_by_the_reference_that_one_gives_of_the_other(client):
    listed("un", party("QDi.001", "Hasan TAWIL"))
    listed("ofsi", party("12703", "Hasan TAWIL"))
    references = (Detail("UNReferenceNumber", "QDi.001"), Detail("OFSIGroupID", "12703"))
    listed("uk", party("U1", "Hassan AL-TAWIL", details=references))
    found = {each["list"]: each["reason"] for each in offered(client, "U1")}
    assert found == {"un": "Both have UN reference QDI001.", "ofsi": "Both have OFSI group ID OFSI12703."}
    assert [each["reference"] for each in offered(client, "QDi.001")] == ["U1"]
    assert [each["reference"] for each in offered(client, "12703")] == ["U1"]


def test_vessels_are_joined_by_their_imo_number_however_it_is_written_and_under_any_flag(client):
    ours, theirs = (
        Document(kind=kind, number=number, country=flag)
        for kind, number, flag in (("Vessel ID", "IMO 9187629", "Iran"), ("IMO number", "9187629", "Panama"))
    )
    listed("ofac", party("1", "LILY", "vessel", documents=(ours,)))
    listed("uk", party("U1", "ROSE", "vessel", documents=(theirs,)))
    (same,) = offered(client, "1")
    assert (same["identifiers"], same["birth"]) == ([{"kind": "IMO number", "number": "9187629"}], "unknown")
    (back,) = offered(client, "U1")
    assert back["identifiers"] == same["identifiers"]


def test_a_gender_that_is_written_otherwise_and_a_birth_without_a_bound_contradict_nothing(client):
    old: dict[str, Any] = {"birth_dates": (BirthDate(on="1961/..", earliest=day("1961-01-01"), latest=None),)}
    older: dict[str, Any] = {"birth_dates": (BirthDate(on="../1950", earliest=None, latest=day("1950-12-31")),)}
    listed("ofac", party("1", "A B", genders=("Male",), **passport("AB123456"), **old))
    listed(
        "uk", party("U1", "A B", genders=("m",), **passport("AB123456"), **born("1970")),
        party("U2", "A B", **passport("AB123456"), **older),
    )  # fmt: skip
    assert [each["reference"] for each in offered(client, "1")] == ["U1", "U2"]


@pytest.mark.parametrize(
    ("mine", "other"),
    [
        (party("1", "A B", **passport("AB123456"), **born("1961")),
         party("U1", "A B", **passport("AB123456"), **born("1962"))),
        (party("1", "A B", **passport("AB123456")), party("U1", "A B", "entity", **passport("AB123456"))),
        (party("1", "A B", **passport("AB123456", "Iran")), party("U1", "A B", **passport("AB123456", "Syria"))),
        (party("1", "A B", genders=("Male",), **passport("AB123456")),
         party("U1", "A B", genders=("F",), **passport("AB123456"))),
        (party("1", "A B", **passport("12345")), party("U1", "A B", **passport("12345"))),
        (party("1", "A B", **passport("UNKNOWN")), party("U1", "A B", **passport("unknown"))),
    ],
    ids=["another year", "another kind", "another country", "another gender", "a short number", "a word"],
)  # fmt: skip
def test_a_party_that_contradicts_or_shares_nothing_distinctive_is_not_offered(client, mine: Party, other: Party):
    listed("ofac", mine)
    listed("uk", other)
    assert offered(client, "1") == offered(client, "U1") == []


def test_a_number_of_many_parties_of_a_list_joins_nobody(client):
    listed("ofac", *(party(str(place), f"A {place}", **passport("AB123456")) for place in range(3)))
    listed("uk", party("U1", "B", **passport("AB123456")))
    assert offered(client, "U1") == offered(client, "1") == []


def test_a_number_of_two_people_and_an_entity_of_a_list_joins_people(client):
    kinds: dict[str, Kind] = {"1": "person", "2": "person", "3": "entity"}
    listed("ofac", *(party(number, f"A {number}", kind, **passport("AB123456")) for number, kind in kinds.items()))
    listed("uk", party("U1", "B", **passport("AB123456")))
    assert [each["reference"] for each in offered(client, "U1")] == ["1", "2"]


def test_same_parties_of_a_page_cost_three_queries_more(client, django_assert_num_queries):
    for code in ("ofac", "uk"):
        listed(code, *(party(f"{code}{place}", f"A {place}", **passport(f"AB12345{place}")) for place in range(9)))
    # The rows, the parties by reference and by number, the publications.
    with django_assert_num_queries(4):
        rows = client.get("/api/designations/?fields=same_as").json()["results"]
    assert [len(row["same_as"]) for row in rows] == [1] * 18


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, derandomize=True)
@given(st.text(st.characters(categories=["Lu", "Ll", "Nd", "P", "Zs"], max_codepoint=0x52F), max_size=80))
def test_a_number_is_read_as_the_database_reads_it(db, text):
    with connection.cursor() as cursor:
        cursor.execute("SELECT party_number(%s)", [text])
        assert cursor.fetchone() == (number_key(text),)
