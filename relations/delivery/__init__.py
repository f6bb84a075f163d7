"""Writes on subscriptions and deliveries. The API and the admin call the acts of owners; the worker, the rest."""

from relations.delivery.claims import Claim, claim, release, take_back
from relations.delivery.outcomes import Outcome, note
from relations.delivery.replays import advance_replays, redeliver, replay, replay_missed
from relations.delivery.retention import tidy
from relations.delivery.secrets import reseal_secrets, rotate, secrets_at, with_fingerprints
from relations.delivery.subscriptions import change, create, delete, disable, enable, ping, would_match
from relations.queries.change_log import last_entries, span

__all__ = [
    "Claim",
    "Outcome",
    "advance_replays",
    "change",
    "claim",
    "create",
    "delete",
    "disable",
    "enable",
    "last_entries",
    "note",
    "ping",
    "redeliver",
    "release",
    "replay",
    "replay_missed",
    "reseal_secrets",
    "rotate",
    "secrets_at",
    "span",
    "take_back",
    "tidy",
    "with_fingerprints",
    "would_match",
]
