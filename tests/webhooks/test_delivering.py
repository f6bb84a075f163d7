"""Workers that are killed or late, receivers that hang, acts that come in between: nothing is lost."""

import asyncio
import datetime as dt
import json
import signal
import threading
from collections import Counter

import pytest
import time_machine
from django.conf import settings as live
from django.db import connection, transaction
from django.utils import timezone

from relations import delivery
from relations.delivery import sending, worker
from relations.delivery.worker import Worker
from relations.models import Attempt, Delivery, Subscription
from tests.waiting import until
from tests.webhooks.conftest import act, drain, is_verified, meanwhile, put_by
from tests.webhooks.receivers import OK, Receiver, answer, listening

pytestmark = pytest.mark.slow(seconds=25)


def after(**time):
    return time_machine.travel(timezone.now() + dt.timedelta(**time))


# --- processes ------------------------------------------------------------


def test_a_rolled_back_command_is_never_sent_and_a_committed_one_outlives_its_process(subscribe, receiver, forks):
    """The command's process is killed right after the commit: all that is left of it is the row."""
    subscribe(receiver, tracks=["sanctions:US>BY:-"])
    with transaction.atomic():
        act(on="2019-01-01")
        transaction.set_rollback(True)
    script = (
        "import signal\n"
        "from tests.webhooks.conftest import act\n"
        "act(on='2021-01-01')\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert forks.wait(forks.start(script)) == -signal.SIGKILL
    drain()
    assert [json.loads(body)["data"]["effective"] for body in receiver.bodies()] == ["2021-01-01"]


def test_a_worker_killed_between_sending_and_noting_costs_one_more_attempt_and_not_another_message(
    subscribe, receiver, forks
):
    row = subscribe(receiver, tracks=["sanctions:US>BY:-"])
    receiver.say = lambda _: None
    act()
    worker = forks.start()
    until(lambda: receiver.received)
    assert forks.end(worker, signal.SIGKILL) == -signal.SIGKILL
    receiver.say = lambda _: OK
    drain()
    assert len(receiver.received) == 1  # the lease has not ended
    with after(seconds=60):
        drain()
        drain()
    first, second = receiver.received
    assert (first.id, first.body) == (second.id, second.body)
    assert is_verified(first, row.secret)
    assert is_verified(second, row.secret)
    delivery = Delivery.objects.get()
    assert (delivery.state, [str(each) for each in delivery.log.all()]) == ("delivered", ["Worker lost", "204"])


def test_a_worker_that_is_asked_to_end_records_its_answers_and_releases_the_rest(subscribe, receiver, forks):
    row = subscribe(receiver)
    receiver.say = lambda _: None
    put_by(row, 1)
    worker = forks.start()
    until(lambda: receiver.received)
    assert forks.end(worker, signal.SIGTERM) == 0
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.lease) == ("pending", 0, None)


