"""`/api/periods/` and `/api/relations/BY-US/periods/`: the history of statuses."""

import csv
from importlib import import_module
from itertools import pairwise
from typing import Any

import orjson
import pytest
import time_machine
from django.db import connection
from hypothesis import HealthCheck, given, settings

from relations import ledger
from relations.api.relations import period_filters, scanning
from relations.models import AmbassadorStatus, SanctionProgramme, StatusSpan
from tests.api.drawn_acts import DAYS, DEEDS, carry_out
from tests.api.reading import get, now, queries
from tests.database import made_once
from tests.factories import ban, ban_list, citation, event, post, programme, record, sanction

ALL, HOME = "/api/periods/", "/api/relations/BY-US/periods/"
TODAY = "2026-06-01T12:00:00Z"
SPAN_COLUMNS = (
    "pair_id", "track", "kind", "from_country_id", "to_country_id", "whole", "programme_id", "list_id", "start", "end",
    "start_edtf", "end_edtf", "value", "holder", "previous", "stale", "disputed", "last",
)  # fmt: skip


def rows(client: Any, path: str, *, limit: int = 40) -> list[Any]:
    """The rows of all pages."""
    found: list[Any] = []
    url: str | None = path
    for _ in range(limit):
        body = get(client, str(url).removeprefix("http://testserver"))
        found += body["results"]
        url = body["next"]
        if url is None:
            return found
    raise AssertionError(f"{path} has more than {limit} pages")


def brief(client: Any, path: str, *keys: str) -> list[tuple[Any, ...]]:
    return [tuple(row[key] for key in keys) for row in rows(client, path)]


def bare(rows: list[Any]) -> list[dict[str, Any]]:
    """The rows without that in which the two lists differ: their addresses and order."""
    return sorted(rows, key=lambda row: (row["pair"], row["track"], row["start"]))


@pytest.fixture
def travel():
    with time_machine.travel(TODAY, tick=False):
        yield


@made_once
@time_machine.travel(TODAY, tick=False)
def history():
    """Two ambassadors, a vacancy that grows stale, sanctions that were lifted in 2016, and an unrelated pair."""
    act = {"kind": "legal_act", "title": "Act"}
    cited = [citation(ledger.record_source(act))]
    ours, theirs = programme(title="Ours"), programme("US>RU", title="Theirs")
    SanctionProgramme.objects.filter(pk=ours.pk).update(list="ofac", code="OURS")
    record(post("ambassador", "2001-02-22", holder="Michael Kozak", citations=cited))
    record(post("ambassador", "2003-10", holder="George Krol", citations=cited))
    record(post("vacant", "2020-07-19", citations=[citation({"kind": "article", "publisher": "A", "title": "B"})]))
    record(sanction("imposed", "2006-06-16", programme=ours, citations=cited))
    record(sanction("lifted", "2016-03-01", programme=ours, citations=cited))
    record(sanction("imposed", "2014", "US>RU", programme=theirs, citations=cited))
    record(ban("listed", "[2009-01-01..2010-05-01]", list=ban_list(title="Visas", instrument="Act 1"), citations=cited))
    record(event("criticism", "2026-02-01", citations=cited), event("relations_severed", "2026-02-01", citations=cited))


@pytest.fixture
def story(history, travel):
    """The history on a day of June 2026."""


def test_a_period_has_its_days_its_neighbours_and_its_evidence(client, story):
    vacant = AmbassadorStatus.objects.get(status="vacant")
    (whole,) = rows(client, f"{ALL}?track=ambassador&value=vacant&stale=0")
    assert whole == {
        "pair": "BY-US",
        "track": "ambassador:US>BY",
        "from": "US",
        "to": "BY",
        "since": "2020-07-19",
        "since_earliest": "2020-07-19",
        "since_latest": "2020-07-19",
        "via": None,
        "programme": None,
        "list": None,
        "value": "vacant",
        "holder": "",
        "previous": "ambassador",
        "start": "2020-07-19",
        "end": "2023-07-20",
        "start_edtf": "2020-07-19",
        "end_edtf": "2023-07-20",
        "length": 1096,
        "last": False,
        "stale": False,
        "disputed": False,
        "confirmed_on": "2020-07-19",
        "basis": "article",
        "facts": [str(vacant.key)],
        "facts_count": 1,
        "uncertain": [],
        "url": "http://testserver/api/relations/BY-US/?as_of=2020-07-19",
    }


