"""Editions compared with what is known of their source: what is new, another, gone or ended. Nothing is recorded."""

import datetime as dt
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from relations.errors import FileRefused
from relations.importers.engine import fact_import
from relations.importers.engine.parties import Unreadable
from relations.importers.engine.statement_diff import Baseline, Change
from relations.importers.engine.statements import Extract, KnownStatement, OnMissing, Reading, Statement
from relations.models import ImportRun

A, B, C, D = (dt.date(2022, month, 28) for month in (1, 3, 7, 11))
"""Days of editions."""


def vacancy(day: dt.date, **other: Any) -> Statement:
    values: dict[str, Any] = {
        "kind": "ambassadors", "reference": f"US>GB:vacant:{day}", "source": "uk", "quote": "vacant", "start": 0,
        "sender": "US", "target": "GB", "word": "vacant", "on": f"[..{day}]", "bounded": True,
    }  # fmt: skip
    return Statement(**values | other)


def charge(day: dt.date, holder: str = "Matthew Palmgren", **other: Any) -> Statement:
    return vacancy(day, word="charge", reference=f"US>GB:charge:{holder.lower()}", holder=holder, **other)


def dated(on: str, holder: str = "Jane Hartwell", word: str = "ambassador") -> Statement:
    reference = f"US>GB:{word}:{holder.lower()}"
    return vacancy(A, word=word, reference=reference, holder=holder, on=on, bounded=False)


def changed(one: Statement, **values: Any) -> Statement:
    return replace(one, **values)


def edition(day: dt.date, *statements: Statement, **other: Any) -> Reading:
    return Reading(version=day, statements=[*statements], **other)


def editions(**other: Any) -> Baseline:
    """The baseline of a source of which each edition shows its day."""
    values: dict[str, Any] = {"known": {}, "before": None, "on_missing": "leave", "shows_moments": True}
    return Baseline(**values | other)


def known_after(*readings: Reading) -> dict[str, KnownStatement]:
    baseline = editions()
    for reading in readings:
        baseline.diff(reading)
    return baseline.known


# --- undated statements under a reference of their edition ----------------------------------------------------------


def test_a_vacancy_is_one_as_long_as_each_edition_repeats_it_in_the_same_words():
    again = vacancy(B)
    assert editions(known=known_after(edition(A, vacancy(A))), before=A).diff(edition(B, again)).new == {}
    later = replace(again, reference="US>GB:vacant:2022", on="2022-02", bounded=False)
    dated_vacancy = editions(known=known_after(edition(A, vacancy(A))), before=A).diff(edition(B, later))
    assert dated_vacancy.new == {later.reference: later}
    # Not the vacancy of an edition before the last, a dated one, or the closing of the mission.
    for known in (
        known_after(edition(A, vacancy(A)), edition(B)),
        known_after(edition(B, replace(vacancy(A), on="2022-01", bounded=False))),
        known_after(edition(B, replace(vacancy(A), word="closed"))),
    ):
        assert editions(known=known, before=B).diff(edition(C, again)).new == {again.reference: again}


def test_a_vacancy_after_an_edition_without_one_is_another_also_within_one_import():
    baseline = editions(known=known_after(edition(A, vacancy(A))), before=A)
    baseline.diff(edition(B))
    assert baseline.diff(edition(C, vacancy(C))).new.keys() == {vacancy(C).reference}


# --- ends of undated statements -------------------------------------------------------------------------------------


def test_an_undated_charge_is_ended_again_when_his_successors_date_is_corrected_to_an_earlier_one():
    baseline = editions()
    baseline.diff(edition(A, charge(A)))
    first = baseline.diff(edition(B, dated("2022-01-19")))
    second = baseline.diff(edition(C, dated("2022-01-10")))
    (reference,) = first.shortened
    assert (first.shortened[reference], second.shortened[reference]) == (dt.date(2022, 1, 18), dt.date(2022, 1, 9))


def test_a_charge_whom_an_edition_has_dated_is_not_ended_by_the_bound_that_he_had():
    baseline = editions()
    for one in (edition(A, charge(A)), edition(B, dated("2022-01-10", "Matthew Palmgren", "charge"))):
        baseline.diff(one)
    assert baseline.diff(edition(C, dated("2022-01-19"))).shortened == {}


def test_of_two_in_post_since_one_day_the_one_named_last_is_the_successor():
    two = dated("2022-01-19", "Matthew Palmgren"), dated("2022-01-19")
    for in_post, ended in ((two, {charge(A).reference}), (two[::-1], set())):
        baseline = editions()
        baseline.diff(edition(A, charge(A)))
        assert baseline.diff(edition(B, *in_post)).shortened.keys() == ended


def test_of_two_undated_ones_before_a_successor_the_one_seen_first_ends_a_day_before_the_other():
    baseline, doe = editions(), charge(A, "Jane Doe")
    for one in (edition(A, doe), edition(B, doe, charge(B))):
        baseline.diff(one)
    assert baseline.diff(edition(C, dated("2022-01-19"))).shortened == {
        charge(B).reference: dt.date(2022, 1, 18), doe.reference: dt.date(2022, 1, 17),
    }  # fmt: skip


