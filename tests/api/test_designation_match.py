"""`POST /api/designations/match/`: candidates for parties, each with a score and its reasons."""

from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relations import ledger
from relations.api.http import formats
from relations.importers.engine.parties import BirthDate, Document, Nationality, Place
from tests.api.listed_parties import day, drafted, listed, party

pytestmark = pytest.mark.usefixtures("countries")

URL = "/api/designations/match/"


@pytest.fixture
def parties(countries):
    listed(
        "ofac",
        party(
            "1", "Ivan Petrovich SIDOROV", nationalities=(Nationality(country="Belarus", code="BY"),),
            birth_dates=(BirthDate(on="1961-05-03", earliest=day("1961-05-03"), latest=day("1961-05-03")),),
            documents=(Document(kind="Passport", number="AB 12-34"), Document(kind="Passport", number="CD 56-78")),
        ),
        party(
            "2", "Ivan SIDOROV", addresses=(Place(country="Iran (Islamic Republic of)"),),
            birth_dates=(BirthDate(on="1970", earliest=day("1970-01-01"), latest=day("1970-12-31")),),
        ),
        party("3", "SIDOROV LLC", "entity"),
        party("4", "Hasan TAWIL"),
    )  # fmt: skip


def candidates(client: Client, *queries: dict[str, str], **more: object) -> list[list[dict[str, Any]]]:
    answer = client.post(URL, {"queries": queries} | more, content_type="application/json")
    assert answer.status_code == 200, answer.content
    return [each["candidates"] for each in answer.json()["results"]]


def outcomes(candidate: dict[str, Any]) -> dict[str, str]:
    return {reason["about"]: reason["result"] for reason in candidate["reasons"]}


def test_a_candidate_comes_with_its_score_and_every_reason(parties, client):
    query = {"id": "mine", "name": "SIDOROV, Ivan", "birth": "1961-05", "country": "BLR", "document": "ab1234"}
    answer = client.post(URL, {"queries": [query], "limit": 1}, content_type="application/json").json()
    (result,) = answer["results"]
    (first,) = result["candidates"]
    assert result["id"] == "mine"
    assert first == {
        "key": first["key"], "list": "ofac", "reference": "1", "kind": "person", "name": "Ivan Petrovich SIDOROV",
        "listed_on": "2020-01-01", "delisted_on": None, "score": first["score"],
        "reasons": [
            {"about": "name", "result": "agree", "values": ["Ivan Petrovich SIDOROV"]},
            {"about": "birth", "result": "agree", "values": ["1961-05-03"]},
            {"about": "country", "result": "agree", "values": ["BY"]},
            {"about": "document", "result": "agree", "values": ["AB1234"]},
        ],
        "url": f"http://testserver/api/designations/{first['key']}/",
    }  # fmt: skip
    assert 0.98 < first["score"] <= 1
    assert (answer["complete"], answer["coverage"]["lists"]) == (False, [])  # the test's import has no day


def test_what_agrees_raises_a_score_and_what_contradicts_lowers_it(parties, client):
    name = {"name": "Ivan Sidorov"}
    queries = [name | more for more in ({}, {"birth": "1970-06-01"}, {"country": "IR"}, {"country": "BY"})]
    plain, born, there, elsewhere = candidates(client, *queries)
    second = [next(each for each in found if each["reference"] == "2") for found in (plain, born, there, elsewhere)]
    first = [next(each for each in found if each["reference"] == "1") for found in (plain, born, there, elsewhere)]
    assert [each["score"] for each in second] == [1, 1, 1, 0.85]
    assert [outcomes(each)["birth"] for each in second] == ["unknown", "agree", "unknown", "unknown"]
    years = candidates(client, *[name | {"birth": year} for year in ("1969", "1970", "1971")])
    assert [outcomes(each)["birth"] for found in years for each in found if each["reference"] == "2"] == [
        "contradict", "agree", "contradict",
    ]  # fmt: skip
    assert first[1]["score"] == pytest.approx(first[0]["score"] / 2, abs=0.001)
    assert [each["score"] for each in first] == [round(each["score"], 3) for each in first]
    assert (outcomes(first[1])["birth"], outcomes(first[2])["country"]) == ("contradict", "contradict")
    assert first[3]["score"] > first[0]["score"]


