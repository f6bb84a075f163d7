"""Refresh: elapsed dates are logged once, by however many processes and however late."""

import datetime as dt
import io
import threading

import pytest
import time_machine
from django.core.management import call_command
from django.db import OperationalError, connection, transaction

from relations import ledger
from relations.ledger import projecting
from relations.models import FACT_MODELS, CountryPair, RateLimitCounter, StatusChange, StatusPeriod
from tests.factories import citation, event, post, record, sanction, source
from tests.ledger.invariants import assert_everything_holds, lines_of
from tests.ledger.threads import arrive, at_once, waiting
from tests.waiting import until

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db(transaction=True)]


def on(day):
    return time_machine.travel(dt.datetime.combine(dt.date.fromisoformat(day), dt.time(12), dt.UTC), tick=False)


def dated():
    """Entries of elapsed dates: (pair, track, new value, effective)."""
    return [
        (entry.pair_id, entry.track, entry.new["value"], entry.effective.isoformat())
        for entry in StatusChange.objects.filter(reason="date_reached").order_by("id")
    ]


def several(number):
    """Facts of several pairs whose sanctions run out on the last day of 2020."""
    cited = source()
    directions = ["US>BY", "EU>BY", "GB>BY", "CA>BY", "CH>BY", "US>RU", "EU>RU", "GB>RU", "CA>RU", "CH>RU"][:number]
    ends = dt.date(2020, 12, 31)
    with on("2020-01-01"):
        for direction in directions:
            record(sanction("imposed", "2015", direction, expires_on=ends, citations=[citation(cited)]))


def test_a_day_that_comes_is_logged_once():
    several(1)
    with on("2020-12-31"):
        assert ledger.refresh() == 0
        assert dated() == []
    with on("2021-01-01"):
        assert ledger.refresh() == 1
        assert ledger.refresh() == 0
        assert dated() == [
            ("BY-US", "sanctions:US>BY", "none", "2021-01-01"),
            ("BY-US", "sanctions:US>BY:-", "none", "2021-01-01"),
        ]
        assert_everything_holds()


def test_the_cause_of_a_day_that_came_is_the_fact_that_ran_out_or_arrived():
    with on("2020-01-01"):
        (imposed,) = record(sanction("imposed", "2015", expires_on=dt.date(2020, 6, 30)))
        (visit,) = record(event("visit", "2020-09-01"))
    with on("2021-01-01"):
        ledger.refresh()
    causes = StatusChange.objects.filter(reason="date_reached").values_list(
        "track", "cause_kind", "cause_key", "cause_version"
    )
    assert list(causes.order_by("id")) == [
        ("sanctions:US>BY", "sanction-events", imposed.key, 1),
        ("sanctions:US>BY:-", "sanction-events", imposed.key, 1),
        ("trend", "diplomatic-events", visit.key, 1),
    ]


def test_days_of_standstill_are_logged_day_by_day():
    with on("2020-01-01"):
        record(
            sanction("imposed", "2015"),
            sanction("suspended", "2020-02-01", expires_on=dt.date(2020, 5, 31)),
            event("visit", "2020-03-01"),
            post("announced", "2020-03-01"),
            post("ambassador", "2020-07-01"),
        )
    with on("2023-01-01"):
        assert ledger.refresh() == 1
        assert_everything_holds()
    assert dated() == [
        ("BY-US", "sanctions:US>BY", "suspended", "2020-02-01"),
        ("BY-US", "sanctions:US>BY:-", "suspended", "2020-02-01"),
        ("BY-US", "trend", "improving", "2020-02-01"),
        ("BY-US", "next:US>BY", "announced", "2020-03-01"),
        ("BY-US", "sanctions:US>BY", "in_force", "2020-06-01"),
        ("BY-US", "sanctions:US>BY:-", "in_force", "2020-06-01"),
        ("BY-US", "ambassador:US>BY", "ambassador", "2020-07-01"),
        ("BY-US", "diplomatic_relations", "established", "2020-07-01"),
        ("BY-US", "next:US>BY", "none", "2020-07-01"),
        ("BY-US", "trend", "stable", "2022-03-01"),
        ("BY-US", "trend", "unknown", "2022-07-01"),
    ]


def test_a_command_after_a_standstill_logs_the_elapsed_dates_first():
    several(1)
    with on("2021-06-01"):
        record(post("vacant", "2021-05-01"))
        logged = [(entry[1], entry[4]) for entry in lines_of()[-4:]]
        assert logged == [
            ("sanctions:US>BY", "date_reached"),
            ("sanctions:US>BY:-", "date_reached"),
            ("ambassador:US>BY", "recorded"),
            ("trend", "recorded"),
        ]
        assert ledger.refresh() == 0
        assert_everything_holds()


def test_a_fact_of_the_future_is_logged_when_it_comes():
    with on("2020-01-01"):
        record(post("ambassador", "2020-03-15", holder="Fisher"))
        assert [entry[1] for entry in lines_of()] == ["facts"]
    with on("2020-03-15"):
        ledger.refresh()
    assert dated() == [
        ("BY-US", "ambassador:US>BY", "ambassador", "2020-03-15"),
        ("BY-US", "diplomatic_relations", "established", "2020-03-15"),
        ("BY-US", "next:US>BY", "none", "2020-03-15"),
        ("BY-US", "trend", "stable", "2020-03-15"),
    ]


