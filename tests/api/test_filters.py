"""What holds for every list, whoever wrote it: found by walking the URLs."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver
from django.urls.resolvers import URLResolver

from relations import ledger
from relations.api.changes import ChangeFilters
from relations.api.endpoints import ListEndpoint
from relations.api.webhooks.deliveries import DeliveryFilters
from relations.api.webhooks.replays import ReplayFilters
from relations.api.webhooks.subscriptions import SubscriptionFilters
from relations.models import (
    FACT_MODELS,
    AmbassadorStatus,
    Country,
    CountryPair,
    Delivery,
    Designation,
    DiplomaticEvent,
    ImportRun,
    Replay,
    SanctionEvent,
    SanctionProgramme,
    Source,
    StatusChange,
    Subscription,
    TravelBanEntry,
    TravelBanList,
)
from tests.api.writing import ban_list, draft, programme


def lists(patterns: Any = None, prefix: str = "/") -> Iterator[tuple[str, type[ListEndpoint]]]:
    for pattern in patterns or get_resolver().url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from lists(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            view = getattr(pattern.callback, "cls", None)
            if view is not None and issubclass(view, ListEndpoint) and route.startswith("/api/"):
                yield route, view


LISTS = dict(lists())
OPEN = sorted(route for route in LISTS if "<" not in route and "webhooks" not in route)
"""Lists whose address needs no key, and whose rows are everybody's."""


def test_lists_are_found() -> None:
    assert {
        "/api/ambassadors/",
        "/api/sources/",
        "/api/relations/",
        "/api/ambassadors/<uuid:key>/history/",
    } <= LISTS.keys()


FILTERS: list[Any] = [
    *((LISTS[f"/api/{model.resource}/"].filters, model) for model in FACT_MODELS),
    (LISTS["/api/sanction-programmes/"].filters, SanctionProgramme),
    (LISTS["/api/travel-ban-lists/"].filters, TravelBanList), (LISTS["/api/sources/"].filters, Source),
    (LISTS["/api/countries/"].filters, Country), (LISTS["/api/relations/"].filters, CountryPair),
    (LISTS["/api/designations/"].filters, Designation), (LISTS["/api/imports/"].filters, ImportRun),
    (ChangeFilters, StatusChange), (SubscriptionFilters, Subscription), (DeliveryFilters, Delivery),
    (ReplayFilters, Replay),
]  # fmt: skip


@pytest.mark.parametrize(("filters", "model"), FILTERS, ids=lambda each: each.__name__)
def test_every_column_has_a_filter(filters: Any, model: Any) -> None:
    # A search for words somewhere is no filter of each column that it looks into.
    found = [each for name, each in filters.base_filters.items() if name != "q"]
    filtered = {each.field_name.partition("__")[0] for each in found}
    filtered |= {column for each in found for column in getattr(each, "columns", ())}
    columns = {field.name for field in model._meta.concrete_fields}
    assert columns - filtered - filters.unfiltered == set()


@pytest.mark.parametrize("route", OPEN)
def test_unknown_parameter_is_refused_with_the_nearest(countries: None, client: Client, route: str) -> None:
    answer = client.get(f"{route}?page_sise=5")
    assert (answer.status_code, answer.json()["detail"]) == (
        400, "There is no parameter 'page_sise' here. Did you mean 'page_size'?",
    )  # fmt: skip


def test_pair_of_one_country_is_refused_and_not_found_empty(countries: None, client: Client) -> None:
    answer = client.get("/api/relations/?pair=BY-blr")
    told = (answer.status_code, answer.json()["detail"])
    assert told == (400, "'BY-blr' names no pair: a relation stands between two countries.")


@pytest.mark.parametrize("route", OPEN)
def test_every_documented_ordering_is_total_and_works(seed: None, client: Client, route: str) -> None:
    view = LISTS[route]
    for key in view.orderings:
        found = "&q=a" if key == "score" else ""  # only what was found by a name has one
        for sign in ("", "-"):
            answer = client.get(f"{route}?ordering={sign}{key}&page_size=1{found}")
            assert answer.status_code == 200, answer.json()
            following = answer.json().get("next")
            assert following is None or client.get(following).json()["results"] != answer.json()["results"]


