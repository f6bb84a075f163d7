"""Sources: recorded, changed, looked up by their URL."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q

from relations.errors import Conflict, Invalid, QuoteNotFound
from relations.ledger.bulk_copy import insert
from relations.ledger.locks import lock_key
from relations.ledger.pairs import reproject_pairs
from relations.ledger.refusals import refuse_field_errors
from relations.ledger.rules import constraint_of
from relations.models import FACT_MODELS, Source
from relations.queries.advisory_locks import AdvisoryLock

_WRITTEN = (
    "kind", "publisher", "title", "author", "published_on", "url", "language", "licence", "text",
    "covers_to", "good_for",
)  # fmt: skip
"""The fields of a source that somebody may write, apart from `syndication_of`."""
_RELIABILITY = ("kind", "published_on", "covers_to", "good_for")
"""The fields on which it depends for how long a source can be relied on."""

_TAKEN = {
    "a_url_names_one_source": ("url", "this URL"),
    "a_source_without_a_url_is_known_by_publisher_title_and_day": ("title", "this publisher, title and day"),
}
"""The constraints that say that a source is recorded: the field that has to change, and what it has in common."""

# Written out: each command with a new source asks it twice.
_NAMED = """
    SELECT publisher, title, published_on, id FROM relations_source
    WHERE url = '' AND publisher = ANY(%s::text[]) AND title = ANY(%s::text[]) ORDER BY id DESC
"""

type Identity = tuple[str, str, dt.date | None]
"""Publisher, title and day: sources without a URL that have the same are one."""


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
    """The recorded source with these fields, or a new one; `change_source` alone overwrites a recorded one."""
    known = recorded_source(values)
    if known:
        return known
    try:
        return record_source(values)
    except Conflict:
        # Somebody else has just recorded the same source: the constraint made us wait for them.
        taken = recorded_source(values)
        if taken is None:
            raise
        return taken


def recorded_source(values: Mapping[str, Any]) -> Source | None:
    """The source with this URL or, where `values` have none, without a URL and with this publisher, title and day.

    Of several the original: reprints may have the same.
    """
    if url := values.get("url"):
        return Source.objects.filter(url=url).first()
    identity = _identity(values)
    if identity is None:
        return None
    publisher, title, day = identity
    same = Source.objects.filter(url="", publisher=publisher, title=title, published_on=day)
    return same.order_by(F("syndication_of").asc(nulls_first=True), "pk").first()


def lock_new_sources(every: Collection[Mapping[str, Any]]) -> set[int]:
    """The ids of those of the sources, given by their fields, that are recorded.

    Waits for whoever is creating one of the others, always in one order, before any pair is locked: two commands that
    create the same two sources in opposite orders would deadlock otherwise.
    """
    names = (str(values.get("url") or "") or _identity(values) for values in every)
    wanted = {name for name in names if name is not None}
    recorded = _recorded(wanted)
    keys = sorted({lock_key(str(name)) for name in wanted.difference(recorded)})
    with connection.cursor() as cursor:
        for key in keys:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [AdvisoryLock.NEW_SOURCE, key])
    return set((_recorded(wanted) if keys else recorded).values())


def _identity(values: Mapping[str, Any]) -> Identity | None:
    """None where the day is no date, which `record_source` refuses."""
    try:
        day = Source._meta.get_field("published_on").to_python(values.get("published_on") or None)
    except ValidationError:
        return None
    return str(values.get("publisher") or ""), str(values.get("title") or ""), day


def _recorded(wanted: Collection[str | Identity]) -> dict[str | Identity, int]:
    """The ids of recorded sources by their URL, or by their identity if they have none; two queries at most."""
    urls, identities = ([one for one in wanted if isinstance(one, kind)] for kind in (str, tuple))
    recorded: dict[str | Identity, int] = {}
    if urls:
        recorded |= dict(Source.objects.filter(url__in=urls).values_list("url", "pk"))
    if identities:
        publishers, titles, _ = (list(set(column)) for column in zip(*identities, strict=True))
        with connection.cursor() as cursor:
            cursor.execute(_NAMED, [publishers, titles])
            own = {(publisher, title, day): key for publisher, title, day, key in cursor}
        recorded |= {identity: own[identity] for identity in identities if identity in own}
    return recorded


@transaction.atomic
def record_source(values: Mapping[str, Any]) -> Source:
    """Raises `Conflict` for a URL that another source has or, without a URL, for its publisher, title and day.

    Only a reprint may have these in common with its original.
    """
    source, original = Source(), values.get("syndication_of")
    locking = "SELECT * FROM relations_source WHERE id = %s FOR SHARE"
    locked = {row.pk: row for row in Source.objects.raw(locking, [original.pk])} if original else {}
    _write(source, _with_locked_original(values, locked))
    return source


def record_editions(editions: Sequence[Mapping[str, Any]]) -> list[int]:
    """Records many editions with these fields, in their order, and returns their ids.

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
        return [_record_edition(values) for values in editions]
    return [source.pk for source in sources]


