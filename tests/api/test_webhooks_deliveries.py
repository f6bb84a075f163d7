"""`/api/webhooks/<id>/deliveries/` and `…/replay/`: what was sent, what was answered, and what is sent once more."""

import datetime as dt
import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations import delivery
from relations.models import Delivery, ListChange, Replay, StatusChange
from tests.api.subscribing import Caller, act, attempt, place, row_of
from tests.importers.importing import FILES, imported


@pytest.fixture
def made(ann):
    """An enabled subscription that was sent nothing but its ping."""
    return ann.subscribe(event_types=["sanctions.changed"])


def listed(ann: Caller, made: Any, query: str = "") -> list[Any]:
    rows: list[Any] = ann.get(place(made, f"deliveries/?ordering=id&{query}"))["results"]
    return rows


def queue() -> None:
    """Enqueues all replays, as the workers do."""
    while delivery.advance_replays(now=dt.datetime.now(dt.UTC)):
        pass


# --- deliveries -----------------------------------------------------------------------------------------------------


def test_a_delivery_has_its_attempts_and_the_bytes_that_are_sent(ann, made):
    act()
    attempt(500, answer=b"\xff<h1>Oops</h1>\x00")
    first = Delivery.objects.filter(change__isnull=False).earliest("id")
    own = f"/api/webhooks/{made['id']}/deliveries/{first.pk}/"
    result = ann.get(own)
    tried = first.log.get()
    failed = {
        "at": f"{tried.at:%Y-%m-%dT%H:%M:%S.%f}Z", "milliseconds": 12, "status": 500, "error": None, "probe": False,
    }  # fmt: skip
    assert result == {
        "id": first.pk, "self": f"http://testserver{own}", "subscription": made["id"],
        "webhook_id": f"msg_{first.message.hex}", "event_type": "sanctions.changed", "pair": "BY-US",
        "change": first.change_id, "list_change": None, "state": "pending", "attempts_made": 1, "last_attempt": failed,
        "created_at": f"{first.created_at:%Y-%m-%dT%H:%M:%S.%f}Z",
        "next_attempt_at": f"{first.next_attempt_at:%Y-%m-%dT%H:%M:%S.%f}Z", "finished_at": None, "replayed": False,
        "test": False, "cancelled_because": None,
        "replay_of": None, "attempts": [failed | {"answer": "�<h1>Oops</h1>\x00"}],
        "body": json.loads(bytes(first.body)),
    }  # fmt: skip
    row = {name: value for name, value in result.items() if name not in ("attempts", "body")}
    assert row in listed(ann, made)
    later = first.next_attempt_at + dt.timedelta(seconds=1)
    attempt(204, now=later)
    result = ann.get(own)
    assert [each["status"] for each in result["attempts"]] == [500, 204]
    assert (result["state"], result["next_attempt_at"], result["attempts_made"]) == ("delivered", None, 2)


def test_deliveries_are_filtered(ann, made):
    act()
    attempt(204)
    act(action="lifted")
    rows = listed(ann, made)
    ids = [row["id"] for row in rows]
    expected = {
        "state=delivered": [1, 2, 3], "state=pending": [4, 5], "state=delivered,pending": [1, 2, 3, 4, 5],
        "state=exhausted": [], "event_type=webhook.ping": [1], "pair=us-by": [2, 3, 4, 5], "pair=BY-UA": [],
        "replayed=1": [], "created_before=2000-01-01": [], "finished_after=2000-01-01": [1, 2, 3],
        f"webhook_id={rows[1]['webhook_id']}": [2], f"change={rows[1]['change']}": [2],
    }  # fmt: skip
    found = {query: [ids.index(each["id"]) + 1 for each in listed(ann, made, query)] for query in expected}
    assert found == expected


def test_a_delivery_about_a_list_names_its_log_entry(ann):
    made = ann.subscribe(event_types=["designations.changed"], countries=["BY"])
    imported("ofac", FILES / "ofac" / "days" / "sdn_2022-02-23.csv")
    line = ListChange.objects.get(code="BELARUS-EO14038")
    (result,) = listed(ann, made, f"list_change={line.pk}&pair=BY-US&event_type=designations.changed")
    assert (result["change"], result["list_change"], result["pair"]) == (None, line.pk, "BY-US")
    body = ann.get(result["self"].removeprefix("http://testserver"))["body"]
    assert (body["data"]["sequence"], body["data"]["listed"]) == (line.pk, 1)


@pytest.mark.parametrize("query", ["state=sent", "webhook_id=msg_1", "change=first", "status=200"])
def test_a_mistyped_parameter_is_named(ann, made, query):
    result = ann.get(place(made, f"deliveries/?{query}"), 400)
    assert [error["parameter"] for error in result["errors"]] == [query.partition("=")[0]]


def test_a_delivery_of_another_subscription_is_not_there(ann, made):
    other = ann.subscribe()
    (ping,) = listed(ann, other)
    ann.get(place(made, f"deliveries/{ping['id']}/"), 404)
    ann.post(place(made, f"deliveries/{ping['id']}/redeliver/"), status=404)


def test_deliveries_come_as_a_table(ann, made):
    response = ann.answer("GET", place(made, "deliveries/?format=csv&fields=event_type,last_attempt"))
    lines = b"".join(response.streaming_content).decode().split("\r\n")
    assert lines[0].split(",")[:3] == ["event_type", "last_attempt.at", "last_attempt.milliseconds"]
    assert lines[1].split(",")[0::3] == ["webhook.ping", "204"]


def test_a_list_of_deliveries_costs_the_same_for_one_and_for_many(ann, made):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            ann.get(place(made, "deliveries/"))
        return len(queries)

    one = cost()
    for _ in range(3):
        act()
        act(action="lifted")
    # The token with its user; the subscription; its deliveries; the last attempt at each.
    assert (one, cost()) == (4, 4)


