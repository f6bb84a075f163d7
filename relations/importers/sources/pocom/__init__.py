"""US chiefs of mission since 1778: Principal Officers and Chiefs of Mission, Office of the Historian (public domain).

Each appointment becomes what it supports: appointed, in post (credentials presented, or arrived and in charge), ended.
A mission's file is one source; a quote runs from the record's id, which person and role follow, to the event.
Formats: missions-countries/*.xml, people.tar.gz or people/**/*.xml; `tables/` has the meaning of titles and notes.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace

from relations import dates
from relations.errors import FileRefused
from relations.importers.engine.statements import Extract, Reading, Statement
from relations.importers.sources.pocom.coverage import covers_to, end_former_missions, end_former_states, version
from relations.importers.sources.pocom.files import Block, MissionFile, mission_files, names_of_people
from relations.importers.sources.pocom.nominees import NOT_AWAITED, state_nominees
from relations.importers.sources.pocom.service import (
    MISSION_ENDS,
    Place,
    Service,
    ServiceReader,
    places,
    stays_in_post,
    why_unsaid,
)
from relations.importers.sources.pocom.words import mission_event

URL = "https://github.com/HistoryAtState/pocom/blob/master/missions-countries/"
SENDER = "US"
HOLDERS = frozenset({"recalled", "withdrawn", "asked_to_leave", "expelled"})
"""Ends that are about the person; a post that is vacant or closed has no holder."""

_SENTENCE = re.compile(r"(?<=[a-z0-9)])\. (?=[A-Z])")


def parse(files: Mapping[str, bytes]) -> list[Reading]:
    """One reading; `files` are the folder's by their paths. Refuses a folder without missions or without people.

    A file, a record or a date that cannot be read is named, and takes nothing else with it.
    """
    reading = Reading(version=None)
    people = names_of_people(files, reading)
    for file in mission_files(files, reading):
        _Mission(file, people, reading).state()
    if not reading.extracts:
        why = reading.unreadable[-1].reason if reading.unreadable else "there is no file of a mission"
        raise FileRefused(file="missions-countries", why=why)
    reading.version = version(reading)
    reading.covers_to = covers_to(reading)
    end_former_missions(reading)
    end_former_states(reading)
    return [reading]


class _Mission:
    """The records of one file, stated in three rounds, because an end depends on all beginnings."""

    def __init__(self, file: MissionFile, people: dict[str, str], reading: Reading) -> None:
        self.file, self.people, self.reading = file, people, reading
        self.services: list[Service] = []
        self.mission_ends: dict[str, set[dt.date]] = defaultdict(set)
        self.said: set[tuple[str, str, str, str]] = set()
        self.seen: Counter[str] = Counter()
        territory = file.territory
        reading.extracts[territory] = Extract(
            reference=territory, title=f"Chiefs of Mission: {territory}", text=file.text, url=f"{URL}{territory}.xml"
        )

    def state(self) -> None:
        nominees: list[Service] = []
        for block in self.file.blocks:
            if block.element.tag == "chief":
                with self.reading.record(self._reference(block), line=block.line, file=self.file.name):
                    read = self._service(block)
                    (self.services if block.section == "chiefs" else nominees).append(read)
        for read in self.services:
            if read.ended and read.ended.word in MISSION_ENDS and (until := read.until):
                place = read.place_on(until.latest)
                self.mission_ends[place.code if place else ""].add(until.latest)
        notes: list[Statement] = []
        for block in self.file.blocks:
            if block.element.tag == "mission-note":
                with self.reading.attempt(f"{self.file.territory}:mission-note:{block.line}", file=self.file.name):
                    notes += self._note(block)
        for read in self.services:
            self._state_service(read)
        for statement in notes:
            self._say(statement)
        state_nominees(nominees, self.services, reading=self.reading, source=self.file.territory)

    def _reference(self, block: Block) -> str:
        """The record's id, otherwise its place."""
        return block.value("id") or f"{self.file.territory}, line {block.line}"

    def _service(self, block: Block) -> Service:
        reference = self._reference(block)
        self.seen[reference] += 1
        if self.seen[reference] > 1:
            reference = f"{reference}~{self.seen[reference]}"
        return ServiceReader(
            block=block, reference=reference, file=self.file, people=self.people, reading=self.reading
        ).read()  # fmt: skip

    def _state_service(self, read: Service) -> None:
        if not any(place.code for place in read.places):
            self.reading.ignore(read.reference, read.places[0].reason)
        elif not read.role["word"]:
            self.reading.ignore(read.reference, read.role["reason"])
        else:
            with self.reading.attempt(read.reference, line=read.block.line, file=self.file.name):
                events = (self._appointed, self._in_post, self._ceased, self._ended)
                for statement in [one for statements in events for one in statements(read)]:
                    self._say(statement)

    def _appointed(self, read: Service) -> Iterator[Statement]:
        """The appointment of an ambassador before the post is taken up.

        An ambassador in post ends the waiting for one; a minister or chargé does not, so his appointment would never
        end.
        """
        appointed, since = read.appointed, read.since
        if appointed is None or (when := appointed.when) is None:
            return
        if read.role["word"] != "ambassador":
            self.reading.ignore(f"{read.reference}:appointed", NOT_AWAITED)
        elif since is not None and when.latest >= since.latest:
            self.reading.ignore(f"{read.reference}:appointed", "the post had been taken up by then")
        elif place := read.place_on(when.latest):
            yield self._statement(read, "appointed", word="appointed", place=place, on=appointed.on)

    def _in_post(self, read: Service) -> Iterator[Statement]:
        started, since, word = read.started, read.since, read.role["word"]
        if started is None or since is None:
            self.reading.ignore(f"{read.reference}:started", "no day on which the post was taken up is on record")
            return
        until = read.until.latest if read.until else dt.date.max
        if first := read.place_on(since.latest):
            on = self._taken_up(read, started.on, first)
            yield self._statement(read, "started", word=word, place=first, on=on, note=started.remark)
        for place in read.places:
            if place.code and place.succeeds and place.since and since.latest < place.since <= until:
                note = "In post when this state took the place of the one before."
                on, event = place.since.isoformat(), f"started:{place.code}"
                # Nobody was sent: who carries on is seen in post, and that ends no break of relations.
                seen = self._statement(read, event, word=word, place=place, on=on, note=note)
                yield replace(seen, nature="observation")

    def _taken_up(self, read: Service, on: str, place: Place) -> str:
        """The date of taking up a post, of a range only the days since the chief before left: one leads at a time."""
        since = dates.parse(on)
        first, last = since.floor, since.latest
        left = [
            other.until.latest
            for other in self.services
            if other.until and other.since and self._is_peer(other, place) and other.since.latest < last
        ]
        left = [day for day in left if first < day < last]
        return f"[{max(left)}..{last}]" if left and on.startswith("[") else on

    def _ceased(self, read: Service) -> Iterator[Statement]:
        """The closing of a mission whose receiving state came to its end."""
        first = read.place_on(read.since.latest) if read.since else None
        for place in read.places:
            accredited = place is first or place.succeeds
            if accredited and place.code and place.until and read.in_post_on(place.until):
                on, event = place.until.isoformat(), f"ended:{place.code}"
                note = "The accreditation to this state ended."
                yield self._statement(read, event, word="closed", place=place, on=on, note=note)

    def _ended(self, read: Service) -> Iterator[Statement]:
        ended, until = read.ended, read.until
        if ended is None:
            return
        if until is None:
            self.reading.ignore(f"{read.reference}:ended", "the end is not dated")
            return
        place = read.place_on(until.latest)
        if place is None:
            return
        peers = [other for other in self.services if self._is_peer(other, place)]
        if why := why_unsaid(read, peers, self.mission_ends[place.code]):
            self.reading.ignore(f"{read.reference}:ended", why)
            return
        word = "vacant" if ended.word == "handed_over" else ended.word
        yield self._statement(read, "ended", word=word, place=place, on=ended.on, note=ended.remark)

    @staticmethod
    def _is_peer(other: Service, place: Place) -> bool:
        """True if the other service was, on its first day, in the same country."""
        since = other.since
        return since is not None and any(
            own.code == place.code and (own.includes(since.latest) or own.succeeds) for own in other.places
        )

    def _note(self, block: Block) -> list[Statement]:
        """Statements of the dated sentences of a note on the mission; the rest is prose."""
        stated = []
        note = block.value("text")
        for sentence in _SENTENCE.split(note):
            event = mission_event(sentence.rstrip("."))
            if event is None:
                continue
            word, on, remark = event
            reference = f"{self.file.territory}:mission:{word}:{on}"
            day = dates.parse(on).latest
            code = next((place.code for place in self._places(sentence) if place.includes(day)), "")
            staying = stays_in_post(self.services, day)
            if word == "ignored" or not code:
                self.reading.ignore(reference, remark or "the mission was in no country of the tracker")
            elif word in ("closed", "operations_suspended") and staying:
                self.reading.ignore(reference, f"{staying.holder} led the mission from elsewhere")
            else:
                if word in MISSION_ENDS:
                    self.mission_ends[code].add(day)
                quote, start = _quoted(block, sentence)
                stated.append(
                    Statement(
                        kind="ambassadors", reference=reference, source=self.file.territory, quote=quote, start=start,
                        sender=SENDER, target=code, word=word, on=on,
                    )
                )  # fmt: skip
        if not stated:
            self.reading.ignore(
                f"{self.file.territory}:mission-note:{block.line}", "it says of no day what the mission was"
            )
        return stated

    def _places(self, sentence: str) -> tuple[Place, ...]:
        return places(self.file.territory, role="", words=sentence)

    def _statement(self, read: Service, event: str, *, word: str, place: Place, on: str, note: str = "") -> Statement:
        """One event of a service; a post that it leaves vacant or closed has no holder."""
        element = event.partition(":")[0]
        ended, started = element == "ended", element == "started"
        quote, start = read.block.words(read.started_by if started else element)
        title = "" if read.role["literal"] == "yes" or ended else f"Title: {read.role['title']}."
        return Statement(
            kind="ambassadors", reference=f"{read.reference}:{event}", source=self.file.territory, quote=quote,
            start=start, sender=SENDER, target=place.code, word=word, on=on,
            holder="" if ended and word not in HOLDERS else read.holder,
            note=" ".join(filter(None, [title, note, read.note if started else ""])),
        )  # fmt: skip

    def _say(self, statement: Statement) -> None:
        """Adds a statement unless another record or note of the mission says the same."""
        key = (statement.target, statement.word, statement.on, statement.holder)
        if key in self.said:
            self.reading.ignore(statement.reference, "another record of the mission says the same")
            return
        self.said.add(key)
        self.reading.statements.append(statement)


def _quoted(block: Block, sentence: str) -> tuple[str, int]:
    """The sentence as the file has it, with its own white space."""
    pattern = re.compile(r"\s+".join(re.escape(word) for word in sentence.rstrip(".").split()))
    match = pattern.search(block.text)
    if match is None:  # It has markup or entities: the whole note is quoted.
        words = block.text.strip()
        return words, block.start + block.text.index(words)
    return match[0], block.start + match.start()
