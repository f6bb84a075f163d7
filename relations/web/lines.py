"""A line of the change log in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from relations.codes import Reason, TrackKind
from relations.models import Country, StatusChange
from relations.status import NO_PROGRAMME, Track

type Names = Mapping[str, Country]
"""Countries by code."""

_SUBJECTS: dict[str, str] = {
    TrackKind.AMBASSADOR: "Head of mission of {sender} in {receiver}",
    TrackKind.NEXT: "Next head of mission of {sender} in {receiver}",
    TrackKind.SANCTIONS: "Sanctions of {sender} on {receiver}",
    TrackKind.TRAVEL_BAN: "Travel ban of {sender} on {receiver}",
    TrackKind.DIPLOMATIC_RELATIONS: "Diplomatic relations",
    TrackKind.TREND: "Trend",
    TrackKind.FACTS: "Facts",
}
_REASONS: dict[str, str] = {
    Reason.RECORDED: "A fact was recorded",
    Reason.CORRECTED: "A fact was corrected",
    Reason.RETRACTED: "A fact was retracted",
    Reason.DATE_REACHED: "The day came",
    Reason.IMPORTED: "A fact was imported",
}


def between(line: StatusChange, names: Names) -> str:
    """`Belarus – United States`."""
    return f"{names[line.pair_id[:2]].name} – {names[line.pair_id[3:]].name}"


def headline(line: StatusChange, names: Names) -> str:
    """`Sanctions of United States on Belarus: unknown → in force`."""
    if line.old is None or line.new is None:
        return f"{_REASONS[line.reason]}; no status changed"
    return f"{subject(Track.named(line.track), names)}: {_said(line.old)} → {_said(line.new)}"


def subject(track: Track, names: Names) -> str:
    if not track.sender:
        return _SUBJECTS[track.kind]
    found = _SUBJECTS[track.kind].format(sender=names[track.sender].name, receiver=names[track.receiver].name)
    if not track.part:
        return found
    if track.part == NO_PROGRAMME:
        return f"{found} (outside any programme)"
    return f"{found} ({'list' if track.kind == TrackKind.TRAVEL_BAN else 'programme'} {track.part})"


def explanation(line: StatusChange) -> str:
    """Why the line was written, from when on it holds, and where it stands in the history of its pair."""
    place = f"Version {line.version} of {line.pair_id}"
    return f"{_REASONS[line.reason]}. It holds from {line.effective.isoformat()}. {place}."


def _said(told: Mapping[str, Any]) -> str:
    """`ambassador (Julie Fisher)`, `in force (travel, arms; until 2026-02-28)`."""
    beside = [
        told.get("holder", ""), told.get("scope", ""), ", ".join(map(_plain, told.get("measures", ()))),
        ", ".join(told.get("visa_classes", ())), f"until {told['expires_on']}" if told.get("expires_on") else "",
    ]  # fmt: skip
    words = "; ".join(filter(None, beside))
    return f"{_plain(told['value'])} ({words})" if words else _plain(told["value"])


def _plain(word: str) -> str:
    return word.replace("_", " ")
