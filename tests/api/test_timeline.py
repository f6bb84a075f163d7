"""`/api/relations/BY-US/timeline/`: facts and periods on one line of days."""

import csv
from typing import Any

import orjson
import pytest

from relations import ledger
from relations.models import AmbassadorStatus
from tests.api.reading import get, now, queries
from tests.database import made_once
from tests.factories import event, post, record, sanction

HOME = "/api/relations/BY-US/timeline/"


def entries(client: Any, query: str = "", path: str = HOME) -> list[tuple[str, str, str]]:
    """Day, type, and what: the words of a fact, the track of a period with its value."""
    return [
        (entry["day"], entry["type"], word_of(entry["fact"]) if entry["fact"] else said(entry["period"]))
        for entry in get(client, f"{path}?{query}")["results"]
    ]


def word_of(fact: Any) -> str:
    return str(next(fact[name] for name in ("status", "action", "kind") if name in fact))


def said(period: Any) -> str:
    return f"{period['track']} {period['value']}"


ENTRIES = [
    ("2008-03-01", "period", "trend unknown"),
    ("2008-03-12", "fact", "recalled"),
    ("2008-03-12", "fact", "tightened"),
    ("2008-03-12", "period", "ambassador:US>BY recalled"),
    ("2008-03-12", "period", "sanctions:US>BY in_force"),
    ("2008-03-12", "period", "sanctions:US>BY:- in_force"),
    ("2008-03-12", "period", "trend deteriorating"),
    ("2008-03-31", "fact", "staff_cut"),
    ("2010-03-31", "period", "trend unknown"),
    ("2011-03-13", "period", "ambassador:US>BY recalled"),
    ("2011-03-13", "period", "sanctions:US>BY in_force"),
    ("2011-03-13", "period", "sanctions:US>BY:- in_force"),
    ("2020-02-01", "fact", "criticism"),
    ("2020-02-01", "period", "trend deteriorating"),
    ("2022-02-01", "period", "trend unknown"),
]
"""The story of `story`; the periods of 2011 are the same as before, and stale."""


@made_once
def story():
    record(event("criticism", "[..2020-02-01]"))
    record(post("recalled", "2008-03-12"))
    record(sanction("tightened", "2008-03-12"))
    record(event("staff_cut", "2008-03"))


def test_facts_are_on_their_last_possible_day_and_periods_on_their_first(client, story):
    assert entries(client) == ENTRIES


def test_an_entry_has_the_whole_fact_or_the_whole_period(client, story):
    fact, period = (get(client, f"{HOME}?on_after=2008-03-12&type={kind}")["results"][0] for kind in ("fact", "period"))
    assert fact == {
        "day": "2008-03-12",
        "type": "fact",
        "resource": "ambassadors",
        "track": "ambassador:US>BY",
        "fact": get(client, fact["fact"]["url"]),
        "period": None,
    }
    (whole,) = get(client, "/api/periods/?track=ambassador&start_after=2008-03-12&start_before=2008-03-12")["results"]
    assert period == {
        "day": "2008-03-12",
        "type": "period",
        "resource": None,
        "track": "ambassador:US>BY",
        "fact": None,
        "period": whole,
    }


@pytest.mark.parametrize("ordering", ["day", "-day"])
@pytest.mark.parametrize("size", [1, 2, 4])
def test_pages_forward_and_back_have_every_entry_once_and_in_order(client, story, ordering, size):
    whole = entries(client, f"ordering={ordering}")
    assert len(whole) == len(ENTRIES)
    pages, path = [], f"{HOME}?ordering={ordering}&page_size={size}"
    while path:
        body = get(client, path.removeprefix("http://testserver"))
        pages.append(entries(client, path.partition("?")[2]))
        last, path = body, body["next"]
    assert [entry for page in pages for entry in page] == whole
    path, back = last["previous"], [pages[-1]]
    while path:
        back.insert(0, entries(client, path.partition("?")[2]))
        path = get(client, path.removeprefix("http://testserver"))["previous"]
    assert back == pages


def test_the_story_is_cut_by_day_track_kind_and_type(client, story):
    assert entries(client, "on_after=2008-03-13&on_before=2008-12-31") == [
        entry for entry in ENTRIES if "2008-03-13" <= entry[0] <= "2008-12-31"
    ]
    assert [what for *_, what in entries(client, "track=sanctions&on_before=2009-01-01")] == [
        "tightened", "sanctions:US>BY in_force", "sanctions:US>BY:- in_force",
    ]  # fmt: skip
    assert [what for *_, what in entries(client, "track=sanctions:us>by:-&on_before=2009-01-01")] == [
        "tightened", "sanctions:US>BY:- in_force",
    ]  # fmt: skip
    assert [what for *_, what in entries(client, "kind=diplomatic-events")] == ["staff_cut", "criticism"]
    assert entries(client, "type=period") == [entry for entry in ENTRIES if entry[1] == "period"]


