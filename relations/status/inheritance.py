"""How the acts of an organisation reach its members: as sender and issuer, never as target."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from relations.codes import TrackKind, pair_code
from relations.status.tracks import Track

INHERITED_KINDS = (TrackKind.SANCTIONS, TrackKind.TRAVEL_BAN)
"""The tracks that members inherit."""


@dataclass(frozen=True, slots=True)
class MembershipPeriod:
    """A half-open time in which `member` belonged to `organisation`; None is an open side."""

    organisation: str
    member: str
    start: dt.date | None
    end: dt.date | None

    def holds(self, day: dt.date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)


class InheritanceRoute(NamedTuple):
    """By way of `organisation` what stands against `target` in the pair `pair` reaches `member`."""

    pair: str
    organisation: str
    member: str
    target: str
    belonging: MembershipPeriod


def inheritance_routes(code: str, belongings: Iterable[MembershipPeriod]) -> list[InheritanceRoute]:
    """The ways, at any time, on which a pair inherits: a member's organisation against the other country."""
    first, second = code[:2], code[3:]
    return [
        InheritanceRoute(pair_code(one.organisation, target), one.organisation, member, target, one)
        for member, target in ((first, second), (second, first))
        for one in belongings
        if one.member == member and one.organisation != target
    ]


def inheriting_pairs(track: Track, day: dt.date, belongings: Iterable[MembershipPeriod]) -> list[str]:
    """The codes of the pairs that inherit an organisation's track on a day, in alphabetical order."""
    if track.kind not in INHERITED_KINDS:
        return []
    members = {one.member for one in belongings if one.organisation == track.sender and one.holds(day)}
    return sorted(pair_code(member, track.receiver) for member in members - {track.receiver})
