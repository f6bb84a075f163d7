"""Tables of a package: their columns, and the query that reads the rows that may be redistributed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from relations.models import FACT_MODELS, Country, Fact, Regime, SanctionProgramme, Source, TravelBanList

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
                values[place] = parsed(row[place])
            yield tuple(values)


def parsed(value: Any) -> Any:
    """JSON of a column, which a cursor of the server gives as text."""
    return orjson.loads(value) if isinstance(value, str) else value


def stream(sql: str, parameters: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, parameters)
        while rows := cursor.fetchmany(_AT_ONCE):
            yield from rows


_TYPES: tuple[tuple[Any, str], ...] = (
    (models.BooleanField, "boolean"), (models.IntegerField, "integer"), (models.DateTimeField, "datetime"),
    (models.DateField, "date"), (models.JSONField, OBJECT), (ArrayField, STRINGS),
)  # fmt: skip
"""Types of columns by the field of the model; any other is a string."""


def _column(model: type[models.Model], name: str) -> tuple[str, str]:
    """The type of a field's column, and its SQL."""
    field: Any = model._meta.get_field(name)
    target = field.target_field if field.is_relation else field
    kind = next((kind for shape, kind in _TYPES if isinstance(target, shape)), "string")
    return kind, f'"{field.column}"::text' if isinstance(field, models.UUIDField) else f'"{field.column}"'


def _stored(
    model: type[models.Model], name: str, title: str, columns: str, *, key: str = "id", condition: str = "true",
) -> Table:  # fmt: skip
    """A table with columns of a model, in the order of its key."""
    own = {column: _column(model, column) for column in columns.split()}
    kind, key_sql = own[key]
    return Table(
        name, title, {column: kind for column, (kind, _) in own.items()}, (key,),
        f"SELECT {', '.join(sql for _, sql in own.values())} FROM {model._meta.db_table} WHERE {condition} "  # noqa: S608  # names in this project
        f"""ORDER BY {key_sql}{' COLLATE "C"' if kind == "string" else ""}""",
    )  # fmt: skip


# --- facts and their evidence ---------------------------------------------------------------------------------------

_OF_EVERY_FACT = (
    "pair", "key", "version", "from_country", "to_country", "on", "earliest", "latest", "nature", "announced_on",
    "quantity", "in_response_to", "recorded_at", "superseded_at", "first_recorded_at", "note",
)  # fmt: skip
_MORE = {"sanction-events": ("instrument",), "travel-ban-entries": ("identifiers",)}
_EARLIEST = """CASE WHEN "on" LIKE '[..%%' THEN NULL ELSE earliest END"""


def open_facts(model: type[Fact]) -> str:
    """The condition on `fact` that a source which may be redistributed supports it."""
    return f"""EXISTS (SELECT FROM relations_citation AS c WHERE c.{model.column}_id = fact.id
        AND c.stance = 'supports' AND c.source_id <> ALL(%(sources)s))"""  # names in this project


def _facts(model: type[Fact]) -> Table:
    own = (model.label, *model.fact_kind.columns, *_MORE.get(model.resource, ()))
    columns = {
        name.removesuffix("_id").removesuffix("_country"): _column(model, name) for name in (*_OF_EVERY_FACT, *own)
    }
    columns["earliest"] = "date", _EARLIEST
    return Table(
        model.resource,
        f"{str(model._meta.verbose_name_plural).capitalize()}: every version of every fact",
        {name: kind for name, (kind, _) in columns.items()},
        ("key", "version"),
        f"SELECT {', '.join(sql for _, sql in columns.values())} FROM {model._meta.db_table} AS fact "  # noqa: S608  # the same
        f'WHERE {open_facts(model)} ORDER BY pair_id COLLATE "C", key, version',
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

SOURCES = _stored(
    Source, "sources", "Sources, without their texts",
    "id kind publisher title author published_on url language licence sha256 covers_to good_for syndication_of",
    condition="id <> ALL(%(sources)s)",
)  # fmt: skip
COUNTRIES = _stored(
    Country, "countries", "Countries, territories and organisations", "code alpha3 name kind from_year to_year",
    key="code",
)  # fmt: skip
PROGRAMMES = _stored(
    SanctionProgramme, "programmes", "Sanctions programmes", "id issuer target title regime thematic list code"
)
_REFERENCES = (
    COUNTRIES,
    Table(
        "memberships", "Memberships of organisations; the end is the day after the last",
        {"organisation": "string", "member": "string", "start": "date", "end": "date"},
        ("organisation", "member", "start"),
        "SELECT organisation_id, member_id, lower(days), upper(days) FROM relations_membership "
        'ORDER BY organisation_id COLLATE "C", member_id COLLATE "C", days',
    ),
    _stored(
        Regime, "regimes", "Sanctions regimes", "id code issuer target title legal_basis url status status_on aliases"
    ),
    PROGRAMMES,
    _stored(
        TravelBanList, "travel-ban-lists", "Travel-ban lists",
        "id key issuer title instrument legal_basis url subject",
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
