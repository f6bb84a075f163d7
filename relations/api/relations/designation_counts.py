"""How many parties stand under the programmes of a relation, on any day, as it is known now or was known once."""

from __future__ import annotations

import datetime as dt
from typing import Any

from relations import ledger
from relations.queries.designation_counts import NOBODY, DesignationCounts
from relations.queries.titles import ListProgrammes
from relations.representation.designation_counts import listed_bodies


def listed(
    words: ListProgrammes, known: DesignationCounts, *, day: dt.date, known_at: dt.datetime | None, site: str
) -> dict[str, dict[str, Any]]:  # fmt: skip
    """What each programme tells of designations; `known` is what is known at `known_at`."""
    as_of = None if day == ledger.today() else day
    counts = {word: known.get(word, NOBODY) for word in words.values()}
    return listed_bodies(
        words, lambda word: counts[word].now if as_of is None else counts[word].on(as_of),
        site=site, as_of=as_of, known_at=known_at,
    )  # fmt: skip
