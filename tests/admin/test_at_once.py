"""Editors at work at the same time, each on a connection of their own."""

import threading
from contextlib import closing

import pytest
from django.db import connection

from relations import ledger
from relations.admin import tables
from relations.models import AmbassadorStatus, Source
from tests.admin.conftest import browser, filled, person, said, url
from tests.factories import citation, post, record, source
from tests.ledger.invariants import assert_everything_holds
from tests.ledger.threads import arrive, at_once, waiting
from tests.waiting import until

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db(transaction=True)]


def test_a_retraction_of_several_facts_does_not_wait_in_a_circle_with_an_act_on_one_of_their_pairs(monkeypatch):
    """The first retraction locks the log until commit; another one that waits for it must not lock the second pair."""
    cited = source()
    facts = record(
        *(post("vacant", "2010", direction, citations=[citation(cited)]) for direction in ("RU>UA", "US>BY"))
    )
    root, retract, first, others = browser(person("root", is_superuser=True)), ledger.retract, threading.Event(), []

    def slowly(model, key, **values):
        retract(model, key, **values)
        if not first.is_set():
            others.extend(fact for fact in facts if fact.key != key)
            first.set()
            until(waiting())

    def retracts():
        confirmed = {"action": "retract_selected", "_selected_action": [fact.pk for fact in facts]}
        return root.post(url("ambassadorstatus", "changelist"), {**confirmed, "reason": "wrong"}).status_code

    def records():
        arrive(first)
        (other,) = others
        direction = f"{other.from_country_id}>{other.to_country_id}"
        record(post("charge", "2020", direction, citations=[citation(cited)]))
        return "recorded"

    monkeypatch.setattr(ledger, "retract", slowly)
    assert at_once(retracts, records) == [302, "recorded"]
    assert list(AmbassadorStatus.objects.current().values_list("status", flat=True)) == ["charge"]
    assert_everything_holds()


def test_an_export_is_read_while_it_is_sent_and_of_one_moment(monkeypatch):
    """A cursor that outlives its transaction would have all rows found first, within the time limit of one read."""
    monkeypatch.setattr(tables, "_AT_ONCE", 1)
    cited = citation(source())
    record(*(post("vacant", year, "US>BY", citations=[cited]) for year in ("2010", "2012")))
    answer = browser(person("root", is_superuser=True)).get(url("ambassadorstatus", "export"))
    with closing(answer):
        lines = iter(answer.streaming_content)
        assert next(lines).startswith(b"key,version,recorded_at,from,to,status")
        assert b",vacant," in next(lines)
        with connection.cursor() as cursor:
            cursor.execute("SELECT is_holdable FROM pg_cursors WHERE name LIKE '\\_django%'")
            assert cursor.fetchall() == [(False,)]
        assert len(list(lines)) == 1


def test_a_save_that_waits_too_long_for_another_one_loses_no_input():
    (fact,) = record(post("vacant", "2010", "US>BY", citations=[citation(source())]))
    root = browser(person("root", is_superuser=True))
    pages = {
        url("ambassadorstatus", "change", fact.pk): "SELECT FROM relations_countrypair FOR UPDATE",
        url("source", "change", Source.objects.get().pk): "SELECT FROM relations_source FOR UPDATE",
    }
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
    for page, lock in pages.items():
        field = "note" if "ambassador" in page else "author"
        form = {**filled(root.get(page)), field: "typed"}
        with closing(connection.copy()) as other:
            other.set_autocommit(False)
            with other.cursor() as cursor:
                cursor.execute(lock)
            answer = root.post(page, form)
        assert answer.status_code == 200
        assert "Another command on the same rows is running: save again in a moment." in said(answer)
        assert filled(answer)[field] == "typed"
        assert root.post(page, filled(answer)).status_code == 302
    connection.close()
