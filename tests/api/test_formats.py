"""Lists as CSV and JSON Lines, whole and harmless."""

import csv
import io
import json
import threading
import tracemalloc
from typing import Any

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections, connection
from django.test import Client

from relations import ledger
from relations.api.http import formats
from relations.models import Source
from tests.factories import citation, event, post, record

URL = "/api/ambassadors/"


def rows_of(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.getvalue().decode())))


@pytest.mark.parametrize("how", ["?format=csv", ""])
def test_csv_has_a_column_for_each_key(countries: None, client: Client, how: str) -> None:
    (fact,) = record(event("visit", "2020-02-01", note="said: “yes”, twice\nand left"))
    headers = {} if how else {"Accept": "text/csv"}
    answer = client.get(f"/api/diplomatic-events/{how}", headers=headers)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="diplomatic-events.csv"'
    head, row = rows_of(answer)
    body = client.get(f"/api/diplomatic-events/{fact.key}/").json()
    assert head == [
        "key", "version", "from", "to", "kind", "codes.cameo", "codes.plover", "on", "earliest", "latest",
        "nature", "announced_on", "quantity", "in_response_to", "recorded_at", "superseded_at", "note", "citations",
        "independent_sources", "confirmations", "disputed", "url",
    ]  # fmt: skip
    cells = dict(zip(head, row, strict=True))
    assert json.loads(cells.pop("citations")) == body["citations"]
    assert cells == {
        "key": body["key"], "version": "1", "from": "US", "to": "BY", "kind": "visit", "codes.cameo": "042",
        "codes.plover": "CONSULT", "on": "2020-02-01", "earliest": "2020-02-01", "latest": "2020-02-01",
        "nature": "event", "announced_on": "", "quantity": "", "in_response_to": "",
        "recorded_at": body["recorded_at"], "superseded_at": "", "note": body["note"], "independent_sources": "1",
        "confirmations": "0", "disputed": "false", "url": body["url"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/csv", "text/csv"), ("text/csv, */*", "text/csv"), ("text/csv, application/json", "application/json"),
        ("application/jsonl, */*;q=0.1", "application/jsonl"),
        ("application/x-ndjson", "application/jsonl"), ("text/*", "text/csv"),
        ("text/html, */*;q=0.8", "application/json"), ("", "application/json"), ("a/b;q=x, text/csv", "text/csv"),
        ("application/json; charset=utf-8", "application/json"),
    ],
)  # fmt: skip
def test_the_most_specific_format_in_accept_is_written(countries: None, client: Client, accept: str, kind: str) -> None:
    answer = client.get(URL, headers={"Accept": accept})
    assert answer.getvalue() is not None  # to its end, which gives the place for exports back
    assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (200, kind)


@pytest.mark.parametrize("accept", ["garbage", "image/png, text/html"])
def test_what_no_format_satisfies_is_a_406(countries: None, client: Client, accept: str) -> None:
    answer = client.get(URL, headers={"Accept": accept})
    assert (answer.status_code, answer["Content-Type"]) == (406, "application/problem+json")
    assert answer.json()["type"] == "/api/docs/errors/#not-acceptable"


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x")', "+1", "-1+2", "@SUM(A1)", "\tx", "\rx"])
def test_cell_that_a_spreadsheet_would_run_is_defused(countries: None, client: Client, text: str) -> None:
    record(post("vacant", "2020", note=text))
    (_, row) = rows_of(client.get(f"{URL}?format=csv&fields=note,version"))
    assert row == ["1", f"'{text}"]


def test_empty_list_has_its_head(countries: None, client: Client) -> None:
    assert rows_of(client.get(f"{URL}?format=csv&fields=holder,key")) == [["key", "holder"]]
    assert client.get(f"{URL}?format=jsonl").getvalue() == b""


