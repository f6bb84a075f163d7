"""Deliveries that a command enqueues, their subscribers, and the cost."""

import datetime as dt
import json

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from relations import delivery, ledger
from relations.models import Delivery, SanctionEvent, Source, StatusChange, Subscription
from relations.representation.references import source_ref
from tests.webhooks.conftest import act

pytestmark = pytest.mark.django_db


@pytest.fixture
def integrator(countries):
    return get_user_model().objects.create_user("integrator")


@pytest.fixture
def wants(integrator):
    """A subscription that is sent to, without a receiver."""

    def wants(by=None, **filters):
        row, _ = delivery.create(by or integrator, {"url": "https://example.org/hook"} | filters)
        Subscription.objects.filter(pk=row.pk).update(state="enabled", verified_at=timezone.now())
        Delivery.objects.filter(subscription=row).delete()
        return row

    return wants


def payloads(row):
    return [json.loads(bytes(delivery.body)) for delivery in Delivery.objects.filter(subscription=row).order_by("id")]


def tracks(row):
    return [body["data"]["track"] for body in payloads(row)]


def test_a_body_has_the_whole_change(wants, settings):
    settings.PUBLIC_URL = "https://tracker.example"
    row = wants(tracks=["sanctions:US>BY:-"])
    fact = act(on="2021-06-21", measures=["trade"])
    line = StatusChange.objects.get(track="sanctions:US>BY:-")
    assert payloads(row) == [
        {
            "type": "sanctions.changed",
            "timestamp": line.recorded_at.isoformat().replace("+00:00", "Z"),
            "schema_version": 2,
            "data": {
                "pair": "BY-US",
                "version": line.version,
                "track": "sanctions:US>BY:-",
                "old": {"value": "unknown", "measures": [], "expires_on": None},
                "new": {"value": "in_force", "measures": ["trade"], "expires_on": None},
                "effective": "2021-06-21",
                "reason": "recorded",
                "cause": {
                    "kind": "sanction-events",
                    "key": str(fact.key),
                    "version": 1,
                    "url": f"https://tracker.example/api/sanction-events/{fact.key}/",
                    "from": "US",
                    "to": "BY",
                    "value": "imposed",
                    "on": "2021-06-21",
                    "citations": [
                        {"quote": "it was so", "stance": "supports", "source": source_ref(Source.objects.get())}
                    ],
                    "citations_count": 1,
                },
                "sequence": line.pk,
                "url": "https://tracker.example/api/relations/BY-US/",
                "reaches": [],
            },
        }
    ]


def test_each_change_is_enqueued_once_for_each_subscription_that_it_matches(wants):
    everything, belarus, cuba = wants(), wants(countries=["BY"]), wants(countries=["CU"])
    act()
    assert tracks(everything) == tracks(belarus) == ["sanctions:US>BY", "sanctions:US>BY:-"]
    assert tracks(cuba) == []


def test_a_command_that_changes_nothing_is_sent_only_where_facts_are_named(wants):
    everything, facts = wants(), wants(event_types=["facts.changed"])
    act()
    act()
    assert tracks(everything) == ["sanctions:US>BY", "sanctions:US>BY:-"]
    assert [(body["type"], body["data"]["old"], body["data"]["new"]) for body in payloads(facts)] == [
        ("facts.changed", None, None)
    ]


def test_corrections_and_retractions_are_sent_with_their_reason(wants):
    row = wants(tracks=["sanctions:US>BY:-"])
    fact = act(on="2020-01-01")
    ledger.correct(SanctionEvent, fact.key, values={"action": "eased", "scope": "most"}, author=ledger.NOBODY)
    ledger.retract(SanctionEvent, fact.key, why="It never was.", author=ledger.NOBODY)
    assert [(body["data"]["reason"], body["data"]["new"]["value"]) for body in payloads(row)] == [
        ("recorded", "in_force"), ("corrected", "eased"), ("retracted", "unknown"),
    ]  # fmt: skip


def test_a_change_by_a_reached_day_is_sent(wants):
    row = wants(tracks=["sanctions:US>BY"])
    tomorrow = timezone.now().date() + dt.timedelta(days=1)
    act(expires_on=tomorrow.isoformat())
    with time_machine.travel(dt.datetime.combine(tomorrow, dt.time(12), dt.UTC) + dt.timedelta(days=1)):
        ledger.refresh()
    assert [(body["data"]["reason"], body["data"]["new"]["value"]) for body in payloads(row)][-1] == (
        "date_reached",
        "none",
    )


def test_what_the_union_does_is_one_delivery_that_says_whom_it_reaches(wants):
    germany, britain = wants(pairs=["BY-DE"], tracks=["sanctions:DE>BY:-"]), wants(countries=["GB"])
    act("EU", on="2021-06-21")
    (body,) = payloads(germany)
    assert body["data"]["pair"] == "BY-EU"
    assert (len(body["data"]["reaches"]), body["data"]["reaches"][:3]) == (27, ["AT-BY", "BE-BY", "BG-BY"])
    assert "BY-DE" in body["data"]["reaches"]
    assert tracks(britain) == []