def test_many_processes_log_each_day_exactly_once():
    several(10)
    with on("2021-01-01"):
        refreshed = at_once(*(lambda: ledger.refresh(batch=2) for _ in range(6)))
        assert sum(refreshed) == 10
        assert len(dated()) == len(set(dated())) == 20
        assert_everything_holds()


def test_a_refresh_leaves_a_pair_to_the_command_that_has_locked_it():
    several(2)
    cited = source()
    locked, go_on = threading.Event(), threading.Event()

    def act():
        with transaction.atomic():
            record(post("vacant", "2020-12-01", citations=[citation(cited)]))
            locked.set()
            arrive(go_on)

    def clock():
        arrive(locked)
        return ledger.refresh()

    def lets_go():
        arrive(locked)
        until(waiting("advisory"))  # the other pair's entries wait for the act's, its own pair is passed over
        go_on.set()

    with on("2021-01-01"):
        assert at_once(act, clock, lets_go)[1] == 1
        assert len(dated()) == 4
        assert_everything_holds()


def test_a_refresh_that_fails_halfway_loses_nothing_that_was_committed(monkeypatch):
    several(6)
    real, calls = projecting._append, []

    def failing(pairs, entries):
        calls.append(pairs)
        if len(calls) == 2:
            raise OperationalError("the disk is full")
        return real(pairs, entries)

    monkeypatch.setattr(projecting, "_append", failing)
    with on("2021-01-01"):
        with pytest.raises(OperationalError):
            ledger.refresh(batch=2)
        assert len(dated()) == 4
        monkeypatch.undo()
        assert ledger.refresh(batch=2) == 4
        assert len(dated()) == len(set(dated())) == 12
        assert_everything_holds()


def test_a_refresh_whose_connection_is_killed_loses_nothing(monkeypatch):
    several(4)
    real, pid, ready, killed = projecting._append, [], threading.Event(), threading.Event()

    def slow(pairs, entries):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pid.append(cursor.fetchone()[0])
        appended = real(pairs, entries)
        ready.set()
        arrive(killed)
        return appended

    def refreshes():
        try:
            ledger.refresh(batch=2)
        except OperationalError:
            return "killed"
        return "refreshed"

    def kills():
        arrive(ready)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [pid[0]])
            until(lambda: gone(cursor, pid[0]))
        killed.set()

    monkeypatch.setattr(projecting, "_append", slow)
    with on("2021-01-01"):
        assert at_once(refreshes, kills)[0] == "killed"
        assert dated() == []
        monkeypatch.undo()
        assert ledger.refresh() == 4
        assert len(dated()) == 8
        assert_everything_holds()


def gone(cursor, pid):
    cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE pid = %s", [pid])
    return cursor.fetchone() == (0,)


def test_fixtures_are_loaded_past_the_ledger_and_logged_once():
    call_command("loaddata", "seed_article", verbosity=0)
    assert_everything_holds(loaded=True)
    entries, periods = StatusChange.objects.count(), StatusPeriod.objects.count()
    logged = {(entry.cause_key, entry.cause_version) for entry in StatusChange.objects.filter(reason="imported")}
    facts = {(fact.key, fact.version) for model in FACT_MODELS for fact in model.objects.all()}
    assert len(facts) == 23
    assert facts <= logged
    call_command("loaddata", "seed_article", verbosity=0)
    assert (StatusChange.objects.count(), StatusPeriod.objects.count()) == (entries, periods)
    assert ledger.refresh() == 0
    assert_everything_holds(loaded=True)


def test_what_was_corrected_since_is_not_revived_by_loading_it_again():
    call_command("loaddata", "seed_article", verbosity=0)
    fact = FACT_MODELS[0].objects.filter(status="announced")[0]
    ledger.correct(type(fact), fact.key, values={"note": "announced twice"}, author=ledger.NOBODY)
    before = lines_of(fact.pair_id)
    call_command("loaddata", "seed_article", verbosity=0)
    assert [one.version for one in type(fact).objects.current().filter(key=fact.key)] == [2]
    assert lines_of(fact.pair_id) == before
    assert_everything_holds(loaded=True)


def test_a_command_on_a_pair_with_pending_fixtures_logs_them_first():
    with transaction.atomic():
        call_command("loaddata", "seed_article", verbosity=0)
        (fact,) = record(post("recalled", "2021-01-01"))
        (pair,) = CountryPair.objects.filter(code="BY-US")
        assert pair.next_change_on != projecting.PROJECTION_PENDING
        entries = StatusChange.objects.filter(pair="BY-US").order_by("id")
        assert [entry.reason for entry in entries][-1] == "recorded"
        assert {entry.reason for entry in entries if entry.cause_key != fact.key} == {"imported"}
        own = {fact.key for model in FACT_MODELS for fact in model.objects.filter(pair="BY-US")}
        assert {entry.cause_key for entry in entries} == own
    assert_everything_holds(loaded=True)


def test_the_command_prints_the_number_of_pairs_and_purges_old_records():
    several(2)
    with on("2020-12-01"):
        ledger.hit_rate_limit("old", most=5, seconds=60, what="requests")
    output = io.StringIO()
    with on("2021-01-01"):
        call_command("refresh", stdout=output)
    assert output.getvalue() == "refreshed 2 pairs\n"
    assert not RateLimitCounter.objects.exists()
