"""Mail to the owner of a subscription that fails, is disabled or recovers."""

import asyncio
import datetime as dt
import email
import smtplib
import socketserver
import threading

import pytest
import time_machine
from django.core import mail

from relations import delivery
from relations.delivery import health_mail
from relations.delivery.worker import Worker
from relations.models import Delivery, Subscription
from tests.waiting import PATIENCE
from tests.webhooks.conftest import drain, put_by
from tests.webhooks.receivers import OK, answer

NOON = dt.datetime(2030, 6, 1, 12, tzinfo=dt.UTC)
LOCMEM = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}


@pytest.fixture
def mailed(settings, owner, subscribe, receiver, mailoutbox):
    """A subscription whose owner has an address, where mail is configured."""
    settings.MAILERS = LOCMEM
    owner.email = "ann@example.org"
    owner.save()
    with time_machine.travel(NOON, tick=False):
        return subscribe(receiver, description="desk")


def drained(receiver, said, *, minutes=0.0, seconds=0.0, row=None, number=5):
    with time_machine.travel(NOON + dt.timedelta(minutes=minutes, seconds=seconds), tick=False):
        receiver.say = lambda _: said
        if row:
            put_by(row, number)
        drain()


def subjects(row):
    return [each.subject.removeprefix(f"Webhook {row.pk} (desk) ") for each in mail.outbox]


def test_each_change_of_state_is_mailed_once_to_the_owner(mailed, receiver):
    assert subjects(mailed) == []
    drained(receiver, answer(500), row=mailed)
    drained(receiver, answer(500), seconds=31)
    assert subjects(mailed) == ["is failing"]
    drained(receiver, OK, minutes=5)
    drained(receiver, answer(410), minutes=6, row=mailed, number=1)
    drained(receiver, answer(410), minutes=7)
    assert subjects(mailed) == ["is failing", "has recovered", "is disabled"]
    assert [each.to for each in mail.outbox] == [["ann@example.org"]] * 3
    assert f"Your webhook subscription {mailed.pk} (desk) is failing, since 2" in mail.outbox[0].body
    assert "Failures in a row: 5" in mail.outbox[0].body
    assert receiver.url in mail.outbox[0].body
    assert "Answered 410 Gone" in mail.outbox[2].body
    assert f"/api/webhooks/{mailed.pk}/deliveries/" in mail.outbox[2].body
    assert mailed.secret.removeprefix("whsec_") not in "".join(each.body for each in mail.outbox)


def test_what_a_worker_notes_while_it_looks_for_mail_is_mailed_before_it_ends(mailed, receiver, monkeypatch):
    look, cycle = delivery.send_health_mail, Worker._cycle
    has_looked, is_awaited = threading.Event(), threading.Event()

    def first_look(**options):
        monkeypatch.setattr(delivery, "send_health_mail", look)
        look(**options)
        has_looked.set()
        assert is_awaited.wait(PATIENCE)

    async def last_cycle(worker, **options):
        if (has_work := await cycle(worker, **options)) or worker.running or worker.outcomes:
            return has_work
        asyncio.get_running_loop().call_soon(is_awaited.set)  # when the worker awaits something again: the look
        return False

    monkeypatch.setattr(delivery, "send_health_mail", first_look)
    monkeypatch.setattr(Worker, "_cycle", last_cycle)
    with time_machine.travel(NOON, tick=False):
        receiver.say = lambda _: has_looked.wait(PATIENCE) and answer(500)
        put_by(mailed, 5)
        drain()
    assert subjects(mailed) == ["is failing"]


def test_a_receiver_that_comes_and_goes_is_mailed_about_once_an_hour_and_the_last_mail_is_true(mailed, receiver):
    for minute in range(0, 50, 10):
        drained(receiver, answer(500), minutes=minute, row=mailed)
        drained(receiver, OK, minutes=minute + 5)
    assert subjects(mailed) == ["is failing", "has recovered"]
    drained(receiver, answer(500), minutes=55, row=mailed)
    assert subjects(mailed) == ["is failing", "has recovered"]
    drained(receiver, answer(500), minutes=61)
    assert subjects(mailed) == ["is failing", "has recovered", "is failing"]


def test_who_disables_it_has_no_address_or_no_mail_server_gets_none(mailed, receiver, settings, owner):
    delivery.disable(mailed)
    drain()
    with time_machine.travel(NOON, tick=False):
        delivery.enable(mailed)
    drained(receiver, OK)
    owner.email = ""
    owner.save()
    drained(receiver, answer(500), row=mailed)
    owner.email = "ann@example.org"
    owner.save()
    drained(receiver, OK, minutes=5)
    settings.MAILERS = {}
    drained(receiver, answer(500), minutes=6, row=mailed)
    mailed.refresh_from_db()
    assert (mailed.state, subjects(mailed)) == ("paused", [])
    settings.MAILERS = LOCMEM
    drained(receiver, answer(500), minutes=60 * 24 + 7)
    assert subjects(mailed) == []


class _Smtp(socketserver.StreamRequestHandler):
    """The part of RFC 5321 that one client needs."""

    def handle(self):
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            if line.upper().startswith(b"DATA"):
                self.wfile.write(b"354 go on\r\n")
                lines = iter(self.rfile.readline, b".\r\n")
                self.server.got.append(email.message_from_bytes(b"".join(lines)))
            if line.upper().startswith(b"QUIT"):
                self.wfile.write(b"221 bye\r\n")
                return
            self.wfile.write(self.server.say(line))


@pytest.fixture
def smtp(settings):
    """A mail server on loopback that takes everything, until `say` changes."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Smtp) as server:
        server.got, server.say = [], lambda _: b"250 fine\r\n"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        options = {"host": "127.0.0.1", "port": server.server_address[1], "timeout": 5}
        settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}
        yield server
        server.shutdown()


def test_a_mail_server_that_refuses_stops_no_delivery_and_gets_the_mail_later(mailed, receiver, smtp):
    smtp.say = lambda line: b"451 not now\r\n" if line.upper().startswith(b"MAIL") else b"250 fine\r\n"
    drained(receiver, answer(500), row=mailed)
    assert [each["Subject"] for each in smtp.got] == []
    mailed.refresh_from_db()
    assert mailed.mail_due_at == NOON + health_mail.RETRY
    drained(receiver, OK, minutes=1)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"delivered"}
    # By then it has recovered, and there is nothing to say.
    smtp.say = lambda _: b"250 fine\r\n"
    drained(receiver, OK, minutes=16)
    assert smtp.got == []
    Subscription.objects.update(description="")
    drained(receiver, answer(500), minutes=17, row=mailed)
    (got,) = smtp.got
    assert (got["To"], got["Subject"]) == ("ann@example.org", f"Webhook {mailed.pk} ({mailed.destination}) is failing")
    mailed.refresh_from_db()
    assert (mailed.mailed_state, mailed.mail_due_at) == ("paused", None)


def test_a_state_that_changes_while_its_mail_is_on_the_way_is_mailed_next(mailed, receiver, settings, monkeypatch):
    drained_states = []

    def send(message, **_):
        drained_states.append(message.subject.rpartition(") ")[2])
        if len(drained_states) == 1:
            Subscription.objects.update(state="enabled", paused_until=None, state_since=NOON + dt.timedelta(minutes=1),
                                        mail_due_at=NOON)  # fmt: skip

    monkeypatch.setattr(mail.EmailMessage, "send", send)
    drained(receiver, answer(500), row=mailed)
    assert drained_states == ["is failing", "has recovered"]


def test_errors_of_mail_servers_are_those_that_are_caught():
    assert issubclass(smtplib.SMTPException, OSError)
