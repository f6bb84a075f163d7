"""The trend: the sign of two years of facts."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from relations import dates
from relations.codes import Trend
from relations.status.facts import FactValue
from relations.status.kinds import FACT_KINDS
from relations.status.tracks import Contradictions, State, Step, is_disputed


def score(fact: FactValue) -> Decimal:
    """The fact's weight on PLOVER's scale from -10 to +10."""
    return FACT_KINDS[fact.kind].scores[fact.word]


def trend(facts: Iterable[FactValue], contradictions: Contradictions) -> list[Step]:
    """The sign of the sum of the scores of the facts that became certain in (day - 2 years, day].

    From -1 to 1, both included, is stable; without a fact the trend is unknown.
    """
    steps: list[Step] = []
    window: dict[str, FactValue] = {}
    # Running totals: a busy pair has hundreds of facts in its two years.
    total, disputed = Decimal(0), 0
    run = State()
    for day, (entering, leaving) in sorted(_window_moves(facts).items()):
        for fact in leaving:
            del window[fact.key]
            total, disputed = total - score(fact), disputed - is_disputed(fact, contradictions)
        for fact in entering:
            window[fact.key] = fact
            total, disputed = total + score(fact), disputed + is_disputed(fact, contradictions)
        value = _sign(total) if window else Trend.UNKNOWN
        if value != run.value:
            run = State(value=value, since=None if value == Trend.UNKNOWN else day.isoformat())
        state = State(value=run.value, since=run.since, facts=tuple(window), disputed=disputed > 0)
        steps.append(Step(day, state))
    return steps


def _window_moves(facts: Iterable[FactValue]) -> dict[dt.date, tuple[list[FactValue], list[FactValue]]]:
    """The facts that enter and that leave the two years, by day."""
    moves: defaultdict[dt.date, tuple[list[FactValue], list[FactValue]]] = defaultdict(lambda: ([], []))
    for fact in facts:
        moves[fact.latest][0].append(fact)
        end = dates.two_years_after(fact.latest)
        if end:
            moves[end][1].append(fact)
    return moves


def _sign(total: Decimal) -> Trend:
    if total > 1:
        return Trend.IMPROVING
    return Trend.DETERIORATING if total < -1 else Trend.STABLE
