"""Ownership: what a URL has to answer before anything else is sent to it."""

import json

import pytest

from relations import delivery
from relations.models import Delivery
from tests.webhooks.conftest import act, drain, is_verified, meanwhile
from tests.webhooks.receivers import OK, Receiver, answer, listening


def test_an_answered_ping_enables_and_changes_flow(owner, receiver):
    row, secret = delivery.create(owner, {"url": receiver.url, "event_types": ["sanctions.*"]})
    act()
    drain()
    row.refresh_from_db()
    assert (row.state, len(receiver.received)) == ("enabled", 1)
    assert is_verified(receiver.received[0], secret.reveal())
    act(action="suspended")
    drain()
    assert [b'"sanctions.changed"' in body for body in receiver.bodies()] == [False, True, True]


@pytest.mark.parametrize("said", [answer(500), answer(302, "Location: /"), answer(404)])
def test_a_ping_that_is_not_answered_with_success_enables_nothing(owner, receiver, said):
    receiver.say = lambda _: said
    row, _ = delivery.create(owner, {"url": receiver.url})
    drain()
    row.refresh_from_db()
    assert (row.state, row.failures, Delivery.objects.get().attempts) == ("pending", 1, 1)


def test_a_changed_url_gets_no_delivery_until_it_answers(subscribe, receiver):
    row = subscribe(receiver, event_types=["sanctions.*"])
    silent = Receiver(say=lambda _: answer(503))
    with listening(silent):
        act()
        delivery.change(row, {"url": silent.url})
        act(action="suspended")
        drain()
        row.refresh_from_db()
        assert row.state == "pending"
        assert [b"webhook.ping" in body for body in silent.bodies()] == [True]
        silent.say = lambda _: OK
        delivery.ping(row)
        drain()
        row.refresh_from_db()
    assert (row.state, len(receiver.received)) == ("enabled", 0)
    assert [b"webhook.ping" in body for body in silent.bodies()] == [True, True, False, False, False, False]


def test_a_ping_that_is_asked_for_again_is_the_same_message(owner, receiver):
    receiver.say = lambda _: answer(500)
    row, _ = delivery.create(owner, {"url": receiver.url})
    drain()
    receiver.say = lambda _: OK
    delivery.enable(row)
    drain()
    first, second = receiver.received
    assert (first.id, first.body) == (second.id, second.body)


def test_a_changed_url_gets_a_ping_of_its_own(owner, receiver):
    receiver.say = lambda _: answer(500)
    row, _ = delivery.create(owner, {"url": receiver.url})
    drain()
    with listening(new := Receiver()):
        delivery.change(row, {"url": new.url})
        drain()
    (old,), (ping,) = receiver.received, new.received
    assert [json.loads(each.body)["data"]["url"] for each in (old, ping)] == [receiver.url, new.url]
    assert old.id != ping.id
    assert list(Delivery.objects.values_list("state", flat=True)) == ["exhausted", "delivered"]


def test_an_answer_from_the_old_url_does_not_enable_the_new_one(owner, receiver):
    new = Receiver(say=lambda _: answer(500))
    with listening(new):
        row, _ = delivery.create(owner, {"url": receiver.url})

        def changed(_):
            meanwhile(lambda: delivery.change(row, {"url": new.url}))
            return OK

        receiver.say = changed
        drain()
        row.refresh_from_db()
        assert (row.state, row.verified_at, len(new.received)) == ("pending", None, 1)
        assert (row.failures, list(Delivery.objects.values_list("state", flat=True))) == (1, ["delivered", "pending"])
        assert json.loads(new.received[0].body)["data"]["url"] == new.url
