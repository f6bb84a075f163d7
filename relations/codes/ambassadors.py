"""Heads of mission: Vienna Convention on Diplomatic Relations (1961), and COW's Diplomatic Exchange."""

from __future__ import annotations

from django.db.models import IntegerChoices

from relations.codes.labels import Vocabulary


class PostStatus(Vocabulary):
    """The head of mission, or the reason for there being none (Vienna Convention, articles 9, 14, 19, 43 and 45)."""

    AMBASSADOR = "ambassador"
    MINISTER = "minister"
    CHARGE = "charge", "Chargé d'affaires"
    INTERESTS_SECTION = "interests_section"
    PROTECTING_POWER = "protecting_power"
    NON_RESIDENT = "non_resident", "Non-resident"
    VACANT = "vacant"
    OPERATIONS_SUSPENDED = "operations_suspended"
    CLOSED = "closed"
    SEVERED = "severed"
    RECALLED = "recalled"
    WITHDRAWN = "withdrawn"
    ASKED_TO_LEAVE = "asked_to_leave"
    EXPELLED = "expelled"


class NextStatus(Vocabulary):
    """The next head of mission on the way to the post (Vienna Convention, article 4: the agrément)."""

    ANNOUNCED = "announced"
    NOMINATED = "nominated"
    AGREEMENT_GRANTED = "agreement_granted", "Agrément granted"
    CONFIRMED = "confirmed"
    APPOINTED = "appointed"
    REFUSED = "refused"
    AGREEMENT_REVOKED = "agreement_revoked", "Agrément revoked"
    LAPSED = "lapsed"


WITHOUT_HOLDER = (PostStatus.VACANT, PostStatus.CLOSED, PostStatus.SEVERED)
"""Statuses of a post that nobody has: a fact of one names no person."""

AMBASSADOR_STATUSES: list[tuple[str, str]] = [*PostStatus.choices, *NextStatus.choices]
"""The words of both tracks; a word belongs to exactly one of them."""


class CowLevel(IntegerChoices):
    """Level of representation in COW's Diplomatic Exchange, DR_at_2."""

    NONE = 0
    CHARGE = 1, "Chargé d'affaires"
    MINISTER = 2
    AMBASSADOR = 3
    OTHER = 9