def fill(times: int) -> None:
    """Facts of all kinds about several pairs, on the word of several sources."""
    sanctions, bans = programme("US", "BY", f"P {times}"), ban_list("US", f"L {times}")
    drafts = [
        each
        for number in range(times)
        for each in (
            draft(AmbassadorStatus, "US", "BY", f"{2000 + times + number}", status="charge", holder="A"),
            draft(AmbassadorStatus, "US", "BY", f"{2000 + times + number}", status="vacant"),
            draft(SanctionEvent, "US", "BY", f"{2000 + number}", action="imposed", programme=sanctions),
            draft(TravelBanEntry, "US", "BY", f"{2000 + number}", action="listed", list=bans),
            draft(DiplomaticEvent, "US", ["UA", "RU", "DE", "FR"][number % 4], f"{2000 + number}", kind="visit"),
        )
    ]
    ledger.record(drafts, author=ledger.NOBODY)


def read(client: Client, url: str) -> None:
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer.getvalue() is not None  # to the end of the stream


def asked(client: Client, url: str) -> list[str]:
    read(client, url)
    with CaptureQueriesContext(connection) as queries:
        read(client, url)
    return [query["sql"] for query in queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]


@pytest.mark.parametrize("route", OPEN)
def test_queries_do_not_grow_with_the_rows(countries: None, client: Client, route: str) -> None:
    fill(2)
    fill(3)
    few = {query: len(asked(client, route + query)) for query in ("", "?format=csv")}
    fill(6)
    for query, before in few.items():
        assert len(asked(client, route + query)) <= before, (query, asked(client, route + query))


KEYED = (
    "/api/relations/BY-US/", "/api/relations/BY-US/?as_of=2004-01-01&known_at=2200-01-01T00:00:00Z&expand=sources",
    "/api/relations/BY-US/?format=csv", "/api/relations/BY-US/timeline/", "/api/relations/BY-US/timeline/?format=jsonl",
    "/api/countries/US/", "/api/changes/", "/api/changes/?country=US", "/api/changes/?format=csv",
)  # fmt: skip


@pytest.mark.parametrize("url", KEYED)
def test_queries_do_not_grow_with_what_stands_under_a_key(countries: None, client: Client, url: str) -> None:
    """The first read after an act, of which nothing is remembered."""
    found = []
    for times in (2, 3, 6):
        fill(times)
        with CaptureQueriesContext(connection) as queries:
            read(client, url)
        found.append([query["sql"] for query in queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))])
    assert len(found[2]) <= len(found[1]), found[2]


@pytest.mark.parametrize(
    ("url", "most"),
    [
        # The facts, their citations with the sources, and the facts of the same pair and day that may contradict them.
        ("/api/ambassadors/?from=US", 3),
        # The same, and how many there are.
        ("/api/ambassadors/?country=US&count=1", 4),
        # The same as the first, and the ids of the publisher's sources.
        ("/api/ambassadors/?publisher=A paper", 4),
        # The programmes come with the facts.
        ("/api/sanction-events/?expand=programme,sources", 3),
        ("/api/sources/", 1),
    ],
)
def test_list_of_facts_takes_at_most_four_queries(countries: None, client: Client, url: str, most: int) -> None:
    fill(3)
    assert len(asked(client, url)) <= most


def test_fact_takes_three_queries(countries: None, client: Client) -> None:
    fill(1)
    url = client.get("/api/ambassadors/").json()["results"][0]["url"]
    # The fact, its citations with the sources, what may contradict it.
    assert len(asked(client, url)) == 3
    # There are versions; they and their authors, citations, log, what contradicted them; the log of a retraction.
    assert len(asked(client, f"{url}history/")) == 6
