"""An editor by way of the API, and their requests."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.api.subscribing import Caller
from tests.rights import token_of


class Editor:
    """A client with a token, and a user who may use its scopes. Bodies go out as JSON; `tag` is sent as If-Match."""

    def __init__(self, user: User, *, scopes: tuple[str, ...] = ("edit",)) -> None:
        self.user = user
        self.token, self.shown = token_of(user, *scopes)
        self.client = Client(headers={"Authorization": f"Bearer {self.shown}"})

    def get(self, url: str, **headers: str) -> Any:
        return self.client.get(url, headers=headers)

    def post(self, url: str, body: Any, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(url, body, content_type="application/json", headers=named)

    def patch(self, url: str, body: Any, *, tag: str | None = None) -> Any:
        return self.client.patch(url, body, content_type="application/json", headers=_seen(tag))

    def put(self, url: str, body: Any, *, tag: str | None = None) -> Any:
        return self.client.put(url, body, content_type="application/json", headers=_seen(tag))

    def delete(self, url: str, *, tag: str | None = None) -> Any:
        return self.client.delete(url, headers=_seen(tag))


def _seen(tag: str | None) -> dict[str, str]:
    return {"If-Match": tag} if tag else {}


@pytest.fixture
def ann(countries: None) -> Caller:
    """An integrator, with a token for webhooks."""
    return Caller("ann")


@pytest.fixture
def anna(countries: None) -> User:
    return User.objects.create_user("anna", password="correct horse")


@pytest.fixture
def editor(anna: User) -> Editor:
    return Editor(anna)


@pytest.fixture
def article() -> dict[str, Any]:
    return {
        "kind": "article", "publisher": "RFE/RL", "title": "Fisher nominated", "published_on": "2020-05-05",
        "url": "https://example.org/fisher",
    }  # fmt: skip


@pytest.fixture
def nomination(article: dict[str, Any]) -> dict[str, Any]:
    """The body with which an ambassador's nomination is recorded."""
    return {
        "from": "US", "to": "BY", "status": "nominated", "holder": "Julie Fisher", "on": "2020-05", "note": "",
        "citations": [{"source": article, "quote": "nominated Julie Fisher"}],
    }  # fmt: skip
