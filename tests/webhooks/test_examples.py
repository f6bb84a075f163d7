"""Examples of each type of event: in the catalogue, in the documents, and sent to a subscription as a test."""

import json
import re
from pathlib import Path

import pytest

from relations import delivery
from relations.codes import EventType
from relations.errors import Conflict
from relations.models import Attempt, Delivery
from relations.outbox.examples import example
from tests.api.event_schemas import document, undocumented_keys, validator
from tests.api.subscribing import Caller, place
from tests.webhooks.conftest import act, drain, is_verified, put_by
from tests.webhooks.receivers import OK, answer

PAGE = Path(__file__).parents[2] / "docs" / "webhooks.md"


def sent_tests(row, receiver, *types):
    receiver.received.clear()
    for type_ in types:
        delivery.send_test(row, EventType(type_))
    drain()
    return [json.loads(body) for body in receiver.bodies()]


@pytest.mark.parametrize("include", ["change", "snapshot"])
def test_a_test_of_each_type_arrives_signed_marked_and_as_the_document_says(subscribe, receiver, client, include):
    row = subscribe(receiver, event_types=["sanctions.*"], include=include)
    found = document(client)
    for type_ in EventType.values:
        (body,) = sent_tests(row, receiver, type_)
        assert is_verified(receiver.received[0], row.secret)
        assert (body["type"], body.get("test", False)) == (type_, type_ != "webhook.ping")
        assert [error.message for error in validator(found, type_).iter_errors(body)] == []
        name = body["type"].replace("_", ".").title().replace(".", "")
        assert undocumented_keys(found, found["components"]["schemas"][name], body) == []
        assert ("snapshot" in body["data"]) == (include == "snapshot" and not type_.startswith("webhook."))
    row.refresh_from_db()
    assert (row.delivered, row.failures, row.last_success_at is None) == (1, 0, False)  # the ping


def test_a_test_passes_the_filters_of_its_subscription_where_they_can_be_met(subscribe, receiver):
    def tested(type_, **filters):
        row = subscribe(receiver, event_types=["*", "facts.changed"], **filters)
        (body,) = sent_tests(row, receiver, type_)
        data = body["data"]
        delivery.delete(row)
        return (
            data["pair"],
            data.get("track", data.get("direction")),
            *(value and value["value"] for value in (data.get("old"), data.get("new"))),
        )

    transition = {"track": "ambassador:CU>US", "old": ["charge"], "new": ["vacant"]}
    assert tested("sanctions.changed") == ("BY-US", "sanctions:US>BY", "in_force", "eased")
    assert tested("ambassador.changed", transitions=[transition]) == ("CU-US", "ambassador:CU>US", "charge", "vacant")
    assert tested("ambassador.changed", tracks=["next"]) == ("BY-US", "next:US>BY", "none", "announced")
    assert tested("sanctions.changed", tracks=["sanctions:EU>BY:7"])[:2] == ("BY-EU", "sanctions:EU>BY:7")
    assert tested("trend.changed", pairs=["CU-US"]) == ("CU-US", "trend", "unknown", "improving")
    assert tested("travel_ban.changed", countries=["CU"])[:2] == ("CU-US", "travel_ban:US>CU")
    assert tested("designations.changed", directions=["EU>BY"])[:2] == ("BY-EU", "EU>BY")
    assert tested("facts.changed", pairs=["BY-PL"])[:3] == ("BY-PL", "facts", None)
    # No ambassador passes a filter of sanctions: the example as it is.
    assert tested("ambassador.changed", tracks=["sanctions"])[:2] == ("BY-US", "ambassador:US>BY")


def test_a_test_that_fails_is_sent_once_and_says_nothing_of_health(subscribe, receiver):
    row = subscribe(receiver)
    receiver.say = lambda _: answer(500)
    sent_tests(row, receiver, *["trend.changed"] * 3)
    assert len(receiver.received) == 1
    row.refresh_from_db()
    assert (row.failures, row.failed, row.state) == (0, 0, "enabled")
    assert list(Delivery.objects.values_list("state", "test")) == [("exhausted", True)]
    assert Attempt.objects.get().status == 500
    with pytest.raises(Conflict):
        delivery.redeliver(Delivery.objects.get())


def test_a_test_overtakes_a_blocked_pair_and_is_refused_before_a_ping_is_answered(subscribe, receiver):
    row = subscribe(receiver, ordered=True)
    receiver.say = lambda request: OK if b'"test":true' in request.body else answer(500)
    put_by(row, 2)
    (*_, last) = sent_tests(row, receiver, "sanctions.changed")
    assert last.get("test") or any(b'"test":true' in body for body in receiver.bodies())
    assert Delivery.objects.get(test=True).state == "delivered"
    delivery.disable(row)
    with pytest.raises(Conflict, match="answered"):
        delivery.send_test(row, EventType.TREND)


def test_no_replay_sends_a_test_again(subscribe, receiver):
    row = subscribe(receiver, event_types=["sanctions.*"])
    sent_tests(row, receiver, "sanctions.changed")
    receiver.received.clear()
    act()
    drain()
    delivery.replay(row, after=0)
    drain()
    assert [b'"test"' in body for body in receiver.bodies()] == [False] * 4


@pytest.mark.django_db
def test_the_catalogue_the_openapi_document_and_the_page_have_the_same_types_and_examples(client, countries):
    ann = Caller("ann")
    made = ann.subscribe(event_types=["trend.changed"])
    catalogue = ann.get("/api/webhooks/event-types/")
    assert [each["type"] for each in catalogue["results"]] == EventType.values
    assert [each["type"] for each in catalogue["results"] if each["only_by_name"]] == ["facts.changed"]
    found = document(client)
    for each in catalogue["results"]:
        (content,) = found["webhooks"][each["type"]]["post"]["requestBody"]["content"].values()
        assert content["example"] == each["example"] == example(EventType(each["type"]))
        assert [error.message for error in validator(found, each["type"]).iter_errors(each["example"])] == []
        assert each["example"]["schema_version"] == catalogue["schema_version"] == 2
    table = PAGE.read_text("utf-8").partition("| type | subject |")[2].partition("```")[0]
    assert re.findall(r"`((?:\w+)\.(?:changed|ping|failing|disabled))`", table)[: len(EventType)] == EventType.values
    waiting = ann.post(place(made, "test/"), {"type": "trend.changed"}, 202)
    assert (waiting["test"], waiting["event_type"], waiting["state"]) == (True, "trend.changed", "pending")
    assert ann.post(place(made, "test/"), {"type": "trend.changed"}, 202)["id"] == waiting["id"]
    assert [each["id"] for each in ann.get(place(made, "deliveries/?test=1"))["results"]] == [waiting["id"]]
    refused = ann.post(place(made, "test/"), {"type": "trend.chnged"}, 400)
    assert [each["pointer"] for each in refused["errors"]] == ["/type"]
    Caller("bob").post(place(made, "test/"), {"type": "trend.changed"}, 404)
