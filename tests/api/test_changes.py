"""`/api/changes/`: nothing skipped, nothing twice, in the order of commits."""

import csv
import datetime as dt
import json
import re
from threading import Event, Thread
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from relations import ledger
from relations.ledger import Author
from relations.models import (
    AmbassadorStatus,
    SanctionEvent,
    StatusChange,
)
from relations.models.changes import received_by, sent_by
from tests.api.reading import get
from tests.factories import event, post, record, sanction
from tests.ledger.threads import arrive, at_once, waiting
from tests.waiting import until

MEMBERS_IN_2020 = [
    "AT-BY", "BE-BY", "BG-BY", "BY-CY", "BY-CZ", "BY-DE", "BY-DK", "BY-EE", "BY-ES", "BY-FI", "BY-FR", "BY-GR", "BY-HR",
    "BY-HU", "BY-IE", "BY-IT", "BY-LT", "BY-LU", "BY-LV", "BY-MT", "BY-NL", "BY-PL", "BY-PT", "BY-RO", "BY-SE", "BY-SI",
    "BY-SK",
]  # fmt: skip

CODES = [country["pk"] for country in json.loads((settings.ROOT / "fixtures/countries.json").read_text("utf-8"))]


def feed(client: Any, query: str = "") -> list[int]:
    return [row["id"] for row in get(client, f"/api/changes/?{query}")["results"]]


def ids(**conditions: Any) -> list[int]:
    return list(StatusChange.objects.filter(**conditions).order_by("id").values_list("id", flat=True))


def test_a_line_names_the_author_both_values_the_reason_and_the_pairs_that_inherit_the_change(client, countries):
    author = Author(request_id="req-1")
    (fact,) = record(sanction("imposed", "2020-10-02", "EU>BY", measures=["travel"]))
    changed = ledger.correct(SanctionEvent, fact.key, values={"action": "suspended"}, author=author, why="Misread.")
    line = StatusChange.objects.get(version=3)
    body = get(client, f"/api/changes/{line.pk}/")
    assert body == {
        "id": line.pk,
        "pair": "BY-EU",
        "version": 3,
        "track": "sanctions:EU>BY",
        "old": {"value": "in_force", "measures": ["travel"], "expires_on": None},
        "new": {"value": "suspended", "measures": [], "expires_on": None},
        "effective": "2020-10-02",
        "recorded_at": f"{line.recorded_at:%Y-%m-%dT%H:%M:%S.%f}Z",
        "reason": "corrected",
        "cause": {
            "kind": "sanction-events", "key": str(changed.key), "version": 2,
            "url": f"http://testserver/api/sanction-events/{changed.key}/",
        },
        "request_id": "req-1",
        "reaches": MEMBERS_IN_2020,
        "url": f"http://testserver/api/changes/{line.pk}/",
    }  # fmt: skip
    assert body in get(client, "/api/changes/")["results"]


def test_the_feed_has_corrections_and_retractions(client, countries):
    (fact,) = record(post("recalled", "2008-03-12"))
    ledger.correct(AmbassadorStatus, fact.key, values={"status": "withdrawn"}, author=ledger.NOBODY)
    ledger.retract(AmbassadorStatus, fact.key, why="Not so.", author=ledger.NOBODY)
    rows = get(client, "/api/changes/?track=ambassador")["results"]
    assert [(row["reason"], row["old"]["value"], row["new"]["value"]) for row in rows] == [
        ("recorded", "unknown", "recalled"),
        ("corrected", "recalled", "withdrawn"),
        ("retracted", "withdrawn", "unknown"),
    ]  # fmt: skip


# --- following ------------------------------------------------------------------------------------------------------


def test_pages_have_every_line_once_and_the_last_page_links_to_later_ones(client, seed):
    seen, cursor = [], ""
    while True:
        body = get(client, f"/api/changes/?page_size=4{cursor}")
        cursor = f"&after={body['cursor']}"
        if not body["results"]:
            break
        seen += [row["id"] for row in body["results"]]
    assert seen == ids()
    record(event("talks", "2020-05-01", "BY>US"))
    assert feed(client, f"page_size=4{cursor}") == ids(id__gt=seen[-1]) != []


def test_the_id_of_a_line_is_as_good_as_a_cursor(client, seed):
    first = ids()[0]
    assert feed(client, f"after={first}") == ids(id__gt=first)
    assert feed(client, f"after={ids()[-1]}") == []


@pytest.mark.parametrize("after", ["xyz", "-1", "1.5", "", "9223372036854775808", "AAAA", "%00"])
def test_a_cursor_that_is_none_is_refused(client, countries, after):
    problem = get(client, f"/api/changes/?after={after}", 400)
    assert [error["parameter"] for error in problem["errors"]] == ["after"]


