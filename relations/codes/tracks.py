"""The tracks of statuses and of the change log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from relations.codes.ambassadors import NextStatus, PostStatus
from relations.codes.events import EventKind, RelationsValue
from relations.codes.labels import Vocabulary
from relations.codes.sanctions import Measure, SanctionAction, SanctionValue
from relations.codes.travel_bans import BAN_STRENGTH, BanAction, BanScope
from relations.codes.webhooks import EventType


class Trend(Vocabulary):
    """The sign of two years of facts."""

    UNKNOWN = "unknown"
    IMPROVING = "improving"
    STABLE = "stable"
    DETERIORATING = "deteriorating"


class TrackKind(Vocabulary):
    """The subject of a period or of a change; the first word of a track's name."""

    AMBASSADOR = "ambassador", "Head of mission"
    NEXT = "next", "Next head of mission"
    SANCTIONS = "sanctions"
    TRAVEL_BAN = "travel_ban"
    DIPLOMATIC_RELATIONS = "diplomatic_relations"
    TREND = "trend"
    FACTS = "facts"


UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackProfile:
    """Everything that depends on the kind of a track.

    `details` are the fields of a state that the change log shows with its value. `part` names the column of what a
    track may be a part of. `title` is its heading, filled in with the names of its countries.
    """

    title: str
    event: EventType
    values: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    is_directed: bool = False
    part: str = ""
    is_inherited: bool = False


TRACKS: Mapping[str, TrackProfile] = {
    TrackKind.AMBASSADOR: TrackProfile(
        title="Head of mission of {sender} in {receiver}",
        event=EventType.AMBASSADOR,
        values=(UNKNOWN, *PostStatus.values),
        details=("holder",),
        is_directed=True,
    ),
    TrackKind.NEXT: TrackProfile(
        title="Next head of mission of {sender} in {receiver}",
        event=EventType.AMBASSADOR,
        values=(UNKNOWN, "none", *NextStatus.values),
        details=("holder",),
        is_directed=True,
    ),
    TrackKind.SANCTIONS: TrackProfile(
        title="Sanctions of {sender} on {receiver}",
        event=EventType.SANCTIONS,
        values=tuple(SanctionValue.values),
        details=("measures", "expires_on"),
        is_directed=True,
        part="programme",
        is_inherited=True,
    ),
    TrackKind.TRAVEL_BAN: TrackProfile(
        title="Travel ban of {sender} on {receiver}",
        event=EventType.TRAVEL_BAN,
        values=tuple(BAN_STRENGTH),
        details=("scope", "visa_classes"),
        is_directed=True,
        part="list",
        is_inherited=True,
    ),
    TrackKind.DIPLOMATIC_RELATIONS: TrackProfile(
        title="Diplomatic relations", event=EventType.RELATIONS, values=tuple(RelationsValue.values)
    ),
    TrackKind.TREND: TrackProfile(title="Trend", event=EventType.TREND, values=tuple(Trend.values)),
    # A change on `facts` has no values: a command that changed none of today's.
    TrackKind.FACTS: TrackProfile(title="Facts", event=EventType.FACTS),
}

DIRECTED = tuple(kind for kind in TrackKind if TRACKS[kind].is_directed)
"""Kinds of tracks that have a sender and a receiver."""
INHERITED_KINDS = tuple(kind for kind in TrackKind if TRACKS[kind].is_inherited)
"""Kinds of tracks that members inherit from an organisation."""
VALUES: Mapping[str, tuple[str, ...]] = {kind: TRACKS[kind].values for kind in TrackKind if TRACKS[kind].values}
"""The values of a track of each kind that has any."""
TRACK_EVENTS: Mapping[str, EventType] = {kind: profile.event for kind, profile in TRACKS.items()}
"""The type of the webhook event of a change on a track of each kind."""

_VOCABULARIES = (
    PostStatus, NextStatus, SanctionValue, SanctionAction, Measure, BanAction, BanScope, RelationsValue, EventKind,
    Trend,
)  # fmt: skip
_LABELS: Mapping[str, str] = {word: str(label) for vocabulary in _VOCABULARIES for word, label in vocabulary.choices}


def label_in_sentence(word: str) -> str:
    """`charge` -> chargé d'affaires, `in_force` -> in force: a word of a fact or a track, or other text."""
    label = _LABELS.get(word)
    return label[0].lower() + label[1:] if label else word


class Reason(Vocabulary):
    """Reasons for an entry in the change log."""

    RECORDED = "recorded"
    CORRECTED = "corrected"
    RETRACTED = "retracted"
    DATE_REACHED = "date_reached"
    IMPORTED = "imported"
