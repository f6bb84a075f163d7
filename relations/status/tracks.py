"""The tracks of a relation, the states they go through, and the periods that come of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from relations.codes import UNKNOWN, TrackKind
from relations.status.facts import FactValue

NO_PROGRAMME = "-"
"""The last part of the name of the track of all acts without a programme."""


class Track(NamedTuple):
    """`ambassador:US>BY`, `sanctions:US>BY`, `sanctions:US>BY:7`, `travel_ban:US>BY:1`, `trend`.

    `part` is a programme's or a list's id; `-` for acts without a programme; empty for the track as a whole.
    """

    kind: str
    sender: str = ""
    receiver: str = ""
    part: str = ""

    def __str__(self) -> str:
        direction = f"{self.sender}>{self.receiver}" if self.sender else ""
        return ":".join(filter(None, (self.kind, direction, self.part)))

    @classmethod
    def named(cls, name: str) -> Track:
        kind, _, rest = name.partition(":")
        direction, _, part = rest.partition(":")
        sender, _, receiver = direction.partition(">")
        return cls(kind, sender, receiver, part)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What a track says, since when, and by which facts.

    `since` is the EDTF string of the first fact of the unbroken run of this value, or the ISO day on which it began
    by itself. `facts` are keys in the order in which the facts count.
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

    def told(self, kind: str) -> dict[str, Any]:
        """What the change log tells of a track of this kind, as JSON: two states that are told alike are no change."""
        match kind:
            case TrackKind.AMBASSADOR | TrackKind.NEXT:
                return {"value": self.value, "holder": self.holder}
            case TrackKind.SANCTIONS:
                expires_on = self.expires_on.isoformat() if self.expires_on else None
                return {"value": self.value, "measures": list(self.measures), "expires_on": expires_on}
            case TrackKind.TRAVEL_BAN:
                return {"value": self.value, "scope": self.scope, "visa_classes": list(self.visa_classes)}
            case TrackKind.DIPLOMATIC_RELATIONS | TrackKind.TREND:
                return {"value": self.value}
            case _:
                raise ValueError(f"no track is of the kind {kind!r}")


NOTHING = State()


class Step(NamedTuple):
    """From `day` on the track is in `state`."""

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

    def holds(self, day: dt.date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)


def joined(keys: tuple[str, ...], *more: str) -> tuple[str, ...]:
    """Keys with more keys behind them, each once, in order."""
    return tuple(dict.fromkeys((*keys, *more)))


def with_contradictions(state: State, act: FactValue, contradictions: dict[str, tuple[str, ...]]) -> State:
    """The state with `act` behind it, and with both sides where the act is disputed."""
    keys = joined(state.facts, act.key, *contradictions.get(act.key, ()))
    return replace(state, facts=keys, disputed=state.disputed or act.contested or act.key in contradictions)
