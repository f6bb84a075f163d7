"""Who leads a mission, who is on the way to it, and whether two countries have relations at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from relations.codes import EVENT_RELATIONS, EventKind, NextStatus, PostStatus, SanctionValue
from relations.status.facts import FactValue
from relations.status.tracks import State, Step, with_contradictions
from relations.text.persons import same_person


def post(acts: Iterable[FactValue], contradictions: dict[str, tuple[str, ...]]) -> list[Step]:
    """The latest word of the post holds; a new holder begins a new run."""
    told = [act for act in acts if act.word in PostStatus]
    return _latest(told, contradictions, lambda act: (act.word, act.holder))


def following(acts: Iterable[FactValue], contradictions: dict[str, tuple[str, ...]]) -> list[Step]:
    """The latest word of what is next holds until an ambassador is in post, who empties the track.

    Whoever it was: that two sources name two ambassadors is a dispute of the post, and leaves nobody on the way.
    """
    told = [act for act in acts if act.word in NextStatus or act.word == PostStatus.AMBASSADOR]
    own = {act.key for act in told if act.word in NextStatus}
    return _latest(
        told,
        {key: others for key, others in contradictions.items() if key in own},
        lambda act: (act.word, act.holder) if act.word in NextStatus else (SanctionValue.NONE.value, ""),
    )


def diplomatic_relations(acts: Iterable[FactValue], contradictions: dict[str, tuple[str, ...]]) -> list[Step]:
    """The latest of established, restored, suspended and severed holds."""
    told = [act for act in acts if act.word in EVENT_RELATIONS]
    return _latest(told, contradictions, lambda act: (EVENT_RELATIONS[EventKind(act.word)], ""))


def _latest(
    acts: Iterable[FactValue], contradictions: dict[str, tuple[str, ...]], says: Callable[[FactValue], tuple[str, str]]
) -> list[Step]:
    """One step an act; `says` gives the value and the holder, which together make a run.

    A run keeps the words of its first act for the holder: another spelling of his name is no other ambassador.
    """
    steps: list[Step] = []
    for act in acts:
        value, holder = says(act)
        run = steps[-1].state if steps else State()
        if run.value != value or not _is_held_on(run.holder, holder):
            run = State(value=value, holder=holder, since=act.on)
        steps.append(Step(act.latest, with_contradictions(run, act, contradictions)))
    return steps


def _is_held_on(holder: str, named: str) -> bool:
    return holder == named or bool(holder and named and same_person(holder, named))
