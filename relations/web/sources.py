"""`/sources/1/`: an archived text with every cited passage marked, and the facts that rest on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from relations.codes import Stance
from relations.models import FACT_MODELS, Citation, Fact, Source
from relations.queries.countries import current_country_index
from relations.web.words import date_in_words, value_in_words
from tracker.frame import page

_MOST_TEXT, _MOST_CITATIONS = 200_000, 500
"""Characters of a text and citations on one page; the API has the rest."""


@dataclass(frozen=True, slots=True)
class Cited:
    """A passage that a fact cites: its place in the text, and the fact in words."""

    anchor: str
    quote: str
    start: int | None
    end: int | None
    says: str
    day: str
    pair: str
    names: str
    disputes: bool
    current: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text that is marked as a whole or not at all, and the passages that begin with it."""

    text: str
    marked: bool
    anchors: Sequence[str]


@require_safe
def source(request: HttpRequest, key: int) -> HttpResponseBase:
    found = get_object_or_404(Source, pk=key)
    cited = sorted(_cited(found), key=lambda one: (one.start is None, one.start or 0, one.day))
    context = {
        "section": "sources",
        "source": found,
        "original": found.syndication_of,
        "published": date_in_words(found.published_on.isoformat()) if found.published_on else "",
        "pieces": list(pieces(found.text[:_MOST_TEXT], cited)),
        "cited": cited[:_MOST_CITATIONS],
        "more": max(len(cited) - _MOST_CITATIONS, 0),
        "is_cut": len(found.text) > _MOST_TEXT,
    }
    return page(request, "web/source.html", context)


def _cited(source: Source) -> Iterator[Cited]:
    """Two queries for each kind of fact, and one for the countries' names."""
    names = {code: str(country.name) for code, country in current_country_index().by_code.items()}
    for model in FACT_MODELS:
        rows = Citation.objects.filter(source=source, **{f"{model.column}__isnull": False}).order_by("id")
        for citation in rows.select_related(model.column)[: _MOST_CITATIONS + 1]:
            fact: Fact = getattr(citation, model.column)
            yield Cited(
                anchor="" if citation.start is None else f"c{citation.start}-{citation.end}",
                quote=citation.quote,
                start=citation.start,
                end=citation.end,
                says=value_in_words(fact.word),
                day=date_in_words(fact.on),
                pair=fact.pair_id,
                names=f"{names[fact.from_country_id]} → {names[fact.to_country_id]}",
                disputes=citation.stance == Stance.DISPUTES,
                current=fact.superseded_at is None,
            )


def pieces(text: str, cited: Iterable[Cited]) -> Iterator[Piece]:
    """The text cut where passages begin and end; passages may overlap."""
    spans = {(one.start, one.end, one.anchor) for one in cited if one.start is not None and one.end is not None}
    anchors: defaultdict[int, list[str]] = defaultdict(list)
    for start, _end, anchor in sorted(spans):
        anchors[start].append(anchor)
    cuts = sorted({0, len(text), *(min(place, len(text)) for span in spans for place in span[:2])})
    for start, end in pairwise(cuts):
        marked = any(first <= start < last for first, last, _ in spans)
        yield Piece(text[start:end], marked, anchors[start])
