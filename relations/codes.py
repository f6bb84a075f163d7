"""Every word that a column may hold, and what the word is called elsewhere.

Sources: Vienna Convention on Diplomatic Relations (1961) for heads of mission and how a mission ends; Correlates
of War, Diplomatic Exchange (COW) and Diplometrics for levels of representation; Global Sanctions Data Base (GSDB) for
types of measures; CAMEO 1.1b3 for event codes; PLOVER for events and their scale from -10 to +10.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.db.models import IntegerChoices, TextChoices


class CountryKind(TextChoices):
    STATE = "state"
    ORGANISATION = "organisation"
    TERRITORY = "territory"


class SourceKind(TextChoices):
    ARTICLE = "article"
    LEGAL_ACT = "legal_act"
    OFFICIAL_LIST = "official_list"
    DATASET = "dataset"


class Stance(TextChoices):
    """What a citation's words do to the fact."""

    SUPPORTS = "supports"
    DISPUTES = "disputes"


class PostStatus(TextChoices):
    """Who leads the mission today, or why nobody does (Vienna Convention, articles 9, 14, 19, 43 and 45)."""

    AMBASSADOR = "ambassador"
    MINISTER = "minister"
    CHARGE = "charge", "Chargé d'affaires"
    INTERESTS_SECTION = "interests_section"
    PROTECTING_POWER = "protecting_power"
    NON_RESIDENT = "non_resident"
    VACANT = "vacant"
    CLOSED = "closed"
    SEVERED = "severed"
    RECALLED = "recalled"
    WITHDRAWN = "withdrawn"
    ASKED_TO_LEAVE = "asked_to_leave"
    EXPELLED = "expelled"


class NextStatus(TextChoices):
    """What is on its way to the post, or how that ended (Vienna Convention, article 4: the agrément)."""

    ANNOUNCED = "announced"
    NOMINATED = "nominated"
    AGREEMENT_GRANTED = "agreement_granted"
    CONFIRMED = "confirmed"
    APPOINTED = "appointed"
    REFUSED = "refused"
    AGREEMENT_REVOKED = "agreement_revoked"
    LAPSED = "lapsed"


AMBASSADOR_STATUSES: list[tuple[str, str]] = [*PostStatus.choices, *NextStatus.choices]
"""The words of both tracks; a word belongs to exactly one of them."""


class CowLevel(IntegerChoices):
    """Level of representation in COW's Diplomatic Exchange, DR_at_2."""

    NONE = 0
    CHARGE = 1
    MINISTER = 2
    AMBASSADOR = 3
    OTHER = 9


class SanctionAction(TextChoices):
    """What one act does in the life of a sender's sanctions."""

    THREATENED = "threatened"
    IMPOSED = "imposed"
    TIGHTENED = "tightened"
    EXTENDED = "extended"
    EASED = "eased"
    SUSPENDED = "suspended"
    REIMPOSED = "reimposed"
    LIFTED = "lifted"
    EXPIRED = "expired"


class SanctionValue(TextChoices):
    """What stands between a sender and a target under a programme."""

    UNKNOWN = "unknown"
    NONE = "none"
    THREATENED = "threatened"
    SUSPENDED = "suspended"
    EASED = "eased"
    IN_FORCE = "in_force"


SANCTION_STRENGTH: list[str] = [str(value) for value in SanctionValue]
"""A sender's posture is the strongest of its programmes; the order of the enumeration is the order of strength."""


class Measure(TextChoices):
    """Types of sanctions, as the Global Sanctions Data Base names them."""

    TRADE = "trade"
    ARMS = "arms"
    MILITARY_ASSISTANCE = "military_assistance"
    FINANCIAL = "financial"
    TRAVEL = "travel"
    OTHER = "other"


class Scope(TextChoices):
    """How much an easing, a suspension or a lifting reaches."""

    ALL = "all"
    MOST = "most"
    SOME = "some"


SCOPED_ACTIONS: list[str] = [SanctionAction.EASED, SanctionAction.SUSPENDED, SanctionAction.LIFTED]


