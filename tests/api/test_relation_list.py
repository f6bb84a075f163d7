"""`/api/relations/`: all pairs about which something is recorded, and what can be asked of them."""

import csv
import datetime as dt
from typing import Any

import orjson
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from relations import ledger
from relations.api.relations import scanning
from relations.models import (
    Fact,
    Source,
    StatusPeriod,
    TravelBanList,
)
from tests.api.drawn_acts import DAYS, DEEDS, carry_out
from tests.api.reading import get, queries
from tests.factories import ban, ban_list, citation, event, post, programme, record, sanction, source

ALL = ["BY-EU", "BY-RU", "BY-US", "RU-UA", "UA-US"]


def codes(client: Any, query: str = "") -> list[str]:
    return [row["code"] for row in get(client, f"/api/relations/?{query}")["results"]]


def test_a_row_shows_what_the_relation_shows(client, seed):
    for query in ("", "?as_of=2019-12-31", "?as_of=2020-02-02", "?known_at=2001-01-01T00:00:00Z"):
        rows = get(client, f"/api/relations/{query}")["results"]
        assert [row["code"] for row in rows] == ([] if "known_at" in query else ALL)
        for row in rows:
            whole = get(client, f"/api/relations/{row['code']}/{query}")
            assert row == {name: whole[name] for name in whole if name not in ("facts", "fact_count", "links")}


def test_a_row_shows_what_is_inherited_and_what_was_known_then(client, countries):
    own, listed = programme("EU>BY", title="Belarus"), ban_list("DE", title="Barred")
    record(event("talks", "2019-01-01", "DE>BY"))
    record(sanction("imposed", "2006-05-18", "EU>BY", programme=own))
    record(ban("listed", "2006-05-18", "DE>BY", list=listed))
    then = f"{ledger.clock():%Y-%m-%dT%H:%M:%S.%fZ}"
    record(sanction("lifted", "2011-05-18", "EU>BY", programme=own))
    for query in ("", "?as_of=2005-01-01", f"?known_at={then}", f"?as_of=2012-01-01&known_at={then}"):
        (row,) = get(client, f"/api/relations/{query}&pair=BY-DE" if query else "/api/relations/?pair=BY-DE")["results"]
        assert row["status"] == get(client, f"/api/relations/BY-DE/{query}")["status"]


