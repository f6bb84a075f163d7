"""Reference data: programmes, travel-ban lists and sources are written, read, refused and deleted alike."""

import hashlib
import re
from dataclasses import dataclass, field
from typing import Any

import pytest

from relations.api.http import patterns
from tests.api.conftest import Editor


@dataclass(frozen=True)
class Reference:
    """A resource; `made` is all that its body shows in addition to what was `sent`, `id`, `self` and its `page`."""

    path: str
    sent: dict[str, Any]
    made: dict[str, Any]
    change: dict[str, Any]
    query: str
    refused: list[tuple[dict[str, Any], int, list[tuple[str, str]]]]
    unlisted: set[str] = field(default_factory=set)
    page: str = ""


PROGRAMME = Reference(
    path="/api/sanction-programmes/",
    page="/programmes/{}/",
    sent={"issuer": "us", "target": "BLR", "title": "Belarus"},
    made={
        "issuer": "US",
        "target": "BY",
        "legal_basis": "",
        "url": "",
        "regime": None,
        "thematic": False,
        "list": None,
        "code": None,
    },
    change={"legal_basis": "EO 13405", "thematic": True},
    query="country=BY&title=bela&regime=none&thematic=0",
    refused=[
        ({"issuer": "US", "target": "BY", "title": "Belarus"}, 409, [("/title", "conflict")]),
        ({"issuer": "US", "target": "US", "title": "Own"}, 400, [("/target", "contradiction")]),
        (
            {"issuer": "US", "target": "BY", "title": "Other", "regime": 10**9, "thematic": 1},
            400,
            [("/thematic", "invalid")],
        ),
        ({"issuer": "US", "target": "BY", "title": "Other", "regime": 10**9}, 400, [("/regime", "does_not_exist")]),
    ],
)
REGIME = Reference(
    path="/api/regimes/",
    page="/programmes/?regime={}",
    sent={"code": "US-BRUS", "issuer": "us", "target": "BLR", "title": "Belarus"},
    made={"issuer": "US", "target": "BY", "legal_basis": "", "url": "", "status": None, "status_on": None},
    change={"legal_basis": "EO 13405", "status": "active", "status_on": "2026-11-01"},
    query="country=BY&title=bela&code=us-brus&status=none",
    refused=[
        ({"code": "US-BRUS", "issuer": "US", "target": "BY", "title": "Other"}, 409, [("/code", "conflict")]),
        ({"code": "US-2", "issuer": "US", "target": "BY", "title": "Belarus"}, 409, [("/title", "conflict")]),
        ({"code": "US-2", "issuer": "US", "target": "US", "title": "Own"}, 400, [("/target", "contradiction")]),
        ({"code": "no code", "issuer": "US", "target": "BY", "title": "x"}, 400, [("/code", "invalid")]),
        (
            {"code": "US-2", "issuer": "US", "target": "BY", "title": "x", "status": "active"},
            400,
            [("/status_on", "contradiction")],
        ),
        (
            {"code": "US-2", "issuer": "US", "target": "BY", "title": "x", "status": "over", "status_on": "soon"},
            400,
            [("/status", "invalid_choice"), ("/status_on", "invalid")],
        ),
    ],
)
BAN_LIST = Reference(
    path="/api/travel-ban-lists/",
    page="/lists/{}/",
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
    "syndication_of": None, "covers_to": None, "good_for": None,
}  # fmt: skip
SOURCE = Reference(
    path="/api/sources/",
    sent=SENT_SOURCE,
    made={"sha256": hashlib.sha256(TEXT.encode()).hexdigest()},
    change={"licence": "CC0", "kind": "register", "covers_to": "2000-12-31", "good_for": 400},
    query="publisher=Federal Register&good_for=none",
    refused=[
        (SENT_SOURCE, 409, [("/url", "conflict")]),
        ({"title": "Reprint", "syndication_of": 10**9}, 400, [("/syndication_of", "does_not_exist")]),
        (
            {"title": "x", "kind": "rumour", "covers_to": 2000, "good_for": 0},
            400,
            [("/kind", "invalid_choice"), ("/covers_to", "invalid"), ("/good_for", "min_value")],
        ),
    ],
    unlisted={"text"},
)


def wrong(answer: Any) -> list[tuple[str, str]]:
    assert answer["Content-Type"] == "application/problem+json"
    return [(each["pointer"], each["code"]) for each in answer.json()["errors"]]


@pytest.mark.parametrize("reference", [PROGRAMME, REGIME, BAN_LIST, SOURCE], ids=lambda each: each.path.split("/")[2])
class TestReferences:
    @pytest.fixture
    def created(self, editor: Editor, reference: Reference) -> Any:
        return editor.post(reference.path, reference.sent)

    @pytest.fixture
    def body(self, created: Any, reference: Reference) -> dict[str, Any]:
        number = created.json()["id"]
        own = {"id": number, "self": f"http://testserver{reference.path}{number}/"}
        if reference.page:
            own["links"] = {"html": f"http://testserver{reference.page}".format(number)}
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


def test_a_programme_is_a_name_of_a_regime_with_its_direction(editor: Editor) -> None:
    regime = editor.post(REGIME.path, REGIME.sent).json()
    made = editor.post(PROGRAMME.path, PROGRAMME.sent | {"regime": regime["id"]})
    assert (made.status_code, made.json()["regime"]) == (201, regime["id"])
    assert editor.get(f"{PROGRAMME.path}?regime={regime['id']}").json()["results"] == [made.json()]
    assert editor.get(f"{PROGRAMME.path}?regime=none").json()["results"] == []
    other = PROGRAMME.sent | {"target": "RU", "regime": regime["id"]}
    assert wrong(editor.post(PROGRAMME.path, other)) == [("/regime", "contradiction")]
    in_use = editor.delete(regime["self"], tag="*")
    number = made.json()["id"]
    assert (in_use.status_code, in_use.json()["detail"]) == (
        409, f"Regime US-BRUS cannot be deleted: programmes [{number}] belong to it.",
    )  # fmt: skip
    freed = editor.patch(made.json()["self"], {"regime": None}, tag=made["ETag"])
    assert freed.json() == made.json() | {"regime": None}
    assert editor.delete(regime["self"], tag="*").status_code == 204


