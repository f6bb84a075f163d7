"""Sources: recorded, changed, looked up by their URL."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from relations.errors import Conflict, Invalid, QuoteNotFound
from relations.ledger.locks import AdvisoryLock, lock_key
from relations.ledger.pairs import reproject_pairs
from relations.ledger.rules import constraint_of
from relations.ledger.validation import refuse_field_errors
from relations.models import FACT_MODELS, Source

_WRITTEN = ("kind", "publisher", "title", "author", "published_on", "url", "language", "licence", "text")
"""The fields of a source that somebody may write, apart from `syndication_of`."""


def text_digest(text: str) -> str:
    """SHA-256 of the UTF-8 bytes, in hexadecimal; empty for no text."""
    return hashlib.sha256(text.encode()).hexdigest() if text else ""


def locate(quote: str, text: str) -> tuple[int, int] | None:
    """The words' place in the text, in code points, the end not included; any white space equals any other."""
    start = text.find(quote)
    if start >= 0:
        return start, start + len(quote)
    words = quote.split()
    match = re.search(r"\s+".join(map(re.escape, words)), text) if words else None
    return match.span() if match else None


def source_for(values: Mapping[str, Any]) -> Source:
    """The source with this URL, or a new one. A recorded one is not overwritten: `change_source` does that."""
    url = values.get("url", "")
    known = Source.objects.filter(url=url).first() if url else None
    if known:
        return known
    try:
        with transaction.atomic():
            return record_source(values)
    except Conflict:
        # Somebody else has just recorded the same URL: the constraint made us wait for them.
        return Source.objects.get(url=url)


def lock_new_urls(urls: Iterable[str]) -> None:
    """Waits for whoever is creating sources with the same URLs, always in one order, before any pair is locked.

    Two commands that create the same two sources in opposite orders would deadlock otherwise.
    """
    wanted = set(urls)
    known = Source.objects.filter(url__in=wanted).values_list("url", flat=True) if wanted else ()
    keys = sorted({lock_key(url) for url in wanted.difference(known)})
    with connection.cursor() as cursor:
        for key in keys:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [AdvisoryLock.NEW_SOURCE_URL, key])


@transaction.atomic
def record_source(values: Mapping[str, Any]) -> Source:
    """Raises `Conflict` for a URL that another source has."""
    source = Source()
    _write(source, values)
    return source


@transaction.atomic
def change_source(source: Source, values: Mapping[str, Any]) -> Source:
    """Changes a source; its archived text stays once it is cited.

    Reprints are no second witness, so the pairs that rest on the source are projected again.
    """
    own = Source.objects.filter(Q(pk=source.pk) | Q(syndication_of=source.pk)).order_by("pk")
    source = {row.pk: row for row in own.select_for_update(no_key=True)}[source.pk]
    _refuse_text(source, values.get("text", source.text))
    witness = source.original
    _write(source, values)
    if source.original != witness:
        reprints = list(source.reprints.values_list("pk", flat=True))
        source.reprints.update(syndication_of=source.original)
        reproject_pairs(_resting_on([source.pk, *reprints]))
    return source


def _refuse_text(source: Source, text: str) -> None:
    """A cited text stays, and a text archived after it was cited contains the cited words."""
    if text == source.text:
        return
    quotes = source.citations.values_list("quote", flat=True)
    if source.text and quotes.exists():
        raise Conflict(field="text", why=f"The archived text of source {source.pk} is cited and cannot be changed.")
    missing = next((quote for quote in quotes.iterator() if locate(quote, text) is None), None)
    if missing is not None:
        raise QuoteNotFound(field="text", quote=missing[:200], source=source.pk)


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
    refuse_field_errors(source)
    source.sha256 = text_digest(source.text)
    try:
        with transaction.atomic():
            source.save()
    except IntegrityError as error:
        if constraint_of(error) != "a_url_names_one_source":
            raise
        taken = Source.objects.get(url=source.url)
        raise Conflict(field="url", why=f"Source {taken.pk} has this URL already.") from error
