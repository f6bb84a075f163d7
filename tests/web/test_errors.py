"""Errors: a page in the frame for people, and the same problem as ever for programs."""

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from psycopg.errors import DeadlockDetected

from relations.queries.cache import PAGES as SENT
from relations.web.docs.library import library
from tests.web.conftest import DOCUMENTS, PAGES, html_of, words_of
from tests.web.relations import text

MISSING = "/no/such/place/"


def framed(answer: Any, status: int) -> str:
    """The words of the page, after its frame was checked."""
    assert (answer.status_code, answer["Content-Type"]) == (status, "text/html; charset=utf-8")
    assert "unsafe" not in answer["Content-Security-Policy"]
    html = html_of(answer)
    assert html.cssselect("script, style, [style]") == []
    assert len(html.cssselect("header .brand, main h1, footer")) == 3
    assert [link.get("href") for link in html.cssselect("main .actions a")][-2:] == ["/", "/docs/"]
    return words_of(answer)


def test_an_unknown_address_is_a_page_with_ways_back(reader):
    assert "There is no such page" in framed(reader.get(MISSING), 404)


@pytest.mark.parametrize(
    ("mistyped", "meant"),
    [("/docs/webhook/", "/docs/webhooks/"), ("/docs/time-travels", "/docs/time-travel/"),
     ("/docs/cow/", "/docs/lists/cow/"),
     ("/docs/decisions/postgresql-everywhere/", "/docs/decisions/0002-postgresql-everywhere/")],
)  # fmt: skip
def test_a_mistyped_page_of_the_documentation_is_guessed(reader, mistyped, meant):
    answer = reader.get(mistyped, follow=True)
    framed(answer, 404)
    assert html_of(answer).cssselect("main ul a")[0].get("href") == meant


def nearest(answer: Any) -> list[tuple[str, str]]:
    return [(link.get("href"), text(link)) for link in html_of(answer).cssselect(".failure ul a")]


@pytest.mark.parametrize(
    ("mistyped", "meant"),
    [
        ("/relations/BX-US/", ("/relations/BY-US/", "Belarus and United States")),
        ("/relations/belarrus-usa/", ("/relations/BY-US/", "Belarus and United States")),
        ("/relations/BY-US/@2020-13-01", ("/relations/BY-US/", "Belarus and United States")),
        ("/relations/BY-BY/", ("/countries/BY/", "Belarus")),
        ("/relations/Belarus/", ("/countries/BY/", "Belarus")),
        ("/countries/Belaruss/", ("/countries/BY/", "Belarus")),
        ("/countries/BY-US/", ("/relations/BY-US/", "Belarus and United States")),
        ("/countries/BLX/", ("/countries/BY/", "Belarus")),
    ],
)
def test_a_mistyped_pair_or_country_is_guessed(reader, countries, mistyped, meant):
    answer = reader.get(mistyped)
    framed(answer, 404)
    assert meant in nearest(answer)
    assert all(reader.get(href).status_code == 200 for href, _ in nearest(answer))


def test_guesses_are_in_the_reader_s_language(german, countries):
    answer = german.get("/relations/BX-US/")
    assert ("/relations/BY-US/", "Belarus und Vereinigte Staaten") in nearest(answer)
    assert html_of(answer).cssselect(".failure ul [lang]") == []


def test_what_resembles_nothing_is_guessed_at_not_at_all(reader, countries):
    for path in ("/relations/qqqqqqqqqq/", "/countries/%00/", "/countries/!!!/", "/relations/" + "- " * 300 + "/"):
        answer = reader.get(path)
        framed(answer, 404)
        assert nearest(answer) == []


def test_a_page_of_what_is_missing_needs_no_database(reader, countries, monkeypatch):
    def fail() -> None:
        raise OperationalError

    monkeypatch.setattr("relations.web.search.nearest.current_country_index", fail)
    assert nearest(reader.get("/relations/no/such/place/")) == []


@pytest.mark.parametrize(
    ("method", "path"), [("post", "/"), ("post", "/relations/"), ("put", "/data/"), ("get", "/language/")]
)
def test_a_wrong_method_is_a_page_that_says_which_are_right(reader, method, path):
    answer = getattr(reader, method)(path)
    words = framed(answer, 405)
    assert f"{method.upper()} is not allowed here." in words
    assert answer["Allow"] in ("GET, HEAD", "GET, HEAD, OPTIONS", "POST")


def test_a_failed_check_of_a_form_is_a_page_that_says_what_to_do(db):
    person = Client(enforce_csrf_checks=True, headers={"Accept": "text/html"})
    words = framed(person.post("/admin/login/", {"username": "a", "password": "b"}), 403)
    assert "CSRF" not in words
    assert "reload the page and send it again" in words


def test_another_method_on_a_page_that_only_reads_is_a_405(db):
    person = Client(enforce_csrf_checks=True, headers={"Accept": "text/html"})
    for page in ("/", "/relations/BY-US/", "/designations/", "/docs/", "/relations/BY-US.svg"):
        refused = person.post(page)
        assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD"), page


