"""The lists of the four kinds of fact, and the one of all kinds."""

import datetime as dt
from functools import cached_property
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from relations import ledger
from relations.api.facts import evidence_filters, unions
from relations.api.http import paging
from relations.ledger import FactDraft
from relations.models import SanctionProgramme
from relations.queries.facts import load_facts
from relations.representation.facts_of_all_kinds import KEYS
from relations.status.evidence import sightings
from tests.api.fact_lists import DIRECTIONS, ONS, FactListTests, shared_values
from tests.factories import (
    ban,
    ban_list,
    citation,
    confirm,
    confirmation,
    event,
    post,
    programme,
    recent,
    record,
    sanction,
)

pytestmark = pytest.mark.slow(seconds=17)
ROWS = list(zip(ONS, DIRECTIONS, strict=True))


def drafts(make: Any, words: str, *own: dict[str, Any]) -> list[FactDraft]:
    values = zip(words.split(), ROWS, shared_values(), own, strict=True)
    return [make(word, on, direction, **shared, **more) for word, (on, direction), shared, more in values]


class TestAmbassadors(FactListTests):
    resource = "ambassadors"
    own = {
        "status=charge,ambassador": [2, 3], "status=charge,!withdrawn": [2], "holder=KVIEN": [2], "holder=50%25": [],
        "q=kvien": [2], "q=kvien&q=washington": [0, 2],
    }  # fmt: skip

    def drafts(self) -> list[FactDraft]:
        holders = ("Karen Stewart", "Mikhail Khvastou", "Kristina Kvien", "")
        return drafts(post, "recalled withdrawn charge ambassador", *({"holder": holder} for holder in holders))


class TestSanctionEvents(FactListTests):
    resource = "sanction-events"
    own = {
        "action=lifted": [], "action=imposed": [0], "measure=trade,travel": [0, 1], "measure=arms": [],
        "measure=!trade": [1, 2, 3], "programme=none": [1, 2, 3], "programme={programme}": [0],
        "programme=belarus": [0],
        "programme=ofac:BELARUS,none": [0, 1, 2, 3], "programme=0": [], "scope=most": [1], "scope=none": [0, 2, 3],
        "instrument=13405": [0], "q=eo 13405": [0], "expires_after=2029-01-01": [0], "expires_before=2029-01-01": [2],
        "extends=measures": [2], "extends=none": [0, 1, 3],
    }  # fmt: skip

    @cached_property
    def programme(self) -> SanctionProgramme:
        own = programme(title="Belarus")
        SanctionProgramme.objects.filter(pk=own.pk).update(list="ofac", code="BELARUS")
        return own

    def given(self) -> dict[str, Any]:
        return {"programme": self.programme.pk}

    def drafts(self) -> list[FactDraft]:
        return drafts(
            sanction, "imposed suspended extended eased",
            {"measures": ["financial", "trade"], "programme": self.programme, "instrument": "EO 13405",
             "expires_on": "2030-01-01"},
            {"measures": ["travel"], "scope": "most"}, {"extends": "measures", "expires_on": "2021-01-01"}, {},
        )  # fmt: skip


class TestTravelBanEntries(FactListTests):
    resource = "travel-ban-entries"
    own = {
        "action=listed,removed": [0, 2], "list={list}": [0, 2], "list=proclamation 9983": [0, 2], "list=0": [],
        "list=US:Proclamation 9983": [0, 2], "scope=full": [0], "scope=none": [1, 2, 3], "visa_class=B1,F1": [0],
        "visa_class=F1": [], "subject=country": [0, 1, 2], "subject=person": [3], "person=ivan": [3],
        "identifier=X1": [3], "q=ivanov": [3],
    }  # fmt: skip

    @cached_property
    def list(self) -> Any:
        return ban_list(title="Countries", instrument="Proclamation 9983")

    def given(self) -> dict[str, Any]:
        return {"list": self.list.pk}

    def drafts(self) -> Any:
        return drafts(
            ban, "listed considered removed amended",
            {"list": self.list, "scope": "full", "visa_classes": ["B1"]}, {"list": ban_list("BY")}, {"list": self.list},
            {"list": ban_list("DE", subject="person"), "person": "Ivan Ivanov", "identifiers": ["X1"]},
        )  # fmt: skip


