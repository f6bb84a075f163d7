"""What an answer about a pair rests on: one look-up tells whether it still holds."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from django.db import connection

from relations.queries.countries import EPOCH, CountryIndex, Epoch, country_index
from relations.status import inheritance_routes

_TOKENS = f"""
    SELECT ({EPOCH}), ARRAY(
        SELECT concat_ws(' ', code, version, last_recorded_at, xmin)
        FROM relations_countrypair WHERE code = ANY(%s::text[])
    )
"""  # noqa: S608  # nothing of it comes from outside


class Tokens(NamedTuple):
    """What every answer about some pairs depends on: equal tokens, equal answers.

    `pairs` are in the order of their codes, each beginning with code and version; a pair that is not recorded has none.
    """

    stamp: Epoch
    pairs: tuple[str, ...]

    def of(self, code: str) -> str:
        return next((token for token in self.pairs if token.startswith(code)), "")

    def version(self, code: str) -> int:
        return int(self.of(code).split(" ")[1]) if self.of(code) else 0


class _Seen:
    """The last stamp that this process has seen: it says which pairs to ask for."""

    stamp: Epoch = None


def current_tokens(code: str) -> Tokens:
    """One query, by primary keys; a second one after a change of what facts refer to."""
    while True:
        asked = _Seen.stamp
        tokens = _tokens(_concerned(asked, code))
        if tokens.stamp == asked:
            return tokens
        _Seen.stamp = tokens.stamp


def _tokens(codes: Sequence[str]) -> Tokens:
    with connection.cursor() as cursor:
        # As PostgreSQL reads an array: dumping a list is a fifth of what psycopg spends on this query.
        cursor.execute(_TOKENS, [f"{{{','.join(codes)}}}"])
        stamp, pairs = cursor.fetchone() or (None, [])
    return Tokens(stamp, tuple(sorted(pairs)))


def _concerned(stamp: Epoch, code: str) -> tuple[str, ...]:
    """The codes of the pairs on which an answer about a pair rests."""
    return _pairs_of(country_index(None), code) if stamp is None else _kept_pairs(stamp, code)


@lru_cache(maxsize=4096)
def _kept_pairs(stamp: str, code: str) -> tuple[str, ...]:
    return _pairs_of(country_index(stamp), code)


def _pairs_of(around: CountryIndex, code: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((code, *(way.pair for way in inheritance_routes(code, around.memberships)))))
