"""`manage.py webhook_receiver`: what the receiver for people who try webhooks out takes, refuses and says."""

import json
import threading
import time
import urllib.error
import urllib.request

import pytest

from relations import delivery
from relations.delivery.receiver import Receiver
from relations.delivery.signing import Secret

SECRET = Secret.new()


@pytest.fixture
def shown():
    return []


@pytest.fixture
def send(shown):
    """Sends a body with an id, signed by default; returns the status."""
    receiver = Receiver(0, secrets=lambda: [Secret.new(), SECRET], show=shown.append)
    thread = threading.Thread(target=receiver.serve_forever)
    thread.start()

    def send(id_, body, *, secret=SECRET, **headers):
        content, at = json.dumps(body).encode(), str(int(time.time()))
        signature = secret.signature(f"{id_}.{at}.".encode() + content)
        headers_sent = {"webhook-id": id_, "webhook-timestamp": at, "webhook-signature": signature} | headers
        request = urllib.request.Request(f"http://127.0.0.1:{receiver.server_port}/", content, headers_sent)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status
        except urllib.error.HTTPError as error:
            return error.code

    yield send
    receiver.shutdown()
    thread.join()
    receiver.server_close()


def change(version, value="vacant"):
    values = {"pair": "BY-US", "track": "ambassador:US>BY", "version": version, "effective": "2020-12-23"}
    return {"type": "ambassador.changed", "data": values | {"old": {"value": "unknown"}, "new": {"value": value}}}


def test_what_is_signed_is_said_and_what_is_double_or_old_is_said_to_be_dropped(send, shown):
    second = change(2, "charge")
    assert [send("msg_2", second), send("msg_2", second), send("msg_1", change(1))] == [204, 204, 204]
    line = "ambassador.changed: Head of mission US>BY, pair BY-US, version"
    assert shown == [
        f"{line} 2: unknown → chargé d'affaires from 2020-12-23",
        "ambassador.changed: a duplicate, dropped",
        f"{line} 1: older than the last one, dropped",
    ]
    assert send("msg_3", {"type": "webhook.ping", "data": {"subscription": 1}}) == 204
    assert shown[3:] == ['webhook.ping: {"subscription": 1}']


@pytest.mark.parametrize(
    ("status", "given"),
    [(401, {"secret": Secret.new()}), (401, {"webhook-id": "msg_2"}), (401, {"webhook-timestamp": "1"}),
     (413, {"Content-Length": "99999999"}), (413, {"Content-Length": "-1"}),
     (413, {"Content-Length": "9" * 5000})],
)  # fmt: skip
def test_what_is_not_signed_or_too_long_is_refused(send, shown, status, given):
    assert send("msg_1", change(1), **given) == status
    assert [line.split(":")[0] for line in shown] == ["refused"]


@pytest.mark.parametrize("body", [{}, [], {"type": "x", "data": None}, {"type": "x", "data": {"track": "trend"}}])
def test_what_is_signed_and_no_message_is_refused(send, shown, body):
    assert send("msg_1", body) == 400
    assert shown == ["refused: the body is no message"]


def test_the_secrets_of_a_port_are_those_that_sign_what_is_sent_there(owner):
    row, first = delivery.create(owner, {"url": "http://127.0.0.1:8090/hook"})
    delivery.create(owner, {"url": "http://127.0.0.1:8091/hook"})
    second = delivery.rotate(row)
    assert {each.reveal() for each in delivery.secrets_at(8090)} == {first.reveal(), second.reveal()}
    assert delivery.secrets_at(8092) == []
