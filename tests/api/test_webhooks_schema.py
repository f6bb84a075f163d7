"""The OpenAPI document's `webhooks`: every body that is really sent conforms to its schema."""

import datetime as dt
import json

import pytest

from relations import delivery, ledger
from relations.codes import EventType
from relations.models import Delivery, DiplomaticEvent
from relations.representation.openapi import in_place
from tests.api.event_schemas import document, undocumented_keys, validator
from tests.api.subscribing import Caller, attempt
from tests.factories import ban, ban_list, event, post, recent, record, sanction
from tests.importers.importing import FILES, imported


def everything_happens() -> None:
    """A change on every kind of track, within and without an organisation, a list, and an act that changes nothing."""
    record(post("ambassador", "2020-12-23", holder="Julie Fisher"))
    record(post("nominated", "2020-12-23", "BY>US"))
    today = recent(0)
    record(sanction("imposed", today, "EU>BY", measures=["travel"], expires_on="2100-01-01"))
    record(ban("listed", today, list=ban_list(title="Countries"), scope="partial", visa_classes=["B-1"]))
    record(event("relations_suspended", today))
    imported("ofac", FILES / "ofac" / "days" / "sdn_2022-02-23.csv")
    (fact,) = record(event("statement", "2008"))
    ledger.retract(DiplomaticEvent, fact.key, why="Not so.", author=ledger.NOBODY)


@pytest.mark.parametrize("include", ["change", "snapshot"])
def test_every_body_that_is_sent_is_as_the_document_says(client, countries, include):
    ann = Caller("ann")
    ann.subscribe(event_types=["*", "facts.changed"], include=include)
    ann.subscribe(event_types=["trend.changed"])
    ann.post("/api/webhooks/", {"url": "https://example.org/silent"}, 201)
    everything_happens()
    now = dt.datetime.now(dt.UTC)
    for _ in range(5):
        now += dt.timedelta(hours=3)
        attempt(500, now=now)
    delivery.purge(now=now + dt.timedelta(days=5))
    found = document(client)
    assert list(found["webhooks"]) == EventType.values
    sent = [json.loads(bytes(row.body)) for row in Delivery.objects.order_by("id")]
    assert {body["type"] for body in sent} == set(EventType.values)
    for body in sent:
        schema = validator(found, body["type"])
        assert [error.message for error in schema.iter_errors(body)] == []
        name = body["type"].replace("_", ".").title().replace(".", "")
        assert undocumented_keys(found, found["components"]["schemas"][name], body) == []


def test_a_body_of_another_type_is_none(client, countries):
    ann = Caller("ann")
    ann.subscribe()
    record(post("ambassador", "2020-12-23"))
    body = json.loads(bytes(Delivery.objects.latest("id").body))
    assert body["type"] == "ambassador.changed"
    found = document(client)
    for type_ in EventType.values:
        assert validator(found, type_).is_valid(body) == (type_ == body["type"])


def test_the_document_says_who_may_and_that_a_secret_is_shown_by_two_answers_alone(client, db):
    found = in_place(document(client))
    shown = []
    for path, methods in found["paths"].items():
        if not path.startswith("/api/webhooks/"):
            continue
        for method, operation in methods.items():
            assert {} not in operation["security"], path
            assert {"401", "403"} <= operation["responses"].keys(), path
            takes = {each["name"] for each in operation["parameters"]}
            assert ("Idempotency-Key" in takes) == (method != "get" and path != "/api/webhooks/dry-run/"), path
            assert ("dry_run" in takes) == ("Idempotency-Key" in takes), path
            if "SecretResponse" in json.dumps(operation["responses"]):
                shown.append(f"{method} {path}")
    assert shown == ["post /api/webhooks/", "post /api/webhooks/{number}/rotate-secret/"]