EXPECTED = {
    "country=by": ["BY-EU", "BY-RU", "BY-US"],
    "country=UA&country=EU": ["BY-EU", "RU-UA", "UA-US"],
    "pair=us-by,UA-RUS": ["BY-US", "RU-UA"],
    "version=1": ["RU-UA"],
    "ambassador=vacant&stale=any": ["BY-US"],
    "ambassador=US>BY:vacant&stale=any": ["BY-US"],
    "ambassador=BY%3Eusa:vacant&stale=any": ["BY-US"],
    "ambassador=vacant,ambassador&stale=any": ["BY-US", "UA-US"],
    "ambassador=unknown": ["BY-EU", "BY-RU", "RU-UA", "UA-US"],
    "ambassador=US>BY:unknown": [],
    "ambassador=UA>US:unknown": ["UA-US"],
    "next=announced&stale=any": ["BY-US"],
    "next=none&stale=any": ["UA-US"],
    "sanctions=eased&stale=any": ["BY-EU", "BY-US"],
    "sanctions=EU>BY:eased&stale=any": ["BY-EU"],
    "sanctions=BY>EU:eased": [],
    "sanctions=eased&from=US&stale=any": ["BY-US"],
    "sanctions=eased&to=US": [],
    "sanctions=unknown&pair=BY-US": ["BY-US"],
    "sanctions=unknown&pair=BY-US&from=US": [],
    "sanctions=eased&as_of=2020-01-01": [],
    "sanctions=unknown&from=US&uncertain=1&as_of=2020-01-01": ["BY-US"],
    "travel_ban=removed&stale=any": ["BY-US"],
    "travel_ban=removed&scope=full": [],
    "travel_ban=unknown&country=US": ["BY-US", "UA-US"],
    "trend=improving&as_of=2020-02-02": ["BY-EU", "BY-US", "UA-US"],
    "trend=deteriorating&as_of=2020-02-02": ["BY-RU"],
    "trend=unknown&as_of=2020-02-02": ["RU-UA"],
    "trend=unknown": ALL,
    "diplomatic_relations=severed": [],
    "diplomatic_relations=unknown": ALL,
    "holder=kvien&stale=any": ["UA-US"],
    "holder=kvien&from=UA": [],
    "measure=trade": [],
    "programme=none&stale=any": ["BY-EU", "BY-US"],
    "programme=none&sanctions=US>BY:eased&stale=any": ["BY-US"],
    "expires_before=2030-01-01": [],
    "disputed=1": [],
    "uncertain=1&as_of=2020-01-20": ["BY-EU", "BY-RU", "BY-US", "UA-US"],
    "kind=visit": ["BY-US", "UA-US"],
    "kind=visit,annexation&country=UA": ["RU-UA", "UA-US"],
    "kind=criticism&from=EU": ["BY-EU"],
    "kind=support&on_before=2018-12-31": ["BY-RU"],
    "status=vacant": ["BY-US"],
    "action=eased": ["BY-EU", "BY-US"],
    "action=removed": ["BY-US"],
    "status=vacant&action=eased&kind=visit": ["BY-US"],
    "from=RU": ["BY-RU", "RU-UA"],
    "to=UA": ["RU-UA", "UA-US"],
    "on_after=2020-02-02": [],
    "on_before=2014-12-31": ALL,
    "publisher=gotechdaily.com&from=RU": ["BY-RU", "RU-UA"],
    "publisher=Reuters": [],
    "q=oil": ["BY-RU", "BY-US"],
    "recorded_after=2026-11-23&recorded_before=2026-11-23": ALL,
    "recorded_before=2026-11-22": [],
    "changed_before=2001-01-01": [],
    "changes_after=2001-01-01": [],
    # The article is of 2020, and an article is good for three years.
    "ambassador=vacant": [],
    "ambassador=vacant&as_of=2023-02-01": ["BY-US"],
    "ambassador=vacant&as_of=2023-02-02": [],
    "ambassador=vacant&stale=only": ["BY-US"],
    "ambassador=vacant&stale=only&as_of=2023-02-01": [],
    "ambassador=unknown&stale=any": ["BY-EU", "BY-RU", "RU-UA", "UA-US"],
    "ambassador=unknown&stale=only": [],
    "ambassador=vacant,unknown&stale=only": ["BY-US"],
    "sanctions=eased&ambassador=vacant&stale=any": ["BY-US"],
    "sanctions=eased&ambassador=vacant&as_of=2023-02-02": [],
    "programme=none": [],
    "stale=any": ALL,
    "stale=only": ["BY-EU", "BY-US", "UA-US"],
    "stale=only&from=EU": ["BY-EU"],
    "stale=only&kind=visit&from=US": ["BY-US", "UA-US"],
    "stale=only&as_of=2023-02-01": [],
    "uncertain=0&stale=only": ALL,
    # However old the evidence of an excluded value is.
    "ambassador=!vacant": ["BY-EU", "BY-RU", "RU-UA", "UA-US"],
    "ambassador=US>BY:!vacant": [],
    "ambassador=US>UA:!vacant,US>UA:!charge": ["UA-US"],
    "ambassador=!unknown": ["BY-US"],
    "sanctions=US>BY:!in_force": ["BY-US"],
    "sanctions=US>BY:!eased": [],
    "sanctions=!US>BY:eased,RU>BY:!eased": ["BY-RU"],
    "sanctions=!eased": ["BY-RU", "RU-UA", "UA-US"],
    "sanctions=!eased&from=US": ["UA-US"],
    "sanctions=!eased&from=!US&country=BY": ["BY-RU", "BY-US"],
    "sanctions=eased,US>BY:!eased&stale=any": ["BY-EU"],
    "sanctions=!eased&stale=only": [],
    "ambassador=!vacant&stale=only": ["UA-US"],
    "trend=!unknown&as_of=2020-02-02": ["BY-EU", "BY-RU", "BY-US", "UA-US"],
    "programme=!none&stale=any": [],
    "status=!vacant": ["BY-EU", "BY-RU", "RU-UA", "UA-US"],
    "kind=visit,!annexation": ["BY-US", "UA-US"],
    "action=eased&from=!US": ["BY-EU"],
    "pair=!BY-US&country=!UA": ["BY-EU", "BY-RU"],
    "since_after=2020-01-01&as_of=2020-02-02": ["BY-EU", "BY-RU", "BY-US", "UA-US"],
    "ambassador=vacant&since_before=2010-12-31&stale=any": ["BY-US"],
    "ambassador=vacant&since_after=2015-01-01&stale=any": [],
    "next=announced&since_after=2020-02-01&since_before=2020-02-01&stale=any": ["BY-US"],
}
"""The relations by query; without `stale` a track of which the evidence is too old matches nothing."""


