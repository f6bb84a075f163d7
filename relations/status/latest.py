"""Tracks on which the latest fact alone gives the value."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from relations.status.facts import FactValue
from relations.status.tracks import NOTHING, Contradictions, State, Step, with_evidence
from relations.text.persons import same_person


def latest(
    facts: Iterable[FactValue], contradictions: Contradictions, value_of: Callable[[FactValue], tuple[str, str]]
) -> list[Step]:
    """One step for each fact; `value_of` gives the value and the holder, which together make a run.

    A run has the holder's name as its first fact spells it: another spelling is no other ambassador.
    """
    steps: list[Step] = []
    for fact in facts:
        value, holder = value_of(fact)
        run = steps[-1].state if steps else NOTHING
        if run.value != value or not is_same_holder(run.holder, holder):
            run = State(value=value, holder=holder, since=fact.on)
        steps.append(Step(fact.latest, with_evidence(run, fact, contradictions)))
    return steps


def is_same_holder(one: str, other: str) -> bool:
    """Checks whether two names, or none, are one holder's."""
    return one == other or bool(one and other and same_person(one, other))
