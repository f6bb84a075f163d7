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
from relations.models.ambassadors import AmbassadorStatus
from relations.models.events import DiplomaticEvent
from relations.models.facts import Fact, FactQuerySet
from relations.models.sanctions import SanctionEvent
from relations.models.sources import Citation, Source
from relations.models.travel_bans import TravelBanEntry
from relations.status.facts import FactValue

_SHARED = (
    "key", "version", "from_country_id", "to_country_id", "on", "earliest", "latest",
    "recorded_at", "superseded_at", "first_recorded_at",
)  # fmt: skip
_OWN: dict[type[Fact], tuple[str, ...]] = {
    AmbassadorStatus: ("status", "holder"),
    SanctionEvent: ("action", "measures", "scope", "programme_id", "expires_on"),
    TravelBanEntry: ("action", "scope", "visa_classes", "list_id", "person"),
    DiplomaticEvent: ("kind",),
}


def load_facts(
    pairs: Collection[str], *, known_at: dt.datetime | None = None, every_version: bool = False
) -> dict[str, list[FactValue]]:
    """The facts of some pairs by the pair's code: those known now, those known at `known_at`, or every version.

    Four queries, one for each kind. Pairs without facts are left out.
    """
    loaded: defaultdict[str, list[FactValue]] = defaultdict(list)
    for model in _OWN:
        rows = model.objects.filter(pair_id__in=pairs)
        for fact in fact_values(rows if every_version else rows.known_at(known_at)):
            loaded[pair_code(fact.sender, fact.receiver)].append(fact)
    return dict(loaded)


def fact_values[F_: Fact](facts: FactQuerySet[F_]) -> Iterator[FactValue]:
    """Facts of one kind as value objects, with their originals: one query."""
    model = facts.model
    cited: QuerySet[Any] = Citation.objects.filter(**{model.column: OuterRef("pk")})
    # A join would be planned by statistics from before the import that has just written all of this.
    source = Source.objects.filter(pk=OuterRef("source_id")).order_by().values("syndication_of_id")
    supporting = cited.filter(stance=Stance.SUPPORTS).order_by()
    supporting = supporting.annotate(original=Coalesce(Subquery(source), "source_id", output_field=BigIntegerField()))
    rows: QuerySet[Any] = facts.annotate(
        originals=ArraySubquery(supporting.values("original").distinct()),
        contested=Exists(cited.filter(stance=Stance.DISPUTES)),
    )
    for row in rows.values(*_SHARED, *_OWN[model], "originals", "contested"):
        yield _fact_value(model, row)


def _fact_value(model: type[Fact], row: dict[str, Any]) -> FactValue:
    on: str = row["on"]
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
        holder=row.get("holder", ""),
        measures=tuple(row.get("measures", ())),
        scope=row.get("scope", ""),
        programme=row.get("programme_id"),
        expires_on=row.get("expires_on"),
        list=row.get("list_id"),
        person=row.get("person", ""),
        visa_classes=tuple(row.get("visa_classes", ())),
    )
