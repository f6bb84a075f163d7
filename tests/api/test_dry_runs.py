"""`?dry_run=1`: a write says what it would do, and nothing is written."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from relations import delivery
from relations.models import ApiToken, CountryPair, RateLimitCounter
from tests.api.conftest import Editor
from tests.api.subscribing import Caller
from tests.factories import programme, record, sanction, source

COUNTED_ANYWAY = (RateLimitCounter, ApiToken)
"""A dry run counts as a write, and its token as used."""


def contents() -> dict[str, list[Any]]:
    """Every row of every table of the tracker, but for `COUNTED_ANYWAY`."""
    rows = {}
    with connection.cursor() as cursor:
        for model in apps.get_app_config("relations").get_models():
            if model not in COUNTED_ANYWAY:
                table = model._meta.db_table
                cursor.execute(f"SELECT row_to_json(own)::text FROM {table} AS own ORDER BY 1")
                rows[table] = cursor.fetchall()
    return rows


def differences(before: dict[str, list[Any]]) -> set[str]:
    return {table for table, rows in contents().items() if rows != before[table]}


@pytest.fixture
def known(editor: Editor, nomination: dict[str, Any]) -> dict[str, Any]:
    """A recorded nomination of which a webhook is notified, as it was answered."""
    delivery.create(editor.user, {"url": "https://example.org/hook", "event_types": ["*"]})
    known: dict[str, Any] = editor.post("/api/ambassadors/", nomination).json()
    return known


def test_recording_is_tried_and_leaves_every_table_as_it_was(
    editor: Editor, known: dict[str, Any], nomination: dict[str, Any]
) -> None:
    before = contents()
    body = nomination | {"status": "confirmed", "on": "2020-12-15"}
    tried = editor.post("/api/ambassadors/?dry_run=1", body, Idempotency_Key="k")
    assert differences(before) == set()
    assert (tried.status_code, "Location" in tried, "ETag" in tried) == (201, False, False)
    dry = tried.json()
    assert (dry["dry_run"], dry["status"]) == (True, 201)
    done = editor.post("/api/ambassadors/", body, Idempotency_Key="k")
    assert "Idempotent-Replayed" not in done
    logged = editor.get("/api/changes/?ordering=-id").json()["results"]
    expected = [
        {key: value for key, value in change.items() if key in dry["changes"][0]}
        for change in logged if change["cause"] and change["cause"]["key"] == done.json()["key"]
    ]  # fmt: skip
    assert dry["changes"] == expected[::-1] != []
    new = ("key", "url", "recorded_at", "first_recorded_at", "self", "links")
    assert {name: value for name, value in dry["result"].items() if name not in new} == {
        name: value for name, value in done.json().items() if name not in new
    }


def test_changes_name_statuses_old_and_new(editor: Editor, known: dict[str, Any]) -> None:
    answer = editor.patch(f"{known['url']}?dry_run=true&reason=typo", {"holder": "J. F. Fisher"}, tag="*")
    assert (answer.status_code, answer.json()["result"]["version"]) == (200, 2)
    (change,) = answer.json()["changes"]
    assert (change["pair"], change["reason"], change["track"]) == ("BY-US", "corrected", "next:US>BY")
    assert (change["old"]["holder"], change["new"]["holder"]) == ("Julie Fisher", "J. F. Fisher")
    assert change["version"] == CountryPair.objects.get().version + 1


WRITES: dict[str, Callable[[Editor, dict[str, Any]], Any]] = {
    "put": lambda editor, fact: editor.put(f"{fact['url']}?dry_run=1", fact | {"note": "x"}, tag="*"),
    "retraction": lambda editor, fact: editor.delete(f"{fact['url']}?dry_run=1&reason=error", tag="*"),
    "rows": lambda editor, fact: editor.patch(
        "/api/ambassadors/?dry_run=1", [{"key": fact["key"], "version": 1, "note": "x"}]
    ),
    "retracted rows": lambda editor, fact: editor.client.delete(
        "/api/ambassadors/?dry_run=1&reason=error", [{"key": fact["key"], "version": 1}],
        content_type="application/json",
    ),
    "confirmation": lambda editor, fact: editor.post(
        f"{fact['url']}confirmations/?dry_run=1", {"source": {"title": "Again"}, "day": "2026-01-02"}
    ),
    "confirmed rows": lambda editor, fact: editor.post(
        "/api/ambassadors/confirmations/?dry_run=1",
        [{"key": fact["key"], "source": {"title": "Again"}, "day": "2026-01-02"}],
    ),
    "source": lambda editor, _: editor.post("/api/sources/?dry_run=1", {"title": "New"}),
    "regime": lambda editor, _: editor.post(
        "/api/regimes/?dry_run=1", {"code": "US-BY-9", "issuer": "US", "target": "BY", "title": "Belarus"}
    ),
}  # fmt: skip
STATUSES = {
    "put": (200, 200), "retraction": (200, 204), "rows": (200, 200), "retracted rows": (200, 204),
    "confirmation": (201, 201), "confirmed rows": (201, 201), "source": (201, 201), "regime": (201, 201),
}  # fmt: skip


def test_no_kind_of_write_leaves_a_trace(editor: Editor, known: dict[str, Any]) -> None:
    before = contents()
    for name, tried in WRITES.items():
        answer = tried(editor, known)
        assert (answer.status_code, answer.json().get("status")) == STATUSES[name], (name, answer.json())
        assert (answer.json()["result"] is None) == (answer.json()["status"] == 204), name
        assert differences(before) == set(), name


def test_references_are_changed_and_deleted_on_trial(editor: Editor) -> None:
    cited, unused, own = source(), source(), programme()
    record(sanction("imposed", "2020-01-01", programme=own))
    before = contents()
    renamed = editor.patch(f"/api/sources/{cited.pk}/?dry_run=1", {"title": "Renamed"}, tag="*")
    assert (renamed.status_code, renamed.json()["result"]["title"]) == (200, "Renamed")
    deleted = editor.delete(f"/api/sources/{unused.pk}/?dry_run=1", tag="*")
    assert (deleted.status_code, deleted.json()) == (
        200, {"dry_run": True, "status": 204, "result": None, "changes": []},
    )  # fmt: skip
    in_use = editor.delete(f"/api/sanction-programmes/{own.pk}/?dry_run=1", tag="*")
    assert (in_use.status_code, in_use.json()["type"], in_use.json()["dry_run"]) == (
        409, "/api/docs/errors/#in-use", True,
    )  # fmt: skip
    thematic = editor.patch(f"/api/sanction-programmes/{own.pk}/?dry_run=1", {"thematic": True}, tag="*")
    assert [change["pair"] for change in thematic.json()["changes"]] == ["BY-US"]
    assert differences(before) == set()


def test_refusals_are_those_of_the_write_and_marked(
    editor: Editor, known: dict[str, Any], nomination: dict[str, Any]
) -> None:
    bad = [nomination | {"on": "soon"}, nomination | {"citations": []}]
    for url, body in (("/api/ambassadors/", bad), ("/api/sources/", {"title": ""}), ("/api/ambassadors/", [])):
        tried, refused = editor.post(f"{url}?dry_run=1", body), editor.post(url, body)
        assert tried.status_code == refused.status_code == 400
        assert tried.json() == refused.json() | {"dry_run": True, "request_id": tried.json()["request_id"]}
    stale = editor.patch(f"{known['url']}?dry_run=1", {"holder": "X"}, tag='"v9-x"')
    assert (stale.status_code, stale.json()["dry_run"]) == (412, True)
    assert editor.patch(f"{known['url']}?dry_run=1", {"holder": "X"}).status_code == 428
    assert editor.post("/api/sources/?dry_run=1", {"title": "t"}, Idempotency_Key="é").status_code == 400
    unclear = editor.post("/api/sources/?dry_run=perhaps", {"title": "t"})
    assert (unclear.status_code, unclear.json()["errors"][0]["parameter"]) == (400, "dry_run")
    assert editor.get("/api/sources/?dry_run=1").status_code == 400


def test_who_may_not_write_may_not_try(editor: Editor, anna: Any, nomination: dict[str, Any]) -> None:
    reader = Editor(anna, scopes=("read",))
    assert reader.post("/api/ambassadors/?dry_run=1", nomination).status_code == 403


def test_constraints_that_wait_for_the_commit_are_checked(
    editor: Editor, nomination: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Facts without any citation: the ledger refuses them, and a trigger does at the commit."""
    monkeypatch.setattr("relations.ledger.batch.attach", lambda *_: None)
    answer = editor.post("/api/ambassadors/?dry_run=1", nomination)
    assert (answer.status_code, answer.json()["dry_run"]) == (400, True)


def test_subscription_is_tried_and_shows_no_secret(ann: Caller) -> None:
    values = {"url": "https://example.org/hook", "event_types": ["*"]}
    before = contents()
    made = ann.post("/api/webhooks/?dry_run=1", values, status=201)
    assert (made["dry_run"], made["status"], "secret" in made["result"]) == (True, 201, False)
    assert differences(before) == set()
    url = ann.post("/api/webhooks/", values, status=201)["self"]
    before = contents()
    assert ann.patch(f"{url}?dry_run=1", {"description": "new"})["result"]["description"] == "new"
    assert ann.ask("DELETE", f"{url}?dry_run=1")["status"] == 204
    assert differences(before) == set()
