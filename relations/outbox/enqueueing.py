"""Enqueues one delivery for each subscription that a change concerns, in the transaction that appends the change.

The cost grows with the subscriptions that are concerned: see `matching`.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any

from django.conf import settings
from django.db import connection

from relations.codes import EventType, Include
from relations.models import ListChange, StatusChange, Subscription
from relations.models.webhooks import COLLECTS
from relations.outbox.matching import Event, Interest
from relations.outbox.payloads import change_body, list_change_body, notice_body, snapshots
from relations.queries.change_log import LogEntry
from relations.queries.countries import current_country_index
from relations.representation.causes import MessageCause, causes_of
from relations.status import INHERITED_KINDS, Track

CHANNEL = "webhooks"
"""The channel on which workers listen. The message is empty: it only wakes them."""

_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Match:
    """A log entry, the pairs that inherit from it, its event, and the subscriptions that it concerns."""

    entry: LogEntry
    reached: Sequence[str]
    event: Event
    subscriptions: Sequence[Subscription]


def enqueue(entries: Sequence[LogEntry]) -> None:
    """Enqueues the deliveries of entries that were just appended, in the caller's transaction."""
    for batch in batched(entries, _BATCH):
        concerned = [match for match in matches(batch) if match.subscriptions]
        if concerned and insert(list(rows_of(concerned))):
            wake()


def wake() -> None:
    """Wakes the workers at the commit, once, however often it is called in the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])


def matches(entries: Sequence[LogEntry], *, only: Subscription | None = None) -> list[Match]:
    """Each entry with the subscriptions that it concerns; `only` tests one subscription, whatever its state."""
    reached = _reached(entries)
    events = [Event.of(entry, reached=pairs) for entry, pairs in zip(entries, reached, strict=True)]
    if only is not None:
        interest = Interest(only)
        concerned = [[only] if interest.concerns(event) else [] for event in events]
    else:
        concerned = _concerned(events)
    return [Match(*match) for match in zip(entries, reached, events, concerned, strict=True)]


def _reached(entries: Sequence[LogEntry]) -> list[list[str]]:
    """The pairs that inherit from each entry on its day; none for an entry without a pair of its own."""
    tracks = [Track.named(entry.track) for entry in entries]
    if not any(track.kind in INHERITED_KINDS for track in tracks):
        return [[] for _ in entries]
    countries = current_country_index()
    return [
        countries.inheriting(track, entry.effective) if entry.pair_id else []
        for entry, track in zip(entries, tracks, strict=True)
    ]


def _concerned(events: Sequence[Event]) -> list[list[Subscription]]:
    selected = _selected({word for event in events for word in event.words})
    if not selected:
        return [[] for _ in events]
    interests = [Interest(row) for row in _locked(set().union(*selected.values()))]
    own = [set().union(*(selected[word] for word in event.words if word in selected)) for event in events]
    return [
        [each.filters for each in interests if each.filters.pk in keys and each.concerns(event)]
        for keys, event in zip(own, events, strict=True)
    ]


def _selected(words: Iterable[str]) -> dict[str, set[int]]:
    """Subscriptions by the words that select them; as one array, for events have dozens of words each."""
    subscriptions: defaultdict[str, set[int]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute("SELECT key, subscription_id FROM relations_selector WHERE key = ANY(%s)", [list(words)])
        for word, subscription in cursor:
            subscriptions[word].add(subscription)
    return subscriptions


def _locked(keys: Iterable[int]) -> Iterator[Subscription]:
    """The subscriptions for which deliveries are enqueued, locked against deletion until the commit.

    KEY SHARE is the lock that a foreign key takes as well: it blocks a deletion and nothing else.
    """
    collecting = Subscription.objects.filter(COLLECTS, pk__in=list(keys), owner__is_active=True).order_by("pk")
    query, values = collecting.query.sql_with_params()
    yield from Subscription.objects.raw(f"{query} FOR KEY SHARE OF relations_subscription", values)


# --- rows -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A delivery to be inserted: of an entry of one of the two logs, or of a ping or a notice."""

    subscription: int
    type: str
    body: bytes
    at: dt.datetime
    change: int | None = None
    list_change: int | None = None
    pair: str = ""
    message: str | None = None
    replayed: bool = False
    test: bool = False
    replay_of: int | None = None

    @property
    def line(self) -> int | None:
        return self.list_change if self.change is None else self.change


