"""Pages by keyset: complete, without repeats, and never dearer for being deep."""

import base64
from typing import Any
from unittest import mock

import orjson
import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from relations import ledger
from relations.api.http import paging
from relations.models import StatusChange
from tests.api.reading import now
from tests.database import made_once
from tests.factories import citation, post, record

URL = "/api/ambassadors/"


@made_once
def facts() -> list[str]:
    return record_facts()


def record_facts() -> list[str]:
    """The holders of 25 facts, many of one day."""
    source = ledger.record_source({"title": "A data set"})
    drafts = [
        post("charge", f"20{10 + number // 5}", f"US>{to}", holder=f"{number:02}", citations=[citation(source)])
        for number, to in enumerate(["BY", "UA", "RU", "DE", "FR"] * 5)
    ]
    return [str(getattr(fact, "holder")) for fact in ledger.record(drafts, author=ledger.NOBODY)]  # noqa: B009  # one kind


def walk(client: Client, url: str | None, key: str = "next") -> list[list[str]]:
    pages = []
    while url is not None:
        answer = client.get(url)
        assert answer.status_code == 200, answer.json()
        pages.append([row["holder"] for row in answer.json()["results"]])
        url = answer.json()[key]
    return pages


@pytest.mark.parametrize("ordering", ["on", "-on", "earliest", "-earliest", "recorded_at", "-recorded_at"])
def test_every_row_is_on_one_page(client: Client, facts: list[str], ordering: str) -> None:
    pages = walk(client, f"{URL}?page_size=4&ordering={ordering}")
    rows = [holder for page in pages for holder in page]
    assert [len(page) for page in pages] == [4, 4, 4, 4, 4, 4, 1]
    assert rows == (list(reversed(facts)) if ordering.startswith("-") else facts)


def test_way_back_is_the_way_there(client: Client, facts: list[str]) -> None:
    there = walk(client, f"{URL}?page_size=10")
    url = f"{URL}?page_size=10"
    while (following := client.get(url).json()["next"]) is not None:
        url = following
    assert list(reversed(walk(client, url, "previous"))) == there
    assert client.get(f"{URL}?page_size=10").json()["previous"] is None


def test_link_header_says_what_the_body_says(client: Client, facts: list[str]) -> None:
    first = client.get(f"{URL}?page_size=10&country=US&status=charge")
    second = client.get(first.json()["next"])
    body = second.json()
    assert first["Link"] == f'<{first.json()["next"]}>; rel="next"'
    assert second["Link"] == f'<{body["next"]}>; rel="next", <{body["previous"]}>; rel="prev"'
    assert "Link" not in client.get(f"{URL}?from=BY")
    assert "count" not in body


def test_count_is_of_the_whole_list(client: Client, facts: list[str]) -> None:
    answer = client.get(f"{URL}?page_size=10&count=1").json()
    assert (answer["count"], client.get(answer["next"]).json()["count"]) == (25, 25)


