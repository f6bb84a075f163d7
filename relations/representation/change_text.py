"""A change of the log as text for people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from relations.codes import TRACKS, Reason, label_in_sentence
from relations.models import Country, StatusChange, StatusPeriod
from relations.queries.titles import lists_named, programmes_named
from relations.status import NO_PROGRAMME, Track


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Names in the texts: countries by code, the titles of programmes and lists by id."""

    countries: Mapping[str, Country]
    programmes: Mapping[str, str]
    lists: Mapping[str, str]

    @classmethod
    def of(cls, lines: Iterable[StatusChange | StatusPeriod], countries: Mapping[str, Country]) -> Names:
        """A query for programmes and one for lists, each where some line is of one."""
        tracks = {Track.named(line.track) for line in lines}
        parts = [(TRACKS[track.kind].part, track.part) for track in tracks if track.part not in ("", NO_PROGRAMME)]
        programmes, _ = programmes_named(part for kind, part in parts if kind == "programme")
        lists = lists_named(part for kind, part in parts if kind == "list")
        return cls(countries=countries, programmes=programmes, lists=lists)


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
    track = Track.named(line.track)
    return f"{subject(track, names)}: {_state_text(track, line.old)} → {_state_text(track, line.new)}"


def subject(track: Track, names: Names) -> str:
    if not track.sender:
        return TRACKS[track.kind].title
    sender, receiver = names.countries[track.sender], names.countries[track.receiver]
    title = TRACKS[track.kind].title.format(sender=sender.name, receiver=receiver.name)
    if not track.part:
        return title
    if track.part == NO_PROGRAMME:
        return f"{title} (outside any programme)"
    # The log outlives programmes and lists: a deleted one has no title.
    part = TRACKS[track.kind].part
    titles = names.lists if part == "list" else names.programmes
    return f"{title} ({titles.get(track.part, f'{part} {track.part}')})"


def explanation(line: StatusChange) -> str:
    """Reason, effective day and version of a change."""
    place = f"Version {line.version} of {line.pair_id}"
    return f"{_REASONS[line.reason]}. In effect from {line.effective.isoformat()}. {place}."


def _state_text(track: Track, state: Mapping[str, Any]) -> str:
    """`ambassador (Julie Fisher)`, `in force (travel, arms; until 2026-02-28)`."""
    details = state_details(track, state, word=label_in_sentence, until="until {}".format)
    return f"{label_in_sentence(state['value'])} ({details})" if details else label_in_sentence(state["value"])


def state_details(
    track: Track, state: Mapping[str, Any], *, word: Callable[[str], str], until: Callable[[str], str]
) -> str:
    """Details of a logged state, in addition to its value; `until` words the last day, `word` everything else."""
    logged = ((name, state.get(name)) for name in TRACKS[track.kind].details)
    return "; ".join(
        until(value) if name == "expires_on" else word(value) if isinstance(value, str) else ", ".join(map(word, value))
        for name, value in logged
        if value
    )
