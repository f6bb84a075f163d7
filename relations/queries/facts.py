"""Loads facts as value objects, with their evidence."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, OuterRef, QuerySet, TextField, When
from django.db.models.functions import Cast

from relations.codes import Stance, pair_code
from relations.models import FACT_MODELS, Citation, Fact, SanctionProgramme
from relations.models.facts import FactQuerySet
from relations.queries.evidence import Evidence
from relations.status.facts import FactValue

_SHARED = (
    "version", "from_country_id", "to_country_id", "on", "earliest", "latest",
    "recorded_at", "superseded_at", "first_recorded_at", "nature",
)  # fmt: skip
_SAME_STATE = ("key", "holder")
"""The columns, besides the word, in which versions are equal that say the same; those of them that a kind has."""

type _Row = dict[str, Any]


class _Programme(NamedTuple):
    """The values of a fact that are its programme's."""

    regime: int | None = None
    thematic: bool = False


_NO_PROGRAMME = _Programme()


def load_facts(
    pairs: Collection[str], *, known_at: dt.datetime | None = None, every_version: bool = False,
    with_versions_of: Collection[UUID] = (),
) -> dict[str, list[FactValue]]:  # fmt: skip
    """The facts of some pairs, by the pair's code: those known now, at `known_at`, or in every version.

    With those known now come all the versions of the facts with the keys `with_versions_of`.

    One query for each kind, two for their evidence and one for their programmes, whatever the number of pairs. Pairs
    without facts are left out.
    """
    rows: dict[type[Fact], Sequence[_Row]] = {}
    for model in FACT_MODELS:
        own = model.objects.filter(pair_id__in=pairs)
        known = own if every_version else own.known_at(known_at)
        rows[model] = _rows(known | own.filter(key__in=with_versions_of) if with_versions_of else known)
    facts: defaultdict[str, list[FactValue]] = defaultdict(list)
    for fact in _values(rows, known_at=known_at):
        facts[pair_code(fact.sender, fact.receiver)].append(fact)
    return dict(facts)


def fact_values(*facts: FactQuerySet[Any], known_at: dt.datetime | None = None) -> Iterator[FactValue]:
    """Facts as value objects, with the evidence recorded by `known_at` (None: all): three queries and one a kind."""
    yield from _values({rows.model: _rows(rows) for rows in facts}, known_at=known_at)


def _rows[F_: Fact](facts: FactQuerySet[F_]) -> Sequence[_Row]:
    """The columns of facts of one kind, with the ids of their sources and of the versions that say the same."""
    model = facts.model
    cited: QuerySet[Any] = Citation.objects.filter(**{model.column: OuterRef("pk")}).order_by()
    same = {name: OuterRef(name) for name in columns_of_a_word(model)}
    versions: QuerySet[Any] = model.objects.filter(**same).order_by()
    rows: QuerySet[Any] = facts.annotate(
        text_of_key=Cast("key", TextField()),
        sources=ArraySubquery(cited.filter(stance=Stance.SUPPORTS).values("source_id")),
        contested=Exists(cited.filter(stance=Stance.DISPUTES)),
        # Of a first version that is current there is no other one.
        versions=Case(When(version=1, superseded_at=None, then=None), default=ArraySubquery(versions.values("pk"))),
    )
    evidence = ("sources", "contested", "versions")
    return list(rows.values("pk", "text_of_key", *_SHARED, model.label, *model.fact_kind.columns, *evidence))


def columns_of_a_word(model: type[Fact]) -> list[str]:
    """The columns in which versions of a fact are equal that say the same: one's confirmations are the other's."""
    return [model.label, *(name for name in _SAME_STATE if name == "key" or name in model.fact_kind.columns)]


def _values(rows: Mapping[type[Fact], Sequence[_Row]], *, known_at: dt.datetime | None) -> Iterator[FactValue]:
    every = [row for own in rows.values() for row in own]
    evidence = Evidence(
        {model.resource: {key for row in own for key in _versions(row)} for model, own in rows.items()},
        sources={key for row in every for key in row["sources"]},
        known_at=known_at,
    )
    programmes = _programmes(row.get("programme_id") for row in every)
    for model, own in rows.items():
        columns = [(name.removesuffix("_id"), name) for name in model.fact_kind.columns]
        for row in own:
            values = {field: immutable(row[name]) for field, name in columns}
            yield _fact_value(model, row, values, evidence, programmes.get(row.get("programme_id"), _NO_PROGRAMME))


def _versions(row: _Row) -> Sequence[int]:
    return row["versions"] or (row["pk"],)


def _programmes(ids: Iterable[int | None]) -> Mapping[int | None, _Programme]:
    wanted = {key for key in ids if key is not None}
    programmes = SanctionProgramme.objects.filter(pk__in=wanted) if wanted else SanctionProgramme.objects.none()
    columns = programmes.values_list("pk", "regime_id", "thematic")
    return {key: _Programme(regime, thematic) for key, regime, thematic in columns}


def _fact_value(
    model: type[Fact], row: _Row, own: _Row, evidence: Evidence, programme: _Programme
) -> FactValue:  # fmt: skip
    on: str = row["on"]
    witnesses, originals = evidence.witnesses(row["sources"])
    return FactValue(
        kind=model.resource,
        key=row["text_of_key"],
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
        nature=row["nature"],
        originals=originals,
        contested=row["contested"],
        witnesses=witnesses,
        confirmations=evidence.confirmations(model.resource, _versions(row)),
        regime=programme.regime,
        thematic=programme.thematic,
        **own,
    )


def immutable(value: Any) -> Any:
    """A column's value as value objects have it."""
    return tuple(value) if isinstance(value, list) else value
