"""`/api/relations/BY-US/timeline/`: facts and changes on one line of days."""

import csv
from typing import Any

import orjson
import pytest

from relations import ledger
from relations.models import AmbassadorStatus, StatusChange
from tests.api.reading import get, queries
from tests.factories import event, post, record, sanction

HOME = "/api/relations/BY-US/timeline/"


def told(client: Any, query: str = "", path: str = HOME) -> list[tuple[str, str, str]]:
    """Day, type, and what: the words of a fact, the track of a change."""
    return [
        (entry["day"], entry["type"], word_of(entry["fact"]) if entry["fact"] else entry["change"]["track"])
        for entry in get(client, f"{path}?{query}")["results"]
    ]


def word_of(fact: Any) -> str:
    return str(next(fact[name] for name in ("status", "action", "kind") if name in fact))


@pytest.fixture
def story(countries):
    record(event("criticism", "[..2020-02-01]"))
    record(post("recalled", "2008-03-12"))
    record(sanction("tightened", "2008-03-12"))
    record(event("staff_cut", "2008-03"))


def test_facts_stand_on_their_last_possible_day_and_changes_on_the_day_from_which_they_hold(client, story):
    assert told(client) == [
        ("2008-03-12", "fact", "recalled"),
        ("2008-03-12", "fact", "tightened"),
        ("2008-03-12", "change", "ambassador:US>BY"),
        ("2008-03-12", "change", "sanctions:US>BY"),
        ("2008-03-12", "change", "sanctions:US>BY:-"),
        ("2008-03-31", "fact", "staff_cut"),
        ("2008-03-31", "change", "facts"),
        ("2020-02-01", "fact", "criticism"),
        ("2020-02-01", "change", "facts"),
    ]


def test_an_entry_holds_the_whole_fact_or_the_whole_line_of_the_log(client, story):
    fact, _, change, *_ = get(client, HOME)["results"]
    assert fact == {
        "day": "2008-03-12",
        "type": "fact",
        "resource": "ambassadors",
        "track": "ambassador:US>BY",
        "fact": get(client, fact["fact"]["url"]),
        "change": None,
    }
    assert change == {
        "day": "2008-03-12",
        "type": "change",
        "resource": "ambassadors",
        "track": "ambassador:US>BY",
        "fact": None,
        "change": get(client, change["change"]["url"]),
    }


@pytest.mark.parametrize("ordering", ["day", "-day"])
@pytest.mark.parametrize("size", [1, 2, 4])
def test_pages_forth_and_back_hold_every_entry_once_and_in_order(client, story, ordering, size):
    whole = told(client, f"ordering={ordering}")
    assert len(whole) == 9
    pages, path = [], f"{HOME}?ordering={ordering}&page_size={size}"
    while path:
        body = get(client, path.removeprefix("http://testserver"))
        pages.append(told(client, path.partition("?")[2]))
        last, path = body, body["next"]
    assert [entry for page in pages for entry in page] == whole
    path, back = last["previous"], [pages[-1]]
    while path:
        back.insert(0, told(client, path.partition("?")[2]))
        path = get(client, path.removeprefix("http://testserver"))["previous"]
    assert back == pages


def test_the_story_is_cut_by_day_track_kind_and_type(client, story):
    assert [what for *_, what in told(client, "on_after=2008-03-13&on_before=2008-12-31")] == ["staff_cut", "facts"]
    assert [what for *_, what in told(client, "track=sanctions")] == [
        "tightened",
        "sanctions:US>BY",
        "sanctions:US>BY:-",
    ]
    assert [what for *_, what in told(client, "track=sanctions:us>by:-")] == ["tightened", "sanctions:US>BY:-"]
    assert [what for *_, what in told(client, "kind=diplomatic-events&type=fact")] == ["staff_cut", "criticism"]
    assert {kind for _, kind, _ in told(client, "type=change")} == {"change"}


def test_as_of_shows_what_may_have_happened_by_then_and_known_at_what_was_known(client, story):
    assert [what for *_, what in told(client, "as_of=2008-03-12")] == [
        "recalled", "tightened", "ambassador:US>BY", "sanctions:US>BY", "sanctions:US>BY:-", "staff_cut", "criticism",
    ]  # fmt: skip
    then = f"{ledger.clock():%Y-%m-%dT%H:%M:%S.%fZ}"
    before = told(client)
    ledger.retract(AmbassadorStatus, AmbassadorStatus.objects.get().key, why="No.", author=ledger.NOBODY)
    assert "recalled" not in [what for *_, what in told(client)]
    assert told(client, f"known_at={then}") == before
    assert told(client, "known_at=2001-01-01T00:00:00Z") == []


def test_a_members_timeline_has_the_changes_that_reach_it(client, seed):
    path = "/api/relations/BY-DE/timeline/"
    assert told(client, path=path) == [
        ("2020-02-01", "change", "sanctions:EU>BY"), ("2020-02-01", "change", "sanctions:EU>BY:-"),
    ]  # fmt: skip
    assert "BY-DE" in get(client, path)["results"][0]["change"]["reaches"]


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
    assert [(row["day"], row["type"], row["what"] or row["track"]) for row in rows] == told(client)
    lines = client.get(f"{HOME}?format=jsonl").getvalue().splitlines()
    assert [orjson.loads(line) for line in lines] == get(client, HOME)["results"]


def test_a_page_costs_two_queries_for_few_entries_and_for_many(client, story):
    """The tokens of what is remembered, and the lines of the log; a third where a line may reach members."""
    get(client, HOME)
    assert queries(client, f"{HOME}?track=ambassador") == 2
    assert queries(client, HOME) == queries(client, f"{HOME}?page_size=4") == 3
    assert StatusChange.objects.count() > 4
