"""Facts as value objects, from which statuses are computed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from relations.codes import Nature, SourceKind

if TYPE_CHECKING:
    from relations.status.evidence import Sighting

_OBSERVATION = Nature.OBSERVATION.value


@dataclass(frozen=True, slots=True)
class Witness:
    """One source that supports a fact, with what its reliability depends on.

    `kind` is a word of `SourceKind`. `covers_to` and `good_for` (days) are as in `Source`. `original` is the id of the
    source, or of its original where it is a reprint.
    """

    kind: str
    published_on: dt.date | None = None
    covers_to: dt.date | None = None
    good_for: int | None = None
    original: int = 0


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A day on which a source still said what a fact says."""

    day: dt.date
    witness: Witness
    recorded_at: dt.datetime


# Never changed, but not frozen: thousands are loaded at once, and a frozen one takes three times as long to make.
@dataclass(slots=True, kw_only=True, unsafe_hash=True)
class FactValue:
    """One version of a fact: its values, dates and independent sources, without its texts.

    `earliest` is None where the start is open. `originals` are the ids of the sources that support it, reprints
    replaced by their originals; `contested` says that a citation disputes it. `witnesses` are the sources that support
    it, each once, in the order of their ids. `confirmations` are in the order of their days. `regime` and `thematic`
    are those of its programme. `seen` is what `evidence.sightings` has found, for several folds ask for it.
    """

    kind: str
    key: str
    version: int
    sender: str
    receiver: str
    on: str
    earliest: dt.date | None
    latest: dt.date
    recorded_at: dt.datetime
    superseded_at: dt.datetime | None
    first_recorded_at: dt.datetime
    word: str
    originals: frozenset[int] = frozenset()
    contested: bool = False
    holder: str = ""
    measures: tuple[str, ...] = ()
    scope: str = ""
    programme: int | None = None
    expires_on: dt.date | None = None
    list: int | None = None
    person: str = ""
    visa_classes: tuple[str, ...] = ()
    nature: str = Nature.EVENT
    witnesses: tuple[Witness, ...] = ()
    confirmations: tuple[Confirmation, ...] = ()
    extends: str = ""
    regime: int | None = None
    thematic: bool = False
    seen: tuple[Sighting, ...] = field(default=(), init=False, compare=False, repr=False)

    @property
    def order(self) -> tuple[dt.date, dt.date, dt.datetime, str]:
        """Facts count by the day from which they are certain; an open start comes first."""
        return (self.latest, self.earliest or dt.date.min, self.first_recorded_at, self.key)

    def known_at(self, moment: dt.datetime) -> bool:
        return self.recorded_at <= moment and (self.superseded_at is None or self.superseded_at > moment)

    @property
    def is_observation(self) -> bool:
        return self.nature == _OBSERVATION

    @property
    def is_coded(self) -> bool:
        """Checks whether data sets alone observe it, which code one word for a year."""
        is_data = bool(self.witnesses) and all(witness.kind == SourceKind.DATASET for witness in self.witnesses)
        return self.is_observation and is_data

    def as_known_at(self, moment: dt.datetime) -> FactValue:
        """The fact with only the confirmations that were recorded by then."""
        known = tuple(one for one in self.confirmations if one.recorded_at <= moment)
        return self if len(known) == len(self.confirmations) else replace(self, confirmations=known)
