"""The change log in a package: each line with the hash of its leaf, and the Merkle root of each day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from relations.models import FACT_MODELS
from relations.open_data.merkle import MerkleTree, canonical, leaf_hash
from relations.open_data.tables import Withheld, open_facts, parsed, stream

LINE = {
    "id": "integer", "pair": "string", "version": "integer", "track": "string", "old": "object", "new": "object",
    "effective": "date", "recorded_at": "datetime", "reason": "string", "cause": "object", "request_id": "string",
}  # fmt: skip
"""A line of the log: a change as in the feed, without the keys that later changes of other data alter."""
CHANGE_COLUMNS = LINE | {"day": "date", "leaf": "string"}
"""`leaf` is the hash of the line; where the line is left out, of its columns only `id` is given."""
ROOT_COLUMNS = {
    "day": "date", "lines": "integer", "first_id": "integer", "last_id": "integer", "root": "string",
    "final": "boolean",
}  # fmt: skip
"""`final`: the day has passed and gets no further line."""

_PUBLISHED = " ".join(
    f"WHEN '{model.resource}' THEN EXISTS (SELECT FROM {model._meta.db_table} AS fact WHERE key = cause_key "
    f"AND version = cause_version AND {open_facts(model)})"
    for model in FACT_MODELS
)
_SQL = f"""
    SELECT id, pair_id, version, track, old, new, effective, recorded_at, reason,
        cause_kind, cause_key::text, cause_version, request_id,
        pair_id = ANY(%(pairs)s) AND (CASE cause_kind {_PUBLISHED} ELSE false END) IS NOT TRUE
    FROM relations_statuschange ORDER BY id
"""  # noqa: S608  # the same


@dataclass(slots=True)
class _Day:
    first: int
    last: int = 0
    tree: MerkleTree = field(default_factory=MerkleTree)


class Log:
    """Reads the log once, and has the roots of its days afterwards."""

    def __init__(self, withheld: Withheld) -> None:
        self._withheld, self._days = withheld, dict[dt.date, _Day]()
        self.last_id, self.last_recorded_at = 0, None

    last_recorded_at: dt.datetime | None

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """The values of `CHANGE_COLUMNS`. A line that a withheld fact caused is only its hash."""
        for *head, old, new, effective, recorded_at, reason, kind, key, version, request, hidden in stream(
            _SQL, self._withheld.parameters
        ):
            cause = {"kind": kind, "key": key, "version": version} if key else None
            values = (*head, parsed(old), parsed(new), effective, recorded_at, reason, cause, request)
            leaf = leaf_hash(canonical(dict(zip(LINE, values, strict=True))))
            day = self._add(head[0], recorded_at, leaf)
            yield (*((head[0], *[None] * (len(LINE) - 1)) if hidden else values), day, leaf.hex())

    def _add(self, number: int, recorded_at: dt.datetime, leaf: bytes) -> dt.date:
        day = recorded_at.astimezone(dt.UTC).date()
        own = self._days.setdefault(day, _Day(number))
        own.last = self.last_id = number
        own.tree.append(leaf)
        self.last_recorded_at = max(recorded_at, self.last_recorded_at or recorded_at)
        return day

    def roots(self, finished: dt.datetime) -> Iterator[tuple[Any, ...]]:
        """The values of `ROOT_COLUMNS`; up to `finished`, everything is committed."""
        last = max(self._days, default=dt.date.max)
        for day, own in sorted(self._days.items()):
            final = day < last and day < finished.astimezone(dt.UTC).date()
            yield (day, own.tree.size, own.first, own.last, own.tree.root().hex(), final)
