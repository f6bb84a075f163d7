"""Rules of every list, by walking the URLs."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from relations import ledger
from relations.api.changes import ChangeFilters
from relations.api.http.filters import Searched
from relations.api.tokens import TokenFilters
from relations.api.webhooks.deliveries import DeliveryFilters, ReplayFilters
from relations.api.webhooks.subscriptions import SubscriptionFilters
from relations.models import (
    FACT_MODELS,
    ApiToken,
    Country,
    CountryPair,
    Delivery,
    Designation,
    ImportRun,
    Replay,
    SanctionProgramme,
    Source,
    StatusChange,
    StatusSpan,
    Subscription,
    TravelBanList,
)
from relations.queries.cache import PAIRS, REFERENCE_DATA
from tests.api.lists import LISTS, OPEN
from tests.api.reading import now
from tests.factories import ban, ban_list, event, post, programme, sanction


def test_lists_are_found() -> None:
    assert {
        "/api/ambassadors/",
        "/api/sources/",
        "/api/relations/",
        "/api/ambassadors/<uuid:key>/history/",
    } <= LISTS.keys()


FILTERS: list[Any] = [
    *((LISTS[f"/api/{model.resource}/"].filterset_class, model) for model in FACT_MODELS),
    (LISTS["/api/sanction-programmes/"].filterset_class, SanctionProgramme),
    (LISTS["/api/travel-ban-lists/"].filterset_class, TravelBanList), (LISTS["/api/sources/"].filterset_class, Source),
    (LISTS["/api/countries/"].filterset_class, Country), (LISTS["/api/relations/"].filterset_class, CountryPair),
    (LISTS["/api/periods/"].filterset_class, StatusSpan),
    (LISTS["/api/designations/"].filterset_class, Designation), (LISTS["/api/imports/"].filterset_class, ImportRun),
    (ChangeFilters, StatusChange), (SubscriptionFilters, Subscription), (DeliveryFilters, Delivery),
    (ReplayFilters, Replay), (TokenFilters, ApiToken),
]  # fmt: skip


@pytest.mark.parametrize(("filters", "model"), FILTERS, ids=lambda each: each.__name__)
def test_every_column_has_a_filter(filters: Any, model: Any) -> None:
    # A search for words somewhere is no filter of each column that it looks into.
    own = [each for name, each in filters.base_filters.items() if name != "q"]
    filtered = {each.field_name.partition("__")[0] for each in own}
    filtered |= {column for each in own for column in getattr(each, "columns", ())}
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
    refusal = (answer.status_code, answer.json()["detail"])
    assert refusal == (400, "'BY-blr' names no pair: a relation has two different countries.")


@pytest.mark.parametrize("route", [route for route in OPEN if "ordering" in LISTS[route].known_parameters("GET")])
def test_every_documented_ordering_is_total_and_works(seed: None, client: Client, route: str) -> None:
    view = LISTS[route]
    for key in view.orderings:
        # Only with q do rows have a score, and only within a kind of tracks are lengths compared.
        extra = {"score": "&q=a", "length": "&track=trend"}.get(key, "")
        for sign in ("", "-"):
            answer = client.get(f"{route}?ordering={sign}{key}&page_size=1{extra}")
            assert answer.status_code == 200, answer.json()
            following = answer.json().get("next")
            assert following is None or client.get(following).json()["results"] != answer.json()["results"]


def fill(times: int) -> None:
    """Facts of all kinds about several pairs, on the word of several sources."""
    sanctions, bans = programme(title=f"P {times}"), ban_list(title=f"L {times}")
    drafts = [
        each
        for number in range(times)
        for each in (
            post("charge", f"{2000 + times + number}", holder="A"),
            post("vacant", f"{2000 + times + number}"),
            sanction("imposed", f"{2000 + number}", programme=sanctions),
            ban("listed", f"{2000 + number}", list=bans),
            event("visit", f"{2000 + number}", f"US>{['UA', 'RU', 'DE', 'FR'][number % 4]}"),
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


def test_queries_do_not_grow_with_the_rows(countries: None, client: Client) -> None:
    fill(2)
    fill(3)
    few = {url: len(asked(client, url)) for route in OPEN for url in (route, f"{route}?format=csv")}
    fill(6)
    for url, before in few.items():
        assert len(asked(client, url)) <= before, (url, asked(client, url))


KEYED = (
    "/api/relations/BY-US/", "/api/relations/BY-US/?as_of=2004-01-01&known_at=NOW&expand=sources",
    "/api/relations/BY-US/?format=csv", "/api/relations/BY-US/timeline/", "/api/relations/BY-US/timeline/?format=jsonl",
    "/api/countries/US/", "/api/changes/", "/api/changes/?country=US", "/api/changes/?format=csv",
)  # fmt: skip


def test_queries_do_not_grow_with_the_number_of_facts(countries: None, client: Client) -> None:
    """The first read after an act, of which nothing is remembered."""
    fill(2)
    few, many = (first_reads(client, facts) for facts in (3, 6))
    for url in KEYED:
        assert len(many[url]) <= len(few[url]), (url, many[url])


def first_reads(client: Client, facts: int) -> dict[str, list[str]]:
    fill(facts)
    found = {}
    for url in KEYED:
        PAIRS.clear()
        REFERENCE_DATA.clear()
        with CaptureQueriesContext(connection) as queries:
            read(client, url.replace("NOW", now()))
        found[url] = [query["sql"] for query in queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    return found


MOST_QUERIES = {
    # The facts, their citations with the sources, how often they were confirmed; and the facts of the same pair
    # and day that may contradict them, with their confirmations and sources.
    "/api/ambassadors/?from=US": 6,
    # The same, and how many there are, with the time limit of the count and, in a test's transaction, its end.
    "/api/ambassadors/?country=US&count=1": 9,
    # The same as the first, and the ids of the publisher's sources.
    "/api/ambassadors/?publisher=A paper": 7,
    # The programmes come with the facts; none shares its day with another.
    "/api/sanction-events/?expand=programme,sources": 3,
    "/api/sources/": 1,
}


def test_list_of_facts_takes_at_most_nine_queries(countries: None, client: Client) -> None:
    fill(3)
    for url, most in MOST_QUERIES.items():
        assert len(asked(client, url)) <= most, url


def test_fact_takes_six_queries(countries: None, client: Client) -> None:
    fill(1)
    url = client.get("/api/ambassadors/").json()["results"][0]["url"]
    # The fact, its citations with the sources, how often it was confirmed; what may contradict it, with confirmations
    # and sources.
    assert len(asked(client, url)) == 6
    # There are versions; they and their authors, citations, confirmations, log, what contradicted them with
    # confirmations and sources; the log of a retraction.
    assert len(asked(client, f"{url}history/")) == 9


def refusal(client: Client, url: str) -> tuple[str, str]:
    answer = client.get(url)
    assert answer.status_code == 400, url
    (error,) = answer.json()["errors"]
    return error["parameter"], error["detail"]


def words(name: str, count: int, *, text: str = "word") -> str:
    return "&".join(f"{name}={text}{number}" for number in range(count))


SHORT = "text without three letters or digits in a row"
SEARCHED = sorted(
    (route, name)
    for route in [*OPEN, "/api/changes/"]
    for name, each in (LISTS[route].filterset_class if route in LISTS else ChangeFilters).base_filters.items()
    if isinstance(each, Searched)
)


def test_texts_that_are_searched_for_are_known() -> None:
    expected = {
        "/api/ambassadors/": ("holder", "q"),
        "/api/changes/": ("note",),
        "/api/relations/": ("holder", "q"),
        "/api/sources/": ("text", "title"),
    }
    assert {(route, name) for route, names in expected.items() for name in names} <= set(SEARCHED)


def test_few_texts_are_searched_for_at_a_time_and_none_is_long(countries: None, client: Client) -> None:
    many = "At most 5 values are accepted, not 6: ask for the others in another request."
    long = "A text to search for has at most 200 characters, not 201: give fewer words of it."
    for route, name in SEARCHED:
        for most, more, why in (
            (words(name, 5), words(name, 6), many), (f"{name}={'x' * 200}", f"{name}={'x' * 201}", long),
        ):  # fmt: skip
            assert client.get(f"{route}?{most}").status_code == 200, (route, name)
            assert refusal(client, f"{route}?{more}") == (name, why), route


def test_filters_together_take_a_limited_number_of_texts_and_values(countries: None, client: Client) -> None:
    url = f"/api/sources/?{words('title', 5)}&{words('author', 5)}"
    assert client.get(url).status_code == 200
    assert refusal(client, f"{url}&licence=MIT") == (
        "title", "A request takes at most 10 texts to search for in all, not 11: ask in several requests.",
    )  # fmt: skip
    numbers = ",".join(map(str, range(1, 201)))
    url = f"/api/sources/?id={numbers}&syndication_of={numbers[: numbers.index(',101')]}"
    assert client.get(url).status_code == 200
    assert refusal(client, f"{url}&kind=article") == (
        "id", "A request takes at most 300 values of filters in all, not 301: ask in several requests.",
    )  # fmt: skip


def test_value_that_is_given_twice_counts_once(countries: None, client: Client) -> None:
    original = Source.objects.create(title="Original")
    reprint = Source.objects.create(title="Reprint", syndication_of=original)
    url = f"/api/sources/?id={','.join([str(reprint.pk)] * 200)}&syndication_of={','.join([str(original.pk)] * 200)}"
    assert [row["title"] for row in client.get(url).json()["results"]] == ["Reprint"]


@pytest.mark.parametrize("other", ["Xu", "%%%25", "a-b-c", "___"])
def test_one_text_may_be_too_short_for_the_index_and_two_are_refused(
    countries: None, client: Client, other: str
) -> None:
    assert client.get("/api/ambassadors/?holder=Li&q=Fisher").status_code == 200
    assert refusal(client, f"/api/ambassadors/?holder=Li&holder={other}") == (
        "holder",
        f"A request takes at most 1 {SHORT} in all, not 2: ask in several requests.",
    )
    assert client.get("/api/countries/?q=by&q=us").status_code == 200


def test_values_of_a_track_are_one_condition_however_many(countries: None, client: Client) -> None:
    fill(1)
    codes = list(Country.objects.values_list("code", flat=True))[:200]
    for value in ("in_force", "unknown"):
        asked_for = ",".join(f"US%3E{code}:{value}" for code in ["BY", *codes][:200] if code != "US")
        with CaptureQueriesContext(connection) as queries:
            many = client.get(f"/api/relations/?sanctions={asked_for}").json()["results"]
        sql = next(query["sql"] for query in queries if "LIMIT" in query["sql"])
        assert sql.count("EXISTS") <= 4
        one = client.get(f"/api/relations/?sanctions=US%3EBY:{value}").json()["results"]
        assert [row["code"] for row in one] == [row["code"] for row in many if row["code"] == "BY-US"]
        known = f"&known_at={now()}"
        then = client.get(f"/api/relations/?sanctions={asked_for}{known}").json()["results"]
        assert [row["code"] for row in then] == [row["code"] for row in many]
