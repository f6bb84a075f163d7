"""One chief's service at one mission, its country, and which ends of a service leave a vacant post."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

from relations import dates
from relations.errors import RecordRefused
from relations.importers.engine.statements import Reading
from relations.importers.engine.tables import keyed, look_up, table
from relations.importers.sources.pocom.files import Block, MissionFile
from relations.importers.sources.pocom.words import Event, read_event, served_by


@dataclass(frozen=True, slots=True)
class Place:
    """A country of the tracker, and the days on which the mission was in it: `until` is not part of it."""

    code: str
    since: dt.date | None
    until: dt.date | None
    succeeds: bool
    reason: str

    def includes(self, day: dt.date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Service:
    """A record with its events read. `started_by` names the element that says when the post was taken up.

    Where no day of that is on record, the post was taken up between the appointment and the end.
    """

    reference: str
    block: Block
    holder: str
    role: dict[str, str]
    note: str
    places: tuple[Place, ...]
    appointed: Event | None
    started: Event | None
    started_by: str
    ended: Event | None

    @property
    def since(self) -> dates.When | None:
        return self.started.when if self.started else None

    @property
    def until(self) -> dates.When | None:
        return self.ended.when if self.ended else None

    def in_post_on(self, day: dt.date) -> bool:
        """True if the source has the chief in post on that day and after it."""
        return self.since is not None and self.since.latest <= day and (self.until is None or self.until.latest > day)

    def place_on(self, day: dt.date) -> Place | None:
        """The country of the mission on that day; None where the tracker has none."""
        place = next((place for place in self.places if place.includes(day)), None)
        return place if place and place.code else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceReader:
    """One record; a date or a note that cannot be read is named in the reading, and the rest is read."""

    block: Block
    reference: str
    file: MissionFile
    people: Mapping[str, str]
    reading: Reading

    def read(self) -> Service:
        """Raises `RecordRefused` for a person, a role or a mission that is not known."""
        block = self.block
        role = look_up(keyed("pocom_roles", by="role"), block.value("role-title-id"), "the role")
        holder = look_up(self.people, block.value("person-id"), "the person")
        words = " ".join(block.value(name) for name in ("note", "ended/note", "started/note"))
        own = places(self.file.territory, role=block.value("role-title-id"), words=words)
        appointed = self._event("appointed")
        since = appointed.on if appointed and not appointed.on.startswith("[") else ""
        started, started_by = self._started(since)
        begun = started.on if started and not started.on.startswith("[") else since
        ended = self._event("ended", since=begun.rstrip("~?%"))
        if started is None:
            with self._attempt("started"):
                started, started_by = _started_some_day(block, since, ended)
        return Service(
            reference=self.reference, block=block, holder=holder, role=role, note=block.value("note"), places=own,
            appointed=appointed, started=started, started_by=started_by, ended=ended,
        )  # fmt: skip

    def _attempt(self, event: str) -> AbstractContextManager[None]:
        return self.reading.attempt(f"{self.reference}:{event}", line=self.block.line, file=self.file.name)

    def _event(self, name: str, *, since: str = "") -> Event | None:
        date, note = self.block.value(f"{name}/date"), self.block.value(f"{name}/note")
        events: list[Event | None] = [None]
        with self._attempt(name):
            events.append(read_event(name, date=date, note=note, since=since))
        return events[-1]

    def _started(self, since: str) -> tuple[Event | None, str]:
        """Credentials presented; otherwise the arrival, with which a chief takes up his functions too.

        Vienna Convention, article 13: when credentials are presented, or when the arrival has been notified. pocom's
        own words for the second are "arrived and assumed charge".
        """
        started = self._event("started", since=since)
        if started and started.on:
            return started, "started"
        arrived = None
        if date := self.block.value("arrived/date"):
            with self._attempt("arrived"):
                arrived = Event("in_post", date, "The day of arrival; that of presenting credentials is not on record.")
        return arrived, "arrived" if arrived else ""


def _started_some_day(block: Block, since: str, ended: Event | None) -> tuple[Event | None, str]:
    """The start where no day is on record: by the record's own note, otherwise from the appointment to the end."""
    if day := served_by(block.value("note")):
        return Event("in_post", f"[{since}..{day}]", "Serving on that day; since when is not on record."), "note"
    if ended is None or not ended.on:
        return None, ""
    last = dates.parse(ended.on).latest.isoformat() if ended.on.startswith("[") else ended.on.rstrip("~?%")
    if since and dates.parse(since).floor > dates.parse(last).latest:
        raise RecordRefused(why=f"it was appointed ({since}) after its end ({last})")
    return Event("in_post", f"[{since}..{last}]", "The day on which the post was taken up is not on record."), "ended"


def places(territory: str, *, role: str, words: str) -> tuple[Place, ...]:
    """The rows of the table of territories that fit a role and the words of a record, in the table's order."""
    rows = [row for row in table("pocom_territories") if row["territory"] == territory]
    if not rows:
        raise RecordRefused(why=f"the mission {territory!r} is not known")
    return tuple(
        Place(row["code"], _day(row["from"]), _day(row["to"]), row["succeeds"] == "yes", row["reason"])
        for row in rows
        if row["role"] in ("", role) and row["words"] in words
    )


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


CLOSING_DOWN = dt.timedelta(days=60)
"""Time in which the chief of a closed embassy goes home; after it he leads the mission from elsewhere."""

MISSION_ENDS = frozenset({"severed", "closed", "operations_suspended"})
"""Statuses that end the mission and not only one chief's service."""


def why_unsaid(service: Service, others: Iterable[Service], mission_ends: Iterable[dt.date]) -> str:
    """The reason not to state the end of a service; empty where there is none.

    Facts of the post count in the order of their days, so an end that was recorded after a successor's beginning
    ("Presented recall on") would make the post vacant again.
    """
    ended, until = service.ended, service.until
    if ended is None or until is None or ended.word in MISSION_ENDS:
        return ""
    for other in others:
        if other is not service and _leads_at_the_end_of(service, other):
            return f"{other.holder} led the mission by then"
    since = service.since
    if any(day <= until.latest and (since is None or since.latest <= day) for day in mission_ends):
        return "the mission itself had ended by then"
    if ended.word == "handed_over" and any(_comes_after(service, other) for other in others):
        return "the mission was handed over"
    return ""


def _leads_at_the_end_of(service: Service, other: Service) -> bool:
    until, since = service.until, other.since
    if until is None or since is None or since.latest > until.latest:
        return False
    if service.since is not None and since.latest < service.since.latest:
        return False
    if other.until is None:
        # An end that is not on record comes with the successor: whoever began earlier is over by then.
        return service.since is None or since.latest > service.since.latest
    return other.until.latest > until.latest


def _comes_after(service: Service, other: Service) -> bool:
    until, since = service.until, other.since
    return until is not None and since is not None and other is not service and since.latest >= until.latest


def stays_in_post(services: Iterable[Service], day: dt.date) -> Service | None:
    """The last chief before an embassy closed, if he led the mission from elsewhere for months after it."""
    begun = [(service.since.latest, service) for service in services if service.since and service.since.latest <= day]
    if not begun:
        return None
    last = max(begun, key=lambda pair: pair[0])[1]
    return last if last.until is not None and last.until.latest - day > CLOSING_DOWN else None