def test_each_parameter_chooses_the_relations_that_it_names(client, seed):
    """One article, loaded once, for all of them."""
    assert {query: codes(client, query) for query in EXPECTED} == EXPECTED


def test_programmes_lists_and_sources_are_asked_by_id(client, seed):
    own = programme(title="EO 13405")
    order = citation(source(kind="legal_act"))
    record(
        sanction(
            "imposed", "2006-06-16", measures=["financial"], programme=own, expires_on=dt.date(2090, 1, 1),
            citations=[order],
        )
    )  # fmt: skip
    assert codes(client, f"programme={own.pk}") == ["BY-US"]
    assert codes(client, f"programme={own.pk}&sanctions=eased") == []
    assert codes(client, f"programme={own.pk}&sanctions=in_force&measure=financial") == ["BY-US"]
    assert codes(client, "measure=financial&expires_after=2089-01-01&expires_before=2090-01-01") == ["BY-US"]
    assert codes(client, "changes_before=2090-01-02&changes_after=2090-01-02") == ["BY-US"]
    assert codes(client, f"list={TravelBanList.objects.get().pk}") == []
    assert codes(client, f"list={TravelBanList.objects.get().pk}&stale=any") == ["BY-US"]
    assert codes(client, f"source={Source.objects.earliest('pk').pk}&country=RU") == ["BY-RU", "RU-UA"]


def test_what_sources_dispute_is_found(client, countries):
    record(post("recalled", "2008-03-12"))
    record(post("vacant", "2008-03-12"))
    for then in ("as_of=2008-03-12", "stale=any", "stale=only"):
        assert codes(client, f"{then}&disputed=1") == ["BY-US"]
        assert codes(client, f"{then}&disputed=0") == []
        assert codes(client, f"{then}&ambassador=vacant,recalled&disputed=1") == ["BY-US"]
        assert codes(client, f"{then}&ambassador=vacant,recalled&disputed=0") == []
    assert codes(client, "disputed=1") == []
    assert codes(client, "disputed=0") == ["BY-US"]
    assert codes(client, "disputed=1&as_of=2008-03-11") == []


@pytest.mark.parametrize(
    ("query", "parameter", "detail"),
    [
        ("sanctions=in_forse", "sanctions", "Did you mean 'in_force'?"),
        ("sanctions=US-BY:in_force", "sanctions", "write US>BY:none"),
        ("trend=US>BY:improving", "trend", "names no value of this track; write improving"),
        ("ambassador=XX>BY:vacant", "ambassador", "There is no country 'XX'."),
        ("ambasador=vacant", "ambasador", "Did you mean 'ambassador'?"),
        ("measure=weapons", "measure", "'weapons' is none of"),
        ("ordering=name", "ordering", "'name' is none of"),
        ("stale=yes", "stale", "'yes' is none of any, only."),
        ("stale=any&stale=only", "stale", "takes one value"),
        ("count=1&known_at=2020-01-01T00:00:00Z&trend=stable", "count", "is not counted"),
        ("expires_after=2020-01-01&expires_after=2020-01-01", "expires_after", "takes one value"),
    ],
)
def test_a_wrong_parameter_is_named_with_what_would_be_right(client, countries, query, parameter, detail):
    problem = get(client, f"/api/relations/?{query}", 400)
    assert [error["parameter"] for error in problem["errors"]] == [parameter]
    assert detail in problem["errors"][0]["detail"]


# --- pages ----------------------------------------------------------------------------------------------------------


def test_pages_in_every_order_have_each_relation_once(client, seed):
    for ordering in ("code", "-code", "version", "-version", "recorded_at", "-recorded_at"):
        path, seen = f"/api/relations/?ordering={ordering}&page_size=2", []
        while path:
            body = get(client, path.removeprefix("http://testserver"))
            seen += [row["code"] for row in body["results"]]
            path = body["next"]
        assert seen == codes(client, f"ordering={ordering}")
        assert sorted(seen) == ALL


