"""Tracks on which the latest fact alone gives the value."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from relations.status.facts import FactValue
from relations.status.tracks import NOTHING, Contradictions, Step, first_state, with_evidence
from relations.text.persons import same_person


def latest(
    facts: Iterable[FactValue], contradictions: Contradictions, value_of: Callable[[FactValue], str]
) -> list[Step]:
    """One step for each fact; `value_of` gives the value, of which a run is made.

    A run ends where it is only remembered when the value is known again: nobody knows that it lasted in between.
    """
    steps: list[Step] = []
    for fact in facts:
        value = value_of(fact)
        run = steps[-1].state if steps else NOTHING
        is_new = run.value != value or run.evidence.is_stale(fact.latest)
        run = first_state(fact, contradictions, value=value) if is_new else with_evidence(run, fact, contradictions)
        steps.append(Step(fact.latest, run))
    return steps


def is_same_holder(one: str, other: str) -> bool:
    """Checks whether two names, or none, are one holder's."""
    return one == other or bool(one and other and same_person(one, other))
