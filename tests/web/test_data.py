"""`/data/`: what is covered, how old it is, and what is missing."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection

from relations.models import Country, ImportRun
from relations.queries import coverage as counting
from relations.queries.cache import REFERENCE_DATA
from relations.queries.clock import today
from relations.queries.coverage import coverage, coverage_by_year
from relations.queries.in_time import in_time
from tests.factories import ban, ban_list, event, post, recent, record, sanction
from tests.web.conftest import html_of, queries, words_of
from tests.web.relations import text


def rows(response: Any, section: str) -> list[list[str]]:
    (found,) = html_of(response).cssselect(f"section[aria-labelledby={section}]")
    return [[text(cell) for cell in row] for row in found.cssselect("tbody tr")]


def cards(response: Any) -> dict[str, dict[str, str]]:
    found = {}
    for card in html_of(response).cssselect("section[aria-labelledby=sets] .card"):
        terms = zip(card.cssselect("dt"), card.cssselect("dd"), strict=True)
        own = {text(term): text(value) for term, value in terms}
        found[text(card.cssselect("h3")[0])] = {"age": text(card.cssselect(".chip")[0]), "all": text(card)} | own
    return found


def run(code: str, dated: str, *, ago: int = 0, state: str = "succeeded", **values: Any) -> ImportRun:
    reason = "" if state == "succeeded" else "It was broken."
    begun = dt.datetime.now(dt.UTC) - dt.timedelta(days=ago)
    return ImportRun.objects.create(list=code, dated=dated, state=state, reason=reason, started_at=begun, **values)


def test_the_shares_are_those_of_the_audit_and_of_the_picture(reader, countries):
    record(
        post("ambassador", recent()), post("ambassador", "2000-01-01", "BY>US"), post("vacant", recent(), "DE>FR"),
        sanction("imposed", "2020-01-01"), ban("listed", "2020-01-01", list=ban_list()), event("visit", "2020-01-01"),
    )  # fmt: skip
    answer, found = reader.get("/data/"), coverage(today())
    assert (found.known["ambassador"], found.stale["ambassador"]) == (3, 1)
    table = {row[0]: row[3:] for row in rows(answer, "coverage")}
    every = found.directed_pairs
    assert f"{every:,} ordered pairs" in words_of(answer)
    assert table["Head of mission"] == ["2", "1", f"{every - 3:,}"]
    assert table["Sanctions"][2] == f"{every - 1:,}"
    assert sum(map(int, table["Travel bans"][:2])) == 1


def test_a_year_counts_what_was_known_at_its_end(countries):
    record(
        sanction("imposed", "2018-12-31"), sanction("lifted", "2020-12-31"), sanction("imposed", "2019-05-01", "EU>BY"),
    )  # fmt: skip
    years = coverage_by_year(dt.date(2022, 6, 1))["sanctions"]
    # Lifted is "none", which is known; nothing is forgotten.
    assert years == {2018: 1, 2019: 2, 2020: 2, 2021: 2}


def test_states_without_any_pair_are_named(reader, countries):
    record(post("ambassador", recent(), "US>BY"))
    gaps = html_of(reader.get("/data/")).cssselect("section[aria-labelledby=gaps] a")
    missing = {link.get("href") for link in gaps}
    assert "/countries/FR/" in missing
    assert not missing & {"/countries/US/", "/countries/BY/", "/countries/SU/", "/countries/EU/"}


UN = "United Nations Security Council Consolidated List"


def test_each_list_says_how_old_and_how_complete_it_is(reader, countries, settings):
    run("un", recent(0), read=700)
    old = recent(401)
    run("ofac", old, read=9, refused=2)
    run("eu", recent(30), ago=30, read=1)
    run("eu", recent(0), state="failed")
    run("uk", recent(0), read=1, dry_run=True)
    run("gsdb", "2023-01-01", read=1)
    settings.IMPORT_LISTS = ["un"]
    found = cards(reader.get("/data/"))
    assert len(found) == 12
    assert (found["UK Sanctions List"]["Fetched"], found[UN]["Fetched"]) == ("by hand", "every 6 hours")
    un = found[UN]
    assert (un["age"], un["Licence"]) == ("current", "UN terms of use")
    assert "all 700 records were read" in un["Last import"]
    ofac = found["Specially Designated Nationals and Blocked Persons List"]
    assert ofac["age"] == f"as of {old[:4]}"
    assert "2 of 9 records could not be read" in ofac["Last import"]
    eu = found["Consolidated list of persons, groups and entities subject to EU financial sanctions"]
    assert eu["age"] == "not fetched lately"
    assert "The last attempt" in eu["all"]
    assert found["UK Sanctions List"]["age"] == "not imported"
    assert found["Global Sanctions Data Base"]["age"] == "ends with its edition"


def test_a_closed_list_names_its_successor(reader, countries):
    run("ofsi", recent(0), ago=2, read=1)
    run("uk", recent(0), read=1)
    assert (
        cards(reader.get("/data/"))["Consolidated List of Financial Sanctions Targets in the UK"]["age"]
        == "replaced by UK"
    )


def test_counts_that_take_too_long_are_left_out_and_said(reader, countries, monkeypatch):
    record(post("ambassador", recent()))
    slow = "SELECT '', 0, 0, 0 FROM pg_sleep(5), unnest(%s::text[])"
    monkeypatch.setattr(counting, "_MOST_MS", 20)
    monkeypatch.setattr(counting, "_YEARS", slow)
    monkeypatch.setattr(counting, "_KNOWN", slow + ", (SELECT %s::date, %s::text[], %s::text[]) AS unused")
    REFERENCE_DATA.clear()
    answer = reader.get("/data/")
    assert "too large or too busy to count this at once" in words_of(answer)
    assert rows(answer, "kinds") == [["article", "1", ""]]
    REFERENCE_DATA.clear()


def test_the_limit_of_a_count_ends_with_it(countries):
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        before = cursor.fetchone()
        assert in_time(Country.objects.count, most_ms=5000) == Country.objects.count()
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == before


def test_counts_are_read_again_only_after_a_change(reader, countries):
    reader.get("/data/")
    # The epoch, the last entry of both logs, the last runs of each list, and the successors of closed lists.
    assert queries(reader, "/data/") == 6
    record(post("ambassador", recent()))
    assert queries(reader, "/data/") > 6
    assert queries(reader, "/data/") == 6


@pytest.mark.parametrize("address", ["/data/", "/relations/", "/countries/BY/", "/map/?to=BY"])
def test_who_has_the_page_gets_304(reader, countries, address):
    tag = reader.get(address)["ETag"]
    assert reader.get(address, headers={"If-None-Match": tag}).status_code == 304
