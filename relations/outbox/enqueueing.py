"""One delivery for each subscription that a change concerns, in the transaction that writes the change.

The cost grows with the subscriptions that are concerned: see `selectors`.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any

from django.db import connection

from relations.codes import EventType, Include
from relations.models import ListChange, StatusChange, Subscription
from relations.models.webhooks import COLLECTS, Selector
from relations.outbox.matching import Event, Interest
from relations.outbox.payloads import StoredPeriods, change_body, list_change_body, notice_body, snapshots
from relations.queries.countries import CountryIndex, current_country_index
from relations.status import INHERITED_KINDS, Track, inheriting_pairs

CHANNEL = "webhooks"
"""What workers listen to. The message is empty: it only wakes them."""

_BATCH = 1000

type Line = StatusChange | ListChange
"""A line of either log; they are numbered together."""


@dataclass(frozen=True, slots=True)
class Match:
    """A line of a log, the pairs that it reaches, its event, and the subscriptions that it concerns."""

    line: Line
    reached: Sequence[str]
    event: Event
    subscriptions: Sequence[Subscription]


def fill(lines: Sequence[Line], *, stored: StoredPeriods) -> int:
    """Puts by what the lines, just appended, tell subscribers. Returns the number of deliveries.

    Part of the caller's transaction: what is rolled back is not sent. `stored` reads the periods as they are now.
    """
    made = 0
    for batch in batched(lines, _BATCH):
        found = [match for match in matches(batch) if match.subscriptions]
        if found:
            made += insert(list(rows_of(found, stored=stored)))
    if made:
        wake()
    return made


def wake() -> None:
    """Wakes the workers at the commit, once, however often it is called in the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])


def matches(lines: Sequence[Line], *, only: Subscription | None = None) -> list[Match]:
    """The subscriptions that each line concerns, or whether it concerns `only`, whatever its state."""
    reached = _reached(lines)
    events = [Event.of(line, reached=pairs) for line, pairs in zip(lines, reached, strict=True)]
    if only is not None:
        interest = Interest.of(only)
        concerned = [[only] if interest.concerns(event) else [] for event in events]
    else:
        concerned = _concerned(events)
    return [Match(*found) for found in zip(lines, reached, events, concerned, strict=True)]


def _reached(lines: Sequence[Line]) -> list[list[str]]:
    """The pairs that inherit each line on the day from which it holds: none where it has no pair itself."""
    tracks = [Track.named(line.track) for line in lines]
    if not any(track.kind in INHERITED_KINDS for track in tracks):
        return [[] for _ in lines]
    world: CountryIndex = current_country_index()
    organisations = {belonging.organisation for belonging in world.belongings}
    return [
        inheriting_pairs(track, line.effective, world.belongings)
        if line.pair_id and track.sender in organisations
        else []
        for line, track in zip(lines, tracks, strict=True)
    ]


def _concerned(events: Sequence[Event]) -> list[list[Subscription]]:
    looked_up = [list(event.words) for event in events]
    found: defaultdict[str, list[int]] = defaultdict(list)
    words = {word for words in looked_up for word in words}
    for word, subscription in Selector.objects.filter(key__in=words).values_list("key", "subscription"):
        found[word].append(subscription)
    if not found:
        return [[] for _ in events]
    kept = {row.pk: (row, Interest.of(row)) for row in _held({key for keys in found.values() for key in keys})}
    return [
        [
            kept[key][0]
            for key in sorted({key for word in words for key in found.get(word, ())})
            if key in kept and kept[key][1].concerns(event)
        ]
        for words, event in zip(looked_up, events, strict=True)
    ]


def _held(keys: Iterable[int]) -> Iterator[Subscription]:
    """The subscriptions that changes are put by for, kept from being deleted before the commit.

    KEY SHARE is the lock that a foreign key takes as well: it stands in the way of a deletion and of nothing else.
    """
    collecting = Subscription.objects.filter(COLLECTS, pk__in=list(keys), owner__is_active=True).order_by("pk")
    query, values = collecting.query.sql_with_params()
    yield from Subscription.objects.raw(f"{query} FOR KEY SHARE OF relations_subscription", values)


