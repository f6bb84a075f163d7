"""Loads facts as value objects, with their evidence."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BigIntegerField, BooleanField, Case, F, OuterRef, QuerySet, TextField, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast

from relations.codes import Stance, pair_code
from relations.models import FACT_MODELS, Citation, Fact, SanctionProgramme
from relations.models.facts import FactQuerySet
from relations.queries.evidence import Evidence
from relations.status.facts import FactValue

_BEFORE_WORD = (
    "pk", "cited", "text_of_key", "version", "from_country_id", "to_country_id", "on", "earliest", "latest",
    "recorded_at", "superseded_at", "first", "nature",
)  # fmt: skip
_VERSION, _SUPERSEDED = _BEFORE_WORD.index("version"), _BEFORE_WORD.index("superseded_at")
_OWN = len(_BEFORE_WORD) + 1
"""The place of the columns that a kind has of its own, after its word."""
_SAME_STATE = ("key", "holder")
"""The columns, besides the word, in which versions are equal that say the same; those of them that a kind has."""

type _Row = tuple[Any, ...]


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

    One query for each kind and one more where facts of it were corrected, two for their evidence and one for their
    programmes, whatever the number of pairs. Pairs without facts are left out.
    """
    given: dict[object, list[Any]] = {_PAIRS: [list(pairs)], _KEYS: [list(with_versions_of)], _MOMENT: [known_at]}
    rows: dict[type[Fact], Sequence[_Row]] = {}
    with connection.cursor() as cursor:
        for model in FACT_MODELS:
            statement, params = _statement(
                model, past=known_at is not None, every_version=every_version, with_versions=bool(with_versions_of)
            )
            cursor.execute(statement, _with(given, params))
            rows[model] = cursor.fetchall()
    by_direction: defaultdict[tuple[str, str], list[FactValue]] = defaultdict(list)
    for fact in _values(rows, known_at=known_at):
        by_direction[fact.sender, fact.receiver].append(fact)
    facts: defaultdict[str, list[FactValue]] = defaultdict(list)
    for direction, some in by_direction.items():
        facts[pair_code(*direction)] += some
    return dict(facts)


def facts_of_days(
    days: Mapping[type[Fact], Collection[tuple[str, dt.date]]], *, known_at: dt.datetime | None = None,
    every_version: bool = False,
) -> Iterator[FactValue]:  # fmt: skip
    """The facts of each kind that share pair and last day with one of `days`, as `load_facts` reads those of pairs."""
    rows: dict[type[Fact], Sequence[_Row]] = {}
    with connection.cursor() as cursor:
        for model, own in days.items():
            statement, params = _statement(
                model, of_days=True, past=known_at is not None, every_version=every_version, with_versions=False
            )
            pairs, latest = zip(*own, strict=True)
            given: dict[object, list[Any]] = {_PAIRS: [list(pairs)], _DAYS: [list(latest)], _MOMENT: [known_at]}
            cursor.execute(statement, _with(given, params))
            rows[model] = cursor.fetchall()
    yield from _values(rows, known_at=known_at)


_PAIRS, _KEYS, _DAYS, _MOMENT = object(), object(), object(), dt.datetime.min.replace(tzinfo=dt.UTC)
"""Parameters of a statement, in whose place comes what is asked for."""


def _with(given: Mapping[object, list[Any]], params: Iterable[object]) -> list[Any]:
    return [value for param in params for value in given.get(param, [param])]


@cache
def _statement(
    model: type[Fact], *, past: bool, every_version: bool, with_versions: bool, of_days: bool = False
) -> tuple[str, tuple[Any, ...]]:  # fmt: skip
    """The question about facts of a kind, compiled once: each time it would take longer than the answer."""
    own = model.objects.filter(_in_days() if of_days else _any_of("pair_id", _PAIRS)).order_by()
    known = own if every_version else own.known_at(_MOMENT if past else None)
    return _columns(known | own.filter(_any_of("key", _KEYS)) if with_versions else known).query.sql_with_params()


def _in_days() -> RawSQL:
    days = "(pair_id, latest) IN (SELECT * FROM unnest(%s::text[], %s::date[]))"
    return RawSQL(days, [_PAIRS, _DAYS], output_field=BooleanField())  # noqa: S611  # nothing of it comes from outside


def _any_of(column: str, values: object) -> RawSQL:
    return RawSQL(f"{column} = ANY (%s)", [values], output_field=BooleanField())  # noqa: S611  # the columns are ours


