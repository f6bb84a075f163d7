"""Claims logged by the database itself, independent of the workers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import NamedTuple

from django.db import connection

_WATCH = """
    CREATE TABLE watched (
        id bigint GENERATED ALWAYS AS IDENTITY, delivery bigint, before text, after text, lease uuid, let_go uuid,
        backend int, at timestamptz
    );
    CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO watched (delivery, before, after, lease, let_go, backend, at) VALUES
            (NEW.id, OLD.state, NEW.state, NEW.lease, OLD.lease, pg_backend_pid(), clock_timestamp());
        RETURN NULL;
    END $$;
    CREATE TRIGGER watched AFTER UPDATE ON relations_delivery FOR EACH ROW EXECUTE FUNCTION watch();
"""
_END = "DROP TRIGGER watched ON relations_delivery; DROP FUNCTION watch; DROP TABLE watched"


class Turn(NamedTuple):
    """One change of a delivery: from a state to a state, under which lease, by which connection to the database."""

    delivery: int
    before: str
    after: str
    lease: str | None
    let_go: str | None
    backend: int


@contextmanager
def watched() -> Iterator[None]:
    """Every change of a delivery is written down while this lasts."""
    with connection.cursor() as cursor:
        cursor.execute(_WATCH)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(_END)


def turns() -> list[Turn]:
    """Changes of each delivery in the order of commits: one transaction after the other changes a row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT delivery, before, after, lease, let_go, backend FROM watched ORDER BY delivery, id")
        return [Turn(*row) for row in cursor.fetchall()]


def claimed_by_two(found: list[Turn]) -> list[int]:
    """Deliveries that were claimed while they were claimed, or let go by another than the one that had them."""
    wrong = []
    for delivery, of_it in groupby(found, key=lambda turn: turn.delivery):
        state, lease, backend = "pending", None, 0
        for turn in of_it:
            claims = turn.after == "sending"
            if (turn.before, turn.let_go) != (state, lease) or (claims and state != "pending"):
                wrong.append(delivery)
            if not claims and turn.backend != backend:
                wrong.append(delivery)
            state, lease, backend = turn.after, turn.lease, turn.backend
    return sorted(set(wrong))
