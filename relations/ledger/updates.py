"""Updates of pairs, and the entries of the log that follow from them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast
from uuid import UUID

from relations.codes import Reason
from relations.ledger.drafts import NOBODY, Author
from relations.models import CountryPair, Fact, StatusChange
from relations.status import State, Track

type Cause = tuple[str, str | UUID, int]
"""A fact's kind, key and version."""


class Version(NamedTuple):
    """A version of a fact as the log names it, without its values: an import writes tens of thousands."""

    resource: str
    key: UUID
    version: int
    pair_id: str
    latest: dt.date

    @classmethod
    def of(cls, fact: Fact) -> Version:
        return cls(fact.resource, fact.key, fact.version, fact.pair_id, fact.latest)

    @property
    def cause(self) -> Cause:
        return self.resource, self.key, self.version


@dataclass(frozen=True, slots=True, kw_only=True)
class PairUpdate:
    """The versions that a command wrote, ended or confirmed in the pairs that it locked, why, and by whom.

    `is_logged_without_effect` says that a version that changed no value of today gets an entry as well.
    """

    reason: Reason
    facts: Sequence[Version] = ()
    author: Author = NOBODY
    why: str = ""
    is_logged_without_effect: bool = True


class FactUpdate(NamedTuple):
    """A version that a command wrote, ended or confirmed, with the command's update."""

    fact: Version
    update: PairUpdate


LOADED = PairUpdate(reason=Reason.IMPORTED)
DATE_REACHED = PairUpdate(reason=Reason.DATE_REACHED)


class Entry(NamedTuple):
    """An entry that is about to be appended to the log, of an advanced pair."""

    pair: CountryPair
    version: int
    track: str
    effective: dt.date
    update: PairUpdate
    cause: Cause | None
    old: Mapping[str, Any] | None
    new: Mapping[str, Any] | None

    def row(self) -> StatusChange:
        cause_kind, cause_key, cause_version = self.cause or ("", None, None)
        return StatusChange(
            pair=self.pair, version=self.version, recorded_at=cast("dt.datetime", self.pair.last_recorded_at),
            track=self.track, effective=self.effective, old=self.old, new=self.new, reason=self.update.reason,
            cause_kind=cause_kind, cause_key=cause_key, cause_version=cause_version,
            recorded_by=self.update.author.user, request_id=self.update.author.request_id, note=self.update.why,
        )  # fmt: skip


@dataclass(slots=True)
class PairLog:
    """The entries of one pair that are about to be appended."""

    pair: CountryPair
    entries: list[Entry] = field(default_factory=list)

    def add(
        self, track: str, effective: dt.date, *, update: PairUpdate, cause: Cause | None,
        old: Mapping[str, Any] | None = None, new: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        self.pair.version += 1
        self.entries.append(Entry(self.pair, self.pair.version, track, effective, update, cause, old, new))

    def add_change(
        self, track: Track, effective: dt.date, old: State, new: State, *, update: PairUpdate, cause: Cause | None
    ) -> None:  # fmt: skip
        """Adds the change of a track from one state to another."""
        before, after = old.logged_value(track.kind), new.logged_value(track.kind)
        self.add(str(track), effective, update=update, cause=cause, old=before, new=after)
