"""Subscribers of list changes, how changes are sent once more, and the log that they come from."""

import datetime as dt
import importlib
import json
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from relations import delivery, ledger
from relations.errors import Conflict, Invalid
from relations.models import (
    Country,
    Delivery,
    ImportRun,
    ListChange,
    Replay,
    Selector,
    StatusChange,
    Subscription,
)
from relations.outbox.matching import Interest
from tests.importers.un_lists import person
from tests.webhooks.conftest import act, drain
from tests.webhooks.publishing import payloads, publish
from tests.webhooks.receivers import OK, answer

# --- to whom --------------------------------------------------------------------------------------------------------


def test_filters_let_through_what_is_of_their_countries(subscribe, receiver, begun):
    expected: list[tuple[dict[str, Any], list[str]]] = [
        ({"countries": ["by"]}, ["BELARUS-EO14038"]),
        ({"pairs": ["BY-US"]}, ["BELARUS-EO14038"]),
        ({"directions": ["US>BY"], "tracks": ["sanctions:US>BY"]}, ["BELARUS-EO14038"]),
        ({"countries": ["US"], "pairs": ["RU-US"], "event_types": ["designations.changed"]},
         ["PEESA-EO14039", "RUSSIA-EO14024", "UKRAINE-EO13661", "UKRAINE-EO13662"]),
        ({"directions": ["BY>US"]}, []), ({"countries": ["CU"]}, []), ({"tracks": ["trend"], "event_types": ["*"]}, []),
        ({"transitions": [{"track": "sanctions", "old": [], "new": []}], "event_types": ["*"]}, []),
    ]  # fmt: skip
    rows = [subscribe(receiver, **{"event_types": ["designations.*"]} | filters) for filters, _ in expected]
    publish(25)
    deliveries = Delivery.objects.filter(list_change__isnull=False).order_by("id")
    found = [list(deliveries.filter(subscription=row).values_list("list_change__code", flat=True)) for row in rows]
    assert found == [programmes for _, programmes in expected]
    assert {each.pair for each in deliveries} <= {"BY-US", "RU-US"}


def test_an_older_subscription_to_everything_gets_this_type_by_its_migration(owner):
    url = {"url": "http://127.0.0.1/hook"}
    wishes: list[dict[str, Any]] = [
        {}, {"event_types": ["*.changed"], "pairs": ["BY-US", "BY-EU"]}, {"countries": ["BY"], "tracks": ["sanctions"]},
        {"tracks": ["trend"]}, {"event_types": ["sanctions.changed"]}, {"directions": ["US>BY"]},
        {"transitions": [{"track": "sanctions", "old": [], "new": ["none"]}]},
    ]  # fmt: skip
    rows = [delivery.create(owner, url | wish)[0] for wish in wishes]
    assert Selector.objects.filter(key__startswith="designations.").count() == 5
    Selector.objects.filter(key__startswith="designations.").delete()
    with connection.cursor() as cursor:
        statement = importlib.import_module("relations.migrations.0009_list_changes").WORDS
        cursor.execute(statement.replace("words", "key"))  # as migration 0020 has renamed the column
    for row in rows:
        assert sorted(row.selectors.values_list("key", flat=True)) == sorted(Interest(row).words)


def test_a_dry_run_shows_what_of_both_logs_would_match(begun):
    publish(25)
    found = delivery.would_match({"countries": ["BY"], "event_types": ["designations.*", "sanctions.*"]})
    assert [match.event.type for match in found] == ["designations.changed"] * 2 + ["sanctions.changed"] * 2
    assert [match.entry.pk for match in found] == sorted((match.entry.pk for match in found), reverse=True)
    assert len(delivery.would_match({}, last=3)) == 3
    assert not Delivery.objects.exists()


def test_an_import_looks_at_nobody_whom_it_does_not_concern(owner, begun):
    """One look-up for all its lines, and one of who collects of those found, whatever the number of subscriptions."""
    for number in range(4):
        other = get_user_model().objects.create_user(f"other {number}")
        for country in ("FR", "DE", "CU", "GB"):
            delivery.create(
                other, {"url": "https://example.org/", "countries": [country], "event_types": ["*.changed"]}
            )
    mine, _ = delivery.create(
        owner, {"url": "https://example.org/", "countries": ["BY"], "event_types": ["designations.*"]}
    )
    Subscription.objects.update(state="enabled", verified_at=dt.datetime.now(dt.UTC))
    with CaptureQueriesContext(connection) as queries:
        publish(25)
    asked = [query["sql"] for query in queries if "relations_selector" in query["sql"]]
    assert len([sql for sql in asked if "designations.changed" in sql]) == 1
    (held,) = [query["sql"] for query in queries if "KEY SHARE OF relations_subscription" in query["sql"]]
    assert f"IN ({mine.pk})" in held
    assert Delivery.objects.get(list_change__isnull=False).subscription == mine


# --- once more ------------------------------------------------------------------------------------------------------


