"""Fields of a fact in addition to its status and its day: how it is known, when it was announced, what it answers."""

from typing import Any

import pytest
from django.test import Client

from tests.factories import TEXT, event, post, record, source

UNSAID = {"nature": "event", "announced_on": None, "quantity": None, "in_response_to": None}


@pytest.fixture
def release(article: dict[str, Any]) -> dict[str, Any]:
    return {
        "from": "BY", "to": "US", "kind": "release", "on": "2025-09-11", "announced_on": "2025-09", "quantity": 52,
        "citations": [{"source": article, "quote": "52 prisoners were released"}],
    }  # fmt: skip


@pytest.fixture
def easing(article: dict[str, Any]) -> dict[str, Any]:
    return {
        "from": "US", "to": "BY", "action": "eased", "on": "2025-09-11",
        "citations": [{"source": article, "quote": "sanctions on Belavia were lifted"}],
    }  # fmt: skip


def own(body: dict[str, Any]) -> dict[str, Any]:
    return {name: body[name] for name in UNSAID}


def wrong(answer: Any) -> list[tuple[str, str]]:
    assert answer["Content-Type"] == "application/problem+json"
    return [(each["pointer"], each["code"]) for each in answer.json()["errors"]]


def test_what_is_said_is_shown_and_an_easing_names_what_it_answers(editor, release, easing):
    released = editor.post("/api/diplomatic-events/", release).json()
    assert own(released) == {"nature": "event", "announced_on": "2025-09", "quantity": 52, "in_response_to": None}
    eased = editor.post("/api/sanction-events/", easing | {"in_response_to": released["key"]}).json()
    assert own(eased) == UNSAID | {"in_response_to": released["key"]}
    (row,) = editor.get(f"/api/sanction-events/?in_response_to={released['key']}").json()["results"]
    assert row == eased
    (shown,) = editor.get("/api/relations/BY-US/").json()["facts"]["sanction_events"]
    assert shown == eased


def test_a_correction_replaces_what_it_names_and_put_all_of_it(editor, release):
    first = editor.post("/api/diplomatic-events/", release)
    url = first.json()["url"]
    second = editor.patch(url, {"quantity": 51, "announced_on": None}, tag=first["ETag"])
    assert own(second.json()) == UNSAID | {"quantity": 51}
    third = editor.patch(url, {"nature": "observation"}, tag=second["ETag"])
    assert own(third.json()) == UNSAID | {"quantity": 51, "nature": "observation"}
    whole = editor.put(url, third.json(), tag=third["ETag"])
    assert (whole.status_code, whole.json()) == (200, third.json())
    fourth = editor.put(url, {name: release[name] for name in ("from", "to", "kind", "on", "citations")}, tag="*")
    assert own(fourth.json()) == UNSAID


def test_what_is_observed_is_an_observation_without_saying_so(editor, easing):
    observed = editor.post("/api/sanction-events/", easing | {"action": "observed"})
    assert (observed.status_code, observed.json()["nature"]) == (201, "observation")
    assert wrong(editor.post("/api/sanction-events/", easing | {"action": "observed", "nature": "event"})) == [
        ("/nature", "contradiction")
    ]


def test_an_extension_says_what_it_extends_and_nothing_else_does(editor, easing):
    extension = easing | {"action": "extended", "expires_on": "2026-09-11", "extends": "relief"}
    assert editor.post("/api/sanction-events/", extension).json()["extends"] == "relief"
    assert wrong(editor.post("/api/sanction-events/", easing | {"extends": "relief"})) == [
        ("/extends", "contradiction")
    ]


@pytest.mark.parametrize(
    ("said", "errors"),
    [
        ({"nature": "rumour"}, [("/nature", "invalid_choice")]),
        ({"announced_on": "next week"}, [("/announced_on", "not_a_date")]),
        ({"announced_on": 2025}, []),
        ({"quantity": "52"}, [("/quantity", "invalid")]),
        ({"quantity": -1}, [("/quantity", "min_value")]),
        ({"quantity": 2**31}, [("/quantity", "max_value")]),
        ({"quantity": True}, [("/quantity", "invalid")]),
        ({"in_response_to": "abc"}, [("/in_response_to", "invalid")]),
        ({"in_response_to": 7}, [("/in_response_to", "invalid")]),
        ({"in_response": None}, [("/in_response", "unknown_field")]),
    ],
)
def test_what_is_malformed_is_named(editor, release, said, errors):
    answer = editor.post("/api/diplomatic-events/", release | said)
    if not errors:
        assert (answer.status_code, answer.json()["announced_on"]) == (201, "2025")
        return
    assert (answer.status_code, wrong(answer)) == (400, errors)
    assert editor.get("/api/diplomatic-events/").json()["results"] == []


def test_a_batch_names_the_row_that_is_malformed(editor, release):
    answer = editor.post("/api/diplomatic-events/", [release, release | {"quantity": "many"}])
    assert (answer.status_code, wrong(answer)) == (400, [("/1/quantity", "invalid")])


def test_a_quote_is_verified_where_there_is_a_text_to_compare(editor, nomination):
    archived = source(text=TEXT)
    nomination["citations"].append({"source": archived.pk, "quote": "plan to return ambassadors"})
    body = editor.post("/api/ambassadors/", nomination).json()
    assert [each["verified"] for each in body["citations"]] == [None, True]
    same = editor.put(body["url"], body, tag="*")
    assert (same.status_code, same.json()) == (200, body)


def test_a_table_has_a_column_for_each(countries: None, client: Client) -> None:
    record(event("release", "2025-09-11", announced_on="2025-09", quantity=52), post("charge", "2020"))
    head, line, _ = client.get("/api/relations/BY-US/?format=csv").getvalue().decode().split("\r\n", 2)
    names = ("nature", "announced_on", "quantity", "in_response_to", "extends", "confirmations")
    assert set(names) <= set(head.split(","))
    row = dict(zip(head.split(","), line.split(","), strict=True))
    assert (row["what"], row["nature"], row["announced_on"], row["quantity"]) == ("charge", "event", "", "")
