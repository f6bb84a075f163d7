"""Vocabularies of columns, with their codes in other schemes and their labels for people.

Sources: Vienna Convention on Diplomatic Relations (1961) for heads of mission and how a mission ends; Correlates
of War, Diplomatic Exchange (COW) and Diplometrics for levels of representation; Global Sanctions Data Base (GSDB) for
types of measures; CAMEO 1.1b3 for event codes; PLOVER for events and their scale from -10 to +10.
"""

from relations.codes.access import TokenScope
from relations.codes.ambassadors import AMBASSADOR_STATUSES, WITHOUT_HOLDER, CowLevel, NextStatus, PostStatus
from relations.codes.countries import CountryKind
from relations.codes.events import EVENT_CODES, EVENT_RELATIONS, EventKind, RelationsValue
from relations.codes.lists import SELECTION, SUCCESSORS, ImportedList, ListCode, PartyChange, PartyKind, RunState
from relations.codes.pairs import (
    NotTwoCountries,
    pair_code,
    pair_directions,
    pair_of_direction,
    pair_sides,
    parse_direction,
    parse_pair,
)
from relations.codes.sanctions import (
    SANCTION_CAMEO,
    SANCTION_STRENGTH,
    SCOPED_ACTIONS,
    Measure,
    RegimeStatus,
    SanctionAction,
    SanctionExtension,
    SanctionValue,
    Scope,
)
from relations.codes.scores import AMBASSADOR_SCORES, BAN_SCORES, EVENT_SCORES, SANCTION_SCORES
from relations.codes.sources import ARTICLE_YEARS, BASIS_RANK, LIVING_LIST_DAYS, Nature, SourceKind, Stance
from relations.codes.tracks import (
    DIRECTED,
    INHERITED_KINDS,
    TRACK_EVENTS,
    TRACKS,
    UNKNOWN,
    VALUES,
    Reason,
    TrackKind,
    Trend,
    label_in_sentence,
)
from relations.codes.travel_bans import BAN_STRENGTH, BanAction, BanScope, BanSubject
from relations.codes.webhooks import (
    AttemptError,
    DeliveryState,
    DisabledReason,
    EventType,
    Include,
    SubscriptionState,
)
