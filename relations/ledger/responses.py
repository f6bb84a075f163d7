"""Facts in response to others: the key of the other one has to be a recorded fact's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from relations.errors import Invalid
from relations.ledger.refusals import Refusals
from relations.models import FACT_MODELS, Fact


def refuse_unknown_responses(facts: Mapping[int, Fact], refused: Refusals) -> None:
    """Refuses facts, by the index of their row, in response to what neither is recorded nor is one of them.

    A retracted fact will do, for its history can be read. No lock is needed: facts are never deleted.
    """
    wanted = {fact.in_response_to for fact in facts.values() if isinstance(fact.in_response_to, UUID)}
    unknown = wanted - _recorded(wanted) - {fact.key for fact in facts.values()} if wanted else wanted
    for index, fact in facts.items():
        if fact.in_response_to in unknown:
            why = f"There is no fact {fact.in_response_to} to which this could be a response."
            refused[index].append(Invalid(field="in_response_to", why=why))


def _recorded(keys: Iterable[UUID]) -> set[UUID]:
    return {key for model in FACT_MODELS for key in model.objects.filter(key__in=keys).values_list("key", flat=True)}
