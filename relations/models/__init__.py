"""Everything that is stored."""

from relations.models.access import Allowance, ApiToken, GivenAnswer
from relations.models.acts import Act, acts_of, known_acts
from relations.models.ambassadors import AmbassadorStatus
from relations.models.changes import StatusChange
from relations.models.countries import Country, Membership
from relations.models.deliveries import Attempt, Delivery
from relations.models.designations import Designation, EventParty, Listing, Party, PartyName
from relations.models.events import DiplomaticEvent
from relations.models.facts import Fact
from relations.models.grants import app_role_is_powerless, grant_to_app_role
from relations.models.imports import ImportedFact, ImportRun
from relations.models.list_changes import ListChange
from relations.models.pairs import CountryPair, code_of
from relations.models.periods import StatusPeriod
from relations.models.sanctions import SanctionEvent, SanctionProgramme
from relations.models.sources import Citation, Source
from relations.models.stamps import ReferenceStamp
from relations.models.travel_bans import TravelBanEntry, TravelBanList
from relations.models.triggers import secure_functions
from relations.models.webhooks import Replay, Selector, SigningSecret, Subscription
from relations.models.world import Belonging, World, current_world

FACT_MODELS: tuple[type[Fact], ...] = (AmbassadorStatus, SanctionEvent, TravelBanEntry, DiplomaticEvent)
"""The four kinds, in the order in which a relation shows them."""

__all__ = [
    "FACT_MODELS",
    "Act",
    "Allowance",
    "AmbassadorStatus",
    "ApiToken",
    "Attempt",
    "Belonging",
    "Citation",
    "Country",
    "CountryPair",
    "Delivery",
    "Designation",
    "DiplomaticEvent",
    "EventParty",
    "Fact",
    "GivenAnswer",
    "ImportRun",
    "ImportedFact",
    "ListChange",
    "Listing",
    "Membership",
    "Party",
    "PartyName",
    "ReferenceStamp",
    "Replay",
    "SanctionEvent",
    "SanctionProgramme",
    "Selector",
    "SigningSecret",
    "Source",
    "StatusChange",
    "StatusPeriod",
    "Subscription",
    "TravelBanEntry",
    "TravelBanList",
    "World",
    "acts_of",
    "app_role_is_powerless",
    "code_of",
    "current_world",
    "grant_to_app_role",
    "known_acts",
    "secure_functions",
]
