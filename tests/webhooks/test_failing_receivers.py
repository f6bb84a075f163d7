"""Receivers that fail, are busy, gone or down for days: what becomes of a delivery, and of its subscription."""

import datetime as dt
import json
from collections import Counter

import pytest
import time_machine
from django.contrib.auth.models import User
from django.utils import timezone

from relations import delivery
from relations.models import Delivery, StatusChange
from tests.webhooks.conftest import act, drain, put_by
from tests.webhooks.receivers import OK, Receiver, answer, listening

pytestmark = pytest.mark.slow(seconds=12)


def after(**time):
    return time_machine.travel(timezone.now() + dt.timedelta(**time))


def test_after_the_whole_schedule_an_exhausted_delivery_is_still_there(subscribe, receiver, monkeypatch):
    """Every other delivery succeeds, so that no pause comes between."""
    monkeypatch.setattr("relations.delivery.breaker.SPREAD", 0.0)
    row = subscribe(receiver, ordered=False)
    receiver.say = lambda got: answer(500) if got.body == b'{"number":0}' else OK
    put_by(row, 1)
    poison, waits, moment = Delivery.objects.get(), [], timezone.now()
    while poison.state == "pending":
        with time_machine.travel(moment, tick=False):
            put_by(row, 2, pair="BY-RU")
            Delivery.objects.filter(pair="BY-RU").update(body=b"{}")
            drain()
        poison.refresh_from_db()
        waits.append((poison.next_attempt_at - moment).total_seconds())
        moment = poison.next_attempt_at + dt.timedelta(milliseconds=1)
    assert [round(wait) for wait in waits[:-1]] == [5, 60, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]
    assert (poison.state, poison.attempts, poison.log.count()) == ("exhausted", 11, 11)
    row.refresh_from_db()
    assert row.state == "enabled"


def test_a_busy_receiver_is_left_alone_for_as_long_as_it_asks(subscribe, receiver):
    row = subscribe(receiver)
    put_by(row, 1)
    receiver.say = lambda _: answer(429, "Retry-After: 3600")
    drain()
    receiver.say = lambda _: OK
    with after(minutes=59):
        drain()
    assert len(receiver.received) == 1
    with after(minutes=61):
        drain()
    assert len(receiver.received) == 2


def test_gone_disables_at_once_and_notifies_the_owner_s_others(subscribe, receiver):
    row = subscribe(receiver)
    with listening(other := Receiver()):
        subscribe(other, event_types=["trend.changed"])
        put_by(row, 9)
        receiver.say = lambda _: answer(410)
        drain()
    row.refresh_from_db()
    assert (row.state, row.disabled_reason) == ("disabled", "gone")
    assert 1 <= len(receiver.received) <= 4
    (notice,) = (json.loads(body) for body in other.bodies())
    assert (notice["type"], notice["data"]["subscription"], notice["data"]["reason"]) == (
        "webhook.disabled", row.pk, "gone",
    )  # fmt: skip


def test_five_failures_pause_and_a_probe_finds_the_receiver_again(subscribe, receiver):
    row, began = subscribe(receiver), timezone.now()

    def drained(seconds):
        """The requests of a worker that comes so many seconds after the beginning."""
        before = len(receiver.received)
        with time_machine.travel(began + dt.timedelta(seconds=seconds), tick=False):
            drain()
        row.refresh_from_db()
        return len(receiver.received) - before

    with listening(other := Receiver()):
        subscribe(other)
        receiver.say = lambda _: answer(500)
        put_by(row, 20, next_attempt_at=began)
        assert 5 <= (tried := drained(0)) <= 8
        assert (row.state, row.pauses) == ("paused", 1)
        attempts = Counter(Delivery.objects.filter(subscription=row).values_list("attempts", flat=True))
        assert drained(29) == 0
        assert drained(30) == 1  # one probe, which fails: twice the pause
        assert (row.state, row.pauses) == ("paused", 2)
        assert drained(89) == 0
        receiver.say = lambda _: OK
        assert drained(90) == 20
    assert (row.state, row.failures, row.failing_since, row.delivered) == ("enabled", 0, None, 20)
    assert attempts == {0: 20 - tried, 1: tried}
    assert [json.loads(body)["type"] for body in other.bodies()] == ["webhook.failing"]


