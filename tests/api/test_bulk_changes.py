"""Lists of facts corrected, retracted and confirmed in one request: all rows or none, as JSON and as JSON Lines."""

import json
import uuid
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError

from relations.models import AmbassadorStatus, Confirmation, StatusChange
from tests.api.conftest import Editor
from tests.ledger.threads import at_once

URL = "/api/ambassadors/"


def delete(editor: Editor, rows: Any, query: str = "?reason=error") -> Any:
    return editor.client.delete(f"{URL}{query}", rows, content_type="application/json")


def send(editor: Editor, method: str, text: str, *, kind: str = "application/jsonl", url: str = URL) -> Any:
    return editor.client.generic(method, url, text, content_type=kind)


def wrong(answer: Any) -> list[tuple[str, str]]:
    assert (answer.status_code, answer.json()["type"]) == (400, "/api/docs/errors/#some-refused"), answer.json()
    return sorted((each["pointer"], each["code"]) for each in answer.json()["errors"])


@pytest.fixture
def facts(editor: Editor, nomination: dict[str, Any]) -> list[dict[str, Any]]:
    """Three nominations, for two pairs, as they were answered."""
    rows = [nomination | {"to": to, "on": f"2020-0{month}"} for to, month in (("UA", 1), ("BY", 2), ("UA", 3))]
    recorded: list[dict[str, Any]] = editor.post(URL, rows).json()
    return recorded


def seen(fact: dict[str, Any], **values: Any) -> dict[str, Any]:
    return {"key": fact["key"], "version": fact["version"], **values}


def test_rows_are_corrected_in_their_order_and_what_is_the_same_stays(
    editor: Editor, facts: list[dict[str, Any]]
) -> None:
    first, second, third = facts
    rows = [seen(third, note="late"), seen(first, holder="Julie Fisher"), second | {"holder": "X", "version": "*"}]
    answer = editor.patch(f"{URL}?reason=checked", rows)
    assert answer.status_code == 200
    expected = [third | {"note": "late", "version": 2}, first, second | {"holder": "X", "version": 2}]
    moments = [row["recorded_at"] for row in answer.json()]
    assert answer.json() == [row | {"recorded_at": moment} for row, moment in zip(expected, moments, strict=True)]
    assert AmbassadorStatus.objects.count() == 5
    assert set(StatusChange.objects.filter(reason="corrected").values_list("note", flat=True)) == {"checked"}


def test_rows_are_retracted_with_one_reason(editor: Editor, facts: list[dict[str, Any]]) -> None:
    without = delete(editor, [seen(facts[0])], query="")
    assert (without.status_code, without.json()["errors"][0]["parameter"]) == (400, "reason")
    blank = delete(editor, [seen(facts[0])], query="?reason=%20")
    assert (blank.status_code, blank.json()["type"]) == (400, "/api/docs/errors/#reason-required")
    assert delete(editor, [seen(fact) for fact in facts[:2]]).status_code == 204
    assert [row["key"] for row in editor.get(URL).json()["results"]] == [facts[2]["key"]]
    assert delete(editor, [seen(fact) for fact in facts]).status_code == 400
    assert AmbassadorStatus.objects.current().count() == 1


