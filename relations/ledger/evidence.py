"""Evidence: sources locked, looked up or created, and quotes checked against their texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from relations.codes import Stance
from relations.errors import Invalid, MissingEvidence, QuoteNotFound, Refused
from relations.ledger.bulk_copy import insert
from relations.ledger.drafts import CitationDraft, ConfirmationDraft
from relations.ledger.sources import locate, lock_new_sources, source_for
from relations.models import Citation, Fact, Source
from relations.text.faults import fault_of_text, is_storable


class Cited(NamedTuple):
    """A citation that is not yet saved: the fields of its row but for the fact."""

    source_id: int
    quote: str
    stance: str
    start: int | None = None
    end: int | None = None


type LockedSources = Mapping[int, Source]


def lock_sources(drafts: Iterable[CitationDraft | ConfirmationDraft]) -> LockedSources:
    """Locks the recorded sources that are about to be cited, or reprinted, until the commit; by id, as they are now.

    Before any pair is locked, and in the order of their ids: a change of a source locks in the same order. Without
    it a text could change, or a source become a reprint, between the look at it and the commit of its citation.
    """
    given = [draft.source for draft in drafts]
    ids = {source.pk for source in given if isinstance(source, Source)}
    new = [source for source in given if not isinstance(source, Source)]
    ids |= lock_new_sources(new)
    ids |= {original.pk for source in new if (original := source.get("syndication_of"))}
    if not ids:
        return {}
    locking = "SELECT * FROM relations_source WHERE id = ANY(%s) ORDER BY id FOR SHARE"
    return {source.pk: source for source in Source.objects.raw(locking, [list(ids)])}


def locked_source(given: Source | Mapping[str, Any], sources: LockedSources, *, field: str) -> Source:
    """A locked source, or the one that is found by its fields or created. Raises `Invalid` for a deleted one."""
    if not isinstance(given, Source):
        try:
            return source_for(given)
        except Refused as refusal:
            refusal.field = f"{field}/{refusal.field}"
            raise
    if given.pk not in sources:
        raise Invalid(field=field, why=f"There is no source {given.pk} any more.")
    return sources[given.pk]


def cited(drafts: Iterable[CitationDraft], sources: LockedSources) -> list[Cited]:
    """Checks citations before they are saved; a source given by its fields is looked up or created.

    Raises `MissingEvidence` without a supporting one, `QuoteNotFound` for words that are not in the text.
    """
    citations = [_citation(draft, index, sources) for index, draft in enumerate(drafts)]
    if not any(citation.stance == Stance.SUPPORTS for citation in citations):
        raise MissingEvidence(field="citations")
    return citations


def _citation(draft: CitationDraft, index: int, sources: LockedSources) -> Cited:
    source = locked_source(draft.source, sources, field=f"citations/{index}/source")
    if draft.stance not in Stance.values:
        raise Invalid(
            field=f"citations/{index}/stance", why=f"{draft.stance!r} is not a stance; use supports or disputes."
        )
    if not draft.quote.strip():
        raise Invalid(field=f"citations/{index}/quote", why="A quote has words.")
    refuse_quote(draft.quote, source, field=f"citations/{index}/quote")
    return quoting(source, draft.quote.strip(), draft.stance, field=f"citations/{index}/quote")


def refuse_quote(quote: str, source: Source, *, field: str) -> None:
    """Raises `Invalid` for what is no text, or is taken as given and would be misread; an archived text has its own."""
    if why := "" if source.text and is_storable(quote) else fault_of_text(quote):
        raise Invalid(field=field, why=why)


def quoting(source: Source, quote: str, stance: str, *, field: str) -> Cited:
    """The words with their place in the archived text, if there is one. Raises `QuoteNotFound`."""
    if not source.text:
        return Cited(source.pk, quote, stance)
    place = locate(quote, source.text)
    if place is None:
        raise QuoteNotFound(field=field, quote=quote[:200], source=source.pk)
    start, end = place
    return Cited(source.pk, source.text[start:end], stance, start, end)


def attach(facts: Iterable[Fact], citations: Iterable[Sequence[Cited]]) -> None:
    pairs = ((fact, citation) for fact, own in zip(facts, citations, strict=True) for citation in own)
    insert(Citation, (Citation(**{f"{fact.column}_id": fact.pk}, **citation._asdict()) for fact, citation in pairs))


def carried_over(fact: Fact) -> list[Cited]:
    """A version's citations for the version that follows it; a text archived since gives them offsets."""
    return [
        Cited(old.source_id, old.quote, old.stance, old.start, old.end)
        if old.start is not None
        else quoting(old.source, old.quote, old.stance, field="citations")
        for old in fact.citations.select_related("source").order_by("id")
    ]


def has_same_citations(fact: Fact, citations: Sequence[Cited]) -> bool:
    def words(citation: Citation | Cited) -> tuple[int | None, str, str]:
        return citation.source_id, citation.quote, citation.stance

    return sorted(map(words, fact.citations.all())) == sorted(map(words, citations))