class TestDiplomaticEvents(FactListTests):
    resource = "diplomatic-events"
    own = {"kind=visit": [0], "kind=visit,talks": [0, 1], "kind=recognition": []}

    def drafts(self) -> list[FactDraft]:
        return drafts(event, "visit talks statement criticism", {}, {}, {}, {})


class TestAllFacts(FactListTests):
    resource = "facts"
    each = 4
    kinds = (TestAmbassadors, TestSanctionEvents, TestTravelBanEntries, TestDiplomaticEvents)
    own = {
        "resource=ambassadors": [0, 1, 2, 3], "resource=!ambassadors&from=DE": [3, 3, 3], "status=charge": [2],
        "status=!charge&on=2019~": [2, 2, 2], "action=removed": [2], "action=imposed,considered": [0, 1],
        "scope=most": [1], "programme=none&pair=BY-US": [0, 0, 0, 1, 1, 1, 1], "programme=!none": [0],
        "programme=BELARUS": [0], "list=Proclamation 9983": [0, 2], "subject=person": [3], "kind=visit": [0],
        "holder=kvien": [2], "q=ivanov": [3], "q=13405": [0], "extends=measures": [2],
        "extends=!measures&on=2019~": [2, 2, 2],
    }  # fmt: skip

    def drafts(self) -> list[FactDraft]:
        return [draft for kind in self.kinds for draft in kind().drafts()]

    def queries_asked(self) -> list[str]:
        return [*super().queries_asked(), *(query for kind in self.kinds for query in kind.own)]

    def test_each_row_is_that_of_its_own_list(self, countries: None, client: Client) -> None:
        self.record()
        for kind in self.kinds:
            rows = self.rows(client, f"resource={kind.resource}&expand=programme,list")
            expand = {"sanction-events": "expand=programme", "travel-ban-entries": "expand=list"}.get(kind.resource, "")
            own = kind().rows(client, expand)
            assert rows == [{"resource": kind.resource, **row} for row in own]

    def test_a_table_has_the_columns_of_all_kinds(self, countries: None, client: Client) -> None:
        self.record()
        lines = client.get("/api/facts/?format=csv&resource=ambassadors").getvalue().decode().split("\r\n")
        columns = [column for column in KEYS if column not in ("retraction", "codes")]
        assert [name for name in lines[0].split(",") if not name.startswith("codes.")] == columns
        assert len(lines) == 1 + 4 + 1

    def test_a_page_takes_eight_queries(self, countries: None, client: Client) -> None:
        self.record()
        client.get("/api/facts/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/api/facts/")
        # The places of the rows, the rows of each of four kinds, their citations with sources, their confirmations.
        assert len(queries) == 7
        record(post("charge", "2020-02", "DE>RU", holder="Another"))
        with CaptureQueriesContext(connection) as queries:
            client.get("/api/facts/")
        # What may contradict the two of one day: the facts, with their confirmations and sources.
        assert len(queries) == 10


def test_a_search_without_an_index_goes_on_where_a_page_has_ended(
    countries: None, client: Client, monkeypatch: Any
) -> None:
    """Five rows are tested for a page; every second one matches."""
    monkeypatch.setattr(unions, "MOST", 5)
    monkeypatch.setattr(unions, "BATCH", 2)
    monkeypatch.setattr(unions, "MOST_BODIES", 4)
    contested = [citation({"title": "a"}, "Yes."), citation({"title": "b"}, "No.", "disputes")]
    makes = [(post, "charge"), (post, "charge"), (event, "visit"), (event, "visit")] * 3
    record(
        *(
            make(word, f"{2000 + number}", citations=contested if number % 2 else None)
            for number, (make, word) in enumerate(makes)
        )
    )
    for url in ("/api/facts/?ordering=on", "/api/facts/?ordering=-earliest", "/api/ambassadors/?ordering=on"):
        plain = client.get(url).json()["results"]
        for wanted in (True, False):
            query = f"{url}&disputed={int(wanted)}&page_size=2"
            there, last = FactListTests().walk(client, query, "next")
            back, _ = FactListTests().walk(client, last, "previous")
            expected = [row for row in plain if row["disputed"] == wanted]
            assert [row for page in there for row in page] == expected
            assert [row for page in reversed(back) for row in page] == expected
            assert all(len(page) <= 2 for page in there)
    refused = client.get("/api/facts/?disputed=1&count=1")
    assert (refused.status_code, refused.json()["detail"]) == (
        400, "Rows are not counted by disputed: leave count out.",
    )  # fmt: skip


