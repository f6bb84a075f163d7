"""Who wants to be told of what: the filters of a subscription, and the words by which an act finds it.

An act must not look at every subscription. Each one lies in the index under words, `type|place|old|new`, that a
change must bear to concern it (`*` is anything); a change bears few of them, looks those up, and only what it finds
is held to all its filters.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any, Protocol

from relations.codes import TRACK_EVENTS, EventType, pair_of_direction, pair_sides
from relations.models import ListChange
from relations.status import Track

ANY = "*"
CHANGES: tuple[str, ...] = tuple(dict.fromkeys(map(str, (*TRACK_EVENTS.values(), EventType.DESIGNATIONS))))
"""The types of what stands in the logs."""
NOTICES = ("webhook.*", *map(str, (EventType.PING, EventType.FAILING, EventType.DISABLED)))
"""Sent to whom they concern, named or not: whoever names nothing else is told of no change."""

_ONLY_BY_NAME = (EventType.FACTS,)
_MOST_WORDS = 4000


class Line(Protocol):
    """What is read of a line of either log."""

    @property
    def pair_id(self) -> str: ...
    @property
    def track(self) -> str: ...
    @property
    def old(self) -> Mapping[str, Any] | None: ...
    @property
    def new(self) -> Mapping[str, Any] | None: ...


@dataclass(frozen=True, slots=True)
class Event:
    """A change as it is matched: its type, its track in its own pair and in every pair that it reaches, its values.

    Where there is no pair, since a list's programme is aimed at no one state, the issuer alone stands in its place.
    """

    type: str
    tracks: tuple[tuple[str, Track], ...]
    old: str
    new: str

    @classmethod
    def of(cls, line: Line, *, reached: Iterable[str] = ()) -> Event:
        """`reached` are the pairs of the members that inherit the line's track from an organisation."""
        own = Track.named(line.track)
        inherited = ((code, _inherited(own, code)) for code in reached)
        type_ = EventType.DESIGNATIONS if isinstance(line, ListChange) else TRACK_EVENTS[own.kind]
        return cls(type_, ((line.pair_id or own.sender, own), *inherited), _value(line.old), _value(line.new))

    @property
    def words(self) -> Iterator[str]:
        """All under which a subscription that it concerns may lie."""
        places = {ANY}
        for pair, _ in self.tracks:
            places |= {pair, *pair_sides(pair)}
        for place, old, new in product(places, {ANY, self.old}, {ANY, self.new}):
            yield f"{self.type}|{place}|{old}|{new}"


def _inherited(own: Track, pair: str) -> Track:
    member = pair[:2] if pair[3:] == own.receiver else pair[3:]
    return Track(own.kind, member, own.receiver, own.part)


def _value(told: Mapping[str, Any] | None) -> str:
    return str(told["value"]) if told else ""


@dataclass(frozen=True)
class Interest:
    """The filters of a subscription. Values of one are alternatives; of each that is given one must hold."""

    event_types: tuple[str, ...]
    countries: frozenset[str] = frozenset()
    pairs: frozenset[str] = frozenset()
    tracks: tuple[str, ...] = ()
    directions: frozenset[str] = frozenset()
    transitions: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def of(cls, filters: Any) -> Interest:
        """Of anything that has the fields of a subscription."""
        return cls(
            tuple(filters.event_types), frozenset(filters.countries), frozenset(filters.pairs),
            tuple(filters.tracks), frozenset(filters.directions), tuple(filters.transitions),
        )  # fmt: skip

    @cached_property
    def types(self) -> frozenset[str]:
        """The types that the patterns mean."""
        return frozenset(type_ for pattern in self.event_types for type_ in types_of(pattern))

    def concerns(self, event: Event) -> bool:
        """Whether there is one pair, the event's own or one that it reaches, in which all the filters hold."""
        return event.type in self.types and any(self._holds(pair, track, event) for pair, track in event.tracks)

    def _holds(self, pair: str, track: Track, event: Event) -> bool:
        return (
            (not self.pairs or pair in self.pairs)
            and (not self.countries or not self.countries.isdisjoint(pair_sides(pair)))
            and (not self.directions or track.direction in self.directions)
            and (not self.tracks or any(within(track, name) for name in self.tracks))
            and (not self.transitions or any(_turns(track, event, each) for each in self.transitions))
        )

    @property
    def words(self) -> list[str]:
        """Under which the subscription lies: of every change that concerns it, one word at least is among them."""
        types = sorted(type_ for type_ in self.types if self._may_be(type_))
        places = sorted(self._places)
        turns = sorted({
            turn for each in self.transitions for turn in product(each["from"] or [ANY], each["to"] or [ANY])
        } or {(ANY, ANY)})  # fmt: skip
        if len(types) * len(places) * len(turns) > _MOST_WORDS:
            turns = [(ANY, ANY)]
        return [f"{type_}|{place}|{old}|{new}" for type_, place, (old, new) in product(types, places, turns)]

    def _may_be(self, type_: str) -> bool:
        """Whether the tracks and the transitions leave room for the type."""
        if type_ == EventType.DESIGNATIONS:
            return not self.transitions and self._may_be(EventType.SANCTIONS)
        wanted = (self.tracks, tuple(each["track"] for each in self.transitions))
        return all(
            not names or any(TRACK_EVENTS[Track.named(name).kind] == type_ for name in names) for names in wanted
        )

    @property
    def _places(self) -> Collection[str]:
        """The narrowest that the filters name: pairs, pairs that follow from directions, countries, or anywhere."""
        if self.pairs:
            return self.pairs
        named = [_directions(self.tracks), _directions([each["track"] for each in self.transitions])]
        for directions in (self.directions, *named):
            if directions:
                return {pair_of_direction(direction) for direction in directions}
        return self.countries or {ANY}


def types_of(pattern: str) -> list[str]:
    """The types that a pattern means: a name, `*`, or a wildcard on one side of the dot (`sanctions.*`, `*.changed`).

    What is only told where it is named is not among those of a wildcard. Empty for a pattern that means nothing.
    """
    if pattern in CHANGES:
        return [pattern]
    subject, _, verb = pattern.partition(".") if pattern != ANY else (ANY, ".", ANY)
    if ANY not in (subject, verb):
        return []
    return [
        type_ for type_ in CHANGES
        if type_ not in _ONLY_BY_NAME and all(
            want in (ANY, is_) for want, is_ in zip((subject, verb), type_.split("."), strict=True)
        )
    ]  # fmt: skip


def within(track: Track, name: str) -> bool:
    """Whether the track is the one named, or a part of it: `sanctions`, `sanctions:US>BY`, `sanctions:US>BY:7`."""
    full = str(track)
    return full == name or full.startswith(f"{name}:")


def _turns(track: Track, event: Event, transition: Mapping[str, Any]) -> bool:
    return (
        event.type != EventType.DESIGNATIONS
        and within(track, transition["track"])
        and (not transition["from"] or event.old in transition["from"])
        and (not transition["to"] or event.new in transition["to"])
    )


def _directions(names: Collection[str]) -> list[str]:
    """`US>BY` of each name of a track; empty where one of them names no direction."""
    tracks = [Track.named(name) for name in names]
    return [track.direction for track in tracks] if all(track.sender for track in tracks) else []
