"""Numbers of confirmations of facts."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db import connection

from relations.models import FACT_MODELS, Fact
from relations.queries.facts import columns_of_a_word

# Counted row by row: how many confirmations there are the statistics do not say after an import.
_COUNTS = {
    model.column: f"""
    SELECT '{model.column}', fact.id, (
        SELECT count(*) FROM {model._meta.db_table} same
        JOIN relations_confirmation confirmation ON confirmation.{model.column}_id = same.id
        WHERE {" AND ".join(f"same.{name} = fact.{name}" for name in columns_of_a_word(model))}
            AND confirmation.recorded_at < coalesce(fact.superseded_at, 'infinity')
            AND confirmation.recorded_at <= %s
    ) FROM {model._meta.db_table} fact WHERE fact.id = ANY(%s)
    """  # noqa: S608  # names in this project
    for model in FACT_MODELS
}


def confirmation_counts(
    facts: Iterable[Fact], *, known_at: dt.datetime | None = None
) -> Mapping[tuple[str, int], int]:  # fmt: skip
    """The number of confirmations of each of the facts, by `Fact.row`: one query.

    A version shares the confirmations of other versions that say the same, as its status does: those recorded by
    `known_at`, and while it was current.
    """
    wanted: defaultdict[str, list[int]] = defaultdict(list)
    for fact in facts:
        wanted[fact.column].append(fact.pk)
    if not wanted:
        return {}
    until = known_at or dt.datetime.max.replace(tzinfo=dt.UTC)
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(_COUNTS[column] for column in wanted),
            [parameter for keys in wanted.values() for parameter in (until, keys)],
        )
        return {(column, key): count for column, key, count in cursor}
