"""Commands of owners on subscriptions, and refusals."""

import datetime as dt

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.utils import timezone

from relations import delivery
from relations.delivery.signing import Secret
from relations.errors import Conflict, NoSuchSubscription, SomeRefused
from relations.models import Attempt, Delivery, SigningSecret, StatusChange, Subscription
from tests.ledger.threads import at_once, first_then
from tests.webhooks.conftest import act, drain, is_verified, put_by

URL = {"url": "https://example.org/hook"}


@pytest.fixture
def integrator(countries):
    return get_user_model().objects.create_user("integrator")


def refused(owner, **values):
    with pytest.raises(SomeRefused) as refusal:
        delivery.create(owner, URL | values)
    return [(each.field, str(each)) for each in refusal.value.rows[0]]


def test_a_new_subscription_waits_for_its_ping_and_shows_its_secret_once(integrator):
    row, secret = delivery.create(integrator, URL)
    assert (row.state, row.verified_at, row.event_types) == ("pending", None, ["*"])
    (ping,) = Delivery.objects.filter(subscription=row)
    assert (ping.event_type, ping.state, ping.change_id) == ("webhook.ping", "pending", None)
    (kept,) = SigningSecret.objects.all()
    assert kept.fingerprint == secret.fingerprint
    assert Secret.decrypt(bytes(kept.sealed), subscription=row.pk).reveal() == secret.reveal()


@pytest.mark.parametrize("command", [
    lambda row, _: delivery.change(row, {"description": "Another"}),
    lambda row, _: delivery.enable(row),
    lambda row, _: delivery.disable(row),
    lambda row, _: delivery.ping(row),
    lambda row, _: delivery.rotate(row),
    lambda row, _: delivery.replay_missed(row),
    lambda _, sent: delivery.redeliver(sent),
])  # fmt: skip
def test_a_command_on_a_subscription_that_was_just_deleted_finds_none(integrator, command):
    row, _ = delivery.create(integrator, URL)
    delivery.delete(Subscription(pk=row.pk))
    with pytest.raises(NoSuchSubscription, match=f"no subscription {row.pk}"):
        command(row, Delivery(subscription=row, line=1))


def test_filters_are_stored_in_one_spelling(integrator):
    row, _ = delivery.create(
        integrator,
        URL | {
            "event_types": ["sanctions.*", "sanctions.*"], "countries": ["by", "USA"], "pairs": ["us-by", "BY-US"],
            "tracks": ["sanctions:usa>by:7", "trend"], "directions": ["us>BY"],
            "transitions": [{"track": "ambassador", "old": ["vacant"], "new": None}, {"track": "sanctions"}],
        },
    )  # fmt: skip
    row.refresh_from_db()
    assert (row.event_types, row.countries, row.pairs) == (["sanctions.*"], ["BY", "US"], ["BY-US"])
    assert (row.tracks, row.directions) == (["sanctions:US>BY:7", "trend"], ["US>BY"])
    assert row.transitions == [
        {"track": "ambassador", "old": ["vacant"], "new": []}, {"track": "sanctions", "old": [], "new": []},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"event_types": ["sanction.changed"]}, "event_types/0", "did you mean 'sanctions.changed'"),
        ({"event_types": ["webhook.disable"]}, "event_types/0", "did you mean 'webhook.disabled'"),
        ({"event_types": []}, "event_types", "Name an event"),
        ({"countries": ["XX"]}, "countries/0", "no country 'XX'"),
        ({"countries": ["BY"] * 201}, "countries", "at most 200"),
        ({"pairs": ["BYUS"]}, "pairs/0", "write BY-US"),
        ({"pairs": ["BY-BY"]}, "pairs/0", "both are BY"),
        ({"directions": ["BY-US"]}, "directions/0", "write US>BY"),
        ({"tracks": ["embargo"]}, "tracks/0", "names no track"),
        ({"tracks": ["trend:US>BY"]}, "tracks/0", "no direction"),
        ({"tracks": ["ambassador:US>BY:7"]}, "tracks/0", "no part"),
        ({"tracks": ["sanctions:US>BY:7:8"]}, "tracks/0", "names no track"),
        ({"transitions": ["ambassador"]}, "transitions/0", "A transition looks like"),
        ({"transitions": [{"track": "ambassador", "new": ["vacent"]}]}, "transitions/0/new/0", "never 'vacent'"),
        ({"transitions": [{"track": "facts"}]}, "transitions/0/track", "no values"),
        ({"transitions": [{"track": "trend", "until": []}]}, "transitions/0", "no 'until'"),
        ({"transitions": [{"track": "trend", "new": "stable"}]}, "transitions/0/new", "lists of values"),
        ({"include": "everything"}, "include", "everything"),
        ({"ordered": "maybe"}, "ordered", "maybe"),
        ({"description": "x" * 201}, "description", "200"),
        ({"description": "\x00"}, "description", "NUL"),
        ({"url": "http://169.254.169.254/"}, "url", "not one of the public internet"),
        ({"url": None}, "url", "URL"),
        ({"event_types": ["trend.changed"], "tracks": ["sanctions"]}, "event_types", "No change meets these"),
    ],
)  # fmt: skip
def test_what_means_nothing_is_refused_by_name(integrator, values, field, words):
    found = refused(integrator, **values)
    assert [name for name, _ in found] == [field]
    assert words in found[0][1]
    assert not Subscription.objects.exists()


