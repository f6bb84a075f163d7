"""An export that was killed goes on where it ended, and one of few fields reads little."""

import json
import zlib
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from relations import ledger
from relations.api.http import formats
from relations.queries.clock import newest_finished
from tests.api.lists import LISTS, OPEN
from tests.database import made_once
from tests.factories import citation, post, record

URL = "/api/ambassadors/"


@pytest.fixture
def forty(moment: str, monkeypatch: Any) -> str:
    """Forty facts, several on each day, exported in batches of seven; the moment at which they are known."""
    monkeypatch.setattr(formats, "BATCH", 7)
    return moment


@made_once
def moment() -> str:
    source = ledger.record_source({"title": "A data set"})
    drafts = [
        post("vacant" if number % 2 else "charge", f"{1900 + number // 3}", citations=[citation(source)])
        for number in range(40)
    ]
    ledger.record(drafts, author=ledger.NOBODY)
    return f"known_at={newest_finished():%Y-%m-%dT%H:%M:%S.%fZ}"


def killed(client: Client, url: str) -> bytes:
    """First bytes of a compressed export whose connection broke in the middle of its third batch."""
    answer = client.get(url, headers={"Accept-Encoding": "gzip"})
    parts = iter(answer)
    received = b"".join(part for _, part in zip(range(3), parts, strict=False))
    answer._iterator.close()  # as when a client has gone, without closing the test's own connection
    return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(received[:-20])


@pytest.mark.parametrize("ordering", ["on", "-on", "recorded_at"])
def test_a_killed_export_and_the_rest_are_the_whole(forty: str, client: Client, ordering: str) -> None:
    base = f"{URL}?{forty}&ordering={ordering}&format="
    for kind, key_of in (
        ("jsonl", lambda line: json.loads(line)["key"]),
        ("csv", lambda line: line.split(b",")[0].decode()),
    ):
        whole = client.get(f"{base}{kind}").getvalue()
        begun = killed(client, f"{base}{kind}")
        begun = begun[: begun.rindex(b"\n") + 1]
        assert 0 < len(begun) < len(whole) * 2 / 3
        record(post("nominated", "2020-05", holder=f"Somebody for {kind} {ordering}"))
        answer = client.get(f"{base}{kind}&after={key_of(begun.splitlines()[-1])}")
        assert begun + answer.getvalue() == whole
        assert answer["Content-Type"].endswith("header=absent") == (kind == "csv")
        assert client.get(f"{base}{kind}&after={key_of(whole.splitlines()[-1])}").getvalue() == b""


def test_every_list_goes_on_after_a_key_of_its_rows(seed: None, client: Client) -> None:
    walked = []
    for path in OPEN:
        column = LISTS[path].resumed_by
        whole = client.get(f"{path}?format=jsonl").getvalue().splitlines()
        if column is not None and len(whole) > 2:
            row = json.loads(whole[1])
            key = ",".join(str(row[name.rpartition("__")[2]]) for name in column.split(","))
            assert client.get(path, {"format": "jsonl", "after": key}).getvalue().splitlines() == whole[2:], path
            walked.append(path)
    assert len(walked) == 6
    assert {"/api/facts/", "/api/periods/"} <= set(walked)


def test_periods_as_known_go_on_after_one_of_them(seed: None, client: Client) -> None:
    asked = {"known_at": f"{newest_finished():%Y-%m-%dT%H:%M:%S.%fZ}", "format": "jsonl"}
    for ordering in ("pair", "-pair"):
        whole = client.get("/api/periods/", asked | {"ordering": ordering}).getvalue().splitlines()
        row = json.loads(whole[3])
        key = f"{row['pair']},{row['track']},{row['start']}"
        answer = client.get("/api/periods/", asked | {"ordering": ordering, "after": key})
        assert answer.getvalue().splitlines() == whole[4:]
        assert (
            json.loads(client.get("/api/periods/", asked | {"after": key, "value": "!" + row["value"]}).content)[
                "errors"
            ][0]["parameter"]
            == "after"
        )


@pytest.mark.parametrize("after", ["BY-US", "BY-US,trend,x", "XX-YY,trend,2020-01-01", "BY-US,trend,1999-09-09", ",,"])
@pytest.mark.parametrize("known", ["", "&known_at=2026-01-01T00:00:00Z"])
def test_a_period_that_is_not_there_is_refused(seed: None, client: Client, after: str, known: str) -> None:
    answer = client.get(f"/api/periods/?format=csv&after={after}{known}")
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, "after")


@pytest.mark.parametrize("after", ["00000000-0000-0000-0000-000000000000", "BY-US", "", "%00", "x" * 3000])
def test_a_row_that_the_list_has_not_is_refused(forty: str, client: Client, after: str) -> None:
    answer = client.get(f"{URL}?format=csv&after={after}")
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, "after")


def test_pages_are_not_resumed(seed: None, client: Client) -> None:
    answer = client.get("/api/countries/?after=BY")
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, "after")


def test_what_fields_do_not_name_is_not_read(seed: None, client: Client) -> None:
    """The rows; with one query each their citations with sources, and the numbers of confirmations."""
    counts = {
        URL: 6,  # and the facts of the same pairs and days, with their evidence
        f"{URL}?fields=key,holder": 1, f"{URL}?fields=citations": 2, f"{URL}?fields=confirmations": 2,
        f"{URL}?fields=independent_sources,key": 2,
        "/api/relations/?fields=code": 2,  # and the epoch of the countries
        "/api/designations/?fields=name": 2,  # and their coverage
    }  # fmt: skip
    read = {}
    for url in counts:
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        read[url] = len(queries)
    assert read == counts
    whole = client.get(URL).json()["results"]
    for keys in (("key", "holder"), ("citations", "confirmations"), ("independent_sources", "disputed")):
        rows = client.get(f"{URL}?fields={','.join(keys)}").json()["results"]
        assert rows == [{name: row[name] for name in row if name in keys} for row in whole]
