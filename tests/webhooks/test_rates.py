"""The rate of a subscription: what comes faster waits, and nothing of it is lost."""

import datetime as dt

import pytest
import time_machine

from relations import delivery
from relations.models import Delivery, Subscription
from tests.api.subscribing import Caller, place
from tests.webhooks.conftest import drain, put_by
from tests.webhooks.receivers import Receiver, listening

NOON = dt.datetime(2030, 6, 1, 12, tzinfo=dt.UTC)


def drained_at(seconds, receiver):
    """Number of requests that a worker makes at this second after noon."""
    before = len(receiver.received)
    with time_machine.travel(NOON + dt.timedelta(seconds=seconds), tick=False):
        drain()
    return len(receiver.received) - before


@pytest.mark.parametrize(
    ("rate", "sent"),
    [
        (30, {0: 1, 1: 0, 1.9: 0, 2: 1, 3: 0, 60: 1}),
        (60, {0: 1, 0.5: 0, 1: 1, 60: 1}),
        (180, {0: 3, 0.2: 0, 0.34: 1, 1: 2, 60: 3}),
        (None, {0: 20}),
    ],
)  # fmt: skip
def test_messages_come_at_the_rate_and_a_quiet_time_saves_up_no_more_than_a_second(subscribe, receiver, rate, sent):
    row = subscribe(receiver, rate_per_minute=rate)
    Subscription.objects.update(paced_until=None)
    put_by(row, 20, next_attempt_at=NOON)
    assert {second: drained_at(second, receiver) for second in sent} == sent
    delivery.change(row, {"rate_per_minute": None})
    drained_at(61, receiver)
    assert len(receiver.received) == Delivery.objects.filter(state="delivered").count() == 20
    assert len({each.id for each in receiver.received}) == 20


def test_a_slow_subscription_delays_no_other_and_loses_no_attempt(subscribe, receiver):
    slow = subscribe(receiver, rate_per_minute=1)
    Subscription.objects.update(paced_until=None)
    with listening(fast := Receiver()):
        quick = subscribe(fast)
        put_by(slow, 9, next_attempt_at=NOON)
        put_by(quick, 9, next_attempt_at=NOON)
        assert (drained_at(0, fast), len(receiver.received)) == (9, 1)
    assert set(Delivery.objects.filter(state="pending").values_list("subscription", "attempts")) == {(slow.pk, 0)}


@pytest.mark.django_db
def test_a_rate_is_set_changed_and_taken_away_and_nonsense_is_refused(countries):
    ann = Caller("ann")
    made = ann.subscribe(rate_per_minute=120)
    assert made["rate_per_minute"] == 120
    assert ann.patch(place(made), {"rate_per_minute": None})["rate_per_minute"] is None
    for nonsense in (0, -1, 60_001, "fast", 1.5):
        refused = ann.patch(place(made), {"rate_per_minute": nonsense}, 400)
        assert [each["pointer"] for each in refused["errors"]] == ["/rate_per_minute"]
