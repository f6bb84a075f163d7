"""What a pair shows on a day, told in full: its own tracks, and what reaches it by way of an organisation."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from relations.codes import TrackKind
from relations.status.inheritance import InheritanceRoute
from relations.status.tracks import NO_PROGRAMME, NOTHING, Period, State, Track

type Titles = Mapping[str, str]
"""The title of each programme or list by its id, written as in the name of a track."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationState:
    """Everything that the status of one pair on one day is told from.

    `holding` are the periods of the day; `recorded` the tracks on which something holds on any day; `inherited` what
    holds on the day in the pairs of organisations, by the way that it takes. `designations` are told of the programmes
    under which a list names parties.
    """

    code: str
    holding: Mapping[Track, Period]
    recorded: Collection[Track]
    inherited: Sequence[tuple[InheritanceRoute, Mapping[Track, Period]]] = ()
    programmes: Titles = field(default_factory=dict)
    lists: Titles = field(default_factory=dict)
    designations: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def directions(self) -> tuple[tuple[str, str], tuple[str, str]]:
        first, second = self.code[:2], self.code[3:]
        return (first, second), (second, first)


def relation_status(shown: RelationState) -> dict[str, Any]:
    return {
        "diplomatic_relations": _plain(shown.holding.get(Track(TrackKind.DIPLOMATIC_RELATIONS))),
        "trend": _plain(shown.holding.get(Track(TrackKind.TREND))),
        "ambassadors": [_ambassadors(shown, sender, receiver) for sender, receiver in shown.directions],
        "sanctions": _sanctions(shown),
        "travel_bans": _travel_bans(shown),
    }


def _state(period: Period | None) -> State:
    return period.state if period else NOTHING


def _behind(period: Period | None) -> dict[str, Any]:
    """The keys of the facts that make a period what it is."""
    if period is None:
        return {"facts": [], "uncertain": [], "disputed": False}
    return {"facts": period.state.facts, "uncertain": period.uncertain, "disputed": period.state.disputed}


def _plain(period: Period | None) -> dict[str, Any]:
    state = _state(period)
    return {"value": state.value, "since": state.since, **_behind(period)}


def _ambassadors(shown: RelationState, sender: str, receiver: str) -> dict[str, Any]:
    post = shown.holding.get(Track(TrackKind.AMBASSADOR, sender, receiver))
    following = shown.holding.get(Track(TrackKind.NEXT, sender, receiver))
    return {"from": sender, "to": receiver, "post": _held(post), "next": _held(following)}


def _held(period: Period | None) -> dict[str, Any]:
    state = _state(period)
    return {"value": state.value, "holder": state.holder, "since": state.since, **_behind(period)}


# --- what members inherit -------------------------------------------------------------------------------------------


def _sanctions(shown: RelationState) -> list[dict[str, Any]]:
    """By sender and target, the sender's own first, then by way of whom."""
    recorded = [track for track in shown.recorded if track.kind == TrackKind.SANCTIONS]
    entries = [
        _posture(Track(TrackKind.SANCTIONS, *direction), recorded, shown, shown.holding)
        for direction in shown.directions
        if Track(TrackKind.SANCTIONS, *direction) in recorded
    ]
    for route, holding in shown.inherited:
        whole = Track(TrackKind.SANCTIONS, route.organisation, route.target)
        if whole in holding:
            entries.append(_posture(whole, holding, shown, holding) | _by_way_of(route))
    return sorted(entries, key=_place)


def _posture(
    whole: Track, tracks: Collection[Track], shown: RelationState, holding: Mapping[Track, Period]
) -> dict[str, Any]:  # fmt: skip
    period = holding.get(whole)
    parts = sorted((track for track in tracks if track[:3] == whole[:3] and track.part), key=_part)
    return {
        "from": whole.sender,
        "to": whole.receiver,
        "via": None,
        **_imposed(period),
        "programmes": [
            {"programme": _named(part.part, shown.programmes), "designations": shown.designations.get(part.part),
             **_imposed(holding.get(part)), **_behind(holding.get(part))}
            for part in parts
        ],
        **_behind(period),
    }  # fmt: skip


def _imposed(period: Period | None) -> dict[str, Any]:
    state = _state(period)
    return {
        "value": state.value,
        "measures": state.measures,
        "since": state.since,
        "expires_on": state.expires_on,
    }


def _travel_bans(shown: RelationState) -> list[dict[str, Any]]:
    """By issuer and subject, then by way of whom, then by list."""
    recorded = sorted((track for track in shown.recorded if track.kind == TrackKind.TRAVEL_BAN), key=_part)
    entries = [_banned(track, shown, shown.holding) for track in recorded]
    for route, holding in shown.inherited:
        lists = [track for track in holding if track[:3] == (TrackKind.TRAVEL_BAN, route.organisation, route.target)]
        entries += [_banned(track, shown, holding) | _by_way_of(route) for track in sorted(lists, key=_part)]
    return sorted(entries, key=_place)


def _banned(track: Track, shown: RelationState, holding: Mapping[Track, Period]) -> dict[str, Any]:
    period = holding.get(track)
    state = _state(period)
    return {
        "from": track.sender,
        "to": track.receiver,
        "via": None,
        "list": _named(track.part, shown.lists),
        "value": state.value,
        "scope": state.scope,
        "visa_classes": state.visa_classes,
        "since": state.since,
        **_behind(period),
    }


def _by_way_of(route: InheritanceRoute) -> dict[str, Any]:
    return {"from": route.member, "to": route.target, "via": route.organisation}


def _named(part: str, titles: Titles) -> dict[str, Any] | None:
    return None if part == NO_PROGRAMME else {"id": int(part), "title": titles[part]}


def _part(track: Track) -> tuple[str, str, int]:
    """Acts without a programme first, then programmes and lists by id."""
    return track.sender, track.receiver, 0 if track.part == NO_PROGRAMME else int(track.part or 0)


def _place(entry: Mapping[str, Any]) -> tuple[str, str, str]:
    return entry["from"], entry["to"], entry["via"] or ""
