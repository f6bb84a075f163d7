"""The same key and body act once."""

import datetime as dt
import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from relations.models import AmbassadorStatus, IdempotencyRecord
from tests.api.conftest import Editor
from tests.ledger.threads import at_once


def test_same_key_and_body_give_the_first_answer_again(editor: Editor, nomination: dict[str, Any]) -> None:
    first = editor.post("/api/ambassadors/", nomination, Idempotency_Key="k-1")
    again = editor.post("/api/ambassadors/", nomination, Idempotency_Key="k-1")
    assert (first.status_code, "Idempotent-Replayed" in first) == (201, False)
    assert (again.status_code, again.content, again["Idempotent-Replayed"]) == (201, first.content, "true")
    assert [again[name] for name in ("Location", "ETag", "Content-Type")] == [
        first[name] for name in ("Location", "ETag", "Content-Type")
    ]
    assert AmbassadorStatus.objects.count() == 1
    assert editor.post("/api/ambassadors/", nomination, Idempotency_Key="k-2").status_code == 201
    assert AmbassadorStatus.objects.count() == 2


def test_same_key_with_another_body_is_refused(editor: Editor, nomination: dict[str, Any]) -> None:
    editor.post("/api/ambassadors/", nomination, Idempotency_Key="k")
    other = editor.post("/api/ambassadors/", nomination | {"holder": "X"}, Idempotency_Key="k")
    assert (other.status_code, other.json()["type"]) == (422, "/api/docs/errors/#key-reused")
    assert other.json()["errors"][0]["header"] == "Idempotency-Key"


def test_a_key_may_come_with_another_body_after_a_day_and_not_before(editor: Editor) -> None:
    answers = [editor.post("/api/sources/", {"title": "One"}, Idempotency_Key="k")]
    for age in (dt.timedelta(hours=23, minutes=59), dt.timedelta(hours=24, seconds=1)):
        IdempotencyRecord.objects.update(given_at=dt.datetime.now(dt.UTC) - age)
        answers.append(editor.post("/api/sources/", {"title": "Other"}, Idempotency_Key="k"))
    assert [answer.status_code for answer in answers] == [201, 422, 201]
    assert answers[2].json()["title"] == "Other"


def test_refusal_is_not_stored(editor: Editor, nomination: dict[str, Any]) -> None:
    assert editor.post("/api/ambassadors/", nomination | {"on": "soon"}, Idempotency_Key="k").status_code == 400
    assert editor.post("/api/ambassadors/", nomination, Idempotency_Key="k").status_code == 201


def test_key_belongs_to_a_token_and_a_path(editor: Editor, anna: User, nomination: dict[str, Any]) -> None:
    editor.post("/api/ambassadors/", nomination, Idempotency_Key="k")
    assert Editor(anna).post("/api/ambassadors/", nomination, Idempotency_Key="k").status_code == 201
    assert editor.post("/api/sources/", {"title": "t"}, Idempotency_Key="k").status_code == 201
    assert editor.post("/api/sources/", {"title": "t"}, Idempotency_Key="k")["Idempotent-Replayed"] == "true"
    assert (AmbassadorStatus.objects.count(), IdempotencyRecord.objects.count()) == (2, 3)


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "é"])
def test_key_that_cannot_be_stored_is_refused(editor: Editor, nomination: dict[str, Any], key: str) -> None:
    answer = editor.post("/api/ambassadors/", nomination, Idempotency_Key=key)
    assert (answer.status_code, answer.json()["errors"][0]["header"]) == (400, "Idempotency-Key")
    assert AmbassadorStatus.objects.count() == 0


def test_key_without_a_token_is_refused(anna: User, nomination: dict[str, Any]) -> None:
    anna.is_staff = anna.is_superuser = True
    anna.save()
    client = Client()
    client.force_login(anna)
    answer = client.post(
        "/api/ambassadors/", nomination, content_type="application/json", headers={"Idempotency-Key": "k"}
    )
    assert (answer.status_code, answer.json()["type"]) == (400, "/api/docs/errors/#bad-header")


def test_every_method_is_repeated(editor: Editor, nomination: dict[str, Any]) -> None:
    """The second one would be refused as stale, retracted or not found: it gets the first answer instead."""
    fact = editor.post("/api/ambassadors/", nomination)
    source = editor.post("/api/sources/", {"title": "t"})
    url, rows = fact.json()["url"], [{"key": fact.json()["key"], "version": 3, "note": "c"}]

    def send(method: str, path: str, body: Any = None, tag: str = "") -> Any:
        headers = {"Idempotency-Key": f"{method}{path}", **({"If-Match": tag} if tag else {})}
        return editor.client.generic(
            method, path, b"" if body is None else json.dumps(body), content_type="application/json", headers=headers
        )

    requests: list[tuple[Any, ...]] = [
        ("PATCH", url, {"holder": "X"}, fact["ETag"]),
        ("PUT", url, nomination | {"note": "b"}, '"v2-x"'),
        ("PATCH", "/api/ambassadors/", rows),
        ("POST", f"{url}confirmations/", {"day": "2026-01-02", "source": {"title": "Again"}}),
        ("DELETE", f"{url}?reason=error", None, '"v4-x"'),
        ("PATCH", source.json()["self"], {"title": "u"}, source["ETag"]),
        ("DELETE", source.json()["self"], None, "*"),
    ]
    for request in requests:
        first, again = send(*request), send(*request)
        assert first.status_code in (200, 201, 204), first.content
        assert (again.status_code, again.content, again["Idempotent-Replayed"]) == (
            first.status_code, first.content, "true",
        ), request  # fmt: skip
        assert (again.get("ETag"), "Idempotent-Replayed" in first) == (first.get("ETag"), False)
    assert AmbassadorStatus.objects.count() == 4


def test_same_key_for_another_request_to_the_path_is_refused(editor: Editor, nomination: dict[str, Any]) -> None:
    fact = editor.post("/api/ambassadors/", nomination)
    url, body = fact.json()["url"], nomination | {"note": "b"}

    def send(method: str, query: str, tag: str) -> int:
        headers = {"Idempotency-Key": "k", "If-Match": tag}
        answer = editor.client.generic(method, url + query, json.dumps(body), "application/json", headers=headers)
        return int(answer.status_code)

    assert send("PUT", "", fact["ETag"]) == 200
    others = [("PATCH", "", fact["ETag"]), ("PUT", "?reason=why", fact["ETag"]), ("PUT", "", "*")]
    assert [send(*other) for other in others] == [422] * 3
    assert send("PUT", "", fact["ETag"]) == 200
    assert AmbassadorStatus.objects.count() == 2


def test_two_requests_at_once_with_one_key_act_once(world: None, nomination: dict[str, Any]) -> None:
    editor = Editor(User.objects.create_user("anna"))
    answers = at_once(*[lambda: editor.post("/api/ambassadors/", nomination, Idempotency_Key="k")] * 4)
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.content for answer in answers}) == 1
    assert sorted("Idempotent-Replayed" in answer for answer in answers) == [False, True, True, True]
    assert AmbassadorStatus.objects.count() == 1
