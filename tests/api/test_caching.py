"""Promises to caches and clients: validators of every list, answers for good, and limits in headers."""

import gzip
from typing import Any
from unittest.mock import ANY

import pytest
import yaml
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from relations import ledger
from relations.queries.cache import LIST_TAGS, PAGES
from relations.queries.clock import today
from relations.queries.snapshot import database_state
from tests.api.lists import OPEN
from tests.factories import post, record

FOR_GOOD = "max-age=2592000, immutable"


def ask(client: Client, url: str, tag: str, **headers: str) -> Any:
    return client.get(url, headers={"If-None-Match": tag, **headers})


def test_every_list_has_a_validator(seed: None, client: Client) -> None:
    for path in (*OPEN, "/api/", "/api/relations/BY-US/timeline/"):
        whole = client.get(path)
        assert (whole.status_code, whole["Cache-Control"]) == (200, "no-cache"), path
        known = ask(client, path, whole["ETag"])
        assert (known.status_code, known.content, known["ETag"]) == (304, b"", whole["ETag"]), path
        assert (known["Cache-Control"], known["Vary"]) == ("no-cache", whole["Vary"]), path
        assert client.head(path)["ETag"] == whole["ETag"], path
        assert ask(client, path, '"another"').content == whole.content, path


def test_a_list_that_changed_is_sent_again(seed: None, client: Client) -> None:
    tag = client.get("/api/ambassadors/")["ETag"]
    record(post("nominated", "2020-05", holder="Julie Fisher"))
    again = ask(client, "/api/ambassadors/", tag)
    assert (again.status_code, again.json()["results"][0]["holder"]) == (200, "Julie Fisher")


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The state, of which the last one counts: PostgreSQL's own also counts what other tests' databases write."""
    states = ["first"]
    monkeypatch.setattr("relations.api.http.conditional.database_state", lambda: (states[-1], today()))
    LIST_TAGS.clear()
    PAGES.clear()
    return states


@pytest.mark.django_db(transaction=True)
def test_a_304_of_a_list_makes_no_answer_while_nobody_writes(countries: None, client: Client, state: list[str]) -> None:
    source = ledger.record_source({"title": "A gazette"})
    first = client.get("/api/sources/")["ETag"]
    with CaptureQueriesContext(connection) as queries:
        known = ask(client, "/api/sources/", first, Accept_Encoding="gzip")
    assert (known.status_code, len(queries)) == (304, 0)
    state.append("second")
    ledger.change_source(source, {"title": "Another gazette"})
    second = ask(client, "/api/sources/", first)
    assert (second.status_code, second.json()["results"][0]["title"]) == (200, "Another gazette")
    state.append("third")
    ledger.change_source(source, {"title": "A gazette"})
    assert ask(client, "/api/sources/", second["ETag"]).status_code == 200
    assert ask(client, "/api/sources/", first).status_code == 304


@pytest.mark.django_db(transaction=True)
def test_a_page_of_a_list_is_sent_again_while_nobody_writes(
    countries: None, client: Client, editor: Any, state: list[str]
) -> None:
    url = "/api/sources/?page_size=1"
    for title in ("A gazette", "Another gazette"):
        ledger.record_source({"title": title})
    made = client.get(url)
    with CaptureQueriesContext(connection) as queries:
        again, head = client.get(url), client.head(url)
        packed = [client.get(url, headers={"Accept-Encoding": coding}) for coding in ("gzip", "gzip", "br", "gzip")]
    assert (len(queries), again.content, head.content) == (0, made.content, b"")
    ids = ({**each.headers, "X-Request-ID": ""} for each in (made, again, head))
    assert next(ids) == next(ids) == next(ids)
    assert [each["Content-Encoding"] for each in packed] == ["gzip", "gzip", "br", "gzip"]
    assert gzip.decompress(packed[0].content) == gzip.decompress(packed[3].content) == made.content
    # Under another URL, for another site or caller, and after a write it is made.
    for ask_otherwise in (
        lambda: client.get("/api/sources/?page_size=2"),
        lambda: client.get(url, headers={"Host": "localhost"}),
        lambda: editor.get(url),
        lambda: state.append("second") or client.get(url),
    ):
        with CaptureQueriesContext(connection) as queries:
            assert ask_otherwise().status_code == 200
        assert len(queries) > 0


@pytest.mark.django_db(transaction=True)
def test_the_state_of_the_database_names_the_day(countries: None) -> None:
    assert database_state() == (ANY, today())


@pytest.mark.django_db(transaction=True)
def test_lists_that_depend_on_the_clock_are_not_remembered(countries: None, client: Client) -> None:
    LIST_TAGS.clear()
    PAGES.clear()
    url = "/api/ambassadors/?recorded_after=2020-01-01T00:00:00Z"
    tag = client.get(url)["ETag"]
    assert [ask(client, url, tag).status_code for _ in range(2)] == [304, 304]
    assert (LIST_TAGS._entries, PAGES._entries) == ({}, {})


def test_in_a_transaction_no_state_is_known(countries: None) -> None:
    assert database_state() is None  # its own writes would not change it


def test_the_schema_has_a_validator_and_comes_as_yaml(countries: None, client: Client) -> None:
    document = client.get("/api/schema/")
    assert ask(client, "/api/schema/", document["ETag"]).status_code == 304
    said = client.get("/api/schema/?format=yaml").content
    assert yaml.load(said, yaml.CSafeLoader) == document.json()
    for kind in ("application/yaml", "application/vnd.oai.openapi"):
        text = client.get("/api/schema/", headers={"Accept": kind})
        assert (text.status_code, text["Content-Type"]) == (200, kind)
        assert text["Content-Disposition"] == 'inline; filename="openapi.yaml"'
        assert text.content == said
        assert text["ETag"] != document["ETag"]


def test_answers_of_a_finished_moment_are_cached_for_good(seed: None, client: Client, editor: Any) -> None:
    moment = "known_at=2026-11-01T00:00:00Z"
    final = [
        f"/api/relations/BY-US/?as_of=2020-02-02&{moment}", f"/api/relations/?as_of=2020-02-02&{moment}",
        f"/api/sanction-events/?{moment}", f"/api/relations/BY-US/?as_of=2020-02-02&{moment}&format=csv",
    ]  # fmt: skip
    for url in final:
        answer = client.get(url)
        assert (answer.getvalue() != b"", answer["Cache-Control"]) == (True, f"public, {FOR_GOOD}"), url
        own = editor.get(url)
        assert (own.getvalue() != b"", own["Cache-Control"]) == (True, f"private, {FOR_GOOD}")
    known = ask(client, final[0], client.get(final[0])["ETag"])
    assert (known.status_code, known["Cache-Control"]) == (304, f"public, {FOR_GOOD}")
    open_ended = {
        f"/api/relations/BY-US/?{moment}": 200,  # of today
        f"/api/sanction-events/?{moment}&expand=programme": 200,  # a programme can be renamed
        "/api/sanction-events/?known_at=2999-01-01T00:00:00Z": 409,
        f"/api/sanction-events/?{moment}&nothing=1": 400,
        "/api/relations/BY-US/?as_of=2020-02-02": 200,
    }
    for url, status in open_ended.items():
        answer = client.get(url)
        assert (answer.status_code, answer["Cache-Control"]) == (status, "no-cache"), url
    assert editor.get("/api/relations/BY-US/")["Cache-Control"] == "private, no-cache"


def test_limited_requests_say_what_is_left(seed: None, client: Client, editor: Any, settings: Any) -> None:
    unlimited = client.get("/api/sources/")
    assert not {"RateLimit", "RateLimit-Policy", "Retry-After"} & set(unlimited.headers)
    settings.WRITE_LIMIT, settings.READ_LIMIT = "2/day", "3/hour"
    written = [editor.post("/api/sources/", {"title": f"Gazette {number}", "kind": "article"}) for number in range(3)]
    assert [each["RateLimit-Policy"] for each in written] == ['"writes";q=2;w=86400'] * 3
    assert [each["RateLimit"].partition(";t=")[0] for each in written] == [
        '"writes";r=1',
        '"writes";r=0',
        '"writes";r=0',
    ]
    assert [each.status_code for each in written] == [201, 201, 429]
    assert written[2]["Retry-After"] == written[2]["RateLimit"].partition(";t=")[2]
    reads = [client.get(path) for path in ("/api/relations/BY-US/", "/api/schema/", "/api/countries/XX/", "/api/")]
    assert [each.status_code for each in reads] == [200, 200, 404, 429]
    assert [each["RateLimit"].partition(";t=")[0] for each in reads] == [f'"reads";r={left}' for left in (2, 1, 0, 0)]
