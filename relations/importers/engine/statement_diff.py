"""One publication after another held against what stands of a source. Pure: nothing is read or written here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson

from relations import dates
from relations.codes import PostStatus
from relations.importers.engine.restated import match_restated
from relations.importers.engine.statements import Reading, Statement
from relations.importers.sources.factbook.words import folded
from relations.status import same_person

type Identity = tuple[str, str, str, str]
type Direction = tuple[str, str]


@dataclass(slots=True, kw_only=True)
class Standing:
    """What stands under one reference: `content` as a publication stated it last, and the fact that was made of it.

    `key` is None until the fact has been recorded. `stated_on` is kept of bounded statements only, and so is `bound`,
    the last day that the fact leaves open.
    """

    kind: str
    content: Mapping[str, Any]
    bounded: bool
    stated_on: dt.date | None = None
    bound: dt.date | None = None
    key: UUID | None = None
    version: int = 0

    @property
    def fact(self) -> UUID:
        if self.key is None:
            raise AssertionError("a statement is recorded before it is corrected")
        return self.key


@dataclass(slots=True, kw_only=True)
class Change:
    """What one publication does to what stands, by reference.

    `touched` is what stands of it afterwards under the references of `new`, `changed` and `outlived`.
    `gone` are taken back by the source; `kept` are missing too, but a record that cannot be read may be theirs.
    `renamed` are new references, each with the one under which the same stood.
    `outlived` are undated statements before the successor whom the publication dates: with the last day left to them.
    """

    reading: Reading
    new: dict[str, Statement] = field(default_factory=dict)
    changed: dict[str, Statement] = field(default_factory=dict)
    touched: dict[str, Standing] = field(default_factory=dict)
    gone: dict[str, Standing] = field(default_factory=dict)
    outlived: dict[str, dt.date] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)
    stood: int = 0


class Course:
    """A source's statements from publication to publication; `standing` is what stands after the last one taken."""

    def __init__(self, standing: dict[str, Standing], *, before: dt.date | None) -> None:
        """`before` is the date of the last publication that was imported."""
        self.standing = standing
        self.undated: set[str] = set()
        self._known_as: dict[str, str] = {}
        self._earlier = {
            _identity(one.content): reference
            for reference, one in standing.items()
            if one.bounded and one.stated_on is not None and one.stated_on == before
        }

    def take(self, reading: Reading) -> Change:
        """The difference that the publication makes; from now on it is what stands."""
        change = Change(reading=reading, stood=len(self.standing))
        stated: dict[str, Statement] = {}
        self._rename(reading, change)
        dated = {reference: one.content["on"] for reference, one in self.standing.items() if one.content.get("on")}
        self.undated = set()
        for statement in reading.statements:
            reference = self._reference(statement)
            if reading.on_missing != "retract" and not statement.bounded:
                reference = self._term(reference, statement)
            stated[reference] = statement
            if statement.bounded:
                self.undated.add(reference)
            self._hold_against(reference, statement, change)
        self._earlier = {}
        if reading.on_missing == "retract":
            missing = [reference for reference in self.standing if reference not in stated]
            if reading.unreadable:
                change.kept = missing
            else:
                change.gone |= {reference: self.standing.pop(reference) for reference in missing}
        else:
            self._end_undated(change, stated, dated)
        return change

    def _rename(self, reading: Reading, change: Change) -> None:
        """What a later edition says anew stands under its new reference from now on.

        Sources that take back what they no longer state need none of this.
        """
        if reading.on_missing == "leave":
            contents = {reference: one.content for reference, one in self.standing.items()}
            change.renamed = match_restated(reading, contents)
            for reference, earlier in change.renamed.items():
                self.standing[reference] = self.standing.pop(earlier)

    def _reference(self, statement: Statement) -> str:
        """What only the publication's date bounds, and nobody holds, is named for the publication that stated it first.

        Where the publication before stated it too, it is still the same statement.
        """
        reference = statement.reference
        if statement.bounded and reference not in self.standing:
            earlier = self._earlier.get(_identity(content_of(statement)))
            if earlier is not None:
                self._known_as[reference] = earlier
        return self._known_as.get(reference, reference)

    def _term(self, reference: str, statement: Statement) -> str:
        """Who came back after another had the post is in it a second time: the first time stays as it stands.

        `NZ>US:ambassador:rosemarybanks` since 2019, another one since 2022, Banks again since 2024.
        """
        if reference not in self.standing:
            return reference
        terms = {
            on: name
            for name, one in self.standing.items()
            if (name == reference or name.startswith(f"{reference}@")) and (on := one.content.get("on"))
        }
        if not terms:  # It stands as undated so far.
            return reference
        if statement.on in terms:
            return terms[statement.on]
        last = max(terms, key=_certain_on)
        return f"{reference}@{statement.on}" if self._had_left(last, statement) else terms[last]

    def _had_left(self, on: str, statement: Statement) -> bool:
        """Whether somebody else is known to have taken the post between the two days."""
        first, second = _certain_on(on), _certain_on(statement.on)
        others = (one.content for one in self.standing.values() if not one.bounded)
        return any(
            first < _certain_on(one["on"]) <= second
            and (one["sender"], one["target"]) == (statement.sender, statement.target)
            and one.get("holder")
            and not same_person(one["holder"], statement.holder)
            for one in others
            if one.get("on")
        )

    def _end_undated(self, change: Change, stated: Mapping[str, Statement], dated: Mapping[str, str]) -> None:
        """What earlier publications left undated was true before the day since which this one has a successor in post.

        `[..2022-07-28]` of a chargé counts from its last day, and would outlive an ambassador since 2022-07-19 for
        good. `dated` are the dates that stood before the publication: a date that stood on or before the bound already
        succeeds nobody.
        """
        version = change.reading.version
        for direction, reference in _in_post(stated).items():
            successor = stated[reference]
            first = successor.when.earliest
            if first is None or version is None:
                continue
            stood = dates.parse(dated[reference]).floor if reference in dated else dt.date.max
            outlived = {
                name: one.bound
                for name, one in self.standing.items()
                if one.bound is not None
                and name not in stated
                and _post_of(one.kind, one.content["word"], one.content["sender"], one.content["target"]) == direction
                and first <= one.bound < min(version, stood)
                and not same_person(one.content.get("holder", ""), successor.holder)
            }
            for name, bound in _days_before(first, outlived).items():
                self.standing[name].bound = change.outlived[name] = bound
                change.touched[name] = self.standing[name]

    def _hold_against(self, reference: str, statement: Statement, change: Change) -> None:
        content = content_of(statement)
        before = self.standing.get(reference)
        if before is None:
            change.new[reference] = statement
            self.standing[reference] = change.touched[reference] = _standing_of(statement, content)
        elif _fixed(before.kind, before.content) != _fixed(statement.kind, content):
            change.gone[reference], change.new[reference] = before, statement
            self.standing[reference] = change.touched[reference] = _standing_of(statement, content)
        elif not _same(before.content, content, bounded=statement.bounded):
            change.changed[reference], change.touched[reference] = statement, before
            before.content, before.bounded = content, statement.bounded
            before.bound = before.bound if statement.bounded else None


