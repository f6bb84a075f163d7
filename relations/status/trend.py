"""The trend: the sign of two years of facts."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import islice
from operator import itemgetter

from relations import dates
from relations.codes import Trend
from relations.status.evidence import FOREVER, MOST_KEYS, Evidence, rank
from relations.status.facts import FactValue
from relations.status.kinds import FACT_KINDS
from relations.status.posts import Posts
from relations.status.tracks import Contradictions, State, Step, is_disputed


def score(fact: FactValue, posts: Posts) -> Decimal:
    """The fact's weight on PLOVER's scale from -10 to +10; what is only seen, and rotation at a post, weigh nothing."""
    if fact.is_observation or posts.is_rotation(fact):
        return Decimal(0)
    return FACT_KINDS[fact.kind].scores[fact.word]


def trend(
    facts: Iterable[FactValue], contradictions: Contradictions, posts: Posts, *, since: dt.date | None = None
) -> list[Step]:  # fmt: skip
    """The sign of the sum of the scores of the facts that became certain in (day - 2 years, day].

    From -1 to 1, both included, is stable; without a fact the trend is unknown. With `since`, the steps begin with the
    last but one before that day: no two neighbours are equal, for each rests on other facts, so the period that reaches
    that day begins with a step of its own.
    """
    facts = list(facts)
    scores = {fact.key: score(fact, posts) for fact in facts}
    steps: list[Step] = []
    # Facts leave in the order in which they came.
    window: deque[FactValue] = deque()
    # Running totals: a busy pair has hundreds of facts in its two years.
    total, disputed = Decimal(0), 0
    run = State()
    moves = list(_window_moves(facts))
    first = max(bisect_left(moves, since, key=itemgetter(0)) - 2, 0) if since else 0
    for place, (day, entering, leaving) in enumerate(moves):
        for fact in leaving:
            window.popleft()
            total, disputed = total - scores[fact.key], disputed - is_disputed(fact, contradictions)
        for fact in entering:
            window.append(fact)
            total, disputed = total + scores[fact.key], disputed + is_disputed(fact, contradictions)
        value = _sign(total) if window else Trend.UNKNOWN
        if value != run.value:
            run = State(value=value, since=None if value == Trend.UNKNOWN else day.isoformat())
        if place >= first:
            state = State(value=run.value, since=run.since, disputed=disputed > 0, evidence=_evidence(window))
            steps.append(Step(day, state))
    return steps


def _evidence(window: deque[FactValue]) -> Evidence:
    """The first of the facts and the last ones; a sum of two years does not age."""
    if not window:
        return Evidence()
    last = list(islice(reversed(window), min(MOST_KEYS - 1, len(window) - 1)))[::-1]
    shown = tuple((fact.key, False) for fact in (window[0], *last))
    kinds = {witness.kind for fact in (window[0], *last) for witness in fact.witnesses}
    # Several kinds have one rank, and the order of a set differs from process to process.
    basis = min(sorted(kinds), key=rank, default="")
    return Evidence(shown, len(window), seen=window[-1].latest, horizon=FOREVER, basis=basis)


def _window_moves(facts: Iterable[FactValue]) -> Iterator[tuple[dt.date, list[FactValue], list[FactValue]]]:
    """The facts that enter and that leave the two years, in order of days."""
    entering: defaultdict[dt.date, list[FactValue]] = defaultdict(list)
    for fact in facts:
        entering[fact.latest].append(fact)
    leaving: defaultdict[dt.date, list[FactValue]] = defaultdict(list)
    for day, some in entering.items():
        if end := dates.two_years_after(day):
            leaving[end] += some
    for day in sorted(entering.keys() | leaving.keys()):
        yield day, entering.get(day, []), leaving.get(day, [])


def _sign(total: Decimal) -> Trend:
    if total > 1:
        return Trend.IMPROVING
    return Trend.DETERIORATING if total < -1 else Trend.STABLE
