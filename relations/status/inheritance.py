"""Inheritance: what an organisation does as sender or issuer reaches its members; what is done to it does not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from relations.codes import INHERITED_KINDS, pair_code, pair_sides
from relations.status.tracks import Track


@dataclass(frozen=True, slots=True)
class MembershipPeriod:
    """A half-open time in which `member` belonged to `organisation`; None is an open side."""

    organisation: str
    member: str
    start: dt.date | None
    end: dt.date | None

    def covers(self, day: dt.date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)


class InheritanceRoute(NamedTuple):
    """A membership by which the statuses of `organisation` against `target`, of the pair `pair`, reach `member`."""

    pair: str
    organisation: str
    member: str
    target: str
    membership: MembershipPeriod


def inheritance_routes(code: str, memberships: Iterable[MembershipPeriod]) -> list[InheritanceRoute]:
    """The routes, at any time, by which a pair inherits: a member's organisation against the other country."""
    first, second = pair_sides(code)
    return [
        InheritanceRoute(pair_code(one.organisation, target), one.organisation, member, target, one)
        for member, target in ((first, second), (second, first))
        for one in memberships
        if one.member == member and one.organisation != target
    ]


def inheriting_pairs(track: Track, day: dt.date, memberships: Iterable[MembershipPeriod]) -> list[str]:
    """The codes of the pairs that inherit an organisation's track on a day, in alphabetical order."""
    if track.kind not in INHERITED_KINDS:
        return []
    members = {one.member for one in memberships if one.organisation == track.sender and one.covers(day)}
    return sorted(pair_code(member, track.receiver) for member in members - {track.receiver})
