"""Everything that the tracker says today, with its evidence: for `manage.py audit`."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import NamedTuple

from django.db import connection

from relations.codes import UNKNOWN
from relations.models import FACT_MODELS, Citation, Source, StatusPeriod
from relations.queries.facts import load_facts
from relations.status import track_of
from relations.status.facts import FactValue

# White space within a quote may differ from that of the text, so that only its place is compared.
_ASTRAY = """
    SELECT citation.id, citation.source_id, citation.quote
    FROM relations_citation AS citation JOIN relations_source AS source ON source.id = citation.source_id
    WHERE source.sha256 <> '' AND (
        citation.start IS NULL
        OR substr(source.text, citation.start + 1, citation."end" - citation.start) <> citation.quote
    )
    ORDER BY citation.id
"""
_KEYS_AT_ONCE = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedStatus:
    """One status of the day: its value, the kind of its strongest source, its age in days, and its sources' titles.

    `publishers` are those of its sources, or the titles of sources without one.
    """

    pair: str
    track: str
    kind: str
    value: str
    holder: str
    basis: str
    confirmed_on: dt.date | None
    age: int | None
    stale: bool
    implied: bool
    disputed: bool
    facts: tuple[str, ...]
    sources: tuple[str, ...]
    publishers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quotes:
    """Citations, counted: with a place in an archived text, without a text, and those that are not in theirs."""

    placed: int
    without_text: int
    astray: Sequence[tuple[int, int, str]]


def statuses(day: dt.date) -> Iterator[AuditedStatus]:
    """Every status of a day that has a value, in order of pair and track."""
    rows = StatusPeriod.objects.on(day).exclude(value=UNKNOWN).order_by("pair", "track")
    for some in batched(rows.iterator(chunk_size=_KEYS_AT_ONCE), _KEYS_AT_ONCE):
        cited = _sources_by_fact({str(key) for row in some for key in row.facts})
        for row in some:
            facts = tuple(map(str, row.facts))
            confirmed_on = min(row.confirmed_to, day) if row.confirmed_to else None
            yield AuditedStatus(
                pair=row.pair_id, track=row.track, kind=row.kind, value=row.value, holder=row.holder, basis=row.basis,
                confirmed_on=confirmed_on, age=(day - confirmed_on).days if confirmed_on else None, stale=row.stale,
                implied=row.implied, disputed=row.disputed, facts=facts,
                sources=tuple(sorted({str(one) for key in facts for one in cited.get(key, ())})),
                publishers=tuple(sorted({one.publisher or one.title for key in facts for one in cited.get(key, ())})),
            )  # fmt: skip


class _Named(NamedTuple):
    """A source as people name it."""

    publisher: str
    title: str

    def __str__(self) -> str:
        return ": ".join(filter(None, self))


def _sources_by_fact(keys: Iterable[str]) -> Mapping[str, Sequence[_Named]]:
    """The sources of the facts' current versions, by the fact's key."""
    wanted, pairs = list(keys), list[tuple[str, int]]()
    for model in FACT_MODELS:
        versions = dict(model.objects.current().filter(key__in=wanted).values_list("pk", "key"))
        cited = Citation.objects.filter(**{f"{model.column}__in": list(versions)}).order_by()
        rows = cited.values_list(model.column, "source_id").distinct()
        pairs += [(str(versions[fact]), source) for fact, source in rows]
    names = Source.objects.filter(pk__in={source for _, source in pairs}).values_list("pk", "publisher", "title")
    titles = {pk: _Named(publisher, title) for pk, publisher, title in names}
    sources: defaultdict[str, list[_Named]] = defaultdict(list)
    for key, source in pairs:
        sources[key].append(titles[source])
    return sources


def quotes() -> Quotes:
    """Looks for every quote in the archived text of its source, as the triggers do when it is written."""
    with connection.cursor() as cursor:
        cursor.execute(_ASTRAY)
        astray = cursor.fetchall()
    placed = Citation.objects.filter(start__isnull=False).count()
    return Quotes(placed - len(astray), Citation.objects.filter(source__sha256="").count(), astray)


def sides(status: AuditedStatus) -> Iterator[tuple[FactValue, tuple[str, ...]]]:
    """The facts of a disputed status with their sources, in the order in which they count, if they are of its track."""
    facts = sorted(load_facts([status.pair]).get(status.pair, ()), key=lambda fact: fact.order)
    own = [fact for fact in facts if fact.key in status.facts and track_of(fact) is not None]
    cited = _sources_by_fact({fact.key for fact in own})
    return ((fact, tuple(map(str, cited[fact.key]))) for fact in own)
