"""What subscribers are sent: bodies as bytes, made once and never again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import orjson
from django.conf import settings

from relations.codes import EventType, TrackKind
from relations.models import CountryPair, Designation, ListChange, StatusChange, Subscription
from relations.queries.countries import current_country_index
from relations.queries.titles import lists_named, programmes_named
from relations.representation.designation_counts import listed_bodies
from relations.representation.statuses import RelationState, relation_status
from relations.representation.webhooks import ChangeMessage, ListChangeMessage
from relations.status import NO_PROGRAMME, InheritanceRoute, Period, Track, inheritance_routes

type StoredPeriods = Callable[[Collection[str]], Mapping[str, Sequence[Period]]]
"""How the ledger reads what it stored: the periods of some pairs by the pair's code."""


def change_body(line: StatusChange, *, type_: str, reached: Iterable[str], snapshot: Any = None) -> bytes:
    """The body of one line of the change log.

    `from` and `to` are null on `facts.changed`. `reaches` are the pairs of the members that inherit what an
    organisation did. `snapshot` is added where a subscription includes it.
    """
    told: ChangeMessage = {
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


def list_change_body(line: ListChange, *, reached: Iterable[str], snapshot: Any = None) -> bytes:
    """The body of one line of the log of list changes. `snapshot` is that of its pair, where it has one."""
    told = list_change_told(line, reached=reached)
    if snapshot is not None:
        told["snapshot"] = snapshot
    return _body(EventType.DESIGNATIONS, line.recorded_at, told)


def list_change_told(line: ListChange, *, reached: Iterable[str]) -> ListChangeMessage:
    """What is told of a programme's parties: how many, the first of them, and where all of them are.

    `target`, `pair`, `direction` and `url` are null where the programme is aimed at no one state, its `title` where the
    table of programmes does not know it.
    """
    site, pair = settings.PUBLIC_URL, line.pair_id
    return {
        "list": line.run.list,
        "list_title": line.list_title,
        "publication": line.effective,
        "run": f"{site}/api/imports/{line.run_id}/",
        "programme": {
            "code": line.code,
            "title": line.title or None,
            "id": line.programme_id,
            "url": f"{site}/api/sanction-programmes/{line.programme_id}/" if line.programme_id else None,
        },
        "issuer": line.issuer_id,
        "target": line.target_id,
        "pair": pair or None,
        "direction": f"{line.issuer_id}>{line.target_id}" if pair else None,
        "listed": line.listed,
        "amended": line.amended,
        "delisted": line.delisted,
        "parties": [
            {
                "turn": party["turn"],
                "reference": party["reference"],
                "name": party["name"],
                "url": f"{site}/api/designations/{party['key']}/",
            }
            for party in line.parties
        ],
        "parties_url": _parties_url(line),
        "sequence": line.pk,
        "url": relation_url(pair) if pair else None,
        "reaches": list(reached),
    }


def _parties_url(line: ListChange) -> str:
    """All the parties, for good: as they stood when the import had been through."""
    known_at = line.recorded_at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    asked = {"list": line.run.list, "run": line.run_id, "under": line.code, "known_at": known_at}
    return f"{settings.PUBLIC_URL}/api/designations/?{urlencode(asked, safe=':')}"


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
    ways = {code: inheritance_routes(code, current_country_index().belongings) for code in codes}
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
            # A pair about which nothing was ever recorded is at version 0.
            "version": versions.get(code, 0),
            "as_of": day,
            "status": relation_status(
                RelationState(
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
    ways: Iterable[InheritanceRoute], found: Mapping[str, Sequence[Period]], day: dt.date
) -> list[tuple[InheritanceRoute, dict[Track, Period]]]:
    return [(way, _holding(found.get(way.pair, ()), day)) for way in ways if way.belonging.holds(day)]


def _holding(periods: Iterable[Period], day: dt.date) -> dict[Track, Period]:
    return {period.track: period for period in periods if period.holds(day)}


def _parts(tracks: Iterable[Track], kind: TrackKind) -> set[str]:
    """The ids of the programmes, or of the lists, that the tracks name."""
    parts = {track.part for track in tracks if track.kind == kind}
    return {part for part in parts if part and part != NO_PROGRAMME}
