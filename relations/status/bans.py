"""Acts on one travel-ban list that concern one country."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from relations.codes import BAN_STRENGTH, BanAction
from relations.status.facts import FactValue
from relations.status.strongest import strongest
from relations.status.tracks import NOTHING, State, Step, with_contradictions


def travel_ban(acts: Iterable[FactValue], contradictions: dict[str, tuple[str, ...]]) -> list[Step]:
    """What the list says of the country; of its persons, each for itself, the strongest."""
    subjects: defaultdict[str, list[FactValue]] = defaultdict(list)
    for act in acts:
        subjects[act.person].append(act)
    lives = [_of_one(subjects[person], contradictions) for person in sorted(subjects)]
    return lives[0] if len(lives) == 1 else strongest(lives, order=BAN_STRENGTH)


def _of_one(acts: list[FactValue], contradictions: dict[str, tuple[str, ...]]) -> list[Step]:
    """The latest act holds; an amendment keeps the value, and what is considered anew stays listed meanwhile."""
    steps: list[Step] = []
    for act in acts:
        run = steps[-1].state if steps else NOTHING
        if act.word == BanAction.CONSIDERED and run.value == BanAction.LISTED:
            continue
        if act.word == BanAction.AMENDED and run == NOTHING:
            continue
        if act.word not in (run.value, BanAction.AMENDED):
            run = State(value=act.word, since=act.on)
        run = replace(run, scope=act.scope, visa_classes=act.visa_classes)
        steps.append(Step(act.latest, with_contradictions(run, act, contradictions)))
    return steps
