"""Owners of subscriptions in front of the API, and receivers that answer without a network."""

import datetime as dt
import json
from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from relations import delivery
from relations.delivery import Outcome
from relations.models import SanctionEvent, Subscription
from tests.factories import draft, recent, record
from tests.rights import token_of

URL = "https://example.org/hook"


def place(subscription: Any, rest: str = "") -> str:
    """Path of a subscription, or of something below it."""
    return f"/api/webhooks/{subscription['id']}/{rest}"


class Caller:
    """A client with a token of its own; bodies go out and come in as JSON."""

    def __init__(self, name: str, *scopes: str, **rights: Any) -> None:
        self.user, _ = User.objects.get_or_create(username=name, defaults=rights)
        _, token = token_of(self.user, *(scopes or ["webhooks"]))
        self.client = Client(headers={"authorization": f"Bearer {token}"}, raise_request_exception=False)

    def ask(self, method: str, path: str, body: Any = None, *, status: int = 200, **headers: str) -> Any:
        response = self.answer(method, path, body, **headers)
        assert response.status_code == status, response.content
        return json.loads(response.content) if response.content else None

    def answer(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        content = b"" if body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(method, path, content, content_type="application/json", headers=named)

    def get(self, path: str, status: int = 200, **headers: str) -> Any:
        return self.ask("GET", path, status=status, **headers)

    def post(self, path: str, body: Any = None, status: int = 200, **headers: str) -> Any:
        return self.ask("POST", path, body, status=status, **headers)

    def patch(self, path: str, body: Any, status: int = 200, **headers: str) -> Any:
        return self.ask("PATCH", path, body, status=status, **headers)

    def subscribe(self, **values: Any) -> Any:
        """A subscription whose URL has answered its ping."""
        made = self.post("/api/webhooks/", {"url": URL} | values, status=201)
        attempt(204)
        return made


def attempt(status: int, *, answer: bytes = b"", now: dt.datetime | None = None) -> int:
    """Sends everything that is due once, with this answer; returns how many that were."""
    moment = now or dt.datetime.now(dt.UTC)
    claims = delivery.claim(room=100, now=moment)
    delivery.record_outcomes(
        [Outcome(claim=claim, at=moment, milliseconds=12, status=status, answer=answer) for claim in claims], now=moment
    )
    return len(claims)


def act(sender: str = "US", target: str = "BY", **values: Any) -> Any:
    """An act of last month: it moves `sanctions:US>BY`, the same without a programme, and the first time the trend."""
    (fact,) = record(draft(SanctionEvent, recent(), f"{sender}>{target}", **{"action": "imposed"} | values))
    return fact


def row_of(subscription: Any) -> Subscription:
    return Subscription.objects.get(pk=subscription["id"])
