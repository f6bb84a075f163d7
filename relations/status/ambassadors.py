"""The head of a mission, and the next one."""

from __future__ import annotations

from relations.codes import NextStatus, PostStatus, SanctionValue, TrackKind
from relations.status.facts import FactValue
from relations.status.latest import latest
from relations.status.tracks import Contradictions, FactsByTrack, Step, StepsByTrack, Track
from relations.text.persons import same_person


def track_of(fact: FactValue) -> Track:
    kind = TrackKind.NEXT if fact.word in NextStatus else TrackKind.AMBASSADOR
    return Track(kind, fact.sender, fact.receiver)


def exclude(one: FactValue, other: FactValue) -> bool:
    different_holders = bool(one.holder and other.holder and not same_person(one.holder, other.holder))
    return one.word != other.word or different_holders


def fold(by_track: FactsByTrack, contradictions: Contradictions) -> StepsByTrack:
    """Both tracks of each direction. An ambassador in post empties what is next, so that reads the facts of both."""
    steps: StepsByTrack = {}
    for direction in {(track.sender, track.receiver) for track in by_track}:
        post, following = Track(TrackKind.AMBASSADOR, *direction), Track(TrackKind.NEXT, *direction)
        in_post, next_ones = by_track.get(post, []), by_track.get(following, [])
        if in_post:
            steps[post] = (latest(in_post, contradictions, lambda fact: (fact.word, fact.holder)), in_post)
        arrivals = [fact for fact in in_post if fact.word == PostStatus.AMBASSADOR]
        if next_ones or arrivals:
            steps[following] = (_following(next_ones, arrivals, contradictions), next_ones)
    return steps


def _following(next_ones: list[FactValue], arrivals: list[FactValue], contradictions: Contradictions) -> list[Step]:
    """The latest of what is next, until an ambassador arrives.

    Two sources that name two ambassadors dispute the post, and not that nobody is on the way any more.
    """
    own = {fact.key for fact in next_ones}
    return latest(
        sorted((*next_ones, *arrivals), key=lambda fact: fact.order),
        {key: others for key, others in contradictions.items() if key in own},
        lambda fact: (fact.word, fact.holder) if fact.key in own else (SanctionValue.NONE.value, ""),
    )