# --- sent once more -------------------------------------------------------------------------------------------------


def test_a_redelivery_sends_the_same_bytes_under_the_same_id(ann, made):
    act()
    attempt(204)
    sent = listed(ann, made, "event_type=sanctions.changed")[0]
    response = ann.answer("POST", place(made, f"deliveries/{sent['id']}/redeliver/"))
    result = response.json()
    assert (response.status_code, response["Location"]) == (202, result["self"])
    assert (result["state"], result["replayed"], result["replay_of"], result["webhook_id"]) == (
        "pending", True, sent["id"], sent["webhook_id"],
    )  # fmt: skip
    assert result["id"] != sent["id"]
    again = ann.post(place(made, f"deliveries/{sent['id']}/redeliver/"), status=202)
    assert again["id"] == result["id"]
    first, second = (Delivery.objects.get(pk=each["id"]) for each in (sent, result))
    assert bytes(first.body) == bytes(second.body)


def test_a_ping_is_not_redelivered(ann, made):
    (ping,) = listed(ann, made)
    result = ann.post(place(made, f"deliveries/{ping['id']}/redeliver/"), status=409)
    assert result["detail"] == "A ping or a notice is not sent again; ping the subscription instead."


def test_a_replay_is_a_resource_that_shows_its_progress(ann, made):
    act()
    attempt(204)
    last = StatusChange.objects.latest("id").pk
    response = ann.answer("POST", place(made, "replay/"), {"after": 0})
    result = response.json()
    own = f"http://testserver/api/webhooks/{made['id']}/"
    assert (response.status_code, response["Location"]) == (202, result["self"])
    assert result == {
        "id": result["id"], "self": f"{own}replay/{result['id']}/", "subscription": made["id"], "after": 0,
        "until": last, "event_types": [], "pairs": [], "undelivered": False,
        "requested_at": result["requested_at"], "reached": 0, "queued": 0, "finished_at": None,
        "deliveries": f"{own}deliveries/?replayed=1",
    }  # fmt: skip
    assert ann.get(place(made, "replay/?finished=0"))["results"] == [result]
    queue()
    done = ann.get(place(made, f"replay/{result['id']}/"))
    assert (done["queued"], done["reached"]) == (2, last)
    assert done["finished_at"] > done["requested_at"]
    assert len(listed(ann, made, "replayed=1")) == 2


def spans() -> dict[str, Any]:
    """The ids of the lines about sanctions: of the first act, of the second."""
    lines = list(StatusChange.objects.filter(track__startswith="sanctions").order_by("id"))
    return {"first": lines[0], "second": lines[1], "third": lines[2], "last": lines[3]}


def test_a_replay_takes_a_span_or_a_filter(ann, made):
    act()
    attempt(204)
    act(action="lifted")
    delivery.disable(row_of(made))
    Delivery.objects.filter(state="pending").delete()
    at = spans()
    ids, moments = ({name: key(line) for name, line in at.items()} for key in (_id, _moment))
    replays = [
        ({"after": ids["second"]}, ["third", "last"]),
        ({"until": ids["second"]}, ["first", "second"]),
        ({"after": ids["first"], "until": ids["third"]}, ["second", "third"]),
        ({"recorded_after": moments["third"]}, ["third", "last"]),
        ({"recorded_before": moments["second"]}, ["first", "second"]),
        ({"recorded_after": moments["third"], "after": ids["third"]}, ["last"]),
        ({"pairs": ["ru-ua"]}, []),
        ({"pairs": ["us-by"], "event_types": ["sanctions.*"]}, ["first", "second", "third", "last"]),
        ({"event_types": ["trend.changed"]}, []),
        ({"undelivered": True}, ["third", "last"]),
        ({"recorded_after": "2100-01-01T00:00:00Z"}, []),
    ]
    found = []
    for ask, _ in replays:
        ann.post(place(made, "replay/"), ask, 202)
        queue()
        found.append((ask, [each["change"] for each in listed(ann, made, "replayed=1")]))
        Delivery.objects.filter(replayed=True).delete()
    assert found == [(ask, [ids[name] for name in lines]) for ask, lines in replays]


def _id(line: StatusChange) -> int:
    return line.pk


def _moment(line: StatusChange) -> str:
    return line.recorded_at.isoformat()


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, []),
        ({"pairs": []}, []),
        ({"undelivered": False}, []),
        ({"after": -1}, ["/after"]),
        ({"after": 7, "until": 6}, ["/until"]),
        ({"after": 10**30}, ["/after"]),
        ({"after": "first"}, ["/after"]),
        ({"recorded_after": "yesterday", "pairs": ["BY-XX"]}, ["/pairs/0", "/recorded_after"]),
        ({"recorded_after": "2020-02-01T12:00:00"}, ["/recorded_after"]),
        ({"recorded_after": 1580558400}, ["/recorded_after"]),
        ({"event_types": ["sanction.*"]}, ["/event_types"]),
        ({"missed": True, "after": 1}, ["/missed"]),
        ({"since": 1}, ["/since"]),
    ],
)
def test_a_replay_of_what_means_nothing_is_refused(ann, made, body, pointers):
    result = ann.post(place(made, "replay/"), body, 400)
    assert sorted(error["pointer"] for error in result.get("errors", [])) == pointers
    assert not Replay.objects.exists()


def test_nothing_missed_is_a_conflict(ann, made):
    assert ann.post(place(made, "replay/"), {"missed": True}, 409)["detail"] == (
        "Nothing was missed: the subscription was not disabled."
    )