# --- rows -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A delivery to be made: of a line of one of the two logs, or of a ping or a notice."""

    subscription: int
    type: str
    body: bytes
    at: dt.datetime
    change: int | None = None
    list_change: int | None = None
    pair: str = ""
    message: str | None = None
    replayed: bool = False
    replay_of: int | None = None

    @property
    def line(self) -> int | None:
        return self.list_change if self.change is None else self.change


def rows_of(found: Sequence[Match], *, stored: StoredPeriods, replayed: bool = False) -> Iterator[Row]:
    """The deliveries that tell the subscriptions of the lines."""
    now = dt.datetime.now(dt.UTC)
    shown = _shown(found, now.date(), stored)
    for match in found:
        bodies, line = _Bodies(match, shown), match.line
        change, list_change = (None, line.pk) if isinstance(line, ListChange) else (line.pk, None)
        for subscription in match.subscriptions:
            yield Row(
                subscription=subscription.pk, type=match.event.type, body=bodies.of(subscription), at=now,
                change=change, list_change=list_change, pair=line.pair_id, replayed=replayed,
            )  # fmt: skip


def _shown(found: Iterable[Match], day: dt.date, stored: StoredPeriods) -> Mapping[str, Any]:
    pairs = {
        match.line.pair_id
        for match in found
        if match.line.pair_id and any(subscription.include == Include.SNAPSHOT for subscription in match.subscriptions)
    }
    return snapshots(pairs, day=day, stored=stored) if pairs else {}


class _Bodies:
    """The bodies of one line, one for each way of including, each made once."""

    def __init__(self, match: Match, shown: Mapping[str, Any]) -> None:
        self.match, self.shown = match, shown
        self.made: dict[str, bytes] = {}

    def of(self, subscription: Subscription) -> bytes:
        if subscription.include not in self.made:
            shows = subscription.include == Include.SNAPSHOT and self.match.line.pair_id
            self.made[subscription.include] = self._made(self.shown[self.match.line.pair_id] if shows else None)
        return self.made[subscription.include]

    def _made(self, snapshot: Any) -> bytes:
        line, reached = self.match.line, self.match.reached
        if isinstance(line, ListChange):
            return list_change_body(line, reached=reached, snapshot=snapshot)
        return change_body(line, type_=self.match.event.type, reached=reached, snapshot=snapshot)


def notice(type_: EventType, *, about: Subscription, to: Subscription, now: dt.datetime) -> Row:
    """A ping, or what has become of one subscription, for another one."""
    return Row(subscription=to.pk, type=type_, body=notice_body(type_, about, now=now), at=now)


_INSERT = """
    INSERT INTO relations_delivery (
        subscription_id, change_id, list_change_id, pair, event_type, message, body, replayed, replay_of_id,
        state, attempts, created_at, next_attempt_at
    )
    SELECT r.subscription, r.change, r.list_change, r.pair, r.type,
        coalesce(r.message, CASE WHEN r.line IS NULL THEN gen_random_uuid()
            ELSE md5(concat_ws(':', r.subscription, extract(epoch FROM s.created_at), r.line))::uuid END),
        b.body, r.replayed, r.replay_of, 'pending', 0, r.at, r.at
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::uuid[], %s::int[],
                %s::bool[], %s::bigint[], %s::timestamptz[]) WITH ORDINALITY
        AS r (subscription, line, change, list_change, pair, type, message, body, replayed, replay_of, at, place)
    JOIN unnest(%s::bytea[]) WITH ORDINALITY AS b (body, place) ON b.place = r.body
    JOIN relations_subscription s ON s.id = r.subscription
    ORDER BY r.place
    ON CONFLICT DO NOTHING
"""
"""A body goes to the server once, however many are sent it. The message's id follows from subscription and line, so
that a receiver knows it again even where the first delivery has been forgotten. What waits already is left as it is."""


def insert(rows: Sequence[Row]) -> int:
    """Writes deliveries; returns how many were not there."""
    places: dict[bytes, int] = {}
    for row in rows:
        places.setdefault(row.body, len(places) + 1)
    columns: list[list[Any]] = [
        [row.subscription for row in rows], [row.line for row in rows], [row.change for row in rows],
        [row.list_change for row in rows], [row.pair for row in rows], [row.type for row in rows],
        [row.message for row in rows], [places[row.body] for row in rows],
        [row.replayed for row in rows], [row.replay_of for row in rows], [row.at for row in rows],
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [*columns, list(places)])
        return int(cursor.rowcount)
