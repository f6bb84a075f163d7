"""Webhooks: events, subscriptions, deliveries, attempts."""

from __future__ import annotations

from django.db.models import TextChoices

from relations.codes.tracks import TrackKind


class EventType(TextChoices):
    """What a webhook's body tells of. The `webhook.` types go to whom they concern, whatever they subscribed to."""

    AMBASSADOR = "ambassador.changed"
    SANCTIONS = "sanctions.changed"
    TRAVEL_BAN = "travel_ban.changed"
    RELATIONS = "relations.changed"
    TREND = "trend.changed"
    DESIGNATIONS = "designations.changed"
    FACTS = "facts.changed"
    PING = "webhook.ping"
    FAILING = "webhook.failing"
    DISABLED = "webhook.disabled"


TRACK_EVENTS: dict[str, EventType] = {
    TrackKind.AMBASSADOR: EventType.AMBASSADOR,
    TrackKind.NEXT: EventType.AMBASSADOR,
    TrackKind.SANCTIONS: EventType.SANCTIONS,
    TrackKind.TRAVEL_BAN: EventType.TRAVEL_BAN,
    TrackKind.DIPLOMATIC_RELATIONS: EventType.RELATIONS,
    TrackKind.TREND: EventType.TREND,
    TrackKind.FACTS: EventType.FACTS,
}
"""The type of the event that tells of a line on such a track."""


class Include(TextChoices):
    """How much a webhook's body tells: the change, or the pair's whole status as well."""

    CHANGE = "change"
    SNAPSHOT = "snapshot"


class SubscriptionState(TextChoices):
    PENDING = "pending"
    ENABLED = "enabled"
    PAUSED = "paused"
    DISABLED = "disabled"


class DisabledReason(TextChoices):
    """Reason for which a subscription is disabled."""

    OWNER = "owner", "By its owner"
    GONE = "gone", "The URL answers 410 Gone"
    NO_SUCCESS = "no_success", "No success for five days"
    PING_UNANSWERED = "ping_unanswered", "Ping not answered"


class DeliveryState(TextChoices):
    PENDING = "pending"
    SENDING = "sending"
    DELIVERED = "delivered"
    EXHAUSTED = "exhausted"


class AttemptError(TextChoices):
    """Reason for which an attempt has no answer."""

    BLOCKED = "blocked", "Address not allowed"
    NAME = "name", "Name not found"
    CONNECT = "connect", "No connection"
    TLS = "tls", "TLS failed"
    TIMEOUT = "timeout", "Timeout"
    PROTOCOL = "protocol", "No complete HTTP response"
    LOST = "lost", "Worker lost"
