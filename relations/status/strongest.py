"""Several tracks at once, of which the strongest value counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from relations.codes import BanScope
from relations.status.tracks import NOTHING, State, Step, merge_keys


def strongest(lives: Iterable[list[Step]], *, order: Sequence[str]) -> list[Step]:
    """One step for each day on which any life has one; `order` names the values from the weakest on.

    A run continues while its value passes from one life to another. It began with the life whose value changed on its
    first day: the one that reached the value, or else the one that fell back from a stronger value.
    """
    days: dict[dt.date, dict[int, State]] = {}
    for index, life in enumerate(lives):
        for step in life:
            days.setdefault(step.day, {})[index] = step.state
    now: dict[int, State] = {}
    run, steps = NOTHING, list[Step]()
    for day in sorted(days):
        changed = [state for index, state in days[day].items() if state.value != now.get(index, NOTHING).value]
        now |= days[day]
        run = _together([now[index] for index in sorted(now)], changed, run, order)
        steps.append(Step(day, run))
    return steps


def _together(states: list[State], changed: list[State], run: State, order: Sequence[str]) -> State:
    value = max((state.value for state in states), key=order.index)
    if value == NOTHING.value:
        return NOTHING
    top = [state for state in states if state.value == value]
    first = max(changed, key=lambda state: state.value == value, default=top[0])
    scopes = {state.scope for state in top}
    return State(
        value=value,
        measures=tuple(sorted({measure for state in states for measure in state.measures})),
        scope=next((scope for scope in BanScope.values if scope in scopes), ""),
        visa_classes=tuple(sorted({visa for state in top for visa in state.visa_classes})),
        expires_on=_last_day([state.expires_on for state in top]),
        since=run.since if run.value == value else first.since,
        facts=top[0].facts if len(top) == 1 else merge_keys((), *(key for state in top for key in state.facts)),
        disputed=any(state.disputed for state in top),
    )


def _last_day(days: list[dt.date | None]) -> dt.date | None:
    """The last of the deadlines; None where one of the states has none."""
    known = [day for day in days if day is not None]
    return max(known) if len(known) == len(days) else None