def test_every_bad_row_is_named_at_once_and_none_is_written(
    editor: Editor, facts: list[dict[str, Any]], nomination: dict[str, Any]
) -> None:
    gone = editor.post(URL, nomination).json()
    delete(editor, [seen(gone)])
    first, second, third = facts
    before = AmbassadorStatus.objects.count()
    rows = [
        seen(first, note="good"),
        seen(first, note="twice"),
        seen(second, on="soon"),
        {"key": third["key"], "version": 7, "note": "x"},
        seen(gone, note="x"),
        {"key": str(uuid.uuid4()), "version": 1},
        {"key": "no", "version": 0},
        7,
        {"note": "x"},
        seen(second, nope=1),
        seen(second, citations=[{"source": 99, "quote": "q"}]),
        seen(second, citations=[{"source": {"title": "t"}, "quote": "q", "stance": "disputes"}]),
    ]
    assert wrong(editor.patch(URL, rows)) == sorted(
        [
            ("/1/key", "duplicate"), ("/2/on", "not_a_date"), ("/3/version", "stale_version"),
            ("/4/key", "already_retracted"), ("/5/key", "no_such_fact"), ("/6/key", "invalid"),
            ("/6/version", "min_value"), ("/7", "invalid"), ("/8/key", "required"), ("/8/version", "required"),
            ("/9/key", "duplicate"), ("/9/nope", "unknown_field"), ("/10/key", "duplicate"),
            ("/10/citations/0/source", "does_not_exist"), ("/11/key", "duplicate"),
        ]
    )  # fmt: skip
    kinds = [seen(first, to="BY"), seen(second, citations=[{"source": 1, "quote": " "}]), third | {"version": 7}]
    assert ("/0/to", "cannot_be_corrected") in wrong(editor.patch(URL, kinds))
    deleted = [seen(first), seen(first), seen(gone), {"key": third["key"], "version": 7}, seen(second, note="x"), None]
    assert wrong(delete(editor, deleted)) == [
        ("/1/key", "duplicate"), ("/2/key", "already_retracted"), ("/3/version", "stale_version"),
        ("/4/note", "unknown_field"), ("/5", "invalid"),
    ]  # fmt: skip
    assert AmbassadorStatus.objects.count() == before
    assert AmbassadorStatus.objects.current().count() == 3


def test_stages_of_the_ledger_refuse_together(editor: Editor, facts: list[dict[str, Any]]) -> None:
    """A quote is looked for before the pairs are locked, and a version read after it."""
    source = editor.post("/api/sources/", {"title": "Archived", "text": "other words"}).json()["id"]
    misquoted = seen(facts[0], citations=[{"source": source, "quote": "not these"}])
    answer = editor.patch(URL, [misquoted, {"key": facts[1]["key"], "version": 3}, seen(facts[2], to="BY")])
    assert wrong(answer) == [
        ("/0/citations/0/quote", "quote_not_found"), ("/1/version", "stale_version"), ("/2/to", "cannot_be_corrected"),
    ]  # fmt: skip


def test_bodies_that_are_no_rows_are_refused(editor: Editor, facts: list[dict[str, Any]]) -> None:
    for ask in (editor.patch, lambda _, body: delete(editor, body), editor.post):
        url = f"{URL}confirmations/" if ask == editor.post else URL
        for body, status in (({}, 400), ([], 400), ("x", 400), ([{}] * 1001, 413)):
            assert ask(url, body).status_code == status, (url, body)
    assert editor.get(f"{URL}confirmations/").status_code == 405
    reader = Editor(editor.user, scopes=("read",))
    assert reader.patch(URL, [seen(facts[0])]).status_code == 403
    assert delete(reader, [seen(facts[0])]).status_code == 403


def test_rows_confirm_facts_and_known_ones_are_answered_again(editor: Editor, facts: list[dict[str, Any]]) -> None:
    source = {"title": "Our ambassadors", "publisher": "A ministry"}
    rows = [{"key": fact["key"], "day": "2026-01-02", "source": source, "quote": "still so"} for fact in facts]
    answer = editor.post(f"{URL}confirmations/", [rows[0], rows[1], rows[0]])
    assert (answer.status_code, [row["version"] for row in answer.json()]) == (201, [1, 1, 1])
    assert answer.json()[0] == answer.json()[2]
    assert Confirmation.objects.count() == 2
    one = editor.get(f"{facts[0]['url']}confirmations/").json()["results"]
    assert one == [answer.json()[0]]
    assert editor.post(f"{URL}confirmations/", rows[:2]).status_code == 200
    assert editor.post(f"{URL}confirmations/", rows).status_code == 201
    bad = [rows[0] | {"day": "2019-01-01"}, rows[1] | {"source": 99}, rows[2] | {"key": str(uuid.uuid4())}, {}]
    assert wrong(editor.post(f"{URL}confirmations/", bad)) == [
        ("/0/day", "contradiction"), ("/1/source", "does_not_exist"), ("/2/key", "no_such_fact"),
        ("/3/day", "required"), ("/3/key", "required"), ("/3/source", "required"),
    ]  # fmt: skip
    assert Confirmation.objects.count() == 3


# --- JSON Lines -----------------------------------------------------------------------------------------------------


def lines(*rows: Any) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


