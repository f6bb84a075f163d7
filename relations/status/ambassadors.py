"""The head of a mission, and the next one."""

from __future__ import annotations

from itertools import product

from relations.codes import NextStatus, PostStatus, SanctionValue, TrackKind
from relations.status.claims import disputed
from relations.status.evidence import sightings
from relations.status.facts import FactValue
from relations.status.latest import is_same_holder, latest
from relations.status.leading import leading
from relations.status.tracks import Contradictions, FactsByTrack, Step, StepsByTrack, Track, interned_track
from relations.text.persons import same_person

_LESS = {
    # No ambassador, while a chargé leads; no mission, where there are no relations at all; none at work, or neither of
    # them, while a section or another state looks after the interests.
    (PostStatus.VACANT, PostStatus.CHARGE),
    (PostStatus.CLOSED, PostStatus.SEVERED),
    *product(
        (PostStatus.CLOSED, PostStatus.OPERATIONS_SUSPENDED, PostStatus.SEVERED),
        (PostStatus.INTERESTS_SECTION, PostStatus.PROTECTING_POWER),
    ),
}
"""A word that says less than the other about the same situation."""
_NEXT = frozenset(NextStatus.values)
_RANKS = (PostStatus.AMBASSADOR, PostStatus.MINISTER)
_LEFT = (PostStatus.RECALLED, PostStatus.WITHDRAWN, PostStatus.ASKED_TO_LEAVE, PostStatus.EXPELLED)
_TOGETHER = {
    frozenset(pair)
    for pair in (
        (PostStatus.CLOSED, PostStatus.OPERATIONS_SUSPENDED),
        *product((PostStatus.VACANT, PostStatus.NON_RESIDENT), (PostStatus.CLOSED, PostStatus.OPERATIONS_SUSPENDED)),
        (PostStatus.VACANT, PostStatus.INTERESTS_SECTION),
        (PostStatus.VACANT, PostStatus.NON_RESIDENT),
        # Whose embassy is not at work may lead the mission from another country.
        *product((PostStatus.AMBASSADOR, PostStatus.CHARGE), (PostStatus.OPERATIONS_SUSPENDED,)),
        # How an ambassador left, and what became of the mission.
        *product(_LEFT, (PostStatus.CLOSED, PostStatus.OPERATIONS_SUSPENDED, PostStatus.SEVERED)),
        *product(_LEFT, (PostStatus.INTERESTS_SECTION, PostStatus.PROTECTING_POWER)),
    )
}
"""Words that may both be true of one day. The later of the two leads: it may be news."""


def track_of(fact: FactValue) -> Track:
    kind = TrackKind.NEXT if fact.word in _NEXT else TrackKind.AMBASSADOR
    return interned_track(kind, fact.sender, fact.receiver)


def says_less(one: FactValue, other: FactValue) -> bool:
    """Checks whether a fact says less than another about one situation, so that both are true together."""
    if one.word == other.word:
        return bool(other.holder) and not one.holder
    if (one.word, other.word) == (PostStatus.AMBASSADOR, PostStatus.NON_RESIDENT):
        return bool(one.holder and other.holder) and same_person(one.holder, other.holder)
    # A level that names nobody says less than the name of somebody accredited, who may live in a third country.
    if one.word == PostStatus.NON_RESIDENT and other.word in (PostStatus.AMBASSADOR, PostStatus.MINISTER):
        return bool(other.holder) and not one.holder
    return (one.word, other.word) in _LESS


def exclude(one: FactValue, other: FactValue) -> bool:
    same = one.word == other.word and is_same_holder(one.holder, other.holder)
    together = (
        frozenset((one.word, other.word)) in _TOGETHER or _is_vacancy_at(one, other) or _is_vacancy_at(other, one)
    )
    return not (same or together or says_less(one, other) or says_less(other, one))


def _is_vacancy_at(one: FactValue, level: FactValue) -> bool:
    """Checks whether a post is vacant that a data set codes by a level: it is that of whoever comes next, too."""
    return one.word == PostStatus.VACANT and level.word in _RANKS and level.is_coded and not level.holder


def fold(by_track: FactsByTrack, contradictions: Contradictions) -> StepsByTrack:
    """Both tracks of each direction. An ambassador in post empties what is next, so that reads the facts of both."""
    steps: StepsByTrack = {}
    for direction in sorted({(track.sender, track.receiver) for track in by_track}):
        post, following = Track(TrackKind.AMBASSADOR, *direction), Track(TrackKind.NEXT, *direction)
        in_post, next_ones = by_track.get(post, []), by_track.get(following, [])
        if in_post:
            led = leading(in_post, contradictions, lambda fact: (fact.word, fact.holder), says_less=says_less)
            steps[post] = (disputed(led, in_post, exclude), in_post)
        arrivals = [fact for fact in in_post if fact.word == PostStatus.AMBASSADOR]
        if next_ones or arrivals:
            led = _following(next_ones, arrivals, contradictions)
            steps[following] = (disputed(led, next_ones, exclude), next_ones)
    return steps


def _is_seen_later(fact: FactValue) -> bool:
    return any(one.end > fact.latest for one in sightings(fact))


def _following(next_ones: list[FactValue], arrivals: list[FactValue], contradictions: Contradictions) -> list[Step]:
    """The steps of what is next, until an ambassador arrives.

    Two sources that name two ambassadors dispute the post, and not that nobody is on the way any more. Where nobody has
    been on the way, each arrival says the same, and the latest leads unless one was seen on a later day.
    """
    if not next_ones and not any(_is_seen_later(fact) for fact in arrivals):
        return latest(arrivals, {}, lambda _: SanctionValue.NONE.value)
    own = {fact.key for fact in next_ones}
    return leading(
        sorted((*next_ones, *arrivals), key=lambda fact: fact.order),
        {key: others for key, others in contradictions.items() if key in own},
        lambda fact: (fact.word, fact.holder) if fact.key in own else (SanctionValue.NONE.value, ""),
        says_less=lambda one, other: one.key in own and other.key in own and says_less(one, other),
    )
