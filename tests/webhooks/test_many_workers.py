"""Eight worker processes at once: what each of them did is read from what the database wrote down of it."""

import signal
from collections import Counter
from contextlib import ExitStack

import psycopg
import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from relations import delivery
from relations.delivery.candidates import lock_candidates
from relations.models import Attempt, Delivery, Subscription
from tests.database import close_left, conninfo
from tests.waiting import until
from tests.webhooks.conftest import put_by
from tests.webhooks.receivers import Receiver, listening
from tests.webhooks.watching import Turn, claimed_by_two, turns, watched

pytestmark = pytest.mark.slow(seconds=25)

RECEIVERS, EACH = 100, 10


def all_are_delivered() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM relations_delivery WHERE state IN ('pending', 'sending') LIMIT 1")
        return cursor.fetchone() is None


def listening_count() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN %%'"
        )
        return int(cursor.fetchone()[0])


def nobody_else_is_connected() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend' LIMIT 1"
        )
        return cursor.fetchone() is None


@pytest.fixture
def enabled(world):
    """Makes subscriptions of several owners that have answered their ping, all at once."""

    def enabled(receivers: list[Receiver]) -> QuerySet[Subscription]:
        for number, receiver in enumerate(receivers):
            owner, _ = get_user_model().objects.get_or_create(username=f"integrator {number // 50}")
            delivery.create(owner, {"url": receiver.url})
        Delivery.objects.all().delete()
        Subscription.objects.update(state="enabled", verified_at=timezone.now())
        return Subscription.objects.all()

    return enabled


def test_a_subscription_that_another_worker_has_locked_is_left_to_it_without_waiting(enabled):
    receivers = [Receiver(), Receiver()]
    with listening(*receivers), psycopg.connect(conninfo()) as another:
        first, second = enabled(receivers).order_by("pk")
        put_by(first, 1)
        put_by(second, 1)
        another.execute("SELECT FROM relations_subscription WHERE id = %s FOR NO KEY UPDATE", [first.pk])
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            found = lock_candidates(limit=10, now=timezone.now())
    assert [one.id for one in found] == [second.pk]


def test_eight_workers_send_a_thousand_deliveries_and_never_two_the_same(enabled, forks):
    """Each claims, sends and notes on one connection of its own."""
    receivers = [Receiver() for _ in range(RECEIVERS)]
    with listening(*receivers), ExitStack() as watching:
        for row in enabled(receivers):
            put_by(row, EACH)
        watching.enter_context(watched())
        workers = [forks.start() for _ in range(8)]
        until(all_are_delivered, seconds=240)
        until(lambda: listening_count() == 8)  # before that, one might not yet know what to do at a signal
        assert [forks.end(worker, signal.SIGTERM) for worker in workers] == [0] * 8
        found = turns()
    got = Counter(request.id for each in receivers for request in each.received)
    assert (len(got), set(got.values())) == (RECEIVERS * EACH, {1})
    assert Counter(Delivery.objects.values_list("state", "attempts")) == {("delivered", 1): RECEIVERS * EACH}
    assert Attempt.objects.count() == RECEIVERS * EACH
    assert Counter((turn.before, turn.after) for turn in found) == {
        ("pending", "sending"): RECEIVERS * EACH, ("sending", "delivered"): RECEIVERS * EACH,
    }  # fmt: skip
    assert claimed_by_two(found) == []
    # How many of the eight get anything is up to the processors; one alone would prove nothing.
    assert len({turn.backend for turn in found}) > 1
    assert max(each.most_open for each in receivers) <= 4


def test_workers_killed_at_any_moment_lose_nothing(enabled, forks):
    """All of them in the midst of it, three times, and others started in their place."""
    receivers = [Receiver() for _ in range(10)]
    with listening(*receivers):
        for row in enabled(receivers):
            put_by(row, 60)
        for _ in range(3):
            forks.start()
        for number in (50, 200, 350):
            until(lambda number=number: sum(len(each.received) for each in receivers) >= number)
            forks.kill_all()
            close_left()
            until(nobody_else_is_connected)  # A claim may be on its way to be committed when its worker is dead.
            # Their leases would run out in three quarters of a minute, and delay what they were sending until then.
            Delivery.objects.filter(state="sending").update(leased_until=timezone.now())
            forks.start()
        until(all_are_delivered, seconds=120)
    got: dict[str, set[bytes]] = {}
    for request in (request for each in receivers for request in each.received):
        got.setdefault(request.id, set()).add(request.body)
    assert (len(got), {len(bodies) for bodies in got.values()}) == (600, {1})
    assert set(Delivery.objects.values_list("state", flat=True)) == {"delivered"}
    lost = Attempt.objects.filter(error="lost").count()
    assert Attempt.objects.count() == 600 + lost
    assert sum(len(each.received) for each in receivers) <= 600 + lost


def test_a_delivery_claimed_by_two_would_be_detected():
    first, second = Turn(1, "pending", "sending", "a", None, 10), Turn(1, "sending", "sending", "b", "a", 11)
    noted = Turn(1, "sending", "delivered", None, "a", 10)
    assert claimed_by_two([first, noted]) == []
    assert claimed_by_two([first, second]) == [1]
    assert claimed_by_two([first, noted._replace(backend=11)]) == [1]
    assert claimed_by_two([first, noted._replace(let_go="b")]) == [1]
    assert claimed_by_two([noted]) == [1]
