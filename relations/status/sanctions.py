"""Acts of one sender on one target, folded per programme, and the posture that the programmes add up to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby

from relations import dates
from relations.codes import SANCTION_STRENGTH, SanctionAction, SanctionValue, Scope
from relations.status.contradictions import outcome
from relations.status.facts import FactValue
from relations.status.strongest import strongest
from relations.status.tracks import NOTHING, State, Step, joined, with_contradictions

_RUNNING = (SanctionValue.THREATENED, SanctionValue.IN_FORCE, SanctionValue.EASED, SanctionValue.SUSPENDED)
_PARTIAL = (Scope.MOST, Scope.SOME)


@dataclass(frozen=True, slots=True)
class _Standing:
    """A programme between two acts.

    `held` are the measures that a suspension holds back, `unnamed` says that an act in force names no measures, and
    `before` is what this gives way to when it expires (None: to nothing in force).
    """

    state: State = NOTHING
    held: frozenset[str] = frozenset()
    unnamed: bool = False
    before: _Standing | None = None


def programme(acts: Iterable[FactValue], contradictions: dict[str, tuple[str, ...]]) -> list[Step]:
    """The life of one programme; acts in order: on each day the deadlines that were over, the acts, the deadlines."""
    steps: list[Step] = []
    now = _Standing()
    for day, coming in groupby(acts, key=lambda act: act.latest):
        today = list(coming)
        # An extension dated on the morrow of the deadline leaves no gap; other acts find that day's expiry done.
        extends = any(act.word == SanctionAction.EXTENDED for act in today)
        now = _expire(now, steps, before=day if extends else dates.day_after(day))
        for act in today:
            after = _with_act(now, act)
            if after is not now:
                now = replace(after, state=with_contradictions(after.state, act, contradictions))
                steps.append(Step(day, now.state))
        # What becomes certain only after its own deadline is over as soon as it counts.
        now = _expire(now, steps, before=dates.day_after(day))
    _expire(now, steps, before=None)
    return steps


def posture(programmes: Iterable[list[Step]]) -> list[Step]:
    """The strongest of a sender's programmes, with the measures of all of them."""
    return strongest(programmes, order=SANCTION_STRENGTH)


def _expire(now: _Standing, steps: list[Step], *, before: dt.date | None) -> _Standing:
    """Runs the deadlines whose next day lies before `before` (None: all of them)."""
    while (expires_on := now.state.expires_on) is not None:
        morrow = dates.day_after(expires_on)
        if morrow is None or (before is not None and morrow >= before):
            break
        day = max(morrow, steps[-1].day) if steps else morrow
        now = _after_expiry(now, day)
        steps.append(Step(day, now.state))
    return now


def _after_expiry(now: _Standing, day: dt.date) -> _Standing:
    """An imposition is over; a suspension, an easing or a threat gives way to what stood before it."""
    if now.before is None:
        over = State(
            value=SanctionValue.NONE, since=day.isoformat(), facts=now.state.facts, disputed=now.state.disputed
        )
        return _Standing(over)
    before = now.before
    if before.state.value == NOTHING.value:
        return before
    state = replace(
        before.state,
        since=before.state.since if before.state.value == now.state.value else day.isoformat(),
        facts=joined(before.state.facts, *now.state.facts),
        disputed=before.state.disputed or now.state.disputed,
    )
    return replace(before, state=state)


def _with_act(now: _Standing, act: FactValue) -> _Standing:  # noqa: PLR0911  # one return a row of the table
    """The table of actions in the design: what the programme becomes; `now` itself where the act changes nothing."""
    match act.word:
        case SanctionAction.THREATENED:
            return _threatened(now, act)
        case SanctionAction.IMPOSED | SanctionAction.TIGHTENED | SanctionAction.REIMPOSED:
            return _imposed(now, act)
        case SanctionAction.EXTENDED:
            return _extended(now, act)
        case SanctionAction.EASED:
            return _eased(now, act)
        case SanctionAction.SUSPENDED:
            return _suspended(now, act)
        case SanctionAction.LIFTED:
            return _lifted(now, act)
        case SanctionAction.EXPIRED:
            return _Standing(_run(now, act, SanctionValue.NONE))
        case _:
            raise ValueError(f"no sanction event is {act.word!r}")