def test_a_list_counts_on_demand(client, seed):
    assert get(client, "/api/relations/?count=1&page_size=1&sanctions=eased&stale=any")["count"] == 2
    assert "count" not in get(client, "/api/relations/")


def test_a_list_costs_three_queries_for_one_row_and_for_many(client, seed):
    """The page; the periods of its pairs and of what reaches them, with titles; the stamp of countries' names."""
    # Two countries are looked up once a process.
    client.get("/api/relations/?pair=BY-RU")
    assert queries(client, "/api/relations/?pair=BY-RU") == 3
    assert (
        queries(client, "/api/relations/?sanctions=eased,unknown&ambassador=vacant,unknown&kind=visit,criticism") == 3
    )
    assert queries(client, "/api/relations/") == 3
    # The count, with its limit before it and the usual one after it.
    assert queries(client, "/api/relations/?count=1") == 3 + 3


# --- what was known then --------------------------------------------------------------------------------------------


def test_a_page_of_what_was_known_then_has_few_pairs_and_a_way_on(client, countries, monkeypatch):
    monkeypatch.setattr(scanning, "BATCH", 2)
    codes = ["AD", "AE", "AF", "AG", "AI"]
    for code in codes:
        record(event("talks", "1950", f"{code}>US"))
    now = f"{ledger.clock():%Y-%m-%dT%H:%M:%S.%fZ}"
    pages, path = [], f"/api/relations/?known_at={now}&page_size=500"
    while path:
        body = get(client, path.removeprefix("http://testserver"))
        pages.append([row["code"] for row in body["results"]])
        path = body["next"]
    assert pages == [["AD-US", "AE-US"], ["AF-US", "AG-US"], ["AI-US"]]
    everything = client.get(f"/api/relations/?known_at={now}&format=jsonl&fields=code").getvalue()
    assert [orjson.loads(line)["code"] for line in everything.splitlines()] == [f"{code}-US" for code in codes]
    assert len(get(client, "/api/relations/?page_size=500")["results"]) == 5


def test_pairs_of_many_facts_are_computed_few_at_a_time(client, countries, monkeypatch):
    monkeypatch.setattr(scanning, "MOST_CHANGES", 5)
    for code, facts in {"AD": 2, "AE": 9, "AF": 2, "AG": 2, "AI": 1}.items():
        for number in range(facts):
            record(event("relations_severed", f"19{number + 50}", f"{code}>US"))
    now = f"{ledger.clock():%Y-%m-%dT%H:%M:%S.%fZ}"
    rest = ["AF-US", "AG-US", "AI-US"]
    for query, expected in (
        ("", [["AD-US"], ["AE-US"], rest]),
        ("&diplomatic_relations=severed&stale=any", [["AD-US", "AE-US"], rest]),
    ):
        pages, path = [], f"/api/relations/?known_at={now}&page_size=500{query}"
        while path:
            body = get(client, path.removeprefix("http://testserver"))
            pages.append([row["code"] for row in body["results"]])
            path = body["next"]
        assert pages == expected


def test_pages_of_a_past_moment_end_where_they_did_whatever_is_recorded_later(client, countries, monkeypatch):
    monkeypatch.setattr(scanning, "MOST_CHANGES", 6)
    monkeypatch.setattr(scanning, "MOST", 3)
    codes = ("AD", "AE", "AF", "AG", "AI")
    for code in codes:
        record(event("relations_severed", "1950", f"{code}>US"))
        record(event("talks", "1951", f"{code}>US"))
    then = f"known_at={ledger.clock():%Y-%m-%dT%H:%M:%S.%fZ}"
    severed = f"relations/?diplomatic_relations=severed&stale=any&{then}"
    paths = [f"/api/{each}" for each in (f"relations/?{then}", severed, f"periods/?value=severed&{then}")]
    before = [get(client, path) for path in paths]
    assert all(page["results"] and page["next"] for page in before)
    for number, code in enumerate(codes):
        record(event("talks", f"19{number + 60}", "AD>US"))
        record(event("relations_severed", f"19{number + 60}", f"{code}>FR"))
    assert [get(client, path) for path in paths] == before


