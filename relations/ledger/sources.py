"""Where facts are known from: made, changed, found again by their URL."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from relations.errors import Conflict, Invalid
from relations.ledger.clean import refuse_unclean
from relations.ledger.pairs import resettle
from relations.models import FACT_MODELS, Source

_WRITTEN = ("kind", "publisher", "title", "author", "published_on", "url", "language", "licence", "text")
"""The fields of a source that somebody may write, beside `syndication_of`."""


def digest(text: str) -> str:
    """SHA-256 of the UTF-8 bytes, in hexadecimal; empty for no text."""
    return hashlib.sha256(text.encode()).hexdigest() if text else ""


def source_for(values: Mapping[str, Any]) -> Source:
    """The source with this URL, or a new one. What stands is not overwritten: that is an act of its own."""
    url = values.get("url", "")
    known = Source.objects.filter(url=url).first() if url else None
    if known:
        return known
    try:
        with transaction.atomic():
            return record_source(values)
    except Conflict:
        # Somebody else recorded the same URL in this moment: the constraint made us wait for them.
        return Source.objects.get(url=url)


@transaction.atomic
def record_source(values: Mapping[str, Any]) -> Source:
    """Makes a source. Raises `Conflict` where its URL is taken."""
    source = Source()
    _write(source, values)
    return source


@transaction.atomic
def change_source(source: Source, values: Mapping[str, Any]) -> Source:
    """Changes what is known of a source; its archived text stays once it is cited.

    Whose reprint a source is decides which facts are disputed, so the periods that rest on it are written anew.
    """
    source = Source.objects.select_for_update().get(pk=source.pk)
    text = values.get("text", source.text)
    if source.text and text != source.text and source.citations.exists():
        raise Conflict(field="text", why=f"The archived text of source {source.pk} is cited and cannot be changed.")
    witness = source.original
    _write(source, values)
    if source.original != witness:
        reprints = list(source.reprints.values_list("pk", flat=True))
        source.reprints.update(syndication_of=source.original)
        resettle(_resting_on([source.pk, *reprints]))
    return source


def _resting_on(sources: list[int]) -> set[str]:
    """The codes of the pairs whose facts cite any of the sources."""
    codes: set[str] = set()
    for model in FACT_MODELS:
        codes |= set(model.objects.current().citing(sources).values_list("pair_id", flat=True))
    return codes


def _write(source: Source, values: Mapping[str, Any]) -> None:
    for name in _WRITTEN:
        if name in values:
            setattr(source, name, values[name])
    if "syndication_of" in values:
        original: Source | None = values["syndication_of"]
        # A reprint of a reprint is a reprint of the original.
        source.syndication_of_id = original.original if original else None
        if original and source.pk and source.syndication_of_id == source.pk:
            raise Invalid(field="syndication_of", why="A source is no reprint of itself.")
    source.sha256 = digest(source.text)
    refuse_unclean(source, exclude=("syndication_of", "key"))
    try:
        with transaction.atomic():
            source.save()
    except IntegrityError as error:
        taken = Source.objects.filter(url=source.url).exclude(pk=source.pk).first() if source.url else None
        if taken is None:
            raise
        raise Conflict(field="url", why=f"Source {taken.pk} has this URL already.") from error
