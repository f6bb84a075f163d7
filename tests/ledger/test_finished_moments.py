"""Finished moments: nothing will still be recorded at them or before."""

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, transaction

from relations import ledger
from relations.codes import PartyChange
from relations.ledger import ConfirmationDraft, PartyDraft
from relations.models import (
    FACT_MODELS,
    AmbassadorStatus,
    Confirmation,
    Designation,
    ImportRun,
    ListChange,
    StatusChange,
)
from relations.queries.advisory_locks import AdvisoryLock
from relations.queries.clock import newest_finished
from tests.database import conninfo
from tests.factories import citation, event, post, record, source
from tests.ledger.threads import apart, at_once
from tests.waiting import PATIENCE

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db(transaction=True)]

_WRITTEN = (*FACT_MODELS, Confirmation, Designation, ListChange, StatusChange)


@contextmanager
def uncommitted(command: Callable[[], object]) -> Iterator[None]:
    """The command has done all its work, on a connection of its own, and commits at the end."""
    done, go_on = threading.Event(), threading.Event()
    failures: list[Exception] = []

    def run() -> None:
        try:
            with transaction.atomic():
                command()
                done.set()
                assert go_on.wait(PATIENCE)
        except Exception as failure:  # noqa: BLE001  # the thread that waits raises it
            failures.append(failure)
            done.set()

    thread = threading.Thread(target=apart(run))
    thread.start()
    try:
        assert done.wait(PATIENCE)
        assert not failures, failures
        yield
    finally:
        go_on.set()
        thread.join()


def first_written(after: dt.datetime) -> dt.datetime:
    """The earliest transaction time of the rows that have appeared."""
    moments: list[dt.datetime] = [
        moment
        for model in _WRITTEN
        for column in ("recorded_at", "superseded_at")
        if hasattr(model, column)
        for moment in model._default_manager.filter(**{f"{column}__gt": after}).values_list(column, flat=True)
    ]
    moments += ImportRun.objects.filter(started_at__gt=after, state="succeeded").values_list("started_at", flat=True)
    return min(moments)


def corrects() -> None:
    fact = AmbassadorStatus.objects.current().get()
    ledger.correct(AmbassadorStatus, fact.key, values={"holder": "Somebody else"}, author=ledger.NOBODY)


def retracts() -> None:
    fact = AmbassadorStatus.objects.current().get()
    ledger.retract(AmbassadorStatus, fact.key, why="Not so.", author=ledger.NOBODY)


def confirms() -> None:
    fact = AmbassadorStatus.objects.current().get()
    draft = ConfirmationDraft(model=AmbassadorStatus, key=fact.key, source=source(), day=dt.date(2021, 1, 1))
    assert ledger.confirm([draft], author=ledger.NOBODY) == 1


def imports() -> None:
    party = PartyDraft(
        reference="1", change=PartyChange.LISTED, on="2020-01-01", kind="person", name="A", names=["A"], content={},
        programmes=["BELARUS"], nationalities=[], digest="1",
    )  # fmt: skip
    with ledger.import_run("ofac") as run:
        run.dated = dt.date(2020, 1, 1)
        ledger.write_parties([party], run=run, moment=ledger.clock())


def loads() -> None:
    call_command("loaddata", "seed_article", verbosity=0)
    ledger.refresh()


@pytest.mark.parametrize(
    "command",
    [lambda: record(event("talks", "2020-01-01")), corrects, retracts, confirms, imports, loads, ledger.refresh],
    ids=["record", "correct", "retract", "confirm", "import", "load", "refresh"],
)
def test_a_moment_is_finished_once_every_command_that_began_before_it_has_ended(command):
    record(post("ambassador", "2020-01-01", holder="A"))
    if command is ledger.refresh:
        # Changes by itself, on a day that has come.
        record(event("talks", "2020-01-01"))
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE relations_countrypair SET next_change_on = current_date, logged_through = '2019-12-31'"
            )
    before = newest_finished()
    with uncommitted(command):
        during = newest_finished()
        later = newest_finished()
    assert during == later
    after = newest_finished()
    assert before < during < first_written(before)
    assert during < after
    assert after <= newest_finished()
    assert after + dt.timedelta(days=1) > newest_finished()


def test_a_command_that_fails_or_is_undone_blocks_no_later_moment():
    def refused() -> None:
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            record(event("talks", "2020-01-01"))
            _ = 1 / 0

    before = newest_finished()
    with uncommitted(refused):
        assert newest_finished() > before
        began = newest_finished()
        assert newest_finished() > began


def test_after_an_undone_savepoint_the_next_command_is_announced_again():
    def undone_then_done() -> None:
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            record(event("talks", "2020-01-01"))
            _ = 1 / 0
        record(event("talks", "2020-01-02"))

    before = newest_finished()
    with uncommitted(undone_then_done):
        during = newest_finished()
        assert newest_finished() == during
    assert during < first_written(before)


