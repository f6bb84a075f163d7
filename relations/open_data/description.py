"""A package's own description: `datapackage.json` (Data Package v2), README and the tables of licences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.db.models import Count

from relations.codes import ListCode
from relations.codes.list_descriptions import list_description
from relations.models import Designation, Source
from relations.open_data.licences import address_of
from relations.open_data.log import Log
from relations.open_data.tables import OBJECT, STRINGS, Withheld
from relations.open_data.writing import Written

LICENCE_COLUMNS = {
    "licence": "string", "address": "string", "sources": "integer", "publishers": "strings", "tables": "strings",
}  # fmt: skip
"""The words of a licence (empty: none is given), its text's address, and the publishers to be named."""
WITHHELD_COLUMNS = {
    "kind": "string", "id": "string", "publisher": "string", "title": "string", "url": "string", "licence": "string",
    "rows": "integer",
}  # fmt: skip
"""A source with the number of its citations that are left out, or a list with that of its records."""
_FACT_TABLES = ["ambassadors", "sanction-events", "travel-ban-entries", "diplomatic-events", "citations",
                "confirmations", "sources", "periods", "changes"]  # fmt: skip
_LIST_TABLES = ["designations", "listings"]
_MEDIA = {"csv": "text/csv", "jsonl": "application/jsonl", "parquet": "application/vnd.apache.parquet"}
_FORMATS = {
    "string": {"type": "string"}, "integer": {"type": "integer"}, "boolean": {"type": "boolean"},
    "date": {"type": "date"}, "datetime": {"type": "datetime", "format": "any"},
    STRINGS: {"type": "array"}, OBJECT: {"type": "object"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Resource:
    """A table with the files that were written of it."""

    name: str
    title: str
    columns: Mapping[str, str]
    key: tuple[str, ...]
    written: Sequence[Written]


# --- licences -------------------------------------------------------------------------------------------------------


def licence_rows(withheld: Withheld) -> list[tuple[Any, ...]]:
    """The values of `LICENCE_COLUMNS` for the published sources and lists."""
    sources = Source.objects.exclude(pk__in=withheld.sources).order_by("licence", "publisher")
    counts: dict[str, int] = {}
    publishers: dict[str, list[str]] = {}
    tables: dict[str, list[str]] = {}
    for licence, publisher in sources.values_list("licence", "publisher").iterator():
        counts[licence] = counts.get(licence, 0) + 1
        own = publishers.setdefault(licence, [])
        if publisher and (not own or own[-1] != publisher):
            own.append(publisher)
        tables[licence] = list(_FACT_TABLES)
    for code in _lists():
        if code not in withheld.lists:
            about = list_description(code)
            licence = about["licence"]
            counts.setdefault(licence, 0)
            publishers[licence] = sorted({*publishers.get(licence, ()), about["publisher"]})
            tables[licence] = [*tables.get(licence, ()), *_LIST_TABLES]
    return [
        (licence, address_of(licence) or "", counts[licence], publishers[licence], list(dict.fromkeys(tables[licence])))
        for licence in sorted(counts)
    ]


def withheld_rows(withheld: Withheld) -> list[tuple[Any, ...]]:
    """The values of `WITHHELD_COLUMNS`."""
    rows: list[tuple[Any, ...]] = []
    sources = Source.objects.filter(pk__in=withheld.sources).order_by("pk").annotate(cited=Count("citations"))
    for key, *named in sources.values_list("pk", "publisher", "title", "url", "licence", "cited"):
        rows.append(("source", str(key), *named))
    for code in _lists():
        if code in withheld.lists:
            about = list_description(code)
            number = Designation.objects.filter(party__list=code).count()
            rows.append(("list", code, about["publisher"], about["title"], "", about["licence"], number))
    return rows


def _lists() -> list[str]:
    """The lists of parties of which there are records."""
    used = set(Designation.objects.order_by().values_list("party__list", flat=True).distinct())
    return [code for code in ListCode.values if code in used]


# --- datapackage.json -----------------------------------------------------------------------------------------------


def datapackage(resources: Iterable[Resource], licences: Sequence[tuple[Any, ...]], log: Log) -> bytes:
    """The descriptor; `created` is the moment of the last change, so that the same state has the same bytes."""
    body = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "diplomatic-and-sanctions-status",
        "title": "Diplomatic and sanctions status between countries",
        "description": "Facts with their sources and quotes, the statuses that follow from them, and the change log.",
        "version": f"log-{log.last_id}",
        **({"created": log.last_recorded_at} if log.last_recorded_at else {}),
        **({"licenses": open_licences} if (open_licences := _licenses(licences)) else {}),
        "sources": [{"title": publisher} for publisher in sorted({one for row in licences for one in row[3]})],
        "resources": [_resource(resource, one, licences) for resource in resources for one in resource.written],
    }
    return orjson.dumps(body, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z)


def _licenses(licences: Sequence[tuple[Any, ...]], table: str = "") -> list[dict[str, str]]:
    """Licences whose text has an address, as the standard wants them; `licences.csv` has all."""
    return [
        {"path": address, "title": licence}
        for licence, address, _, _, tables in licences
        if address and (not table or table in tables)
    ]


def _resource(resource: Resource, written: Written, licences: Sequence[tuple[Any, ...]]) -> dict[str, Any]:
    kind = written.name.rpartition(".")[2]
    publishers = sorted({one for row in licences if resource.name in row[4] for one in row[3]})
    own = _licenses(licences, resource.name)
    return {
        "name": resource.name if kind == "csv" else f"{resource.name}.{kind}",
        "path": written.name,
        "title": resource.title,
        "format": kind,
        "mediatype": _MEDIA[kind],
        "encoding": "utf-8",
        "bytes": written.size,
        "hash": f"sha256:{written.sha256}",
        "rows": written.rows,
        **({"type": "table"} if kind == "csv" else {}),
        **({"licenses": own} if own else {}),
        **({"sources": [{"title": one} for one in publishers]} if publishers else {}),
        "schema": {
            "fields": [{"name": name, **_field(kind, of)} for name, of in resource.columns.items()],
            "primaryKey": list(resource.key),
            "missingValues": [""],
        },
    }


def _field(kind: str, column: str) -> dict[str, str]:
    """In CSV a list of words is one text, with `; ` between them."""
    return {"type": "string"} if kind == "csv" and column == STRINGS else _FORMATS[column]


# --- README ---------------------------------------------------------------------------------------------------------


def readme(
    resources: Iterable[Resource], licences: Iterable[tuple[Any, ...]], withheld: Iterable[tuple[Any, ...]], log: Log
) -> str:  # fmt: skip
    """The package in words: its tables, whom to name, and what is left out."""
    state = (
        f"State of the change log at line {log.last_id}, recorded at {log.last_recorded_at:%Y-%m-%d %H:%M:%S} UTC."
        if log.last_recorded_at
        else "No change has been recorded yet."
    )
    tables = "".join(f"| `{one.name}` | {one.title} | {one.written[0].rows:,} |\n" for one in resources)
    names = "".join(
        f"* {licence or 'No licence given: facts and short quotations'}"
        f"{f' ({address})' if address else ''}: {'; '.join(publishers) or 'see sources.csv'}\n"
        for licence, address, _, publishers, _ in licences
    )
    left_out = "".join(
        f"* {kind} {number}: {publisher} {title} ({licence}), {rows:,} rows\n"
        for kind, number, publisher, title, _, licence, rows in withheld
    )
    return (
        "# Diplomatic and sanctions status between countries\n\n"
        f"{state}\n\n"
        "Every table is in CSV and JSON Lines (and Parquet, if this package has it); `datapackage.json` describes the\n"
        "columns, `SHA256SUMS` has the digests: `sha256sum -c SHA256SUMS`. `manage.py verify` of the tracker rebuilds\n"
        "every status from the facts in here and compares. In CSV, a text that a spreadsheet would run as a formula\n"
        "has an apostrophe in front; JSON Lines and Parquet have it as it is.\n\n"
        f"| table | content | rows |\n|---|---|---|\n{tables}\n"
        f"## Licences, and whom to name\n\n{names or 'No source.'}\n\n"
        "## Left out\n\nTheir licence forbids redistribution or is not known to allow it. Periods of pairs that lack\n"
        "facts for that reason have `partial: true`: they follow from the facts in here alone, and what is left out\n"
        "may dispute or end them.\n\n"
        f"{left_out or 'Nothing.'}\n"
    ).replace("\n\n\n", "\n\n")  # fmt: skip
