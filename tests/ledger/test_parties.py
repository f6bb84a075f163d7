"""Parties, statements and runs of a list: none of them is that of another list."""

import dataclasses
from types import SimpleNamespace

import pytest
from django.db import connection

from relations import ledger
from relations.codes import PartyChange
from relations.ledger import PartyDraft, SourceLinkDraft, imports
from relations.models import ImportRun, Party, SourceLink
from tests.factories import post, record

pytestmark = [pytest.mark.usefixtures("countries"), pytest.mark.django_db]
ANN = PartyDraft(
    reference="1", change=PartyChange.LISTED, on="2020-01-01", kind="person", name="Ann", programmes=["BELARUS"],
    nationalities=[], content={}, digest="d", names=["Ann"],
)  # fmt: skip


def written(code, *drafts):
    with ledger.import_run(code) as run:
        return ledger.write_parties(drafts, run=run, moment=ledger.clock())


def test_one_reference_on_two_lists_names_two_parties():
    (first,) = written("ofac", ANN)
    (second,) = written("eu", dataclasses.replace(ANN, name="Bob"))
    assert {(party.pk, party.list) for party in Party.objects.all()} == {(first.party, "ofac"), (second.party, "eu")}
    assert ledger.load_known_versions("ofac")["1"].pk == first.pk


def linked(code, fact):
    one = SourceLinkDraft(reference="1", kind=fact.resource, key=fact.key, version=fact.version, content={})
    with ledger.import_run(code) as run:
        ledger.link(code, [one], run=run)


def test_a_statement_that_one_list_withdraws_stays_on_the_other():
    for code, fact in zip(("ofac", "eu"), record(post("vacant", "2001"), post("vacant", "2002")), strict=True):
        linked(code, fact)
    ledger.unlink("ofac", ["1"])
    assert [link.list for link in SourceLink.objects.all()] == ["eu"]


def test_a_run_lasts_from_its_beginning_to_its_end(monkeypatch):
    moments = iter([100.0, 101.23456])
    monkeypatch.setattr(imports, "time", SimpleNamespace(monotonic=lambda: next(moments)))
    with ledger.import_run("ofac"):
        pass
    assert ImportRun.objects.get().duration == 1.235


def test_a_run_without_news_takes_no_time_and_repeats_the_last_good_one():
    with ledger.import_run("ofac") as good:
        good.sha256, good.files, good.complaints = "a" * 64, [{"name": "sdn.xml"}], {"total": 0}
    with ledger.import_run("eu"):
        pass
    run = ledger.enqueue_import("ofac", author=ledger.NOBODY)
    ledger.finish_unchanged(run, why="Nothing has changed.")
    run.refresh_from_db()
    assert (run.state, run.reason, run.duration) == ("succeeded", "Nothing has changed.", 0.0)
    assert (run.sha256, run.files, run.complaints) == (good.sha256, good.files, good.complaints)


def test_a_run_in_which_something_breaks_is_stored_as_failed_and_counts_nothing():
    with pytest.raises(OSError, match="no space"), ledger.import_run("ofac") as begun:
        begun.added = 3
        raise OSError("no space")
    run = ImportRun.objects.get()
    assert (run.state, run.reason, run.added) == ("failed", "OSError: no space", 0)
    assert run.duration is not None


def exclusive_locks():
    """Locks that exclude another run of the list; a shared one names the moment at which the run began."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks "
            "WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' AND pid = pg_backend_pid()"
        )
        return cursor.fetchone()[0]


def test_a_list_is_locked_during_its_run_and_no_longer():
    with ledger.import_run("ofac"):
        assert exclusive_locks() == 1
    assert exclusive_locks() == 0
