"""The issuers' XML, rebuilt from the fields in JSON lines, so that the parsers read what issuers publish."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from lxml import etree
from lxml.builder import ElementMaker

EU = ElementMaker(namespace="http://eu.europa.ec/fpi/fsd/export", nsmap={None: "http://eu.europa.ec/fpi/fsd/export"})
UK = ElementMaker()

_EU_LISTS = {
    "regulations": "regulation",
    "name_aliases": "nameAlias",
    "citizenships": "citizenship",
    "birthdates": "birthdate",
    "addresses": "address",
    "identifications": "identification",
    "regulation_summaries": "regulationSummary",
}
_EU_ELEMENTS = {"publication_url": "publicationUrl", "remark": "remark"}
_UK_NAMES = {
    "unique_id": "UniqueID",
    "ofsi_group_id": "OFSIGroupID",
    "un_reference_number": "UNReferenceNumber",
    "uk_statement_of_reasons": "UKStatementofReasons",
}
_UK_WRAPPED = {"names": "Name", "non_latin_names": "NonLatinName", "addresses": "Address"}
_UK_DAYS = {"last_updated", "date_designated"}


def lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        for line in file:
            record: dict[str, Any] = json.loads(line)
            del record["_file"]  # where the collector stored it
            yield record


def eu_export(records: Iterable[dict[str, Any]], *, at: str = "2026-02-23T12:00:00.000+01:00") -> etree._Element:
    export = EU.export(generationDate=at, globalFileId="171703")
    export.extend(_eu_element("sanctionEntity", record) for record in records)
    return export


def _eu_element(tag: str, fields: dict[str, Any]) -> etree._Element:
    """Scalars become attributes, lists and dictionaries elements; summaries have their address as an attribute."""
    element = EU(tag)
    for key, value in fields.items():
        if key in _EU_LISTS:
            element.extend(_eu_element(_EU_LISTS[key], item) for item in value)
        elif isinstance(value, dict):
            element.append(_eu_element(_camel(key), value))
        elif key in _EU_ELEMENTS and tag != "regulationSummary":
            texts = value if isinstance(value, list) else [value]
            element.extend(EU(_EU_ELEMENTS[key], text) for text in texts)
        else:
            element.set(_camel(key), str(value).lower() if isinstance(value, bool) else str(value))
    return element


def uk_list(records: Iterable[dict[str, Any]], *, generated: str = "25/02/2026") -> etree._Element:
    root = UK.Designations(UK.DateGenerated(generated))
    root.extend(_uk_designation(record) for record in records)
    return root


def _uk_designation(fields: dict[str, Any]) -> etree._Element:
    designation = UK.Designation()
    for key, value in fields.items():
        tag = _UK_NAMES.get(key) or _pascal(key)
        if key in _UK_WRAPPED:
            (items,) = value.values()
            wrapped = (UK(_UK_WRAPPED[key], *_uk_texts(item)) for item in items)
            designation.append(UK(tag, *wrapped))
        elif isinstance(value, dict):
            designation.append(UK(tag, *_uk_texts(value)))
        else:
            designation.append(UK(tag, _uk_day(value) if key in _UK_DAYS else value))
    return designation


def _uk_texts(fields: dict[str, Any]) -> list[etree._Element]:
    return [UK(_pascal(key), str(value).lower() if isinstance(value, bool) else value) for key, value in fields.items()]


def _uk_day(text: str) -> str:
    year, month, day = text.split("-")
    return f"{day}/{month}/{year}"


def _pascal(key: str) -> str:
    return "".join(word[0].upper() + word[1:] for word in key.split("_"))


def _camel(key: str) -> str:
    pascal = _pascal(key)
    return pascal[0].lower() + pascal[1:]


def written(root: etree._Element, path: Path) -> Path:
    etree.ElementTree(root).write(path, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return path
