"""Travel-ban lists."""

from __future__ import annotations

from django.db.models import TextChoices


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
