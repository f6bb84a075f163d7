"""Commands of one transaction whose pairs are projected once, at the end."""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.db import connection

from relations.ledger.updates import PairUpdate
from relations.models import CountryPair

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
