"""Relations as tables: one relation's facts, a line each, and the list's statuses as a few words a column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import batched
from typing import Any

import orjson
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from relations.api.http.formats import BATCH, streamed
from relations.api.http.parameters import chosen_fields, only
from relations.codes import TrackKind
from relations.status import FACT_KINDS
from relations.status.facts import FactValue

COLUMNS = (
    "resource", "key", "version", "from", "to", "what", "on", "earliest", "latest", "nature", "announced_on",
    "holder", "measures", "scope", "programme", "instrument", "expires_on", "extends", "list", "person", "visa_classes",
    "quantity", "in_response_to", "note", "quotes", "sources", "independent_sources", "confirmations", "disputed",
    "recorded_at", "url",
)  # fmt: skip
"""Columns of a table of facts of all four kinds; a cell is empty where the kind has no such value."""


def exported(code: str, facts: Iterable[tuple[FactValue, bytes]], *, kind: str, request: Request) -> HttpResponseBase:
    """A relation's facts of all kinds in their order: as lines of a table, or each whole with the name of its kind."""
    fields = chosen_fields(request, COLUMNS) if kind == "csv" else None
    columns = [column for column in COLUMNS if fields is None or column in fields]
    write = _line if kind == "csv" else _whole
    batches = ([only(write(fact.kind, body), fields) for fact, body in batch] for batch in batched(facts, BATCH))
    return streamed(batches, kind=kind, name=code, columns=columns, nested={})


def _whole(resource: str, fact: bytes) -> dict[str, Any]:
    return {"resource": resource, **orjson.loads(fact)}


def _line(resource: str, fact: bytes) -> dict[str, Any]:
    whole = _whole(resource, fact)
    sources = [citation["source"] for citation in whole["citations"]]
    derived = {
        "what": whole[FACT_KINDS[resource].word_field],
        "quotes": [citation["quote"] for citation in whole["citations"]],
        "sources": [source["url"] or source["title"] for source in sources],
    }
    return {column: derived[column] if column in derived else whole.get(column) for column in COLUMNS}


# --- statuses in words ----------------------------------------------------------------------------------------------


def flattened(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the list with its status in the words that the filters take: `US>BY:vacant`."""
    flat = dict(row)
    if "countries" in row:
        flat["countries"] = [country["code"] for country in row["countries"]]
    if "status" in row:
        flat["status"] = _in_words(row["status"])
    return flat


def _in_words(status: Mapping[str, Any]) -> dict[str, Any]:
    return {
        TrackKind.DIPLOMATIC_RELATIONS.value: _aged(status["diplomatic_relations"]),
        TrackKind.TREND.value: status["trend"]["value"],
        "ambassadors": list(_directed(status["ambassadors"], "post")),
        "next": list(_directed(status["ambassadors"], "next")),
        "sanctions": list(_directed(status["sanctions"], None)),
        "travel_bans": list(_directed(status["travel_bans"], None)),
    }


def _directed(entries: Iterable[Mapping[str, Any]], part: str | None) -> Iterator[str]:
    for entry in entries:
        via = f" via {entry['via']}" if entry.get("via") else ""
        yield f"{entry['from']}>{entry['to']}:{_aged(entry[part] if part else entry)}{via}"


def _aged(entry: Mapping[str, Any]) -> str:
    """The value, and the day of its sources' last word where that is too long ago."""
    return f"{entry['value']} as of {entry['confirmed_on']}" if entry["stale"] else str(entry["value"])
