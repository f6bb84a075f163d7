"""Pages by keyset: complete, without repeats, and never dearer for being deep."""

import base64
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from relations import ledger
from relations.models import AmbassadorStatus
from tests.api.writing import draft, record

URL = "/api/ambassadors/"


@pytest.fixture
def facts(countries: None) -> list[str]:
    """The holders of 25 facts, many of one day."""
    source = ledger.record_source({"title": "A data set"})
    drafts = [
        draft(
            AmbassadorStatus, "US", to, f"20{10 + number // 5}", source=source, status="charge", holder=f"{number:02}"
        )
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
def test_every_row_stands_on_one_page(client: Client, facts: list[str], ordering: str) -> None:
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
    record(AmbassadorStatus, "US", "BY", "2001", status="charge", holder="late")
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
    """Whatever its depth: one row comparison, which the planner answers from the index on day and id."""
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
