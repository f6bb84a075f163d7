"""Facts as JSON, with their evidence: the same object in lists, alone, in history and inside a relation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from django.db.models import Exists, OuterRef
from django.db.models.fields.tuple_lookups import Tuple, TupleIn

from relations.codes import Stance
from relations.models import Citation, Fact, Source
from relations.models.facts import FactQuerySet
from relations.queries.facts import fact_values
from relations.representation.references import list_ref, programme_ref, source_ref
from relations.status import contradictions

SOURCES, PROGRAMME, LIST = "sources", "programme", "list"
"""What `?expand=` shows whole."""


_VALUES: dict[str, Callable[[Any, Collection[str]], Any]] = {
    "programme": lambda fact, expand: (
        programme_ref(fact.programme) if PROGRAMME in expand and fact.programme else fact.programme_id
    ),
    "list": lambda fact, expand: list_ref(fact.list) if LIST in expand else fact.list_id,
    "country": lambda fact, _: fact.to_country_id,
}
"""Values of the kinds' own keys that are not attributes of the model under the same name."""


def _own(fact: Fact, expand: Collection[str]) -> dict[str, Any]:
    return {key: _VALUES[key](fact, expand) if key in _VALUES else getattr(fact, key) for key in fact.fact_kind.keys}


_HEAD = ("key", "version", "from", "to")
_TAIL = (
    "on", "earliest", "latest", "recorded_at", "superseded_at", "note", "citations", "independent_sources", "disputed",
    "url",
)  # fmt: skip


def keys_of(model: type[Fact]) -> tuple[str, ...]:
    """The keys of a fact of this kind, in their order."""
    return (*_HEAD, *model.fact_kind.keys, *_TAIL)


def fact_body(
    fact: Fact, citations: Sequence[Citation], *, disputed: bool, site: str = "", expand: Collection[str] = ()
) -> dict[str, Any]:
    """One version of a fact; `disputed` says that a citation disputes it or that another fact contradicts it."""
    return {
        "key": fact.key,
        "version": fact.version,
        "from": fact.from_country_id,
        "to": fact.to_country_id,
        **_own(fact, expand),
        "on": fact.on,
        "earliest": None if fact.has_open_start else fact.earliest,
        "latest": fact.latest,
        "recorded_at": fact.recorded_at,
        "superseded_at": fact.superseded_at,
        "note": fact.note,
        "citations": [citation_body(citation, expand) for citation in citations],
        "independent_sources": len(_originals(citations)),
        "disputed": disputed,
        "url": fact_url(fact, site),
    }


def fact_url(fact: Fact, site: str) -> str:
    return f"{site}/api/{fact.resource}/{fact.key}/"


def citation_body(citation: Citation, expand: Collection[str] = ()) -> dict[str, Any]:
    source = citation.source
    return {
        "source": source_whole(source) if SOURCES in expand else source_ref(source),
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "stance": citation.stance,
    }


def source_whole(source: Source) -> dict[str, Any]:
    """All of a source but its archived text, which stands at its own URL."""
    return {
        **source_ref(source),
        "author": source.author,
        "language": source.language,
        "licence": source.licence,
        "sha256": source.sha256,
    }


def citations_of(facts: Iterable[Fact]) -> dict[int, list[Citation]]:
    """The citations of facts of one kind, with their sources, by the fact's primary key: one query."""
    found: dict[int, list[Citation]] = {fact.pk: [] for fact in facts}
    for column in {fact.column for fact in facts}:
        cited = Citation.objects.filter(**{f"{column}__in": list(found)}).select_related("source")
        for citation in cited.defer("source__text").order_by("id"):
            found[getattr(citation, f"{column}_id")].append(citation)
    return found


def fact_bodies(
    facts: Sequence[Fact], *, known_at: dt.datetime | None = None, site: str = "", expand: Collection[str] = ()
) -> list[dict[str, Any]]:
    """Facts of one kind as JSON: two queries, for their citations and for what contradicts them at `known_at`."""
    cited = citations_of(facts)
    contradicted = _contradicted(facts, known_at)
    return [
        fact_body(
            fact,
            cited[fact.pk],
            disputed=str(fact.key) in contradicted or is_contested(cited[fact.pk]),
            site=site,
            expand=expand,
        )
        for fact in facts
    ]


def is_contested(citations: Iterable[Citation]) -> bool:
    return any(citation.stance == Stance.DISPUTES for citation in citations)


def with_company[F_: Fact](facts: FactQuerySet[F_], known: FactQuerySet[F_]) -> FactQuerySet[F_]:
    """Facts that say of themselves whether another one that is `known` is of the same pair and day: few are."""
    others = known.filter(pair=OuterRef("pair"), latest=OuterRef("latest")).exclude(key=OuterRef("key"))
    found: FactQuerySet[F_] = facts.annotate(has_company=Exists(others))  # type: ignore[assignment]  # and one more
    return found


def _contradicted(facts: Sequence[Fact], known_at: dt.datetime | None) -> Collection[str]:
    """The keys of those facts that another one of the same pair and day contradicts."""
    days = {(fact.pair_id, fact.latest) for fact in facts if getattr(fact, "has_company", True)}
    if not days:
        return ()
    known = type(facts[0]).objects.known_at(known_at)
    return contradictions(fact_values(known.filter(TupleIn(Tuple("pair_id", "latest"), sorted(days)))))


def _originals(citations: Iterable[Citation]) -> set[int]:
    """The ids of the witnesses: a reprint is not a second one."""
    return {citation.source.original for citation in citations if citation.stance == Stance.SUPPORTS}
