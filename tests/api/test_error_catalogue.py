"""The catalogue of errors has what calls are answered and nothing else: each entry is caused here, or where it says."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from relations.api.http.problem_types import CODES, problem_types
from tests.api.conftest import Editor
from tests.api.subscribing import Caller

FACT = {
    "from": "US",
    "to": "BY",
    "status": "vacant",
    "on": "2010",
    "citations": [{"source": {"title": "T"}, "quote": "q"}],
}
SOURCES, POSTS, PROGRAMMES, HOOKS = "/api/sources/", "/api/ambassadors/", "/api/sanction-programmes/", "/api/webhooks/"
NOBODY = "7f8d2c1e-0d55-4d3c-9f40-3b8a3f2f6f57"
HOOK = {"url": "https://93.184.215.14/hook"}

BODIES: list[tuple[str, Any]] = [
    (SOURCES, {}), (SOURCES, {"title": " "}), (SOURCES, {"title": None}), (SOURCES, {"title": "x" * 501}),
    (SOURCES, {"title": "a\x00"}), (SOURCES, {"title": 1}), (SOURCES, {"title": "x", "kind": "rumour"}),
    (SOURCES, {"title": "x", "good_for": 0}), (SOURCES, {"title": "x", "good_for": 2**31}),
    (SOURCES, {"title": "x", "syndication_of": 10**9}), (SOURCES, {"title": "x", "tilte": "x"}),
    (POSTS, FACT | {"citations": []}), (POSTS, FACT | {"citations": {}}), (POSTS, FACT | {"on": "soon"}),
    (POSTS, FACT | {"from": "XX"}), (PROGRAMMES, {"issuer": "US", "target": "US", "title": "x"}),
    (HOOKS, HOOK | {"headers": []}), (HOOKS, HOOK | {"event_types": []}), (HOOKS, {"url": "https://localhost/"}),
    ("/api/designations/match/", {"queries": [{"name": "VTB", "document": ""}]}),
    ("/api/designations/match/", {"queries": []}), (f"{POSTS}{NOBODY}/confirmations/", []),
    ("/api/tokens/", {"name": "x", "scopes": []}), (SOURCES, 1), (POSTS, []),
]  # fmt: skip
ELSEWHERE = {
    "archive-damaged": "api/test_archived_files.py", "no-longer-archived": "api/test_archived_files.py",
    "not-archived": "api/test_archived_files.py", "other-log": "api/test_ends_of_the_log.py",
    "too-expensive": "test_clients.py", "busy": "api/test_formats.py", "length-required": "api/test_errors.py",
    "unavailable": "api/test_errors.py", "too-large": "api/test_imports.py", "too-many-requests": "api/test_tokens.py",
}  # fmt: skip
"""Tests of what takes more than a call; each asks for the type by its name."""


def calls(editor: Editor, client: Client) -> Iterator[Any]:
    """Requests that are refused, each for another reason."""
    source = editor.post(
        SOURCES, {"title": "Archived", "text": "Words of a text.", "url": "https://example.org/"}
    ).json()
    cited = [{"source": source["id"], "quote": "Words"}]
    fact, gone = (editor.post(POSTS, FACT | {"on": day, "citations": cited}).json() for day in ("2011", "2012"))
    own, retracted = f"{POSTS}{fact['key']}/", f"{POSTS}{gone['key']}/"
    editor.delete(f"{retracted}?reason=wrong", tag="*")
    for path in (
        f"{SOURCES}?cursor=x", f"{SOURCES}?page_size=x", f"{SOURCES}?tilte=x", f"{SOURCES}999999/",
        "/api/relations/BY-BY/", "/api/relations/BY-XX/", f"{POSTS}{NOBODY}/", "/api/changes/?after=999999999",
        "/api/relations/BY-US/?known_at=2999-01-01T00:00:00Z", retracted, HOOKS, f"{POSTS}?on=soon",
        f"/api/designations/{NOBODY}/", f"{own}?known_at=2000-01-01T00:00:00Z",
    ):  # fmt: skip
        yield client.get(path)
    yield client.get(SOURCES, headers={"Authorization": "Bearer trk_unknown"})
    yield client.post(SOURCES, {}, content_type="application/json")
    yield client.get(SOURCES, headers={"Accept": "image/png"})
    yield editor.client.put(SOURCES, {}, content_type="application/json")
    yield editor.client.post(SOURCES, "{", content_type="application/json")
    yield editor.client.post(SOURCES, "x", content_type="text/plain")
    yield editor.post(HOOKS, HOOK)
    yield editor.post(SOURCES, {"title": "x", "url": "https://example.org/"})
    yield editor.post(SOURCES, {"title": "x"}, Idempotency_Key="ü")
    for title in ("One", "Other"):
        yield editor.post(SOURCES, {"title": title}, Idempotency_Key="a-key")
    yield editor.delete(source["self"], tag="*")
    yield editor.patch(own, {"note": "x"})
    yield editor.patch(own, {"note": "x"}, tag='"v9-0"')
    yield editor.patch(own, {"from": "DE"}, tag="*")
    yield editor.patch(retracted, {"note": "x"}, tag="*")
    yield editor.delete(own, tag="*")
    rows = [{"key": one["key"], "version": 1, "note": "x"} for one in (fact, fact, gone)]
    yield from (editor.patch(POSTS, some) for some in (rows[:2], rows[1:]))
    yield editor.post(POSTS, [FACT | {"on": "soon"}, FACT])
    yield editor.post(POSTS, [FACT] * 1001)
    yield editor.post(POSTS, FACT | {"citations": [{"source": source["id"], "quote": "Other words"}]})
    yield editor.post(POSTS, FACT | {"citations": [{"source": source["id"], "quote": "x", "stance": "disputes"}]})


@pytest.mark.django_db
def test_each_entry_of_the_catalogue_is_caused(editor: Editor, ann: Caller, client: Client) -> None:
    everything = Editor(editor.user, scopes=("edit", "webhooks"))
    subscriber = Editor(ann.user, scopes=("webhooks",))
    answers = [*calls(editor, client), subscriber.get(f"{HOOKS}999999/")]
    answers += [each.post(path, body) for (path, body), each in product(BODIES, (everything, subscriber))]
    problems = [answer.json() for answer in answers if answer.status_code >= 400]
    types = {problem["type"].rpartition("#")[2] for problem in problems}
    codes = {error["code"] for problem in problems for error in problem.get("errors", [])}
    caused = types | {code.replace("_", "-") for code in codes} | ELSEWHERE.keys()
    catalogue = {slug for slug, *_ in problem_types()}
    assert types <= catalogue | {"empty", "not-a-list"}  # of a body as a whole
    assert codes <= CODES.keys() | {slug.replace("-", "_") for slug in catalogue}
    assert (catalogue | {code.replace("_", "-") for code in CODES}) - caused == set()


def test_what_is_caused_elsewhere_is_asked_for_by_its_name_there() -> None:
    tests = Path(__file__).parents[1]
    assert [slug for slug, file in ELSEWHERE.items() if f'{slug}"' not in (tests / file).read_text()] == []
