"""The operator's own troubles: keys that are gone, a database that goes away. Nothing is lost by them."""

import datetime as dt
import threading

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from relations import delivery
from relations.models import Delivery, SigningSecret
from tests.database import close_left
from tests.waiting import until
from tests.webhooks.conftest import drain, is_verified, put_by
from tests.webhooks.receivers import OK


def test_what_cannot_be_signed_waits_for_the_key_with_all_its_attempts(subscribe, receiver):
    row = subscribe(receiver)
    put_by(row, 3)
    kept = SigningSecret.objects.get().sealed
    SigningSecret.objects.update(sealed=b"of a key that is gone")
    for minutes in range(0, 30, 2):
        with time_machine.travel(timezone.now() + dt.timedelta(minutes=minutes)):
            drain()
    assert receiver.received == []
    assert set(Delivery.objects.values_list("state", "attempts")) == {("pending", 0)}
    SigningSecret.objects.update(sealed=kept)
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=31)):
        drain()
    row.refresh_from_db()
    assert (len(receiver.received), row.state, row.failed, row.delivered) == (3, "enabled", 0, 3)


@pytest.mark.parametrize("grace", [dt.timedelta(), dt.timedelta(hours=24)])
def test_whoever_rotates_because_the_key_is_gone_is_sent_what_waits(subscribe, receiver, grace):
    row = subscribe(receiver)
    put_by(row, 1)
    SigningSecret.objects.update(sealed=b"of a key that is gone")
    drain()
    new = delivery.rotate(row, grace=grace).reveal()
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=2)):
        drain()
    (got,) = receiver.received
    assert is_verified(got, new)


def test_a_secret_that_no_key_opens_does_not_stop_others_from_being_sealed_again(subscribe, receiver):
    lost, row = subscribe(receiver), subscribe(receiver)
    SigningSecret.objects.filter(subscription=lost).update(sealed=b"of a key that is gone")
    before = bytes(row.secrets.get().sealed)
    with pytest.raises(CommandError, match=f"subscriptions {lost.pk}\\."):
        call_command("reseal_webhook_secrets")
    assert bytes(row.secrets.get().sealed) != before
    assert bytes(lost.secrets.get().sealed) == b"of a key that is gone"


def cut_all_workers_off() -> int:
    """Their connections on which they claim and note (and may yet begin to listen); returns how many."""
    close_left()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND query NOT LIKE 'LISTEN%' AND pid <> pg_backend_pid()"
        )
        (number,) = cursor.fetchone()
    return int(number)


def test_a_worker_whose_connection_is_cut_notes_what_was_answered_meanwhile(subscribe, receiver, start):
    """A restart of the database, or a proxy that drops idle connections, does the same."""
    row = subscribe(receiver)
    may_answer = threading.Event()
    receiver.say = lambda _: may_answer.wait(60) and OK
    put_by(row, 3)
    start("manage.py", "deliver")
    until(lambda: receiver.received)
    assert until(cut_all_workers_off)
    may_answer.set()
    put_by(row, 1)
    until(lambda: set(Delivery.objects.values_list("state", flat=True)) == {"delivered"})
    row.refresh_from_db()
    assert (row.delivered, len(receiver.received)) == (4, 4)
