"""Loads facts as value objects."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BigIntegerField, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from relations.codes import Stance, pair_code
from relations.models import FACT_MODELS, Citation, Fact, Source
from relations.models.facts import FactQuerySet
from relations.status.facts import FactValue

_SHARED = (
    "key", "version", "from_country_id", "to_country_id", "on", "earliest", "latest",
    "recorded_at", "superseded_at", "first_recorded_at",
)  # fmt: skip


def load_facts(
    pairs: Collection[str], *, known_at: dt.datetime | None = None, every_version: bool = False
) -> dict[str, list[FactValue]]:
    """The facts of some pairs, by the pair's code: those known now, at `known_at`, or in every version.

    One query for each kind, whatever the number of pairs. Pairs without facts are left out.
    """
    facts: defaultdict[str, list[FactValue]] = defaultdict(list)
    for model in FACT_MODELS:
        rows = model.objects.filter(pair_id__in=pairs)
        for fact in fact_values(rows if every_version else rows.known_at(known_at)):
            facts[pair_code(fact.sender, fact.receiver)].append(fact)
    return dict(facts)


def fact_values[F_: Fact](facts: FactQuerySet[F_]) -> Iterator[FactValue]:
    """Facts of one kind as value objects, with their independent sources: one query."""
    model = facts.model
    cited: QuerySet[Any] = Citation.objects.filter(**{model.column: OuterRef("pk")})
    # No join: the statistics that it would be planned by are out of date after an import.
    source = Source.objects.filter(pk=OuterRef("source_id")).order_by().values("syndication_of_id")
    originals = cited.filter(stance=Stance.SUPPORTS).order_by()
    originals = originals.annotate(original=Coalesce(Subquery(source), "source_id", output_field=BigIntegerField()))
    rows: QuerySet[Any] = facts.annotate(
        originals=ArraySubquery(originals.values("original").distinct()),
        contested=Exists(cited.filter(stance=Stance.DISPUTES)),
    )
    for row in rows.values(*_SHARED, model.label, *model.fact_kind.columns, "originals", "contested"):
        yield _fact_value(model, row)


def _fact_value(model: type[Fact], row: dict[str, Any]) -> FactValue:
    on: str = row["on"]
    own: dict[str, Any] = {name.removesuffix("_id"): _immutable(row[name]) for name in model.fact_kind.columns}
    return FactValue(
        kind=model.resource,
        key=str(row["key"]),
        version=row["version"],
        sender=row["from_country_id"],
        receiver=row["to_country_id"],
        on=on,
        earliest=None if on.startswith("[..") else row["earliest"],
        latest=row["latest"],
        recorded_at=row["recorded_at"],
        superseded_at=row["superseded_at"],
        first_recorded_at=row["first_recorded_at"],
        word=row[model.label],
        originals=frozenset(row["originals"]),
        contested=row["contested"],
        **own,
    )


def _immutable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
