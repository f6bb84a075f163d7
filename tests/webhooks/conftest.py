"""Subscriptions on receivers that run here, and workers that send to them."""

import asyncio
import datetime as dt
import os
import subprocess
import sys
import threading
from functools import partial
from ipaddress import ip_network

import pytest
import time_machine
from django.conf import settings as live
from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import timezone
from standardwebhooks import Webhook

from relations import delivery, ledger
from relations.delivery.worker import Worker
from relations.importers import import_list
from relations.models import Delivery, SanctionEvent, Source, Subscription
from tests.database import conninfo, first_made
from tests.importers.un_lists import publication
from tests.webhooks.forking import forking
from tests.webhooks.publishing import publish
from tests.webhooks.receivers import Received, Receiver, listening

ENVIRONMENT = {
    "WEBHOOK_ALLOW_HTTP": "1", "WEBHOOK_ALLOWED_NETWORKS": "127.0.0.0/8", "WEBHOOK_ALLOWED_PORTS": "*",
    "TRACKER_ENV": "test", "LOG_FORMAT": "json",
}  # fmt: skip


@pytest.fixture(autouse=True)
def operator(settings):
    """Loopback, plain HTTP and every port are allowed, as for an operator who says so."""
    settings.WEBHOOK_ALLOW_HTTP = True
    settings.WEBHOOK_ALLOWED_PORTS = []
    settings.WEBHOOK_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]
    return settings


@pytest.fixture
def owner(world):
    return get_user_model().objects.create_user("integrator")


@pytest.fixture
def receiver():
    """A receiver that answers 204 until `say` changes."""
    found = Receiver()
    with listening(found):
        yield found


@pytest.fixture
def subscribe(owner):
    """Makes a subscription as it is once its URL has answered its ping, without a worker that sends one."""

    def subscribe(receiver: Receiver, *, by=None, **filters):
        row, secret = delivery.create(by or owner, {"url": receiver.url} | filters)
        Delivery.objects.filter(subscription=row).delete()
        now = timezone.now()
        Subscription.objects.filter(pk=row.pk).update(state="enabled", state_since=now, verified_at=now)
        row.refresh_from_db()
        row.secret = secret.reveal()
        return row

    return subscribe


@pytest.fixture
def begun(operator, world):
    """OFAC's list as it was on 23 February 2022: the run that brought it."""
    operator.PUBLIC_URL = "https://tracker.example"
    return first_made("begun", partial(publish, 23))


@pytest.fixture
def un(tmp_path):
    """Imports a publication of the UN's list with these records."""

    def un(day, *records, **options):
        return import_list("un", [publication(tmp_path / f"un_{day}.xml", day, records)], **options)

    return un


def act(sender="US", target="BY", *, action="imposed", on="2020-01-01", **values):
    """Records a sanction event, with its evidence: two lines of the log, and one of the trend where that moves."""
    source = Source.objects.first() or ledger.record_source({"publisher": "Gazette", "title": "Acts"})
    draft = ledger.FactDraft(
        model=SanctionEvent,
        values={"from_country_id": sender, "to_country_id": target, "action": action, "on": on} | values,
        citations=[ledger.CitationDraft(source=source, quote="it was so")],
    )
    (fact,) = ledger.record([draft], author=ledger.NOBODY)
    return fact


def put_by(row: Subscription, number: int, *, pair="BY-US", **fields):
    """Deliveries that wait, without commands that caused them; each body says its number."""
    now = dt.datetime.now(dt.UTC)
    Delivery.objects.bulk_create(
        Delivery(
            subscription=row, pair=pair, event_type="sanctions.changed", body=b'{"number":%d}' % each,
            created_at=now, **{"next_attempt_at": now} | fields,
        )
        for each in range(number)
    )  # fmt: skip


def drain(**options) -> None:
    """A worker in this process, until nothing is due."""
    asyncio.run(Worker(**options).run(until_idle=True))


def is_verified(received: Received, *secrets: str) -> bool:
    """True if the public package verifies the message at its own time with each of the secrets."""
    with time_machine.travel(int(received.headers["webhook-timestamp"]), tick=False):
        for secret in secrets:
            Webhook(secret).verify(received.body, received.headers, json_parse=False)
    return True


def environment(**more: str) -> dict[str, str]:
    """For processes that share this test's database and keys."""
    keys = {"SECRET_KEY": live.SECRET_KEY, "DATABASE_URL": conninfo()}
    return os.environ | ENVIRONMENT | keys | more


@pytest.fixture
def start():
    """Starts `manage.py` in a process of its own; what is left of it is killed."""
    running: list[subprocess.Popen[str]] = []

    def start(*arguments: str, **more: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=live.ROOT, env=environment(**more),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def parent_of_forks(django_db_setup):
    with forking(environment(DJANGO_SETTINGS_MODULE="tracker.settings"), folder=live.ROOT) as forks:
        yield forks


@pytest.fixture
def forks(parent_of_forks):
    """Starts workers and other processes; those that are left are killed."""
    yield parent_of_forks
    parent_of_forks.kill_all()


def meanwhile(do) -> None:
    """Does something with the database from within a receiver, whose own thread may not."""

    def run():
        do()
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
