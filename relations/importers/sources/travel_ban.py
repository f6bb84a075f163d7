"""US entry suspensions by country: CSV, one row for each instrument and country, with its own `source` column (facts).

A list is the instrument that put a country on it. What a later instrument does to a country is an act on the list on
which the country stands: Proclamation 9723 took Chad off the list of Proclamation 9645, and 10141 ended all of 9645 and
9983.
Quirks: `effective` may be empty; `level` may be `immigrants-only`; `continued` keeps what stands and is no act here.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace

from relations import dates
from relations.errors import FileRefused, NotADate, RecordRefused
from relations.importers.engine.american_dates import in_words
from relations.importers.engine.csv_rows import Row, decoded, rows
from relations.importers.engine.statements import BanList, Extract, Reading, Statement
from relations.importers.engine.tables import keyed

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
# action -> the action of a travel-ban entry; empty: what stands goes on, and nothing is recorded. The instruments' own
# verbs (Federal Register) beside the words of the published rows.
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
"""These put a country on a list; every other action needs a list on which the country stands."""

_CLASS = re.compile(r"\b(?:([A-Z]-?\d?(?:/[A-Z]-?\d?)+|[A-Z]-\d)|(nonimmigrants?)|(immigrants?))\b")
_BY_MONTH = re.compile(r"\bin effect by (?:late |mid-|early )?(\w+ \d{4})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FactValue:
    row: Row
    values: dict[str, str]
    on: str
    code: str
    action: str

    @property
    def reference(self) -> str:
        return f"{self.values['instrument']}:{self.code}"


def parse(raw: bytes) -> list[Reading]:
    """One reading; its version is the day of the last act. Rows may stand in any order."""
    text = decoded(raw, file=FILE)
    reading = Reading(version=None, on_missing="retract")
    reading.extracts[FILE] = Extract(reference=FILE, title=TITLE, text=text)
    acts: list[FactValue] = []
    for row in rows(text, file=FILE, columns=COLUMNS):
        with reading.record(f"line {row.line}", line=row.line, file=FILE):
            acts.append(_act(row))
    if not reading.records:
        raise FileRefused(file=FILE, why="it has a header and no rows")
    standing: dict[str, dict[str, str]] = {}
    stated: set[str] = set()
    for act in sorted(acts, key=lambda act: (dates.parse(act.on).latest, act.row.line)):
        with reading.attempt(act.reference, line=act.row.line, file=FILE):
            _apply(act, standing, stated, reading)
    reading.version = max((_day(act.values["signed"], "signed") for act in acts), default=None)
    return [reading]


def _act(row: Row) -> FactValue:
    values = row.values()
    if values["action"].casefold() not in ACTIONS:
        raise RecordRefused(why=f"the action {values['action']!r} is not known")
    if values["level"].casefold() not in LEVELS:
        raise RecordRefused(why=f"the level {values['level']!r} is not known")
    if not values["instrument"]:
        raise RecordRefused(why="it names no instrument")
    if not re.fullmatch(r"[A-Z]{2}", values["iso2"]):
        raise RecordRefused(why=f"{values['iso2']!r} is no ISO 3166-1 alpha-2 code")
    return FactValue(row, values, _on(values), values["iso2"], ACTIONS[values["action"].casefold()])


def _on(values: dict[str, str]) -> str:
    """When the act took effect; where only its signature is dated, from then to the month by which it was in effect."""
    signed = _day(values["signed"], "signed").isoformat()
    if values["effective"]:
        return _day(values["effective"], "effective").isoformat()
    if found := _BY_MONTH.search(values["note"]):
        month = in_words(" ".join(found[1].split()))
        try:
            return dates.parse(f"[{signed}..{month}]").text
        except NotADate:
            return signed
    return signed


def _day(text: str, column: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise RecordRefused(why=f"{column} {text!r} is no day (YYYY-MM-DD)") from error


def _apply(act: FactValue, standing: dict[str, dict[str, str]], stated: set[str], reading: Reading) -> None:
    """States the act on the lists that it concerns. `standing`: country -> the lists on which it stands -> scope.

    `stated` are the references so far: the second act of one instrument on a country is named for what it does, and
    when.
    """
    lists = standing.setdefault(act.code, {})
    own = act.values["instrument"]
    concerned = [own] if act.action in BEGINNINGS or own in lists else list(lists)
    if not concerned:
        raise RecordRefused(why=f"{act.code} is {act.values['action']} and stands on no list")
    scope = LEVELS[act.values["level"].casefold()][0]
    if not act.action:
        if scope and scope not in lists.values():
            raise RecordRefused(why=f"{act.code} is continued in {scope}, and stands otherwise: {lists}")
        reading.ignore(act.reference, "what stands goes on")
        return
    for instrument in concerned:
        statement = _statement(act, instrument, several=len(concerned) > 1)
        in_full = f"{statement.reference}:{act.action}:{act.on}"
        if in_full in stated:
            raise RecordRefused(why=f"{act.code} is {act.values['action']} by {own} twice")
        if statement.reference in stated:
            statement = replace(statement, reference=in_full)
        stated.update((statement.reference, in_full))
        reading.statements.append(statement)
        if act.action == "removed":
            lists.pop(instrument, None)
        elif act.action in ("listed", "amended"):
            lists[instrument] = scope or lists.get(instrument, "")


def _statement(act: FactValue, instrument: str, *, several: bool) -> Statement:
    values = act.values
    scope, classes = LEVELS[values["level"].casefold()]
    by = "" if instrument == values["instrument"] else f"By {values['instrument']}."
    note = values["note"] and f"{values['note'][0].upper()}{values['note'][1:].rstrip('.')}."
    return Statement(
        kind="travel-ban-entries",
        reference=f"{act.reference}:{instrument}" if several else act.reference,
        source=FILE,
        quote=act.row.text,
        start=act.row.start,
        sender=ISSUER,
        target=act.code,
        word=act.action,
        on=act.on,
        scope=scope,
        visa_classes=classes or (_visa_classes(values["note"]) if scope else ()),
        ban_list=_list(instrument),
        note=" ".join(filter(None, [by, note, f"Source: {values['source']}." if values["source"] else ""])),
    )


def _visa_classes(note: str) -> tuple[str, ...]:
    """`B-1/B-2/F/M/J and immigrants` -> B-1, B-2, F, M, J, immigrant; empty where the note names none."""
    named: list[str] = []
    for found in _CLASS.finditer(note):
        named += found[1].split("/") if found[1] else ["nonimmigrant" if found[2] else "immigrant"]
    return tuple(dict.fromkeys(named))


def _list(instrument: str) -> BanList:
    known = keyed("travel_ban_instruments", by="instrument").get(instrument)
    if known is None:
        return BanList(title=instrument, instrument=instrument)
    return BanList(title=f"{instrument}: {known['title']}", instrument=instrument, legal_basis=known["legal_basis"])