def content_of(statement: Statement) -> dict[str, Any]:
    """`Statement.content()` as it comes back from the database."""
    content: dict[str, Any] = orjson.loads(orjson.dumps(statement.content()))
    return content


def _standing_of(statement: Statement, content: Mapping[str, Any]) -> Standing:
    bound = statement.when.latest if statement.bounded else None
    return Standing(kind=statement.kind, content=content, bounded=statement.bounded, bound=bound)


def _post_of(kind: str, word: str, sender: str, target: str) -> Direction | None:
    return (sender, target) if kind == "ambassadors" and word in PostStatus else None


def _in_post(stated: Mapping[str, Statement]) -> dict[Direction, str]:
    """Who is in each post by the latest date that a publication gives it; nobody where it leaves some of it undated."""
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
    """The last day before `first` that is left to each, so that they stay in their order; none before year 1."""
    found: dict[str, dt.date] = {}
    for bound in sorted(set(bounds.values()), reverse=True):
        if first == dt.date.min:
            break
        first -= dt.timedelta(days=1)
        found |= {name: first for name, own in bounds.items() if own == bound}
    return found


def _same(before: Mapping[str, Any], content: Mapping[str, Any], *, bounded: bool) -> bool:
    """A publication that ceases to date what an earlier one dated says nothing else."""
    if bounded:
        return {name: value for name, value in before.items() if name != "on"} == content
    return before == content


def _fixed(kind: str, content: Mapping[str, Any]) -> tuple[str, str, str]:
    """What cannot be corrected: another kind or another direction is another fact."""
    return kind, content["sender"], content["target"]


def _certain_on(on: str) -> dt.date:
    return dates.parse(on).latest


def _identity(content: Mapping[str, Any]) -> Identity:
    return content["sender"], content["target"], content["word"], folded(content.get("holder", ""))
