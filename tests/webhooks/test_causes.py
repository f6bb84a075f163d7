"""The fact that caused a change, in the message about it; and filters of subscriptions older than its words."""

import datetime as dt
import importlib
import json

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from relations import delivery, ledger
from relations.models import Delivery, SanctionEvent, Source, Subscription
from tests.webhooks.conftest import act

pytestmark = pytest.mark.django_db


@pytest.fixture
def everything(countries):
    """A subscription to all that happens, without a receiver."""
    owner = get_user_model().objects.create_user("integrator")
    row, _ = delivery.create(owner, {"url": "https://example.org/hook", "event_types": ["*", "facts.changed"]})
    Subscription.objects.filter(pk=row.pk).update(state="enabled", verified_at=timezone.now())
    Delivery.objects.all().delete()
    return row


def last_cause():
    return json.loads(bytes(Delivery.objects.latest("id").body))["data"]["cause"]


def draft(source, number, *, word="supports"):
    return ledger.CitationDraft(source=source, quote=f"words {number}", stance=word)


def test_a_cause_is_the_version_of_the_fact_with_its_first_citations_and_their_number(everything):
    fact = act(on="2020-01-01")
    source = Source.objects.get()
    cited = [draft(source, number, word="disputes" if number == 1 else "supports") for number in range(7)]
    ledger.correct(SanctionEvent, fact.key, values={"action": "eased"}, citations=cited, author=ledger.NOBODY)
    found = last_cause()
    assert (found["kind"], found["key"], found["version"]) == ("sanction-events", str(fact.key), 2)
    assert (found["from"], found["to"], found["value"], found["on"]) == ("US", "BY", "eased", "2020-01-01")
    assert [(each["quote"], each["stance"]) for each in found["citations"]] == [
        ("words 0", "supports"), ("words 1", "disputes"), *((f"words {n}", "supports") for n in (2, 3, 4)),
    ]  # fmt: skip
    assert (found["citations_count"], found["citations"][0]["source"]["publisher"]) == (7, "Gazette")
    ledger.retract(SanctionEvent, fact.key, why="It never was.", author=ledger.NOBODY)
    assert last_cause()["version"] == 2


def test_a_day_that_comes_names_the_fact_whose_day_it_is_and_no_other(everything):
    tomorrow = timezone.now().date() + dt.timedelta(days=1)
    fact = act(expires_on=tomorrow.isoformat())
    with time_machine.travel(dt.datetime.combine(tomorrow, dt.time(12), dt.UTC) + dt.timedelta(days=1)):
        ledger.refresh()
    body = json.loads(bytes(Delivery.objects.latest("id").body))["data"]
    assert (body["reason"], body["cause"]["key"]) == ("date_reached", str(fact.key))


def test_causes_of_many_changes_cost_as_many_queries_as_of_one(everything):
    def queries(number):
        acts = [
            ledger.FactDraft(
                model=SanctionEvent, citations=[draft(Source.objects.get(), 1)],
                values={"from_country_id": "US", "to_country_id": "CU", "action": "imposed", "on": f"19{day}-01-01"},
            )
            for day in range(70, 70 + number)
        ]  # fmt: skip
        with CaptureQueriesContext(connection) as found:
            ledger.record(acts, author=ledger.NOBODY)
        return [
            query["sql"]
            for query in found
            if "relations_citation" in query["sql"] and query["sql"].startswith("SELECT")
        ]

    act()
    assert len(queries(1)) == len(queries(9))


def test_transitions_made_before_have_their_values_under_the_new_words(everything):
    old = [{"track": "sanctions", "from": ["none"], "to": []}, {"track": "trend", "from": [], "to": ["stable"]}]
    Subscription.objects.update(transitions=old)
    (operation, *_) = importlib.import_module("relations.migrations.0032_webhooks_second_edition").Migration.operations
    with connection.cursor() as cursor:
        cursor.execute(operation.sql)
    assert Subscription.objects.get().transitions == [
        {"track": "sanctions", "old": ["none"], "new": []}, {"track": "trend", "old": [], "new": ["stable"]},
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(operation.reverse_sql)
    assert Subscription.objects.get().transitions == old
