"""Countries and sources."""

from __future__ import annotations

from relations.codes.labels import Vocabulary


class CountryKind(Vocabulary):
    STATE = "state"
    ORGANISATION = "organisation"
    TERRITORY = "territory"


class SourceKind(Vocabulary):
    ARTICLE = "article"
    LEGAL_ACT = "legal_act"
    OFFICIAL_LIST = "official_list"
    DATASET = "dataset"


class Stance(Vocabulary):
    """The effect of a citation on its fact."""

    SUPPORTS = "supports"
    DISPUTES = "disputes"
