"""The kinds of facts: one entry for everything that depends on the kind and on no database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from relations.codes import (
    AMBASSADOR_SCORES,
    AMBASSADOR_STATUSES,
    BAN_SCORES,
    EVENT_SCORES,
    SANCTION_SCORES,
    BanAction,
    EventKind,
    SanctionAction,
)
from relations.status import ambassadors, diplomatic_events, sanctions, travel_bans
from relations.status.facts import FactValue
from relations.status.tracks import Contradictions, FactsByTrack, StepsByTrack, Track


@dataclass(frozen=True, slots=True, kw_only=True)
class FactKind:
    """One kind of fact.

    `slug` names it in URLs, `word_field` is the field that says what happened and `words` are its vocabulary.
    `columns` are read into a `FactValue` besides the shared ones; `keys` are its own in JSON, in their order.
    """

    slug: str
    word_field: str
    words: frozenset[str]
    columns: tuple[str, ...] = ()
    keys: tuple[str, ...]
    scores: Mapping[str, Decimal]
    track_of: Callable[[FactValue], Track | None]
    """The track on which a fact counts; None for events that move only the trend."""
    exclude: Callable[[FactValue, FactValue], bool]
    """Whether two facts of one track and day cannot both be true."""
    fold: Callable[[FactsByTrack, Contradictions], StepsByTrack]


FACT_KINDS: Mapping[str, FactKind] = {
    kind.slug: kind
    for kind in (
        FactKind(
            slug="ambassadors",
            word_field="status",
            words=frozenset(word for word, _ in AMBASSADOR_STATUSES),
            columns=("holder",),
            keys=("status", "holder"),
            scores=AMBASSADOR_SCORES,
            track_of=ambassadors.track_of,
            exclude=ambassadors.exclude,
            fold=ambassadors.fold,
        ),
        FactKind(
            slug="sanction-events",
            word_field="action",
            words=frozenset(SanctionAction.values),
            columns=("measures", "scope", "programme_id", "expires_on"),
            keys=("action", "measures", "scope", "programme", "instrument", "expires_on", "codes"),
            scores=SANCTION_SCORES,
            track_of=sanctions.track_of,
            exclude=sanctions.exclude,
            fold=sanctions.fold,
        ),
        FactKind(
            slug="travel-ban-entries",
            word_field="action",
            words=frozenset(BanAction.values),
            columns=("scope", "visa_classes", "list_id", "person"),
            keys=("list", "country", "action", "scope", "visa_classes", "person", "identifiers"),
            scores=BAN_SCORES,
            track_of=travel_bans.track_of,
            exclude=travel_bans.exclude,
            fold=travel_bans.fold,
        ),
        FactKind(
            slug="diplomatic-events",
            word_field="kind",
            words=frozenset(EventKind.values),
            keys=("kind", "codes"),
            scores=EVENT_SCORES,
            track_of=diplomatic_events.track_of,
            exclude=diplomatic_events.exclude,
            fold=diplomatic_events.fold,
        ),
    )
}
"""By slug, in the order in which a relation shows them."""


def track_of(fact: FactValue) -> Track | None:
    """The track on which a fact counts; None for events that move only the trend."""
    return FACT_KINDS[fact.kind].track_of(fact)
