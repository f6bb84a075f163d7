"""Modes in which commands run: projected together at the end of a transaction, or tried and rolled back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.db import connection, transaction

from relations.ledger.updates import PairUpdate
from relations.models import CountryPair, StatusChange

_SAVE_MOMENTS = """
    UPDATE relations_countrypair AS pair SET last_recorded_at = advanced.last_recorded_at
    FROM unnest(%s::text[], %s::timestamptz[]) AS advanced (code, last_recorded_at) WHERE pair.code = advanced.code
"""


@dataclass(slots=True)
class Together:
    """The pairs that the commands touched, as the last of them left each, and their updates."""

    pairs: dict[str, CountryPair] = field(default_factory=dict)
    updates: list[PairUpdate] = field(default_factory=list)

    def add(self, pairs: Iterable[CountryPair], update: PairUpdate) -> None:
        """Saves the moments of the pairs, so that the next command has later ones."""
        moments = {pair.code: pair.last_recorded_at for pair in pairs}
        with connection.cursor() as cursor:
            cursor.execute(_SAVE_MOMENTS, [list(moments), list(moments.values())])
        self.pairs |= {pair.code: pair for pair in pairs}
        self.updates.append(update)


TOGETHER: ContextVar[Together | None] = ContextVar("together", default=None)
"""The commands of this transaction so far, None where each is projected by itself."""

REHEARSED: ContextVar[list[StatusChange] | None] = ContextVar("rehearsed", default=None)
"""The entries that commands would append; None where they are run for good."""


@contextmanager
def rehearsal() -> Iterator[list[StatusChange]]:
    """Rolls back the commands inside, and yields the entries that they would append to the log.

    They refuse what they would refuse for good, and the constraints that wait for the commit are checked as well. No
    delivery is enqueued, and nobody waits for the lock of the log: ids that are rolled back follow no commit.
    """
    entries: list[StatusChange] = []
    token = REHEARSED.set(entries)
    try:
        with transaction.atomic():
            yield entries
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            transaction.set_rollback(True)
    finally:
        REHEARSED.reset(token)
