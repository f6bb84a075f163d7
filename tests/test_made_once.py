"""Rows that are made for the first test and copied back for the others."""

import pytest
from django.db import transaction

from tests.database import first_made, rows
from tests.factories import post, record


def test_what_is_made_once_comes_back_and_replaces_nobody_s_rows(countries):
    name, found = object(), []
    for _ in range(2):
        with transaction.atomic():
            made = first_made(name, lambda: record(post("vacant", "2010"), post("charge", "2020")))
            # The database may write a row into the place of a deleted one, so that they come in another order.
            found.append((made, {table: sorted(content.splitlines()) for table, content in rows().items()}))
            transaction.set_rollback(True)
    assert found[0] == found[1]
    assert rows().keys().isdisjoint({"relations_ambassadorstatus", "relations_statuschange"})
    record(post("vacant", "2010"))
    with pytest.raises(AssertionError, match="a fixture before it filled the same"):
        first_made(object(), lambda: record(post("charge", "2020")))