def test_lists_are_streamed_to_their_end(countries: None, client: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(formats, "BATCH", 7)
    source = ledger.record_source({"title": "A data set"})
    drafts = [
        post("vacant" if number % 2 else "charge", f"{1900 + number // 3}", citations=[citation(source)])
        for number in range(40)
    ]
    ledger.record(drafts, author=ledger.NOBODY)
    answer = client.get(f"{URL}?format=jsonl&ordering=on")
    assert answer["Content-Type"] == "application/jsonl"
    streamed = [json.loads(line) for line in answer.getvalue().splitlines()]
    assert streamed == client.get(f"{URL}?ordering=on").json()["results"]
    assert len(rows_of(client.get(f"{URL}?format=csv&from=US"))) == 41
    assert rows_of(client.get(f"{URL}?format=csv&from=UA"))[1:] == []


@pytest.mark.parametrize("parameter", ["cursor=x", "page_size=5", "count=1"])
def test_export_has_no_pages(countries: None, client: Client, parameter: str) -> None:
    answer = client.get(f"{URL}?format=csv&{parameter}")
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, parameter.partition("=")[0])


def test_exports_take_half_of_the_threads(countries: None, client: Client, settings: Any) -> None:
    record(post("vacant", "2020"))
    exports = [client.get(f"{URL}?format=jsonl") for _ in range(settings.EXPORTS_AT_ONCE)]
    beyond = client.get(f"{URL}?format=csv")
    assert (beyond.status_code, beyond["Retry-After"], beyond.json()["type"]) == (503, "5", "/api/docs/errors/#busy")
    assert client.get(URL).status_code == 200
    head = client.head(f"{URL}?format=csv")  # makes nothing
    assert (head.status_code, head["Content-Type"]) == (200, "text/csv; charset=utf-8")
    request_finished.disconnect(close_old_connections)  # it would close the test's own
    exports[0].close()  # the client has gone
    again = client.get(f"{URL}?format=csv")
    assert (again.status_code, len(rows_of(again))) == (200, 2)
    for answer in exports:
        answer.close()
    request_finished.connect(close_old_connections)


def test_export_that_fails_gives_its_place_back(
    countries: None, client: Client, settings: Any, monkeypatch: Any
) -> None:
    record(post("vacant", "2020"))

    def broken(*_: Any, **__: Any) -> None:
        raise LookupError("halfway")

    with monkeypatch.context() as patched:
        patched.setattr("relations.api.facts.lists.fact_bodies", broken)
        for _ in range(settings.EXPORTS_AT_ONCE + 1):
            with pytest.raises(LookupError):
                client.get(f"{URL}?format=jsonl").getvalue()
    assert client.get(f"{URL}?format=jsonl").getvalue()


def test_export_sees_one_moment(world: None, client: Client, monkeypatch: Any) -> None:
    """A fact that is recorded during the response is not in it."""
    monkeypatch.setattr(formats, "BATCH", 1)
    for year in ("2001", "2002"):
        record(post("ambassador", year, holder=year))
    lines = iter(client.get(f"{URL}?format=jsonl&ordering=on&fields=holder"))
    assert json.loads(next(lines)) == {"holder": "2001"}

    def record_another() -> None:
        record(post("ambassador", "2003", holder="2003"))
        connection.close()

    thread = threading.Thread(target=record_another)
    thread.start()
    thread.join()
    assert [json.loads(line) for line in lines] == [{"holder": "2002"}]
    assert client.get(f"{URL}?count=1").json()["count"] == 3


def test_memory_does_not_grow_with_the_list(countries: None, client: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(formats, "BATCH", 5)
    Source.objects.bulk_create([Source(title=f"Source {number}", author="x" * 200) for number in range(600)])

    def peak(url: str) -> int:
        tracemalloc.start()
        for _ in client.get(url):
            pass
        return tracemalloc.get_traced_memory()[1]

    peak("/api/sources/?format=jsonl&title=Source 1")
    few, many = peak("/api/sources/?format=jsonl&title=Source 11"), peak("/api/sources/?format=jsonl")
    tracemalloc.stop()
    assert many < few * 2
