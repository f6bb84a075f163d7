"""Models, their querysets, constraints and triggers."""

from relations.models.ambassadors import AmbassadorStatus
from relations.models.changes import StatusChange
from relations.models.confirmations import Confirmation
from relations.models.countries import Country, Membership
from relations.models.deliveries import Attempt, Delivery
from relations.models.designations import Designation, EventParty, Listing, Party, PartyName, on_replaced_list
from relations.models.epochs import ReferenceEpoch
from relations.models.events import DiplomaticEvent
from relations.models.facts import Fact
from relations.models.grants import app_role_is_powerless, grant_to_app_role
from relations.models.imports import ImportRun, SourceLink
from relations.models.list_changes import ListChange
from relations.models.pairs import CountryPair
from relations.models.periods import StatusPeriod, StatusSpan
from relations.models.sanctions import Regime, SanctionEvent, SanctionProgramme
from relations.models.sources import Citation, Source
from relations.models.tokens import ApiToken, IdempotencyRecord, RateLimitCounter
from relations.models.travel_bans import TravelBanEntry, TravelBanList
from relations.models.triggers import secure_functions
from relations.models.webhooks import Replay, Selector, SigningSecret, Subscription

FACT_MODELS: tuple[type[Fact], ...] = (AmbassadorStatus, SanctionEvent, TravelBanEntry, DiplomaticEvent)
"""The four kinds, in the order in which a relation shows them."""
FACT_MODEL_OF: dict[str, type[Fact]] = {model.resource: model for model in FACT_MODELS}
"""By the kind's slug: `ambassadors`."""
