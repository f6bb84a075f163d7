"""Relations as tables: one relation's facts, and the statuses of the list, a line each."""

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
from relations.representation.facts_of_all_kinds import KEYS
from relations.representation.periods import StatusEnds
from relations.status import FACT_KINDS, NO_PROGRAMME, Track
from relations.status.facts import FactValue

COLUMNS = (
    "resource", "key", "version", "from", "to", "what", "on", "earliest", "latest", "holder", "measures", "scope",
    "programme", "instrument", "expires_on", "extends", "list", "person", "visa_classes", "nature", "announced_on",
    "quantity", "in_response_to", "note", "quotes", "sources", "independent_sources", "confirmations", "disputed",
    "recorded_at", "url",
)  # fmt: skip
"""Columns of a table of facts of all four kinds; a cell is empty where the kind has no such value."""


def exported(code: str, facts: Iterable[tuple[FactValue, bytes]], *, kind: str, request: Request) -> HttpResponseBase:
    """A relation's facts of all kinds in their order: as lines of a table, or each whole with the name of its kind."""
    fields = chosen_fields(request, COLUMNS if kind == "csv" else KEYS)
    columns = [column for column in COLUMNS if fields is None or column in fields]
    write = _line if kind == "csv" else _whole
    batches = ([only(write(fact.kind, body), fields) for fact, body in batch] for batch in batched(facts, BATCH))
    return streamed(batches, request=request, name=code, columns=columns, nested={})


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


# --- statuses as lines ----------------------------------------------------------------------------------------------

STATUS_COLUMNS = (
    "pair", "track", "from", "to", "via", "programme", "list", "value", "holder", "measures", "scope", "since",
    "since_earliest", "since_latest", "until", "confirmed_on", "stale", "disputed", "basis", "as_of", "known_at", "url",
)  # fmt: skip
"""Columns of the table of relations: a line for each track, and another one for each programme."""


def status_lines(row: Mapping[str, Any], ends: StatusEnds) -> Iterator[dict[str, Any]]:
    """The tracks of a row of the list; `until` is the first day on which the value will no longer be so."""
    about = {"pair": row["code"], "as_of": row["as_of"], "known_at": row["known_at"], "url": row["url"]}
    for track, entry in _tracks(row["status"]):
        via = entry.get("via")
        # An organisation's track has its own name; the end depends on the membership.
        until = ends.get((str(track), entry["from"] if via else None))
        titles = {name: (entry.get(name) or {}).get("title") for name in ("programme", "list")}
        line = entry | about | titles | {"track": str(track), "until": until}
        yield {column: line.get(column) for column in STATUS_COLUMNS}


def _tracks(status: Mapping[str, Any]) -> Iterator[tuple[Track, dict[str, Any]]]:
    yield Track(TrackKind.DIPLOMATIC_RELATIONS), status["diplomatic_relations"]
    yield Track(TrackKind.TREND), status["trend"]
    for entry in status["ambassadors"]:
        way = {"from": entry["from"], "to": entry["to"]}
        yield Track(TrackKind.AMBASSADOR, *way.values()), entry["post"] | way
        yield Track(TrackKind.NEXT, *way.values()), entry["next"] | way
    for entry in status["sanctions"]:
        track = Track(TrackKind.SANCTIONS, entry["via"] or entry["from"], entry["to"])
        yield track, entry
        for one in entry["programmes"]:
            part = str(one["programme"]["id"]) if one["programme"] else NO_PROGRAMME
            yield Track(*track[:3], part), one | {key: entry[key] for key in ("from", "to", "via")}
    for entry in status["travel_bans"]:
        sender, part = entry["via"] or entry["from"], str(entry["list"]["id"])
        yield Track(TrackKind.TRAVEL_BAN, sender, entry["to"], part), entry