def test_a_cursor_of_another_list_is_refused(client, seed):
    other = get(client, "/api/relations/?page_size=1")["next"].partition("cursor=")[2]
    assert get(client, f"/api/changes/?after={other}", 400)["type"].endswith("bad-cursor")


def test_asking_again_costs_two_look_ups_and_no_body(client, seed):
    """The end of the log, and the changes after the cursor: there are none."""
    cursor = get(client, "/api/changes/")["cursor"]
    first = client.get(f"/api/changes/?after={cursor}")
    with CaptureQueriesContext(
        connection,
    ) as captured:
        again = client.get(f"/api/changes/?after={cursor}", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.json(), again.status_code) == (
        {"results": [], "cursor": cursor, "next": None, "previous": None},
        304,
    )
    assert len(captured) == 2


def test_a_filtered_follower_is_led_past_the_lines_that_are_not_for_it(client, seed):
    body = get(client, "/api/changes/?pair=FJ-IS")
    assert body["results"] == []
    with CaptureQueriesContext(connection) as captured:
        assert feed(client, f"after={body['cursor']}") == []
    assert f'"id" > {ids()[-1]}' in captured[1]["sql"]


def test_while_one_act_is_about_to_commit_the_next_one_waits_and_a_reader_misses_nothing(client, world):
    """The second act appends only after the first has committed, so a reader never passes over the first's lines."""
    appended, commit = Event(), Event()

    def first() -> None:
        with transaction.atomic():
            record(event("talks", "2020-01-01", "AD>BY"))
            appended.set()
            arrive(commit)

    def second() -> None:
        arrive(appended)
        record(event("talks", "2020-01-01", "FJ>IS"))

    def reader() -> Any:
        arrive(appended)
        until(waiting("advisory"))
        body = get(client, "/api/changes/")
        commit.set()
        return body

    *_, before = at_once(first, second, reader)
    assert before["results"] == []
    after = get(client, f"/api/changes/?after={before['cursor']}")
    assert [(row["pair"], row["track"]) for row in after["results"]] == [("AD-BY", "facts"), ("FJ-IS", "facts")]
    assert get(client, f"/api/changes/?after={after['cursor']}")["results"] == []


def test_a_poller_among_writers_sees_every_line_once_and_in_order(client, world):
    seen: list[int] = []
    cursor, running = "", True

    def write(code: str) -> None:
        for _ in range(6):
            record(event("talks", "2020-01-01", f"{code}>US"))
        connection.close()

    writers = [Thread(target=write, args=(code,)) for code in ("AD", "BY", "FJ", "IS")]
    for writer in writers:
        writer.start()
    while running:
        running = any(writer.is_alive() for writer in writers)
        body = get(client, f"/api/changes/?page_size=3&{cursor}")
        cursor = f"after={body['cursor']}"
        running = running or bool(body["results"])
        seen += [row["id"] for row in body["results"]]
    assert seen == ids()
    assert len(seen) == 24


# --- filters --------------------------------------------------------------------------------------------------------


def test_a_members_feed_has_what_the_union_does_in_its_name(client, seed):
    record(sanction("suspended", "2015-10-29", "EU>BY"))
    eased, suspended = ids(track="sanctions:EU>BY")[0], ids(track="facts", effective="2015-10-29")[0]
    rows = get(client, "/api/changes/?pair=BY-DE")["results"]
    assert [(row["pair"], row["track"]) for row in rows] == [
        ("BY-EU", "sanctions:EU>BY"),
        ("BY-EU", "sanctions:EU>BY:-"),
    ]
    assert {"BY-DE", "BY-FR"} <= set(rows[0]["reaches"])
    assert eased in feed(client, "country=DE")
    assert suspended not in feed(client, "country=DE")


def test_a_change_after_a_member_left_does_not_reach_it(client, countries):
    with transaction.atomic():
        record(sanction("imposed", "2020-01-31", "EU>BY"))
        record(sanction("suspended", "2020-02-01", "EU>BY"))
    imposed, suspended = (
        row
        for row in get(client, "/api/changes/?track=sanctions:EU>BY&new=in_force,suspended&old=unknown,in_force")[
            "results"
        ]
        if row["track"] == "sanctions:EU>BY"
    )
    assert "BY-GB" in imposed["reaches"]
    assert "BY-GB" not in suspended["reaches"]
    assert [row["effective"] for row in get(client, "/api/changes/?pair=GB-BY")["results"]] == ["2020-01-31"] * 2
    assert {row["effective"] for row in get(client, "/api/changes/?country=GBR")["results"]} == {"2020-01-31"}


