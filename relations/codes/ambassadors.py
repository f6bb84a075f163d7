"""Heads of mission: Vienna Convention on Diplomatic Relations (1961), and COW's Diplomatic Exchange."""

from __future__ import annotations

from django.db.models import IntegerChoices, TextChoices


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
