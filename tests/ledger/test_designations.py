"""Constraints on parties on lists, whoever writes."""

import datetime as dt
from collections.abc import Callable

import psycopg
import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from relations import ledger
from relations.codes import PartyChange
from relations.ledger import PartyDraft
from relations.models import Designation, EventParty, Listing, Party
from tests.factories import sanction

pytestmark = pytest.mark.usefixtures("countries")


@pytest.fixture
def designation() -> Designation:
    """A party on OFAC's list since the first day of 2020."""
    draft = PartyDraft(
        reference="1", change=PartyChange.LISTED, on="2020-01-01", kind="person", name="Ann", programmes=["BELARUS"],
        nationalities=[], content={}, digest="d", names=["Ann"],
    )  # fmt: skip
    with ledger.import_run("ofac") as run:
        (written,) = ledger.write_parties([draft], run=run, moment=ledger.clock())
    return Designation.objects.get(pk=written.pk)


def copied(designation: Designation, **changed: object) -> None:
    designation.pk = None
    for name, value in changed.items():
        setattr(designation, name, value)
    designation.save(force_insert=True)


def behind_twice(designation: Designation) -> None:
    (about,) = ledger.record([sanction("imposed", "2020")], author=ledger.NOBODY)
    for _ in range(2):
        EventParty.objects.create(event_id=about.pk, designation=designation)


def superseded_before(designation: Designation) -> None:
    earlier = designation.recorded_at - dt.timedelta(seconds=1)
    Designation.objects.filter(pk=designation.pk).update(superseded_at=earlier)


def listed_meanwhile(designation: Designation) -> None:
    days = DateRange(dt.date(2021, 1, 1), dt.date(2022, 1, 1))
    Listing.objects.create(party=designation.party, days=days, listed_on="2021-01-01")


BROKEN: dict[str, Callable[[Designation], object]] = {
    "a_reference_names_one_party_of_a_list": lambda _: Party.objects.create(list="ofac", reference="1"),
    "a_party_is_on_its_list_once_at_a_time": listed_meanwhile,
    "a_designation_has_each_version_once": lambda one: copied(
        one, recorded_at=one.recorded_at - dt.timedelta(days=1), superseded_at=one.recorded_at
    ),
    "a_designation_has_one_version_at_a_time": lambda one: copied(one, version=2),
    "a_designation_is_superseded_after_it_is_recorded": superseded_before,
    "a_designation_is_never_edited": lambda one: Designation.objects.filter(pk=one.pk).update(name="Bob"),
    "an_event_names_a_party_once": behind_twice,
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_database_refuses_by_name(designation, name):
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        BROKEN[name](designation)
    cause = refusal.value.__cause__
    assert isinstance(cause, psycopg.Error)
    assert cause.diag.constraint_name == name


def test_a_designation_is_not_deleted(designation):
    with pytest.raises(IntegrityError, match="never edited or deleted"), transaction.atomic():
        Designation.objects.filter(pk=designation.pk).delete()
