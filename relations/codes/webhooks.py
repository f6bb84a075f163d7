"""Webhooks: events, subscriptions, deliveries, attempts."""

from __future__ import annotations

from relations.codes.labels import Vocabulary


class EventType(Vocabulary):
    """Type of a webhook's payload. The `webhook.` types go to the subscription concerned, whatever its filters."""

    AMBASSADOR = "ambassador.changed", "Head of mission changed"
    SANCTIONS = "sanctions.changed", "Sanctions changed"
    TRAVEL_BAN = "travel_ban.changed", "Travel ban changed"
    RELATIONS = "relations.changed", "Relations changed"
    TREND = "trend.changed", "Trend changed"
    DESIGNATIONS = "designations.changed", "Designations changed"
    FACTS = "facts.changed", "Facts changed"
    PING = "webhook.ping"
    FAILING = "webhook.failing"
    DISABLED = "webhook.disabled"


class Include(Vocabulary):
    """Content of a webhook's payload: the change, or the pair's whole status as well."""

    CHANGE = "change"
    SNAPSHOT = "snapshot"


class SubscriptionState(Vocabulary):
    PENDING = "pending"
    ENABLED = "enabled"
    PAUSED = "paused"
    DISABLED = "disabled"


class DisabledReason(Vocabulary):
    """Reasons for ending a subscription."""

    OWNER = "owner", "Disabled by its owner"
    GONE = "gone", "Answered 410 Gone"
    NO_SUCCESS = "no_success", "No success for five days"
    PING_UNANSWERED = "ping_unanswered", "Ping not answered"


class DeliveryState(Vocabulary):
    PENDING = "pending"
    SENDING = "sending"
    DELIVERED = "delivered"
    EXHAUSTED = "exhausted"
    CANCELLED = "cancelled"


class AttemptError(Vocabulary):
    """Reasons for an attempt without a response."""

    BLOCKED = "blocked", "Address blocked"
    NAME = "name", "Name not resolved"
    CONNECT = "connect", "Connection failed"
    TLS = "tls", "TLS failed"
    TIMEOUT = "timeout", "Timed out"
    PROTOCOL = "protocol", "No complete HTTP response"
    LOST = "lost", "Worker lost"