def _record_edition(values: Mapping[str, Any]) -> int:
    try:
        return record_source(values).pk
    except Conflict:
        # Another edition has the URL, or the title and the day, which name one source only: it is the same witness.
        known = recorded_source(values) or recorded_source({**values, "url": ""})
        original = values.get("syndication_of") or known
        return record_source({**values, "url": "", "syndication_of": original}).pk


def lock_source(number: int, *, original: int | None) -> dict[int, Source]:
    """Locks a source before it changes, its reprints, and its new original; by id, as they are now.

    In the order of their ids, as commands that cite sources lock them. Whoever locks the source alone before its change
    risks a deadlock.
    """
    own = Source.objects.filter(Q(pk=number) | Q(syndication_of=number) | Q(pk=original))
    return {row.pk: row for row in own.order_by("pk").select_for_update(no_key=True)}


def _with_locked_original(values: Mapping[str, Any], locked: Mapping[int, Source]) -> Mapping[str, Any]:
    """The values with the locked original, which may have become a reprint itself since it was looked up."""
    original = values.get("syndication_of")
    if not original:
        return values
    if original.pk not in locked:
        raise Invalid(field="syndication_of", why=f"There is no source {original.pk} any more.")
    return {**values, "syndication_of": locked[original.pk]}


@transaction.atomic
def change_source(source: Source, values: Mapping[str, Any]) -> Source:
    """Changes a source; its archived text stays once it is cited.

    The pairs that rest on it, or that it confirms, are projected again where it becomes another witness (reprints are
    no second one) or can be relied on for another time.
    """
    original = values.get("syndication_of")
    locked = lock_source(source.pk, original=original and original.pk)
    source, values = locked[source.pk], _with_locked_original(values, locked)
    _refuse_text(source, values.get("text", source.text))
    witness, reliability = source.original, _reliability(source)
    _write(source, values)
    if source.original != witness:
        reprints = list(source.reprints.values_list("pk", flat=True))
        source.reprints.update(syndication_of=source.original)
        reproject_pairs(_resting_on([source.pk, *reprints]))
    elif _reliability(source) != reliability:
        reproject_pairs(_resting_on([source.pk]))
    return source


def _reliability(source: Source) -> list[Any]:
    return [getattr(source, name) for name in _RELIABILITY]


def _refuse_text(source: Source, text: str) -> None:
    """A cited text stays, and a text archived after it was cited contains the cited words."""
    if text == source.text:
        return
    citing, confirming = source.citations.order_by(), source.confirmations.order_by().exclude(quote="")
    quotes = citing.values_list("quote").union(confirming.values_list("quote")).order_by()
    if source.text and quotes.exists():
        raise Conflict(field="text", why=f"The archived text of source {source.pk} is cited and cannot be changed.")
    missing = next((quote for (quote,) in quotes.iterator() if locate(quote, text) is None), None)
    if missing is not None:
        raise QuoteNotFound(field="text", quote=missing[:200], source=source.pk)


def _resting_on(sources: list[int]) -> set[str]:
    """The codes of the pairs whose facts cite any of the sources, or are confirmed by it."""
    codes: set[str] = set()
    for model in FACT_MODELS:
        resting = (model.objects.current().citing(sources), model.objects.confirmed_by(sources))
        codes |= {code for facts in resting for code in facts.values_list("pair_id", flat=True)}
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
            raise Invalid(field="syndication_of", why="A source cannot be a reprint of itself.")
    refuse_field_errors(source)
    source.sha256 = text_digest(source.text)
    try:
        with transaction.atomic():
            source.save()
    except IntegrityError as error:
        field, what = _TAKEN.get(constraint_of(error), ("", ""))
        taken = recorded_source({name: getattr(source, name) for name in ("url", "publisher", "title", "published_on")})
        if not field or taken is None:
            raise
        raise Conflict(field=field, why=f"Source {taken.pk} has {what} already.") from error
