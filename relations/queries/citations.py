"""Loads the citations of facts, with their sources."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.db.models import Q

from relations.models import Citation, Fact, Source


def citations_of(facts: Iterable[Fact]) -> dict[Fact, list[Citation]]:
    """The citations of facts, with their sources, by fact: two queries.

    Not joined: many facts share a source, and each row of a join would become a model of its own.
    """
    citations: dict[Fact, list[Citation]] = {fact: [] for fact in facts}
    by_row = {(fact.column, fact.pk): fact for fact in citations}
    columns = sorted({column for column, _ in by_row})
    if not columns:
        return citations
    about = reduce(or_, (Q(**{f"{column}__in": [pk for own, pk in by_row if own == column]}) for column in columns))
    cited = list(Citation.objects.filter(about).order_by("id"))
    sources = Source.objects.defer("text").in_bulk({citation.source_id for citation in cited})
    for citation in cited:
        citation.source = sources[citation.source_id]
        row = next((column, pk) for column in columns if (pk := getattr(citation, f"{column}_id")))
        citations[by_row[row]].append(citation)
    return citations