def test_a_search_in_what_was_known_then_gives_short_pages_with_a_way_on(client, countries, monkeypatch):
    monkeypatch.setattr(scanning, "MOST", 4)
    monkeypatch.setattr(scanning, "BATCH", 2)
    for number, code in enumerate(["AD", "AE", "AF", "AG", "AI", "AL", "AM", "AO", "AR"]):
        record(event("relations_severed" if number in (5, 8) else "talks", "1950", f"{code}>US"))
    now = f"{ledger.clock():%Y-%m-%dT%H:%M:%S.%fZ}"
    query = f"diplomatic_relations=severed&stale=any&known_at={now}&page_size=1"
    pages, path = [], f"/api/relations/?{query}"
    while path:
        body = get(client, path.removeprefix("http://testserver"))
        pages.append([row["code"] for row in body["results"]])
        path = body["next"]
        last = body
    assert pages == [[], ["AL-US"], ["AR-US"]]
    back, path = [], last["previous"]
    while path:
        body = get(client, path.removeprefix("http://testserver"))
        back.append([row["code"] for row in body["results"]])
        path = body["previous"]
    assert back == [["AL-US"], [], []]
    everything = client.get(f"/api/relations/?{query.removesuffix('&page_size=1')}&format=jsonl").getvalue()
    assert [orjson.loads(line)["code"] for line in everything.splitlines()] == ["AL-US", "AR-US"]


QUESTIONS = [
    "sanctions=in_force", "sanctions=US>BY:unknown", "sanctions=unknown", "sanctions=unknown&from=US", "measure=arms",
    "sanctions=suspended,threatened&to=BY", "programme=none&sanctions=in_force,none", "expires_before=2020-01-25",
    "programme=none&sanctions=unknown", "ambassador=vacant", "ambassador=unknown", "next=announced&from=US",
    "next=unknown,none", "holder=fisher", "sanctions=in_force,unknown&disputed=0", "uncertain=1&from=US",
    "trend=improving,unknown", "diplomatic_relations=severed,unknown", "disputed=1", "disputed=0",
    "uncertain=1", "uncertain=0", "sanctions=unknown&uncertain=1", "ambassador=US>BY:vacant&next=US>BY:announced",
    "stale=only", "stale=only&from=US", "sanctions=in_force,unknown&stale=only", "ambassador=unknown,vacant&stale=any",
    "programme=none&stale=only", "disputed=0&stale=any", "disputed=1&stale=only", "sanctions=!in_force",
    "sanctions=US>BY:!in_force", "ambassador=!vacant&from=US", "ambassador=!unknown", "sanctions=unknown,!in_force",
    "programme=none&sanctions=!in_force", "trend=!improving", "measure=!arms", "sanctions=!in_force&stale=only",
    "since_after=2020-01-25", "sanctions=in_force,unknown&since_before=2020-01-25&stale=any", "next=!none&from=!US",
]  # fmt: skip
ACTS_AND_DAY = st.tuples(DEEDS.filter(lambda deeds: len(deeds) > 2), DAYS)


@settings(max_examples=2, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories=st.tuples(ACTS_AND_DAY, ACTS_AND_DAY))
def test_questions_are_answered_alike_by_stored_periods_and_by_the_facts_of_then(client, countries, histories):
    """Each question at two ages: of two histories, at one age after the one and at the other after the other."""
    for turn, (deeds, day) in enumerate(histories):
        with transaction.atomic():
            facts: list[Fact] = []
            for deed in deeds:
                carry_out(deed, facts)
            now = f"{ledger.clock():%Y-%m-%dT%H:%M:%S.%fZ}"
            for number, question in enumerate(QUESTIONS):
                years = (number + turn) % 2 * 4
                asked = f"{question}&as_of={day.replace(year=day.year + years)}"
                assert codes(client, asked) == codes(client, f"{asked}&known_at={now}"), question
            transaction.set_rollback(True)


