"""Facts as JSON, with their evidence: the same object in lists, alone, in history and inside a relation."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Annotated, Any, NotRequired, TypedDict, cast
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.db.models.fields.tuple_lookups import Tuple, TupleIn

from relations.codes import (
    AMBASSADOR_STATUSES,
    BanAction,
    BanScope,
    EventKind,
    Measure,
    Nature,
    Reason,
    SanctionAction,
    SanctionExtension,
    Scope,
    Stance,
)
from relations.models import (
    AmbassadorStatus,
    DiplomaticEvent,
    Fact,
    SanctionEvent,
    TravelBanEntry,
)
from relations.models.facts import FactQuerySet
from relations.queries.citations import CitationRow, Row, citations_of
from relations.queries.confirmations import confirmation_counts
from relations.queries.facts import fact_values
from relations.representation.json_types import CountryCode, FactKey, Url, keys, one_of
from relations.representation.references import (
    ListRef,
    ProgrammeRef,
    SourceRef,
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


class CitationResponse(TypedDict):
    source: SourceRef
    quote: str
    start: Annotated[int | None, "First code point of the quote in the archived text"]
    end: Annotated[int | None, "The code point after the quote"]
    stance: Annotated[str, one_of(Stance)]
    verified: Annotated[bool | None, "The quote occurs in the archived text; null where there is no text to compare"]


class Retraction(TypedDict):
    at: dt.datetime
    by: str | None
    why: str
    request_id: str


# --- the four kinds -------------------------------------------------------------------------------------------------

# `from` is a keyword, so types that have it are written as calls.
_Head = TypedDict("_Head", {"key": UUID, "version": int, "from": CountryCode, "to": CountryCode})


class _Evidence(TypedDict):
    on: Annotated[str, "EDTF"]
    earliest: Annotated[dt.date | None, "First possible day; null for an open start"]
    latest: Annotated[dt.date, "Last possible day: from here on the fact counts"]
    nature: Annotated[str, one_of(Nature), "It happened on that day, or was seen to be so"]
    announced_on: Annotated[str | None, "EDTF: when it was announced, if on another day"]
    quantity: Annotated[int | None, "A number that belongs to it: 35 staff"]
    in_response_to: Annotated[FactKey | None, "The key of the fact that it answers"]
    recorded_at: dt.datetime
    superseded_at: dt.datetime | None
    note: str
    citations: list[CitationResponse]
    independent_sources: Annotated[int, "Supporting witnesses; a reprint is not a second one"]
    confirmations: Annotated[int, "Days on which a source still said so: they are at <url>confirmations/"]
    disputed: bool
    url: Url
    retraction: NotRequired[Annotated[Retraction | None, "In lists with `retracted=1`: when, by whom and why"]]


class _AmbassadorValues(TypedDict):
    status: Annotated[str, one_of(word for word, _ in AMBASSADOR_STATUSES)]
    holder: str


class CameoCode(TypedDict):
    cameo: str | None


class EventCodes(CameoCode):
    plover: str | None


class _SanctionValues(TypedDict):
    action: Annotated[str, one_of(SanctionAction)]
    measures: list[Annotated[str, one_of(Measure)]]
    scope: Annotated[str, one_of(Scope, "")]
    programme: Annotated[int | ProgrammeRef | None, "An id; with `?expand=programme` the programme in short"]
    instrument: str
    expires_on: dt.date | None
    extends: Annotated[str, one_of(SanctionExtension, ""), "Whose deadline an extension replaces"]
    codes: CameoCode


class _EntryValues(TypedDict):
    list: Annotated[int | ListRef, "An id; with `?expand=list` the list in short"]
    country: CountryCode
    action: Annotated[str, one_of(BanAction)]
    scope: Annotated[str, one_of(BanScope, "")]
    visa_classes: Sequence[str]
    person: str
    identifiers: Sequence[str]


class _EventValues(TypedDict):
    kind: Annotated[str, one_of(EventKind)]
    codes: EventCodes


class AmbassadorResponse(_Head, _AmbassadorValues, _Evidence):
    """One version of a fact about a head of mission."""


class SanctionResponse(_Head, _SanctionValues, _Evidence):
    """One version of a sanction event."""


class EntryResponse(_Head, _EntryValues, _Evidence):
    """One version of a travel-ban entry."""


class EventResponse(_Head, _EventValues, _Evidence):
    """One version of a diplomatic event."""


type FactResponse = AmbassadorResponse | SanctionResponse | EntryResponse | EventResponse


class Circumstances(TypedDict):
    """The author of a version, and why and in which request it was recorded."""

    recorded_by: str | None
    reason: Annotated[str | None, one_of(Reason)]
    why: str
    request_id: str


class AmbassadorVersionResponse(AmbassadorResponse, Circumstances):
    pass


class SanctionVersionResponse(SanctionResponse, Circumstances):
    pass


class EntryVersionResponse(EntryResponse, Circumstances):
    pass


class EventVersionResponse(EventResponse, Circumstances):
    pass


_OWN_KEYS: dict[type[Fact], tuple[str, ...]] = {
    AmbassadorStatus: keys(_AmbassadorValues),
    SanctionEvent: keys(_SanctionValues),
    TravelBanEntry: keys(_EntryValues),
    DiplomaticEvent: keys(_EventValues),
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
    head: _Head = {
        "key": fact.key,
        "version": fact.version,
        "from": fact.from_country_id,
        "to": fact.to_country_id,
    }
    evidence: _Evidence = {
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


def _any(keys: Collection[str], shown: frozenset[str] | None) -> bool:
    return shown is None or not shown.isdisjoint(keys)


def is_contested(citations: Iterable[CitationRow]) -> bool:
    return any(citation.stance == Stance.DISPUTES for citation in citations)


def with_company[F_: Fact](facts: FactQuerySet[F_], known: FactQuerySet[F_]) -> FactQuerySet[F_]:
    """Annotates `has_company`: few facts share pair and day with another `known` one, so most need no comparison."""
    others = known.filter(pair=OuterRef("pair"), latest=OuterRef("latest")).exclude(key=OuterRef("key"))
    return facts.annotate(has_company=Exists(others))  # type: ignore[return-value]  # and one annotation more


def _contradicted(facts: Sequence[Fact], known_at: dt.datetime | None) -> Collection[str]:
    """The keys of the facts that another one of the same kind, pair and day contradicts."""
    days: defaultdict[type[Fact], set[tuple[str, dt.date]]] = defaultdict(set)
    for fact in facts:
        if getattr(fact, "has_company", True):
            days[type(fact)].add((fact.pair_id, fact.latest))
    near = [
        model.objects.known_at(known_at).filter(TupleIn(Tuple("pair_id", "latest"), sorted(own)))
        for model, own in days.items()
    ]
    return contradictions(fact_values(*near)) if near else ()
