"""Bodies of deliveries: serialised once, and sent as the same bytes by every attempt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from relations.codes import EventType
from relations.dates import moment_text
from relations.models import CountryPair, Designation, ListChange, StatusChange, Subscription, on_replaced_list
from relations.queries.countries import current_country_index
from relations.representation.causes import MessageCause
from relations.representation.day_statuses import day_statuses
from relations.representation.json_text import dumps
from relations.representation.statuses import relation_status
from relations.representation.webhooks import SCHEMA_VERSION, ChangeMessage, ListChangeMessage, NamedParty


def change_body(
    entry: StatusChange, *, type_: str, reached: Iterable[str], cause: MessageCause | None, snapshot: Any = None
) -> bytes:  # fmt: skip
    """The body of one entry of the change log.

    `old` and `new` are null on `facts.changed`. `reaches` are the pairs of the members that inherit what an
    organisation did. `snapshot` is added where a subscription includes it.
    """
    payload: ChangeMessage = {
        "pair": entry.pair_id,
        "version": entry.version,
        "track": entry.track,
        "old": entry.old,
        "new": entry.new,
        "effective": entry.effective,
        "reason": entry.reason,
        "cause": cause,
        "sequence": entry.pk,
        "url": relation_url(entry.pair_id),
        "reaches": list(reached),
    }
    if snapshot is not None:
        payload["snapshot"] = snapshot
    return _body(type_, entry.recorded_at, payload)


def list_change_body(entry: ListChange, *, reached: Iterable[str], snapshot: Any = None) -> bytes:
    """The body of one entry of the log of list changes. `snapshot` is that of its pair, if it has one."""
    payload = list_change_payload(entry, reached=reached)
    if snapshot is not None:
        payload["snapshot"] = snapshot
    return _body(EventType.DESIGNATIONS, entry.recorded_at, payload)


def list_change_payload(entry: ListChange, *, reached: Iterable[str]) -> ListChangeMessage:
    """Changes of a programme's parties: their number, the first of them, and the URL of all.

    `target`, `pair`, `direction` and `url` are null for a programme without a single target, its `title` where the
    table of programmes does not know it.
    """
    site, pair, programme = settings.PUBLIC_URL, entry.pair_id, entry.programme_id
    return {
        "list": entry.run.list,
        "list_title": entry.list_title,
        "publication": entry.effective,
        "run": f"{site}/api/imports/{entry.run_id}/",
        "programme": {
            "code": entry.code,
            "title": entry.title or None,
            "id": programme,
            "url": f"{site}/api/sanction-programmes/{programme}/" if programme else None,
        },
        "issuer": entry.issuer_id,
        "target": entry.target_id,
        "pair": pair or None,
        "direction": f"{entry.issuer_id}>{entry.target_id}" if pair else None,
        "listed": entry.listed,
        "amended": entry.amended,
        "delisted": entry.delisted,
        "parties": [_named_party(party) for party in entry.parties],
        "parties_url": _parties_url(entry),
        "sequence": entry.pk,
        "url": relation_url(pair) if pair else None,
        "reaches": list(reached),
    }


def _named_party(party: Mapping[str, Any]) -> NamedParty:
    url = f"{settings.PUBLIC_URL}/api/designations/{party['key']}/"
    return {"turn": party["turn"], "reference": party["reference"], "name": party["name"], "url": url}


def _parties_url(entry: ListChange) -> str:
    """The URL of all the parties as they were when the import had been committed."""
    known_at = moment_text(entry.recorded_at)
    asked = {"list": entry.run.list, "run": entry.run_id, "under": entry.code, "known_at": known_at}
    return f"{settings.PUBLIC_URL}/api/designations/?{urlencode(asked, safe=':')}"


def notice_body(type_: EventType, subscription: Subscription, *, now: dt.datetime) -> bytes:
    """The body of a ping, or of a change of a subscription's state. Only the owner sees the URL."""
    payload: dict[str, Any] = {"subscription": subscription.pk, "url": subscription.url}
    if type_ != EventType.PING:
        payload |= {
            "state": subscription.state,
            "failing_since": subscription.failing_since,
            "failures": subscription.failures,
            "reason": subscription.disabled_reason or None,
        }
    return _body(type_, now, payload)


def relation_url(pair: str) -> str:
    return f"{settings.PUBLIC_URL}/api/relations/{pair}/"


def _body(type_: str, timestamp: dt.datetime, payload: Mapping[str, Any]) -> bytes:
    return dumps({"type": type_, "timestamp": timestamp, "schema_version": SCHEMA_VERSION, "data": payload})


# --- snapshots ------------------------------------------------------------------------------------------------------


def snapshots(codes: Collection[str], *, day: dt.date) -> dict[str, dict[str, Any]]:
    """The whole status of some pairs today, as `/api/relations/<pair>/` shows it; a few queries for all of them."""
    listed = Designation.objects.known_at(None).filter(delisted_on__isnull=True).exclude(on_replaced_list(day))
    statuses = day_statuses(
        codes, day=day, known_at=None, countries=current_country_index(), site=settings.PUBLIC_URL, count=listed.counted
    )
    versions = dict(CountryPair.objects.filter(code__in=codes).values_list("code", "version"))
    return {
        code: {
            "code": code,
            # A pair about which nothing was ever recorded is at version 0.
            "version": versions.get(code, 0),
            "as_of": day,
            "status": relation_status(statuses.state(code)),
        }
        for code in codes
    }