def test_a_party_is_found_by_a_document_alone_and_only_of_the_kind_that_was_asked_for(parties, client):
    by_number, entities, nothing = candidates(
        client, {"document": "AB-1234"}, {"name": "Sidorov", "kind": "entity"}, {"document": "AB123"}
    )
    assert [(each["reference"], each["score"], outcomes(each)["name"]) for each in by_number] == [("1", 0.8, "unknown")]
    assert [each["reference"] for each in entities] == ["3"]
    assert nothing == []


def test_a_name_that_contradicts_does_not_hide_an_agreeing_document(parties, client):
    ((found,),) = candidates(client, {"name": "Zebulon Quux", "document": "AB 1234"})
    assert (found["reference"], outcomes(found)["name"], outcomes(found)["document"]) == ("1", "contradict", "agree")


def test_a_number_that_a_list_has_taken_back_finds_nobody(parties, client):
    again = party("1", "Ivan Petrovich SIDOROV", documents=(Document(kind="Passport", number="EF 90"),))
    known = ledger.load_known_versions("ofac").get("1")
    with ledger.import_run("ofac") as run:
        ledger.write_parties([drafted(again, change="amended", known=known)], run=run, moment=ledger.clock())
    assert candidates(client, {"document": "AB1234"}) == [[]]
    assert [each["reference"] for (each,) in candidates(client, {"document": "EF90"})] == ["1"]


def test_a_hundred_equal_queries_are_searched_for_once(parties, client, django_assert_num_queries):
    # The limit of requests, the threshold and the names in a savepoint (4), the parties, the publications.
    with django_assert_num_queries(7):
        found = candidates(client, *[{"name": "Ivan Sidorov"}] * 100)
    assert len(found) == 100
    assert all(each == found[0] for each in found)
    # Where only a number is asked for, no names are: the limit, the number, its parties, the publications.
    with django_assert_num_queries(4):
        candidates(client, {"document": "AB 1234"})


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({}, "/queries", "required"),
        ({"queries": []}, "/queries", "min_length"),
        ({"queries": [{"name": "A B"}] * 101}, "/queries", "max_length"),
        ({"queries": "x"}, "/queries", "not_a_list"),
        ({"queries": [{"name": "A B"}, {}]}, "/queries/1/name", "required"),
        ({"queries": [{"name": "x" * 10_000}]}, "/queries/0/name", "max_length"),
        ({"queries": [{"name": "a\x00b"}]}, "/queries/0/name", "null_characters_not_allowed"),
        ({"queries": [{"name": "\u202e 😀"}]}, "/queries/0/name", "invalid"),
        ({"queries": [{"document": "--"}]}, "/queries/0/document", "invalid"),
        ({"queries": [{"name": "A B", "birth": "about 1961"}]}, "/queries/0/birth", "not_a_date"),
        ({"queries": [{"name": "A B", "country": "Atlantis"}]}, "/queries/0/country", "unknown_country"),
        ({"queries": [{"name": "A B", "kind": "robot"}]}, "/queries/0/kind", "invalid_choice"),
        ({"queries": [{"nmae": "A B"}]}, "/queries/0/nmae", "unknown_field"),
        ({"queries": [{"name": "A B"}], "limit": 21}, "/limit", "max_value"),
    ],
)
def test_a_bad_query_is_refused_where_it_is(countries, client, body, pointer, code):
    answer = client.post(URL, body, content_type="application/json")
    errors = answer.json()["errors"]
    assert (answer.status_code, errors[0]["pointer"], errors[0]["code"]) == (400, pointer, code)


def test_without_a_free_place_a_batch_is_put_off(parties, client, monkeypatch):
    with formats.export_place():
        answer = client.post(URL, {"queries": [{"name": "A"}]}, content_type="application/json")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert candidates(client, {"name": "Tawil"})[0][0]["reference"] == "4"


any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None, derandomize=True)
@given(any_text, any_text)
def test_any_text_is_matched_or_refused_with_a_reason(parties, client, name, document):
    body = {"queries": [{"name": name, "document": document}]}
    answer = client.post(URL, body, content_type="application/json")
    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        (result,) = answer.json()["results"]
        assert all(0 <= each["score"] <= 1 for each in result["candidates"])
    else:
        assert all(each["pointer"].startswith("/queries/0/") for each in answer.json()["errors"])
