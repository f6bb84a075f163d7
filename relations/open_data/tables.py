"""Tables of a package: their columns, and the query that reads the rows that may be redistributed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.db import connection

from relations.models import FACT_MODELS, Fact

_AT_ONCE = 2000
STRINGS, OBJECT = "strings", "object"
"""Types of columns that Table Schema has under other names or not at all: lists of words, and JSON."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """Sources and lists whose licence forbids redistribution, and the pairs that lack some of their facts for that."""

    sources: list[int] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    pairs: list[str] = field(default_factory=list)

    @property
    def parameters(self) -> dict[str, Any]:
        return {"sources": self.sources, "lists": self.lists, "pairs": self.pairs}


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its columns' types (string, integer, boolean, date, datetime, strings, object), and its key.

    `sql` gives the columns in this order; the first columns of its order are those of the key, or the pair.
    """

    name: str
    title: str
    columns: Mapping[str, str]
    key: tuple[str, ...]
    sql: str = ""

    def rows(self, withheld: Withheld) -> Iterator[tuple[Any, ...]]:
        """The rows in the table's order, read in batches from a cursor of the server."""
        places = [place for place, kind in enumerate(self.columns.values()) if kind == OBJECT]
        for row in stream(self.sql, withheld.parameters):
            values = list(row)
            for place in places:
                values[place] = orjson.loads(row[place]) if isinstance(row[place], str) else row[place]
            yield tuple(values)


def stream(sql: str, parameters: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, parameters)
        while rows := cursor.fetchmany(_AT_ONCE):
            yield from rows


# --- facts and their evidence ---------------------------------------------------------------------------------------

_TYPES = {
    "measures": STRINGS, "visa_classes": STRINGS, "identifiers": STRINGS, "programme": "integer", "list": "integer",
    "expires_on": "date",
}  # fmt: skip
_MORE = {"sanction-events": ("instrument",), "travel-ban-entries": ("identifiers",)}
_FACT_COLUMNS = {
    "pair": "string", "key": "string", "version": "integer", "from": "string", "to": "string", "on": "string",
    "earliest": "date", "latest": "date", "nature": "string", "announced_on": "string", "quantity": "integer",
    "in_response_to": "string", "recorded_at": "datetime", "superseded_at": "datetime",
    "first_recorded_at": "datetime", "note": "string",
}  # fmt: skip
_FACT_SQL = """pair_id, key::text, version, from_country_id, to_country_id, "on",
    CASE WHEN "on" LIKE '[..%%' THEN NULL ELSE earliest END, latest, nature, announced_on, quantity,
    in_response_to::text, recorded_at, superseded_at, first_recorded_at, note"""


def open_facts(model: type[Fact]) -> str:
    """The condition on `fact` that a source which may be redistributed supports it."""
    return f"""EXISTS (SELECT FROM relations_citation AS c WHERE c.{model.column}_id = fact.id
        AND c.stance = 'supports' AND c.source_id <> ALL(%(sources)s))"""  # names in this project


def _facts(model: type[Fact]) -> Table:
    own = (model.label, *model.fact_kind.columns, *_MORE.get(model.resource, ()))
    names = [name.removesuffix("_id") for name in own]
    return Table(
        model.resource,
        f"{str(model._meta.verbose_name_plural).capitalize()}: every version of every fact",
        _FACT_COLUMNS | {name: _TYPES.get(name, "string") for name in names},
        ("key", "version"),
        f"SELECT {_FACT_SQL}, {', '.join(own)} FROM {model._meta.db_table} AS fact WHERE {open_facts(model)} "  # noqa: S608  # the same
        'ORDER BY pair_id COLLATE "C", key, version',
    )


def _of_facts(table: str, columns: str) -> str:
    """Rows about facts of every kind, with the fact they are about, in the order of pairs."""
    return " UNION ALL ".join(
        f"""SELECT fact.pair_id COLLATE "C" AS pair, '{model.resource}', fact.key::text, fact.version, {columns}
        FROM {table} AS own JOIN {model._meta.db_table} AS fact ON fact.id = own.{model.column}_id
        WHERE own.source_id <> ALL(%(sources)s) AND {open_facts(model)}"""  # noqa: S608  # the same
        for model in FACT_MODELS
    )


_ABOUT = {"pair": "string", "kind": "string", "fact": "string", "version": "integer"}
FACTS = {table.name: table for table in map(_facts, FACT_MODELS)}
CITATIONS = Table(
    "citations", "The words of sources that support or dispute a fact",
    _ABOUT | {"id": "integer", "source": "integer", "quote": "string", "start": "integer", "end": "integer",
              "stance": "string"},
    ("id",),
    _of_facts("relations_citation", 'own.id, own.source_id, own.quote, own.start, own."end", own.stance')
    + " ORDER BY pair, id",
)  # fmt: skip
CONFIRMATIONS = Table(
    "confirmations", "Days on which a source still said what a fact says",
    _ABOUT | {"id": "integer", "source": "integer", "day": "date", "quote": "string", "start": "integer",
              "end": "integer", "recorded_at": "datetime"},
    ("id",),
    _of_facts("relations_confirmation",
              'own.id, own.source_id, own.day, own.quote, own.start, own."end", own.recorded_at')
    + " ORDER BY pair, id",
)  # fmt: skip