def test_sources_are_filtered_by_what_they_cover(editor: Editor) -> None:
    covering = editor.post(SOURCE.path, {"title": "COW", "kind": "dataset", "covers_to": "2000-12-31"}).json()
    editor.post(SOURCE.path, {"title": "A registry", "kind": "registry", "good_for": 30})
    for query, expected in {
        "covers_after=2000-12-31": ["COW"], "covers_before=2000-12-30": [], "good_for=30": ["A registry"],
        "good_for=none": ["COW"], "kind=registry,register": ["A registry"], "covers_before=2001-01-01": ["COW"],
    }.items():  # fmt: skip
        assert [row["title"] for row in editor.get(f"{SOURCE.path}?{query}").json()["results"]] == expected, query
    assert covering["covers_to"] == "2000-12-31"


MISLEADING = {
    "https://user:secret@example.org/": "An address has no user name or password before its host: it is published.",
    "https://example.org@evil.example/": "An address has no user name or password before its host: it is published.",
    "https://example.org/\u202egpj.exe": (
        "An address has no invisible U+202E (right-to-left override): leave it out, or write it percent-encoded."
    ),
    "https://example.org/a\u200bb": (
        "An address has no invisible U+200B (zero width space): leave it out, or write it percent-encoded."
    ),
    "https://example.org/a\u3164b": (
        "An address has no invisible U+3164 (hangul filler): leave it out, or write it percent-encoded."
    ),
    "https://example.org/a\x7fb": "An address has no invisible U+007F: leave it out, or write it percent-encoded.",
    "https://example.org:65536/": "An address has a host, and a port from 1 to 65535 if any.",
    "https://example.org:0/": "An address has a host, and a port from 1 to 65535 if any.",
}


def test_an_address_that_misleads_or_has_a_password_is_refused(editor: Editor) -> None:
    for url, why in MISLEADING.items():
        answer = editor.post(SOURCE.path, {"title": "A dispatch", "url": url})
        (error,) = answer.json()["errors"]
        assert (answer.status_code, error) == (400, {"pointer": "/url", "code": "invalid", "detail": why}), url
        assert ":65536" in url or ":0" in url or not re.search(patterns.URL, url), url
    for url in ("https://example.org:65535/ü/%E2%80%8C?q=a@b", "http://[2001:db8::1]:80/", "https://例え.テスト/"):
        assert re.search(patterns.URL, url), url
        assert editor.post(SOURCE.path, {"title": "A dispatch", "url": url}).json()["url"] == url


def test_an_override_of_direction_is_only_in_archived_texts(editor: Editor) -> None:
    reversed_letters = "Arrested: \u202eton"
    refused = editor.post(SOURCE.path, {"title": reversed_letters})
    assert (refused.status_code, wrong(refused)) == (400, [("/title", "invalid")])
    source = editor.post(SOURCE.path, {"title": "\u200fخبر", "text": reversed_letters}).json()
    fact = {"from": "US", "to": "BY", "status": "vacant", "on": "2010"}
    cited = {"citations": [{"source": source["id"], "quote": reversed_letters}]}
    assert editor.post("/api/ambassadors/", fact | cited).json()["citations"][0]["quote"] == reversed_letters
    cited = {"citations": [{"source": {"title": "A letter"}, "quote": reversed_letters}]}
    refused = editor.post("/api/ambassadors/", fact | cited)
    assert (refused.status_code, wrong(refused)) == (400, [("/citations/0/quote", "invalid")])


def test_a_source_without_an_address_is_made_once(editor: Editor) -> None:
    sent = {"title": "A dispatch", "publisher": "Reuters", "published_on": "2020-02-01"}
    first = editor.post(SOURCE.path, sent)
    again = editor.post(SOURCE.path, sent)
    assert (first.status_code, again.status_code, wrong(again)) == (201, 409, [("/title", "conflict")])


def test_a_reprint_of_a_reprint_is_one_of_the_original(editor: Editor) -> None:
    original = editor.post(SOURCE.path, SOURCE.sent).json()
    reprint = editor.post(SOURCE.path, {"title": "Reprint", "syndication_of": original["id"]}).json()
    third = editor.post(SOURCE.path, {"title": "Of the reprint", "syndication_of": reprint["id"]}).json()
    assert third["syndication_of"] == original["id"]
    assert editor.delete(original["self"], tag="*").status_code == 409
    unknown = editor.patch(original["self"], {"syndication_of": 999}, tag="*")
    assert wrong(unknown) == [("/syndication_of", "does_not_exist")]


def test_a_day_is_a_day_also_where_no_filter_asks_for_it(countries: None, client: Any) -> None:
    for day in ("", "never", "2021-02-30"):
        answer = client.get("/api/countries/", {"as_of": day})
        assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, "as_of")


def test_an_id_that_comes_back_is_an_id(countries: None, editor: Editor) -> None:
    for wrong in (2**63, 0, "1", None):
        answer = editor.post("/api/sources/", {"title": "A dispatch", "id": wrong})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/id")
    assert editor.post("/api/sources/", {"title": "A dispatch", "id": 7}).status_code == 201
