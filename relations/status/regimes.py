"""The evidence that decides: within a programme, within a regime, and for a sender's posture.

The rules are those of `docs/status.md`, "Regimes": the strongest basis that is not stale decides, data sets come last.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from relations import dates
from relations.codes import SANCTION_STRENGTH, UNKNOWN, SanctionValue, SourceKind
from relations.status.ageing import Phase
from relations.status.combining import Pool, combine
from relations.status.evidence import rank
from relations.status.facts import FactValue
from relations.status.tracks import NOTHING, Step, StepsByTrack


def is_dataset(fact: FactValue) -> bool:
    """Checks whether a fact is known from data sets alone."""
    return bool(fact.witnesses) and all(witness.kind == SourceKind.DATASET for witness in fact.witnesses)


def data_set(steps: list[Step]) -> list[Step]:
    """A data set that codes an end for a year does not know that nothing is in force: it is unknown from then on."""
    result, before = list[Step](), NOTHING
    for day, state in {step.day: step for step in steps}.values():
        before = before.unknown(day) if state.value == SanctionValue.NONE else state
        result.append(Step(day, replace(before, behind=state.behind)))
    return result


def of_programme(now: list[Phase]) -> list[Phase]:
    """The sequence of acts decides while it is not stale; then what was seen, then data sets.

    An end that only an article reports gives way to a list that has shown the programme since.
    """
    known = [phase for phase in now if _is_known(phase)]
    fresh = [phase for phase in known if not phase.stale]
    official = [phase for phase in fresh if not _is_dataset(phase)]
    if official and official[0].state.value == SanctionValue.NONE:
        official = [one for one in official if _outlives(one, official[0])] or official
    return (official or fresh or [phase for phase in known if not _is_dataset(phase)] or known or now)[:1]


def _outlives(phase: Phase, end: Phase) -> bool:
    """Checks whether evidence with a stronger basis than an end has been seen since."""
    return rank(phase.state.behind.basis) < rank(end.state.behind.basis) and _is_newer(phase, end)


def posture(programmes: StepsByTrack) -> list[Step]:
    """A sender's posture towards a target: the strongest of its regimes; `programmes` are those that carry one."""
    by_regime: defaultdict[str, list[list[Step]]] = defaultdict(list)
    facts: list[FactValue] = []
    for track, (steps, own) in sorted(programmes.items()):
        by_regime[str(own[0].regime or track)].append(steps)
        facts += own
    # In an order that no later programme changes: what is known of a day before it stays word for word the same.
    regimes = [_together(lives, of_regime) for _, lives in sorted(by_regime.items())]
    return _certain(_together(regimes, of_sender), facts)


def _together(lives: list[list[Step]], pool: Pool) -> list[Step]:
    return lives[0] if len(lives) == 1 else combine(lives, order=SANCTION_STRENGTH, pool=pool)


def of_regime(now: list[Phase]) -> list[Phase]:
    """The programmes that count: of those that are not stale, the ones that no stronger basis has ended since they were
    seen; or data sets, or else the stale ones."""
    known = [phase for phase in now if _is_known(phase)]
    fresh = [phase for phase in known if not phase.stale]
    official = [phase for phase in fresh if not _is_dataset(phase)]
    ends = [phase for phase in official if phase.state.value == SanctionValue.NONE]
    not_ended = [one for one in official if not any(_ends(end, one) for end in ends)]
    return not_ended or fresh or [phase for phase in known if not _is_dataset(phase)] or known or now


def _ends(end: Phase, phase: Phase) -> bool:
    is_stronger = rank(end.state.behind.basis) < rank(phase.state.behind.basis)
    return phase is not end and is_stronger and not _is_newer(phase, end)


def of_sender(now: list[Phase]) -> list[Phase]:
    """Regimes known from data sets alone count only where no other is known, or where they began after the last word
    on the others, if that is an end or an article's."""
    known = [phase for phase in now if _is_known(phase)]
    others = [phase for phase in known if not _is_dataset(phase)]
    if others and all(_may_be_over(phase) for phase in others):
        return [one for one in known if one in others or all(map(one.began_after, others))]
    return others or known or now


def _may_be_over(phase: Phase) -> bool:
    return phase.state.value == SanctionValue.NONE or phase.state.behind.basis == SourceKind.ARTICLE


def _certain(steps: list[Step], facts: list[FactValue]) -> list[Step]:
    """Steps that are certain: "nothing in force" is not known while something may have happened."""
    spans = [(dates.floor_of_doubt(fact.earliest, fact.latest), fact.latest) for fact in facts]
    spans = [(first, last) for first, last in spans if first < last]
    ends = [step.day for step in steps if step.state.value == SanctionValue.NONE]
    if not spans or not ends:
        return steps
    by_day = {step.day: step.state for step in steps}
    result, state, certain = list[Step](), NOTHING, NOTHING
    for day in sorted({*by_day, *(day for span in spans for day in span if day > ends[0])}):
        state = by_day.get(day, state)
        doubt = state.value == SanctionValue.NONE and any(first <= day < last for first, last in spans)
        certain = certain.unknown(day) if doubt else state
        result.append(Step(day, certain))
    return result


def _is_known(phase: Phase) -> bool:
    return phase.state.value != UNKNOWN


def _is_dataset(phase: Phase) -> bool:
    return phase.state.behind.basis == SourceKind.DATASET


def _is_newer(phase: Phase, other: Phase) -> bool:
    seen, since = phase.state.behind.seen, other.state.behind.seen
    return seen is not None and since is not None and seen > since
