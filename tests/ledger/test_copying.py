"""Rows in bulk: by COPY what would otherwise be an INSERT, with the same ids, constraints and errors."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from relations.ledger import period_store
from relations.ledger.bulk_copy import insert
from relations.models import ImportRun, Party, StatusPeriod, StatusSpan

MANY = 50


def parties(count: int) -> list[Party]:
    return [Party(list="un", reference=f"party {number}") for number in range(count)]


@pytest.mark.parametrize("count", [0, 1, MANY])
def test_rows_have_their_ids_in_their_order_however_many_they_are(db, count):
    made = parties(count)
    insert(Party, made)
    assert [party.pk for party in made] == list(Party.objects.order_by("pk").values_list("pk", flat=True))
    assert [party.reference for party in Party.objects.order_by("pk")] == [party.reference for party in made]
    assert all(party.key == Party.objects.get(pk=party.pk).key for party in made)
    Party.objects.create(list="un", reference="the next one has an id of its own")


def test_what_a_constraint_refuses_is_djangos_own_error_and_nothing_is_left(db):
    made = [*parties(MANY), Party(list="un", reference="party 1")]
    with pytest.raises(IntegrityError, match="a_reference_names_one_party_of_a_list"), transaction.atomic():
        insert(Party, made)
    assert not Party.objects.exists()


def test_values_of_every_kind_come_back_as_they_were_written(db):
    now = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)
    details = {"text": 'a\\b\t"c"\n', "none": None, "many": [1, "ü"]}
    runs = [
        ImportRun(list=f"list {number}", state="waiting", started_at=now, duration=None if number else 0.5,
                  complaints=details, reason="\\N")
        for number in range(MANY)
    ]  # fmt: skip
    insert(ImportRun, runs)
    back = ImportRun.objects.order_by("pk")
    assert [(run.list, run.started_at, run.duration, run.complaints, run.reason, run.files) for run in back] == [
        (run.list, now, run.duration, details, "\\N", []) for run in runs
    ]


def test_every_column_of_a_period_and_of_a_span_is_written():
    for model, written in (
        (StatusPeriod, period_store._PERIOD_COLUMNS),
        (StatusSpan, period_store._SPAN_COLUMNS),
    ):
        assert set(written) == {field.column for field in model._meta.concrete_fields if not field.primary_key}
