"""Facts of one pair -> the periods of every track -> the status on a day."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import zip_longest

from relations.codes import TrackKind
from relations.status import bans, posts, sanctions
from relations.status.contradictions import contradictions as rivals_of
from relations.status.contradictions import track_of
from relations.status.facts import FactValue
from relations.status.tracks import NOTHING, Period, Step, Track
from relations.status.trend import trend

type StepsByTrack = dict[Track, tuple[list[Step], list[FactValue]]]
"""Each track's steps, in order of days, and the acts whose uncertainty it shows."""


def periods(facts: Iterable[FactValue]) -> list[Period]:
    """The periods of one pair's tracks, in order of track and day.

    `facts` are one version each of the facts known at one time, in any order. A track has a period for every day on
    which it has a value or a fact that may have happened.
    """
    acts = sorted(facts, key=lambda act: act.order)
    lives = _steps_by_track(acts, rivals_of(acts))
    return [period for track in sorted(lives) for period in _periods(track, *lives[track])]


def status(found: Iterable[Period], day: dt.date) -> dict[Track, Period]:
    """The periods that hold that day, by track; a track that says nothing that day is left out."""
    return {period.track: period for period in found if period.holds(day)}


def next_change_after(found: Iterable[Period], day: dt.date) -> dt.date | None:
    """The first day after `day` on which a track begins to tell something else, if nothing is recorded until then."""
    tracks: defaultdict[Track, list[Period]] = defaultdict(list)
    for period in found:
        tracks[period.track].append(period)
    turns = (_turn(track, sorted(of_track, key=lambda period: period.start), day) for track, of_track in tracks.items())
    return min((turn for turn in turns if turn is not None), default=None)


def _turn(track: Track, ordered: list[Period], day: dt.date) -> dt.date | None:
    told = next((period.state for period in ordered if period.holds(day)), NOTHING).told(track.kind)
    return next((turn for turn, state in _turns(ordered) if turn > day and state.told(track.kind) != told), None)


def _turns(ordered: list[Period]) -> Iterator[Step]:
    """Between two periods of a track, and behind the last, there may be days on which it says nothing."""
    for period, following in zip_longest(ordered, ordered[1:]):
        yield Step(period.start, period.state)
        if period.end is not None and (following is None or following.start > period.end):
            yield Step(period.end, NOTHING)


def _steps_by_track(acts: list[FactValue], contradictions: dict[str, tuple[str, ...]]) -> StepsByTrack:
    lives: StepsByTrack = {Track(TrackKind.TREND): (trend(acts, contradictions), acts)} if acts else {}
    by_track: defaultdict[Track, list[FactValue]] = defaultdict(list)
    for act in acts:
        track = track_of(act)
        if track is not None:
            by_track[track].append(act)
    for track, own in by_track.items():
        match track.kind:
            case TrackKind.AMBASSADOR:
                lives[track] = (posts.post(own, contradictions), own)
            case TrackKind.NEXT:
                pass  # needs the ambassadors of the post as well: below
            case TrackKind.SANCTIONS:
                lives[track] = (sanctions.programme(own, contradictions), own)
            case TrackKind.TRAVEL_BAN:
                lives[track] = (bans.travel_ban(own, contradictions), own)
            case _:
                lives[track] = (posts.diplomatic_relations(own, contradictions), own)
    return lives | _next_tracks(by_track, contradictions) | _postures(lives)


def _next_tracks(by_track: dict[Track, list[FactValue]], contradictions: dict[str, tuple[str, ...]]) -> StepsByTrack:
    """An ambassador in post empties what is next, so the track reads the acts of both."""
    lives: StepsByTrack = {}
    directions = {(track.sender, track.receiver) for track in by_track if track.kind in ("ambassador", "next")}
    for direction in directions:
        own = by_track.get(Track(TrackKind.NEXT, *direction), [])
        arrivals = [
            act for act in by_track.get(Track(TrackKind.AMBASSADOR, *direction), []) if act.word == "ambassador"
        ]
        if own or arrivals:
            both = sorted((*own, *arrivals), key=lambda act: act.order)
            lives[Track(TrackKind.NEXT, *direction)] = (posts.following(both, contradictions), own)
    return lives


def _postures(lives: StepsByTrack) -> StepsByTrack:
    """One track for each sender and target over all of the sender's programmes."""
    found: defaultdict[Track, list[Track]] = defaultdict(list)
    for track in sorted(lives):
        if track.kind == TrackKind.SANCTIONS:
            found[Track(track.kind, track.sender, track.receiver)].append(track)
    return {
        whole: (
            sanctions.posture(lives[part][0] for part in parts),
            sorted((act for part in parts for act in lives[part][1]), key=lambda act: act.order),
        )
        for whole, parts in found.items()
    }


def _periods(track: Track, steps: list[Step], acts: list[FactValue]) -> list[Period]:
    """Steps and the days on which facts are uncertain, cut into ranges; equal neighbours are one."""
    states = {step.day: step.state for step in steps}
    doubtful = [act for act in acts if (act.earliest or dt.date.min) < act.latest]
    coming, going = _edges(doubtful)
    days = sorted(states.keys() | coming.keys() | going.keys())
    found: list[Period] = []
    state, maybe = NOTHING, dict[str, int]()
    for day, end in zip_longest(days, days[1:]):
        state = states.get(day, state)
        maybe = {key: rank for key, rank in (maybe | coming[day]).items() if key not in going[day]}
        if state == NOTHING and not maybe:
            continue
        uncertain = tuple(sorted(maybe, key=maybe.__getitem__))
        found.append(Period(track=track, start=day, end=end, state=state, uncertain=uncertain))
    return _merged(found)


def _edges(
    doubtful: list[FactValue],
) -> tuple[defaultdict[dt.date, dict[str, int]], defaultdict[dt.date, dict[str, int]]]:
    """The keys of the acts that begin and that cease to be uncertain, with their rank in the order of acts, by day."""
    coming: defaultdict[dt.date, dict[str, int]] = defaultdict(dict)
    going: defaultdict[dt.date, dict[str, int]] = defaultdict(dict)
    for rank, act in enumerate(doubtful):
        coming[act.earliest or dt.date.min][act.key] = rank
        going[act.latest][act.key] = rank
    return coming, going


def _merged(found: list[Period]) -> list[Period]:
    merged: list[Period] = []
    for period in found:
        last = merged[-1] if merged else None
        if last and last.end == period.start and (last.state, last.uncertain) == (period.state, period.uncertain):
            merged[-1] = Period(
                track=last.track, start=last.start, end=period.end, state=last.state, uncertain=last.uncertain
            )
        else:
            merged.append(period)
    return merged
