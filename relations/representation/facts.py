"""Facts as JSON, with their evidence: the same object in lists, alone, in history and inside a relation."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, cast

from django.db.models import Exists, OuterRef
from orjson import Fragment

from relations.codes import Stance
from relations.models import (
    FACT_MODELS,
    AmbassadorStatus,
    DiplomaticEvent,
    Fact,
    SanctionEvent,
    TravelBanEntry,
)
from relations.models.facts import FactQuerySet
from relations.queries.citations import CitationRow, Row, citations_of
from relations.queries.confirmations import confirmation_counts
from relations.queries.facts import facts_of_days
from relations.representation.fact_responses import (
    AmbassadorValues,
    CitationResponse,
    EntryValues,
    EventValues,
    Evidence,
    FactResponse,
    Head,
    SanctionValues,
)
from relations.representation.json_text import dumps
from relations.representation.json_types import keys
from relations.representation.references import (
    list_ref,
    programme_ref,
    source_ref,
)
from relations.status import contradictions

DISPUTED = "disputed"
CITED = frozenset({"citations", "independent_sources", DISPUTED})
"""Keys of a fact that come from its citations."""
SOURCES, PROGRAMME, LIST = "sources", "programme", "list"
"""Values of `?expand=`."""


_OWN_KEYS: dict[type[Fact], tuple[str, ...]] = {
    AmbassadorStatus: keys(AmbassadorValues),
    SanctionEvent: keys(SanctionValues),
    TravelBanEntry: keys(EntryValues),
    DiplomaticEvent: keys(EventValues),
}
_COMPUTED: dict[str, Callable[[Any, Collection[str]], Any]] = {
    "programme": lambda fact, expand: (
        programme_ref(fact.programme) if PROGRAMME in expand and fact.programme else fact.programme_id
    ),
    "list": lambda fact, expand: list_ref(fact.list) if LIST in expand else fact.list_id,
    "country": lambda fact, _: fact.to_country_id,
}
"""Values of the kinds' own keys that are not attributes of the model under the same name."""


def _own_values(fact: Fact, expand: Collection[str]) -> dict[str, Any]:
    return {
        key: _COMPUTED[key](fact, expand) if key in _COMPUTED else getattr(fact, key) for key in _OWN_KEYS[type(fact)]
    }


# --- one fact -------------------------------------------------------------------------------------------------------


def fact_body(
    fact: Fact, citations: Sequence[CitationRow], *, disputed: bool, confirmations: int, site: str = "",
    expand: Collection[str] = (), as_known: bool = False,
) -> FactResponse:  # fmt: skip
    """One version of a fact; `disputed` says that a citation disputes it or that another fact contradicts it.

    `as_known`: at a moment at which it was known, and nobody could know when it would be superseded.
    """
    head: Head = {
        "key": fact.key,
        "version": fact.version,
        "from": fact.from_country_id,
        "to": fact.to_country_id,
    }
    evidence: Evidence = {
        "on": fact.on,
        "earliest": None if fact.has_open_start else fact.earliest,
        "latest": fact.latest,
        "nature": fact.nature,
        "announced_on": fact.announced_on or None,
        "quantity": fact.quantity,
        "in_response_to": str(fact.in_response_to) if fact.in_response_to else None,
        "recorded_at": fact.recorded_at,
        "superseded_at": None if as_known else fact.superseded_at,
        "note": fact.note,
        "citations": [citation_body(citation, expand) for citation in citations],
        "independent_sources": len(_originals(citations)),
        "confirmations": confirmations,
        "disputed": disputed,
        "url": fact_url(fact, site),
    }
    return cast("FactResponse", {**head, **_own_values(fact, expand), **evidence})


def fact_url(fact: Fact, site: str) -> str:
    return f"{site}/api/{fact.resource}/{fact.key}/"


def citation_body(citation: CitationRow, expand: Collection[str] = ()) -> CitationResponse:
    return {
        "source": source_ref(citation.source, whole=SOURCES in expand),
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "stance": citation.stance,
        # A text without its digest is empty; any other has all quotes from its source, by a trigger.
        "verified": True if citation.source.sha256 else None,
    }


