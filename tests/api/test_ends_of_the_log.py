"""First and last pages of `/api/changes/`: from now on, newest first, beyond the end, and cursors of another log."""

import re
from typing import Any

import pytest

from relations.api.http.paging import Cursor
from relations.models import StatusChange
from relations.queries import change_log
from relations.queries.change_log import LogHead, log_head
from tests.api.reading import get
from tests.factories import event, record

CHANGES = "/api/changes/"


def ids(rows: Any = None) -> list[int]:
    if rows is None:
        return list(StatusChange.objects.order_by("id").values_list("id", flat=True))
    return [row["id"] for row in rows]


def refused(client: Any, query: str, status: int = 410) -> tuple[str, Any]:
    body = get(client, f"{CHANGES}?{query}", status)
    return body["type"].partition("#")[2], body.get("end")


def in_another_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same rows in another database, as after a restore."""
    here = log_head()
    monkeypatch.setattr("relations.api.changes.log_head", lambda: LogHead("other", here.end, here.sequence))


def test_a_position_beyond_the_end_is_gone_and_the_end_is_named(client, seed):
    end = ids()[-1]
    for beyond in (end + 1, 2**63 - 1):
        assert refused(client, f"after={beyond}") == ("beyond-the-log", end)
        assert refused(client, f"after={beyond}&format=csv") == ("beyond-the-log", end)
    assert get(client, f"{CHANGES}?after={end}")["results"] == []


@pytest.mark.parametrize("after", ["-1", "xyz", "1.5", str(2**63), "NOW"])
def test_a_position_that_is_none_is_malformed_and_not_gone(client, seed, after):
    assert refused(client, f"after={after}", 400)[1] is None


def test_the_log_of_a_new_database_ends_at_its_beginning(client, countries):
    assert get(client, f"{CHANGES}?after=0")["results"] == []
    assert refused(client, "after=1") == ("beyond-the-log", 0)


def test_cursors_of_another_log_are_gone_with_the_reason(client, seed, monkeypatch):
    cursor, end = get(client, CHANGES)["cursor"], ids()[-1]
    following = get(client, f"{CHANGES}?page_size=2")["next"].partition("?")[2]
    in_another_log(monkeypatch)
    for query in (f"after={cursor}", f"after={cursor}&format=jsonl", following):
        assert refused(client, query) == ("other-log", end)
    assert "restore" in get(client, f"{CHANGES}?after={cursor}", 410)["detail"]


def test_a_restored_table_of_changes_is_another_log(db, monkeypatch):
    """Makes the log as `pg_restore` does: a table of the same name, and another one for PostgreSQL."""
    before = log_head().log
    assert log_head().log == before
    own = re.sub(r"'relations_statuschange'::", "'relations_listchange'::", change_log._HEAD)
    monkeypatch.setattr(change_log, "_HEAD", own)
    assert log_head().log != before


def test_a_cursor_of_the_first_releases_goes_on(client, seed):
    """A cursor of that release names no log."""
    old = change_log_cursor(ids()[3])
    assert ids(get(client, f"{CHANGES}?after={old}")["results"]) == ids()[4:]


def change_log_cursor(position: int) -> str:
    return Cursor(position=[position]).text("changes")


def test_from_now_on_is_what_comes_later(client, seed):
    body = get(client, f"{CHANGES}?after=now")
    assert body["results"] == []
    assert get(client, f"{CHANGES}?after=now&pair=FJ-IS")["cursor"] == body["cursor"]
    end = ids()[-1]
    record(event("talks", "2020-05-01", "BY>US"))
    later = get(client, f"{CHANGES}?after={body['cursor']}")["results"]
    assert ids(later) == [number for number in ids() if number > end] != []


def test_the_newest_come_first_and_pages_lead_both_ways(client, seed):
    body = get(client, f"{CHANGES}?ordering=-id&page_size=10")
    record(event("talks", "2020-05-01", "BY>US"))
    new = ids()[-1:]
    pages = [body]
    while pages[-1]["next"]:
        pages.append(get(client, pages[-1]["next"]))
    assert [number for page in pages for number in ids(page["results"])] == ids()[-2::-1]
    assert [page["previous"] is None for page in pages] == [True] + [False] * (len(pages) - 1)
    assert get(client, pages[1]["previous"])["results"] == body["results"]
    # Following the first page brings what came since; following another one repeats, and loses nothing.
    assert ids(get(client, f"{CHANGES}?after={body['cursor']}")["results"]) == new
    assert ids(get(client, f"{CHANGES}?after={pages[1]['cursor']}&page_size=500")["results"]) == [
        *ids(reversed(body["results"])), *new,
    ]  # fmt: skip


def test_pages_in_the_order_of_the_log_lead_both_ways_and_end_at_its_end(client, seed):
    pages = [get(client, f"{CHANGES}?page_size=3&track=!facts&after={ids()[1]}")]
    while pages[-1]["next"]:
        pages.append(get(client, pages[-1]["next"]))
    shown = [number for page in pages for number in ids(page["results"])]
    assert shown == list(
        StatusChange.objects.filter(id__gt=ids()[1]).exclude(track="facts").order_by("id").values_list("id", flat=True)
    )
    assert get(client, pages[-1]["previous"])["results"] == pages[-2]["results"]
    assert get(client, f"{CHANGES}?after={pages[-1]['cursor']}")["results"] == []
    assert (
        ids(get(client, f"{CHANGES}?after={pages[0]['cursor']}&page_size=1")["results"]) > ids(pages[0]["results"])[-1:]
    )
    link = client.get(f"{CHANGES}?page_size=1").headers["Link"]
    assert link.endswith('rel="next"')
