"""What subscribers are sent: bodies as bytes, made once and never again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

import orjson
from django.conf import settings

from relations.codes import EventType, TrackKind
from relations.models import CountryPair, Designation, StatusChange, Subscription, current_world
from relations.models.titles import lists_named, programmes_named
from relations.status import NO_PROGRAMME, Period, Route, Track, routes
from relations.status.listed import listed_bodies
from relations.status.shown import Shown, status_body

type StoredPeriods = Callable[[Collection[str]], Mapping[str, Sequence[Period]]]
"""How the ledger reads what it stored: the periods of some pairs by the pair's code."""


def change_body(line: StatusChange, *, type_: str, reached: Iterable[str], snapshot: Any = None) -> bytes:
    """The body of one line of the change log.

    `from` and `to` are null on `facts.changed`. `reaches` are the pairs of the members that inherit what an
    organisation did. `snapshot` is added where a subscription includes it.
    """
    told = {
        "pair": line.pair_id,
        "version": line.version,
        "track": line.track,
        "from": line.old,
        "to": line.new,
        "effective": line.effective,
        "reason": line.reason,
        "sequence": line.pk,
        "url": relation_url(line.pair_id),
        "reaches": list(reached),
    }
    if snapshot is not None:
        told["snapshot"] = snapshot
    return _body(type_, line.recorded_at, told)


def notice_body(type_: EventType, subscription: Subscription, *, now: dt.datetime) -> bytes:
    """The body of a ping, or of what has become of a subscription. It names its URL to nobody but the owner."""
    told: dict[str, Any] = {"subscription": subscription.pk, "url": subscription.url}
    if type_ != EventType.PING:
        told |= {
            "state": subscription.state,
            "failing_since": subscription.failing_since,
            "failures": subscription.failures,
            "reason": subscription.disabled_reason or None,
        }
    return _body(type_, now, told)


def relation_url(pair: str) -> str:
    return f"{settings.PUBLIC_URL}/api/relations/{pair}/"


def _body(type_: str, timestamp: dt.datetime, told: Mapping[str, Any]) -> bytes:
    return orjson.dumps({"type": type_, "timestamp": timestamp, "data": told}, option=orjson.OPT_UTC_Z)


# --- snapshots ------------------------------------------------------------------------------------------------------


def snapshots(codes: Collection[str], *, day: dt.date, stored: StoredPeriods) -> dict[str, dict[str, Any]]:
    """The whole status of some pairs today, as `/api/relations/<pair>/` shows it; a few queries for all of them."""
    ways = {code: routes(code, current_world().belongings) for code in codes}
    reaching = {way.pair for found in ways.values() for way in found}
    found = stored({*codes, *reaching})
    tracks = {period.track for of_pair in found.values() for period in of_pair}
    programmes, words = programmes_named(_parts(tracks, TrackKind.SANCTIONS))
    lists = lists_named(_parts(tracks, TrackKind.TRAVEL_BAN))
    standing = Designation.objects.known_at(None).filter(delisted_on__isnull=True)
    designations = listed_bodies(words, standing.counted(words.values()).__getitem__, site=settings.PUBLIC_URL)
    versions = dict(CountryPair.objects.filter(code__in=codes).values_list("code", "version"))
    return {
        code: {
            "code": code,
            "version": versions[code],
            "as_of": day,
            "status": status_body(
                Shown(
                    code=code,
                    holding=_holding(found.get(code, ()), day),
                    recorded=frozenset(period.track for period in found.get(code, ())),
                    inherited=_inherited(ways[code], found, day),
                    programmes=programmes,
                    lists=lists,
                    designations=designations,
                )
            ),
        }
        for code in codes
    }


def _inherited(
    ways: Iterable[Route], found: Mapping[str, Sequence[Period]], day: dt.date
) -> list[tuple[Route, dict[Track, Period]]]:
    return [(way, _holding(found.get(way.pair, ()), day)) for way in ways if way.belonging.holds(day)]


def _holding(periods: Iterable[Period], day: dt.date) -> dict[Track, Period]:
    return {period.track: period for period in periods if period.holds(day)}


def _parts(tracks: Iterable[Track], kind: TrackKind) -> set[str]:
    """The ids of the programmes, or of the lists, that the tracks name."""
    parts = {track.part for track in tracks if track.kind == kind}
    return {part for part in parts if part and part != NO_PROGRAMME}