# --- what facts refer to --------------------------------------------------------------------------------------------

SOURCES = Table(
    "sources", "Sources, without their texts",
    {"id": "integer", "kind": "string", "publisher": "string", "title": "string", "author": "string",
     "published_on": "date", "url": "string", "language": "string", "licence": "string", "sha256": "string",
     "covers_to": "date", "good_for": "integer", "syndication_of": "integer"},
    ("id",),
    "SELECT id, kind, publisher, title, author, published_on, url, language, licence, sha256, covers_to, good_for, "
    "syndication_of_id FROM relations_source WHERE id <> ALL(%(sources)s) ORDER BY id",
)  # fmt: skip
COUNTRIES = Table(
    "countries", "Countries, territories and organisations",
    {"code": "string", "alpha3": "string", "name": "string", "kind": "string", "from_year": "integer",
     "to_year": "integer"},
    ("code",),
    'SELECT code, alpha3, name, kind, from_year, to_year FROM relations_country ORDER BY code COLLATE "C"',
)  # fmt: skip
PROGRAMMES = Table(
    "programmes", "Sanctions programmes",
    {"id": "integer", "issuer": "string", "target": "string", "title": "string", "regime": "integer",
     "thematic": "boolean", "list": "string", "code": "string"},
    ("id",),
    "SELECT id, issuer_id, target_id, title, regime_id, thematic, list, code FROM relations_sanctionprogramme "
    "ORDER BY id",
)  # fmt: skip
_REFERENCES = (
    COUNTRIES,
    Table(
        "memberships", "Memberships of organisations; the end is the day after the last",
        {"organisation": "string", "member": "string", "start": "date", "end": "date"},
        ("organisation", "member", "start"),
        "SELECT organisation_id, member_id, lower(days), upper(days) FROM relations_membership "
        'ORDER BY organisation_id COLLATE "C", member_id COLLATE "C", days',
    ),
    Table(
        "regimes", "Sanctions regimes",
        {"id": "integer", "code": "string", "issuer": "string", "target": "string", "title": "string",
         "legal_basis": "string", "url": "string", "status": "string", "status_on": "date", "aliases": STRINGS},
        ("id",),
        "SELECT id, code, issuer_id, target_id, title, legal_basis, url, status, status_on, aliases "
        "FROM relations_regime ORDER BY id",
    ),
    PROGRAMMES,
    Table(
        "travel-ban-lists", "Travel-ban lists",
        {"id": "integer", "key": "string", "issuer": "string", "title": "string", "instrument": "string",
         "legal_basis": "string", "url": "string", "subject": "string"},
        ("id",),
        "SELECT id, key::text, issuer_id, title, instrument, legal_basis, url, subject FROM relations_travelbanlist "
        "ORDER BY id",
    ),
    SOURCES,
)  # fmt: skip

# --- parties on sanctions lists -------------------------------------------------------------------------------------

_PARTIES = (
    Table(
        "designations", "Parties on sanctions lists: every version of every record",
        {"party": "string", "version": "integer", "list": "string", "reference": "string", "change": "string",
         "kind": "string", "name": "string", "programmes": STRINGS, "nationalities": STRINGS, "listed_on": "date",
         "delisted_on": "date", "since": "date", "content": OBJECT, "recorded_at": "datetime",
         "superseded_at": "datetime"},
        ("party", "version"),
        "SELECT party.key::text, version, party.list, party.reference, change, kind, name, programmes, nationalities, "
        "listed_on, delisted_on, since, content, recorded_at, superseded_at FROM relations_designation AS own "
        "JOIN relations_party AS party ON party.id = own.party_id WHERE party.list <> ALL(%(lists)s) "
        "ORDER BY party.key, version",
    ),
    Table(
        "listings", "The times in which parties were on their list; the end is the day after the last",
        {"party": "string", "start": "date", "end": "date", "listed_on": "string", "delisted_on": "string",
         "issuer_listed_on": "date"},
        ("party", "start"),
        "SELECT party.key::text, lower(days), upper(days), listed_on, delisted_on, issuer_listed_on "
        "FROM relations_listing AS own JOIN relations_party AS party ON party.id = own.party_id "
        "WHERE party.list <> ALL(%(lists)s) ORDER BY party.key, days",
    ),
)  # fmt: skip
READ = (*_REFERENCES, *FACTS.values(), CITATIONS, CONFIRMATIONS, *_PARTIES)
"""The tables that are read as they are stored. Periods and the log follow from them or are made from their rows."""
