"""Changes in words, for feeds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from relations.codes import Reason, TrackKind
from relations.models import Country, SanctionProgramme, StatusChange, TravelBanList
from relations.status import NO_PROGRAMME, Track


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Names for changes: countries by code, the titles of programmes and lists by id."""

    countries: Mapping[str, Country]
    programmes: Mapping[str, str]
    lists: Mapping[str, str]

    @classmethod
    def of(cls, lines: Iterable[StatusChange], countries: Mapping[str, Country]) -> Names:
        """Names for some changes: a query for programmes and one for lists, each where there are any."""
        tracks = {Track.named(line.track) for line in lines}
        return cls(
            countries=countries,
            programmes=_titles(SanctionProgramme, (track for track in tracks if track.kind == TrackKind.SANCTIONS)),
            lists=_titles(TravelBanList, (track for track in tracks if track.kind == TrackKind.TRAVEL_BAN)),
        )


def _titles(model: type[SanctionProgramme | TravelBanList], tracks: Iterable[Track]) -> dict[str, str]:
    ids = {track.part for track in tracks if track.part and track.part != NO_PROGRAMME}
    rows = model._default_manager.filter(pk__in=ids).values_list("pk", "title") if ids else ()
    return {str(key): title for key, title in rows}


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
    return f"{names.countries[line.pair_id[:2]].name} – {names.countries[line.pair_id[3:]].name}"


def headline(line: StatusChange, names: Names) -> str:
    """`Sanctions of United States on Belarus: unknown → in force`."""
    if line.old is None or line.new is None:
        return f"{_REASONS[line.reason]}; no status changed"
    return f"{subject(Track.named(line.track), names)}: {_said(line.old)} → {_said(line.new)}"


def subject(track: Track, names: Names) -> str:
    if not track.sender:
        return _SUBJECTS[track.kind]
    sender, receiver = names.countries[track.sender], names.countries[track.receiver]
    found = _SUBJECTS[track.kind].format(sender=sender.name, receiver=receiver.name)
    if not track.part:
        return found
    if track.part == NO_PROGRAMME:
        return f"{found} (outside any programme)"
    # The log outlives what it tells of: what was deleted has no title any more.
    if track.kind == TrackKind.TRAVEL_BAN:
        return f"{found} ({names.lists.get(track.part, f'list {track.part}')})"
    return f"{found} ({names.programmes.get(track.part, f'programme {track.part}')})"


def explanation(line: StatusChange) -> str:
    """The reason of a change, the day from which it is in effect, and its version."""
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
