"""`/api/webhooks/dry-run/`: what filters would let through, without a subscription and without a message."""

import datetime as dt
import json

from relations import delivery
from relations.models import Country, Delivery, ListChange, StatusChange, Subscription
from tests.api.subscribing import act, place, row_of
from tests.factories import record, sanction
from tests.importers.importing import FILES, imported


def test_a_dry_run_shows_what_would_have_been_sent_and_writes_nothing(ann):
    act()
    act("EU", action="threatened")
    before = Subscription.objects.count(), Delivery.objects.count()
    result = ann.post("/api/webhooks/dry-run/", {"event_types": ["sanctions.*"], "directions": ["US>BY"]})
    lines = list(StatusChange.objects.filter(pair="BY-US", track__startswith="sanctions").order_by("-id"))
    assert result["looked_at"] == StatusChange.objects.count()
    assert [(each["type"], each["id"], each["track"]) for each in result["results"]] == [
        ("sanctions.changed", line.pk, line.track) for line in lines
    ]
    shown = ann.client.get(f"/api/changes/{lines[0].pk}/").json()
    assert result["results"][0] == {"type": "sanctions.changed"} | shown
    assert (Subscription.objects.count(), Delivery.objects.count()) == before


def test_a_dry_run_shows_changes_of_lists_as_a_webhook_does(ann):
    act("UA")
    imported("ofac", FILES / "ofac" / "days" / "sdn_2022-02-23.csv")
    result = ann.post("/api/webhooks/dry-run/", {"event_types": ["designations.*", "sanctions.*"], "countries": ["BY"]})
    assert result["looked_at"] == StatusChange.objects.count() + ListChange.objects.count()
    made = ann.subscribe(event_types=["designations.changed"], countries=["BY"])
    delivery.replay(row_of(made), after=0)
    delivery.advance_replays(now=dt.datetime.now(dt.UTC))
    body = json.loads(bytes(Delivery.objects.get(list_change__isnull=False).body))
    first, *others = result["results"]
    assert first == {"type": "designations.changed"} | body["data"]
    assert {each["type"] for each in others} == {"sanctions.changed"}


def test_a_dry_run_of_a_subscription_takes_its_own_filters(ann):
    act()
    made = ann.subscribe(event_types=["trend.changed"])
    assert [each["track"] for each in ann.get(place(made, "dry-run/"))["results"]] == ["trend"]
    made = ann.subscribe(pairs=["BY-UA"])
    assert ann.get(place(made, "dry-run/"))["results"] == []


def test_a_dry_run_looks_at_the_last_hundred_lines(ann, seed):
    others = Country.objects.filter(kind="state").exclude(code="UA").values_list("code", flat=True)[:60]
    record(*(sanction("imposed", "2020", f"UA>{code}") for code in others))
    assert StatusChange.objects.count() > 100
    assert ann.post("/api/webhooks/dry-run/", {})["looked_at"] == 100


def test_filters_that_mean_nothing_are_refused_in_a_dry_run_as_well(ann):
    result = ann.post("/api/webhooks/dry-run/", {"pairs": ["BY-XX"], "event_types": ["sanction.changed"]}, status=400)
    assert sorted(error["pointer"] for error in result["errors"]) == ["/event_types/0", "/pairs/0"]


def test_headers_of_which_one_is_none_are_refused_by_a_dry_run_as_well(ann):
    result = ann.post("/api/webhooks/dry-run/", {"headers": {"": ""}}, status=400)
    assert [error["pointer"] for error in result["errors"]] == ["/headers/"]
