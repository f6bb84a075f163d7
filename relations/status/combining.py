"""Several tracks, or several kinds of evidence, that together give one value."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from relations import dates
from relations.codes import BanScope
from relations.status.ageing import Phase, phases
from relations.status.evidence import Behind
from relations.status.tracks import NOTHING, State, Step

_SCOPES = tuple(BanScope.values)
YEARS_BROKEN = 3
"""Years after which what begins continues nothing: an ambassador ends a break, and relations have a new date."""
type Pool = Callable[[list[Phase]], list[Phase]]
"""Chooses, from what each life says on a day, what counts."""


def everything(now: list[Phase]) -> list[Phase]:
    return now


def combine(lives: Iterable[Iterable[Step]], *, order: Sequence[str], pool: Pool = everything) -> list[Step]:
    """One step for each day on which any life has one; `order` names the values from the weakest on.

    The strongest value of those in the pool counts, one that is not stale before one that is. A run continues while
    its value passes from one life to another. It began with the life whose value changed on its first day: the one
    that reached the value, or else the one that fell back from a stronger value.
    """
    days: defaultdict[dt.date, dict[int, Phase]] = defaultdict(dict)
    for index, life in enumerate(lives):
        for phase in phases(life):
            days[phase.start][index] = phase
    now: dict[int, Phase] = {}
    counted: set[int] = set()
    run, steps = NOTHING, list[Step]()
    for day in sorted(days):
        # Of hundreds of lives few change on a day: only these are compared.
        new = sorted(days[day].items())
        before = {index: now[index] for index, _ in new if index in now}
        now.update(new)
        if len(before) < len(new):
            now = dict(sorted(now.items()))
        pooled = pool(list(now.values()))
        counted_before, counted = counted, {id(phase) for phase in pooled}
        changed = [
            phase.state
            for index, phase in new
            if (id(phase) in counted or id(before.get(index)) in counted_before)
            and (index not in before or phase.state.value != before[index].state.value)
        ]
        known = [phase for phase in pooled if phase.state.value != NOTHING.value]
        if run.behind.is_stale(day) and (began := _begun_again(run, before, new)):
            run, changed = NOTHING, began
        run = _together(known, changed, run, order) if known else _last_known(now.values())
        steps.append(Step(day, run))
    return steps


def _begun_again(run: State, before: Mapping[int, Phase], new: Iterable[tuple[int, Phase]]) -> list[State]:
    """The lives that begin a second run of one value, which was only remembered.

    What is implied does so years after the value was last seen: the first ambassador of a state that came again does
    not say that relations lasted since its former years.
    """
    changed = [(before[index].state if index in before else NOTHING, phase.state) for index, phase in new]
    seen = dates.years_after(run.behind.seen, YEARS_BROKEN) if run.behind.seen else None
    return [
        now for was, now in changed
        if (was.value == now.value and was.since != now.since)
        or (was.value != now.value == run.value and now.implied and seen is not None and _certain_from(now) > seen)
    ]  # fmt: skip


def _certain_from(state: State) -> dt.date:
    return dates.parse(state.since).latest if state.since else dt.date.min


def _last_known(now: Iterable[Phase]) -> State:
    """The state that was known last, where nothing is known now."""
    states = (phase.state for phase in now)
    return max(states, key=lambda state: (state.last_known_on or dt.date.min, state.behind.number), default=NOTHING)


def _together(counted: list[Phase], changed: list[State], run: State, order: Sequence[str]) -> State:
    value = max((phase.state.value for phase in counted), key=order.index)
    top = [phase for phase in counted if phase.state.value == value]
    fresh = [phase for phase in top if not phase.stale]
    states = [phase.state for phase in counted if not fresh or not phase.stale]
    leading = [phase.state for phase in fresh or top]
    first = max(changed, key=lambda state: state.value == value, default=leading[0])
    scopes = {state.scope for state in leading}
    return State(
        value=value,
        holder=leading[0].holder,
        measures=tuple(sorted({measure for state in states for measure in state.measures})),
        scope=next((scope for scope in _SCOPES if scope in scopes), ""),
        visa_classes=tuple(sorted({visa for state in leading for visa in state.visa_classes})),
        expires_on=_last_day([state.expires_on for state in leading]),
        since=run.since if run.value == value else first.since or leading[0].since,
        disputed=any(state.disputed for state in leading),
        implied=all(state.implied for state in leading),
        behind=Behind.together([state.behind for state in leading]),
    )


def _last_day(days: list[dt.date | None]) -> dt.date | None:
    """The last of the deadlines; None where one of the states has none."""
    known = [day for day in days if day is not None]
    return max(known) if len(known) == len(days) else None
