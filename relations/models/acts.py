"""Facts as plain values, as the status is computed from them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BigIntegerField, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from relations.codes import Stance
from relations.models.ambassadors import AmbassadorStatus
from relations.models.events import DiplomaticEvent
from relations.models.facts import Fact, FactQuerySet
from relations.models.pairs import code_of
from relations.models.sanctions import SanctionEvent
from relations.models.sources import Citation, Source
from relations.models.travel_bans import TravelBanEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One version of a fact without its words: what it says, when, and on how many witnesses.

    `earliest` is None where the start is open. `originals` are the ids of the sources that support it, reprints
    replaced by their originals; `contested` says that a citation disputes it.
    """

    kind: str
    key: str
    version: int
    sender: str
    receiver: str
    on: str
    earliest: dt.date | None
    latest: dt.date
    recorded_at: dt.datetime
    superseded_at: dt.datetime | None
    first_recorded_at: dt.datetime
    word: str
    originals: frozenset[int] = frozenset()
    contested: bool = False
    holder: str = ""
    measures: tuple[str, ...] = ()
    scope: str = ""
    programme: int | None = None
    expires_on: dt.date | None = None
    list: int | None = None
    person: str = ""
    visa_classes: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[dt.date, dt.date, dt.datetime, str]:
        """Facts count by the day from which they are certain; an open start comes first."""
        return (self.latest, self.earliest or dt.date.min, self.first_recorded_at, self.key)

    def known_at(self, moment: dt.datetime) -> bool:
        return self.recorded_at <= moment and (self.superseded_at is None or self.superseded_at > moment)


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


def known_acts(
    pairs: Collection[str], *, known_at: dt.datetime | None = None, every_version: bool = False
) -> dict[str, list[Act]]:
    """The acts of some pairs, by the pair's code: those known now, at `known_at`, or of every version.

    Four queries, one a kind, whatever the number of pairs. Pairs without acts are left out.
    """
    found: defaultdict[str, list[Act]] = defaultdict(list)
    for model in _OWN:
        rows = model.objects.filter(pair_id__in=pairs)
        for act in acts_of(rows if every_version else rows.known_at(known_at)):
            found[code_of(act.sender, act.receiver)].append(act)
    return dict(found)


def acts_of[F_: Fact](facts: FactQuerySet[F_]) -> Iterator[Act]:
    """Chosen facts of one kind as plain values, with their witnesses: one query."""
    model = facts.model
    cited: QuerySet[Any] = Citation.objects.filter(**{model.column: OuterRef("pk")})
    # A join would be planned by statistics that an import, which has just written all of it, has left far behind.
    source = Source.objects.filter(pk=OuterRef("source_id")).order_by().values("syndication_of_id")
    witnesses = cited.filter(stance=Stance.SUPPORTS).order_by()
    witnesses = witnesses.annotate(original=Coalesce(Subquery(source), "source_id", output_field=BigIntegerField()))
    rows: QuerySet[Any] = facts.annotate(
        originals=ArraySubquery(witnesses.values("original").distinct()),
        contested=Exists(cited.filter(stance=Stance.DISPUTES)),
    )
    for row in rows.values(*_SHARED, *_OWN[model], "originals", "contested"):
        yield _act(model, row)


def _act(model: type[Fact], row: dict[str, Any]) -> Act:
    on: str = row["on"]
    return Act(
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
