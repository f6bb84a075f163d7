"""What facts refer to: programmes, travel-ban lists and sources are written, read, refused and deleted alike."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.api.conftest import Editor


@dataclass(frozen=True)
class Reference:
    """A resource; `made` is all that its body shows in addition to what was `sent`, `id` and `self`."""

    path: str
    sent: dict[str, Any]
    made: dict[str, Any]
    change: dict[str, Any]
    query: str
    refused: list[tuple[dict[str, Any], int, list[tuple[str, str]]]]
    unlisted: set[str] = field(default_factory=set)


PROGRAMME = Reference(
    path="/api/sanction-programmes/",
    sent={"issuer": "us", "target": "BLR", "title": "Belarus"},
    made={"issuer": "US", "target": "BY", "legal_basis": "", "url": "", "list": None, "code": None},
    change={"legal_basis": "EO 13405"},
    query="country=BY&title=bela",
    refused=[
        ({"issuer": "US", "target": "BY", "title": "Belarus"}, 409, [("/title", "conflict")]),
        ({"issuer": "US", "target": "US", "title": "Own"}, 400, [("/target", "contradiction")]),
    ],
)
BAN_LIST = Reference(
    path="/api/travel-ban-lists/",
    sent={"issuer": "US", "title": "Barred", "instrument": "Proclamation 9983", "subject": "country"},
    made={"legal_basis": "", "url": ""},
    change={"title": "Bars"},
    query="issuer=US&subject=country",
    refused=[
        (
            {"issuer": "QQ", "title": "x", "subject": "planet", "url": "javascript:1"},
            400,
            [("/issuer", "unknown_country"), ("/url", "invalid"), ("/subject", "invalid_choice")],
        ),
    ],
)
TEXT = " By the authority "
SENT_SOURCE = {
    "kind": "legal_act", "publisher": "Federal Register", "title": "EO 13405", "author": "", "language": "en",
    "published_on": "2006-06-16", "url": "https://example.org/eo13405", "licence": "", "text": TEXT,
    "syndication_of": None,
}  # fmt: skip
SOURCE = Reference(
    path="/api/sources/",
    sent=SENT_SOURCE,
    made={"sha256": hashlib.sha256(TEXT.encode()).hexdigest()},
    change={"licence": "CC0"},
    query="publisher=Federal Register",
    refused=[
        (SENT_SOURCE, 409, [("/url", "conflict")]),
        ({"title": "Reprint", "syndication_of": 10**9}, 400, [("/syndication_of", "does_not_exist")]),
    ],
    unlisted={"text"},
)


def wrong(answer: Any) -> list[tuple[str, str]]:
    assert answer["Content-Type"] == "application/problem+json"
    return [(each["pointer"], each["code"]) for each in answer.json()["errors"]]


@pytest.mark.parametrize("reference", [PROGRAMME, BAN_LIST, SOURCE], ids=lambda each: each.path.split("/")[2])
class TestReferences:
    @pytest.fixture
    def created(self, editor: Editor, reference: Reference) -> Any:
        return editor.post(reference.path, reference.sent)

    @pytest.fixture
    def body(self, created: Any, reference: Reference) -> dict[str, Any]:
        number = created.json()["id"]
        own = {"id": number, "self": f"http://testserver{reference.path}{number}/"}
        return reference.sent | reference.made | own

    def test_what_is_created_is_answered_whole_and_read_at_its_location(self, editor, created, body):
        assert (created.status_code, created.json(), created["Location"]) == (201, body, body["self"])
        again = editor.get(body["self"])
        assert (again.json(), again["ETag"]) == (body, created["ETag"])

    def test_lists_and_filters_show_it(self, editor, reference, body):
        listed = {name: value for name, value in body.items() if name not in reference.unlisted}
        for query in ("", reference.query, f"id={body['id']}"):
            assert editor.get(f"{reference.path}?{query}").json()["results"] == [listed]
        for name in reference.unlisted:
            results = editor.get(f"{reference.path}?fields=id,{name}").json()["results"]
            assert results == [{"id": body["id"], name: body[name]}]
        assert editor.get(f"{reference.path}?id={body['id'] + 1}").json()["results"] == []

    def test_a_change_is_of_what_it_names_alone(self, editor, reference, created, body):
        changed = editor.patch(body["self"], reference.change, tag=created["ETag"])
        assert (changed.status_code, changed.json()) == (200, body | reference.change)
        assert changed["ETag"] != created["ETag"]
        assert editor.get(body["self"]).json() == body | reference.change

    def test_a_change_names_the_version_that_it_has_seen(self, editor, reference, created, body):
        assert editor.patch(body["self"], reference.change).status_code == 428
        current = editor.patch(body["self"], reference.change, tag=created["ETag"])
        stale = editor.patch(body["self"], {"title": "Another"}, tag=created["ETag"])
        assert (stale.status_code, stale["ETag"]) == (412, current["ETag"])
        assert editor.get(body["self"]).json() == body | reference.change

    def test_what_is_wrong_is_named_and_nothing_is_made(self, editor, reference, created):
        for sent, status, errors in reference.refused:
            answer = editor.post(reference.path, sent)
            assert (answer.status_code, wrong(answer)) == (status, errors)
        assert len(editor.get(reference.path).json()["results"]) == 1

    def test_what_is_deleted_is_gone(self, editor, created, body):
        assert editor.delete(body["self"]).status_code == 428
        assert editor.delete(body["self"], tag=created["ETag"]).status_code == 204
        assert editor.get(body["self"]).status_code == 404


def test_list_and_code_of_a_programme_are_given_by_imports_alone(editor: Editor) -> None:
    made = editor.post(PROGRAMME.path, PROGRAMME.sent)
    same = editor.patch(made.json()["self"], {"list": "ofac", "code": "BELARUS"}, tag=made["ETag"])
    assert (same.status_code, same.json()) == (200, made.json())


def test_a_reprint_of_a_reprint_is_one_of_the_original(editor: Editor) -> None:
    original = editor.post(SOURCE.path, SOURCE.sent).json()
    reprint = editor.post(SOURCE.path, {"title": "Reprint", "syndication_of": original["id"]}).json()
    third = editor.post(SOURCE.path, {"title": "Of the reprint", "syndication_of": reprint["id"]}).json()
    assert third["syndication_of"] == original["id"]
    assert editor.delete(original["self"], tag="*").status_code == 409
    unknown = editor.patch(original["self"], {"syndication_of": 999}, tag="*")
    assert wrong(unknown) == [("/syndication_of", "does_not_exist")]
