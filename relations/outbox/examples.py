"""Realistic messages of each type: the examples of the catalogue, and tests of a subscription.

They are made as the messages of changes are, of entries that are in no log; where the seed article has words for them,
with its words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from itertools import islice, product
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.conf import settings

from relations.codes import TRACK_EVENTS, EventType, Include, SubscriptionState, TrackKind, pair_code, pair_of_direction
from relations.models import ImportRun, ListChange, StatusChange, Subscription
from relations.outbox.matching import Event, Interest
from relations.outbox.payloads import change_body, list_change_body, notice_body, snapshots
from relations.representation.causes import MessageCause
from relations.representation.json_text import dumps
from relations.status import DIRECTED, VALUES, State, Track

_MOMENT = dt.datetime(2020, 2, 1, 12, tzinfo=dt.UTC)
_KEY = UUID("9ae2cf14-adbd-4352-9745-878aec39acce")
_DIRECTION = "US>BY"
_MOST = 200
"""Combinations of a subscription's filters that are tried."""


class _Sample(NamedTuple):
    """A change on a track of one kind: its values, and the resource, word and quote of the fact that caused it."""

    old: State
    new: State
    resource: str
    word: str
    quote: str


_SAMPLES: Mapping[str, _Sample] = {
    TrackKind.AMBASSADOR: _Sample(
        State(value="vacant"), State(value="ambassador", holder="Julie Fisher"), "ambassadors", "ambassador",
        "plan to return ambassadors to their respective countries after a 10-year hiatus",
    ),
    TrackKind.NEXT: _Sample(
        State(value="none"), State(value="announced"), "ambassadors", "announced",
        "Washington will soon appoint a new ambassador to Minsk",
    ),
    TrackKind.SANCTIONS: _Sample(
        State(value="in_force", measures=("travel", "financial")), State(value="eased"), "sanction-events", "eased",
        "the Western powers have lifted most of the sanctions against Belarus",
    ),
    TrackKind.TRAVEL_BAN: _Sample(
        State(value="considered"), State(value="not_included"), "travel-ban-entries", "not_included",
        "Belarus was not included in the list",
    ),
    TrackKind.DIPLOMATIC_RELATIONS: _Sample(
        State(value="unknown"), State(value="established"), "diplomatic-events", "relations_established",
        "Belarus and the United States established relations",
    ),
    TrackKind.TREND: _Sample(
        State(value="unknown"), State(value="improving"), "diplomatic-events", "visit",
        "traveled to Belarus on Saturday to “normalize” relations",
    ),
    TrackKind.FACTS: _Sample(
        State(), State(), "diplomatic-events", "statement", "Washington was supporting Belarus’ independence"
    ),
}  # fmt: skip


def example(type_: EventType) -> dict[str, Any]:
    """The catalogue's message of a type."""
    return _message(type_, Subscription(pk=1, url="https://example.org/hook"), now=_MOMENT, version=9, number=1234)


def test_body(type_: EventType, row: Subscription, *, now: dt.datetime) -> bytes:
    """A message of a type as the subscription's filters let it pass, where they can, marked by `test`.

    Version and sequence are 0: a receiver that drops what is not newer drops no real message because of it.
    """
    body = _message(type_, row, now=now, version=0, number=0) | {"test": True}
    pair = body["data"].get("pair")
    if row.include == Include.SNAPSHOT and pair:
        body["data"]["snapshot"] = snapshots([pair], day=now.date())[pair]
    return dumps(body)


def _message(type_: EventType, row: Subscription, *, now: dt.datetime, version: int, number: int) -> dict[str, Any]:
    if type_ in TRACK_EVENTS.values() or type_ == EventType.DESIGNATIONS:
        entry = _entry(type_, row)
        entry.pk, entry.recorded_at = number, now
        if isinstance(entry, ListChange):
            body = list_change_body(entry, reached=())
        else:
            entry.version, entry.effective = version, now.date()
            body = change_body(entry, type_=type_, reached=(), cause=_cause(entry))
    else:
        body = notice_body(type_, _failing(type_, row, now), now=now)
    message: dict[str, Any] = orjson.loads(body)
    return message


def _failing(type_: EventType, row: Subscription, now: dt.datetime) -> Subscription:
    """The subscription as it would be if it was failing, or disabled for that."""
    if type_ == EventType.PING:
        return row
    days = 0 if type_ == EventType.FAILING else 5
    return Subscription(
        pk=row.pk, url=row.url, failures=5 + days, failing_since=now - dt.timedelta(days=days, minutes=6),
        state=SubscriptionState.DISABLED if days else SubscriptionState.PAUSED,
        disabled_reason="no_success" if days else "",
    )  # fmt: skip


# --- entries that pass the filters ----------------------------------------------------------------------------------


