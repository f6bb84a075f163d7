"""Facts as value objects, from which statuses are computed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FactValue:
    """One version of a fact: its values, dates and independent sources, without its texts.

    `earliest` is None where the start is open. `originals` are the ids of the sources that support it, reprints
    replaced by their originals; `contested` says that a citation disputes it.
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

    @property
    def order(self) -> tuple[dt.date, dt.date, dt.datetime, str]:
        """Facts count by the day from which they are certain; an open start comes first."""
        return (self.latest, self.earliest or dt.date.min, self.first_recorded_at, self.key)

    def known_at(self, moment: dt.datetime) -> bool:
        return self.recorded_at <= moment and (self.superseded_at is None or self.superseded_at > moment)
