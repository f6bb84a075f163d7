"""A receiver that answers 410: what waits for it is cancelled, and replayed once its owner enables it again."""

import datetime as dt
import json

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from relations import delivery
from relations.models import Delivery
from tests.webhooks.conftest import act, drain, put_by
from tests.webhooks.receivers import OK, Receiver, answer, listening

GONE = answer(410)


def states(row):
    return sorted(set(Delivery.objects.filter(subscription=row).values_list("state", "cancelled_because")))


def test_everything_that_waits_is_cancelled_with_the_reason_and_nothing_else(subscribe, receiver):
    row = subscribe(receiver)
    with listening(other := Receiver()):
        untouched = subscribe(other, event_types=["trend.*"])
        put_by(row, 9)
        put_by(untouched, 1)
        receiver.say = lambda _: GONE
        drain()
        assert states(row) == [("cancelled", "gone")]
        assert not Delivery.objects.filter(subscription=row, finished_at=None).exists()
        assert states(untouched) == [("delivered", "")]
    # Those under way when the first answered are cancelled as well.
    assert 1 <= len(receiver.received) <= 4


@pytest.mark.parametrize("ordered", [False, True])
def test_a_replay_after_enabling_sends_what_was_cancelled_and_what_came_later_once(subscribe, receiver, ordered):
    row = subscribe(receiver, event_types=["sanctions.*"], ordered=ordered)
    act("EU")
    drain()
    arrived = len(receiver.received)
    receiver.say = lambda _: GONE
    act(on="2020-01-01")
    drain()
    act("GB")
    row.refresh_from_db()
    assert (row.state, row.disabled_reason) == ("disabled", "gone")
    assert row.missed_from == Delivery.objects.filter(subscription=row, state="cancelled").earliest("line").line - 1
    gone = {each.id for each in receiver.received[arrived:]}
    receiver.received.clear()
    receiver.say = lambda _: OK
    delivery.enable(row)
    drain()
    row.refresh_from_db()
    delivery.replay_missed(row)
    drain()
    bodies = [json.loads(body)["data"] for body in receiver.bodies()[1:]]
    assert sorted(body["pair"] for body in bodies) == ["BY-GB", "BY-GB", "BY-US", "BY-US"]
    assert len({body["sequence"] for body in bodies}) == 4
    assert gone <= {each.id for each in receiver.received}


def test_what_was_missed_before_and_not_replayed_is_missed_still(subscribe, receiver):
    row = subscribe(receiver, event_types=["sanctions.*"])
    delivery.disable(row)
    act()
    row.refresh_from_db()
    missed = row.missed_from
    delivery.enable(row)
    drain()
    receiver.say = lambda _: GONE
    act("EU")
    drain()
    row.refresh_from_db()
    assert (row.disabled_reason, row.missed_from) == ("gone", missed)


def test_what_was_missed_before_is_missed_still_where_the_ping_after_it_is_not_answered(subscribe, receiver):
    row = subscribe(receiver, event_types=["sanctions.*"])
    missed = delivery.disable(row).missed_from
    act()
    receiver.say = lambda _: answer(500)
    delivery.enable(row)
    act("EU")
    delivery.purge(now=timezone.now() + dt.timedelta(days=5, seconds=1))
    row.refresh_from_db()
    assert (row.disabled_reason, row.missed_from) == ("ping_unanswered", missed)


def test_a_replay_while_it_is_disabled_leaves_what_follows_to_be_replayed(subscribe, receiver):
    row = subscribe(receiver, event_types=["sanctions.*"])
    delivery.disable(row)
    act()
    delivery.replay_missed(row)
    act("EU")
    delivery.enable(row)
    drain()
    delivery.replay_missed(row)
    drain()
    bodies = [json.loads(body)["data"] for body in receiver.bodies()]
    assert sorted({body["pair"] for body in bodies if "pair" in body}) == ["BY-EU", "BY-US"]
    row.refresh_from_db()
    assert row.missed_from is None


def test_a_ping_that_is_answered_410_is_cancelled_and_a_new_one_enables(owner, receiver):
    receiver.say = lambda _: GONE
    row, _ = delivery.create(owner, {"url": receiver.url})
    drain()
    assert states(row) == [("cancelled", "gone")]
    row.refresh_from_db()
    assert row.missed_from is None  # before its URL ever answered
    receiver.say = lambda _: OK
    delivery.enable(row)
    drain()
    row.refresh_from_db()
    assert row.state == "enabled"


def test_the_database_refuses_a_reason_without_a_cancellation_and_one_without_a_reason(subscribe, receiver):
    put_by(subscribe(receiver), 1)
    for wrong in ({"cancelled_because": "gone"}, {"state": "cancelled", "finished_at": "2020-01-01T00:00:00Z"}):
        with pytest.raises(IntegrityError, match="only_a_cancelled_delivery_has_a_reason"), transaction.atomic():
            Delivery.objects.update(**wrong)
