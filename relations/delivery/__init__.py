"""Commands on subscriptions and deliveries: of owners, called by the API and the admin, and of the worker."""

from relations.delivery.claims import Claim, claim, reclaim_leases, release
from relations.delivery.outcomes import Outcome, record_outcomes
from relations.delivery.replays import advance_replays, redeliver, replay, replay_missed
from relations.delivery.retention import purge
from relations.delivery.secrets import reseal_secrets, rotate, secrets_at, with_fingerprints
from relations.delivery.subscription_filters import FILTERS
from relations.delivery.subscriptions import change, create, delete, disable, enable, ping, send_test, would_match
from relations.queries.change_log import last_entries, span