SANCTION_CAMEO: dict[SanctionAction, str | None] = {
    SanctionAction.THREATENED: "1312",
    SanctionAction.IMPOSED: "163",
    SanctionAction.TIGHTENED: "163",
    SanctionAction.EXTENDED: "163",
    SanctionAction.EASED: "085",
    SanctionAction.SUSPENDED: "085",
    SanctionAction.REIMPOSED: "163",
    SanctionAction.LIFTED: "085",
    # Running out by itself is nobody's act, and CAMEO codes acts.
    SanctionAction.EXPIRED: None,
}


class BanAction(TextChoices):
    """What one act does on a travel-ban list."""

    CONSIDERED = "considered"
    LISTED = "listed"
    AMENDED = "amended"
    SUSPENDED = "suspended"
    NOT_INCLUDED = "not_included"
    REMOVED = "removed"


BAN_STRENGTH: list[str] = ["unknown", "removed", "not_included", "considered", "suspended", "listed"]
"""What a list of persons shows for a country is the strongest of what it says of the country's persons."""


class BanScope(TextChoices):
    FULL = "full"
    PARTIAL = "partial"


class BanSubject(TextChoices):
    COUNTRY = "country"
    PERSON = "person"


class EventKind(TextChoices):
    """Everything else that moves a relation."""

    VISIT = "visit"
    TALKS = "talks"
    STATEMENT = "statement"
    CRITICISM = "criticism"
    SUPPORT = "support"
    AGREEMENT = "agreement"
    ANNOUNCEMENT = "announcement"
    DISPUTE = "dispute"
    RELATIONS_ESTABLISHED = "relations_established"
    RELATIONS_SUSPENDED = "relations_suspended"
    RELATIONS_SEVERED = "relations_severed"
    RELATIONS_RESTORED = "relations_restored"
    RECOGNITION = "recognition"
    NON_RECOGNITION = "non_recognition"
    EXPULSION = "expulsion"
    STAFF_CUT = "staff_cut"
    AID_REDUCED = "aid_reduced"
    ANNEXATION = "annexation"
    IMPROVEMENT = "improvement"
    DETERIORATION = "deterioration"
    OTHER = "other"


class RelationsValue(TextChoices):
    """Vienna Convention, article 2 (established by mutual consent) and article 45 (broken off)."""

    UNKNOWN = "unknown"
    ESTABLISHED = "established"
    SUSPENDED = "suspended"
    SEVERED = "severed"


EVENT_RELATIONS: dict[EventKind, RelationsValue] = {
    EventKind.RELATIONS_ESTABLISHED: RelationsValue.ESTABLISHED,
    EventKind.RELATIONS_RESTORED: RelationsValue.ESTABLISHED,
    EventKind.RELATIONS_SUSPENDED: RelationsValue.SUSPENDED,
    EventKind.RELATIONS_SEVERED: RelationsValue.SEVERED,
}
"""The kinds that say what the diplomatic relations become; the others move only the trend."""


EVENT_CODES: dict[EventKind, tuple[str | None, str | None]] = {
    EventKind.VISIT: ("042", "CONSULT"),
    EventKind.TALKS: ("040", "CONSULT"),
    EventKind.STATEMENT: ("010", None),
    EventKind.CRITICISM: ("111", "ACCUSE"),
    EventKind.SUPPORT: ("051", "SUPPORT"),
    EventKind.AGREEMENT: ("057", "AGREE"),
    EventKind.ANNOUNCEMENT: ("030", "AGREE"),
    EventKind.DISPUTE: ("110", "ACCUSE"),
    EventKind.RELATIONS_ESTABLISHED: ("050", "SUPPORT"),
    EventKind.RELATIONS_SUSPENDED: ("161", "SANCTION"),
    EventKind.RELATIONS_SEVERED: ("161", "SANCTION"),
    EventKind.RELATIONS_RESTORED: ("050", "SUPPORT"),
    EventKind.RECOGNITION: ("054", "SUPPORT"),
    EventKind.NON_RECOGNITION: ("120", "REJECT"),
    EventKind.EXPULSION: ("161", "SANCTION"),
    EventKind.STAFF_CUT: ("161", "SANCTION"),
    EventKind.AID_REDUCED: ("162", "SANCTION"),
    EventKind.ANNEXATION: ("192", "ASSAULT"),
    EventKind.IMPROVEMENT: ("050", None),
    EventKind.DETERIORATION: ("160", None),
    EventKind.OTHER: (None, None),
}
"""CAMEO code and PLOVER event of each kind; None where the scheme has no word for it."""