def test_nobody_is_ended_by_a_vacancy_or_while_the_edition_names_somebody_undated_in_the_post():
    doe, vacant = charge(A, "Jane Doe"), replace(vacancy(B), on="2022-03-01", bounded=False)
    for in_post, ended in (([dated("2022-03-01")], True), ([dated("2022-03-01"), doe], False), ([vacant], False)):
        baseline = editions()
        for one in (edition(A, doe), edition(B, charge(B), doe)):
            baseline.diff(one)
        assert (charge(B).reference in baseline.diff(edition(C, *in_post)).shortened) == ended


def test_an_undated_charge_of_whom_an_earlier_edition_leaves_no_day_was_never_there():
    """Seen on the very day before the successor: somebody else."""
    for successor, gone in ((A + dt.timedelta(days=1), {charge(B).reference}), (A + dt.timedelta(days=2), set())):
        baseline = editions()
        for one in (edition(A, dated("2021-01-10", "Philip Reeder", "charge")), edition(B, charge(B))):
            baseline.diff(one)
        assert baseline.diff(edition(C, dated(str(successor)))).gone.keys() == gone


# --- corrections ----------------------------------------------------------------------------------------------------


def test_under_one_reference_another_kind_or_country_is_another_fact_and_the_rest_a_correction():
    first = dated("2022-01-10")
    for other in ({"kind": "diplomatic-events"}, {"sender": "CA"}, {"target": "FR"}):
        baseline = Baseline({}, before=None, on_missing="retract")
        baseline.diff(edition(A, first))
        now = changed(first, **other)
        change = baseline.diff(edition(B, now))
        assert ([*change.gone], change.new, change.changed) == ([first.reference], {first.reference: now}, {})
    for other, restated in (({"holder": "J. Hartwell"}, True), ({"word": "charge"}, True), ({"on": "2022"}, False)):
        baseline = Baseline({}, before=None, on_missing="retract")
        baseline.diff(edition(A, first))
        change = baseline.diff(edition(B, changed(first, **other)))
        assert (change.gone, change.new, [*change.changed]) == ({}, {}, [first.reference])
        assert bool(change.restated) == restated


def test_an_edition_that_leaves_out_a_date_repeats_what_an_earlier_one_dated():
    first = dated("2022-01-10")
    for other, corrected in (({}, False), ({"note": "Arrived."}, True)):
        change = editions(known=known_after(edition(A, first)), before=A).diff(
            edition(B, changed(first, on=f"[..{B}]", bounded=True, **other))
        )
        assert (bool(change.changed), bool(change.repeated), change.new) == (corrected, not corrected, {})


def test_a_file_without_a_day_of_its_own_corrects_what_is_known_of_its_last_day_and_nothing_of_a_later_one():
    first, now = dated("2022-01-10"), dated("2022-01-11")
    for version, covered, corrected in ((None, B, True), (None, A, False), (C, A, True)):
        baseline = Baseline(known_after(edition(B, first)), before=B, on_missing="leave")
        change = baseline.diff(replace(edition(B, now), version=version, covers_to=covered))
        assert bool(change.changed) == corrected


def test_what_an_edition_lacks_is_withdrawn_where_the_source_means_that_and_no_unreadable_record_may_be_it():
    first, bad = dated("2022-01-10"), Unreadable(reference="line 2", line=2, reason="it has no name", file="uk")
    cases: list[tuple[OnMissing, list[Unreadable], bool]] = [
        ("retract", [], True), ("retract", [bad], False), ("replace", [bad], True), ("leave", [], False),
    ]  # fmt: skip
    for on_missing, unreadable, is_withdrawn in cases:
        baseline = Baseline(known_after(edition(A, first)), before=A, on_missing=on_missing)
        change = baseline.diff(edition(B, unreadable=unreadable))
        gone, left = ([first.reference], []) if is_withdrawn else ([], [first.reference])
        assert ([*change.gone], change.unconfirmed, [*baseline.known]) == (gone, left, left)


def test_what_an_edition_saw_on_the_day_of_an_end_or_later_is_withdrawn():
    for day, gone in ((A, True), (A + dt.timedelta(days=1), False), (dt.date.min, True)):
        baseline = editions()
        baseline.diff(edition(A, charge(A)))
        change = baseline.diff(edition(B, contradicted={charge(A).reference: day}))
        assert bool(change.gone) == gone


def test_a_record_that_is_gone_from_a_mission_under_another_title_is_not_left_out(monkeypatch):
    """Its fact cites the mission by both titles, and the publication has one of them."""
    key, extract = uuid4(), Extract(reference="by", title="Belarus", text="")
    known = KnownStatement(kind="ambassadors", content={}, bounded=False, key=key)
    change = Change(reading=Reading(version=None, extracts={"by": extract}), gone={"by-10:started": known})
    for cited, left in (({"Byelorussia", "Belarus"}, {}), ({"Byelorussia"}, {"by-10:started": "Byelorussia"})):
        monkeypatch.setattr(fact_import, "_cited_titles", lambda _, own=cited: {key: own})
        assert fact_import.left_out(change) == left


def test_a_release_that_ends_before_the_last_one_is_refused_unless_it_says_its_own_later_day():
    known = {"case": KnownStatement(kind="sanction-events", content={}, bounded=False, stated_on=B)}
    run = ImportRun(list="gsdb")
    for version, covered in ((None, B), (C, A)):
        fact_import._refuse_older_release(Reading(version=version, covers_to=covered), known, run)
    with pytest.raises(FileRefused, match="it speaks of the time to 2022-01-28, and the last import to 2022-03-28"):
        fact_import._refuse_older_release(Reading(version=None, covers_to=A), known, run)