@pytest.mark.parametrize("kind", ["application/jsonl", "application/x-ndjson; charset=utf-8"])
def test_lines_are_rows(editor: Editor, nomination: dict[str, Any], kind: str) -> None:
    made = send(editor, "POST", lines(nomination, nomination | {"to": "UA"}), kind=kind)
    assert (made.status_code, [row["to"] for row in made.json()]) == (201, ["BY", "UA"])
    single = send(editor, "POST", lines(nomination).replace("\n", "\r\n"), kind=kind)
    assert [row["to"] for row in single.json()] == ["BY"]
    changed = send(editor, "PATCH", lines(*(seen(row, note="ü") for row in made.json())).rstrip(), kind=kind)
    assert [(row["version"], row["note"]) for row in changed.json()] == [(2, "ü"), (2, "ü")]
    rows = [{"key": row["key"], "day": "2026-01-02", "source": {"title": "t"}} for row in made.json()]
    assert send(editor, "POST", lines(*rows), kind=kind, url=f"{URL}confirmations/").status_code == 201
    retracted = lines(*(seen(row) for row in changed.json()))
    assert send(editor, "DELETE", retracted, kind=kind, url=f"{URL}?reason=x").status_code == 204


def test_every_bad_line_is_named_by_its_number(editor: Editor, nomination: dict[str, Any]) -> None:
    text = lines(nomination, nomination | {"on": "soon"}) + '{"from": \n\nNaN\n{"a":1,"a":2}\n"\\ud800"\n' + "[" * 9000
    answer = send(editor, "POST", text)
    assert [(each["pointer"], each["line"], each["code"]) for each in answer.json()["errors"]] == [
        ("/1/on", 2, "not_a_date"),
        *((f"/{line - 1}", line, "malformed") for line in range(3, 8)),
        ("/7", 8, "malformed"),
    ]
    details = [each["detail"] for each in answer.json()["errors"]]
    assert details[2] == "The line is empty."
    assert details[3].startswith("The line is not JSON: NaN is not a number")
    assert AmbassadorStatus.objects.count() == 0


def test_lines_are_bounded_and_taken_for_rows_alone(editor: Editor, nomination: dict[str, Any]) -> None:
    many = send(editor, "POST", "1\n" * 1001)
    assert (many.status_code, many.json()["type"]) == (413, "/api/docs/errors/#too-many-rows")
    assert send(editor, "POST", "").status_code == 400
    assert send(editor, "POST", "\xff".encode("latin-1")).status_code == 400  # type: ignore[arg-type]  # bytes
    assert send(editor, "POST", lines({"title": "t"}), url="/api/sources/").status_code == 415


# --- at once and killed ---------------------------------------------------------------------------------------------


def test_rows_in_opposite_orders_at_once_take_effect_one_after_the_other(
    world: None, nomination: dict[str, Any]
) -> None:
    """Two requests lock their pairs in one order: none of them is a deadlock's victim, and one sees old versions."""
    editor = Editor(User.objects.create_user("anna"))
    facts = editor.post(URL, [nomination | {"to": to} for to in ("BY", "UA", "DE", "FR")]).json()
    rows = [seen(fact, note="n") for fact in facts]
    answers = at_once(*(lambda rows=some: editor.patch(URL, rows) for some in (rows, rows[::-1], rows[2:] + rows[:2])))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400]
    for answer in answers:
        if answer.status_code == 400:
            assert {code for _, code in wrong(answer)} == {"stale_version"}
    assert AmbassadorStatus.objects.count() == 8


def test_batch_that_is_killed_halfway_leaves_nothing(
    editor: Editor, facts: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise OperationalError("terminating connection")

    monkeypatch.setattr("relations.ledger.projecting.enqueue", killed)
    changes = StatusChange.objects.count()
    rows = [seen(fact, note="n") for fact in facts]
    assert editor.client.patch(
        URL, rows, content_type="application/json", headers={"Idempotency-Key": "k"}
    ).status_code == 503  # fmt: skip
    assert (AmbassadorStatus.objects.count(), StatusChange.objects.count()) == (3, changes)
    monkeypatch.undo()
    again = editor.client.patch(URL, rows, content_type="application/json", headers={"Idempotency-Key": "k"})
    assert (again.status_code, "Idempotent-Replayed" in again) == (200, False)