def test_a_text_in_many_facts_is_searched_in_the_order_of_the_list(
    countries: None, client: Client, monkeypatch: Any
) -> None:
    drafts = [post("charge", f"{2000 + number}", note="Minsk" if number % 2 else "") for number in range(8)]
    record(*drafts, event("visit", "2003", citations=[citation({"title": "x"}, "In Minsk.")]))
    rare = client.get("/api/facts/?q=MINSK").json()["results"]
    monkeypatch.setattr(evidence_filters, "FEW", 2)
    monkeypatch.setattr(unions, "MOST", 3)
    pages, _ = FactListTests().walk(client, "/api/facts/?q=MINSK", "next")
    assert len(pages) == 3
    assert [row for page in pages for row in page] == rare
    assert len(rare) == 5
    url = "/api/ambassadors/?q=MINSK&page_size=1"
    holders, most = [], [2, 100, 2, 100]
    while url:
        monkeypatch.setattr(evidence_filters, "FEW", most[len(holders)])  # many facts, or few again, from page to page
        body = client.get(url).json()
        holders += [row["on"] for row in body["results"]]
        url = body["next"]
    assert holders == ["2007", "2005", "2003", "2001"]
    monkeypatch.setattr(evidence_filters, "FEW", 2)
    assert relations_with_minsk(client) == ["BY-US"]  # all facts with it as one set
    monkeypatch.setattr(evidence_filters, "SAMPLE", 2)
    monkeypatch.setattr(evidence_filters, "FEW", 100)
    assert client.get("/api/ambassadors/?q=minsk&count=1").status_code == 400
    assert relations_with_minsk(client) == ["BY-US"]


def relations_with_minsk(client: Client) -> list[str]:
    return [row["code"] for row in client.get("/api/relations/?q=minsk").json()["results"]]