def test_a_replay_sends_the_same_bytes_under_the_same_ids_even_where_the_first_are_forgotten(
    subscribe, receiver, begun
):
    row = subscribe(receiver, event_types=["designations.changed", "sanctions.*"], ordered=True)
    publish(25)
    drain()
    first = {each.id: each.body for each in receiver.received}
    delivery.replay(row, after=0, event_types=["designations.*"])
    drain()
    again = {each.id: each.body for each in receiver.received[len(first) :]}
    lines = {json.loads(body)["data"]["sequence"]: body for body in again.values()}
    # Everything that matches now, what the first import did before there was the subscription as well.
    assert set(lines) == set(ListChange.objects.values_list("pk", flat=True))
    sent = {id_: body for id_, body in first.items() if b"designations.changed" in body}
    assert {id_: again[id_] for id_ in sent} == sent
    Delivery.objects.all().delete()
    receiver.received.clear()
    delivery.replay(row, after=0, pairs=["BY-US"], event_types=["designations.changed"])
    drain()
    assert {each.id: each.body for each in receiver.received} == {
        id_: body for id_, body in again.items() if b'"pair":"BY-US"' in body
    }


def test_a_replay_goes_through_both_logs_in_the_order_of_their_lines(subscribe, receiver, begun):
    row = subscribe(receiver)
    delivery.replay(row, after=0)
    delivery.advance_replays(now=dt.datetime.now(dt.UTC))
    queued = list(Delivery.objects.filter(subscription=row).order_by("id").values_list("line", flat=True))
    assert queued == sorted(queued)
    assert set(ListChange.objects.values_list("pk", flat=True)) < set(queued)
    last = ListChange.objects.latest("id")
    assert (Replay.objects.get().until, delivery.span(since=last.recorded_at)[0]) == (last.pk, first_of(begun) - 1)
    assert delivery.span(until=last.recorded_at) == (0, last.pk)


def first_of(run):
    return ListChange.objects.filter(run=run).earliest("id").pk


def test_what_was_missed_while_disabled_is_made_from_the_log(subscribe, receiver, begun):
    row = subscribe(receiver, event_types=["designations.changed"], countries=["BY"])
    delivery.disable(row)
    publish(25)
    delivery.enable(Subscription.objects.get())
    drain()
    row.refresh_from_db()
    delivery.replay_missed(row)
    drain()
    assert [body["type"] for body in payloads(receiver)] == ["webhook.ping", "designations.changed"]


def test_one_delivery_is_sent_again(subscribe, receiver, begun):
    subscribe(receiver, event_types=["designations.changed"], countries=["BY"])
    publish(25)
    drain()
    again = delivery.redeliver(Delivery.objects.get())
    assert delivery.redeliver(Delivery.objects.earliest("id")) == again
    drain()
    one, other = receiver.received
    assert (one.id, one.body) == (other.id, other.body)


def test_in_order_changes_without_a_pair_wait_for_each_other_alone(subscribe, receiver, begun, un):
    row = subscribe(receiver, ordered=True, event_types=["designations.changed", "sanctions.changed"])
    receiver.say = lambda got: answer(500) if b'"Al-Qaida"' in got.body else OK
    un("2020-01-01", person("QDi.1", programme="Al-Qaida"), person("XXi.1", programme="Atlantis"))
    act("US", "BY", action="suspended", on="2022-03-01")
    delivery.ping(row)
    drain()
    states = {each.list_change.code if each.list_change else each.event_type: each.state
              for each in Delivery.objects.select_related("list_change")}  # fmt: skip
    assert states == {
        "Al-Qaida": "pending", "Atlantis": "pending", "sanctions.changed": "delivered", "webhook.ping": "delivered",
    }  # fmt: skip


# --- the log --------------------------------------------------------------------------------------------------------


def test_both_logs_are_numbered_together_in_the_order_of_commits(begun):
    act("US", "CU")
    publish(25)
    changes = set(StatusChange.objects.values_list("pk", flat=True))
    lines = list(ListChange.objects.order_by("pk"))
    assert changes.isdisjoint(line.pk for line in lines)
    first, last = lines[0], lines[-1]
    assert any(first.pk < pk < last.pk for pk in changes)
    assert [line.recorded_at for line in lines] == sorted(line.recorded_at for line in lines)


@pytest.mark.parametrize("words", ["DELETE FROM relations_listchange", "UPDATE relations_listchange SET listed = 99"])
def test_a_line_is_never_edited_or_deleted(begun, words):
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="never edited or deleted"):
        cursor.execute(words)


def test_a_programme_that_is_gone_meanwhile_refuses_the_import(world):
    direction = {"issuer": Country(code="EU"), "target": Country(code="BY")}
    programme = ledger.record_programme(direction | {"title": "BLR: Belarus"})
    ledger.delete_programme(programme)
    with transaction.atomic(), pytest.raises(Invalid, match="There is no sanction programme"):
        ledger.lock_programmes([programme])


def test_a_programme_that_was_sent_is_neither_deleted_nor_given_another_target(world):
    programme = ledger.record_programme(
        {"issuer": Country(code="EU"), "target": Country(code="BY"), "title": "BLR: Belarus"}
    )
    ListChange.objects.create(
        run=ImportRun.objects.create(list="eu", started_at=dt.datetime.now(dt.UTC)), code="BLR", issuer_id="EU",
        target_id="BY", programme=programme, listed=1, recorded_at=dt.datetime.now(dt.UTC),
    )  # fmt: skip
    with pytest.raises(Conflict, match="cannot be deleted"):
        ledger.delete_programme(programme)
    with pytest.raises(Conflict, match="cannot be aimed otherwise"):
        ledger.change_programme(programme, {"target": Country(code="RU")})
