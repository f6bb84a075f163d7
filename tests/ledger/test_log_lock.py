"""The lock of the logs: one command appends at a time, from before its first number until its commit."""

import datetime as dt
import threading
from uuid import UUID

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction

from relations import delivery, ledger
from relations.codes import PartyChange
from relations.ledger import ListChangeDraft
from relations.ledger.designations import WrittenVersion
from relations.models import ImportRun, ListChange, StatusChange, Subscription
from relations.queries.advisory_locks import AdvisoryLock
from tests.factories import post, record
from tests.ledger.threads import arrive, at_once, waiting
from tests.waiting import until

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db(transaction=True)]

MOMENT = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


def change(direction):
    return lambda: record(post("vacant", "2010", direction))


def list_change(code):
    """An entry of the other log, whose numbers come from the same sequence."""
    listed = WrittenVersion(
        pk=1, party=1, key=UUID(int=1), reference="1", name="A", change=PartyChange.LISTED, programmes=(code,)
    )
    draft = ListChangeDraft(
        list_title="A list", code=code, title="", issuer="US", programme=None, versions={PartyChange.LISTED: [listed]}
    )
    return lambda: ledger.append_list_changes([draft], run=ImportRun.objects.create(list=code, started_at=MOMENT))


def entries():
    """The entries that are committed, by their numbers: of which log, and of which pair or programme."""
    return sorted([*StatusChange.objects.values_list("id", "pair_id"), *ListChange.objects.values_list("id", "code")])


def waits():
    """The keys of the advisory locks that are waited for, each with the connections that have it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT classid, objid, objsubid, pg_blocking_pids(pid) FROM pg_locks WHERE locktype = 'advisory' "
            "AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return cursor.fetchall()


def last_number():
    """The last number taken, even by a transaction that has not committed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM relations_statuschange_id_seq")
        return cursor.fetchone()[0]


def in_turn(first, second, *, between):
    """Runs `second` while `first` has done its work and not committed, and `between` once it waits for the log.

    It then has taken no number.
    """
    done, go_on, taken = threading.Event(), threading.Event(), []

    def earlier():
        with transaction.atomic():
            first()
            taken.append((connection.connection.info.backend_pid, last_number()))
            done.set()
            arrive(go_on)

    def later():
        arrive(done)
        second()

    def referee():
        arrive(done)
        until(waiting("advisory"))
        ((pid, last),) = taken
        assert waits() == [(0, AdvisoryLock.LOG, 1, [pid])]
        assert last_number() == last
        between()
        go_on.set()

    at_once(earlier, later, referee)


@pytest.mark.parametrize(
    ("first", "second"),
    [("BY-US", "RU-UA"), ("BY-US", "un"), ("eu", "RU-UA"), ("eu", "un")],
    ids=["changes", "a list change after a change", "a change after a list change", "list changes"],
)
def test_ids_follow_commits_as_nobody_takes_one_before_the_last_command_has_committed(first, second):
    """A reader who goes on after the last number of what it has read would never see a lower one."""
    commands = {"BY-US": change("US>BY"), "RU-UA": change("RU>UA"), "un": list_change("un"), "eu": list_change("eu")}
    seen = []
    in_turn(commands[first], commands[second], between=lambda: seen.extend(entries()))
    assert seen == []
    assert [name for _, name in entries()] == [first, second]


def test_a_subscription_is_read_and_enabled_after_the_last_command_that_saw_it_disabled():
    """Its row is not yet locked while it waits: the command that has the log may be about to lock it."""
    owner = get_user_model().objects.create_user("integrator")
    row, _ = delivery.create(owner, {"url": "https://example.org/hook"})
    delivery.disable(row)

    def is_free():
        with transaction.atomic():
            assert Subscription.objects.select_for_update(nowait=True).get().state == "disabled"

    in_turn(change("US>BY"), lambda: delivery.enable(row), between=is_free)
    assert Subscription.objects.get().state == "pending"
