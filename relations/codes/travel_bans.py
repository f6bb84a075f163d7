"""Travel-ban lists."""

from __future__ import annotations

from relations.codes.labels import Vocabulary


class BanAction(Vocabulary):
    """One change of a travel-ban list."""

    CONSIDERED = "considered"
    LISTED = "listed"
    AMENDED = "amended"
    SUSPENDED = "suspended"
    NOT_INCLUDED = "not_included"
    REMOVED = "removed"


BAN_STRENGTH: list[str] = ["unknown", "removed", "not_included", "considered", "suspended", "listed"]
"""From the weakest on: a list of persons shows for a country the strongest value of its persons."""


class BanScope(Vocabulary):
    FULL = "full"
    PARTIAL = "partial"


class BanSubject(Vocabulary):
    COUNTRY = "country"
    PERSON = "person"
