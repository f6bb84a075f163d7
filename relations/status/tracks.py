"""The tracks of a relation, their states, and the periods in which these last."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from relations.codes import TRACKS, UNKNOWN
from relations.status.evidence import Evidence
from relations.status.facts import FactValue

NO_PROGRAMME = "-"
"""The part that names the track of all facts without a programme."""


class Track(NamedTuple):
    """`ambassador:US>BY`, `sanctions:US>BY`, `sanctions:US>BY:7`, `travel_ban:US>BY:1`, `trend`.

    `part` is a programme's or a list's id; `-` for facts without a programme; empty for the track as a whole.
    """

    kind: str
    sender: str = ""
    receiver: str = ""
    part: str = ""

    def __str__(self) -> str:
        return ":".join(filter(None, (self.kind, self.direction, self.part)))

    @property
    def direction(self) -> str:
        """`US>BY`; empty for tracks without one."""
        return f"{self.sender}>{self.receiver}" if self.sender else ""

    @property
    def whole(self) -> Track:
        """The track without its part."""
        return self._replace(part="")

    @classmethod
    def named(cls, name: str) -> Track:
        """Reads a name, whatever its words; missing parts are empty."""
        kind, _, rest = name.partition(":")
        direction, _, part = rest.partition(":")
        sender, _, receiver = direction.partition(">")
        return cls(kind, sender, receiver, part)


interned_track = lru_cache(maxsize=16_384)(Track)
"""The track with these parts, made once: each of a track's facts asks for it several times."""


# Never changed, but not frozen: a fold makes some for each fact, and a frozen one takes three times as long to make.
@dataclass(slots=True, kw_only=True, unsafe_hash=True)
class State:
    """The value of a track, its evidence, and the start of its run.

    `since` is the EDTF string of the first fact of the unbroken run of this value, or the ISO day on which it began
    by itself. `facts` are keys in the order in which the facts count, of `fact_count` facts. `basis` is the strongest
    kind of source among them, `confirmed_to` the last day on which one of their sources said so, `stale` that it is
    longer ago than they are relied on. An unknown state shows what was known last, in `last_known` and `last_known_on`;
    `implied` is a state that follows from another track. `evidence` is the evidence while a track is folded.
    """

    value: str = UNKNOWN
    holder: str = ""
    measures: tuple[str, ...] = ()
    scope: str = ""
    visa_classes: tuple[str, ...] = ()
    expires_on: dt.date | None = None
    since: str | None = None
    facts: tuple[str, ...] = ()
    disputed: bool = False
    fact_count: int = 0
    basis: str = ""
    confirmed_to: dt.date | None = None
    stale: bool = False
    last_known: str = ""
    last_known_on: dt.date | None = None
    implied: bool = False
    evidence: Evidence = field(default=Evidence(), compare=False, repr=False)

    def confirmed_on(self, day: dt.date) -> dt.date | None:
        """The latest day, up to `day`, on which a source of the state said so."""
        return min(self.confirmed_to, day) if self.confirmed_to else None

    def resting_on(self, evidence: Evidence, *, disputed: bool) -> State:
        """The state with other evidence: a folded track has one for each of its facts, and `replace` takes long."""
        return State(
            value=self.value, holder=self.holder, measures=self.measures, scope=self.scope,
            visa_classes=self.visa_classes, expires_on=self.expires_on, since=self.since, disputed=disputed,
            last_known=self.last_known, last_known_on=self.last_known_on, implied=self.implied, evidence=evidence,
        )  # fmt: skip

    def shown(self, *, stale: bool) -> State:
        """The state as it is stored: its facts' keys, their number, their basis and their last day."""
        evidence = self.evidence
        return State(
            value=self.value, holder=self.holder, measures=self.measures, scope=self.scope,
            visa_classes=self.visa_classes, expires_on=self.expires_on, since=self.since, facts=evidence.keys,
            disputed=self.disputed, fact_count=evidence.number, basis=evidence.basis, confirmed_to=evidence.seen,
            stale=stale,
            last_known=self.last_known, last_known_on=self.last_known_on, implied=self.implied,
        )  # fmt: skip

    def unknown(self, day: dt.date) -> State:
        """The state of a track of which nothing is known from `day` on: it shows what was known last."""
        if self.value == UNKNOWN:
            return self
        last_day = day - dt.timedelta(days=1)
        seen = min(filter(None, (self.evidence.on(last_day).seen, last_day)))
        return State(last_known=self.value, last_known_on=seen, disputed=self.disputed, evidence=self.evidence)

    def logged_value(self, kind: str) -> dict[str, Any]:
        """The change log's JSON for a track of this kind: states with equal ones do not differ."""
        return {"value": self.value, **{name: _as_json(getattr(self, name)) for name in TRACKS[kind].details}}


def _as_json(value: str | tuple[str, ...] | dt.date | None) -> str | list[str] | None:
    if isinstance(value, dt.date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


NOTHING = State()


class Step(NamedTuple):
    """The day from which a track is in a state."""

    day: dt.date
    state: State


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A half-open range of days in which a track has one state; `end` is None where it has none.

    `uncertain` are the keys of the facts that may have happened by then (`earliest` ≤ day < `latest`).
    """

    track: Track
    start: dt.date
    end: dt.date | None
    state: State
    uncertain: tuple[str, ...] = ()

    def reaches(self, day: dt.date) -> bool:
        """Checks whether the period ends on that day or later: it may have to be joined to what follows."""
        return self.end is None or self.end >= day

    def covers(self, day: dt.date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)


type Contradictions = Mapping[str, tuple[str, ...]]
"""The keys of the facts that contradict a fact, by its key."""
type FactsByTrack = Mapping[Track, list[FactValue]]
type StepsByTrack = dict[Track, tuple[list[Step], list[FactValue]]]
"""Each track's steps, in order of days, and the facts whose uncertainty it shows."""


def first_state(fact: FactValue, contradictions: Contradictions, *, value: str, holder: str = "") -> State:
    """The state with which a run begins: the fact is all its evidence."""
    evidence = NOTHING.evidence.with_fact(fact, others=contradictions.get(fact.key, ()))
    return State(
        value=value, holder=holder, since=fact.on, disputed=is_disputed(fact, contradictions), evidence=evidence
    )  # fmt: skip


def with_evidence(state: State, fact: FactValue, contradictions: Contradictions) -> State:
    """The state with the fact as its latest evidence, and with both sides where the fact is disputed."""
    evidence = state.evidence.with_fact(fact, others=contradictions.get(fact.key, ()))
    return state.resting_on(evidence, disputed=state.disputed or is_disputed(fact, contradictions))


def is_disputed(fact: FactValue, contradictions: Contradictions) -> bool:
    """Checks whether a citation disputes the fact or another fact contradicts it."""
    return fact.contested or fact.key in contradictions
