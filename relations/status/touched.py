"""The first day on which facts that came, changed or went can make a difference to what follows from a pair's facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from relations import dates
from relations.codes import NextStatus, PostStatus
from relations.status.facts import FactValue
from relations.status.kinds import track_of

_ABOUT_NEXT = frozenset((PostStatus.AMBASSADOR, *NextStatus))
"""An ambassador in post is a word on what is next as well."""


def first_day_touched(changed: Iterable[FactValue], others: Sequence[FactValue]) -> dt.date | None:
    """The day before which the periods of a pair are the same without the changed facts as with them.

    `changed` are all versions, old and new, of the facts that came, changed or went; `others` the pair's other facts.
    None where nothing changed. A fact makes a difference from the first day on which it may have happened. But what a
    source says of the days after a fact ends with its own next word, so those words before the changed fact may speak
    of more days, or of fewer, than they did: the difference begins with the earliest of these.
    """
    return min((day for fact in changed for day in _days(fact, others)), default=None)


def _days(fact: FactValue, others: Iterable[FactValue]) -> Iterator[dt.date]:
    yield dates.floor_of_doubt(fact.earliest, fact.latest)
    own = [one for one in others if one.kind == fact.kind and not one.originals.isdisjoint(fact.originals)]
    for original in fact.originals:
        for words in _sequences(fact, [one for one in own if original in one.originals]):
            yield from _ends_moved(fact, words)


def _sequences(fact: FactValue, own: list[FactValue]) -> Iterator[list[FactValue]]:
    """The sequences of words in which a fact may end the one before it; `own` are those of one of its sources."""
    track = track_of(fact)
    yield [one for one in own if one.person == fact.person and track_of(one) == track]
    if fact.kind == "ambassadors":
        yield [one for one in own if one.sender == fact.sender and one.word in _ABOUT_NEXT]


def _ends_moved(fact: FactValue, words: list[FactValue]) -> Iterator[dt.date]:
    """The first days of the words that may end elsewhere without the fact.

    The end of a claim is the next word in order (`claims`), and that of what was covered the first later word
    (`own_words`): with another word that certainly came after in between, it is not this one.
    """
    order = fact.order
    before = [one.latest for one in words if one.latest < fact.latest or one.order < order]
    if before:
        yield max(before)
    certain = max((one.earliest for one in words if one.earliest and one.latest <= fact.latest), default=dt.date.min)
    if fact.earliest is not None:
        yield from (one.latest for one in words if certain <= one.latest < fact.latest)