def is_listened_to() -> bool:
    """True while a worker waits for notifications, and has nothing else to do."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND query LIKE 'LISTEN %%' AND state = 'idle'"
        )
        return bool(cursor.fetchone() == (1,))


def test_a_command_wakes_a_worker_that_listens(subscribe, receiver, monkeypatch):
    """With looks at the table a minute apart, only the notification can bring it here in time."""
    subscribe(receiver, tracks=["sanctions:US>BY:-"])
    monkeypatch.setattr(worker, "SHORTEST_PAUSE", 60.0)
    monkeypatch.setattr(worker, "LONGEST_PAUSE", 60.0)

    async def wake():
        one = Worker()
        running = asyncio.create_task(one.run())
        await asyncio.to_thread(meanwhile, lambda: until(is_listened_to))
        await asyncio.to_thread(meanwhile, act)
        await asyncio.to_thread(until, lambda: receiver.received)
        one.stop()
        await running

    asyncio.run(asyncio.wait_for(wake(), 50))
    assert Delivery.objects.get().state == "delivered"


# --- slow and other receivers -----------------------------------------------------------


def test_receivers_that_hang_drip_and_flood_do_not_delay_the_others(subscribe, monkeypatch):
    monkeypatch.setattr(sending, "DEADLINE", 120.0)  # none of the slow ones ends before the others have theirs
    bad = [Receiver(), Receiver(), Receiver()]
    healthy = [Receiver() for _ in range(30)]
    with listening(*bad, *healthy):
        slow, quick = [subscribe(each) for each in bad], [subscribe(each) for each in healthy]
        bad[0].say, bad[1].say = (lambda _: None), (lambda _: 1.0)
        flood = answer(200, body=b"x" * (64 * 2**20))
        bad[2].say = lambda _: flood
        for row in [*slow, *quick]:
            put_by(row, 6)

        async def until_the_healthy_have_theirs():
            one = Worker()
            running = asyncio.create_task(one.run())
            await asyncio.to_thread(until, lambda: sum(len(each.received) for each in healthy) == 180)
            open_now = [each.open_now for each in bad[:2]]
            one.stop()
            await running
            return open_now

        open_now = asyncio.run(asyncio.wait_for(until_the_healthy_have_theirs(), 100))
    assert open_now == [4, 4]  # still under way, and not more than four each
    assert all(len(each.received) == 6 for each in healthy)
    assert Delivery.objects.filter(subscription=slow[2], state="delivered").exists()


def test_one_destination_gets_eight_requests_at_once_over_all_subscriptions(subscribe, receiver):
    """Requests of all workers count: the ninth is claimed once one of the eight has its outcome."""
    for row in [subscribe(receiver) for _ in range(3)]:
        put_by(row, 6)
    now = timezone.now()
    eight = delivery.claim(room=100, now=now)
    assert sorted(Counter(each.subscription for each in eight).values()) == [2, 3, 3]
    assert delivery.claim(room=100, now=now) == []
    delivery.record_outcomes([delivery.Outcome(claim=eight[0], at=now, milliseconds=1, status=204)], now=now)
    assert len(delivery.claim(room=100, now=now)) == 1


# --- what happens meanwhile ------------------------------------------------------------


def test_a_deletion_during_delivery_sends_nothing_more(subscribe, receiver):
    row = subscribe(receiver)
    put_by(row, 9)

    def delete(_):
        meanwhile(lambda: delivery.delete(row))
        return OK

    receiver.say = delete
    drain()
    assert 1 <= len(receiver.received) <= 4  # what was under way
    assert not Subscription.objects.exists()
    assert not Attempt.objects.exists()


def test_a_rotation_during_delivery_loses_nothing(subscribe, receiver):
    row = subscribe(receiver)
    put_by(row, 9)
    new: list[str] = []
    lock = threading.Lock()

    def rotate(_):
        with lock:
            if not new:
                meanwhile(lambda: new.append(delivery.rotate(row).reveal()))
        return OK

    receiver.say = rotate
    drain()
    assert len(receiver.received) == 9
    assert all(is_verified(each, row.secret) for each in receiver.received)
    doubly = [each for each in receiver.received if " " in each.headers["webhook-signature"]]
    assert 5 <= len(doubly) <= 8  # up to four were claimed before
    assert all(is_verified(each, row.secret, new[0]) for each in doubly)


def test_a_url_changed_while_deliveries_wait_sends_none_of_them_to_the_old_one(subscribe, receiver):
    row = subscribe(receiver)
    put_by(row, 20)
    with listening(new := Receiver()):

        def change(_):
            if not new.connections:
                meanwhile(lambda: delivery.change(row, {"url": new.url}))
            return OK

        receiver.say = change
        drain()
    old = {each.id for each in receiver.received}
    there = {each.id for each in new.received if b"webhook.ping" not in each.body}
    assert 1 <= len(old) <= 4
    assert (len(old | there), old & there) == (20, set())
    assert not Delivery.objects.exclude(state="delivered").exists()


def test_an_answer_that_comes_after_its_lease_is_not_noted(subscribe, receiver):
    row = subscribe(receiver)
    put_by(row, 1)
    now = timezone.now()
    (first,) = delivery.claim(room=1, now=now)
    delivery.reclaim_leases(now=now + dt.timedelta(minutes=1))
    (second,) = delivery.claim(room=1, now=now + dt.timedelta(minutes=1))
    late, timely = (delivery.Outcome(claim=each, at=now, milliseconds=1, status=204) for each in (first, second))
    assert first.lease != second.lease
    assert [delivery.record_outcomes([each], now=now) for each in (late, timely, timely)] == [0, 1, 0]
    row.refresh_from_db()
    assert row.delivered == 1


def test_no_transaction_of_the_database_waits_for_a_receiver(subscribe, receiver):
    """The answer is delayed until no transaction is open: the worker may claim and note others meanwhile, briefly."""
    row = subscribe(receiver)
    put_by(row, 1)
    ended: list[bool] = []

    def none_is_open() -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND xact_start IS NOT NULL"
            )
            return bool(cursor.fetchone() == (0,))

    def look(_):
        meanwhile(lambda: ended.append(until(none_is_open)))
        return OK

    receiver.say = look
    drain()
    row.refresh_from_db()
    assert (len(receiver.received), ended, row.delivered) == (1, [True], 1)


def test_retention_forgets_what_is_old_and_finished(subscribe, receiver):
    row = subscribe(receiver)
    put_by(row, 3)
    drain()
    put_by(row, 1, next_attempt_at=timezone.now() + dt.timedelta(days=60))
    later = timezone.now() + dt.timedelta(days=live.WEBHOOK_KEEP_DAYS, seconds=1)
    assert delivery.purge(now=timezone.now()) == 0
    assert delivery.purge(now=later) == 3
    assert list(Delivery.objects.values_list("state", flat=True)) == ["pending"]
    assert not Attempt.objects.exists()


def test_retention_leaves_alone_what_somebody_is_deleting(subscribe, receiver):
    row, later = subscribe(receiver), timezone.now() + dt.timedelta(days=live.WEBHOOK_KEEP_DAYS, seconds=1)
    put_by(row, 3, state="delivered", finished_at=timezone.now())
    forgotten: list[int] = []
    with transaction.atomic():
        Subscription.objects.select_for_update().get(pk=row.pk)
        meanwhile(lambda: forgotten.append(delivery.purge(now=later)))
    assert (forgotten, delivery.purge(now=later)) == ([0], 3)


def test_a_ping_that_nobody_answers_is_given_up(owner, receiver):
    receiver.say = lambda _: answer(500)
    row, _ = delivery.create(owner, {"url": receiver.url})
    delivery.purge(now=timezone.now() + dt.timedelta(days=5, seconds=1))
    row.refresh_from_db()
    assert (row.state, row.disabled_reason, row.missed_from) == ("disabled", "ping_unanswered", None)
