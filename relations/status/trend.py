"""The trend: the sign of two years of facts."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from relations import dates
from relations.codes import Trend
from relations.status.evidence import FOREVER, MOST_KEYS, Evidence, rank
from relations.status.facts import FactValue
from relations.status.kinds import FACT_KINDS
from relations.status.posts import Posts
from relations.status.tracks import Contradictions, State, Step, is_disputed

_latest = attrgetter("latest")


def score(fact: FactValue, posts: Posts) -> Decimal:
    """The fact's weight on PLOVER's scale from -10 to +10; what is only seen, and rotation at a post, weigh nothing."""
    if fact.is_observation or posts.is_rotation(fact):
        return Decimal(0)
    return FACT_KINDS[fact.kind].scores[fact.word]


class _Day(NamedTuple):
    """The facts that became certain on a day: their number, the sum of their scores and how many are disputed.

    `until` is the day on which they leave the two years; None where the calendar ends before.
    """

    day: dt.date
    until: dt.date | None
    number: int
    total: Decimal
    disputed: int


def trend(
    facts: list[FactValue], contradictions: Contradictions, posts: Posts, *,
    since: dt.date | None = None, before: State | None = None,
) -> list[Step]:  # fmt: skip
    """The sign of the sum of the scores of the facts that became certain in (day - 2 years, day].

    From -1 to 1, both included, is stable; without a fact the trend is unknown. The facts are in the order in which
    they count. With `since`, the steps begin with the last but one before that day: no two neighbours are equal, for
    each rests on other facts, so the period that reaches that day begins with a step of its own. Where the trend of the
    day before is known (`before`), no fact is looked at that had left the two years by then.
    """
    recent = facts if since is None or before is None else _recent(facts, since)
    days = [_of_day(day, list(some), contradictions, posts) for day, some in groupby(recent, key=_latest)]
    moves = sorted({one.day for one in days} | {one.until for one in days if one.until})
    first = bisect_left(moves, since) - 2 if since else 0
    steps, run = list[Step](), State()
    for place, (day, (left, entered, total, disputed)) in enumerate(zip(moves, _totals(moves, days), strict=True)):
        value = _sign(total) if entered > left else Trend.UNKNOWN
        if value != run.value:
            run = State(value=value, since=None if value == Trend.UNKNOWN else day.isoformat())
        if before is not None and place == first + 1:
            if value != before.value:  # what is stored is not what follows from these facts
                return trend(facts, contradictions, posts, since=since)
            run = before
        if place >= first:
            evidence = _evidence(recent, left, entered)
            steps.append(Step(day, State(value=run.value, since=run.since, disputed=disputed > 0, evidence=evidence)))
    return steps


def _totals(moves: list[dt.date], days: list[_Day]) -> Iterator[tuple[int, int, Decimal, int]]:
    """The facts in the two years of each of the days on which they change: `facts[left:entered]`, for they leave in the
    order in which they came; the sum of their scores, and how many are disputed. A busy pair has hundreds of them."""
    coming, leaving, entered, left = iter(days), iter(days), 0, 0
    come, gone = next(coming, None), next(leaving, None)
    total, disputed = Decimal(0), 0
    for day in moves:
        while gone and gone.until and gone.until <= day:
            left, total, disputed = left + gone.number, total - gone.total, disputed - gone.disputed
            gone = next(leaving, None)
        if come and come.day == day:
            entered, total, disputed = entered + come.number, total + come.total, disputed + come.disputed
            come = next(coming, None)
        yield left, entered, total, disputed


def _recent(facts: list[FactValue], since: dt.date) -> list[FactValue]:
    """The facts that are in the two years of any step from the last but one before a day on: those that leave them on
    that day or later, and those of three days before, for two days may have one on which their facts leave."""
    start = bisect_left(facts, since, key=lambda fact: dates.two_years_after(fact.latest) or dt.date.max)
    for _ in range(3):
        start = bisect_left(facts, facts[start - 1].latest, key=_latest) if start else 0
    return facts[start:]


def _of_day(day: dt.date, facts: list[FactValue], contradictions: Contradictions, posts: Posts) -> _Day:
    total = sum([score(fact, posts) for fact in facts], Decimal(0))
    disputed = sum([is_disputed(fact, contradictions) for fact in facts])
    return _Day(day, dates.two_years_after(day), len(facts), total, disputed)


def _evidence(facts: list[FactValue], left: int, entered: int) -> Evidence:
    """The first and the last ones of the facts between two places; a sum of two years does not age."""
    if left == entered:
        return Evidence()
    named = [facts[left], *facts[max(left + 1, entered - MOST_KEYS + 1) : entered]]
    shown = tuple([(fact.key, False) for fact in named])
    kinds = {witness.kind for fact in named for witness in fact.witnesses}
    # Several kinds have one rank, and the order of a set differs from process to process.
    basis = min(sorted(kinds), key=rank, default="")
    return Evidence(shown, entered - left, seen=facts[entered - 1].latest, horizon=FOREVER, basis=basis)


def _sign(total: Decimal) -> Trend:
    if total > 1:
        return Trend.IMPROVING
    return Trend.DETERIORATING if total < -1 else Trend.STABLE
