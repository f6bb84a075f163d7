"""The status of a pair on a day as JSON: its own tracks, and those that it inherits from organisations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from relations import dates
from relations.codes import TrackKind, pair_directions
from relations.status.inheritance import InheritanceRoute
from relations.status.tracks import NO_PROGRAMME, NOTHING, Period, State, Track

type Titles = Mapping[str, str]
"""The title of each programme or list by its id, written as in the name of a track."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationState:
    """Everything from which the status of one pair on `day` is assembled.

    `on_day` are the periods of the day; `recorded` the tracks that have a period on any day; `inherited` the day's
    periods of organisations' pairs, by route. `designations` are counts for programmes that a list names.
    """

    code: str
    day: dt.date
    on_day: Mapping[Track, Period]
    recorded: Collection[Track]
    inherited: Sequence[tuple[InheritanceRoute, Mapping[Track, Period]]] = ()
    programmes: Titles = field(default_factory=dict)
    lists: Titles = field(default_factory=dict)
    designations: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def relation_status(relation: RelationState) -> dict[str, Any]:
    return {
        "diplomatic_relations": _relations(relation),
        "trend": _track(relation.on_day.get(Track(TrackKind.TREND)), relation.day),
        "ambassadors": [_ambassadors(relation, *direction) for direction in pair_directions(relation.code)],
        "sanctions": _sanctions(relation),
        "travel_bans": _travel_bans(relation),
    }


def _state(period: Period | None) -> State:
    return period.state if period else NOTHING


def since(text: str | None) -> dict[str, Any]:
    """The EDTF date of the start of a run, and the days between which it is; an open start has no earliest day."""
    when = dates.parse(text) if text else None
    return {
        "since": text,
        "since_earliest": when.earliest if when else None,
        "since_latest": when.latest if when else None,
    }


def _evidence(period: Period | None, day: dt.date) -> dict[str, Any]:
    """The facts that make a period what it is, how old their word is, and what was known last."""
    state, last_known = _state(period), None
    if state.last_known:
        last_known = {"value": state.last_known, "on": state.last_known_on}
    return {
        "facts": state.facts,
        "fact_count": state.fact_count,
        "uncertain": period.uncertain if period else (),
        "disputed": state.disputed,
        "stale": state.stale,
        "confirmed_on": state.confirmed_on(day),
        "basis": state.basis,
        "last_known": last_known,
    }


def _track(period: Period | None, day: dt.date, *names: str) -> dict[str, Any]:
    """The value of a track with those of `names`, its start and its evidence; without a period nothing is known."""
    state = _state(period)
    own: dict[str, Any] = {"value": state.value}
    for name in names:
        own[name] = getattr(state, name)
    return own | since(state.since) | _evidence(period, day)


def _relations(relation: RelationState) -> dict[str, Any]:
    period = relation.on_day.get(Track(TrackKind.DIPLOMATIC_RELATIONS))
    return _track(period, relation.day) | {"implied": _state(period).implied}


def _ambassadors(relation: RelationState, sender: str, receiver: str) -> dict[str, Any]:
    post = relation.on_day.get(Track(TrackKind.AMBASSADOR, sender, receiver))
    following = relation.on_day.get(Track(TrackKind.NEXT, sender, receiver))
    posts = _track(post, relation.day, "holder"), _track(following, relation.day, "holder")
    return {"from": sender, "to": receiver, "post": posts[0], "next": posts[1]}


# --- what members inherit -------------------------------------------------------------------------------------------


def _sanctions(relation: RelationState) -> list[dict[str, Any]]:
    """By sender and target, the sender's own first, then by way of whom."""
    recorded = [track for track in relation.recorded if track.kind == TrackKind.SANCTIONS]
    postures = {track.whole for track in recorded}
    entries = [
        _posture(Track(TrackKind.SANCTIONS, *direction), recorded, relation, relation.on_day)
        for direction in pair_directions(relation.code)
        if Track(TrackKind.SANCTIONS, *direction) in postures
    ]
    for route, on_day in relation.inherited:
        whole = Track(TrackKind.SANCTIONS, route.organisation, route.target)
        if any(track.whole == whole for track in on_day):
            entries.append(_posture(whole, on_day, relation, on_day) | _by_way_of(route))
    return sorted(entries, key=_place)


def _posture(
    whole: Track, tracks: Collection[Track], relation: RelationState, on_day: Mapping[Track, Period]
) -> dict[str, Any]:  # fmt: skip
    period = on_day.get(whole)
    parts = sorted((track for track in tracks if track[:3] == whole[:3] and track.part), key=_part)
    return {
        "from": whole.sender,
        "to": whole.receiver,
        "via": None,
        **_imposed(period),
        "programmes": [
            programme_entry(named(part.part, relation.programmes), relation.designations.get(part.part),
                            on_day.get(part), day=relation.day)
            for part in parts
        ],
        **_evidence(period, relation.day),
    }  # fmt: skip


def programme_entry(
    programme: Mapping[str, Any] | None, designations: Mapping[str, Any] | None, period: Period | None, *, day: dt.date
) -> dict[str, Any]:  # fmt: skip
    """One programme of a posture; without a period nothing is known of it on that day."""
    return {"programme": programme, "designations": designations, **_imposed(period), **_evidence(period, day)}


def _imposed(period: Period | None) -> dict[str, Any]:
    state = _state(period)
    own = {"value": state.value, "measures": state.measures}
    return {**own, **since(state.since), "expires_on": state.expires_on}


def _travel_bans(relation: RelationState) -> list[dict[str, Any]]:
    """By issuer and subject, then by way of whom, then by list."""
    recorded = sorted((track for track in relation.recorded if track.kind == TrackKind.TRAVEL_BAN), key=_part)
    entries = [_banned(track, relation, relation.on_day) for track in recorded]
    for route, on_day in relation.inherited:
        lists = [track for track in on_day if track[:3] == (TrackKind.TRAVEL_BAN, route.organisation, route.target)]
        entries += [_banned(track, relation, on_day) | _by_way_of(route) for track in sorted(lists, key=_part)]
    return sorted(entries, key=_place)


def _banned(track: Track, relation: RelationState, on_day: Mapping[Track, Period]) -> dict[str, Any]:
    return ban_entry(track, named(track.part, relation.lists), on_day.get(track), day=relation.day)


def ban_entry(
    track: Track, ban_list: Mapping[str, Any] | None, period: Period | None, *, day: dt.date
) -> dict[str, Any]:  # fmt: skip
    """One country on one travel-ban list."""
    place = {"from": track.sender, "to": track.receiver, "via": None, "list": ban_list}
    return place | _track(period, day, "scope", "visa_classes")


def _by_way_of(route: InheritanceRoute) -> dict[str, Any]:
    return {"from": route.member, "to": route.target, "via": route.organisation}


def named(part: str, titles: Titles) -> dict[str, Any] | None:
    """A programme or a list by the part of a track; None for acts without a programme and for a track as a whole."""
    return None if part in ("", NO_PROGRAMME) else {"id": int(part), "title": titles[part]}


def _part(track: Track) -> tuple[str, str, int]:
    """Acts without a programme first, then programmes and lists by id."""
    return track.sender, track.receiver, 0 if track.part == NO_PROGRAMME else int(track.part or 0)


def _place(entry: Mapping[str, Any]) -> tuple[str, str, str]:
    return entry["from"], entry["to"], entry["via"] or ""
