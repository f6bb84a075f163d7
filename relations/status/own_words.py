"""The end of what a source that speaks of every day of a range says of a state: its own next word on the track."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import NamedTuple

from relations.codes import SourceKind
from relations.status.evidence import covered_to
from relations.status.facts import Confirmation, FactValue, Witness

_ONE_DAY = dt.timedelta(days=1)


class _End(NamedTuple):
    """The last days before an original's next word may have begun, and before it certainly had."""

    possible: dt.date
    certain: dt.date

    def of(self, witness: Witness) -> dt.date:
        """A register follows a post up to the change, whenever that was; a data set observes single years."""
        return self.possible if witness.kind == SourceKind.DATASET else self.certain


@dataclass(frozen=True, slots=True)
class _Words:
    """The facts of one original: their first and last days in order, and the first `latest` of each and those after."""

    starts: list[dt.date]
    ends: list[dt.date]
    first_latest: list[dt.date]

    def end_of(self, fact: FactValue) -> _End | None:
        """The end of what the original says in a fact; None where it has no later word."""
        place = bisect_right(self.starts, fact.latest)
        overlapping = [end for end in self.ends[bisect_left(self.starts, _start(fact)) : place] if end > fact.latest]
        following = [*overlapping, *self.first_latest[place : place + 1]]
        if not following:
            return None
        return _End(fact.latest if overlapping else self.starts[place] - _ONE_DAY, min(following) - _ONE_DAY)


def follows(one: FactValue, other: FactValue) -> bool:
    """Checks whether a fact came after another: certainly, or as a later word of its source."""
    return came_after(one, other) or _is_own_next_word(one, other)


def came_after(one: FactValue, other: FactValue) -> bool:
    return one.earliest is not None and one.earliest > other.latest


def _is_own_next_word(one: FactValue, other: FactValue) -> bool:
    """Checks whether a fact is a later word of a source of the other: it began no earlier, and is certain later.

    A level of 1970 to 1975 and the next one, of 1975 to 1980, share the year in which the first was observed.
    """
    return (
        one.earliest is not None and one.earliest >= _start(other) and one.latest > other.latest
        and not one.originals.isdisjoint(other.originals)
    )  # fmt: skip


def _start(fact: FactValue) -> dt.date:
    """The first possible day; where it is open, the first of the year of the last one."""
    return fact.earliest or fact.latest.replace(month=1, day=1)


def until_own_next_word(facts: list[FactValue]) -> list[FactValue]:
    """The facts of a track, each covered by a source only up to the source's own next word.

    A register that names an ambassador, and later that he left, does not say of the days since that he is in post.
    """
    covered = [_is_covered(fact) for fact in facts]
    if not any(covered):
        return facts
    words = _words(facts)
    return [_until(fact, words) if is_covered else fact for fact, is_covered in zip(facts, covered, strict=True)]


def _is_covered(fact: FactValue) -> bool:
    """Checks whether a source speaks of the days after a fact: what all others say does not end."""
    confirming = any(one.witness.covers_to for one in fact.confirmations) if fact.confirmations else False
    return confirming or any(covered_to(fact, witness) for witness in fact.witnesses)


def _words(facts: Iterable[FactValue]) -> Mapping[int, _Words]:
    spoken: defaultdict[int, list[tuple[dt.date, dt.date]]] = defaultdict(list)
    for fact in facts:
        if fact.earliest is not None:
            for original in fact.originals:
                spoken[original].append((fact.earliest, fact.latest))
    return {original: _in_order(sorted(days)) for original, days in spoken.items()}


def _in_order(days: list[tuple[dt.date, dt.date]]) -> _Words:
    first_latest = list(accumulate((latest for _, latest in reversed(days)), min))[::-1]
    return _Words([earliest for earliest, _ in days], [latest for _, latest in days], first_latest)


def _until(fact: FactValue, words: Mapping[int, _Words]) -> FactValue:
    known = {original: words[original].end_of(fact) for original in fact.originals if original in words}
    ends = {original: end for original, end in known.items() if end}
    if not ends:
        return fact
    witnesses = tuple([_shortened(fact, witness, ends.get(witness.original)) for witness in fact.witnesses])
    confirmations = tuple([_earlier(one, ends.get(one.witness.original)) for one in fact.confirmations])
    if (witnesses, confirmations) == (fact.witnesses, fact.confirmations):
        return fact
    return replace(fact, witnesses=witnesses, confirmations=confirmations)


def _shortened(fact: FactValue, witness: Witness, end: _End | None) -> Witness:
    last = covered_to(fact, witness)
    return (
        witness
        if end is None or last is None or last <= end.of(witness)
        else replace(witness, covers_to=end.of(witness))
    )


def _earlier(confirmation: Confirmation, end: _End | None) -> Confirmation:
    witness = confirmation.witness
    if end is None or witness.covers_to is None or confirmation.day <= end.of(witness):
        return confirmation
    return replace(confirmation, day=end.of(witness))
