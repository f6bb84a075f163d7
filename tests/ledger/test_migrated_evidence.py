"""The migrations that gave facts their natures and sources what they cover, on rows as they were before."""

import datetime as dt
import importlib

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.test import TestCase

from relations import ledger
from relations.ledger import NOBODY, Author, CitationDraft
from relations.ledger.projecting import PROJECTION_PENDING
from relations.models import AmbassadorStatus, CountryPair, Fact, SanctionEvent, Source, StatusChange, StatusSpan
from tests.factories import citation, event, post, record, sanction, source
from tests.ledger.invariants import assert_everything_holds

pytestmark = [pytest.mark.usefixtures("countries"), pytest.mark.django_db]

EVIDENCE = importlib.import_module("relations.migrations.0025_evidence_ages")
SPANS = importlib.import_module("relations.migrations.0041_since_of_spans")
AGAIN = importlib.import_module("relations.migrations.0026_project_again")
IMPORT = Author(imports=True)


class Editor:
    """The editor of a schema, as migrations use it."""

    connection = connection


def migrated() -> None:
    """Runs deferred checks at once, as in a migration: none waits for the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    AGAIN.date_sources(apps, Editor)
    AGAIN.mark_observations(apps, Editor)
    AGAIN.project_again(apps, Editor)


def data_set(publisher: str, **values: object) -> CitationDraft:
    return citation(source(kind="dataset", publisher=publisher, text="", **values), quote="a row")


def natures(model: type[Fact]) -> set[tuple[str, str]]:
    return {(fact.on, fact.nature) for fact in model.objects.all()}


def test_facts_imported_from_sources_that_show_states_become_observations_in_all_their_versions():
    for number, publisher in enumerate(AGAIN.OBSERVING):
        record(post("vacant", f"201{number}", citations=[data_set(publisher)]), author=IMPORT)
    record(post("vacant", "2015", citations=[data_set("Office of the Historian")]), author=IMPORT)
    typed = data_set("Central Intelligence Agency", title="Quoted by an editor")
    record(post("recalled", "2016", citations=[typed]), post("recalled", "2017"))
    first = AmbassadorStatus.objects.get(on="2010")
    ledger.correct(AmbassadorStatus, first.key, values={"note": "seen"}, citations=[citation()], author=NOBODY)
    last = AmbassadorStatus.objects.get(on="2011")
    ledger.retract(AmbassadorStatus, last.key, why="wrong", author=IMPORT)
    migrated()
    assert natures(AmbassadorStatus) == {
        ("2010", "observation"), ("2011", "observation"),
        ("2015", "event"), ("2016", "event"), ("2017", "event"),
    }  # fmt: skip
    assert AmbassadorStatus.objects.filter(key=first.key, nature="observation").count() == 2


def test_cases_that_begin_and_end_stay_events_and_the_triggers_are_on_afterwards():
    record(sanction("imposed", "2006", citations=[data_set(AGAIN.GSDB)]), author=IMPORT)
    migrated()
    assert natures(SanctionEvent) == {("2006", "event")}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'pgtrigger%' AND tgenabled <> 'O'")
        assert cursor.fetchone() == (0,)


def test_sources_get_their_kind_and_what_they_cover():
    rows = 'case_id,sanctioned_state,begin,end\n1,"Cuba, Iran",1960,2023\n2,Iraq,1990,2003.0\n3,Mali,2012,\n'
    made = {
        "historian": source(
            kind="dataset",
            publisher="Office of the Historian",
            text="<date>2019-05-01</date> <date>2020</date> <date>2999-01-01</date>",
        ),
        "factbook": source(kind="dataset", publisher="Central Intelligence Agency"),
        "cow": source(kind="dataset", publisher="Correlates of War Project"),
        "gsdb": source(kind="dataset", publisher="Global Sanctions Data Base", text=rows),
        "unread": source(kind="dataset", publisher="Global Sanctions Data Base", text="No table"),
        "article": source(kind="article", publisher="Central Intelligence Agency"),
    }
    migrated()
    stored = {name: Source.objects.get(pk=one.pk) for name, one in made.items()}
    assert {name: (one.kind, one.covers_to) for name, one in stored.items()} == {
        "historian": ("register", dt.date(2019, 5, 1)),
        "factbook": ("register", None),
        "cow": ("dataset", dt.date(2000, 12, 31)),
        "gsdb": ("dataset", dt.date(2023, 12, 31)),
        "unread": ("dataset", None),
        "article": ("article", None),
    }


def test_later_editions_of_an_imported_source_name_the_first_as_their_original():
    same = {"kind": "dataset", "publisher": "Central Intelligence Agency", "title": "The World Factbook: Belarus"}
    first, second = (source(**same, published_on=dt.date(2020, 1, day)) for day in (1, 2))
    other = source(**{**same, "publisher": "A paper"})
    migrated()
    originals = dict(Source.objects.filter(pk__in=[first.pk, second.pk, other.pk]).values_list("pk", "syndication_of"))
    assert originals == {first.pk: None, second.pk: first.pk, other.pk: None}


def test_every_pair_is_projected_again_and_its_log_has_no_entry_for_what_stays():
    record(event("visit", "2010"), post("vacant", "2010", "RU>UA"))
    logged = StatusChange.objects.count()
    migrated()
    assert set(CountryPair.objects.values_list("next_change_on", flat=True)) == {PROJECTION_PENDING}
    assert ledger.refresh() == 2
    assert StatusChange.objects.count() == logged
    assert_everything_holds()


def test_spans_get_the_days_that_their_since_may_mean():
    dates = ("2010~", "[..2012-05-03]", "2014-02-03")
    record(*(post(word, on) for word, on in zip(("vacant", "ambassador", "recalled"), dates, strict=True)))
    StatusSpan.objects.update(since_first=None, since_last=None)
    with connection.cursor() as cursor:
        cursor.execute(SPANS.FILL)
    assert StatusSpan.objects.filter(since_first__lt=F("since_last")).exists()
    assert_everything_holds()


def test_the_seeds_three_states_are_the_same_in_the_fixture_and_in_the_migration():
    with TestCase.captureOnCommitCallbacks(execute=True):
        call_command("loaddata", "seed_article", verbosity=0)
    observed = AmbassadorStatus.objects.filter(nature="observation")
    assert {str(fact.key) for fact in observed} == set(AGAIN.SEED)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE relations_ambassadorstatus DISABLE TRIGGER USER")
        cursor.execute("UPDATE relations_ambassadorstatus SET nature = 'event'")
        cursor.execute("ALTER TABLE relations_ambassadorstatus ENABLE TRIGGER USER")
    migrated()
    assert {str(fact.key) for fact in observed.all()} == set(AGAIN.SEED)
    call_command("loaddata", "seed_article", verbosity=0)
    assert_everything_holds(loaded=True)


def test_of_sources_that_are_the_same_the_later_ones_become_reprints_of_the_first():
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX a_source_without_a_url_is_known_by_publisher_title_and_day")
    same = {"publisher": "A paper", "title": "A letter"}
    first, second, third = (Source.objects.create(**same) for _ in range(3))
    reprint = Source.objects.create(title="A reprint", syndication_of=second)
    dated = [Source.objects.create(**same, published_on=dt.date(2020, 1, day)) for day in (1, 2)]
    named = [Source.objects.create(**same, url=f"https://{name}.example/") for name in "ab"]
    with connection.cursor() as cursor:
        cursor.execute(EVIDENCE.SAME_SOURCES)
        cursor.execute(EVIDENCE.SAME_SOURCES)
    originals = dict(Source.objects.values_list("pk", "syndication_of"))
    assert originals == {
        first.pk: None, second.pk: first.pk, third.pk: first.pk, reprint.pk: first.pk,
        **{one.pk: None for one in (*dated, *named)},
    }  # fmt: skip
