"""Headers that an owner adds: sent with everything, sealed in the database, and shown to nobody."""

import json
import logging

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command

from relations import delivery
from relations.delivery.custom_headers import parse_headers
from relations.errors import Invalid, SomeRefused
from relations.models import Delivery, Subscription
from tests.api.subscribing import Caller, place
from tests.webhooks.conftest import drain, put_by
from tests.webhooks.receivers import Receiver, answer, listening

VALUE = "Bearer s3cr3t-of-the-owner"


def test_own_headers_come_with_the_ping_and_with_every_signed_message(owner, receiver):
    row, _ = delivery.create(owner, {"url": receiver.url, "headers": {"Authorization": VALUE, "X-Tenant": "7"}})
    drain()
    put_by(row, 1)
    drain()
    assert [(each.headers["authorization"], each.headers["x-tenant"]) for each in receiver.received] == [
        (VALUE, "7")
    ] * 2
    assert all("webhook-signature" in each.headers for each in receiver.received)
    delivery.change(row, {"headers": {}})
    put_by(row, 1)
    drain()
    assert "authorization" not in receiver.received[-1].headers


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        *(({name: "x"}, "not yours to set") for name in (
            "Host", "Content-Type", "content-length", "Webhook-Id", "webhook-anything", "Connection",
            "Transfer-Encoding", "TE", "Upgrade", "User-Agent", "Proxy-Authorization", "Expect", "Accept-Encoding",
        )),
        ({"X-A": "one\r\nX-B: two"}, "printable"), ({"X-A": "tab\there"}, "printable"), ({"X-A": "é"}, "printable"),
        ({"X-A": ""}, "printable"), ({"X-A": " x"}, "printable"), ({"X-A": 7}, "printable"),
        ({"X-A": None}, "printable"),
        ({"X-A": "x" * 1025}, "printable"), ({"X A": "x"}, "no name"), ({"": "x"}, "no name"),
        ({"X-A\r\nX-B": "x"}, "no name"),
        ({"X" * 65: "x"}, "no name"), ({f"X-{number}": "x" for number in range(11)}, "at most 10"),
        ({"X-A": "x", "x-a": "y"}, "case alone"), ({f"X-{number}": "x" * 1000 for number in range(5)}, "bytes"),
    ],
)  # fmt: skip
def test_headers_of_the_message_and_of_the_connection_are_refused_without_their_values(headers, why):
    with pytest.raises(Invalid, match=why) as refusal:
        parse_headers({"Authorization": VALUE} | headers if len(headers) < 5 else headers)
    assert refusal.value.field.partition("/")[0] == "headers"
    assert VALUE not in refusal.value.detail


@pytest.mark.django_db
def test_no_answer_no_log_and_no_column_shows_a_header(countries, caplog):
    caplog.set_level(logging.DEBUG)
    ann, headers = Caller("ann"), {"Authorization": VALUE}
    made = ann.post("/api/webhooks/", {"url": "https://example.org/hook", "headers": headers}, 201)
    assert made["header_names"] == ["Authorization"]
    tag = ann.answer("GET", place(made)).headers["ETag"]
    refused = ann.patch(place(made), {"headers": {"Authorization": VALUE, "Host": VALUE}}, 400)
    assert [each["pointer"] for each in refused["errors"]] == ["/headers/Host"]
    shown = ann.patch(place(made), {"headers": {"Authorization": VALUE + "2"}}, If_Match=tag)
    ann.patch(place(made), {"headers": headers}, 412, If_Match=tag)
    row = Subscription.objects.get()
    sealed = bytes(row.sealed_headers or b"")
    said = json.dumps([made, refused, shown, ann.get("/api/webhooks/"), ann.get(place(made))]) + caplog.text + repr(row)
    assert VALUE not in said
    assert sealed
    assert VALUE.encode() not in sealed
    (claim,) = delivery.claim(room=1, now=row.created_at)
    assert VALUE not in repr(claim)
    assert sealed.decode() not in repr(claim)


def test_headers_are_not_sent_to_another_host_unless_they_are_named_again(subscribe, receiver):
    row = subscribe(receiver, headers={"X-Key": VALUE})
    with listening(other := Receiver()):
        with pytest.raises(SomeRefused) as refusal:
            delivery.change(row, {"url": other.url})
        assert [each.field for each in refusal.value.rows[0]] == ["headers"]
        delivery.change(row, {"url": receiver.url + "/elsewhere"})
        delivery.change(row, {"url": other.url, "headers": {"X-Key": "another"}})
        drain()
    assert [each.headers["x-key"] for each in other.received] == ["another"]


def test_headers_are_sealed_again_with_the_newest_key_and_wait_for_a_lost_one(subscribe, receiver, settings, capsys):
    first, second = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.WEBHOOK_SECRET_KEYS = [first]
    row = subscribe(receiver, headers={"X-Key": VALUE})
    settings.WEBHOOK_SECRET_KEYS = [second, first]
    call_command("reseal_webhook_secrets")
    settings.WEBHOOK_SECRET_KEYS = [second]
    put_by(row, 1)
    drain()
    assert [each.headers["x-key"] for each in receiver.received] == [VALUE]
    settings.WEBHOOK_SECRET_KEYS, settings.SECRET_KEY = [first], "another key of the site, as long as it has to be"
    put_by(row, 1)
    drain()
    assert len(receiver.received) == 1
    assert Delivery.objects.get(state="pending").attempts == 0
    assert answer(204) == receiver.say(receiver.received[0])
