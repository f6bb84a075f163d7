"""Whether two years of facts add up to better or worse."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from relations import dates
from relations.codes import AMBASSADOR_SCORES, BAN_SCORES, EVENT_SCORES, SANCTION_SCORES, Trend
from relations.status.facts import FactValue
from relations.status.tracks import State, Step

_SCORES = {
    "ambassadors": AMBASSADOR_SCORES,
    "sanction-events": SANCTION_SCORES,
    "travel-ban-entries": BAN_SCORES,
    "diplomatic-events": EVENT_SCORES,
}


def score(act: FactValue) -> Decimal:
    """PLOVER's scale from -10 to +10."""
    return _SCORES[act.kind][act.word]


def trend(acts: Iterable[FactValue], contradictions: dict[str, tuple[str, ...]]) -> list[Step]:
    """The sign of the sum of the scores of the facts that became certain in (day - 2 years, day].

    From -1 to 1, both included, is stable; without a fact the trend is unknown.
    """
    steps: list[Step] = []
    window: dict[str, FactValue] = {}
    # Kept as acts come and go: a busy pair has hundreds of them in its two years.
    total, doubted = Decimal(0), 0
    run = State()
    for day, (coming, going) in sorted(_turns(acts).items()):
        for act in going:
            del window[act.key]
            total, doubted = total - score(act), doubted - _is_doubted(act, contradictions)
        for act in coming:
            window[act.key] = act
            total, doubted = total + score(act), doubted + _is_doubted(act, contradictions)
        value = _value(total) if window else Trend.UNKNOWN
        if value != run.value:
            run = State(value=value, since=None if value == Trend.UNKNOWN else day.isoformat())
        state = State(value=run.value, since=run.since, facts=tuple(window), disputed=doubted > 0)
        steps.append(Step(day, state))
    return steps


def _turns(acts: Iterable[FactValue]) -> dict[dt.date, tuple[list[FactValue], list[FactValue]]]:
    """The acts that enter and leave the two years, by day."""
    turns: defaultdict[dt.date, tuple[list[FactValue], list[FactValue]]] = defaultdict(lambda: ([], []))
    for act in acts:
        turns[act.latest][0].append(act)
        gone = dates.two_years_after(act.latest)
        if gone:
            turns[gone][1].append(act)
    return turns


def _is_doubted(act: FactValue, contradictions: dict[str, tuple[str, ...]]) -> bool:
    return act.contested or act.key in contradictions


def _value(total: Decimal) -> Trend:
    if total > 1:
        return Trend.IMPROVING
    return Trend.DETERIORATING if total < -1 else Trend.STABLE
