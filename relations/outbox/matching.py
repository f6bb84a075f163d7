"""Matches changes with the filters of subscriptions, by way of an index.

A command must not look at every subscription. Each is indexed under the selectors, `type|place|old|new`, of all changes
that may concern it (`*` is anything). A change has few selectors, and only the subscriptions under these are tested
with all their filters.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

from relations.codes import TRACK_EVENTS, EventType, pair_of_direction, pair_sides
from relations.models import ListChange, Subscription
from relations.queries.change_log import LogEntry
from relations.status import Track

ANY = "*"
CHANGES: tuple[str, ...] = tuple(dict.fromkeys(map(str, (*TRACK_EVENTS.values(), EventType.DESIGNATIONS))))
"""The types of log entries."""
NOTICES = ("webhook.*", *map(str, (EventType.PING, EventType.FAILING, EventType.DISABLED)))
"""Sent to the subscription that they concern, named or not; a subscription to these alone gets no changes."""

ONLY_BY_NAME = (EventType.FACTS,)
_MOST_WORDS = 4000


@dataclass(frozen=True, slots=True)
class Event:
    """A change as it is matched: its type, its track in its own pair and in every pair that it reaches, its values.

    A list's programme without a single target has no pair; its issuer takes the pair's place.
    """

    type: str
    tracks: tuple[tuple[str, Track], ...]
    old: str
    new: str

    @classmethod
    def of(cls, entry: LogEntry, *, reached: Iterable[str] = ()) -> Event:
        """`reached` are the pairs of the members that inherit the track from an organisation."""
        own = Track.named(entry.track)
        inherited = ((code, _inherited(own, code)) for code in reached)
        type_ = EventType.DESIGNATIONS if isinstance(entry, ListChange) else TRACK_EVENTS[own.kind]
        return cls(type_, ((entry.pair_id or own.sender, own), *inherited), _value(entry.old), _value(entry.new))

    @property
    def words(self) -> Iterator[str]:
        """All selectors under which a subscription that it concerns may be indexed."""
        places = {ANY}
        for pair, _ in self.tracks:
            places |= {pair, *pair_sides(pair)}
        for place, old, new in product(places, {ANY, self.old}, {ANY, self.new}):
            yield f"{self.type}|{place}|{old}|{new}"


def _inherited(own: Track, pair: str) -> Track:
    member = pair[:2] if pair[3:] == own.receiver else pair[3:]
    return Track(own.kind, member, own.receiver, own.part)


def _value(state: Mapping[str, Any] | None) -> str:
    return str(state["value"]) if state else ""


@dataclass(frozen=True)
class Interest:
    """The filters of a subscription. Values of one filter are alternatives; every filter given must be met."""

    filters: Subscription

    @cached_property
    def types(self) -> frozenset[str]:
        """The types that the patterns match."""
        return frozenset(type_ for pattern in self.filters.event_types for type_ in types_of(pattern))

    def concerns(self, event: Event) -> bool:
        """Tests for one pair, the event's own or one that it reaches, in which all the filters are met."""
        return event.type in self.types and any(self._is_met(pair, track, event) for pair, track in event.tracks)

    def _is_met(self, pair: str, track: Track, event: Event) -> bool:
        own = self.filters
        return (
            (not own.pairs or pair in own.pairs)
            and (not own.countries or any(side in own.countries for side in pair_sides(pair)))
            and (not own.directions or track.direction in own.directions)
            and (not own.tracks or any(within(track, name) for name in own.tracks))
            and (not own.transitions or any(_is_transition(track, event, each) for each in own.transitions))
        )

    @property
    def words(self) -> list[str]:
        """The selectors of the subscription: every change that concerns it has at least one of them."""
        types = sorted(type_ for type_ in self.types if self._may_be(type_))
        places = sorted(set(self._places))
        named = {
            change
            for each in self.filters.transitions
            for change in product(each["old"] or [ANY], each["new"] or [ANY])
        }
        transitions = sorted(named or {(ANY, ANY)})
        if len(types) * len(places) * len(transitions) > _MOST_WORDS:
            transitions = [(ANY, ANY)]
        return [f"{type_}|{place}|{old}|{new}" for type_, place, (old, new) in product(types, places, transitions)]

    def _may_be(self, type_: str) -> bool:
        """Tests if the tracks and the transitions leave room for the type."""
        if type_ == EventType.DESIGNATIONS:
            return not self.filters.transitions and self._may_be(EventType.SANCTIONS)
        wanted = (self.filters.tracks, [each["track"] for each in self.filters.transitions])
        return all(
            not names or any(TRACK_EVENTS[Track.named(name).kind] == type_ for name in names) for names in wanted
        )

    @property
    def _places(self) -> Collection[str]:
        """The narrowest that the filters name: pairs, pairs that follow from directions, countries, or anywhere."""
        own = self.filters
        if own.pairs:
            return own.pairs
        for directions in (
            own.directions, _directions(own.tracks), _directions([each["track"] for each in own.transitions])
        ):  # fmt: skip
            if directions:
                return {pair_of_direction(direction) for direction in directions}
        return own.countries or [ANY]


def types_of(pattern: str) -> list[str]:
    """The types of a pattern: a name, `*`, or a wildcard on one side of the dot (`sanctions.*`, `*.changed`).

    A wildcard leaves out the types that are sent only by name. Empty for a pattern that names no type.
    """
    if pattern in CHANGES:
        return [pattern]
    subject, _, verb = pattern.partition(".") if pattern != ANY else (ANY, ".", ANY)
    if ANY not in (subject, verb):
        return []
    return [
        type_ for type_ in CHANGES
        if type_ not in ONLY_BY_NAME and all(
            want in (ANY, is_) for want, is_ in zip((subject, verb), type_.split("."), strict=True)
        )
    ]  # fmt: skip


def within(track: Track, name: str) -> bool:
    """Tests if the track is the one named, or a part of it: `sanctions`, `sanctions:US>BY`, `sanctions:US>BY:7`."""
    full = str(track)
    return full == name or full.startswith(f"{name}:")


def _is_transition(track: Track, event: Event, transition: Mapping[str, Any]) -> bool:
    return (
        event.type != EventType.DESIGNATIONS
        and within(track, transition["track"])
        and (not transition["old"] or event.old in transition["old"])
        and (not transition["new"] or event.new in transition["new"])
    )


def _directions(names: Collection[str]) -> list[str]:
    """`US>BY` of each name of a track; empty where one of them names no direction."""
    tracks = [Track.named(name) for name in names]
    return [track.direction for track in tracks] if all(track.sender for track in tracks) else []
