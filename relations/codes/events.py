"""Events besides heads of mission, sanctions and travel bans: CAMEO 1.1b3 and PLOVER."""

from __future__ import annotations

from relations.codes.labels import Vocabulary


class EventKind(Vocabulary):
    """Kinds of diplomatic events."""

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
    NON_RECOGNITION = "non_recognition", "Non-recognition"
    EXPULSION = "expulsion"
    STAFF_CUT = "staff_cut"
    AID_REDUCED = "aid_reduced"
    ANNEXATION = "annexation"
    IMPROVEMENT = "improvement"
    DETERIORATION = "deterioration"
    STAFF_LIMIT = "staff_limit"
    ELECTION_NOT_RECOGNISED = "election_not_recognised"
    LICENCE = "licence"
    DEADLINE_SET = "deadline_set"
    RELEASE = "release", "Release of prisoners"
    OTHER = "other"


class RelationsValue(Vocabulary):
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
"""The kinds that change the diplomatic relations; the others move only the trend."""

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
    EventKind.STAFF_LIMIT: ("161", "SANCTION"),
    EventKind.ELECTION_NOT_RECOGNISED: ("120", "REJECT"),
    EventKind.LICENCE: ("085", None),
    EventKind.DEADLINE_SET: ("1312", "THREATEN"),
    EventKind.RELEASE: ("0841", "CONCEDE"),
    EventKind.OTHER: (None, None),
}
"""CAMEO code and PLOVER event of each kind; None where the scheme has none."""
