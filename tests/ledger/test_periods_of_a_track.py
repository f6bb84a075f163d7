"""The database lets no track have two values on a day, whoever writes its periods, in which order and at once."""

import datetime as dt
from itertools import combinations, product

import pytest
from django.db import IntegrityError, connection, transaction

from relations.ledger.pairs import make_pairs
from relations.models import StatusPeriod
from tests.ledger.threads import first_then

DAYS = (*(dt.date(2020, 1, day) for day in (1, 2, 3, 4)), None)
"""None is no end."""
RULES = {"a_track_has_one_value_on_a_day", "a_track_has_one_period_from_a_day_on"}


def period(days, *, pair="BY-US", track="trend"):
    return StatusPeriod(pair_id=pair, track=track, kind="trend", value="stable", days=days)


def is_refused(*batches):
    """Writes each batch by one statement, and nothing in the end."""
    refused = ""
    with transaction.atomic():
        try:
            with transaction.atomic():
                for batch in batches:
                    StatusPeriod.objects.bulk_create(map(period, batch))
        except IntegrityError as refusal:
            refused = refusal.__cause__.diag.constraint_name
        transaction.set_rollback(True)
    assert not refused or refused in RULES
    return bool(refused)


def test_of_any_two_ranges_those_with_a_day_in_common_are_refused_in_one_statement_and_in_two(db, countries):
    make_pairs({"BY-US"})
    ranges = list(combinations(DAYS, 2))
    for one, other in product(ranges, repeat=2):
        with connection.cursor() as cursor:
            cursor.execute("SELECT daterange(%s, %s) && daterange(%s, %s)", [*one, *other])
            (overlap,) = cursor.fetchone()
        assert (is_refused([one], [other]), is_refused([one, other])) == (overlap, overlap), (one, other)


def test_new_periods_between_others_are_compared_with_those_before_and_after(db, countries):
    make_pairs({"BY-US"})
    first, second, third, fourth, end = DAYS
    around = [(first, second), (third, fourth), (fourth, end)]
    assert not is_refused(around, [(second, third)])
    assert is_refused(around, [(second, fourth)])
    assert is_refused([(first, fourth), (fourth, end)], [(second, third)])


def test_other_pairs_have_periods_of_the_same_days(db, countries):
    make_pairs({"BY-US", "BY-RU"})
    StatusPeriod.objects.bulk_create(period(DAYS[::3], pair=pair) for pair in ("BY-US", "BY-RU"))
    assert StatusPeriod.objects.on(dt.date(2020, 1, 3)).count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("other", [(DAYS[0], DAYS[2]), (DAYS[1], DAYS[2])], ids=["same first day", "within"])
def test_of_two_transactions_at_once_the_second_waits_and_is_refused(world, other):
    make_pairs({"BY-US"})
    with pytest.raises(IntegrityError, match="a_track_has_one_period_from|have a day in common"):
        first_then(period((DAYS[0], DAYS[3])).save, period(other).save)
    assert [row.days.upper for row in StatusPeriod.objects.all()] == [DAYS[3]]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_a_transaction_that_does_not_see_what_others_commit_writes_no_periods(world, level):
    make_pairs({"BY-US"})
    with pytest.raises(IntegrityError, match="read what others have committed"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET TRANSACTION ISOLATION LEVEL {level}")
        period(DAYS[:2]).save()


def test_a_period_is_written_after_its_pair(db, countries):
    """Without a pair there would be nothing that two transactions can lock."""
    with pytest.raises(IntegrityError, match="a pair is recorded before its periods"), transaction.atomic():
        period(DAYS[:2]).save()


def test_a_period_begins_on_a_day(db, countries):
    make_pairs({"BY-US"})
    with pytest.raises(IntegrityError, match="a_period_lasts_a_day_or_more"), transaction.atomic():
        period((None, DAYS[0])).save()
