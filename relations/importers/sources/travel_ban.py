"""US entry suspensions by country: CSV, one row for each instrument and country, with its own `source` column (facts).

A list is the instrument that put a country on it. A later instrument changes the list that names the country:
Proclamation 9723 took Chad off the list of Proclamation 9645, and 10141 ended all of 9645 and 9983.
Quirks: `effective` may be empty; `level` may be `immigrants-only`; `continued` changes nothing.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace

from relations import dates
from relations.errors import NotADate, RecordRefused
from relations.importers.engine.csv_rows import Row, read_records
from relations.importers.engine.statements import BanList, Reading, Statement
from relations.importers.engine.tables import keyed
from relations.importers.engine.text_parsing import to_edtf

FILE = "us_travel_ban_events.csv"
COLUMNS = frozenset({"instrument", "signed", "effective", "iso2", "action", "level", "note", "source"})
ISSUER = "US"
TITLE = "US entry suspensions by country"

# level -> (scope, visa classes that the level itself names)
LEVELS: dict[str, tuple[str, tuple[str, ...]]] = {
    "": ("", ()),
    "full": ("full", ()),
    "partial": ("partial", ()),
    "immigrants-only": ("partial", ("immigrant",)),
    "nonimmigrants-only": ("partial", ("nonimmigrant",)),
}
# action -> the action of a travel-ban entry; empty: nothing changes. The words of the published rows, and the verbs of
# the instruments (Federal Register).
ACTIONS = {
    word: action
    for action, words in {
        "considered": ("considered",),
        "listed": ("listed", "added", "imposed", "reinstated"),
        "amended": ("amended", "modified", "expanded", "tightened", "eased", "narrowed"),
        "suspended": ("suspended", "enjoined", "stayed"),
        "not_included": ("not_included", "not included"),
        "removed": ("removed", "revoked", "rescinded", "terminated", "lifted", "expired"),
        "": ("continued", "maintained", "unchanged"),
    }.items()
    for word in words
}
BEGINNINGS = frozenset({"considered", "listed", "not_included"})
"""Actions that put a country on a list; every other one needs a list that names it."""

_CLASS = re.compile(r"\b(?:([A-Z]-?\d?(?:/[A-Z]-?\d?)+|[A-Z]-\d)|(nonimmigrants?)|(immigrants?))\b")
_BY_MONTH = re.compile(r"\bin effect by (?:late |mid-|early )?(\w+ \d{4})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Step:
    """One row: what one instrument does to one country."""

    row: Row
    values: dict[str, str]
    on: str
    code: str
    action: str

    @property
    def reference(self) -> str:
        return f"{self.values['instrument']}:{self.code}"


def parse(raw: bytes) -> list[Reading]:
    """One reading; its version is the day of the last instrument. Rows may be in any order."""
    reading, steps = read_records(raw, file=FILE, title=TITLE, columns=COLUMNS, parse=_step)
    lists: dict[str, dict[str, str]] = {}
    stated: set[str] = set()
    for step in sorted(steps, key=lambda step: (dates.parse(step.on).latest, step.row.line)):
        with reading.attempt(step.reference, line=step.row.line, file=FILE):
            _apply(step, lists.setdefault(step.code, {}), stated, reading)
    reading.version = max((_day(step.values["signed"], "signed") for step in steps), default=None)
    return [reading]


def _step(row: Row) -> Step:
    values = row.values()
    if values["action"].casefold() not in ACTIONS:
        raise RecordRefused(why=f"the action {values['action']!r} is not known")
    if values["level"].casefold() not in LEVELS:
        raise RecordRefused(why=f"the level {values['level']!r} is not known")
    if not values["instrument"]:
        raise RecordRefused(why="it names no instrument")
    if not re.fullmatch(r"[A-Z]{2}", values["iso2"]):
        raise RecordRefused(why=f"{values['iso2']!r} is not an ISO 3166-1 alpha-2 code")
    return Step(row, values, _on(values), values["iso2"], ACTIONS[values["action"].casefold()])


def _on(values: dict[str, str]) -> str:
    """The day of effect; where only the signature is dated, from then to the month by which it was in effect."""
    signed = _day(values["signed"], "signed").isoformat()
    if values["effective"]:
        return _day(values["effective"], "effective").isoformat()
    if match := _BY_MONTH.search(values["note"]):
        month = to_edtf(" ".join(match[1].split()))
        try:
            return dates.parse(f"[{signed}..{month}]").text
        except NotADate:
            return signed
    return signed


def _day(text: str, column: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise RecordRefused(why=f"{column} {text!r} is not a day (YYYY-MM-DD)") from error


def _apply(step: Step, lists: dict[str, str], stated: set[str], reading: Reading) -> None:
    """States the step on each list that it concerns. `lists` are those that name the country, with its scope.

    `stated` are the references so far; the second step of one instrument is named by its action and day, too.
    """
    own = step.values["instrument"]
    concerned = [own] if step.action in BEGINNINGS or own in lists else list(lists)
    if not concerned:
        raise RecordRefused(why=f"{step.code} is {step.values['action']} and is on no list")
    scope = LEVELS[step.values["level"].casefold()][0]
    if not step.action:
        if scope and scope not in lists.values():
            raise RecordRefused(why=f"{step.code} is continued in {scope}, and is listed otherwise: {lists}")
        reading.ignore(step.reference, "nothing changes")
        return
    for instrument in concerned:
        statement = _statement(step, instrument, several=len(concerned) > 1)
        in_full = f"{statement.reference}:{step.action}:{step.on}"
        if in_full in stated:
            raise RecordRefused(why=f"{step.code} is {step.values['action']} by {own} twice")
        if statement.reference in stated:
            statement = replace(statement, reference=in_full)
        stated.update((statement.reference, in_full))
        reading.statements.append(statement)
        if step.action == "removed":
            lists.pop(instrument, None)
        elif step.action in ("listed", "amended"):
            lists[instrument] = scope or lists.get(instrument, "")


def _statement(step: Step, instrument: str, *, several: bool) -> Statement:
    values = step.values
    scope, classes = LEVELS[values["level"].casefold()]
    by = "" if instrument == values["instrument"] else f"By {values['instrument']}."
    note = values["note"] and f"{values['note'][0].upper()}{values['note'][1:].rstrip('.')}."
    return Statement(
        kind="travel-ban-entries",
        reference=f"{step.reference}:{instrument}" if several else step.reference,
        source=FILE,
        quote=step.row.text,
        start=step.row.start,
        sender=ISSUER,
        target=step.code,
        word=step.action,
        on=step.on,
        scope=scope,
        visa_classes=classes or (_visa_classes(values["note"]) if scope else ()),
        ban_list=_list(instrument),
        note=" ".join(filter(None, [by, note, f"Source: {values['source']}." if values["source"] else ""])),
    )


def _visa_classes(note: str) -> tuple[str, ...]:
    """`B-1/B-2/F/M/J and immigrants` -> B-1, B-2, F, M, J, immigrant; empty where the note names none."""
    named: list[str] = []
    for match in _CLASS.finditer(note):
        named += match[1].split("/") if match[1] else ["nonimmigrant" if match[2] else "immigrant"]
    return tuple(dict.fromkeys(named))


def _list(instrument: str) -> BanList:
    known = keyed("travel_ban_instruments", by="instrument").get(instrument)
    if known is None:
        return BanList(title=instrument, instrument=instrument)
    return BanList(title=f"{instrument}: {known['title']}", instrument=instrument, legal_basis=known["legal_basis"])