def test_a_track_has_a_period_for_every_day_and_days_that_sources_do_not_name_exactly(client, story):
    keys = ("start", "end", "start_edtf", "end_edtf", "value", "holder", "previous", "stale", "last")
    assert brief(client, f"{HOME}?track=ambassador:US>BY", *keys) == [
        ("2001-02-22", "2003-10-31", "2001-02-22", "2003-10", "ambassador", "Michael Kozak", "unknown", False, False),
        ("2003-10-31", "2020-07-19", "2003-10", "2020-07-19", "ambassador", "George Krol", "ambassador", False, True),
        ("2020-07-19", "2023-07-20", "2020-07-19", "2023-07-20", "vacant", "", "ambassador", False, False),
        ("2023-07-20", None, "2023-07-20", None, "vacant", "", "vacant", True, True),
    ]
    visas = {"id": get(client, "/api/travel-ban-lists/")["results"][0]["id"], "title": "Visas"}
    assert brief(client, f"{HOME}?track=travel_ban", "start", "end", "value", "list") == [
        ("2009-01-01", "2010-05-01", "unknown", visas),
        ("2010-05-01", None, "listed", visas),
    ]


def test_questions_of_analysts_are_one_call_each(client, story):
    asked = "track=ambassador&from=US&value=ambassador&last=1&end_before=2020-12-31"
    assert brief(client, f"{ALL}?{asked}", "pair", "holder", "end") == [("BY-US", "George Krol", "2020-07-19")]
    asked = "track=sanctions&value=none&previous=!none&overlaps=2016&start_after=2016-01-01&start_before=2016-12-31"
    assert brief(client, f"{ALL}?{asked}&whole=1", "pair", "from", "previous", "start") == [
        ("BY-US", "US", "in_force", "2016-03-01"),
    ]  # fmt: skip
    asked = "track=trend&value=deteriorating&start_after=2026-01-01"
    assert brief(client, f"{ALL}?{asked}", "pair", "start", "previous") == [("BY-US", "2026-02-01", "unknown")]
    asked = "track=ambassador&value=ambassador&ordering=-length&page_size=1"
    assert get(client, f"{ALL}?{asked}&fields=holder,length")["results"] == [{"holder": "George Krol", "length": 6106}]


QUERIES = (
    "", "track=ambassador", "track=sanctions:us>by", "track=ambassador,trend", "track=!trend",
    "from=!US", "value=vacant", "value=!vacant,!unknown",
    "value=vacant,listed", "previous=ambassador", "previous=!unknown", "holder=krol", "from=US", "to=US", "from=BY",
    "start_after=2006-01-01", "start_before=2006-06-16", "end_after=2016-03-01", "end_before=2016-03-01",
    "overlaps=2016", "overlaps=2016-03-01", "overlaps=2006-06..2006-06-15", "overlaps=..2001", "overlaps=2024/",
    "as_of=2010-01-01", "as_of=2023-07-20", "as_of=2026-02-01&disputed=0", "stale=1", "stale=0", "disputed=1",
    "disputed=0", "last=1", "last=0", "whole=0", "whole=1", "programme=none", "programme=OURS", "programme=!ofac:ours",
    "list=1&value=listed", "list=Act 1", "list=!US:act 1",
    "track=ambassador&as_of=2021-01-01&confirmed_before=2020-07-19",
    "track=ambassador&as_of=2021-01-01&confirmed_before=2020-07-20",
    "track=ambassador&as_of=2020-08-01&confirmed_before=2020-07-19",
    "track=trend&as_of=2026-02-01&confirmed_before=2026-02-02",
    "track=!next&as_of=2008-01-01&confirmed_before=2009-01-01",
)  # fmt: skip


