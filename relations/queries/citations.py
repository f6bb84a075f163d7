"""Loads the citations of facts, with their sources, as plain rows: a page has hundreds, and models cost most of it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from django.db import connection

from relations.models import FACT_MODELS, Fact
from relations.models.sources import FACT_FIELDS

type Row = tuple[str, int]
"""`Fact.row`."""


class CitedSource(NamedTuple):
    """The columns of a source, without its archived text, in the order of the query below."""

    pk: int
    kind: str
    publisher: str
    title: str
    url: str
    published_on: dt.date | None
    syndication_of_id: int | None
    covers_to: dt.date | None
    good_for: int | None
    author: str
    language: str
    licence: str
    sha256: str

    @property
    def original(self) -> int:
        """The id of the witness, like `Source.original`."""
        return self.syndication_of_id or self.pk


class CitationRow(NamedTuple):
    quote: str
    start: int | None
    end: int | None
    stance: str
    source: CitedSource


_PUBLISHERS = """
    WITH said AS MATERIALIZED (
        SELECT DISTINCT facts[cardinality(facts)] AS key FROM relations_statusperiod
        WHERE kind = %s AND whole AND value <> 'unknown' AND days @> %s
            AND pair_id = ANY((SELECT %s)::text[]) AND facts <> '{}'
    )
    SELECT publisher FROM ({cited}) AS cited JOIN relations_source source ON source.id = source_id
    WHERE publisher <> '' GROUP BY publisher ORDER BY count(*) DESC, publisher
""".replace(
    "{cited}",
    " UNION ALL ".join(
        f"""
        SELECT source_id FROM said JOIN {model._meta.db_table} fact USING (key)
        JOIN relations_citation citation ON citation.{model.column}_id = fact.id WHERE superseded_at IS NULL
        """  # noqa: S608  # names in this project
        for model in FACT_MODELS
    ),
)
_CITED = {
    column: f"""
    SELECT '{column}', citation.{column}_id, citation.id, quote, citation."start", citation."end", stance,
        source.id, kind, publisher, title, url, published_on, syndication_of_id, covers_to, good_for, author, language,
        licence, sha256
    FROM relations_citation citation JOIN relations_source source ON source.id = source_id
    WHERE citation.{column}_id = ANY(%s)
    """  # noqa: S608  # names in this project
    for column in FACT_FIELDS
}


def publishers(kind: str, pairs: Collection[str], day: dt.date) -> list[str]:
    """Publishers of the sources of the last fact of each status of a day, those of most facts first: one query."""
    with connection.cursor() as cursor:
        cursor.execute(_PUBLISHERS, [kind, day, list(pairs)])
        return [publisher for (publisher,) in cursor]


def citations_of(facts: Iterable[Fact]) -> Mapping[Row, Sequence[CitationRow]]:
    """The citations of facts, with their sources, by `Fact.row`: one query. Facts without any have an empty one."""
    wanted: defaultdict[str, list[int]] = defaultdict(list)
    for fact in facts:
        wanted[fact.column].append(fact.pk)
    cited: defaultdict[Row, list[CitationRow]] = defaultdict(list)
    if not wanted:
        return cited
    sources: dict[int, CitedSource] = {}
    with connection.cursor() as cursor:
        # In the order of the third column, the ids of the citations.
        cursor.execute(" UNION ALL ".join(_CITED[column] for column in wanted) + " ORDER BY 3", list(wanted.values()))
        for column, key, _, quote, start, end, stance, *of_source in cursor:
            source = sources.get(of_source[0]) or sources.setdefault(of_source[0], CitedSource(*of_source))
            cited[column, key].append(CitationRow(quote, start, end, stance, source))
    return cited