def test_a_text_that_takes_too_long_to_be_looked_up_is_searched_in_the_order_of_the_list(
    countries: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(*(post("charge", f"{2000 + number}", note="Minsk" if number % 2 else "") for number in range(8)))
    found = client.get("/api/facts/?q=mi").json()["results"]
    monkeypatch.setattr(evidence_filters, "LOOK_UP_MS", 0)
    monkeypatch.setattr(unions, "MOST", 3)
    pages, _ = FactListTests().walk(client, "/api/facts/?q=mi", "next")
    assert [row for page in pages for row in page] == found
    assert (len(pages), len(found)) == (3, 4)
    assert client.get("/api/facts/?q=mi&count=1").status_code == 400
    assert relations_with_minsk(client) == ["BY-US"]


def test_relations_with_a_text_that_takes_too_long_are_refused(
    countries: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def first(*_: object, **__: object) -> list[object]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(5)")
        return []

    monkeypatch.setattr(paging.Window, "first", first)
    monkeypatch.setattr(paging, "MOST_MS", 20)
    refused = client.get("/api/relations/?q=minsk")
    assert (refused.status_code, refused.json()["errors"][0]["parameter"]) == (400, "q")


def test_a_wrong_word_in_expand_is_refused_before_an_export_begins_and_of_no_rows(
    countries: None, client: Client
) -> None:
    (fact,) = record(post("charge", "2000"))
    for path in ("/api/facts/?format=jsonl&", f"/api/ambassadors/{fact.key}/confirmations/?"):
        refused = client.get(f"{path}expand=everything")
        assert (refused.status_code, refused.json()["errors"][0]["parameter"]) == (400, "expand")


@pytest.mark.parametrize("few", [100, 0])
def test_facts_of_a_stale_status_are_found_be_there_few_or_many(
    countries: None, client: Client, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(evidence_filters, "FEW", few)
    old, new = record(post("charge", "2000-01-01"), post("charge", recent(), "US>UA"))
    for query, expected in (
        ("stale=1", [str(old.key)]), ("stale=1&as_of=2000-02-01", []), ("stale=0", [str(new.key)]),
        ("stale=0&as_of=2000-02-01", [str(old.key)]),
    ):  # fmt: skip
        for path in ("/api/facts/", "/api/ambassadors/"):
            assert [row["key"] for row in client.get(f"{path}?{query}").json()["results"]] == expected, query
    assert client.get("/api/facts/?stale=1&known_at=2026-01-01T00:00:00Z").status_code == 400
    assert client.get("/api/ambassadors/?stale=1&count=1").status_code == (200 if few else 400)


def test_the_last_word_about_a_fact_is_the_one_on_which_its_status_rests(countries: None, client: Client) -> None:
    data = {"kind": "dataset", "title": "A data set", "published_on": "2021-02-03"}
    by_year = data | {"title": "By years", "covers_to": "2018-12-31"}
    news = {"kind": "article", "publisher": "A", "title": "B", "published_on": "2022-05-06"}
    drafts = [
        post("charge", "2001-02-03", holder="A", nature=nature, citations=[citation(each, "It is so.")])
        for nature in ("event", "observation")
        for each in (data, by_year, news)
    ]
    disputing = [citation(news, "It is so."), citation(data, "No.", "disputes")]
    seen, corrected, other = record(
        sanction("observed", "2010-01-01", citations=disputing), ban("listed", "2011-01-01", list=ban_list()),
        event("visit", "[2012-01-01..2012-03-04]"),
    )  # fmt: skip
    record(*drafts)
    confirm(confirmation(seen, "2023-01-02"), confirmation(corrected, "2024-02-03"), confirmation(other, "2012-02-01"))
    ledger.correct(type(corrected), corrected.key, values={"scope": "full"}, author=ledger.NOBODY)
    before = ledger.clock()
    confirm(confirmation(seen, "2025-03-04"))
    for moment in (None, before):
        facts = load_facts(["BY-US"], known_at=moment)["BY-US"]
        last = {fact.key: max(one.end for one in sightings(fact)) for fact in facts}
        assert len(set(last.values())) == 7
        known = f"&known_at={moment.isoformat().replace('+', '%2B')}" if moment else ""
        for day in {day + dt.timedelta(days=more) for day in last.values() for more in (0, 1)}:
            found = client.get(f"/api/facts/?confirmed_before={day}{known}").json()["results"]
            assert {row["key"] for row in found} == {key for key, end in last.items() if end < day}, (day, known)


def test_how_late_a_fact_was_learned_is_counted_from_its_last_possible_day(countries: None, client: Client) -> None:
    (fact,) = record(post("charge", "[2008-03-01..2008-05-03]"))
    late = (fact.first_recorded_at.astimezone(dt.UTC).date() - dt.date(2008, 5, 3)).days
    ledger.correct(type(fact), fact.key, values={"holder": "Somebody"}, author=ledger.NOBODY)
    for query, expected in (
        (f"min={late}", 1), (f"min={late + 1}", 0), (f"max={late}", 1), (f"max={late - 1}", 0), (f"min={2**63 - 1}", 0),
    ):  # fmt: skip
        assert len(client.get(f"/api/facts/?learned_after_days_{query}").json()["results"]) == expected, query


def test_a_filter_that_went_is_refused_with_the_name_to_use(countries: None, client: Client) -> None:
    for url, name, other in (
        ("/api/facts/", "recorded_by", "author"), ("/api/ambassadors/", "earliest_before", "on_before"),
        ("/api/sanction-events/", "latest_after", "on_after"), ("/api/changes/", "recorded_by", "author"),
        ("/api/designations/", "party", "key"), ("/api/designations/", "recorded_at", "recorded_after"),
        ("/api/designations/", "nationalities", "nationality"),
    ):  # fmt: skip
        answer = client.get(f"{url}?{name}=x")
        assert (answer.status_code, answer.json()["detail"]) == (
            400, f"There is no parameter '{name}' here. Use '{other}'.",
        )  # fmt: skip


def test_a_wrong_value_is_refused_with_the_nearest(countries: None, client: Client) -> None:
    own = programme()
    SanctionProgramme.objects.filter(pk=own.pk).update(list="ofac", code="BELARUS")
    ban_list(instrument="Proclamation 9983")
    for query, detail in (
        ("programme=!BELARIS", "'BELARIS' is neither an id nor a code of a programme. Did you mean 'BELARUS'?"),
        (
            "list=Proclamation 9984",
            "'Proclamation 9984' is neither an id nor a code of a travel-ban list. Did you mean 'Proclamation 9983'?",
        ),
        ("resource=!ambassador", "'ambassador' is none of"),
        ("status=!vacent", "Did you mean 'vacant'?"),
        ("status=!!vacant", "'!!vacant' is negated twice"),
        ("status=!", "The value is empty"),
    ):
        answer = client.get(f"/api/facts/?{query}")
        assert answer.status_code == 400
        assert detail in answer.json()["errors"][0]["detail"], query
