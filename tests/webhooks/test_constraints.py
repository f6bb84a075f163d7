"""Constraints of the database on subscriptions and deliveries."""

import datetime as dt
import uuid
from collections.abc import Callable

import psycopg
import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction

from relations.models import (
    Attempt,
    Delivery,
    ImportRun,
    ListChange,
    Replay,
    Selector,
    SigningSecret,
    StatusChange,
    Subscription,
)

pytestmark = pytest.mark.usefixtures("seed")

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def subscription() -> Subscription:
    owner = get_user_model().objects.create_user("ann")
    return Subscription.objects.create(
        owner=owner, url="https://receiver.example/", event_types=["*"], created_at=NOW, state_since=NOW
    )


def delivery(to: Subscription, **values: object) -> Delivery:
    given = {
        "change": StatusChange.objects.order_by("id")[0], "pair": "BY-EU", "event_type": "sanctions.changed",
        "body": b"{}", "created_at": NOW, "next_attempt_at": NOW,
    }  # fmt: skip
    return Delivery.objects.create(subscription=to, **given | values)


def twice(write: Callable[[], object]) -> None:
    write()
    write()


def attempt(to: Subscription, **values: object) -> None:
    Attempt.objects.create(delivery=delivery(to), at=NOW, milliseconds=1, **values)


def changed(one: Subscription, **values: object) -> None:
    Subscription.objects.filter(pk=one.pk).update(**values)


def secret(to: Subscription) -> None:
    SigningSecret.objects.create(subscription=to, sealed=b"sealed", fingerprint="f", created_at=NOW)


def list_change(**values: object) -> ListChange:
    run = ImportRun.objects.get_or_create(list="ofac", defaults={"started_at": NOW})[0]
    return ListChange.objects.create(
        **{"run": run, "code": "SDGT", "issuer_id": "US", "listed": 1, "recorded_at": NOW} | values
    )


def edited(one: ListChange) -> None:
    ListChange.objects.filter(pk=one.pk).update(listed=2)


BROKEN: dict[str, Callable[[Subscription], object]] = {
    "a_subscription_is_in_a_state_of_the_vocabulary": lambda one: changed(one, state="asleep"),
    "only_a_disabled_subscription_has_a_reason": lambda one: changed(one, disabled_reason="gone"),
    "only_a_paused_subscription_has_an_end_of_its_pause": lambda one: changed(one, paused_until=NOW),
    "what_is_sent_to_has_answered_its_ping": lambda one: changed(one, state="enabled"),
    "a_subscription_names_the_types_of_its_events": lambda one: changed(one, event_types=[]),
    "a_subscription_includes_a_word_of_the_vocabulary": lambda one: changed(one, include="all"),
    "a_subscription_is_selected_once_by_the_same_words": lambda one: twice(
        lambda: Selector.objects.create(key="trend.changed|*|*|*", subscription=one)
    ),
    "a_subscription_has_one_secret_that_does_not_retire": lambda one: twice(lambda: secret(one)),
    "a_replay_stays_within_its_span": lambda one: Replay.objects.create(
        subscription=one, after=1, until=5, reached=6, requested_at=NOW
    ),
    "a_delivery_is_in_a_state_of_the_vocabulary": lambda one: delivery(one, state="lost", finished_at=NOW),
    "what_is_being_sent_is_under_a_lease": lambda one: delivery(one, lease=uuid.uuid4(), leased_until=NOW),
    "a_delivery_is_finished_once_it_is_not_outstanding": lambda one: delivery(one, state="delivered"),
    "a_change_is_delivered_once_to_a_subscription": lambda one: twice(lambda: delivery(one)),
    "a_replay_of_a_change_waits_once": lambda one: twice(lambda: delivery(one, replayed=True)),
    "a_subscription_waits_for_one_ping": lambda one: twice(
        lambda: delivery(one, change=None, pair="", event_type="webhook.ping")
    ),
    "a_subscription_waits_for_one_test_of_a_type": lambda one: twice(lambda: delivery(one, change=None, test=True)),
    "a_subscription_is_sent_to_at_a_rate_of_1_to_60000": lambda one: changed(one, rate_per_minute=0),
    "a_subscription_with_headers_has_their_names": lambda one: changed(one, header_names=["X-Key"]),
    "the_mailed_state_of_a_subscription_is_one_of_the_vocabulary": lambda one: changed(one, mailed_state="asleep"),
    "only_a_cancelled_delivery_has_a_reason": lambda one: delivery(one, cancelled_because="gone"),
    "a_delivery_is_of_one_line": lambda one: delivery(one, list_change=list_change()),
    "an_import_reports_a_programme_once": lambda _: twice(list_change),
    "a_list_change_changes_something": lambda _: list_change(listed=0),
    "a_list_change_has_a_programme_where_it_has_a_target": lambda _: list_change(target_id="BY"),
    "list_changes_are_only_appended": lambda _: edited(list_change()),
    "an_attempt_has_a_status_or_an_error": attempt,
    "an_attempt_has_at_most_4_KiB_of_the_answer": lambda one: attempt(one, status=200, answer=b"x" * 4097),
}


def test_the_database_refuses_by_name(subscription):
    found = dict.fromkeys(BROKEN, "")
    for name, breach in BROKEN.items():
        try:
            with transaction.atomic():
                breach(subscription)
                transaction.set_rollback(True)
        except IntegrityError as refusal:
            cause = refusal.__cause__
            assert isinstance(cause, psycopg.Error)
            found[name] = cause.diag.constraint_name or ""
    assert found == {name: name for name in BROKEN}
