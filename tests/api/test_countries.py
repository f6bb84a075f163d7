"""`/api/countries/`: the parties, and one of them with its pairs."""

import csv
from typing import Any

import pytest

from relations.models import Country, CountryPair
from tests.api.reading import get, now, queries
from tests.factories import citation, record, sanction


def codes(client: Any, query: str) -> list[str]:
    return [row["code"] for row in get(client, f"/api/countries/?{query}")["results"]]


def test_a_country_has_its_pairs_of_either_side(client, seed):
    version = {pair.code: pair.version for pair in CountryPair.objects.all()}
    assert get(client, "/api/countries/US/") == {
        "code": "US",
        "alpha3": "USA",
        "numeric": "840",
        "name": "United States",
        "kind": "state",
        "from_year": None,
        "to_year": None,
        "url": "http://testserver/api/countries/US/",
        "memberships": [
            {"country": {"code": "UN", "name": "United Nations"}, "since": "1945-10-24", "until": None}
        ],
        "members": [],
        "pairs": [
            {
                "code": "BY-US", "with": {"code": "BY", "name": "Belarus"}, "version": version["BY-US"],
                "url": "http://testserver/api/relations/BY-US/",
            },
            {
                "code": "UA-US", "with": {"code": "UA", "name": "Ukraine"}, "version": version["UA-US"],
                "url": "http://testserver/api/relations/UA-US/",
            },
        ],
    }  # fmt: skip


def test_memberships_have_their_first_and_last_day(client, countries):
    union, nations = {"code": "EU", "name": "European Union"}, {"code": "UN", "name": "United Nations"}
    britain = get(client, "/api/countries/GB/")
    assert britain["memberships"] == [
        {"country": union, "since": "1973-01-01", "until": "2020-01-31"},
        {"country": nations, "since": "1945-10-24", "until": None},
    ]
    members = get(client, "/api/countries/EU/?fields=members")["members"]
    assert len(members) == 28
    assert members[0] == {"country": {"code": "AT", "name": "Austria"}, "since": "1995-01-01", "until": None}


def test_a_country_is_shown_as_of_a_day_and_as_known_at_a_moment(client, seed):
    then = "as_of=2020-02-01&known_at=2026-01-01T00:00:00Z"
    britain = get(client, f"/api/countries/GB/?{then}&fields=memberships,pairs")
    assert [one["country"]["code"] for one in britain["memberships"]] == ["UN"]
    assert britain["pairs"] == []
    assert len(get(client, "/api/countries/EU/?as_of=1973-01-01&fields=members")["members"]) == 9
    assert get(client, f"/api/countries/US/?{then}")["pairs"] == []
    assert get(client, f"/api/countries/US/?known_at={now()}") == get(client, "/api/countries/US/")


def test_a_former_country_has_its_years(client, countries):
    body = get(client, "/api/countries/SU/?fields=name,from_year,to_year,alpha3")
    assert (body["alpha3"], body["from_year"], body["to_year"]) == ("SUN", 1922, 1991)


@pytest.mark.parametrize("written", ["by/", "BLR/", "blr", "BY"])
def test_every_way_to_write_a_country_leads_to_its_code(client, countries, written):
    response = client.get(f"/api/countries/{written}?fields=name")
    assert (response.status_code, response.headers["Location"]) == (308, "/api/countries/BY/?fields=name")


def test_an_unknown_country_suggests_the_nearest(client, countries):
    assert "BY (Belarus)" in get(client, "/api/countries/Belarus/", 404)["detail"]
    assert get(client, "/api/countries/%00/", 404)["status"] == 404


