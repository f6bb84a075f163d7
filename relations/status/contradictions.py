"""Which facts cannot both be true: of one track and day, saying different things, resting on different originals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations, product

from relations.codes import (
    EVENT_RELATIONS,
    BanAction,
    EventKind,
    NextStatus,
    SanctionAction,
    SanctionValue,
    Scope,
    TrackKind,
)
from relations.status.facts import FactValue
from relations.status.tracks import NO_PROGRAMME, Track
from relations.text.persons import same_person


def track_of(act: FactValue) -> Track | None:
    """The track on which an act counts; None for events that move only the trend."""
    match act.kind:
        case "ambassadors":
            kind = TrackKind.NEXT if act.word in NextStatus else TrackKind.AMBASSADOR
            return Track(kind, act.sender, act.receiver)
        case "sanction-events":
            part = NO_PROGRAMME if act.programme is None else str(act.programme)
            return Track(TrackKind.SANCTIONS, act.sender, act.receiver, part)
        case "travel-ban-entries":
            return Track(TrackKind.TRAVEL_BAN, act.sender, act.receiver, str(act.list))
        case "diplomatic-events":
            return Track(TrackKind.DIPLOMATIC_RELATIONS) if act.word in EVENT_RELATIONS else None
        case _:
            raise ValueError(f"no fact is of the kind {act.kind!r}")


def contradictions(acts: Iterable[FactValue]) -> dict[str, tuple[str, ...]]:
    """The keys of the facts that contradict a fact, by its key; a fact that nothing contradicts is left out."""
    same_day: defaultdict[tuple[Track, str, object], list[FactValue]] = defaultdict(list)
    for act in acts:
        track = track_of(act)
        if track is not None:
            same_day[track, act.person, act.latest].append(act)
    found: defaultdict[str, list[str]] = defaultdict(list)
    for group in same_day.values():
        for one, other in _contrary(group):
            found[one.key].append(other.key)
            found[other.key].append(one.key)
    return {key: tuple(others) for key, others in found.items()}


def _contrary(group: list[FactValue]) -> Iterator[tuple[FactValue, FactValue]]:
    """The pairs of acts of one day that exclude each other on different originals.

    What the acts claim is compared once for all that claim it: a list may record thousands of one day.
    """
    claims: defaultdict[tuple[object, ...], list[FactValue]] = defaultdict(list)
    for act in sorted(group, key=lambda act: act.order):
        claims[act.word, act.holder, act.measures, act.scope].append(act)
    for ones, others in combinations(claims.values(), 2):
        if _exclude(ones[0], others[0]):
            yield from ((one, other) for one, other in product(ones, others) if not one.originals & other.originals)


def _exclude(one: FactValue, other: FactValue) -> bool:
    match one.kind:
        case "ambassadors":
            different_holders = bool(one.holder and other.holder and not same_person(one.holder, other.holder))
            return one.word != other.word or different_holders
        case "sanction-events":
            return _sanctions_exclude(one, other)
        case "travel-ban-entries":
            # An amendment says how, not whether.
            if BanAction.AMENDED in (one.word, other.word):
                return False
            return one.word != other.word or bool(one.scope and other.scope and one.scope != other.scope)
        case _:
            return EVENT_RELATIONS[EventKind(one.word)] != EVENT_RELATIONS[EventKind(other.word)]


def _sanctions_exclude(one: FactValue, other: FactValue) -> bool:
    """Acts on different measures stand side by side, and an extension says how long, not what."""
    if SanctionAction.EXTENDED in (one.word, other.word):
        return False
    if one.measures and other.measures and not set(one.measures) & set(other.measures):
        return False
    return outcome(one) != outcome(other)


def outcome(act: FactValue) -> SanctionValue:
    """What an act makes of its programme where it changes the value at all."""
    partial = act.scope in (Scope.MOST, Scope.SOME)
    match act.word:
        case SanctionAction.THREATENED:
            return SanctionValue.THREATENED
        case SanctionAction.IMPOSED | SanctionAction.REIMPOSED | SanctionAction.TIGHTENED:
            return SanctionValue.IN_FORCE
        case SanctionAction.EASED:
            return SanctionValue.EASED
        case SanctionAction.SUSPENDED:
            return SanctionValue.EASED if partial else SanctionValue.SUSPENDED
        case SanctionAction.LIFTED:
            return SanctionValue.EASED if partial else SanctionValue.NONE
        case SanctionAction.EXPIRED:
            return SanctionValue.NONE
        case _:
            raise ValueError(f"{act.word!r} says nothing of the value")
