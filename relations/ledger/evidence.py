"""Sources found or made, and quotes held to their texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from relations.codes import Stance
from relations.errors import Invalid, MissingEvidence, QuoteNotFound
from relations.ledger.drafts import CitationDraft
from relations.ledger.sources import source_for
from relations.models import Citation, Fact, Source


def cited(drafts: Iterable[CitationDraft]) -> list[Citation]:
    """Citations, not yet saved, whose words stand in their sources; sources given in full are found or made.

    Raises `MissingEvidence` without a supporting one, `QuoteNotFound` for words that do not stand in the text.
    """
    citations = [_citation(draft, index) for index, draft in enumerate(drafts)]
    if not any(citation.stance == Stance.SUPPORTS for citation in citations):
        raise MissingEvidence(field="citations")
    return citations


def _citation(draft: CitationDraft, index: int) -> Citation:
    source = draft.source if isinstance(draft.source, Source) else source_for(draft.source)
    if draft.stance not in Stance.values:
        raise Invalid(
            field=f"citations/{index}/stance", why=f"{draft.stance!r} is no stance; take supports or disputes."
        )
    if not draft.quote.strip() or "\x00" in draft.quote:
        raise Invalid(field=f"citations/{index}/quote", why="A quote has words, and no NUL bytes.")
    if not source.text:
        return Citation(source=source, quote=draft.quote.strip(), stance=draft.stance)
    found = locate(draft.quote, source.text)
    if found is None:
        raise QuoteNotFound(field=f"citations/{index}/quote", quote=draft.quote[:200], source=source.pk)
    start, end = found
    return Citation(source=source, quote=source.text[start:end], start=start, end=end, stance=draft.stance)


def locate(quote: str, text: str) -> tuple[int, int] | None:
    """Where the words stand in the text, in code points, the end not included; any white space equals any other."""
    start = text.find(quote)
    if start >= 0:
        return start, start + len(quote)
    words = quote.split()
    match = re.search(r"\s+".join(map(re.escape, words)), text) if words else None
    return match.span() if match else None


def attach(facts: Sequence[Fact], citations: Sequence[Sequence[Citation]]) -> None:
    """Saves each fact's citations."""
    for fact, own in zip(facts, citations, strict=True):
        for citation in own:
            setattr(citation, fact.column, fact)
    Citation.objects.bulk_create([citation for own in citations for citation in own])


def carried_over(fact: Fact) -> list[Citation]:
    """A version's citations once more, for the version that follows it."""
    return [
        Citation(source=old.source, quote=old.quote, start=old.start, end=old.end, stance=old.stance)
        for old in fact.citations.select_related("source").order_by("id")
    ]
