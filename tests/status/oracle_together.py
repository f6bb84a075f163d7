"""For the oracle: several lives that together give one value."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from relations import dates
from tests.status.oracle_evidence import ONE_DAY, RANK, Life, Seen, years_later

STRONGEST_SANCTIONS = ["in_force", "eased", "suspended", "threatened", "none", "unknown"]
STRONGEST_BAN = ["listed", "suspended", "considered", "not_included", "removed", "unknown"]

type Counting = Callable[[list[Seen], dt.date], list[Seen]]
"""States of the tracks that count on a day."""
type Regimes = dict[str, tuple[int | None, bool]]
"""The regime of each programme, and whether it is thematic."""


def all_count(states: list[Seen], day: dt.date) -> list[Seen]:
    return states


def together(lives: list[Life], days: list[dt.date], strongest: list[str], counting: Counting = all_count) -> Life:
    """The strongest value of what counts, fresh before stale; since the day on which one of the lives gave it."""
    result: Life = {}
    before, before_counted = Seen(), [False] * len(lives)
    was = [Seen() for _ in lives]
    for day in days:
        states = [life[day] for life in lives]
        counted = counting(states, day)
        value = min((state.value for state in counted), key=strongest.index, default="unknown")
        if value == "unknown":
            ends = [state for state in states if state.behind]
            last = max(ends, key=lambda state: state.last_known_on or dt.date.min, default=Seen())
            before_now = Seen(last_known=last.last_known, last_known_on=last.last_known_on, behind=last.behind)
        else:
            turned = [
                state
                for state, old, counted_before in zip(states, was, before_counted, strict=True)
                if state.value != old.value and (counted_before or any(state is one for one in counted))
            ]
            before_now = united(counted, turned, value, before, day)
        before, was = before_now, states
        before_counted = [any(state is one for one in counted) for state in states]
        result[day] = before
    return result


def united(counted: list[Seen], turned: list[Seen], value: str, before: Seen, day: dt.date) -> Seen:
    top = [state for state in counted if state.value == value]
    fresh = [state for state in top if not state.stale(day)]
    top = fresh or top
    measured = [state for state in counted if not (fresh and state.stale(day))]
    reached = [state for state in turned if state.value == value] or turned
    since = before.since if before.value == value else (reached[0].since if reached else None) or top[0].since
    ends = [state.expires_on for state in top]
    behind = tuple({fact.key: fact for state in top for fact in state.behind}.values())
    return Seen(
        value=value,
        measures=tuple(sorted({measure for state in measured for measure in state.measures})),
        scope=next((scope for scope in ("full", "partial") if any(state.scope == scope for state in top)), ""),
        visa_classes=tuple(sorted({visa for state in top for visa in state.visa_classes})),
        expires_on=None if None in ends else max(end for end in ends if end),
        since=since,
        disputed=any(state.disputed for state in top),
        implied=all(state.implied for state in top),
        behind=behind,
        also=frozenset(key for state in top for key in state.also),
    )


def from_data_sets(state: Seen, day: dt.date) -> bool:
    return state.basis(day) == "dataset"


def posture(programmes: dict[str, Life], regimes: Regimes, maybe: dict[dt.date, bool], days: list[dt.date]) -> Life:
    """The strongest of the sender's regimes; "nothing in force" is not known while something may have happened."""
    by_regime: dict[object, list[Life]] = {}
    for part, life in programmes.items():
        regime, thematic = regimes[part]
        if not thematic:
            by_regime.setdefault(regime or part, []).append(life)
    lives = [of_several(own, days, in_regime) for own in by_regime.values()]
    whole = of_several(lives, days, of_sender) if lives else {day: Seen() for day in days}
    result, known = dict(whole), Seen()
    for day in days:
        state = whole[day]
        if state.value == "none" and maybe[day]:
            result[day] = known
        elif state.is_known:
            known = Seen(last_known=state.value, last_known_on=state.confirmed_on(day), behind=state.behind)
        else:
            known = state
    return result


def of_several(lives: list[Life], days: list[dt.date], counting: Counting) -> Life:
    """One life alone is the whole."""
    return lives[0] if len(lives) == 1 else together(lives, days, STRONGEST_SANCTIONS, counting)


def in_regime(states: list[Seen], day: dt.date) -> list[Seen]:
    """Fresh programmes of no data set, without those that a stronger `none` has ended; then what is less good."""
    known = [state for state in states if state.is_known]
    official = [state for state in known if not from_data_sets(state, day)]
    fresh = [state for state in official if not state.stale(day)]
    left = [state for state in fresh if not any(has_ended(end, state, day) for end in fresh if end is not state)]
    return left or [state for state in known if not state.stale(day)] or official or known


def has_ended(end: Seen, state: Seen, day: dt.date) -> bool:
    stronger = RANK[end.basis(day)] < RANK[state.basis(day)]
    return end.value == "none" and stronger and not state.is_confirmed_after(end, day)


def of_sender(states: list[Seen], day: dt.date) -> list[Seen]:
    """Regimes known from data sets alone count only where no other is known, or after ends and what articles know."""
    known = [state for state in states if state.is_known]
    others = [state for state in known if not from_data_sets(state, day)]
    if others and all(state.value == "none" or state.basis(day) == "article" for state in others):
        last = max(filter(None, (state.confirmed_on(day) for state in others)))
        return [state for state in known if state in others or began_after(state, last)]
    return others or known


def began_after(state: Seen, day: dt.date) -> bool:
    earliest = dates.parse(state.since).earliest if state.since else None
    return earliest is not None and earliest > day


def came_again(before: Seen, missions: list[Life], day: dt.date) -> Seen | None:
    """A mission that shows relations again three years after they were last seen."""
    seen = before.confirmed_on(day)
    for mission in missions:
        now, was = mission[day], mission.get(day - ONE_DAY, Seen())
        begins = now.value == before.value != was.value and not now.stale(day)
        if begins and seen and now.since and dates.parse(now.since).latest > years_later(seen, 3):
            return now
    return None


def relations_together(own: Life, missions: list[Life], days: list[dt.date]) -> Life:
    """Relations by events; where they say established and it is only remembered, or nothing, the missions; and where a
    post was severed since they said established, that."""

    def counting(states: list[Seen], day: dt.date) -> list[Seen]:
        event, posts = states[0], [state for state in states[1:] if state.is_known]
        posts = [post for post in posts if not post.stale(day)] or posts
        if not event.is_known:
            return posts
        seen = event.confirmed_on(day)
        severed = [post for post in posts if post.value == "severed"]
        severed = [post for post in severed if event.stale(day) or (seen and began_after(post, seen))]
        if event.value != "established":
            return [event]
        return severed + [post for post in posts if post.value == "established" and event.stale(day)] or [event]

    if not any(state.is_known for mission in missions for state in mission.values()):
        return own
    result: Life = {}
    life = together([own, *missions], days, ["severed", "suspended", "established", "unknown"], counting)
    before = Seen()
    for day in days:
        state = life[day]
        old = own.get(day - ONE_DAY, Seen())
        again = own[day].value == old.value == "established" and own[day].since != old.since and before.stale(day)
        known_anew = before.stale(day) and (anew := came_again(before, missions, day))
        goes_on = before.value == state.value == "established" and not again and not known_anew
        if known_anew:
            state = replace(state, since=anew.since)
        elif state.implied and not goes_on and state.value == own[day].value:
            state = replace(state, since=own[day].since)
        elif goes_on:
            state = replace(state, since=before.since)
        result[day] = before = state
    return result
