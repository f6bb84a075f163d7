"""Notices of failing subscriptions: to the owner's other ones, and on the admin's first page."""

import datetime as dt
import html
import json

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.test import Client

from relations import delivery
from tests.webhooks.conftest import act, drain, put_by
from tests.webhooks.receivers import OK, Receiver, answer, listening

NOON = dt.datetime(2030, 6, 1, 12, tzinfo=dt.UTC)


def payloads(receiver):
    return [(body["type"], body["data"]["subscription"]) for body in map(json.loads, receiver.bodies())]


def fail_and_come_back(row, receiver, *, at):
    """Five failures pause it; a minute later it is found again."""
    with time_machine.travel(at, tick=False):
        receiver.say = lambda _: answer(500)
        put_by(row, 5)
        drain()
    row.refresh_from_db()
    assert row.state == "paused"
    with time_machine.travel(at + dt.timedelta(minutes=1), tick=False):
        receiver.say = lambda _: OK
        drain()
    row.refresh_from_db()
    assert row.state == "enabled"


def test_a_receiver_that_fails_and_recovers_is_reported_once_a_day(subscribe, receiver):
    row = subscribe(receiver)
    with listening(third := Receiver(), quiet := Receiver()):
        another = subscribe(third)
        subscribe(quiet)
        for hour in range(6):
            fail_and_come_back(row, receiver, at=NOON + dt.timedelta(hours=hour))
        assert payloads(quiet) == [("webhook.failing", row.pk)]
        fail_and_come_back(another, third, at=NOON + dt.timedelta(hours=7))
        assert payloads(quiet)[1:] == [("webhook.failing", another.pk)]
        fail_and_come_back(row, receiver, at=NOON + dt.timedelta(days=1))
        assert payloads(quiet)[2:] == [("webhook.failing", row.pk)]


def test_a_subscription_to_notices_alone_gets_no_change(subscribe, receiver):
    row = subscribe(receiver)
    with listening(monitor := Receiver()):
        subscribe(monitor, event_types=["webhook.*"])
        receiver.say = lambda _: answer(410)
        act()
        drain()
    assert len(receiver.received) > 0
    assert payloads(monitor) == [("webhook.disabled", row.pk)]


def test_every_disabling_is_reported(subscribe, receiver):
    row = subscribe(receiver)
    with listening(other := Receiver()):
        subscribe(other)
        for _ in range(2):
            receiver.say = lambda _: answer(410)
            put_by(row, 1)
            drain()
            receiver.say = lambda _: OK
            delivery.enable(row)
            drain()
    assert payloads(other) == [("webhook.disabled", row.pk)] * 2


@pytest.mark.parametrize(
    ("status", "said"), [(500, "Paused"), (410, "Disabled (Answered 410 Gone)")]
)  # fmt: skip
def test_failing_subscriptions_are_on_the_first_page_of_the_admin(subscribe, receiver, status, said):
    row = subscribe(receiver)
    receiver.say = lambda _: answer(status)
    put_by(row, 5)
    drain()
    browser = Client()
    browser.force_login(get_user_model().objects.create_superuser("root"))
    page = html.unescape(browser.get("/admin/").content.decode())
    assert "Webhooks that need attention" in page
    assert f'<a href="/admin/relations/subscription/{row.pk}/change/">{row}</a> of integrator: {said}' in page
    row.refresh_from_db()
    receiver.say = lambda _: OK
    delivery.enable(row)
    drain()
    assert "Webhooks that need attention" not in browser.get("/admin/").content.decode()