def test_each_parameter_chooses_the_countries_that_it_names(client, countries):
    expected = {
        "code=by,USA": ["BY", "US"],
        "alpha3=blr": ["BY"],
        "alpha3=none": ["EU", "UN", "XK"],
        "numeric=112": ["BY"],
        "numeric=none&kind=state": list(
            Country.objects.filter(numeric="", kind="state").order_by("code").values_list("code", flat=True)
        ),
        "name=Belarus": ["BY"],
        "q=belaru": ["BY"],
        "q=BLR": ["BY"],
        "kind=organisation": ["EU", "UN"],
        "from_year=1922": ["SU"],
        "to_year=1990": ["DD", "YD"],
        "to_year=none&q=german": ["DE"],
        "member_of=EU&q=united": [],
        "member_of=EU&q=united&as_of=2020-01-31": ["GB"],
    }
    assert {query: codes(client, query) for query in expected} == expected


def test_countries_under_sanctions_are_counted_with_what_a_sender_has_from_its_organisation(client, countries):
    act = [citation({"kind": "legal_act", "title": "Act"})]
    for word, on, direction in (
        ("imposed", "2010-01-01", "EU>BY"), ("eased", "2011-01-01", "DE>RU"), ("imposed", "2012-01-01", "EU>HU"),
        ("imposed", "2013-01-01", "UN>IR"), ("lifted", "2014-01-01", "EU>CU"), ("suspended", "2015-01-01", "DE>CU"),
    ):  # fmt: skip
        record(sanction(word, on, direction, citations=act))
    record(sanction("imposed", "2015-01-01", "US>BY"))
    expected = {
        "sanctioned_by=DE": ["BY", "HU", "IR", "RU"], "sanctioned_by=DE&as_of=2011-06-01": ["BY", "RU"],
        "sanctioned_by=HU": ["BY", "IR"], "sanctioned_by=GB": ["IR"],
        "sanctioned_by=GB&as_of=2020-01-31": ["BY", "HU", "IR"],
        "sanctioned_by=EU": ["BY", "HU"], "sanctioned_by=US": ["IR"], "sanctioned_by=US&stale=any": ["BY", "IR"],
        "sanctioned_by=US&stale=only": ["BY"], "sanctioned_by=EU,US&stale=any": ["BY", "HU", "IR"],
        "sanctioned_by=DE&sanctions=eased": ["RU"], "sanctioned_by=DE&sanctions=none,suspended": ["CU"],
        "sanctioned_by=DE&sanctions=!in_force": ["CU", "RU"], "sanctioned_by=DE&kind=organisation": [],
        "sanctioned_by=FJ&as_of=1960-01-01": [],
    }  # fmt: skip
    assert {query: codes(client, query) for query in expected} == expected
    assert get(client, "/api/countries/?sanctioned_by=DE&count=1&page_size=1")["count"] == 4
    for query, wrong in (
        ("sanctions=eased", "sanctions"), ("stale=any", "stale"), ("sanctioned_by=!DE", "sanctioned_by"),
        ("sanctioned_by=DE&sanctions=unknown", "sanctions"), ("sanctioned_by=DE&known_at=2020-01-01", "known_at"),
    ):  # fmt: skip
        assert [each["parameter"] for each in get(client, f"/api/countries/?{query}", 400)["errors"]] == [wrong], query


def test_countries_are_ordered_by_name_on_demand_and_stream_as_a_table(client, countries):
    assert get(client, "/api/countries/?ordering=name&page_size=1&count=1")["count"] == Country.objects.count()
    names = [row["name"] for row in get(client, "/api/countries/?ordering=-name&page_size=3")["results"]]
    assert names == sorted(names, reverse=True)
    rows = list(csv.DictReader(client.get("/api/countries/?format=csv").getvalue().decode().splitlines()))
    assert len(rows) == Country.objects.count()


def test_a_country_is_sent_once_while_it_stays_the_same(client, seed):
    tag = client.get("/api/countries/BY/").headers["ETag"]
    assert client.get("/api/countries/BY/", headers={"If-None-Match": tag}).status_code == 304


def test_a_country_costs_four_queries_whatever_it_has(client, seed):
    """Itself, what it belongs to, who belongs to it, its pairs."""
    for code in ("BY", "EU", "FJ"):
        get(client, f"/api/countries/{code}/")
        assert queries(client, f"/api/countries/{code}/") == 4