def _run(now: _Standing, act: FactValue, value: str, measures: frozenset[str] = frozenset()) -> State:
    """The state under `value`; a run goes on where the value was the same, its evidence where anything was running."""
    same = now.state.value == value
    keeps = same or (value != SanctionValue.NONE and now.state.value in _RUNNING)
    return State(
        value=value,
        measures=tuple(sorted(measures)),
        expires_on=act.expires_on,
        since=now.state.since if same else act.on,
        facts=now.state.facts if keeps else (),
        disputed=now.state.disputed and keeps,
    )


def _threatened(now: _Standing, act: FactValue) -> _Standing:
    if now.state.value not in (SanctionValue.UNKNOWN, SanctionValue.NONE, SanctionValue.THREATENED):
        return now
    return _Standing(_run(now, act, SanctionValue.THREATENED), before=now)


def _imposed(now: _Standing, act: FactValue) -> _Standing:
    """Adds to what is in force; a re-imposition that names no measures puts back those that were suspended."""
    named = frozenset(act.measures)
    back = now.held if act.word == SanctionAction.REIMPOSED and not named else named
    return _Standing(
        _run(now, act, SanctionValue.IN_FORCE, frozenset(now.state.measures) | back),
        held=now.held - back,
        unnamed=now.unnamed or not back,
    )


def _extended(now: _Standing, act: FactValue) -> _Standing:
    """What runs, runs on to the day that the extension names, or without end where it names none.

    A lifting that holds only for a time runs as well, towards its deadline.
    """
    if now.state.value not in _RUNNING and now.state.expires_on is None:
        return now
    return replace(now, state=replace(now.state, expires_on=act.expires_on))


def _eased(now: _Standing, act: FactValue) -> _Standing:
    """What is eased is still in force in part: where no measure is named, one that nobody named."""
    standing = frozenset(now.state.measures)
    return replace(
        now,
        state=_run(now, act, SanctionValue.EASED, standing),
        unnamed=now.unnamed or not standing,
        before=now,
    )


def _suspended(now: _Standing, act: FactValue) -> _Standing:
    standing = frozenset(now.state.measures)
    left = _left(standing, act)
    value = outcome(act)
    return _Standing(
        _run(now, act, value, left),
        held=(now.held | standing | frozenset(act.measures)) - left,
        unnamed=value == SanctionValue.EASED and (now.unnamed or not left),
        before=now,
    )


def _lifted(now: _Standing, act: FactValue) -> _Standing:
    """Measures that a lifting names without a scope are lifted alone: the others stand as they stood."""
    named = frozenset(act.measures)
    left = _left(frozenset(now.state.measures), act)
    held = now.held - named if named else frozenset[str]()
    unnamed = now.unnamed or (act.scope in _PARTIAL and not left)
    value = outcome(act)
    if named and not act.scope:
        stands = now.state.value in (SanctionValue.IN_FORCE, SanctionValue.EASED)
        if left or (stands and unnamed):
            value = SanctionValue.EASED
        elif held and now.state.value == SanctionValue.SUSPENDED:
            value = SanctionValue.SUSPENDED
    over = value == SanctionValue.NONE
    return _Standing(
        _run(now, act, value, left),
        held=frozenset() if over else held,
        unnamed=unnamed and not over,
        before=now,
    )


def _left(standing: frozenset[str], act: FactValue) -> frozenset[str]:
    """The measures that an act which names some, or has a scope, leaves in force."""
    if act.scope in _PARTIAL or (act.measures and act.scope != Scope.ALL):
        return standing - frozenset(act.measures)
    return frozenset()
