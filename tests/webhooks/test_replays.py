"""Sending again: the same bytes under the same id, once, and without a word about health."""

import datetime as dt

import pytest
from django.db import connection, transaction
from django.utils import timezone

from relations import delivery
from relations.errors import Conflict, Invalid
from relations.models import Delivery, Replay, StatusChange, Subscription
from tests.ledger.threads import at_once
from tests.webhooks.conftest import act, drain
from tests.webhooks.receivers import OK, answer


@pytest.fixture
def row(subscribe, receiver):
    """A subscription that has been sent four changes, of two pairs."""
    found = subscribe(receiver, tracks=["sanctions:US>BY:-", "sanctions:US>CU:-"])
    for target in ("BY", "CU"):
        act("US", target)
        act("US", target, action="suspended", on="2021-01-01")
    drain()
    found.refresh_from_db()
    return found


def health(row):
    row.refresh_from_db()
    return row.delivered, row.failed, row.failures, row.last_success_at, row.last_failure_at, row.state


def test_one_delivery_is_sent_again_with_its_bytes_and_its_id(row, receiver):
    untouched, first = health(row), Delivery.objects.order_by("id")[0]
    again = delivery.redeliver(first)
    assert delivery.redeliver(first) == again  # it waits already
    drain()
    *before, last = receiver.received
    assert [(each.id, each.body) for each in before].count((last.id, last.body)) == 1
    assert (len(before), last.id) == (4, first.webhook_id)
    again.refresh_from_db()
    assert (again.state, again.replay_of, again.replayed, health(row)) == ("delivered", first, True, untouched)


def test_a_replay_that_fails_leaves_health_alone(row, receiver):
    before = health(row)
    receiver.say = lambda _: answer(500)
    for sent in Delivery.objects.all():
        delivery.redeliver(sent)
    drain()
    assert (len(receiver.received), health(row)) == (8, before)


def test_a_ping_is_not_sent_again(row, receiver):
    delivery.ping(row)
    drain()
    with pytest.raises(Conflict, match="ping the subscription"):
        delivery.redeliver(Delivery.objects.get(change=None))


def test_a_span_is_sent_again_narrowed_by_its_filters(row, receiver):
    for narrowed, pairs in (
        ({}, ["BY-US", "BY-US", "CU-US", "CU-US"]), ({"pairs": ["CU-US"]}, ["CU-US", "CU-US"]),
        ({"event_types": ["trend.*"]}, []), ({"undelivered": True}, []), ({"until": 0}, []),
    ):  # fmt: skip
        wish = delivery.replay(row, after=0, **narrowed)
        drain()
        wish.refresh_from_db()
        replays = Delivery.objects.filter(replayed=True).order_by("id")
        assert list(replays.values_list("pair", flat=True)) == pairs, narrowed
        assert (wish.queued, wish.reached, wish.finished_at is None) == (len(pairs), wish.until, False), narrowed
        replays.delete()


def test_two_replays_at_once_send_everything_once(row, receiver):
    delivery.replay(row, after=0)
    delivery.replay(row, after=0)

    def queue():
        while delivery.advance_replays(now=timezone.now()):
            pass

    at_once(queue, queue)
    drain()
    assert not Replay.objects.filter(finished_at=None).exists()
    assert sorted(Replay.objects.values_list("queued", flat=True)) == [0, 4]
    assert (len(receiver.received), len(set(receiver.bodies()))) == (8, 4)


def test_what_never_arrived_is_made_now_under_the_id_that_it_would_have_had(row, receiver):
    ids = list(Delivery.objects.order_by("id").values_list("message", flat=True))
    Delivery.objects.filter(pair="CU-US").delete()  # as the retention does
    delivery.replay(row, after=0, undelivered=True)
    drain()
    replays = Delivery.objects.filter(replayed=True).order_by("id")
    assert list(replays.values_list("message", flat=True)) == ids[2:]
    again = {each.id: each.body for each in receiver.received[4:]}
    assert len(again) == 2
    assert again.items() <= {each.id: each.body for each in receiver.received[:4]}.items()


def test_what_was_exhausted_can_be_sent_again(row, receiver):
    receiver.say = lambda _: answer(500)
    act("US", "BY", action="reimposed", on="2022-01-01")
    Delivery.objects.filter(state="pending").update(attempts=10)
    drain()
    assert Delivery.objects.latest("id").state == "exhausted"
    receiver.say = lambda _: OK
    delivery.replay(row, after=0, undelivered=True)
    drain()
    assert [each.state for each in Delivery.objects.order_by("id")[4:]] == ["exhausted", "delivered"]


def test_a_span_of_time_is_a_span_of_lines(row):
    lines = list(StatusChange.objects.order_by("id"))
    # An act writes several changes of one moment: a span begins before the first and ends with the last of them.
    moments = sorted({line.recorded_at for line in lines})
    of_one = [line.pk for line in lines if line.recorded_at == moments[1]]
    assert len(moments) == 4
    assert delivery.span() == (0, None)
    assert delivery.span(since=moments[1], until=moments[1]) == (of_one[0] - 1, of_one[-1])
    a_little = dt.timedelta(microseconds=1)
    assert delivery.span(since=moments[0] + a_little) == (of_one[0] - 1, None)
    assert delivery.span(until=moments[2] - a_little) == (0, of_one[-1])
    assert delivery.span(since=timezone.now(), until=moments[0] - a_little) == (lines[-1].pk, 0)


def test_a_replay_of_an_unknown_event_is_refused(row):
    with pytest.raises(Invalid, match=r"'sanction\.changed' names no event"):
        delivery.replay(row, after=0, event_types=["sanction.changed"])


def test_a_deletion_and_the_queueing_of_a_replay_at_once_do_not_lock_each_other_out(row):
    delivery.replay(row, after=0)

    def queue():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '1s'")  # it does not wait for the lock
        return delivery.advance_replays(now=timezone.now())

    with transaction.atomic():
        Subscription.objects.select_for_update().get(pk=row.pk)  # as the deletion begins
        assert at_once(queue) == [False]
        delivery.delete(row)
    assert not Replay.objects.exists()
