"""Loads the citations of facts, with their sources."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.db.models import Q

from relations.models import Citation, Fact


def citations_of(facts: Iterable[Fact]) -> dict[Fact, list[Citation]]:
    """The citations of facts, with their sources, by fact: one query."""
    citations: dict[Fact, list[Citation]] = {fact: [] for fact in facts}
    by_row = {(fact.column, fact.pk): fact for fact in citations}
    columns = sorted({column for column, _ in by_row})
    if not columns:
        return citations
    about = reduce(or_, (Q(**{f"{column}__in": [pk for own, pk in by_row if own == column]}) for column in columns))
    for citation in Citation.objects.filter(about).select_related("source").defer("source__text").order_by("id"):
        row = next((column, pk) for column in columns if (pk := getattr(citation, f"{column}_id")))
        citations[by_row[row]].append(citation)
    return citations
