"""Facts and entries of the log are never edited or deleted, not even past the ledger."""

import pytest
from django.db import IntegrityError, connection, transaction

from relations import ledger
from tests.factories import (
    ban,
    ban_list,
    event,
    post,
    record,
    sanction,
)
from tests.ledger.invariants import versions

pytestmark = [pytest.mark.usefixtures("countries"), pytest.mark.django_db]


@pytest.mark.parametrize("make", [
    lambda: post("vacant", "2010"),
    lambda: sanction("imposed", "2010"),
    lambda: ban("listed", "2010", list=ban_list()),
    lambda: event("visit", "2010"),
])  # fmt: skip
def test_the_database_refuses_to_edit_or_delete_a_fact(make):
    (fact,) = record(make())
    ledger.retract(type(fact), fact.key, why="wrong", author=ledger.NOBODY)
    before = versions(fact)[0].__dict__ | {"_state": None}
    table = fact._meta.db_table
    for statement in (
        f"UPDATE {table} SET note = 'another'",
        f"UPDATE {table} SET superseded_at = superseded_at + interval '1 day'",
        f"UPDATE {table} SET superseded_at = now() + interval '1 day', note = 'another'",
        f"DELETE FROM {table}",
    ):
        with (
            pytest.raises(IntegrityError, match="a recorded fact is never edited or deleted"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
        assert versions(fact)[0].__dict__ | {"_state": None} == before, statement
    with connection.cursor() as cursor:  # as a fixture that is loaded again: what was superseded stays so
        cursor.execute(f"UPDATE {table} SET superseded_at = NULL")
    assert versions(fact)[0].__dict__ | {"_state": None} == before


def test_no_session_can_talk_a_trigger_out_of_its_rule():
    """pgtrigger takes a list of triggers to ignore from a setting that any session may set; here it does not."""
    record(post("vacant", "2010"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', array_agg(tgname)::text, true) FROM pg_trigger")
        for table in ("relations_ambassadorstatus", "relations_statuschange"):
            with pytest.raises(IntegrityError), transaction.atomic():
                cursor.execute(f"DELETE FROM {table}")


@pytest.mark.parametrize("statement", [
    "UPDATE relations_statuschange SET version = version + 1",
    "DELETE FROM relations_statuschange",
])  # fmt: skip
def test_the_database_refuses_to_edit_or_delete_a_line_of_the_log(statement):
    record(post("vacant", "2010"))
    with (
        pytest.raises(IntegrityError, match="a line of the change log is never edited or deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