def test_acts_against_the_union_reach_no_member(client, countries):
    record(sanction("imposed", "2014-08-06", "RU>EU"))
    assert feed(client, "country=DE") == []
    assert [row["reaches"] for row in get(client, "/api/changes/")["results"]] == [[], []]


def test_each_parameter_chooses_the_lines_that_it_names(client, seed):
    record(sanction("reimposed", "2021-06-03", measures=["trade"]))
    lines = {line.pk: line for line in StatusChange.objects.all()}
    today = dt.datetime.now(dt.UTC).date()

    def chosen(condition: Any) -> list[int]:
        return sorted(number for number, line in lines.items() if condition(line))

    expected = {
        "pair=us-by": chosen(lambda line: line.pair_id == "BY-US"),
        "country=UA": chosen(lambda line: "UA" in line.pair_id),
        "country=UA&country=EU": chosen(lambda line: "UA" in line.pair_id or "EU" in line.pair_id),
        "track=sanctions": chosen(lambda line: line.track.startswith("sanctions:")),
        "track=sanctions:usa>by": chosen(lambda line: line.track.startswith("sanctions:US>BY")),
        "track=sanctions:US>BY:-": chosen(lambda line: line.track == "sanctions:US>BY:-"),
        "track=!facts": chosen(lambda line: line.track != "facts"),
        "track=sanctions,!sanctions:US>BY:-": chosen(lambda line: line.track.startswith("sanctions:")
                                                     and line.track != "sanctions:US>BY:-"),
        "track=facts,trend": chosen(lambda line: line.track in ("facts", "trend")),
        "kind=ambassadors": chosen(lambda line: line.cause_kind == "ambassadors"),
        "reason=recorded": chosen(lambda line: line.reason == "recorded"),
        "old=eased&new=in_force": chosen(lambda line: line.track in ("sanctions:US>BY", "sanctions:US>BY:-")
                                         and line.reason == "recorded"),
        "from=US&track=sanctions": chosen(lambda line: line.track.startswith("sanctions:US>")),
        "to=US": chosen(lambda line: ">US" in line.track),
        "from=!US": chosen(lambda line: ":US>" not in line.track),
        "from=!US&from=EU&from=!BY&track=sanctions": chosen(lambda line: line.track.startswith("sanctions:EU>")),
        "to=!BY,!US&track=!facts,!trend": chosen(lambda line: line.track not in ("facts", "trend")
                                                 and ">US" not in line.track and ">BY" not in line.track),
        "effective_after=2021-01-01": chosen(lambda line: line.effective >= dt.date(2021, 1, 1)),
        "effective_before=2010-12-31": chosen(lambda line: line.effective <= dt.date(2010, 12, 31)),
        f"recorded_after={today}&recorded_before={today}": chosen(lambda line: line.recorded_at.date() == today),
        "recorded_before=2001-01-01": [],
        "request_id=none-such": [],
        "version=1": chosen(lambda line: line.version == 1),
        "note=why": [],
    }  # fmt: skip
    assert {query: feed(client, query) for query in expected} == expected
    assert expected["old=eased&new=in_force"]
    cause = lines[expected["reason=recorded"][0]].cause_key
    assert feed(client, f"cause={cause}&cause_version=1") == expected["reason=recorded"]