def test_stored_and_folded_periods_answer_every_filter_alike(client, story, monkeypatch):
    monkeypatch.setattr(period_filters, "_FEW", 0)  # `holder` of many pairs; its own test has one of few
    then = now()
    seen = set()
    for query in QUERIES:
        stored = bare(rows(client, f"{ALL}?pair=BY-US&{query}"))
        assert bare(rows(client, f"{HOME}?{query}")) == stored, query
        assert bare(rows(client, f"{ALL}?pair=us-by&{query}&known_at={then}")) == stored, query
        seen |= {len(stored)}
    assert len(seen) > 8
    assert bare(rows(client, f"{ALL}?page_size=2&known_at={then}")) == bare(rows(client, ALL))


def test_statuses_of_which_no_source_spoke_since_a_day_are_found(client, story):
    asked = f"{ALL}?track=ambassador,sanctions&whole=1&as_of=2026-06-01&fields=track,confirmed_on&confirmed_before="
    assert brief(client, f"{asked}2016-03-01", "track", "confirmed_on") == [("sanctions:US>RU", "2014-12-31")]
    assert brief(client, f"{asked}2016-03-02", "track") == [("sanctions:US>BY",), ("sanctions:US>RU",)]
    everything = get(client, f"{asked}2027-01-01&count=1")
    assert everything["count"] == 3
    assert all(row["confirmed_on"] for row in everything["results"])


@pytest.mark.parametrize("ordering", ["pair", "-pair", "start", "-start", "end", "-end", "length", "-length"])
def test_pages_forth_and_back_have_every_period_once_and_in_order(client, story, ordering):
    query = f"ordering={ordering}&track=sanctions,ambassador,trend&fields=track,start,end,length"
    for path in (ALL, HOME):
        whole = get(client, f"{path}?{query}")["results"]
        pages, url = [], f"{path}?{query}&page_size=5"
        while url:
            body = get(client, url.removeprefix("http://testserver"))
            pages.append(body["results"])
            last, url = body, body["next"]
        assert [row for page in pages for row in page] == whole
        assert len(pages) > 4
        back, url = [pages[-1]], last["previous"]
        while url:
            body = get(client, url.removeprefix("http://testserver"))
            back.insert(0, body["results"])
            url = body["previous"]
        assert back == pages
        if ordering.endswith("length"):
            lengths = [row["length"] for row in whole]
            assert lengths == sorted(lengths, reverse=ordering.startswith("-"))


# --- against the status of a day ------------------------------------------------------------------------------------


def statuses(body: Any) -> dict[tuple[str, str | None], Any]:
    """The statuses of a relation by track and organisation."""
    status = body["status"]
    found: dict[tuple[str, str | None], Any] = {
        ("diplomatic_relations", None): status["diplomatic_relations"],
        ("trend", None): status["trend"],
    }
    for entry in status["ambassadors"]:
        way = f"{entry['from']}>{entry['to']}"
        found |= {(f"ambassador:{way}", None): entry["post"], (f"next:{way}", None): entry["next"]}
    for entry in status["sanctions"]:
        name = f"sanctions:{entry['via'] or entry['from']}>{entry['to']}"
        found[name, entry["via"]] = entry
        for part in entry["programmes"]:
            number = part["programme"]["id"] if part["programme"] else "-"
            found[f"{name}:{number}", entry["via"]] = part
    return found


SAME = (
    "value", "since", "since_earliest", "since_latest", "stale", "disputed", "confirmed_on", "basis", "facts",
    "uncertain",
)  # fmt: skip


