"""Facts that caused changes, with their quotes and sources, as messages to subscribers have them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Annotated, TypedDict, cast

from django.db.models.fields.tuple_lookups import Tuple, TupleIn

from relations.codes import Stance
from relations.models import FACT_MODEL_OF, Fact, StatusChange
from relations.queries.citations import CitationRow, citations_of
from relations.representation.changes import CauseResponse
from relations.representation.facts import fact_url
from relations.representation.json_types import CountryCode, one_of
from relations.representation.references import SourceRef, source_ref

QUOTED = 5
"""Citations that one message has."""


class Quoted(TypedDict):
    quote: Annotated[str, "The exact words"]
    stance: Annotated[str, one_of(Stance)]
    source: SourceRef


_Direction = TypedDict("_Direction", {"from": CountryCode, "to": CountryCode})


class MessageCause(CauseResponse, _Direction):
    """The version of a fact that caused the change"""

    value: Annotated[str, "The fact's own word: its status, action or kind"]
    on: Annotated[str, "EDTF"]
    citations: Annotated[list[Quoted], {"maxItems": QUOTED}, "The first of them"]
    citations_count: int


def causes_of(changes: Iterable[StatusChange], *, site: str) -> dict[int, MessageCause]:
    """The cause of each change that has one, by its id: a query for each kind of fact, and one for citations."""
    caused = [change for change in changes if change.cause_key is not None]
    wanted: defaultdict[str, set[tuple[str, int]]] = defaultdict(set)
    for change in caused:
        wanted[change.cause_kind].add((str(change.cause_key), cast("int", change.cause_version)))
    facts: list[Fact] = []
    for kind, versions in wanted.items():
        own = TupleIn(Tuple("key", "version"), sorted(versions))
        facts += FACT_MODEL_OF[kind]._default_manager.filter(own)
    by_version = {(fact.resource, str(fact.key), fact.version): fact for fact in facts}
    cited = citations_of(facts)
    causes: dict[int, MessageCause] = {}
    for change in caused:
        fact = by_version[change.cause_kind, str(change.cause_key), cast("int", change.cause_version)]
        causes[change.pk] = _cause(fact, cited[fact.row], site)
    return causes


def _cause(fact: Fact, citations: Sequence[CitationRow], site: str) -> MessageCause:
    return {
        "kind": fact.resource,
        "key": fact.key,
        "version": fact.version,
        "url": fact_url(fact, site),
        "from": fact.from_country_id,
        "to": fact.to_country_id,
        "value": fact.word,
        "on": fact.on,
        "citations": [
            {"quote": one.quote, "stance": one.stance, "source": source_ref(one.source)} for one in citations[:QUOTED]
        ],
        "citations_count": len(citations),
    }