def test_a_host_that_is_not_ours_is_a_page(reader):
    answer = reader.get("/sitemap.xml", headers={"Host": "evil.example"})
    words = framed(answer, 400)
    assert "ALLOWED_HOSTS does not name the host in the request." in words
    assert "evil.example" not in answer.content.decode()


def test_a_large_body_is_a_page(reader, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    words = framed(reader.post("/language/", {"language": "de", "next": "/docs/"}), 413)
    assert "at most 10 are allowed" in words


def broken(monkeypatch: Any, error: Exception) -> None:
    def fail(*_: Any) -> None:
        raise error

    SENT.clear()
    monkeypatch.setattr("relations.web.docs.library.Library.neighbours", fail)


def test_what_nobody_foresaw_is_a_page_without_its_reason(reader, monkeypatch):
    broken(monkeypatch, LookupError("a secret"))
    answer = reader.get("/docs/")
    words = framed(answer, 500)
    assert "secret" not in words
    assert answer["X-Request-ID"] in words


def test_a_database_that_is_away_is_a_page_that_asks_for_another_try(reader, monkeypatch):
    broken(monkeypatch, OperationalError("connection refused"))
    answer = reader.get("/docs/")
    assert "The database cannot be reached right now" in framed(answer, 503)
    assert answer["Retry-After"] == "1"
    assert html_of(answer).cssselect("main .actions a")[0].get("href") == "/docs/"


def test_two_transactions_that_met_are_named_as_such(reader, monkeypatch):
    error = OperationalError("deadlock detected")
    error.__cause__ = DeadlockDetected()
    broken(monkeypatch, error)
    assert "Two writes met" in framed(reader.get("/docs/"), 503)


def test_an_error_is_in_the_reader_s_language(german):
    assert "Diese Seite gibt es nicht" in framed(german.get(MISSING), 404)
    assert html_of(german.get(MISSING)).get("lang") == "de"
    assert html_of(german.get("/countries/Belaruss/")).cssselect("main [lang=en]") == []


@pytest.mark.parametrize("accept", ["*/*", "application/json", ""])
def test_a_program_gets_the_same_problem_as_before(client, accept):
    answer = client.get(MISSING, headers={"Accept": accept, "X-Request-ID": "r-1", "Accept-Language": "de"})
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.content == (
        b'{"type": "about:blank", "title": "Not Found", "status": 404, "detail": "There is nothing at this address.", '
        b'"instance": "/no/such/place/", "request_id": "r-1"}'
    )


def test_the_api_never_answers_with_a_page(reader):
    lists = "/api/ lists all resources."
    for path, hint in (
        ("nothing/", lists), ("relation/BY-US/", f"Did you mean 'relations'? {lists}"), ("facts/x/y/", lists),
        ("sanctions-events", f"Did you mean 'sanction-events'? {lists}"),
    ):  # fmt: skip
        answer = reader.get(f"/api/{path}", headers={"Accept-Language": "de"})
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
        assert answer.json()["detail"] == f"There is nothing at this address. {hint}"


def test_every_page_refuses_a_parameter_that_it_does_not_have(reader):
    """Without a database: nothing is read for it. Pages of the documentation have one view."""
    pages = [page for page in PAGES if page not in library().pages or page in DOCUMENTS]
    for address in (*pages, "/programmes/1/", "/sources/1/", "/lists/7/", "/countries/BY.svg", "/relations/BY-US.csv"):
        answer = reader.get(f"{address}{'&' if '?' in address else '?'}nonsense=1")
        assert "This page has no parameter “nonsense”." in framed(answer, 400), address


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("/programmes/?isuer=US&status=stale", "/programmes/?status=stale&issuer=US"),
        ("/relations/BY-US/?as_off=2020-02-02", "/relations/BY-US/?as_of=2020-02-02"),
        ("/relations/?contry=BY&country=US", "/relations/?country=US"),
        ("/designations/?nationalty=BY&page=2", "/designations/?page=2&nationality=BY"),
        ("/changes/?trun=corrected&kind=trend", "/changes/?kind=trend&turn=corrected"),
        ("/lists/?x=1", "/lists/"),
    ],
)
def test_a_mistyped_parameter_is_refused_with_the_nearest_one(reader, asked, meant):
    answer = reader.get(asked)
    framed(answer, 400)
    assert html_of(answer).cssselect(".wrong a")[0].get("href") == meant
    program = Client().get(asked)
    assert (program.status_code, program["Content-Type"]) == (400, "application/problem+json")


def test_what_other_sites_add_to_a_link_is_taken_off(reader):
    asked = "/relations/?country=BY&utm_source=letter&fbclid=1"
    assert reader.get(asked)["Location"] == "/relations/?country=BY"
    assert reader.get("/?gclid=1")["Location"] == "/"