def test_every_wrong_field_is_refused_at_once(integrator):
    found = refused(integrator, url="ftp://example.org", countries=["XX"], include="all")
    assert sorted(name for name, _ in found) == ["countries/0", "include", "url"]


def test_an_owner_has_at_most_fifty_and_another_owner_fifty_more(integrator):
    for _ in range(50):
        delivery.create(integrator, URL)
    with pytest.raises(Conflict, match="at most 50"):
        delivery.create(integrator, URL)
    delivery.create(get_user_model().objects.create_user("another"), URL)


def test_two_requests_at_once_do_not_make_fifty_one(owner):
    for _ in range(49):
        delivery.create(owner, URL)

    def one_more():
        try:
            delivery.create(owner, URL)
        except Conflict as refusal:
            return refusal.code
        return "created"

    assert sorted(at_once(*[one_more] * 3)) == ["conflict", "conflict", "created"]
    assert Subscription.objects.count() == 50


# --- with a receiver ------------------------------------------------------------------------------------------------


def test_changed_filters_count_from_now_on_and_waiting_deliveries_have_the_same_bytes(subscribe, receiver):
    row = subscribe(receiver, tracks=["sanctions:US>BY:-"])
    act()
    waiting = bytes(Delivery.objects.get().body)
    delivery.change(row, {"tracks": [], "countries": ["CU"], "include": "snapshot"})
    act(action="suspended")
    drain()
    assert receiver.bodies() == [waiting]


def test_a_disabled_one_is_left_alone_and_gets_what_it_missed_when_it_is_enabled_again(subscribe, receiver):
    row = subscribe(receiver, tracks=["sanctions:US>BY:-"])
    act()
    row = delivery.disable(row)
    assert (row.state, row.disabled_reason, row.missed_from) == ("disabled", "owner", StatusChange.objects.last().pk)
    act(action="suspended")
    with pytest.raises(Conflict, match="disabled"):
        delivery.ping(row)
    drain()
    assert receiver.received == []
    delivery.enable(row)
    act(action="reimposed")
    drain()
    row.refresh_from_db()
    assert (row.state, len(receiver.received)) == ("enabled", 3)  # the ping, what had waited, what came after
    wish = delivery.replay_missed(row)
    drain()
    wish.refresh_from_db()
    row.refresh_from_db()
    assert (wish.queued, row.missed_from) == (1, None)
    assert b'"suspended"' in receiver.bodies()[-1]
    with pytest.raises(Conflict, match="Nothing was missed"):
        delivery.replay_missed(row)


def test_an_owner_who_is_locked_out_is_sent_nothing(subscribe, receiver):
    row = subscribe(receiver)
    put_by(row, 1)
    get_user_model().objects.update(is_active=False)
    drain()
    assert receiver.received == []


# --- deletion -------------------------------------------------------------------------------------------------------


def test_deletion_takes_secrets_deliveries_and_their_log(subscribe, receiver):
    row, other = subscribe(receiver), subscribe(receiver)
    act()
    drain()
    delivery.redeliver(Delivery.objects.filter(subscription=row)[0])
    delivery.delete(row)
    delivery.delete(row)
    assert set(Delivery.objects.values_list("subscription", flat=True)) == {other.pk}
    assert set(Attempt.objects.values_list("delivery__subscription", flat=True)) == {other.pk}
    assert set(SigningSecret.objects.values_list("subscription", flat=True)) == {other.pk}


def test_a_deletion_waits_for_a_command_that_enqueues(subscribe, receiver):
    row, other = subscribe(receiver), subscribe(receiver)
    first_then(act, lambda: delivery.delete(row))
    assert set(Delivery.objects.values_list("subscription", flat=True)) == {other.pk}
    assert list(Subscription.objects.all()) == [other]


# --- secrets --------------------------------------------------------------------------------------------------------


def test_after_a_rotation_both_secrets_sign_and_after_the_grace_only_the_new_one(subscribe, receiver):
    row = subscribe(receiver)
    new = delivery.rotate(row).reveal()
    put_by(row, 1)
    drain()
    assert is_verified(receiver.received[0], row.secret, new)
    later = timezone.now() + dt.timedelta(hours=24, seconds=1)
    with time_machine.travel(later):
        put_by(row, 1)
        drain()
        delivery.purge(now=later)
    assert is_verified(receiver.received[1], new)
    assert len(receiver.received[1].headers["webhook-signature"].split(" ")) == 1
    assert SigningSecret.objects.count() == 1


def test_at_most_two_secrets_sign_and_without_a_grace_one(subscribe, receiver):
    row = subscribe(receiver)
    second = delivery.rotate(row).reveal()
    third = delivery.rotate(row).reveal()
    put_by(row, 1)
    drain()
    assert is_verified(receiver.received[0], second, third)
    assert len(receiver.received[0].headers["webhook-signature"].split(" ")) == 2
    fourth = delivery.rotate(row, grace=dt.timedelta()).reveal()
    put_by(row, 1)
    drain()
    assert is_verified(receiver.received[1], fourth)
    assert SigningSecret.objects.count() == 1