def rows_of(concerned: Sequence[Match], *, replayed: bool = False) -> Iterator[Row]:
    """A delivery for each entry and subscription."""
    now = dt.datetime.now(dt.UTC)
    changes = [match.entry for match in concerned if isinstance(match.entry, StatusChange)]
    shown, causes = _snapshots(concerned, now.date()), causes_of(changes, site=settings.PUBLIC_URL)
    for match in concerned:
        entry = match.entry
        change, list_change = (None, entry.pk) if isinstance(entry, ListChange) else (entry.pk, None)
        snapshot: dict[str, Any] = {Include.SNAPSHOT: shown.get(entry.pair_id)}
        bodies = {
            each: _body(match, causes, snapshot.get(each)) for each in {one.include for one in match.subscriptions}
        }
        for subscription in match.subscriptions:
            yield Row(
                subscription=subscription.pk, type=match.event.type, body=bodies[subscription.include], at=now,
                change=change, list_change=list_change, pair=entry.pair_id, replayed=replayed,
            )  # fmt: skip


def _snapshots(concerned: Iterable[Match], day: dt.date) -> Mapping[str, Any]:
    pairs = {
        match.entry.pair_id
        for match in concerned
        if match.entry.pair_id and any(subscription.include == Include.SNAPSHOT for subscription in match.subscriptions)
    }
    return snapshots(pairs, day=day) if pairs else {}


def _body(match: Match, causes: Mapping[int, MessageCause], snapshot: Any) -> bytes:
    if isinstance(match.entry, ListChange):
        return list_change_body(match.entry, reached=match.reached, snapshot=snapshot)
    cause = causes.get(match.entry.pk)
    return change_body(match.entry, type_=match.event.type, reached=match.reached, cause=cause, snapshot=snapshot)


def notice(type_: EventType, *, about: Subscription, to: Subscription, now: dt.datetime) -> Row:
    """A ping, or a change of one subscription's state, for another one of the owner."""
    return Row(subscription=to.pk, type=type_, body=notice_body(type_, about, now=now), at=now)


_COLUMNS = (
    "subscription", "line", "change", "list_change", "pair", "type", "message", "replayed", "test", "replay_of", "at",
)  # fmt: skip
_INSERT = """
    INSERT INTO relations_delivery (
        subscription_id, change_id, list_change_id, pair, event_type, message, body, replayed, test, replay_of_id,
        state, attempts, created_at, next_attempt_at
    )
    SELECT r.subscription, r.change, r.list_change, r.pair, r.type,
        coalesce(r.message, CASE WHEN r.line IS NULL THEN gen_random_uuid()
            ELSE md5(concat_ws(':', r.subscription, extract(epoch FROM s.created_at), r.line))::uuid END),
        b.body, r.replayed, r.test, r.replay_of, 'pending', 0, r.at, r.at
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::uuid[], %s::bool[],
                %s::bool[], %s::bigint[], %s::timestamptz[], %s::int[]) WITH ORDINALITY
        AS r (subscription, line, change, list_change, pair, type, message, replayed, test, replay_of, at, body, place)
    JOIN unnest(%s::bytea[]) WITH ORDINALITY AS b (body, place) ON b.place = r.body
    JOIN relations_subscription s ON s.id = r.subscription
    ORDER BY r.place
    ON CONFLICT DO NOTHING
"""
"""A body goes to the server once, however many subscriptions get it. The message's id is derived from subscription and
entry, so that a receiver recognises it even after the first delivery was deleted. Pending deliveries stay as they are.
"""


def insert(rows: Sequence[Row]) -> int:
    """Inserts deliveries; returns the number of new ones."""
    places: dict[bytes, int] = {}
    for row in rows:
        places.setdefault(row.body, len(places) + 1)
    columns = [[getattr(row, name) for row in rows] for name in _COLUMNS]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [*columns, [places[row.body] for row in rows], list(places)])
        return int(cursor.rowcount)
