"""How the acts of an organisation reach its members: as sender and issuer, never as target."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from relations.codes import TrackKind
from relations.models.pairs import code_of
from relations.models.world import Belonging
from relations.status.tracks import Track

REACHING = (TrackKind.SANCTIONS, TrackKind.TRAVEL_BAN)
"""The tracks that members inherit."""


class Route(NamedTuple):
    """By way of `organisation` what stands against `target` in the pair `pair` reaches `member`."""

    pair: str
    organisation: str
    member: str
    target: str
    belonging: Belonging


def routes(code: str, belongings: Iterable[Belonging]) -> list[Route]:
    """The ways, at any time, on which a pair inherits: a member's organisation against the other country."""
    first, second = code[:2], code[3:]
    return [
        Route(code_of(one.organisation, target), one.organisation, member, target, one)
        for member, target in ((first, second), (second, first))
        for one in belongings
        if one.member == member and one.organisation != target
    ]


def reaches(track: Track, day: dt.date, belongings: Iterable[Belonging]) -> list[str]:
    """The codes of the pairs that inherit an organisation's track on a day, in alphabetical order."""
    if track.kind not in REACHING:
        return []
    members = {one.member for one in belongings if one.organisation == track.sender and one.holds(day)}
    return sorted(code_of(member, track.receiver) for member in members - {track.receiver})
