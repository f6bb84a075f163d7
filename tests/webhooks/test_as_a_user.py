"""A subscriber's way over HTTP, with real servers, workers and receivers."""

import json
import re
import subprocess
import threading
import urllib.request
from typing import Any

import pytest
from django.conf import settings as live

from relations import delivery
from relations.models import Delivery, Subscription
from tests.rights import token_of
from tests.sites import free_port, is_listening
from tests.waiting import until
from tests.webhooks.conftest import act, drain, is_verified

pytestmark = pytest.mark.slow(seconds=5)

PAGE = live.ROOT / "docs" / "webhooks.md"


class Said:
    """The lines that a process says, as they come."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.lines: list[str] = []
        assert process.stdout is not None
        self.stream = process.stdout
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self.stream:
            self.lines.append(line.strip())

    def holding(self, words: str) -> list[str]:
        return [line for line in self.lines if words in line]


def asked(port: int, method: str, path: str, token: str, body: Any = None) -> Any:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", method=method, data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )  # fmt: skip
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.loads(response.read())


def test_a_subscriber_gets_the_ping_and_then_a_signed_change(owner, receiver, start):
    _, token = token_of(owner, "edit", "webhooks")
    site, port = free_port(), free_port()
    start("-m", "granian", "--interface", "wsgi", "--port", str(site), "tracker.wsgi:application")
    until(lambda: is_listening(site))
    wanted = {"event_types": ["ambassador.*"], "pairs": ["us-by"]}
    said = Said(start("manage.py", "webhook_receiver", "--port", str(port)))
    printed = asked(site, "POST", "/api/webhooks/", token, {"url": f"http://127.0.0.1:{port}/", **wanted})
    ours = asked(site, "POST", "/api/webhooks/", token, {"url": receiver.url, **wanted})
    until(lambda: is_listening(port))
    start("manage.py", "deliver")
    until(lambda: said.holding("webhook.ping:"))
    for made in (printed, ours):
        place = f"/api/webhooks/{made['id']}/"
        until(lambda place=place: asked(site, "GET", place, token)["state"] == "enabled")
    fact = asked(
        site, "POST", "/api/ambassadors/", token,
        {"from": "US", "to": "BY", "status": "ambassador", "holder": "Julie Fisher", "on": "2020-12-23",
         "citations": [{"source": {"kind": "article", "publisher": "RFE/RL", "title": "Confirmed"}, "quote": "So."}]},
    )  # fmt: skip
    until(lambda: said.holding("ambassador.changed:"))
    # An ambassador in post empties the track of who is to come: two changes.
    until(lambda: len(receiver.received) == 3)
    ping, *changes = receiver.received
    (change,) = (each for each in changes if b'"ambassador:US>BY"' in each.body)
    assert is_verified(ping, ours["secret"])
    assert is_verified(change, ours["secret"])
    payload = json.loads(change.body)
    lines = asked(site, "GET", "/api/changes/?track=ambassador", token)["results"]
    cause = {
        **lines[0]["cause"], "from": "US", "to": "BY", "value": "ambassador", "on": "2020-12-23", "citations_count": 1,
        "url": f"{live.PUBLIC_URL}/api/ambassadors/{fact['key']}/",
        "citations": [{"quote": "So.", "stance": "supports", "source": fact["citations"][0]["source"]}],
    }  # fmt: skip
    assert payload == {
        "type": "ambassador.changed",
        "timestamp": lines[0]["recorded_at"],
        "schema_version": 2,
        "data": {
            "pair": "BY-US", "version": lines[0]["version"], "track": "ambassador:US>BY",
            "old": {"value": "unknown", "holder": ""}, "new": {"value": "ambassador", "holder": "Julie Fisher"},
            "effective": "2020-12-23", "reason": "recorded", "cause": cause, "sequence": lines[0]["id"],
            "url": f"{live.PUBLIC_URL}/api/relations/BY-US/", "reaches": [],
        },
    }  # fmt: skip
    assert lines[0]["cause"]["key"] == fact["key"]
    assert not said.holding("refused")
    log = f"/api/webhooks/{ours['id']}/deliveries/?state=delivered&pair=BY-US"
    sent = until(lambda: len(found := asked(site, "GET", log, token)["results"]) == 2 and found)
    assert {each["webhook_id"] for each in sent} == {each.id for each in changes}


def snippet() -> str:
    (found,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    return str(found)


@pytest.fixture
def documented(owner, start, tmp_path):
    """The page's receiver at work, and a subscription that it has answered the ping of."""
    script, port = tmp_path / "receiver.py", free_port()
    script.write_text(snippet(), "utf-8")
    row, secret = delivery.create(owner, {"url": f"http://127.0.0.1:{port}/hook", "event_types": ["sanctions.changed"]})
    said = Said(start(str(script), str(port), secret.reveal()))
    until(lambda: is_listening(port))
    drain()
    assert Subscription.objects.get().state == "enabled"
    return row, said


def test_the_receiver_in_the_documentation_verifies_and_drops_what_is_double_or_old(documented):
    row, said = documented
    act()
    drain()
    until(lambda: len(said.holding("sanctions.changed {")) == 2)
    delivery.replay(row, after=0)
    drain()
    assert Delivery.objects.filter(subscription=row, state="delivered", replayed=True).count() == 2
    act(action="lifted")
    drain()
    # It prints in the order of arrival: what it prints of the replays comes before the last change.
    until(lambda: len(said.holding("'value': 'none'")) == 2)
    assert len(said.holding("sanctions.changed {")) == 4


def test_the_receiver_in_the_documentation_refuses_what_is_not_signed_with_its_secret(documented):
    row, said = documented
    delivery.rotate(row, grace=row.created_at - row.created_at)
    act()
    drain()
    statuses = {attempt.status for each in row.deliveries.filter(change__isnull=False) for attempt in each.log.all()}
    assert statuses == {401}
    assert not said.holding("sanctions.changed {")
