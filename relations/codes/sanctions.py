"""Sanctions: types of measures of the Global Sanctions Data Base, and CAMEO 1.1b3."""

from __future__ import annotations

from relations.codes.labels import Vocabulary


class SanctionAction(Vocabulary):
    """One change of a sender's sanctions; `observed` is none, but what a source shows in force."""

    THREATENED = "threatened"
    IMPOSED = "imposed"
    TIGHTENED = "tightened"
    EXTENDED = "extended"
    EASED = "eased"
    SUSPENDED = "suspended"
    REIMPOSED = "reimposed"
    LIFTED = "lifted"
    EXPIRED = "expired"
    OBSERVED = "observed"


class SanctionValue(Vocabulary):
    """State of a programme, or of all programmes of a sender, against a target."""

    UNKNOWN = "unknown"
    NONE = "none"
    THREATENED = "threatened"
    SUSPENDED = "suspended"
    EASED = "eased"
    IN_FORCE = "in_force"


SANCTION_STRENGTH: list[str] = [str(value) for value in SanctionValue]
"""A sender's posture is the strongest of its programmes; the order of the enumeration is the order of strength."""


class Measure(Vocabulary):
    """Types of sanctions, as the Global Sanctions Data Base names them."""

    TRADE = "trade"
    ARMS = "arms"
    MILITARY_ASSISTANCE = "military_assistance"
    FINANCIAL = "financial"
    TRAVEL = "travel"
    OTHER = "other"


class Scope(Vocabulary):
    """Share of the measures that an easing, a suspension or a lifting concerns."""

    ALL = "all"
    MOST = "most"
    SOME = "some"


class SanctionExtension(Vocabulary):
    """The deadline that an extension replaces: that of the measures, or that of their suspension or easing."""

    MEASURES = "measures"
    RELIEF = "relief"


class RegimeStatus(Vocabulary):
    """State of a regime as of a day, by an act or a registry."""

    ACTIVE = "active"
    ENDED = "ended"


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
    # CAMEO codes what somebody did; an expiry happens by itself, and what is observed is no act.
    SanctionAction.EXPIRED: None,
    SanctionAction.OBSERVED: None,
}
