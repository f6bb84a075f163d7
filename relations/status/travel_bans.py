"""Travel-ban lists, each folded into one track for a country."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from relations.codes import BAN_STRENGTH, BanAction, TrackKind
from relations.status.claims import disputed
from relations.status.combining import combine
from relations.status.facts import FactValue
from relations.status.tracks import (
    NOTHING,
    Contradictions,
    FactsByTrack,
    State,
    Step,
    StepsByTrack,
    Track,
    interned_track,
    with_evidence,
)


def track_of(fact: FactValue) -> Track:
    return interned_track(TrackKind.TRAVEL_BAN, fact.sender, fact.receiver, str(fact.list))


def exclude(one: FactValue, other: FactValue) -> bool:
    """An amendment changes the scope and not the value, so it excludes nothing."""
    if BanAction.AMENDED in (one.word, other.word):
        return False
    return one.word != other.word or bool(one.scope and other.scope and one.scope != other.scope)


def fold(by_track: FactsByTrack, contradictions: Contradictions) -> StepsByTrack:
    return {
        track: (disputed(_of_list(facts, contradictions), facts, exclude), facts) for track, facts in by_track.items()
    }


def _of_list(facts: Iterable[FactValue], contradictions: Contradictions) -> list[Step]:
    """The country's value; on a list of persons, the strongest of its persons."""
    by_person: defaultdict[str, list[FactValue]] = defaultdict(list)
    for fact in facts:
        by_person[fact.person].append(fact)
    lives = [_of_subject(by_person[person], contradictions) for person in sorted(by_person)]
    return lives[0] if len(lives) == 1 else combine(lives, order=BAN_STRENGTH)


def _of_subject(facts: list[FactValue], contradictions: Contradictions) -> list[Step]:
    """The latest action; an amendment changes no value, and a subject under consideration stays listed."""
    steps: list[Step] = []
    for fact in facts:
        run = steps[-1].state if steps else NOTHING
        if fact.word == BanAction.CONSIDERED and run.value == BanAction.LISTED:
            continue
        if fact.word == BanAction.AMENDED and run == NOTHING:
            continue
        if fact.word not in (run.value, BanAction.AMENDED):
            run = State(value=fact.word, since=fact.on)
        run = State(
            value=run.value, since=run.since, scope=fact.scope, visa_classes=fact.visa_classes,
            disputed=run.disputed, evidence=run.evidence,
        )  # fmt: skip
        steps.append(Step(fact.latest, with_evidence(run, fact, contradictions)))
    return steps