def test_commands_of_one_transaction_do_not_block_its_own_reads():
    with transaction.atomic():
        (fact,) = record(post("ambassador", "2020-01-01", holder="A"))
        assert fact.recorded_at <= newest_finished()


def test_a_reader_waits_until_a_command_is_past_its_clock_and_never_goes_back():
    """A command that has read its clock and has no exact lock yet might still record before what was given."""
    moments: list[dt.datetime] = []
    stop = threading.Event()

    def reads() -> None:
        while not stop.is_set():
            moments.append(newest_finished())

    def writes() -> None:
        try:
            for number in range(30):
                record(event("talks", f"20{number:02}"))
        finally:
            stop.set()

    at_once(reads, writes)
    assert moments == sorted(moments)
    assert len(set(moments)) > 1


def test_a_reader_asks_again_while_a_command_has_read_its_clock_and_has_no_exact_lock():
    """Its first lock is of a moment before the last answer: an answer that ends with it would go back."""
    before = newest_finished()
    begun = (before - dt.datetime.fromtimestamp(0, dt.UTC)) // dt.timedelta(microseconds=1) - 1_000_000
    asked = []
    with psycopg.connect(conninfo(), autocommit=True) as command:
        command.execute("SELECT pg_advisory_lock_shared(%s)", [(lock := AdvisoryLock.ENTERING << 52 | begun)])

        def asking(execute, *arguments):
            asked.append(arguments)
            if len(asked) == 3:
                command.execute("SELECT pg_advisory_unlock_shared(%s)", [lock])
            return execute(*arguments)

        with connection.execute_wrapper(asking):
            assert newest_finished() > before
    assert len(asked) == 3


def test_a_clock_that_was_set_back_repeats_no_moment_of_the_log():
    """The log's last entry is half an hour ahead, as after a clock that was set back by so much."""
    (first,) = record(post("ambassador", "2020-01-01", holder="A"))
    ahead = first.recorded_at + dt.timedelta(minutes=30)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE relations_statuschange DISABLE TRIGGER USER")
        cursor.execute("UPDATE relations_statuschange SET recorded_at = %s", [ahead])
        cursor.execute("ALTER TABLE relations_statuschange ENABLE TRIGGER USER")
    (other,) = record(post("ambassador", "2020-01-01", "RU>FR", holder="B"))
    assert other.recorded_at > ahead
    assert other.recorded_at <= newest_finished()


@contextmanager
def clock_set_back() -> Iterator[None]:
    """The clock of the database is ten minutes late on this connection."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA stepped")
        for name in ("clock_timestamp", "statement_timestamp"):
            cursor.execute(
                f"CREATE FUNCTION stepped.{name}() RETURNS timestamptz VOLATILE LANGUAGE sql "
                f"AS $$ SELECT pg_catalog.{name}() - interval '10 minutes' $$"
            )
        cursor.execute("SET search_path TO stepped, pg_catalog, public")
        try:
            yield
        finally:
            cursor.execute("RESET search_path")
            cursor.execute("DROP SCHEMA stepped CASCADE")


def test_who_follows_by_moments_misses_nothing_when_the_clock_is_set_back_and_forward():
    """Follows facts from a microsecond after the last one, as docs/time-travel.md says, and asks for the present."""
    followed: list[AmbassadorStatus] = []

    def follow() -> None:
        rows = AmbassadorStatus.objects.filter(recorded_at__lte=newest_finished()).order_by("recorded_at", "pk")
        if followed:
            rows = rows.filter(recorded_at__gte=followed[-1].recorded_at + dt.timedelta(microseconds=1))
        followed.extend(rows)

    written = record(post("ambassador", "2020-01-01", "US>BY"))
    follow()
    with clock_set_back():
        for number, direction in enumerate(("RU>FR", "FR>RU", "DE>BY")):
            written += record(post("ambassador", "2020-01-01", direction))
            assert AmbassadorStatus.objects.known_at(newest_finished()).count() == number + 2
            follow()
    written += record(post("ambassador", "2020-01-01", "BY>DE"))
    follow()
    assert followed == written
    assert len({fact.recorded_at for fact in written}) == len(written)


def test_a_moment_far_ahead_in_a_loaded_file_does_not_carry_the_clock_away():
    (first,) = record(post("ambassador", "2020-01-01", holder="A"))
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE relations_statuschange DISABLE TRIGGER USER")
        cursor.execute("UPDATE relations_statuschange SET recorded_at = %s", [dt.datetime(2200, 1, 1, tzinfo=dt.UTC)])
        cursor.execute("ALTER TABLE relations_statuschange ENABLE TRIGGER USER")
    (other,) = record(post("ambassador", "2020-01-01", "RU>FR", holder="B", citations=[citation()]))
    assert other.recorded_at <= newest_finished()
    assert first.recorded_at < other.recorded_at