def _scores(points: dict[str, list[str]]) -> dict[str, Decimal]:
    """{points: [words]} -> {word: points}; a word named twice is a mistake of this file."""
    scores = {word: Decimal(score) for score, words in points.items() for word in words}
    if len(scores) < sum(map(len, points.values())):
        raise ValueError("a word has two scores")
    return scores


EVENT_SCORES = _scores(
    {
        "5": ["support", "agreement", "relations_established", "relations_restored", "recognition"],
        "4": ["visit"],
        "2.5": ["announcement", "improvement"],
        "1.5": ["talks"],
        "0": ["statement", "other"],
        "-2": ["criticism", "dispute", "non_recognition"],
        "-2.5": ["deterioration"],
        "-5.5": ["expulsion"],
        "-6": ["relations_suspended", "relations_severed", "staff_cut", "aid_reduced"],
        "-9": ["annexation"],
    }
)
SANCTION_SCORES = _scores(
    {
        "6.5": ["eased", "suspended", "lifted"],
        "2": ["expired"],
        "-1": ["extended"],
        "-3": ["threatened"],
        "-6": ["imposed", "reimposed", "tightened"],
    }
)
BAN_SCORES = _scores(
    {
        "4": ["suspended", "not_included", "removed"],
        "0": ["amended"],
        "-3": ["considered"],
        "-6": ["listed"],
    }
)
AMBASSADOR_SCORES = _scores(
    {
        "5": ["ambassador"],
        "2.5": ["announced"],
        "2": ["nominated", "agreement_granted", "confirmed", "appointed"],
        "0": ["charge", "vacant", "non_resident", "interests_section", "protecting_power", "minister", "lapsed"],
        "-2": ["refused", "agreement_revoked"],
        "-5.5": ["recalled", "withdrawn", "asked_to_leave", "expelled"],
        "-6": ["closed", "severed"],
    }
)
"""PLOVER's scale from -10 (most hostile) to +10; where PLOVER has no event the number is ours."""


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


class TokenScope(TextChoices):
    READ = "read"
    EDIT = "edit"
    WEBHOOKS = "webhooks"


class ListCode(TextChoices):
    """Official sanctions lists whose parties are kept as designations."""

    UN = "un", "UN"
    OFAC = "ofac", "OFAC"
    EU = "eu", "EU"
    UK = "uk", "UK"
    OFSI = "ofsi", "OFSI"


class ImportedList(TextChoices):
    """Every official source that can be imported: lists of parties, then sources of facts."""

    UN = "un", "UN"
    OFAC = "ofac", "OFAC"
    EU = "eu", "EU"
    UK = "uk", "UK"
    OFSI = "ofsi", "OFSI"
    POCOM = "pocom", "US chiefs of mission"
    FACTBOOK = "factbook", "World Factbook"
    TRAVEL_BAN = "travel_ban", "US entry suspensions"
    GSDB = "gsdb", "GSDB"
    COW = "cow", "COW"


class PartyKind(TextChoices):
    PERSON = "person"
    ENTITY = "entity"
    VESSEL = "vessel"
    AIRCRAFT = "aircraft"


class PartyTurn(TextChoices):
    """What a publication did to a party."""

    LISTED = "listed"
    AMENDED = "amended"
    DELISTED = "delisted"


class RunState(TextChoices):
    WAITING = "waiting"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    REFUSED = "refused"
    FAILED = "failed"


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
    """Why nothing is sent to a subscription any more."""

    OWNER = "owner"
    GONE = "gone"
    NO_SUCCESS = "no_success"
    PING_UNANSWERED = "ping_unanswered"


class DeliveryState(TextChoices):
    PENDING = "pending"
    SENDING = "sending"
    DELIVERED = "delivered"
    EXHAUSTED = "exhausted"


class AttemptError(TextChoices):
    """Why an attempt brought no answer."""

    BLOCKED = "blocked"
    NAME = "name"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    PROTOCOL = "protocol"
    LOST = "lost"
