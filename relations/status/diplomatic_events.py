"""Diplomatic relations, established, suspended or severed by events."""

from __future__ import annotations

from relations.codes import EVENT_RELATIONS, EventKind, TrackKind
from relations.status.claims import disputed
from relations.status.facts import FactValue
from relations.status.latest import latest
from relations.status.tracks import Contradictions, FactsByTrack, StepsByTrack, Track, interned_track


def track_of(fact: FactValue) -> Track | None:
    return interned_track(TrackKind.DIPLOMATIC_RELATIONS) if fact.word in EVENT_RELATIONS else None


def exclude(one: FactValue, other: FactValue) -> bool:
    return EVENT_RELATIONS[EventKind(one.word)] != EVENT_RELATIONS[EventKind(other.word)]


def _value_of(fact: FactValue) -> str:
    return EVENT_RELATIONS[EventKind(fact.word)]


def fold(by_track: FactsByTrack, contradictions: Contradictions) -> StepsByTrack:
    return {
        track: (disputed(latest(facts, contradictions, _value_of), facts, exclude), facts)
        for track, facts in by_track.items()
    }
