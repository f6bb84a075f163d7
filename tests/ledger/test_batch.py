"""One batch of drafts and revisions: its results by key, its refusals by index."""

import uuid

import pytest

from relations import ledger
from relations.errors import Contradiction, Invalid, MissingEvidence, SomeRefused
from relations.ledger import Author, FactRevision
from relations.models import AmbassadorStatus, SanctionEvent, StatusChange
from tests.factories import citation, post, programme, record, sanction, source
from tests.ledger.invariants import assert_everything_holds, lines_of, versions

pytestmark = [pytest.mark.usefixtures("countries"), pytest.mark.django_db]
IMPORT = Author(imports=True)


def revision(fact, version=1, **values):
    return FactRevision(model=type(fact), key=fact.key, version=version, values=values or None)


def test_each_fact_has_one_result():
    edited, gone, same, changed, ended = record(*(post("vacant", f"200{year}") for year in range(5)))
    new = ledger.correct(AmbassadorStatus, edited.key, values={"on": "2011"}, author=ledger.NOBODY)
    ledger.retract(AmbassadorStatus, gone.key, why="wrong", author=ledger.NOBODY)
    unknown = FactRevision(model=AmbassadorStatus, key=uuid.uuid4(), version=1)
    revisions = [revision(edited, on="2012"), revision(gone, on="2012"), unknown, revision(same, on="2002")]
    result = ledger.run_batch(
        [post("closed", "2013")], [*revisions, revision(changed, None, on="2014"), revision(ended)],
        author=IMPORT, why="No longer stated.",
    )  # fmt: skip
    assert [version.version for version in result.recorded] == [1]
    assert result.foreign == {edited.key: new, gone.key: gone, unknown.key: None}
    assert result.unchanged == {same.key}
    assert result.retracted == {ended.key: ended}
    assert [one.on for one in versions(changed)] == ["2003", "2014"] == ["2003", result.corrected[changed.key].on]
    assert lines_of()[-1][4] == "retracted"
    assert {entry.note for entry in StatusChange.objects.filter(reason="imported")} == {""}
    assert_everything_holds()


def test_an_edition_that_cites_itself_alone_changes_nothing():
    (fact,) = record(post("vacant", "2001"))
    own = [citation(source())]
    again = FactRevision(model=AmbassadorStatus, key=fact.key, version=1, values={"on": "2001"}, citations=own)
    assert ledger.run_batch([], [again], author=IMPORT).unchanged == {fact.key}
    assert ledger.run_batch([], [again], author=ledger.NOBODY).corrected.keys() == {fact.key}


def test_refusals_of_revisions_follow_those_of_drafts():
    deleted = programme()
    type(deleted).objects.filter(pk=deleted.pk).delete()
    sound, wrong = record(sanction("imposed", "2001"), sanction("eased", "2002", scope="some"))
    drafts = [sanction("imposed", "2003"), sanction("imposed", "2004", citations=[])]
    with pytest.raises(SomeRefused) as refusal:
        ledger.run_batch(drafts, [revision(sound, programme=deleted)], author=IMPORT)
    assert {index: type(one) for index, (one,) in refusal.value.rows.items()} == {1: MissingEvidence, 2: Invalid}
    assert refusal.value.rows[2][0].field == "programme"
    with pytest.raises(SomeRefused) as refusal:
        ledger.run_batch(drafts[:1], [revision(sound), revision(wrong, action="imposed")], author=IMPORT)
    assert {index: type(one) for index, (one,) in refusal.value.rows.items()} == {2: Contradiction}
    assert SanctionEvent.objects.current().count() == 2
