"""`/sources/1/`: an archived text with every cited passage marked, and the facts that rest on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from relations.codes import Stance
from relations.models import FACT_MODELS, Citation, Fact, Source
from relations.queries.countries import current_country_index
from relations.web.language import in_the_readers_language
from relations.web.pairs.facts import anchor_of
from relations.web.refusals import reads
from relations.web.words import (
    Names,
    country_names,
    date_in_words,
    source_kind_in_words,
    title_in_words,
    value_in_words,
)
from tracker.frame import page

_MOST_TEXT, _MOST_CITATIONS = 100_000, 300
"""Characters of a text, and citations of each kind of fact, on one page; the API has the rest."""
_MOST_READ = 2_000
"""The last citations of a source, among which the page looks for the latest facts: a list has hundreds of thousands."""
_KEYS = ("pk", *(model.column for model in FACT_MODELS))
_AROUND = 300
"""Characters before and after a cited passage that lies beyond `_MOST_TEXT`."""


@dataclass(frozen=True, slots=True)
class Cited:
    """Words that a fact cites, their `place` in the text (start, end, anchor) if it is archived, the fact in words."""

    anchor: str
    quote: str
    place: tuple[int, int, str] | None
    says: str
    day: str
    pair: str
    names: str
    disputes: bool
    current: bool


@reads("pair")
@in_the_readers_language
def source(request: HttpRequest, key: int) -> HttpResponseBase:
    """The page of a source; `?pair=BY-US` has the passages about this pair for certain, however many there are."""
    row = get_object_or_404(Source.objects.select_related("syndication_of"), pk=key)
    names = country_names(current_country_index())
    pair = request.GET.get("pair", "")[:5].replace("\0", "")  # which PostgreSQL refuses
    own = Citation.objects.filter(source=row)
    last = list(own.order_by("-pk").values_list(*_KEYS)[: _MOST_READ + 1])
    read = [*last[:_MOST_READ], *(_of_pair(own, pair) if len(last) > _MOST_READ else ())]
    keys = {model: {key for key, *facts in read if facts[place]} for place, model in enumerate(FACT_MODELS)}
    by_kind = [list(_cited(model, some, pair, names)) for model, some in keys.items() if some]
    cited = [one for own in by_kind for one in own[:_MOST_CITATIONS]]
    cited.sort(key=lambda one: (one.place is None, one.place and one.place[0]))
    context = {
        "section": "sources",
        "source": row,
        "kind": source_kind_in_words(row.kind),
        "title": title_in_words(row.title),
        "pieces": list(pieces(row.text, (one.place for one in cited if one.place))),
        "quotes": {one.anchor: one.quote for one in cited if one.place is None},
        "cited": cited,
        "has_more": len(last) > _MOST_READ or any(len(own) > _MOST_CITATIONS for own in by_kind),
        "is_cut": len(row.text) > _MOST_TEXT,
    }
    return page(request, "web/source.html", context)


def _of_pair(citations: QuerySet[Citation], pair: str) -> QuerySet[Citation, tuple[int | None, ...]]:
    """The keys of those about facts of the pair: one query."""
    first, *others = (
        citations.filter(**{f"{model.column}__pair": pair}).order_by().values_list(*_KEYS)[: _MOST_CITATIONS + 1]
        for model in FACT_MODELS
    )
    return first.union(*others, all=True)


def _cited(model: type[Fact], citations: Collection[int], pair: str, names: Names) -> Iterator[Cited]:
    """One query: those of the pair first, then the latest facts."""
    rows = Citation.objects.filter(pk__in=citations).select_related(model.column)
    first = Case(When(**{f"{model.column}__pair": pair}, then=Value(0)), default=1, output_field=IntegerField())
    for citation in rows.order_by(first, f"-{model.column}__latest", "id")[: _MOST_CITATIONS + 1]:
        fact: Fact = getattr(citation, model.column)
        anchor = anchor_of(citation.start, citation.end, citation.quote)
        yield Cited(
            anchor=anchor,
            quote=citation.quote,
            place=None if citation.start is None or citation.end is None else (citation.start, citation.end, anchor),
            says=value_in_words(fact.word),
            day=date_in_words(fact.on),
            pair=fact.pair_id,
            names=_("%(sender)s towards %(receiver)s")
            % {"sender": names[fact.from_country_id], "receiver": names[fact.to_country_id]},
            disputes=citation.stance == Stance.DISPUTES,
            current=fact.superseded_at is None,
        )


def pieces(text: str, passages: Iterable[tuple[int, int, str]]) -> Iterator[dict[str, Any]]:
    """The text cut where passages begin and end; passages may overlap. Of a long text, what is around passages.

    A piece is marked as a whole or not at all, and has the anchors of passages that begin with it; before one with a
    `gap` some text is left out.
    """
    spans = set(passages)
    anchors: defaultdict[int, list[str]] = defaultdict(list)
    for start, _end, anchor in sorted(spans):
        anchors[start] += [anchor] if anchor else []
    marked = _joined((start, end) for start, end, _ in spans)
    last = 0
    for first, end in _shown(len(text), spans):
        cuts = sorted({first, end, *(place for span in spans for place in span[:2] if first < place < end)})
        for start, stop in pairwise(cuts):
            is_marked = any(one <= start < other for one, other in marked)
            yield {"text": text[start:stop], "marked": is_marked, "anchors": anchors[start], "gap": start > last}
            last = stop


def _shown(length: int, spans: Iterable[tuple[int, int, str]]) -> list[tuple[int, int]]:
    """The beginning of the text, and the surroundings of passages that come later."""
    around = [(max(start - _AROUND, 0), min(end + _AROUND, length)) for start, end, _ in spans if end > _MOST_TEXT]
    return _joined([(0, min(length, _MOST_TEXT)), *around]) if length else []


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, those that touch or overlap as one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
