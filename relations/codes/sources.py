"""Sources, what they say (events, or states as seen), and for how long it can be relied on."""

from __future__ import annotations

from collections.abc import Mapping

from relations.codes.labels import Vocabulary


class SourceKind(Vocabulary):
    """Kinds of texts. A registry lists regimes, a register (World Factbook) is a reference work in editions."""

    ARTICLE = "article"
    LEGAL_ACT = "legal_act"
    OFFICIAL_LIST = "official_list"
    REGISTRY = "registry"
    REGISTER = "register"
    DATASET = "dataset"


class Stance(Vocabulary):
    """The effect of a citation on its fact."""

    SUPPORTS = "supports"
    DISPUTES = "disputes"


class Nature(Vocabulary):
    """The two things that a source can say: something happened on a day, or a state was seen on a day."""

    EVENT = "event"
    OBSERVATION = "observation"


BASIS_RANK: Mapping[str, int] = {
    SourceKind.LEGAL_ACT: 0,
    SourceKind.REGISTRY: 1,
    SourceKind.OFFICIAL_LIST: 1,
    SourceKind.REGISTER: 1,
    SourceKind.ARTICLE: 2,
    SourceKind.DATASET: 3,
}
"""Ranks of kinds of evidence: on a sanctions regime the lowest rank that is not stale decides."""

LIVING_LIST_DAYS = 400
"""Days for which a registry, an official list or a register can be relied on after the last edition that was read."""
ARTICLE_YEARS = 3
"""Years for which an article can be relied on. A legal act has no such limit, a data set ends with what it covers."""