@pytest.mark.parametrize(
    "changes",
    [
        StatusChange.objects.filter(sent_by(["US"]), received_by(["BY"])),
        StatusChange.objects.filter(sent_by(["US"])),
        StatusChange.objects.filter(received_by(["BY", "US"])),
        StatusChange.objects.on_tracks(["sanctions:US>BY", "next:BY>US"]),
    ],
    ids=["direction", "sender", "receiver", "track"],
)
def test_direction_of_a_track_is_a_range_of_an_index(db, changes):
    """By which of the two indexes depends on the statistics of the moment."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
    plan = changes.order_by().explain()
    assert re.search(r"Index (Only )?Scan using changes_by_(direction|receiver)", plan)
    assert "Index Cond: ((split_part(" in plan or "Index Cond: (split_part(" in plan


def test_many_values_make_no_condition_longer_that_every_line_is_tested_with(client, seed):
    """A line is looked up in a few sets, with no pattern and no `OR` for each value."""
    with_code = [code for code in CODES if code not in ("BY", "US")][:149]
    asked = {
        f"from={','.join(['US', *with_code])}&to={','.join(['BY', *with_code])}": "from=US&to=BY",
        f"track={','.join(f'sanctions:{code}%3EBY' for code in ['US', *with_code])}": "track=sanctions:US%3EBY",
        f"country={','.join(['US', *with_code])}": "country=US",
        f"pair={','.join(f'{code}-FJ' for code in ['US', *with_code] if code != 'FJ')}": "pair=US-FJ",
    }
    for many, one in asked.items():
        with CaptureQueriesContext(connection) as captured:
            rows = feed(client, many)
        sql = next(query["sql"] for query in captured if "LIMIT" in query["sql"])
        assert set(feed(client, one)) <= set(rows)
        assert sql.count(" OR ") < 40, many[:40]
        assert sql.count(" ~ ") == 0
        assert len(sql) < 15_000


def test_several_values_choose_the_lines_of_each(client, seed):
    with transaction.atomic():
        record(sanction("imposed", "2020-01-31", "EU>BY"))
        record(sanction("suspended", "2020-02-01", "EU>BY"))
    for name, values in (
        ("from", ["US", "EU", "RU"]), ("to", ["BY", "US", "UA"]), ("pair", ["BY-US", "DE-BY", "GB-BY", "FR-BY"]),
        ("track", ["sanctions:US%3EBY:-", "sanctions:EU%3EBY", "trend", "ambassador", "ambassador:US%3EBY"]),
        ("country", ["DE", "GB", "US", "FR", "PL", "FJ", "IS", "UA", "RU", "AD"]),
    ):  # fmt: skip
        each = {row for value in values for row in feed(client, f"{name}={value}")}
        assert feed(client, f"{name}={','.join(values)}") == sorted(each) != [], name


def test_what_the_united_nations_did_while_indonesia_was_away_reaches_others_and_not_indonesia(client, countries):
    for day, measure in (("1964-01-01", "arms"), ("1965-06-01", "trade"), ("1967-01-01", "travel")):
        record(sanction("tightened", day, "UN>ZW", measures=[measure]))
    rows = {row["id"]: row for row in get(client, "/api/changes/?pair=UN-ZW")["results"]}

    def days(query: str) -> set[str]:
        return {rows[number]["effective"] for number in feed(client, query)}

    present = {"1964-01-01", "1967-01-01"}
    assert days("pair=ID-ZW") == days("country=ID") == present
    assert days("pair=FR-ZW") == days("country=FR") == days("country=FR,ID") == present | {"1965-06-01"}
    assert days("pair=SS-ZW") == days("country=SS") == days("pair=TW-ZW") == set()
    for row in rows.values():
        assert ("ID-ZW" in row["reaches"]) == (row["track"] != "facts" and row["effective"] in present)


@pytest.mark.parametrize(
    ("query", "parameter"),
    [("track=sanction", "track"), ("track=trend:US>BY", "track"), ("track=!fact", "track"), ("track=!", "track"),
     ("new=vacent", "new"), ("reason=typo", "reason"),
     ("pairs=BY-US", "pairs"), ("kind=visit", "kind"), ("page_size=0", "page_size"), ("fields=pear", "fields")],
)  # fmt: skip
def test_a_wrong_parameter_is_named(client, countries, query, parameter):
    problem = get(client, f"/api/changes/?{query}", 400)
    assert [error["parameter"] for error in problem["errors"]] == [parameter]


# --- one line, and tables -------------------------------------------------------------------------------------------


def test_one_line_never_changes_and_an_unknown_one_is_not_found(client, seed):
    response = client.get(f"/api/changes/{ids()[0]}/")
    tag = response.headers["ETag"]
    assert client.get(f"/api/changes/{ids()[0]}/", headers={"If-None-Match": tag}).status_code == 304
    assert get(client, "/api/changes/0/", 404)["status"] == 404
    assert get(client, f"/api/changes/{2**70}/", 404)["status"] == 404


def test_the_log_as_a_table_has_every_line(client, seed):
    text = client.get("/api/changes/?format=csv").getvalue().decode()
    rows = list(csv.DictReader(text.splitlines()))
    assert [int(row["id"]) for row in rows] == ids()
    eased = next(row for row in rows if row["track"] == "sanctions:US>BY")
    assert (eased["old.value"], eased["new.value"], eased["cause.kind"]) == ("unknown", "eased", "sanction-events")
    lines = client.get("/api/changes/?format=jsonl&fields=id").getvalue().splitlines()
    assert len(lines) == len(rows)


def test_a_page_costs_three_queries_for_one_line_and_for_many(client, seed):
    """The end of the log, the lines, and the stamp of the memberships by which they reach members."""
    get(client, "/api/relations/BY-US/")
    for size in (1, 100):
        with CaptureQueriesContext(connection) as captured:
            get(client, f"/api/changes/?page_size={size}")
        assert len(captured) == 3