def _originals(citations: Iterable[CitationRow]) -> set[int]:
    """The ids of the witnesses: a reprint is not a second one."""
    return {citation.source.original for citation in citations if citation.stance == Stance.SUPPORTS}


# --- many facts -----------------------------------------------------------------------------------------------------


def fact_bodies(
    facts: Sequence[Fact], *, known_at: dt.datetime | None = None, site: str = "", expand: Collection[str] = (),
    shown: frozenset[str] | None = None,
) -> list[FactResponse]:  # fmt: skip
    """Facts as JSON, with their citations, their confirmations and what contradicts them at `known_at`.

    What no key in `shown` needs is not read, and empty.
    """
    cited: Mapping[Row, Sequence[CitationRow]] = citations_of(facts) if _any(CITED, shown) else {}
    confirmed = confirmation_counts(facts, known_at=known_at) if _any({"confirmations"}, shown) else {}
    contradicted = _contradicted(facts, known_at) if _any({DISPUTED}, shown) else ()
    return [
        fact_body(
            fact,
            cited.get(fact.row, ()),
            disputed=str(fact.key) in contradicted or is_contested(cited.get(fact.row, ())),
            confirmations=confirmed.get(fact.row, 0),
            site=site,
            expand=expand,
            as_known=known_at is not None,
        )
        for fact in facts
    ]


class CutJson(NamedTuple):
    """The JSON of a fact without the parts that depend on the request: confirmations, `disputed` and the site."""

    head: bytes
    tail: bytes

    @classmethod
    def of(cls, body: FactResponse) -> CutJson:
        """Cuts a body that is not disputed and has no site."""
        # No JSON contains a bare NUL. The site is any host that was asked for, and occurs in the last key only.
        head, _, tail = dumps({**body, "confirmations": Fragment(b"\0")}).partition(b"\0")
        return cls(head, tail.removeprefix(b',"disputed":false,"url":"'))

    def joined(self, confirmations: int, *, disputed: bool, site: str) -> bytes:
        word = b"true" if disputed else b"false"
        return b'%s%d,"disputed":%s,"url":"%s%s' % (self.head, confirmations, word, site.encode(), self.tail)


def cut_facts(pair: str, expand: Collection[str]) -> dict[tuple[str, int], CutJson]:
    """All versions of a pair's facts by key and version; `expand` names the references that are shown whole."""
    written = {}
    for model in FACT_MODELS:
        names = {field.name for field in model._meta.concrete_fields}.intersection(expand)
        facts = list((model.objects.select_related(*names) if names else model.objects).filter(pair=pair))
        cited = citations_of(facts)
        for fact in facts:
            body = fact_body(fact, cited[fact.row], disputed=False, confirmations=0, expand=expand, as_known=True)
            written[str(fact.key), fact.version] = CutJson.of(body)
    return written


def _any(keys: Collection[str], shown: frozenset[str] | None) -> bool:
    return shown is None or not shown.isdisjoint(keys)


def is_contested(citations: Iterable[CitationRow]) -> bool:
    return any(citation.stance == Stance.DISPUTES for citation in citations)


def with_company[F_: Fact](facts: FactQuerySet[F_], known_at: dt.datetime | None) -> FactQuerySet[F_]:
    """Annotates `has_company`: few facts share pair and day with another known one, so most need no comparison."""
    same_day = facts.model.objects.known_at(known_at).filter(pair=OuterRef("pair"), latest=OuterRef("latest"))
    return facts.annotate(has_company=Exists(same_day.exclude(key=OuterRef("key"))))  # type: ignore[return-value]  # and one annotation more


def _contradicted(facts: Sequence[Fact], known_at: dt.datetime | None) -> Collection[str]:
    """The keys of the facts that another one of the same kind, pair and day contradicts."""
    days: defaultdict[type[Fact], set[tuple[str, dt.date]]] = defaultdict(set)
    for fact in facts:
        if getattr(fact, "has_company", True):
            days[type(fact)].add((fact.pair_id, fact.latest))
    return contradictions(facts_of_days(days, known_at=known_at)) if days else ()
