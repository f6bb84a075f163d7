"""Tests that every list of facts passes: a kind says which of its rows each filter finds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import orjson
from django.test import Client

from relations import ledger
from relations.ledger import FactDraft
from relations.models import Source
from relations.queries.clock import today
from tests.api.lists import LISTS
from tests.database import first_made
from tests.factories import citation, editor, record, source

ONS = ("2008-03-12", "[2008-03-01..2008-05-03]", "2019~", "2020-02")
"""The dates of the rows, by which tests know them: four of each kind, in the order of their last days."""
DIRECTIONS = ("US>BY", "BY>US", "US>UA", "DE>RU")

SHARED: Mapping[str, list[int]] = {
    "": [0, 1, 2, 3], "country=BY": [0, 1], "country=by,DEU": [0, 1, 3], "country=BY&country=DE": [0, 1, 3],
    "country=!BY": [2, 3], "country=BY,US,!UA": [0, 1], "pair=us-by": [0, 1], "from=US": [0, 2], "from=US&to=UA": [2],
    "to=RU": [3], "on=2020-02": [3], "on_after=2008-05-01": [1, 2, 3], "on_before=2008-03-05": [1],
    "as_of=2008-03-12": [0, 1], "as_of=2008-04-01&country=BY": [0, 1], "earliest_after=2019-01-01": [2, 3],
    "latest_before=2008-12-31": [0, 1], "q=washington": [0], "q=IT IS SO": [1, 2, 3], "note=washing": [0],
    "publisher=Reuters": [3], "publisher=Nobody": [], "publisher=!Reuters": [0, 1, 2],
    "version=1,2": [0, 1, 2, 3], "version=2": [],
    "recorded_after=2000-01-01&recorded_before=9999-12-31": [0, 1, 2, 3], "recorded_before=2000-01-01T00:00:00Z": [],
    "known_at=2000-01-01T00:00:00%2B03:00": [], "known_at=2000-01-01T00:00:00+03:00": [],
    "first_recorded_after=2000-01-01": [0, 1, 2, 3], "first_recorded_before=2000-01-01": [],
    "superseded_after=2000-01-01": [], "superseded_before=9999-12-31": [], "author=anna": [2], "author=nobody": [],
    "nature=observation": [1], "announced_on=2008-03": [0], "announced_on=none": [1, 2, 3],
    "announced_on_after=2008-03-31": [0], "announced_on_after=2008-04-01": [], "announced_on_before=2008-03-01": [0],
    "announced_on_before=2008-02-29": [], "quantity_min=36": [], "quantity_min=35&quantity_max=35": [0],
    "quantity_min=9223372036854775807": [], "in_response_to=none": [0, 1, 3], "in_response_to={answered}": [2],
    "key=7f8d2c1e-0d55-4d3c-9f40-3b8a3f2f6f57": [], "disputed=1": [1], "disputed=0": [0, 2, 3],
    "independent_sources_min=1": [0, 1, 2, 3],
    "independent_sources_min=2": [3], "independent_sources_max=1": [0, 1, 2], "independent_sources_max=0": [],
    "independent_sources_min=2&disputed=1": [], "stale=1&as_of=2008-03-12": [],
    "confirmed_before=2008-03-12": [], "confirmed_before=2008-03-13": [0], "confirmed_before=2008-05-04": [0, 1],
    "confirmed_before=2008-05-04&known_at=2000-01-01T00:00:00Z": [], "learned_after_days_min=100000": [],
    "learned_after_days_min={since_2010}&learned_after_days_max=100000": [0, 1], "learned_after_days_max=1000": [],
    "retracted=1": [],
}  # fmt: skip
COSTLY = ("disputed", "independent_sources", "publisher=!", "source=!", "confirmed_before", "learned_after")


def names_in(query: str) -> list[str]:
    return [part.partition("=")[0] for part in query.split("&")]


def shared_values() -> list[dict[str, Any]]:
    """The values of the four rows that every kind has."""
    quoted = source(text="plan to return ambassadors")
    disputing = [citation({"title": "a"}, "It is so."), citation({"title": "b"}, "No.", "disputes")]
    several = [citation({"title": "x", "publisher": "Reuters"}, "It is so."), citation({"title": "y"}, "So it is.")]
    return [
        {"note": "To Washington", "quantity": 35, "announced_on": "2008-03", "citations": [citation(quoted)]},
        {"nature": "observation", "citations": disputing},
        {},
        {"citations": several},
    ]


class FactListTests:
    """A list of facts: filtered, negated, ordered, paged, exported, and read one by one."""

    resource: ClassVar[str]
    own: ClassVar[Mapping[str, list[int]]]
    """The rows that the kind's own filters find; `{name}` in a query is replaced by `given()`."""
    each: ClassVar[int] = 1
    """Rows of each date."""
    kinds: ClassVar[Sequence[type[FactListTests]]] = ()
    """The kinds of which it has the rows, where they are several."""

    def drafts(self) -> list[FactDraft]:
        """Four facts, one of each date, with the shared values."""
        raise NotImplementedError

    def given(self) -> dict[str, Any]:
        return {}

    # --- what the tests ask ---

    @property
    def url(self) -> str:
        return f"/api/{self.resource}/"

    def record(self) -> None:
        self.filled_in = first_made(self.url, self._record)

    def _record(self) -> dict[str, Any]:
        """The third of each four is Anna's, and answers the very first."""
        drafts = self.drafts()
        first, *_ = record(*(draft for number, draft in enumerate(drafts) if number % 4 != 2), author=editor("bert"))
        for draft in drafts[2::4]:
            record(replace(draft, values={**draft.values, "in_response_to": first.key}), author=editor("anna"))
        since_2010 = (today() - dt.date(2010, 1, 1)).days
        return self.given() | {"answered": first.key, "since_2010": since_2010}

    def rows(self, client: Client, query: str) -> list[dict[str, Any]]:
        answer = client.get(f"{self.url}?ordering=on&{query}")
        assert answer.status_code == 200, (query, answer.json())
        return list(answer.json()["results"])

    def queries(self) -> dict[str, list[int]]:
        shared = {query: [index for index in rows for _ in range(self.each)] for query, rows in self.shared().items()}
        return {query.format(**self.filled_in): rows for query, rows in {**shared, **self.own}.items()}

    def shared(self) -> Mapping[str, list[int]]:
        """Questions to every list; about a filter that is the very one of ambassadors, to theirs and that of all kinds.

        The list of all kinds applies it to the facts of each.
        """
        own, first = (LISTS[url].filterset_class.base_filters for url in (self.url, "/api/ambassadors/"))
        if self.kinds or own is first:
            return SHARED
        same = {name for name in own if own[name] is first.get(name)}
        return {query: rows for query, rows in SHARED.items() if not {*names_in(query)} <= same or not query}

    # --- the tests ---

    def test_each_filter_finds_and_counts_its_rows_and_negated_the_others(
        self, countries: None, client: Client
    ) -> None:  # fmt: skip
        self.record()
        whole = {row["key"] for row in self.rows(client, "fields=key")}
        cited = f"source={Source.objects.get(title='y').pk}"
        # Of what all kinds share, the list of all kinds is asked for what is wanted and excluded at once.
        own = self.queries() if self.kinds else {query.format(**self.filled_in) for query in self.own}
        for query, rows in [*self.queries().items(), (cited, [3] * self.each)]:
            is_counted = not any(name in query for name in COSTLY)
            answer = client.get(f"{self.url}?ordering=on&{'count=1&' * is_counted}{query}")
            assert answer.status_code == 200, (query, answer.json())
            found = answer.json()["results"]
            assert [ONS.index(row["on"]) for row in found] == rows, query
            if is_counted:
                assert answer.json()["count"] == len(rows), query
            else:
                lines = client.get(f"{self.url}?ordering=on&format=jsonl&fields=on&{query}").getvalue().splitlines()
                assert [ONS.index(orjson.loads(line)["on"]) for line in lines] == rows, query
            if excluded := self.negated(query):
                others = [row["key"] for row in self.rows(client, f"fields=key&{excluded}")]
                assert sorted([*(row["key"] for row in found), *others]) == sorted(whole), query
                if query in own:
                    assert self.rows(client, f"fields=key&{query}&{excluded}") == [], query

    def negated(self, query: str) -> str:
        """The same filter with each of its values excluded; empty where it has no negation."""
        name, _, value = query.partition("=")
        each = LISTS[self.url].filterset_class.base_filters.get(name)
        if each is None or not each.negatable or "&" in query or "!" in value:
            return ""
        return f"{name}={','.join(f'!{one}' for one in value.split(','))}"

    def test_no_filter_is_left_out(self) -> None:
        asked = {name for query in self.queries_asked() for name in names_in(query)}
        assert LISTS[self.url].filterset_class.names() - asked - {"source"} == set()

    def queries_asked(self) -> list[str]:
        return [*SHARED, *self.own]

    def test_every_order_is_the_same_in_pages_and_backwards(self, countries: None, client: Client) -> None:
        self.record()
        for key in LISTS[self.url].orderings:
            for query in (f"ordering={key}", f"ordering=-{key}&country=BY,US&as_of=2019-12-31"):
                whole = client.get(f"{self.url}?{query}").json()["results"]
                there, last = self.walk(client, f"{self.url}?{query}&page_size={3 * self.each}", "next")
                back, _ = self.walk(client, last, "previous")
                assert [row for page in there for row in page] == whole, query
                assert [row for page in reversed(back) for row in page] == whole, query

    def walk(self, client: Client, url: str, key: str) -> tuple[list[list[Any]], str]:
        pages = []
        following: str | None = url
        while following is not None:
            url = following
            body = client.get(url).json()
            pages.append(body["results"])
            following = body[key]
        return pages, url

    def test_exports_have_the_rows_of_the_list(self, countries: None, client: Client) -> None:
        self.record()
        for query in ("", "disputed=1", "from=!US"):
            rows = self.rows(client, query)
            lines = client.get(f"{self.url}?ordering=on&format=jsonl&{query}").getvalue().splitlines()
            assert [orjson.loads(line) for line in lines] == rows
            table = client.get(f"{self.url}?ordering=on&format=csv&fields=key,on&{query}").getvalue().decode()
            assert table.split("\r\n")[1:-1] == [f"{row['key']},{row['on']}" for row in rows]

    def test_each_row_is_read_at_its_address(self, countries: None, client: Client) -> None:
        self.record()
        for row in self.rows(client, ""):
            alone = client.get(row["url"]).json()
            assert row == alone | {name: row[name] for name in row.keys() - alone.keys()}
            assert client.get(f"{row['url']}?fields=on,key").json() == {"key": row["key"], "on": row["on"]}
            moved = client.get(f"/api/facts/{row['key']}/?fields=key")
            assert (moved.status_code, moved["Location"]) == (308, f"{row['url']}?fields=key")

    def test_a_retracted_fact_is_found_with_its_reason(self, countries: None, client: Client) -> None:
        (fact,) = record(self.drafts()[0])
        before = self.rows(client, "")[0]
        ledger.retract(type(fact), fact.key, why="wrong", author=editor("anna"), version=1)
        (row,) = self.rows(client, "retracted=1")
        assert self.rows(client, "") == []
        assert row["retraction"].pop("at") == row["superseded_at"]
        assert row == before | {
            "superseded_at": row["superseded_at"],
            "retraction": {"by": "anna", "why": "wrong", "request_id": "request 1"},
        }
        assert self.rows(client, f"retracted=1&known_at={before['recorded_at']}") == []
        assert client.get(f"{self.url}?retracted=1&count=1").json()["count"] == 1
