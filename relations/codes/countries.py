"""Countries."""

from __future__ import annotations

from relations.codes.labels import Vocabulary


class CountryKind(Vocabulary):
    STATE = "state"
    ORGANISATION = "organisation"
    TERRITORY = "territory"
