"""The diff of each publication of a source against its known statements. Pure: nothing is read or written here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from relations import dates
from relations.codes import PostStatus
from relations.importers.engine.restated import match_restated, name_key, term_of
from relations.importers.engine.statements import KnownStatement, OnMissing, Reading, Repeated, Statement
from relations.status import same_person

type Identity = tuple[str, str, str, str, str]
type Direction = tuple[str, str]


@dataclass(slots=True, kw_only=True)
class Change:
    """The diff of one publication, by reference.

    `touched` are the known statements afterwards of `new`, `changed` and `shortened`. `gone` are retracted by the
    source; `unconfirmed` are missing too, and remain. `renamed` maps new references to old ones. `shortened` has the
    last day of undated statements before a successor whom the publication dates. `restated` are those of `changed` of
    which the word or the holder is another; `repeated` are unchanged, and stated on a later day than before.
    """

    reading: Reading
    new: dict[str, Statement] = field(default_factory=dict)
    changed: dict[str, Statement] = field(default_factory=dict)
    touched: dict[str, KnownStatement] = field(default_factory=dict)
    gone: dict[str, KnownStatement] = field(default_factory=dict)
    shortened: dict[str, dt.date] = field(default_factory=dict)
    unconfirmed: list[str] = field(default_factory=list)
    restated: set[str] = field(default_factory=set)
    repeated: dict[str, Repeated] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    known_before: int = 0


class Baseline:
    """The known statements of a source, advanced by each publication."""

    def __init__(
        self, known: dict[str, KnownStatement], *, before: dt.date | None, on_missing: OnMissing,
        shows_moments: bool = False,
    ) -> None:  # fmt: skip
        """`before` is the date of the last publication that was imported; `shows_moments` as in `FactList`."""
        self.known = known
        self.on_missing = on_missing
        self.shows_moments = shows_moments
        self.before = before
        self.dated: dict[str, dt.date] = {}
        """The days on which statements were last stated, where a publication moved them."""
        self._known_as: dict[str, str] = {}
        self._earlier = {
            _identity(one.content): reference
            for reference, one in known.items()
            if one.bounded and one.stated_on is not None and one.stated_on == before
        }

    def diff(self, reading: Reading) -> Change:
        """The changes that the publication makes; afterwards they are part of the baseline."""
        change = Change(reading=reading, known_before=len(self.known))
        stated: dict[str, Statement] = {}
        self._rename(reading, change)
        dated = {reference: one.content["on"] for reference, one in self.known.items() if one.content.get("on")}
        for statement in reading.statements:
            reference = self._reference(statement)
            if self.shows_moments:
                reference = term_of(statement, reference, self.known, before=self.before)
            stated[reference] = statement
            if not self._is_older(reference, reading):
                self._compare(reference, statement, change)
        self._earlier = {}
        self._withdraw(change)
        self._date(stated, change)
        missing = [reference for reference in self.known if reference not in stated]
        if self.shows_moments:
            self._end_undated(change, stated, dated)
        elif self.on_missing == "leave" or (self.on_missing == "retract" and reading.unreadable):
            change.unconfirmed = missing
        else:
            change.gone |= {reference: self.known.pop(reference) for reference in missing}
        return change

    def _is_older(self, reference: str, reading: Reading) -> bool:
        """True if the statement is known from a later time than a file without a day of its own speaks of."""
        known = self.known.get(reference)
        stated_on = known.stated_on if known else None
        return reading.version is None and bool(reading.day and stated_on and reading.day < stated_on)

    def _withdraw(self, change: Change) -> None:
        """Retracts what an earlier edition saw on a day on which, this edition says, it was over."""
        for reference, day in change.reading.contradicted.items():
            known = self.known.get(reference)
            if known is not None and (day == dt.date.min or (known.bound is not None and known.bound >= day)):
                change.gone[reference] = self.known.pop(reference)

    def restore_left_out(self, references: Iterable[str], change: Change) -> None:
        """Takes statements back into the baseline that the publication lacks and does not withdraw."""
        for reference in references:
            self.known[reference] = change.gone.pop(reference)

    def _date(self, stated: Iterable[str], change: Change) -> None:
        """Moves each statement to the day of this publication, if that is later than the last that stated it."""
        day = change.reading.day
        if day is None:
            return
        for reference in stated:
            known = self.known[reference]
            if known.stated_on is None or known.stated_on < day:
                known.stated_on = self.dated[reference] = day
            else:
                change.repeated.pop(reference, None)

    def _rename(self, reading: Reading, change: Change) -> None:
        """Moves statements that a later edition restates to their new references.

        Sources that retract what they no longer state need no such match.
        """
        if self.shows_moments:
            contents = {reference: one.content for reference, one in self.known.items()}
            change.renamed = match_restated(reading, contents)
            for reference, earlier in change.renamed.items():
                self.known[reference] = self.known.pop(earlier)

    def _reference(self, statement: Statement) -> str:
        """The reference of the publication that stated it first, where each publication since repeated it undated."""
        reference = statement.reference
        if statement.bounded and reference not in self.known:
            earlier = self._earlier.get(_identity(content_of(statement)))
            if earlier is not None:
                self._known_as[reference] = earlier
        return self._known_as.get(reference, reference)

    def _end_undated(self, change: Change, stated: Mapping[str, Statement], dated: Mapping[str, str]) -> None:
        """Ends undated statements on the day before this publication has a successor in post.

        `[..2022-07-28]` of a chargé counts from its last day, and would otherwise follow an ambassador since
        2022-07-19. `dated` are the dates known before the publication: a date that was known on or before the bound
        ends nobody. Where an earlier edition still saw somebody else on that day, none is left: it was never so.
        """
        version = change.reading.version
        for direction, reference in _in_post(stated).items():
            successor = stated[reference]
            first = successor.when.earliest
            if first is None or version is None:
                continue
            known_since = dates.parse(dated[reference]).floor if reference in dated else dt.date.max
            in_post = {
                name: one
                for name, one in self.known.items()
                if name not in stated
                and _post_of(one.kind, one.content["word"], one.content["sender"], one.content["target"]) == direction
            }
            bounds = {
                name: one.bound
                for name, one in in_post.items()
                if one.bound is not None
                and first <= one.bound < min(version, known_since)
                and not same_person(one.content.get("holder", ""), successor.holder)
            }
            for name, bound in _days_before(first, bounds).items():
                if any(one.stated_on and bound <= one.stated_on < bounds[name] for one in in_post.values()):
                    change.gone[name] = self.known.pop(name)
                    continue
                self.known[name].bound = change.shortened[name] = bound
                change.touched[name] = self.known[name]

    def _compare(self, reference: str, statement: Statement, change: Change) -> None:
        content = content_of(statement)
        before = self.known.get(reference)
        if before is None:
            change.new[reference] = statement
            self.known[reference] = change.touched[reference] = _known_statement(statement, content)
        elif _fixed(before.kind, before.content) != _fixed(statement.kind, content):
            change.gone[reference], change.new[reference] = before, statement
            self.known[reference] = change.touched[reference] = _known_statement(statement, content)
        elif not _same(before.content, content, bounded=statement.bounded):
            change.changed[reference], change.touched[reference] = statement, before
            if _state_of(before.content) != _state_of(content):
                change.restated.add(reference)
            before.content, before.bounded = content, statement.bounded
            before.bound = before.bound if statement.bounded else None
        else:
            change.repeated[reference] = Repeated(statement, before)


def content_of(statement: Statement) -> dict[str, Any]:
    """`Statement.content()` in the form in which the database returns it."""
    content: dict[str, Any] = orjson.loads(orjson.dumps(statement.content()))
    return content


def _known_statement(statement: Statement, content: Mapping[str, Any]) -> KnownStatement:
    bound = statement.when.latest if statement.bounded else None
    return KnownStatement(kind=statement.kind, content=content, bounded=statement.bounded, bound=bound)


def _post_of(kind: str, word: str, sender: str, target: str) -> Direction | None:
    return (sender, target) if kind == "ambassadors" and word in PostStatus else None


def _in_post(stated: Mapping[str, Statement]) -> dict[Direction, str]:
    """The reference in each post with the latest date, unless the publication has undated ones of that post, too."""
    latest: dict[Direction, str] = {}
    undated: set[Direction] = set()
    for reference, statement in stated.items():
        direction = _post_of(statement.kind, statement.word, statement.sender, statement.target)
        if direction is None:
            continue
        if statement.bounded:
            undated.add(direction)
        last = latest.get(direction)
        if last is None or statement.when.latest >= stated[last].when.latest:
            latest[direction] = reference
    return {
        direction: reference
        for direction, reference in latest.items()
        if direction not in undated and stated[reference].holder
    }


def _days_before(first: dt.date, bounds: Mapping[str, dt.date]) -> dict[str, dt.date]:
    """The days before `first`, one for each different bound in its order; none before year 1."""
    days: dict[str, dt.date] = {}
    for bound in sorted(set(bounds.values()), reverse=True):
        if first == dt.date.min:
            break
        first -= dt.timedelta(days=1)
        days |= {name: first for name, own in bounds.items() if own == bound}
    return days


def _same(before: Mapping[str, Any], content: Mapping[str, Any], *, bounded: bool) -> bool:
    """True if the contents agree; a missing date does not contradict an earlier one."""
    if bounded:
        return {name: value for name, value in before.items() if name != "on"} == content
    return before == content


def _fixed(kind: str, content: Mapping[str, Any]) -> tuple[str, str, str]:
    """The parts that no correction changes: another kind or direction is another fact."""
    return kind, content["sender"], content["target"]


def _state_of(content: Mapping[str, Any]) -> tuple[str, str]:
    return content["word"], content.get("holder", "")


def _identity(content: Mapping[str, Any]) -> Identity:
    programme = orjson.dumps(content.get("programme")).decode()
    return content["sender"], content["target"], content["word"], name_key(content.get("holder", "")), programme
