"""`/api/me/` and `/api/tokens/`: a token makes others that can do no more than itself."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from relations import ledger
from relations.ledger import tokens
from relations.models import ApiToken, IdempotencyRecord
from tests.api.conftest import Editor
from tests.ledger.threads import at_once
from tests.rights import token_of

LATER, LATEST = "2999-01-01T00:00:00Z", "2999-06-01T00:00:00Z"


def with_token(text: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {text}"})


def post(client: Client, body: Any, query: str = "", **headers: str) -> Any:
    return client.post(f"/api/tokens/{query}", body, content_type="application/json", headers=headers)


def wrong(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 400, answer.content
    return [(each["pointer"], each["code"]) for each in answer.json()["errors"]]


def test_caller_learns_who_it_is_and_what_is_left(editor: Editor, settings: Any) -> None:
    settings.WRITE_LIMIT, settings.READ_LIMIT = "5/day", "100/day"
    editor.post("/api/sources/", {"title": "t"})
    me = editor.get("/api/me/")
    assert me["Cache-Control"] == "private, no-cache"
    limits = me.json().pop("limits")
    assert me.json() | {"limits": {}} == {
        "user": "anna", "scopes": ["edit"], "expires_at": None, "limits": {},
        "may": ["record facts", "import official lists"],
        "token": {
            "id": editor.token.pk, "self": f"http://testserver/api/tokens/{editor.token.pk}/", "name": "test",
            "scopes": ["edit"], "created_at": me.json()["token"]["created_at"], "expires_at": None,
            "last_used_at": me.json()["token"]["last_used_at"], "current": True,
        },
    }  # fmt: skip
    assert {kind: (own["limit"], own["seconds"], own["remaining"]) for kind, own in limits.items()} == {
        "writes": (5, 86400, 4), "reads": (100, 86400, 99),
    }  # fmt: skip
    assert 0 < limits["writes"]["reset"] <= 86400
    editor.user.groups.clear()
    settings.READ_LIMIT = ""
    demoted = editor.get("/api/me/").json()
    assert (demoted["may"], demoted["limits"]["reads"]) == ([], None)


def test_nobody_is_nobody(countries: None, client: Client) -> None:
    for url in ("/api/me/", "/api/tokens/", "/api/tokens/1/"):
        assert client.get(url).status_code == 401
    assert post(client, {"name": "x", "scopes": ["read"]}).status_code == 401


def test_login_is_a_caller_without_a_token(anna: User) -> None:
    client = Client()
    client.force_login(anna)
    me = client.get("/api/me/").json()
    assert (me["user"], me["token"], me["scopes"], me["may"]) == ("anna", None, ["edit", "read", "webhooks"], [])


def test_token_is_shown_once_and_works(editor: Editor) -> None:
    made = post(editor.client, {"name": "nightly", "scopes": ["read", "edit"][1:]})
    assert (made.status_code, made["Cache-Control"]) == (201, "no-store")
    text = made.json()["token"]
    rows = editor.get("/api/tokens/")
    assert text not in rows.content.decode()
    assert [(row["name"], row["current"]) for row in rows.json()["results"]] == [("test", True), ("nightly", False)]
    assert with_token(text).get("/api/me/").json()["token"]["name"] == "nightly"
    assert editor.get(made["Location"]).json() == with_token(text).get(made["Location"]).json() | {
        "current": False, "last_used_at": editor.get(made["Location"]).json()["last_used_at"],
    }  # fmt: skip
    assert editor.client.delete(made["Location"]).status_code == 204
    assert with_token(text).get("/api/me/").status_code == 401


def test_token_gives_no_more_than_it_has(anna: User, editor: Editor) -> None:
    token_of(anna, "edit", "webhooks")
    assert wrong(post(editor.client, {"name": "x", "scopes": ["edit", "webhooks"]})) == [("/scopes", "invalid")]
    assert wrong(post(editor.client, {"name": "x", "scopes": ["read"]})) == [("/scopes", "invalid")]
    soon = dt.datetime(2999, 1, 1, tzinfo=dt.UTC)
    _, text = ledger.issue_token(anna, name="short", scopes=["read", "edit"], expires_at=soon)
    short = with_token(text)
    for expiry in (None, LATEST):
        assert wrong(post(short, {"name": "x", "scopes": ["edit"], "expires_at": expiry})) == [
            ("/expires_at", "invalid")
        ]
    for body in ({}, {"expires_at": LATER}, {"expires_at": "2998-01-01T00:00:00+02:00"}):
        made = post(short, {"name": "x", "scopes": ["read"], **body})
        assert made.status_code == 201
        assert made.json()["expires_at"] <= LATER
    assert ApiToken.objects.filter(name="x").count() == 3


def test_rights_that_the_user_lost_are_given_to_no_token(anna: User, editor: Editor) -> None:
    anna.groups.clear()
    assert post(editor.client, {"name": "x", "scopes": ["edit"]}).status_code == 403
    anna.user_permissions.add(Permission.objects.get(codename="add_apitoken"))
    assert wrong(post(editor.client, {"name": "x", "scopes": ["edit"]})) == [("/scopes", "invalid")]
    anna.is_staff = False
    anna.save()
    assert post(editor.client, {"name": "x", "scopes": ["edit"]}).status_code == 403


def test_token_revokes_itself_and_lesser_ones(anna: User, editor: Editor) -> None:
    more, _ = token_of(anna, "edit", "webhooks")
    other, _ = token_of(User.objects.create_user("bert"), "edit")
    refused = editor.client.delete(f"/api/tokens/{more.pk}/")
    assert (refused.status_code, refused.json()["detail"]) == (
        403, "The token lacks scopes of the one to be revoked: webhooks.",
    )  # fmt: skip
    assert editor.client.delete(f"/api/tokens/{other.pk}/").status_code == 404
    assert editor.get(f"/api/tokens/{other.pk}/").status_code == 404
    anna.groups.clear()
    lesser, _ = ledger.issue_token(anna, name="lesser", scopes=["edit"])
    assert editor.client.delete(f"/api/tokens/{lesser.pk}/").status_code == 403
    assert editor.client.delete(f"/api/tokens/{editor.token.pk}/").status_code == 204
    assert editor.get("/api/me/").status_code == 401


@pytest.mark.parametrize(
    ("body", "places"),
    [
        ({}, ["/name", "/scopes"]), ({"name": "x", "scopes": []}, ["/scopes"]),
        ({"name": "", "scopes": ["king"]}, ["/name", "/scopes/0"]),
        ({"name": "x" * 151, "scopes": ["edit"]}, ["/name"]),
        ({"name": "x", "scopes": "edit"}, ["/scopes"]), ({"name": "x\x00", "scopes": ["edit"]}, ["/name"]),
        ({"name": "x", "scopes": ["edit"], "expires_at": "soon"}, ["/expires_at"]),
        ({"name": "x", "scopes": ["edit"], "expires_at": 7}, ["/expires_at"]),
        ({"name": "x", "scopes": ["edit"], "expires_at": "2020-01-01T00:00:00Z"}, ["/expires_at"]),
        ({"name": "x", "scopes": ["edit"], "user": "bert"}, ["/user"]),
    ],
)  # fmt: skip
def test_body_that_makes_no_token(editor: Editor, body: Any, places: list[str]) -> None:
    assert [pointer for pointer, _ in wrong(post(editor.client, body))] == places
    assert ApiToken.objects.count() == 1


def test_a_token_asked_for_again_is_the_first_and_the_database_does_not_show_it(editor: Editor) -> None:
    asked = {"name": "x", "scopes": ["edit"]}
    made, again = (post(editor.client, asked, **{"Idempotency-Key": "k"}) for _ in range(2))
    assert (made.status_code, again.status_code, again["Idempotent-Replayed"]) == (201, 201, "true")
    assert (again.content, again["Cache-Control"]) == (made.content, "no-store")
    assert ApiToken.objects.count() == 2
    stored = bytes(IdempotencyRecord.objects.get().body or b"")
    assert made.json()["token"].encode() not in stored


def test_a_token_that_is_tried_is_not_made_and_not_shown(editor: Editor) -> None:
    answer = post(editor.client, {"name": "x", "scopes": ["edit"]}, query="?dry_run=1")
    assert (answer.status_code, answer.json()["dry_run"]) == (201, True)
    assert "token" not in answer.json()["result"]
    assert ApiToken.objects.count() == 1


def test_a_token_that_ends_itself_under_a_key_has_ended(editor: Editor) -> None:
    own = ApiToken.objects.get()
    answer = editor.client.delete(f"/api/tokens/{own.pk}/", headers={"Idempotency-Key": "k"})
    assert answer.status_code == 204
    assert not ApiToken.objects.exists()
    assert not IdempotencyRecord.objects.exists()


def test_no_more_tokens_than_are_looked_after(world: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "MOST_OWN_TOKENS", 3)
    editor = Editor(User.objects.create_user("anna"))
    answers = at_once(*[lambda: post(editor.client, {"name": "x", "scopes": ["edit"]})] * 4)
    assert sorted(answer.status_code for answer in answers) == [201, 201, 409, 409]
    assert ApiToken.objects.count() == 3
