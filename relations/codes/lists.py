"""Official lists, their parties, and import runs."""

from __future__ import annotations

from django.db.models import TextChoices

from relations.codes.labels import Vocabulary


class ListCode(TextChoices):
    """Official sanctions lists whose parties are stored as designations."""

    UN = "un", "UN"
    OFAC = "ofac", "OFAC"
    EU = "eu", "EU"
    UK = "uk", "UK"
    OFSI = "ofsi", "OFSI"


SUCCESSORS = {ListCode.OFSI: ListCode.UK}
"""Closed lists with their successors. A closed list is not current from its successor's first publication on."""


SELECTION = "it is a selection of the list"
"""A doubt of an import: a selection does not replace a whole list, and a whole list replaces a selection."""


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
    REGIMES = "regimes", "Sanction regimes"
    US_MISSIONS = "us_missions", "US missions"


class PartyKind(Vocabulary):
    PERSON = "person"
    ENTITY = "entity"
    VESSEL = "vessel"
    AIRCRAFT = "aircraft"


class PartyChange(Vocabulary):
    """The change of a party in a publication."""

    LISTED = "listed"
    AMENDED = "amended"
    DELISTED = "delisted"


class RunState(Vocabulary):
    WAITING = "waiting"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    REFUSED = "refused"
    FAILED = "failed"
