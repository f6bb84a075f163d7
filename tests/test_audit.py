"""`manage.py audit`: on what everything that the tracker says today rests."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from relations.queries import audit
from relations.queries.coverage import coverage
from tests.factories import citation, event, post, record, sanction, source

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 26)


def audited(*arguments: str) -> str:
    written = StringIO()
    call_command("audit", "--day", str(DAY), *arguments, stdout=written)
    return written.getvalue()


def astray() -> str:
    """The number of quotes that are not in their source, as the table shows it."""
    (line,) = (line for line in audited().splitlines() if line.startswith("are not in"))
    return line.split()[-1]


def test_every_status_is_listed_with_its_basis_its_age_and_its_source(countries):
    press = source(title="A report", publisher="A paper")
    record(post("ambassador", "2026-11-16", holder="Ann Other", citations=[citation(press)]))
    status = next(one for one in audit.statuses(DAY) if one.track == "ambassador:US>BY")
    assert (status.value, status.holder, status.basis, status.age, status.stale, status.sources) == (
        "ambassador", "Ann Other", "article", 10, False, ("A paper: A report",),
    )  # fmt: skip
    line = next(line for line in audited("--every").splitlines() if "ambassador:US>BY" in line)
    assert line.split() == [
        "BY-US", "ambassador:US>BY", "ambassador", "Ann", "Other", "article", "2026-11-16", "10", "A", "paper:", "A",
        "report",
    ]  # fmt: skip


def test_totals_count_statuses_and_stale_ones_by_track_basis_and_source(countries):
    old = source(title="An old report")
    record(
        post("ambassador", "2010-01-01", citations=[citation(old)]),
        post("ambassador", "2011-01-01", direction="BY>US", citations=[citation(old)]),
        post("ambassador", "2026-11-01", direction="US>RU"),
    )
    text = audited()
    assert ["Head", "of", "mission", "article", "3", "2", "5,808"] in [line.split() for line in text.splitlines()]
    assert [line.split() for line in text.splitlines() if line.startswith("An old report")] == [
        ["An", "old", "report", "4", "4", "5,990"]
    ]


def test_a_quote_that_is_not_in_its_source_is_named(countries):
    record(sanction("imposed", "2020-01-01", citations=[citation(source(title="A text"))]))
    assert astray() == "0"
    with connection.cursor() as cursor:
        # As only somebody who may switch triggers off can do it.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE relations_citation DISABLE TRIGGER USER")
        cursor.execute("UPDATE relations_citation SET quote = 'what nobody there has said'")
    assert astray() == "1"
    assert "what nobody there has said" in audited()


def test_a_disputed_track_shows_both_sides_with_their_sources(countries):
    record(
        post("ambassador", "2026-11-01", holder="Ann Other", citations=[citation(source(title="One paper"))]),
        post("charge", "2026-11-01", holder="Bo Third", citations=[citation(source(title="Another paper"))]),
    )
    shown = audited().partition("Disputed tracks")[2]
    assert "2026-11-01: ambassador Ann Other (One paper)" in shown
    assert "2026-11-01: chargé d'affaires Bo Third (Another paper)" in shown


def test_coverage_counts_directed_pairs_of_states_that_exist(countries):
    record(
        post("ambassador", "2026-11-01"),
        post("ambassador", "2000-01-01", direction="BY>US"),
        event("visit", "2026-11-02"),
    )
    found = coverage(DAY)
    assert (found.known["ambassador"], found.stale["ambassador"], found.known["sanctions"]) == (2, 1, 0)
    assert found.directed_pairs > 190 * 189


def test_the_number_of_queries_does_not_depend_on_the_number_of_statuses(countries, django_assert_num_queries):
    record(*(post("ambassador", "2026-11-01", direction=f"US>{code}") for code in ("BY", "RU", "DE", "FR")))
    # The periods, the current versions of each of four kinds of facts, the citations of the one kind, and the sources.
    with django_assert_num_queries(7):
        list(audit.statuses(DAY))
