"""The kinds of facts: one entry for everything that depends on the kind and on no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from relations.codes import AMBASSADOR_SCORES, BAN_SCORES, EVENT_SCORES, SANCTION_SCORES
from relations.status import ambassadors, diplomatic_events, sanctions, travel_bans
from relations.status.facts import FactValue
from relations.status.tracks import Contradictions, FactsByTrack, StepsByTrack, Track


class Rules(Protocol):
    """The module of a kind."""

    def track_of(self, fact: FactValue, /) -> Track | None:
        """The track on which a fact counts; None for events that move only the trend."""

    def exclude(self, one: FactValue, other: FactValue, /) -> bool:
        """Checks whether two facts of one track and day cannot both be true."""

    def fold(self, by_track: FactsByTrack, contradictions: Contradictions, /) -> StepsByTrack: ...


@dataclass(frozen=True, slots=True)
class FactKind:
    """One kind of fact.

    `slug` names it in URLs, `word_field` is the field that says what happened, `scores` the weight of each of its words
    in a trend. `columns` are read into a `FactValue` besides the shared ones.
    """

    slug: str
    word_field: str
    scores: Mapping[str, Decimal]
    rules: Rules
    columns: tuple[str, ...]


_KINDS = (
    FactKind("ambassadors", "status", AMBASSADOR_SCORES, ambassadors, columns=("holder",)),
    FactKind(
        "sanction-events", "action", SANCTION_SCORES, sanctions,
        columns=("measures", "scope", "extends", "programme_id", "expires_on"),
    ),
    FactKind(
        "travel-ban-entries", "action", BAN_SCORES, travel_bans,
        columns=("scope", "visa_classes", "list_id", "person"),
    ),
    FactKind("diplomatic-events", "kind", EVENT_SCORES, diplomatic_events, columns=()),
)  # fmt: skip
FACT_KINDS: Mapping[str, FactKind] = {kind.slug: kind for kind in _KINDS}
"""By slug, in the order in which a relation shows them."""


def track_of(fact: FactValue) -> Track | None:
    return FACT_KINDS[fact.kind].rules.track_of(fact)
