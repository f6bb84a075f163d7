"""Subscriptions and deliveries in the admin: shown, disabled, sent again; secrets nowhere."""

import datetime as dt

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations import delivery
from relations.models import Delivery, Replay, StatusChange, Subscription
from tests.admin.conftest import browser, errors, page_of, person, said, url
from tests.api.subscribing import Caller, act, attempt, row_of
from tests.importers.importing import FILES, imported


@pytest.fixture
def ann(countries):
    return Caller("ann")


@pytest.fixture
def made(ann):
    return ann.subscribe(event_types=["sanctions.changed"], description="The desk")


def choose(client, model, action, *rows, **more):
    data = {"action": action, "_selected_action": [row.pk for row in rows], **more}
    return client.post(url(model, "changelist"), data, follow=True)


def test_a_subscription_is_shown_without_its_secret(root, made):
    row = row_of(made)
    page = root.get(url("subscription", "change", row.pk))
    words = said(page)
    assert made["secret_fingerprint"] in words
    assert "The desk" in words
    assert made["secret"] not in page.content.decode()
    assert not page_of(page).cssselect("input[name=url], textarea, input[name=_save]")
    words = said(root.get(url("subscription", "changelist") + "?state__exact=enabled&q=ann"))
    assert "The desk" in words


def test_nobody_writes_subscriptions_and_deliveries_here(root, made):
    row = row_of(made)
    for model, key in (("subscription", row.pk), ("delivery", row.deliveries.get().pk)):
        assert root.get(url(model, "add")).status_code == 403
        assert root.post(url(model, "change", key), {"url": "https://example.net/"}).status_code == 403
        assert root.post(url(model, "delete", key), {"post": "yes"}).status_code == 403
    assert Subscription.objects.get().url == made["url"]


def test_a_delivery_shows_its_body_and_every_attempt(root, made):
    act()
    attempt(500, answer=b"<b>Oops</b>")
    delivery = Delivery.objects.filter(change__isnull=False).earliest("id")
    page = root.get(url("delivery", "change", delivery.pk))
    words = said(page)
    assert bytes(delivery.body).decode() in words
    assert delivery.webhook_id in words
    assert "500" in words
    assert "<b>Oops</b>" in words
    assert b"<b>Oops</b>" not in page.content
    found = root.get(url("delivery", "changelist") + f"?q={delivery.message}")
    assert len(page_of(found).cssselect("#result_list tbody tr")) == 1


def test_a_delivery_about_a_list_names_the_list(root, ann):
    ann.subscribe(event_types=["designations.changed"], countries=["BY"])
    imported("ofac", FILES / "ofac" / "days" / "sdn_2022-02-23.csv")
    delivery = Delivery.objects.get(list_change__isnull=False)
    for page in (root.get(url("delivery", "change", delivery.pk)), root.get(url("delivery", "changelist"))):
        assert "BELARUS-EO14038: 1 listed, 0 amended, 0 delisted" in said(page)
    choose(root, "delivery", "redeliver", delivery)  # it waits already
    attempt(204)
    assert "queued" in said(choose(root, "delivery", "redeliver", delivery))
    assert Delivery.objects.get(replayed=True).list_change == delivery.list_change


def test_one_is_disabled_and_enabled_from_the_list_and_from_its_page(root, made):
    row = row_of(made)
    assert "disabled" in said(choose(root, "subscription", "disable", row))
    row.refresh_from_db()
    assert (row.state, row.disabled_reason) == ("disabled", "owner")
    form = {"CHANGE_FORM-action": "enable", "_selected_action": row.pk}
    answer = root.post(url("subscription", "change", row.pk), form, follow=True)
    assert "the ping is queued" in said(answer)
    attempt(204)
    row.refresh_from_db()
    assert row.state == "enabled"


def test_a_delivery_is_sent_once_more_and_a_ping_is_not(root, made):
    act()
    attempt(204)
    ping, sent = Delivery.objects.order_by("id")[:2]
    words = said(choose(root, "delivery", "redeliver", ping, sent))
    assert "A ping or a notice is not sent again" in words
    again = Delivery.objects.get(replayed=True)
    assert (again.replay_of, bytes(again.body), again.message) == (sent, bytes(sent.body), sent.message)


def test_a_span_of_the_log_is_replayed(root, made):
    act()
    attempt(204)
    row, last = row_of(made), StatusChange.objects.latest("id").pk
    asked = choose(root, "subscription", "replay", row)
    assert "sent again" in said(asked)
    assert not Replay.objects.exists()
    refused = choose(root, "subscription", "replay", row, confirmed="1")
    assert errors(refused) == ["Enter the start of the span: an id (0 for all) or a time."]
    refused = choose(root, "subscription", "replay", row, confirmed="1", after="7", until="6")
    assert errors(refused) == ["The span ends before it begins."]
    done = choose(root, "subscription", "replay", row, confirmed="1", after="0", undelivered="on")
    assert "the replay is queued" in said(done)
    wish = Replay.objects.get()
    assert (wish.after, wish.until, wish.undelivered) == (0, last, True)


def test_the_first_page_names_what_pauses_and_what_was_disabled_by_no_owner(root, ann, made):
    assert "Webhooks that need attention" not in said(root.get("/admin/"))
    now = dt.datetime.now(dt.UTC)
    act()
    for _ in range(5):
        now += dt.timedelta(hours=3)
        attempt(500, now=now)
    words = said(root.get("/admin/"))
    assert "Webhooks that need attention The desk of ann: Paused" in words
    other = ann.subscribe(description="Stopped by me")
    delivery.disable(row_of(other))
    attempt(410, now=now + dt.timedelta(days=1))
    words = said(root.get("/admin/"))
    assert "The desk of ann: Disabled (Answered 410 Gone)" in words
    assert "Stopped by me" not in words


def test_an_owner_sees_their_own_and_acts_only_with_the_permission(ann, made):
    owner = ann.user
    owner.groups.clear()
    owner.user_permissions.set(Permission.objects.filter(codename__in=("view_subscription", "view_delivery")))
    another = person("olga")
    another.user_permissions.set(owner.user_permissions.all())
    row = row_of(made)
    assert "The desk" in said(browser(owner).get(url("subscription", "changelist")))
    assert "The desk" not in said(browser(another).get(url("subscription", "changelist")))
    assert browser(another).get(url("subscription", "change", row.pk)).status_code == 302
    choose(browser(owner), "subscription", "disable", row)
    owner.user_permissions.add(Permission.objects.get(codename="change_subscription"))
    another.user_permissions.add(Permission.objects.get(codename="change_subscription"))
    choose(browser(another), "subscription", "disable", row)
    row.refresh_from_db()
    assert row.state == "enabled"
    choose(browser(type(owner).objects.get(pk=owner.pk)), "subscription", "disable", row)
    row.refresh_from_db()
    assert row.state == "disabled"


@pytest.mark.parametrize("model", ["subscription", "delivery"])
def test_a_list_costs_the_same_for_one_and_for_many(root, ann, made, model):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            root.get(url(model, "changelist"))
        return len(queries)

    one = cost()
    act()
    for _ in range(3):
        ann.subscribe()
    assert cost() == one