@pytest.mark.parametrize("url", [URL, "/api/facts/", "/api/changes/"])
def test_a_count_that_takes_too_long_is_refused_and_the_page_is_not(
    client: Client, facts: list[str], monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    def counted(rows: Any) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(5)")
        return 0

    monkeypatch.setattr(QuerySet, "count", counted)
    monkeypatch.setattr(paging, "MOST_MS", 20)
    refused = client.get(f"{url}?count=1")
    assert (refused.status_code, refused.json()["errors"][0]["parameter"]) == (400, "count")
    assert client.get(url).status_code == 200


def test_cursor_is_good_for_its_own_list_alone(client: Client, facts: list[str]) -> None:
    cursor = client.get(f"{URL}?page_size=5&from=US").json()["next"].partition("cursor=")[2]
    assert client.get(f"{URL}?page_size=9&from=US&fields=key&count=1&cursor={cursor}").status_code == 200
    raw = base64.urlsafe_b64decode(cursor + "==")
    other = b"8" if raw[-2:-1] == b"9" else b"9"  # ids go on from test to test, and one of them ends in a 9
    forged = base64.urlsafe_b64encode(raw[:-2] + other + raw[-1:]).decode().rstrip("=")
    for url in (
        f"{URL}?cursor={cursor}", f"{URL}?from=UA&cursor={cursor}", f"{URL}?from=US&ordering=on&cursor={cursor}",
        f"/api/diplomatic-events/?from=US&cursor={cursor}", f"{URL}?from=US&cursor={cursor}x",
        f"{URL}?from=US&cursor={forged}", f"{URL}?from=US&cursor={cursor[:-4]}",
    ):  # fmt: skip
        answer = client.get(url)
        assert (answer.status_code, answer.json()["type"]) == (400, "/api/docs/errors/#bad-cursor"), url


def test_cursor_outlives_a_change_of_the_secret_key(client: Client, facts: list[str], settings: Any) -> None:
    url = client.get(f"{URL}?page_size=5").json()["next"]
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another" * 10
    assert client.get(url).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert client.get(url).status_code == 400


def test_rows_recorded_meanwhile_shift_no_page(client: Client, facts: list[str]) -> None:
    first = client.get(f"{URL}?page_size=10&ordering=on").json()
    record(post("charge", "2001", holder="late"))
    rows = [holder for page in walk(client, first["next"]) for holder in page]
    assert [row["holder"] for row in first["results"]] + rows == facts


@pytest.mark.parametrize("query", ["", "&country=US", "&country=US,BY", "&as_of=2012-06-01", "&from=US&as_of=2012"])
def test_sides_merged_give_the_same_as_a_plain_condition(client: Client, facts: list[str], query: str) -> None:
    if query.endswith("2012"):
        query += "-12-31"
    whole = [holder for page in walk(client, f"{URL}?page_size=500{query}") for holder in page]
    assert [holder for page in walk(client, f"{URL}?page_size=3{query}") for holder in page] == whole
    assert client.get(f"{URL}?count=1{query}").json()["count"] == len(whole)


def test_page_is_a_range_of_an_index(client: Client, facts: list[str]) -> None:
    """A page of any depth is one row comparison, which the planner answers from the index on day and id."""
    url = client.get(f"{URL}?page_size=5").json()["next"]
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    page = next(query["sql"] for query in queries if "LIMIT" in query["sql"])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {page}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index Scan Backward using ambassadorstatus_by_day" in plan
    assert "Index Cond: (ROW(latest, id) < ROW(" in plan


# --- pages by their bytes -------------------------------------------------------------------------------------------


def pages(client: Client, url: str, key: str = "next") -> list[list[Any]]:
    return walked(client, url, key)[0]


def walked(client: Client, url: str, key: str = "next") -> tuple[list[list[Any]], str]:
    """The rows of each page, and the URL of the last."""
    results = []
    while True:
        body = client.get(url).json()
        results.append(body["results"])
        if body[key] is None:
            return results, url
        url = body[key]


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(paging, "MOST_BYTES", 3000)
    return 3000


WALKED = (
    "/api/ambassadors/?page_size=10", "/api/ambassadors/?page_size=10&ordering=recorded_at",
    "/api/sources/?fields=id,text",
    "/api/relations/", "/api/relations/?ambassador=charge,unknown&stale=any&known_at=NOW",
    "/api/relations/?ambassador=charge&stale=any&known_at=NOW&ordering=-code",
    "/api/relations/US-ZW/timeline/",
    "/api/ambassadors/?page_size=10&country=US&as_of=2100-01-01",
)  # fmt: skip


@pytest.mark.parametrize("url", WALKED)
def test_every_row_is_on_one_page_that_ended_early_in_both_directions(
    client: Client, long_texts: None, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = url.replace("NOW", now())
    (whole,) = pages(client, f"{url}{'&' if '?' in url else '?'}page_size=500".replace("page_size=10&", ""))
    monkeypatch.setattr(paging, "MOST_BYTES", 3000)
    there, last = walked(client, url)
    assert [row for page in there for row in page] == whole
    assert len(there) > 2
    assert all(len(page) == 1 or sum(len(orjson.dumps(row)) for row in page) <= 3000 for page in there)
    back = pages(client, last, "previous")
    assert [row for page in reversed(back) for row in page] == whole
    assert all(len(page) == 1 or sum(len(orjson.dumps(row)) for row in page) <= 3000 for page in back)


@made_once
def long_texts() -> None:
    """Notes and texts of 0 to 5,000 characters, besides the facts: some rows weigh more than a page alone."""
    record_facts()
    lengths = (0, 5000, 10, 700, 1400, 0, 3001, 20, 2500, 900)
    ledger.record(
        [post("charge", f"19{number + 10}", "US>ZW", note="n" * length) for number, length in enumerate(lengths)],
        author=ledger.NOBODY,
    )
    for number, length in enumerate(lengths):
        ledger.record_source({"title": f"T{number}", "text": f"{number} é" + "x" * length})


@given(weights=st.lists(st.integers(0, 2500), max_size=12), size=st.integers(1, 5))
def test_page_has_as_many_rows_as_fit_and_one_at_least(weights: list[int], size: int) -> None:
    rows = [([number], b"1" * weight) for number, weight in enumerate(weights)]
    position, shown = 0, list[int]()
    while position < len(rows):
        window = paging.Window(scope="x", size=size, cursor=None)
        some = rows[position : position + size]
        with mock.patch.object(paging, "MOST_BYTES", 3000):
            page = window.page(some, more=position + size < len(rows))
        assert len(page.rows) == 1 or sum(weights[position : position + len(page.rows)]) <= 3000
        shown += range(position, position + len(page.rows))
        position += len(page.rows)
        assert (page.next is None) == (position == len(rows))
        if page.next:
            assert paging.Cursor.read(page.next, "x").position == [position - 1]
    assert shown == list(range(len(rows)))


def test_texts_for_which_there_is_no_room_are_not_read(client: Client, countries: None) -> None:
    for number in range(8):
        ledger.record_source({"title": f"T{number}", "text": f"{number}" * 300_000})
    url = "/api/sources/?page_size=500&fields=id,text"
    with CaptureQueriesContext(connection) as queries:
        first = client.get(url)
    # The rows with the lengths of their texts, then the texts of those that are shown.
    assert len(queries) == 2
    assert '"text"' not in queries[0]["sql"].replace('octet_length("relations_source"."text")', "")
    assert [len(row["text"]) for row in first.json()["results"]] == [300_000] * 3
    assert len(first.content) < 1_000_500
    assert [len(page) for page in pages(client, url)] == [3, 3, 2]
    lines = client.get(url.replace("page_size=500&", "format=jsonl&")).getvalue().splitlines()
    assert [len(orjson.loads(line)["text"]) for line in lines] == [300_000] * 8


def test_text_that_is_larger_than_a_page_is_given_alone(client: Client, countries: None) -> None:
    for text in ("small", "x" * 1_500_000, "small too"):
        ledger.record_source({"title": text[:9], "text": text})
    all_pages = pages(client, "/api/sources/?fields=text")
    assert [[len(row["text"]) for row in page] for page in all_pages] == [[5], [1_500_000], [9]]


def test_follower_of_the_log_gets_every_line_on_short_pages(client: Client, seed: None, small_pages: int) -> None:
    seen, cursor = [], ""
    while rows := (body := client.get(f"/api/changes/?page_size=500{cursor}").json())["results"]:
        assert len(orjson.dumps(rows)) <= small_pages + 500
        seen += [row["id"] for row in rows]
        cursor = f"&after={body['cursor']}"
    assert seen == list(StatusChange.objects.order_by("id").values_list("id", flat=True)) != []
    filtered = client.get("/api/changes/?page_size=500&track=sanctions").json()
    assert filtered["results"]
