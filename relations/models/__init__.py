"""Everything that is stored."""

from relations.models.access import Allowance, ApiToken, GivenAnswer
from relations.models.acts import Act, known_acts
from relations.models.ambassadors import AmbassadorStatus
from relations.models.changes import StatusChange
from relations.models.countries import Country, Membership
from relations.models.events import DiplomaticEvent
from relations.models.facts import Fact
from relations.models.pairs import CountryPair, code_of
from relations.models.periods import StatusPeriod
from relations.models.sanctions import SanctionEvent, SanctionProgramme
from relations.models.sources import Citation, Source
from relations.models.travel_bans import TravelBanEntry, TravelBanList

FACT_MODELS: tuple[type[Fact], ...] = (AmbassadorStatus, SanctionEvent, TravelBanEntry, DiplomaticEvent)
"""The four kinds, in the order in which a relation shows them."""

__all__ = [
    "FACT_MODELS",
    "Act",
    "Allowance",
    "AmbassadorStatus",
    "ApiToken",
    "Citation",
    "Country",
    "CountryPair",
    "DiplomaticEvent",
    "Fact",
    "GivenAnswer",
    "Membership",
    "SanctionEvent",
    "SanctionProgramme",
    "Source",
    "StatusChange",
    "StatusPeriod",
    "TravelBanEntry",
    "TravelBanList",
    "code_of",
    "known_acts",
]