def _entry(type_: EventType, row: Subscription) -> StatusChange | ListChange:
    """The first entry of the type that passes the subscription's other filters, or the first one if none does."""
    others = ("countries", "pairs", "tracks", "directions", "transitions")
    interest = Interest(Subscription(event_types=[type_], **{name: getattr(row, name) for name in others}))
    first, *rest = islice(_entries(type_, row), _MOST)
    return next((entry for entry in (first, *rest) if interest.concerns(Event.of(entry))), first)


def _entries(type_: EventType, row: Subscription) -> Iterator[StatusChange | ListChange]:
    directions = _directions(row)
    if type_ == EventType.DESIGNATIONS:
        programmes = [part for name in row.tracks if (part := Track.named(name).part).isdigit()] or ["7"]
        yield from (_list_change(direction, int(part)) for part, direction in product(programmes, directions))
        return
    kinds = [kind for kind, event in TRACK_EVENTS.items() if event == type_]
    tracks = [Track.named(name) for name in (*(each["track"] for each in row.transitions), *row.tracks, *kinds)]
    anything: Mapping[str, Any] = {"old": [], "new": []}
    for track, transition in product(tracks, [*row.transitions, anything]):
        if track.kind in kinds:
            for direction in [track.direction] if track.sender else directions:
                yield _change(track.kind, direction, track.part, transition)


def _directions(row: Subscription) -> list[str]:
    """Directions that the filters name, both ways of pairs and countries, and the example's."""
    named = [direction for name in row.tracks if (direction := Track.named(name).direction)]
    named += [Track.named(each["track"]).direction for each in row.transitions if ":" in each["track"]]
    places = [_DIRECTION if pair == pair_of_direction(_DIRECTION) else f"{pair[3:]}>{pair[:2]}" for pair in row.pairs]
    places += [f"{direction[3:]}>{direction[:2]}" for direction in places]
    sides = [f"{'US' if code != 'US' else 'BY'}>{code}" for code in row.countries]
    return list(dict.fromkeys((*named, *row.directions, *places, *sides, _DIRECTION)))


def _change(kind: str, direction: str, part: str, transition: Mapping[str, Any]) -> StatusChange:
    sender, receiver = direction.split(">")
    track = Track(kind, sender, receiver, part) if kind in DIRECTED else Track(kind)
    old, new = _values(kind, transition) if kind in VALUES else (None, None)
    return StatusChange(
        pair_id=pair_code(sender, receiver), track=str(track), old=old and old.logged_value(kind),
        new=new and new.logged_value(kind), reason="recorded", cause_kind=_SAMPLES[kind].resource,
        cause_key=_KEY, cause_version=1,
    )  # fmt: skip


def _values(kind: str, transition: Mapping[str, Any]) -> tuple[State, State]:
    """Two different values that the transition allows, those of the sample where it does."""
    sample = _SAMPLES[kind]
    allowed = [
        words or [sampled.value, *VALUES[kind]]
        for words, sampled in ((transition["old"], sample.old), (transition["new"], sample.new))
    ]
    pairs = ((old, new) for old, new in product(*allowed) if old != new and {old, new} <= set(VALUES[kind]))
    old, new = next(pairs, (sample.old.value, sample.new.value))
    return (
        sample.old if old == sample.old.value else State(value=old),
        sample.new if new == sample.new.value else State(value=new),
    )


def _cause(entry: StatusChange) -> MessageCause:
    sample = _SAMPLES[Track.named(entry.track).kind]
    sender, receiver = Track.named(entry.track).direction.split(">") if ">" in entry.track else entry.pair_id.split("-")
    return {
        "kind": sample.resource,
        "key": _KEY,
        "version": 1,
        "url": f"{settings.PUBLIC_URL}/api/{sample.resource}/{_KEY}/",
        "from": sender,
        "to": receiver,
        "value": sample.word,
        "on": entry.effective.isoformat(),
        "citations": [
            {
                "quote": sample.quote,
                "stance": "supports",
                "source": {
                    "id": 1,
                    "kind": "article",
                    "publisher": "Reuters",
                    "title": "Pompeo travels to Belarus",
                    "url": "https://example.org/article",
                    "published_on": _MOMENT.date(),
                    "syndication_of": None,
                },
            }
        ],
        "citations_count": 1,
    }


def _list_change(direction: str, programme: int) -> ListChange:
    issuer, target = direction.split(">")
    party = {"turn": "listed", "key": str(_KEY), "reference": "12345", "name": "EXAMPLE TRADING COMPANY"}
    return ListChange(
        run=ImportRun(pk=3, list="ofac", dated=_MOMENT.date()), list_title="Specially Designated Nationals",
        code="BELARUS", title="Belarus", issuer_id=issuer, target_id=target, programme_id=programme, listed=1,
        parties=[party],
    )  # fmt: skip