def test_members_are_those_of_the_day_on_which_the_change_takes_effect(wants):
    britain = wants(countries=["GB"], tracks=["sanctions:GB>BY:-"])
    act("EU", on="2010-01-01")
    assert "BY-GB" in payloads(britain)[0]["data"]["reaches"]


def test_what_reaches_nobody_by_inheritance_stays_where_it_is(wants):
    germany = wants(countries=["DE"])
    act("BY", "EU", on="2021-06-21")
    assert tracks(germany) == []


def test_a_snapshot_shows_the_status_after_the_command(wants):
    row = wants(pairs=["BY-DE"], include="snapshot", tracks=["sanctions:DE>BY:-"])
    own = wants(pairs=["BY-DE"], include="snapshot", tracks=["sanctions:DE>BY:-"])
    act("EU", on="2021-06-21")
    act("DE", on="2021-06-22")
    snapshot = payloads(row)[-1]["data"]["snapshot"]
    assert (snapshot["code"], snapshot["as_of"]) == ("BY-DE", timezone.now().date().isoformat())
    assert [(entry["from"], entry["via"], entry["value"]) for entry in snapshot["status"]["sanctions"]] == [
        ("DE", None, "in_force"), ("DE", "EU", "in_force"),
    ]  # fmt: skip
    assert payloads(own) == payloads(row)


def test_a_transition_matches_by_both_of_its_values(wants):
    row = wants(transitions=[{"track": "sanctions", "old": ["in_force"], "new": ["suspended", "none"]}])
    act(on="2020-01-01")
    act(on="2020-02-01", action="suspended")
    assert [body["data"]["new"]["value"] for body in payloads(row)] == ["suspended", "suspended"]


@pytest.mark.parametrize(
    ("state", "collects"),
    [("pending", True), ("never verified", False), ("disabled", False), ("inactive owner", False)],
)
def test_changes_are_enqueued_while_a_ping_is_awaited_and_not_while_disabled(wants, state, collects):
    row = wants()
    if state == "inactive owner":
        get_user_model().objects.update(is_active=False)
    elif state == "disabled":
        delivery.disable(row)
    else:
        verified_at = None if state == "never verified" else timezone.now()
        Subscription.objects.update(state="pending", verified_at=verified_at)
    act()
    assert bool(payloads(row)) is collects


def test_a_rolled_back_command_enqueues_nothing(wants):
    row = wants()
    with transaction.atomic():
        act()
        assert payloads(row) != []
        transaction.set_rollback(True)
    assert (payloads(row), StatusChange.objects.count()) == ([], 0)


def test_the_same_bytes_for_all_and_an_id_for_each(wants):
    wants(), wants()
    act()
    lines = StatusChange.objects.filter(track__startswith="sanctions")
    deliveries = [list(Delivery.objects.filter(change=line)) for line in lines]
    assert [len({bytes(each.body) for each in some}) for some in deliveries] == [1, 1]
    assert len({each.webhook_id for some in deliveries for each in some}) == 4


def test_a_command_reads_no_subscription_that_it_does_not_match(wants):
    """Two look-ups whatever the number of subscriptions: the words of the change, and who collects of those found."""

    def cost(action):
        with CaptureQueriesContext(connection) as queries:
            act("US", "BY", action=action)
        return [query["sql"] for query in queries if "relations_se" in query["sql"] or "subscription" in query["sql"]]

    assert len([sql for sql in cost("imposed") if "relations_selector" in sql]) == 1
    others = [get_user_model().objects.create_user(f"other {number}") for number in range(4)]
    for other in others:
        for country in ("FR", "DE", "CU", "GB", "RU"):
            wants(by=other, countries=[country], event_types=["sanctions.*"])
    row = wants(countries=["BY"])
    asked = cost("suspended")
    assert len([sql for sql in asked if "relations_selector" in sql]) == 1
    (held,) = [sql for sql in asked if "KEY SHARE" in sql]
    assert f"IN ({row.pk})" in held


def test_a_dry_run_shows_what_of_the_last_lines_would_match_and_writes_nothing(wants):
    act("US", "BY")
    act("US", "CU")
    found = delivery.would_match({"countries": ["cu"], "event_types": ["sanctions.*"]})
    assert [match.entry.track for match in found] == ["sanctions:US>CU:-", "sanctions:US>CU"]
    assert [match.entry for match in delivery.would_match({"countries": ["cu"]}, last=1)] == [found[0].entry]
    assert not Subscription.objects.exists()
    assert not Delivery.objects.exists()