def assert_partition(history: list[Any]) -> None:
    """The periods of a track leave no day out from the first one on, and each names the value before it."""
    for previous, following in pairwise(history):
        if previous["track"] == following["track"] and not following["via"]:
            assert previous["end"] == following["start"]
            assert previous["end_edtf"] == following["start_edtf"]
            assert previous["value"] == following["previous"]
        else:
            assert previous["end"] is None or previous["via"]
    assert history == [] or history[-1]["end"] is None or history[-1]["via"]


def assert_agrees(client: Any, code: str, day: str, known: str) -> None:
    history = rows(client, f"/api/relations/{code}/periods/?{known}")
    of_day = {
        (row["track"], row["via"]): row for row in rows(client, f"/api/relations/{code}/periods/?as_of={day}&{known}")
    }
    shown = statuses(get(client, f"/api/relations/{code}/?as_of={day}&{known}"))
    for (track, via), status in shown.items():
        row = of_day.pop((track, via), None)
        if row is None:
            assert status["value"] == "unknown"
            assert status["uncertain"] == []
            continue
        assert {key: row[key] for key in SAME} == {key: status[key] for key in SAME}, (track, via, day)
        assert row["facts_count"] == status["fact_count"]
        assert row["holder"] == status.get("holder", "")
        covering = [
            one for one in history
            if (one["track"], one["via"]) == (track, via) and one["start"] <= day < (one["end"] or "9999")
        ]  # fmt: skip
        assert [one["value"] for one in covering] == [row["value"]]
    assert of_day == {}


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(deeds=DEEDS, day=DAYS)
def test_periods_partition_the_axis_and_agree_with_the_status_of_every_day(client, countries, deeds, day):
    facts: list[Any] = []
    moments = [now()]
    for deed in deeds:
        carry_out(deed, facts)
        moments.append(now())
    known = f"known_at={moments[len(moments) // 2]}"
    for code in ("BY-US", "BY-EU", "BY-DE"):
        assert_partition(rows(client, f"/api/relations/{code}/periods/"))
        assert_agrees(client, code, str(day), "")
        assert_agrees(client, code, str(day), known)
    assert_stored_as_computed()


def assert_stored_as_computed() -> None:
    """The ledger stores what the migration computes in SQL."""
    stored = set(StatusSpan.objects.values_list(*SPAN_COLUMNS))
    StatusSpan.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(import_module("relations.migrations.0029_status_spans").FILL)
    assert set(StatusSpan.objects.values_list(*SPAN_COLUMNS)) == stored


# --- inherited ------------------------------------------------------------------------------------------------------


def test_a_member_has_the_periods_of_its_organisation_on_the_days_of_its_membership(client, countries, travel):
    act = [citation(ledger.record_source({"kind": "legal_act", "title": "Act"}))]
    record(sanction("imposed", "1970-01-01", "EU>BY", citations=act))
    keys = ("track", "from", "via", "start", "end", "previous", "length")
    assert brief(client, "/api/relations/BY-GB/periods/?whole=1", *keys) == [
        ("sanctions:EU>BY", "GB", "EU", "1973-01-01", "2020-02-01", "unknown", 17197)
    ]
    assert brief(client, "/api/relations/BY-GB/periods/?from=GB&track=sanctions:EU>BY&value=in_force", "via") == [
        ("EU",),
        ("EU",),
    ]
    assert rows(client, f"{ALL}?pair=BY-GB") == []


# --- as known, and forms --------------------------------------------------------------------------------------------


