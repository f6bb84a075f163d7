"""Readings that an import accepts: with few enough unreadable records, no statement twice, and none that is too old."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict

from relations.errors import FileRefused
from relations.importers.engine.parties import Unreadable
from relations.importers.engine.party_import import Progress
from relations.importers.engine.statements import Reading, Statement
from relations.models import Country, ImportRun

_LONGEST, _LONGEST_NAME = 300, 200
"""Widths of the columns for references and titles, and for a holder's name."""
_NAMED = 5
"""Number of unreadable records that a reason names."""


def readable(readings: list[Reading], run: ImportRun, progress: Progress | None, *, most: float) -> list[Reading]:
    """The readings, counted, without dates of which too much is unreadable; refuses a file without any other."""
    countries = set(Country.objects.values_list("code", flat=True))
    run.complaints = {"ignored": 0, "unreadable": []}
    for reading in readings:
        _drop_unfit(reading, countries)
        _state_once(reading)
        run.read += reading.records
        run.refused += reading.bad
        run.complaints["ignored"] += len(reading.ignored)
        run.complaints["unreadable"] += [asdict(one) for one in reading.unreadable]
        if reading.unknown:
            run.complaints["unknown"] = Counter(run.complaints.get("unknown")) + reading.unknown
        if progress:
            progress(run.read)
    refusals = [
        FileRefused(file=publication_name(run, one), why=why) for one in readings if (why := _why_refused(one, most))
    ]
    if len(refusals) == len(readings):
        raise refusals[0]
    if refusals:
        run.complaints["refused"] = [refusal.detail for refusal in refusals]
    return [reading for reading in readings if not _why_refused(reading, most)]


def _why_refused(reading: Reading, most: float) -> str:
    if reading.bad <= reading.records * most:
        is_silent = reading.records and not (reading.statements or reading.unreadable)
        return f"none of its {reading.records} records says anything that is recorded here" if is_silent else ""
    named = "; ".join(f"{one.reference}: {one.reason}" for one in reading.unreadable[:_NAMED])
    return f"{reading.bad} of {reading.records} records cannot be read, more than {most:.0%} ({named})"


def _drop_unfit(reading: Reading, countries: set[str]) -> None:
    """Makes statements unreadable that name an unknown country or words longer than any column."""
    statements, reading.statements = reading.statements, []
    for statement in statements:
        if why := _why_not(statement, countries):
            reading.unreadable.append(Unreadable(reference=statement.reference[:_LONGEST], line=0, reason=why))
        else:
            reading.statements.append(statement)


def _why_not(statement: Statement, countries: set[str]) -> str:
    if unknown := {statement.sender, statement.target} - countries:
        return f"the tracker has no country {' and '.join(sorted(unknown))}"
    titles = [one.title for one in (statement.programme, statement.ban_list) if one]
    if len(statement.holder) > _LONGEST_NAME or any(len(text) > _LONGEST for text in (statement.reference, *titles)):
        return f"a name has more than {_LONGEST_NAME} characters, or a title or its reference more than {_LONGEST}"
    return ""


def _state_once(reading: Reading) -> None:
    """Drops the second of two statements under one reference; it is unreadable where the two differ."""
    first: dict[str, Statement] = {}
    for statement in reading.statements:
        known = first.setdefault(statement.reference, statement)
        if known is statement:
            continue
        if (known.content(), known.on) == (statement.content(), statement.on):
            reading.ignore(statement.reference, "it occurs twice in the publication")
        else:
            why = "it occurs twice in the publication, and says different things"
            reading.unreadable.append(Unreadable(reference=statement.reference, line=0, reason=why))
    reading.statements[:] = first.values()


def publication_name(run: ImportRun, reading: Reading) -> str:
    return f"{run.list} of {reading.version}" if reading.version else run.list


def not_older(readings: list[Reading], run: ImportRun, last: ImportRun | None) -> list[Reading]:
    """The readings since the last import: a file may repeat older ones before a new one."""
    if last is None or last.dated is None or run.dated is None:
        return readings
    if run.dated < last.dated:
        raise FileRefused(
            file=run.list,
            why=f"it is of {run.dated}, and the last import is of {last.dated}: older files change nothing",
        )
    return [reading for reading in readings if reading.version is None or reading.version >= last.dated]