def _columns[F_: Fact](facts: FactQuerySet[F_]) -> QuerySet[Any]:
    """The columns of facts of one kind: of a citation the source's id, negative where it disputes the fact."""
    model = facts.model
    cited: QuerySet[Any] = Citation.objects.filter(**{model.column: OuterRef("pk")}).order_by()
    signed = Case(
        When(stance=Stance.DISPUTES, then=-F("source_id")), default=F("source_id"), output_field=BigIntegerField()
    )
    rows: QuerySet[Any] = facts.annotate(
        text_of_key=Cast("key", TextField()),
        cited=ArraySubquery(cited.values_list(signed)),
        # A moment takes as long to read as five other columns.
        first=Case(When(version=1, then=None), default=F("first_recorded_at")),
    )
    return rows.values_list(*_BEFORE_WORD, model.label, *model.fact_kind.columns)


def columns_of_a_word(model: type[Fact]) -> list[str]:
    """The columns in which versions of a fact are equal that say the same: one's confirmations are the other's."""
    return [model.label, *(name for name in _SAME_STATE if name == "key" or name in model.fact_kind.columns)]


def _values(rows: Mapping[type[Fact], Sequence[_Row]], *, known_at: dt.datetime | None) -> Iterator[FactValue]:
    versions = {model: _versions(model, own) for model, own in rows.items()}
    evidence = Evidence(
        {model.resource: {key for some in own.values() for key in some} for model, own in versions.items()},
        sources={key for own in rows.values() for _, cited, *_ in own for key in cited if key > 0},
        known_at=known_at,
    )
    for model, own in rows.items():
        values = list(map(_reader(model), own))
        programmes = _programmes(one.get("programme") for one in values)
        for row, more in zip(own, values, strict=True):
            more["confirmations"] = evidence.confirmations(model.resource, versions[model][row[0]])
            yield _fact_value(model.resource, row, more, evidence, programmes.get(more.get("programme"), _NO_PROGRAMME))


def _reader(model: type[Fact]) -> Callable[[_Row], dict[str, Any]]:
    """Reads the columns that a kind has of its own, of a row, as value objects have them."""
    columns = model.fact_kind.columns
    names = [name.removesuffix("_id") for name in columns]
    if any(isinstance(model._meta.get_field(name), ArrayField) for name in columns):
        return lambda row: dict(zip(names, map(immutable, row[_OWN:]), strict=True))
    return lambda row: dict(zip(names, row[_OWN:], strict=True))


def _versions(model: type[Fact], rows: Sequence[_Row]) -> dict[int, Sequence[int]]:
    """The versions of each row's fact that say the same. Of a first version that is current there is no other one.

    They are a query of their own, which few pairs need: to plan it takes as long as all the rest of a kind's statement.
    """
    versions: dict[int, Sequence[int]] = {row[0]: (row[0],) for row in rows}
    if corrected := [row[0] for row in rows if row[_VERSION] > 1 or row[_SUPERSEDED] is not None]:
        with connection.cursor() as cursor:
            cursor.execute(_versions_statement(model), [f"{{{','.join(map(str, corrected))}}}"])
            versions.update(cursor.fetchall())
    return versions


@cache
def _versions_statement(model: type[Fact]) -> str:
    same = " AND ".join(f"same.{name} = fact.{name}" for name in columns_of_a_word(model))
    return f"""
        SELECT id, ARRAY(SELECT id FROM {model._meta.db_table} same WHERE {same})
        FROM {model._meta.db_table} fact WHERE id = ANY(%s::bigint[])
    """  # noqa: S608  # the names are ours


def _programmes(ids: Iterable[int | None]) -> Mapping[int | None, _Programme]:
    if not (wanted := {key for key in ids if key is not None}):
        return {}
    columns = SanctionProgramme.objects.filter(pk__in=wanted).values_list("pk", "regime_id", "thematic")
    return {key: _Programme(regime, thematic) for key, regime, thematic in columns}


def _fact_value(
    kind: str, row: _Row, own: Mapping[str, Any], evidence: Evidence, programme: _Programme
) -> FactValue:  # fmt: skip
    (
        _, cited, key, version, sender, receiver, on, earliest, latest,
        recorded_at, superseded_at, first_recorded_at, nature, word,
    ) = row[:_OWN]  # fmt: skip
    contested = min(cited, default=0) < 0
    witnesses, originals = evidence.witnesses([one for one in cited if one > 0] if contested else cited)
    return FactValue(
        kind=kind,
        key=key,
        version=version,
        sender=sender,
        receiver=receiver,
        on=on,
        earliest=None if on.startswith("[..") else earliest,
        latest=latest,
        recorded_at=recorded_at,
        superseded_at=superseded_at,
        first_recorded_at=first_recorded_at or recorded_at,
        word=word,
        nature=nature,
        originals=originals,
        contested=contested,
        witnesses=witnesses,
        regime=programme.regime,
        thematic=programme.thematic,
        **own,
    )


def immutable(value: Any) -> Any:
    """A column's value as value objects have it."""
    return tuple(value) if isinstance(value, list) else value
