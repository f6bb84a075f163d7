"""The evidence of a state: its facts, their number, and the days on which their sources said so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import chain
from operator import itemgetter
from typing import NamedTuple

from relations import dates
from relations.codes import ARTICLE_YEARS, BASIS_RANK, LIVING_LIST_DAYS, SourceKind
from relations.status.facts import FactValue, Witness

MOST_KEYS = 20
"""Facts that a state names; all are counted. Without a bound, storage would grow by the square of the facts."""


class Horizon(NamedTuple):
    """The time for which a source is relied on after it said so; horizons compare by their length."""

    days: int
    years: int = 0

    def until(self, day: dt.date) -> dt.date | None:
        """The last day on which something said on `day` is relied on; None where it always is."""
        if self == FOREVER:
            return None
        return dates.years_after(day, self.years) if self.years else dates.days_after(day, self.days)

    def is_over(self, seen: dt.date, day: dt.date) -> bool:
        """Checks whether something said on `seen` is no longer relied on on a day."""
        # Years have no fewer days than `days`, and nearly every fact of a long track is followed within them.
        if (day - seen).days <= self.days:
            return False
        until = self.until(seen)
        return until is not None and day > until


NO_DAYS, FOREVER = Horizon(0), Horizon(dt.date.max.toordinal())
_BY_KIND: dict[str, Horizon] = {
    SourceKind.LEGAL_ACT.value: FOREVER,
    SourceKind.OFFICIAL_LIST.value: Horizon(LIVING_LIST_DAYS),
    SourceKind.REGISTRY.value: Horizon(LIVING_LIST_DAYS),
    SourceKind.REGISTER.value: Horizon(LIVING_LIST_DAYS),
    SourceKind.ARTICLE.value: Horizon(365 * ARTICLE_YEARS, ARTICLE_YEARS),
    # A data set speaks of the days that it covers and of none after them.
    SourceKind.DATASET.value: NO_DAYS,
}


_DATASET = SourceKind.DATASET.value


def horizon(witness: Witness) -> Horizon:
    return _BY_KIND[witness.kind] if witness.good_for is None else Horizon(witness.good_for)


def stronger(one: str, other: str) -> str:
    """The basis that decides where two differ; empty is none at all."""
    return one if one == other else min(one, other, key=rank)


def rank(basis: str) -> int:
    """The place of a basis among all, the strongest first."""
    return BASIS_RANK.get(basis, len(BASIS_RANK))


class Sighting(NamedTuple):
    """Days, both included, on each of which a source said so."""

    start: dt.date
    end: dt.date
    horizon: Horizon
    basis: str


def sightings(fact: FactValue) -> tuple[Sighting, ...]:
    """The days on which the sources of a fact said so, in order.

    All of them said so of the day from which the fact is certain; one that speaks of every day of a range, of those
    days (`covered_to`). A fact without sources, as only a
    computation has it, is always relied on.
    """
    if not fact.seen:
        fact.seen = tuple(sorted(_sightings(fact)))
    return fact.seen


def _sightings(fact: FactValue) -> list[Sighting]:
    seen = [_seen_by(fact, witness) for witness in fact.witnesses]
    for confirmation in fact.confirmations:
        end = max(confirmation.day, fact.latest)
        start = fact.latest if confirmation.witness.covers_to else end
        seen.append(Sighting(start, end, horizon(confirmation.witness), confirmation.witness.kind))
    return seen or [Sighting(fact.latest, fact.latest, FOREVER, "")]


def covered_to(fact: FactValue, witness: Witness) -> dt.date | None:
    """The last day of which a source speaks, where it speaks of every day from the fact on.

    Who saw a state on the day of publication, and says since when it has been so, speaks of all the days between.
    """
    if witness.covers_to is None and (fact.is_observation or witness.kind == _DATASET):
        return witness.published_on
    return witness.covers_to


def _seen_by(fact: FactValue, witness: Witness) -> Sighting:
    first, last = fact.latest, covered_to(fact, witness)
    return Sighting(first, last if last and last > first else first, horizon(witness), witness.kind)


class Evidence(NamedTuple):
    """The evidence of a state as of a day; it grows by one fact at a time, at a bounded cost.

    `shown` are the keys that a state shows, each with whether its fact sets measures. `seen` is the latest day on which
    a source said so, `horizon` that of the longest-lived source, `basis` the strongest kind of source. `ahead` are the
    sightings that begin later.
    """

    shown: tuple[tuple[str, bool], ...] = ()
    number: int = 0
    seen: dt.date | None = None
    horizon: Horizon = NO_DAYS
    basis: str = ""
    ahead: tuple[Sighting, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(key for key, _ in self.shown)

    @property
    def last_word(self) -> dt.date:
        """The last day of which any of the sources speaks."""
        seen = self.seen or dt.date.min
        return max(seen, *[one.end for one in self.ahead]) if self.ahead else seen

    def on(self, day: dt.date) -> Evidence:
        """The same evidence on a later day: what was ahead is seen."""
        if not self.ahead or self.ahead[0].start > day:
            return self
        seen, longest, basis, passed = self.seen, self.horizon, self.basis, 0
        for one in self.ahead:
            if one.start > day:
                break
            seen = max(seen, one.end) if seen else one.end
            longest, basis, passed = max(longest, one.horizon), stronger(basis, one.basis), passed + 1
        return Evidence(self.shown, self.number, seen, longest, basis, self.ahead[passed:])

    def with_fact(self, fact: FactValue, *, others: Iterable[str] = ()) -> Evidence:
        """Adds a fact from its `latest` day on, and the keys of those that contradict it.

        Without those it is a new one: a fact is named before it is added only by one that it contradicts as well.
        """
        own, seen = (fact.key, bool(fact.measures)), sightings(fact)
        if len(seen) == 1 and not (self.ahead or others):
            # Nearly every fact of a long track: it was seen on its day, and on no later one.
            (one,) = seen
            if not self.number:
                return Evidence((own,), 1, one.end, one.horizon, one.basis)
            return Evidence(
                _bounded((*self.shown, own)), self.number + 1, max(self.seen, one.end) if self.seen else one.end,
                max(self.horizon, one.horizon), stronger(self.basis, one.basis),
            )  # fmt: skip
        evidence = Evidence((own,), 1, ahead=seen)
        evidence = self.joined(evidence) if self.number else evidence
        if contrary := tuple((key, False) for key in others):
            evidence = evidence.joined(Evidence(contrary, len(contrary)))
        return evidence.on(fact.latest)

    def joined(self, other: Evidence) -> Evidence:
        """Both together; a key that both name is one fact, and of those that neither shows any more, each counts."""
        known = dict(self.shown)
        new = tuple([one for one in other.shown if one[0] not in known])
        shared = len(other.shown) - len(new)
        return Evidence(
            _bounded(self.shown + new) if new else self.shown,
            max(self.number, other.number, self.number + other.number - shared) if other.shown else self.number,
            max(self.seen, other.seen) if self.seen and other.seen else self.seen or other.seen,
            max(self.horizon, other.horizon),
            stronger(self.basis, other.basis),
            tuple(sorted({*self.ahead, *other.ahead})) if self.ahead and other.ahead else self.ahead or other.ahead,
        )

    @classmethod
    def together(cls, several: Sequence[Evidence]) -> Evidence:
        """All of them joined, one after the other: at once where they share no fact, for a sender has hundreds."""
        shown = tuple([one for evidence in several for one in evidence.shown])
        if len(several) < 3 or len(dict(shown)) < len(shown):
            return reduce(cls.joined, several)
        ahead = [evidence.ahead for evidence in several if evidence.ahead]
        return cls(
            _bounded(shown),
            several[0].number + sum(evidence.number for evidence in several[1:] if evidence.shown),
            max((evidence.seen for evidence in several if evidence.seen), default=None),
            max(evidence.horizon for evidence in several),
            min((evidence.basis for evidence in several), key=rank),
            tuple(sorted({*chain(*ahead)})) if len(ahead) > 1 else ahead[0] if ahead else (),
        )

    def good_until(self) -> dt.date | None:
        """The last day on which what was seen so far is relied on; None where it always is."""
        return self.horizon.until(self.seen) if self.seen else None

    def is_stale(self, day: dt.date) -> bool:
        """Checks whether the evidence, as of a day, is older than its horizon."""
        now = self.on(day) if self.ahead else self
        return now.seen is not None and now.horizon.is_over(now.seen, day)


_sets_measures = itemgetter(1)


def _bounded(shown: tuple[tuple[str, bool], ...]) -> tuple[tuple[str, bool], ...]:
    """The first, those that set measures, and the last, at most `MOST_KEYS`."""
    surplus = len(shown) - MOST_KEYS
    if surplus <= 0:
        return shown
    middle = range(1, len(shown) - 1)
    if surplus == 1:
        place = 1
        if shown[1][1]:
            flags = list(map(_sets_measures, shown[1:-1]))
            place += flags.index(False) if False in flags else 0
        return shown[:place] + shown[place + 1 :]
    dropped = set(sorted(middle, key=lambda place: (shown[place][1], place))[:surplus])
    return tuple(one for place, one in enumerate(shown) if place not in dropped)