def test_a_part_is_found_by_its_programme_alone_only_while_it_has_a_value(client, countries):
    record(sanction("lifted", "[..2019-12-28]", "EU>BY", measures=["trade"], expires_on=dt.date(2020, 1, 25)))
    now = f"{ledger.clock():%Y-%m-%dT%H:%M:%S.%fZ}"
    for day, found in [("2010-01-01", []), ("2019-12-30", ["BY-EU"]), ("2024-01-03", [])]:
        for question in ("programme=none", "programme=none&stale=any", "programme=none&sanctions=!in_force"):
            asked = f"{question}&as_of={day}"
            assert (codes(client, asked), codes(client, f"{asked}&known_at={now}")) == (found, found), asked


# --- as a table -----------------------------------------------------------------------------------------------------


def test_the_list_as_a_table_has_a_line_for_each_track_and_each_programme(client, seed):
    query = "as_of=2020-02-02&country=US"
    then = f"{ledger.clock():%Y-%m-%dT%H:%M:%S.%fZ}"
    table = client.get(f"/api/relations/?format=csv&{query}").getvalue().decode()
    rows = list(csv.DictReader(table.splitlines()))
    assert [(row["track"], row["value"], row["since"]) for row in rows if row["pair"] == "BY-US"] == [
        ("diplomatic_relations", "unknown", ""),
        ("trend", "improving", "2020-02-01"),
        ("ambassador:BY>US", "vacant", "2010~"),
        ("next:BY>US", "announced", "2020-02-01"),
        ("ambassador:US>BY", "vacant", "2010~"),
        ("next:US>BY", "announced", "2020-02-01"),
        ("sanctions:US>BY", "eased", "[..2020-02-01]"),
        ("sanctions:US>BY:-", "eased", "[..2020-02-01]"),
        ("travel_ban:US>BY:" + str(TravelBanList.objects.get().pk), "removed", "[..2020-02-01]"),
    ]
    assert {row["pair"] for row in rows} == {"BY-US", "UA-US"}
    post = next(row for row in rows if row["track"] == "ambassador:US>BY")
    assert {name: cell for name, cell in post.items() if name not in ("pair", "track", "url")} == {
        "from": "US", "to": "BY", "via": "", "programme": "", "list": "", "value": "vacant", "holder": "",
        "measures": "", "scope": "", "since": "2010~", "since_earliest": "2010-01-01", "since_latest": "2010-12-31",
        "until": "2023-02-02", "confirmed_on": "2020-02-01", "stale": "false", "disputed": "false",
        "basis": "article", "as_of": "2020-02-02", "known_at": "",
    }  # fmt: skip
    known = client.get(f"/api/relations/?format=csv&{query}&known_at={then}").getvalue().decode()
    without = [{**row, "known_at": ""} for row in csv.DictReader(known.splitlines())]
    assert without == rows


def test_a_members_line_ends_with_its_membership_or_with_the_status_before(client, countries):
    own = programme("EU>BY")
    record(sanction("imposed", "2010-01-01", "EU>BY"), sanction("lifted", "2021-01-01", "EU>BY"))
    record(
        *(
            sanction(act, on, "EU>BY", programme=own)
            for act, on in (("imposed", "2019-01-01"), ("lifted", "2019-09-01"))
        )
    )
    record(post("vacant", "2012", "GB>BY"))
    query = "format=csv&pair=BY-GB&as_of=2019-06-01&fields=track,from,via,until"
    for known in ("", f"&known_at={ledger.clock():%Y-%m-%dT%H:%M:%S.%fZ}"):
        lines = client.get(f"/api/relations/?{query}{known}").getvalue().decode().splitlines()
        assert f"sanctions:EU>BY:{own.pk},GB,EU,2019-09-01" in lines
        assert "sanctions:EU>BY:-,GB,EU,2020-02-01" in lines


def test_the_list_as_json_lines_has_the_rows_of_the_pages(client, seed):
    lines = client.get("/api/relations/?format=jsonl&fields=code,status").getvalue().splitlines()
    assert [orjson.loads(line) for line in lines] == get(client, "/api/relations/?fields=code,status")["results"]


def test_filters_on_tracks_are_answered_by_an_index(seed):
    """A list of a million facts is searched by kind and value, not by going through every period."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        # Of these rows: what another test has left in the statistics would choose otherwise.
        cursor.execute("ANALYZE relations_statusperiod")
    rows = StatusPeriod.objects.filter(kind="sanctions", value="eased").values("pair")
    assert "periods_by_value" in rows.explain()
