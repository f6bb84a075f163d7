"""What a status and the change log speak of."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import TextChoices

from relations.codes.ambassadors import NextStatus, PostStatus
from relations.codes.events import RelationsValue
from relations.codes.sanctions import SanctionValue
from relations.codes.travel_bans import BAN_STRENGTH


class Trend(TextChoices):
    """The sign of what two years of facts add up to."""

    UNKNOWN = "unknown"
    IMPROVING = "improving"
    STABLE = "stable"
    DETERIORATING = "deteriorating"


class TrackKind(TextChoices):
    """What a period or a change speaks of; the first word of a track's name."""

    AMBASSADOR = "ambassador"
    NEXT = "next"
    SANCTIONS = "sanctions"
    TRAVEL_BAN = "travel_ban"
    DIPLOMATIC_RELATIONS = "diplomatic_relations"
    TREND = "trend"
    FACTS = "facts"


DIRECTED = (TrackKind.AMBASSADOR, TrackKind.NEXT, TrackKind.SANCTIONS, TrackKind.TRAVEL_BAN)
"""Kinds of tracks that have a sender and a receiver."""
UNKNOWN = "unknown"
VALUES: Mapping[str, tuple[str, ...]] = {
    TrackKind.AMBASSADOR: (UNKNOWN, *PostStatus.values),
    TrackKind.NEXT: (UNKNOWN, "none", *NextStatus.values),
    TrackKind.SANCTIONS: tuple(SanctionValue.values),
    TrackKind.TRAVEL_BAN: tuple(BAN_STRENGTH),
    TrackKind.DIPLOMATIC_RELATIONS: tuple(RelationsValue.values),
    TrackKind.TREND: tuple(Trend.values),
}
"""What a track of each kind can say; a line on `facts` has no values."""


class Reason(TextChoices):
    """Why a line of the change log was written."""

    RECORDED = "recorded"
    CORRECTED = "corrected"
    RETRACTED = "retracted"
    DATE_REACHED = "date_reached"
    IMPORTED = "imported"
