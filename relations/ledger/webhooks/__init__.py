"""Writes on subscriptions and deliveries. The API and the admin call the acts of owners; the worker, the rest."""

from relations.ledger.webhooks.claims import Claim, claim, release, take_back
from relations.ledger.webhooks.lines import last_lines, span
from relations.ledger.webhooks.outcomes import Outcome, note
from relations.ledger.webhooks.replays import advance_replays, redeliver, replay, replay_missed
from relations.ledger.webhooks.retention import tidy
from relations.ledger.webhooks.secrets import reseal_secrets, rotate, secrets_at, with_fingerprints
from relations.ledger.webhooks.subscriptions import change, create, delete, disable, enable, ping, would_match

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
    "last_lines",
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
