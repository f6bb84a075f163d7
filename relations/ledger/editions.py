"""Editions of sources, recorded many at once: an import archives a text for each country or mission."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from relations.errors import Conflict
from relations.ledger.bulk_copy import insert
from relations.ledger.sources import record_source, recorded_source, text_digest
from relations.ledger.validation import refuse_field_errors
from relations.models import Source


def record_editions(editions: Sequence[Mapping[str, Any]]) -> list[int]:
    """Records the sources with these fields, in their order, and returns their ids.

    None of them is recorded yet, as far as the caller can see. One that somebody else has recorded meanwhile is
    recorded without its URL, as a reprint of that.
    """
    sources = [Source(**values, sha256=text_digest(values["text"])) for values in editions]
    for source in sources:
        refuse_field_errors(source)
    try:
        with transaction.atomic():
            insert(Source, sources)
    except IntegrityError:
        return [_record(values) for values in editions]
    return [source.pk for source in sources]


def _record(values: Mapping[str, Any]) -> int:
    try:
        return record_source(values).pk
    except Conflict:
        # Another edition has the URL, or the title and the day, which name one source only: it is the same witness.
        known = recorded_source(values) or recorded_source({**values, "url": ""})
        original = values.get("syndication_of") or known
        return record_source({**values, "url": "", "syndication_of": original}).pk