def test_five_days_without_a_success_disable_and_notify_the_owner(subscribe, receiver):
    row = subscribe(receiver)
    with listening(other := Receiver()):
        subscribe(other)
        receiver.say = lambda _: answer(503)
        put_by(row, 30)
        for day in range(6):
            with after(days=day, minutes=day):
                drain()
        row.refresh_from_db()
        assert (row.state, row.disabled_reason) == ("disabled", "no_success")
        assert [json.loads(body)["type"] for body in other.bodies()] == ["webhook.failing", "webhook.disabled"]
        receiver.say = lambda _: OK
        with after(days=6):
            delivery.enable(row)
            drain()
    row.refresh_from_db()
    assert (row.state, Delivery.objects.filter(subscription=row).outstanding().count()) == ("enabled", 0)


def test_a_receiver_that_was_down_for_a_day_gets_everything_in_order_or_not(subscribe, receiver):
    rows, other = [], Receiver()
    with listening(other):
        for ordered, each in ((True, receiver), (False, other)):
            by = User.objects.create_user(str(ordered))  # an owner of both would be notified at either
            rows.append((subscribe(each, by=by, ordered=ordered, event_types=["sanctions.*", "facts.changed"]), each))
            each.say = lambda _: answer(503)
        actions = ("imposed", "suspended", "reimposed", "eased", "lifted")
        for year, action in enumerate(actions):
            for target in ("BY", "CU", "RU"):
                act("US", target, action=action, on=f"202{year}-01-01")
        for minutes in (0, 1, 2, 5, 10, 30, *range(60, 24 * 60, 60)):
            with after(minutes=minutes):
                drain()
        down = {}
        for row, each in rows:
            row.refresh_from_db()
            assert row.state == "paused"
            down[row.ordered], each.say = len(each.received), lambda _: OK
        with after(hours=25, minutes=5):
            drain()
    lines = StatusChange.objects.filter(track__startswith="sanctions")
    for row, each in rows:
        row.refresh_from_db()
        got = [json.loads(body)["data"] for body in each.bodies()[down[row.ordered] :]]
        assert sorted(each["sequence"] for each in got) == sorted(lines.values_list("id", flat=True))
        assert (row.state, row.failures, row.failing_since) == ("enabled", 0, None)
        for pair in ("BY-US", "CU-US", "RU-US") if row.ordered else ():
            versions = [each["version"] for each in got if each["pair"] == pair]
            assert versions == sorted(versions)
    assert not Delivery.objects.exclude(state="delivered").exists()


def test_in_order_a_blocked_pair_delays_no_other_and_an_exhausted_delivery_frees_the_next(subscribe, receiver):
    row = subscribe(receiver, ordered=True)
    put_by(row, 3, pair="BY-US")
    put_by(row, 3, pair="BY-RU")
    blocked = Delivery.objects.filter(pair="BY-US").order_by("id")[0]
    Delivery.objects.filter(pk=blocked.pk).update(body=b"blocked", attempts=10)
    receiver.say = lambda got: answer(500) if got.body == b"blocked" else OK
    drain()
    assert receiver.bodies()[0] == b"blocked" or b"blocked" in receiver.bodies()
    blocked.refresh_from_db()
    assert blocked.state == "exhausted"
    order = {pair: [bytes(each.body) for each in Delivery.objects.filter(pair=pair).order_by("finished_at", "id")]
             for pair in ("BY-US", "BY-RU")}  # fmt: skip
    assert order["BY-US"] == [b"blocked", b'{"number":1}', b'{"number":2}']
    assert order["BY-RU"] == [b'{"number":0}', b'{"number":1}', b'{"number":2}']


def test_in_order_nothing_overtakes_what_waits_to_be_tried_again(subscribe, receiver):
    row = subscribe(receiver, ordered=True)
    put_by(row, 2, pair="BY-US")
    put_by(row, 2, pair="BY-RU")
    first = Delivery.objects.filter(pair="BY-US").order_by("id")[0]
    receiver.say = lambda got: answer(500) if got.id == first.webhook_id else OK
    drain()
    assert Counter(Delivery.objects.values_list("pair", "state")) == {
        ("BY-US", "pending"): 2, ("BY-RU", "delivered"): 2,
    }  # fmt: skip