def test_what_was_known_is_folded_in_short_pages_of_bounded_pairs(client, story, monkeypatch):
    then = now()
    before = bare(rows(client, ALL))
    vacant = AmbassadorStatus.objects.get(status="vacant")
    ledger.retract(AmbassadorStatus, vacant.key, why="No.", author=ledger.NOBODY)
    assert bare(rows(client, ALL)) != before
    monkeypatch.setattr(scanning, "MOST", 1)
    monkeypatch.setattr(scanning, "BATCH", 1)
    assert bare(rows(client, f"{ALL}?known_at={then}")) == before
    first = get(client, f"{ALL}?known_at={then}&pair=RU-US&country=US")
    assert {row["pair"] for row in first["results"]} == {"RU-US"}
    assert [row["pair"] for row in get(client, f"{ALL}?known_at={then}&value=vacant")["results"]] == ["BY-US"] * 2
    empty = get(client, f"{ALL}?known_at={then}&from=RU")
    assert (empty["results"], bool(empty["next"])) == ([], True)
    assert rows(client, f"{ALL}?known_at=2001-01-01T00:00:00Z") == []
    lines = client.get(f"{ALL}?known_at={then}&format=jsonl").getvalue().splitlines()
    assert bare([orjson.loads(line) for line in lines]) == before


@pytest.mark.parametrize("path", [ALL, HOME])
def test_periods_stream_as_a_table_and_as_lines(client, story, path):
    whole = rows(client, path)
    lines = client.get(f"{path}?format=jsonl").getvalue().splitlines()
    assert [orjson.loads(line) for line in lines] == whole
    table = list(csv.DictReader(client.get(f"{path}?format=csv").getvalue().decode().splitlines()))
    assert [(row["track"], row["start"], row["list.title"]) for row in table] == [
        (row["track"], row["start"], row["list"]["title"] if row["list"] else "") for row in whole
    ]
    assert get(client, f"{path}?count=1&page_size=1")["count"] == len(whole)


@pytest.mark.parametrize(
    ("query", "parameter"),
    [("value=vacent", "value"), ("previous=!x", "previous"), ("overlaps=2016..2015", "overlaps"),
     ("overlaps=soon", "overlaps"),
     ("confirmed_before=2020-01-01&as_of=2021-01-01", "confirmed_before"),
     ("confirmed_before=2020-01-01&track=trend", "confirmed_before"),
     ("stale=any", "stale"), ("track=post", "track"), ("as_of=x", "as_of"),
     ("start_after=2016", "start_after"), ("ordering=holder", "ordering"), ("known_at=2020", "known_at"),
     ("valeu=x", "valeu"), ("cursor=x", "cursor")],
)  # fmt: skip
def test_a_wrong_parameter_is_named(client, countries, query, parameter):
    for path in (ALL, HOME):
        problem = get(client, f"{path}?{query}", 400)
        assert [error["parameter"] for error in problem["errors"]] == [parameter]


def test_what_cannot_be_bounded_is_refused_with_the_reason(client, countries):
    then = "known_at=2020-01-01T00:00:00Z"
    for query, parameter in (
        (f"ordering=start&{then}", "ordering"),
        (f"count=1&{then}", "count"),
        ("ordering=length", "ordering"),
    ):
        problem = get(client, f"{ALL}?{query}", 400)
        assert [error["parameter"] for error in problem["errors"]] == [parameter]


def test_periods_of_a_pair_are_found_at_its_code_and_validated_by_its_version(client, story):
    response = client.get("/api/relations/us-by/periods?track=trend")
    assert (response.status_code, response.headers["Location"]) == (308, f"{HOME}?track=trend")
    tag = client.get(HOME).headers["ETag"]
    assert client.get(HOME, headers={"If-None-Match": tag}).status_code == 304
    assert get(client, "/api/relations/BY-US/")["links"]["periods"] == f"http://testserver{HOME}"


def test_a_page_costs_the_same_for_few_periods_and_for_many(client, story):
    """Rows, evidence, and titles of programmes and of lists; of one pair, the versions that validate the cache."""
    assert queries(client, f"{ALL}?page_size=2&track=ambassador") == 2
    assert queries(client, f"{ALL}?track=sanctions") == 3
    assert queries(client, ALL) == 4
    get(client, HOME)
    assert queries(client, HOME) == queries(client, f"{HOME}?track=trend") == 1