def test_as_of_shows_what_may_have_happened_by_then_and_known_at_what_was_known(client, story):
    assert [what for _, kind, what in entries(client, "as_of=2008-03-12") if kind == "fact"] == [
        "recalled", "tightened", "staff_cut", "criticism",
    ]  # fmt: skip
    assert [entry for entry in entries(client, "as_of=2008-03-12") if entry[1] == "period"] == [
        entry for entry in ENTRIES if entry[1] == "period" and entry[0] <= "2008-03-12"
    ]
    then = now()
    before = entries(client)
    ledger.retract(AmbassadorStatus, AmbassadorStatus.objects.get().key, why="No.", author=ledger.NOBODY)
    assert "recalled" not in [what for *_, what in entries(client)]
    assert entries(client, f"known_at={then}") == before
    assert entries(client, "known_at=2001-01-01T00:00:00Z") == []


def test_a_timeline_has_no_line_of_the_log(client, story):
    (fact,) = AmbassadorStatus.objects.all()
    before = entries(client)
    ledger.correct(AmbassadorStatus, fact.key, values={"note": "Seen again."}, author=ledger.NOBODY)
    assert entries(client) == before


def test_a_members_timeline_has_the_periods_that_reach_it(client, seed):
    path = "/api/relations/BY-DE/timeline/"
    entries = [(entry["day"], entry["track"], entry["period"]) for entry in get(client, path)["results"]]
    assert {(period["via"], period["from"]) for *_, period in entries} == {("EU", "DE")}
    assert [(day, track) for day, track, period in entries if period["value"] == "eased" and not period["stale"]] == [
        ("2020-02-01", "sanctions:EU>BY"), ("2020-02-01", "sanctions:EU>BY:-"),
    ]  # fmt: skip


def test_a_member_has_no_period_of_what_reaches_its_organisation_and_none_of_its_posts(client, countries):
    path = "/api/relations/BY-DE/timeline/"
    record(sanction("imposed", "2021-06-28", "BY>EU"), post("vacant", "2021-06-30", "EU>BY"))
    assert entries(client, path=path) == []
    then = now()
    record(sanction("imposed", "2020-10-02", "EU>BY"))
    assert {what for *_, what in entries(client, path=path)} == {
        "sanctions:EU>BY in_force", "sanctions:EU>BY:- in_force",
    }  # fmt: skip
    assert entries(client, f"known_at={then}", path=path) == []


def test_facts_of_one_day_are_in_order_of_their_first_possible_one_and_those_to_come_are_there(client, countries):
    for on in ("2020-05-03", "2020-05", "[..2020-05-03]", "[2020-05-02..2020-05-03]", "2999-01-01"):
        record(event("talks", on))
    days = [each["fact"]["on"] for each in get(client, f"{HOME}?type=fact")["results"]]
    assert days == ["[..2020-05-03]", "[2020-05-02..2020-05-03]", "2020-05-03", "2020-05", "2999-01-01"]


def test_the_timeline_is_found_at_the_pairs_code(client, countries):
    for written in ("us-by/timeline", "us-by/timeline/", "BY-US/timeline"):
        response = client.get(f"/api/relations/{written}?type=fact")
        assert (response.status_code, response.headers["Location"]) == (308, f"{HOME}?type=fact")
    assert get(client, "/api/relations/BY-BY/timeline/", 404)["status"] == 404


def test_a_page_carries_an_etag_and_the_links_of_its_neighbours(client, story):
    response = client.get(f"{HOME}?page_size=2")
    assert response.headers["Link"] == f'<{response.json()["next"]}>; rel="next"'
    tag = response.headers["ETag"]
    assert client.get(f"{HOME}?page_size=2", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(
    ("query", "parameter"),
    [("ordering=on", "ordering"), ("type=event", "type"), ("cursor=x", "cursor"), ("trak=trend", "trak"),
     ("as_of=never", "as_of"), ("fields=what", "fields"), ("page_size=501", "page_size")],
)  # fmt: skip
def test_a_wrong_parameter_is_named(client, countries, query, parameter):
    problem = get(client, f"{HOME}?{query}", 400)
    assert [error["parameter"] for error in problem["errors"]] == [parameter]


def test_the_story_streams_as_a_table_and_as_lines(client, story, monkeypatch):
    monkeypatch.setattr("relations.api.http.formats.BATCH", 2)
    rows = list(csv.DictReader(client.get(f"{HOME}?format=csv").getvalue().decode().splitlines()))
    assert [
        (row["day"], row["type"], row["what"] if row["type"] == "fact" else f"{row['track']} {row['what']}")
        for row in rows
    ] == entries(client)
    lines = client.get(f"{HOME}?format=jsonl").getvalue().splitlines()
    assert [orjson.loads(line) for line in lines] == get(client, HOME)["results"]
    table = client.get(f"{HOME}?format=csv&fields=what,day&type=fact").getvalue().decode().splitlines()
    assert table[:2] == ["day,what", "2008-03-12,recalled"]
    assert get(client, f"{HOME}?format=csv&fields=fact", 400)["errors"][0]["parameter"] == "fields"


def test_a_page_costs_one_query_for_few_entries_and_for_many(client, story):
    """The versions that validate the cache: facts and periods are in the pair's history."""
    get(client, HOME)
    assert queries(client, f"{HOME}?track=ambassador") == queries(client, HOME) == 1
