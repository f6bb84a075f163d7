"""Import of facts: a source's statements are compared with its known ones, and the ledger records the difference.

A new reference is recorded, new content of a known one is a correction, and a missing one is retracted where the source
means that. A fact that an editor has corrected or retracted since belongs to the editor: it is left, and counted.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from relations import dates
from relations.codes import pair_code
from relations.errors import FileRefused, SomeRefused
from relations.importers.engine import own_format
from relations.importers.engine.confirming import Confirmations, confirming
from relations.importers.engine.dry_run import report_facts
from relations.importers.engine.left_out import left_out
from relations.importers.engine.parties import Unreadable
from relations.importers.engine.party_import import MOST_ENDED, Progress, refuse_future
from relations.importers.engine.reference_resolver import References
from relations.importers.engine.statement_diff import Baseline, Change, KnownStatement
from relations.importers.engine.statements import OnMissing, Reading, Statement
from relations.importers.registry import FactList
from relations.ledger import (
    Author,
    FactRevision,
    SourceLinkDraft,
    date_links,
    link,
    lock_ahead,
    run_batch,
    today,
    unlink,
)
from relations.models import FACT_MODEL_OF, Country, ImportRun, SourceLink

_LONGEST, _LONGEST_NAME = 300, 200
"""Widths of the columns for references and titles, and for a holder's name."""
_NAMED = 5
"""Number of refused statements that a reason names."""


@dataclass(slots=True)
class _Written:
    """The result of an import, by reference: links to facts, ended statements, and facts that belong to editors."""

    links: dict[str, SourceLinkDraft] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    foreign: set[str] = field(default_factory=set)


def import_facts(
    run: ImportRun,
    files: Sequence[Path],
    *,
    last: ImportRun | None,
    dated: dt.date | None,
    author: Author,
    progress: Progress | None,
) -> None:
    """Imports the publications in the files of a source of facts; `last` is the source's last good run.

    `dated` is the publication's day where it has none. Raises `FileRefused` for files that are not whole, are older
    than the last import, or would end more than is likely.
    """
    fact_list = own_format.fact_list(run.list, files)
    readings = _readable(fact_list.read(files), run, progress, most=fact_list.most_unreadable)
    run.dated = readings[-1].version or dated
    refuse_future(run.dated, file=run.list)
    for reading in readings:
        _cover(reading, fact_list)
    _sync(fact_list, _not_older(readings, run, last), run, last=last, author=author)


def _cover(reading: Reading, fact_list: FactList) -> None:
    """Sets the last day of which a publication speaks; a slip of the pen does not make it speak of days to come."""
    if fact_list.covers == "edition":
        reading.covers_to = reading.covers_to or reading.version
    if reading.covers_to:
        reading.covers_to = min(reading.covers_to, today())


# --- reading --------------------------------------------------------------------------------------------------------


def _readable(readings: list[Reading], run: ImportRun, progress: Progress | None, *, most: float) -> list[Reading]:
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
        if progress:
            progress(run.read)
    refusals = [FileRefused(file=_named(run, one), why=why) for one in readings if (why := _why_refused(one, most))]
    if len(refusals) == len(readings):
        raise refusals[0]
    if refusals:
        run.complaints["refused"] = [refusal.detail for refusal in refusals]
    return [reading for reading in readings if not _why_refused(reading, most)]


def _why_refused(reading: Reading, most: float) -> str:
    if reading.bad <= reading.records * most:
        return ""
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


def _named(run: ImportRun, reading: Reading) -> str:
    return f"{run.list} of {reading.version}" if reading.version else run.list


def _not_older(readings: list[Reading], run: ImportRun, last: ImportRun | None) -> list[Reading]:
    """The readings since the last import: a file may repeat older ones before a new one."""
    if last is None or last.dated is None or run.dated is None:
        return readings
    if run.dated < last.dated:
        raise FileRefused(
            file=run.list,
            why=f"it is of {run.dated}, and the last import is of {last.dated}: older files change nothing",
        )
    return [reading for reading in readings if reading.version is None or reading.version >= last.dated]


# --- writing --------------------------------------------------------------------------------------------------------


def _sync(
    fact_list: FactList, readings: list[Reading], run: ImportRun, *, last: ImportRun | None, author: Author
) -> None:
    baseline = Baseline(
        _known_statements(fact_list.code), before=last.dated if last else None, on_missing=fact_list.on_missing,
        shows_moments=fact_list.shows_moments,
    )  # fmt: skip
    changes: list[Change] = []
    for reading in readings:
        change = baseline.diff(reading)
        if fact_list.on_missing == "retract" and (parts := left_out(change)):
            baseline.stand(parts, change)
            run.complaints["left_out"] = sorted(set(parts.values()))
        changes.append(change)
        _refuse_shrink(run, change, on_missing=fact_list.on_missing)
    references = _lock_references(changes, fact_list, dated=run.dated)
    written = _Written()
    importer = Author(user=author.user, request_id=author.request_id, imports=True)
    confirmations = Confirmations(references, importer)
    for change in changes:
        confirmations.record_before(change)
        _write(change, references, written, run=run, author=importer)
        confirmations.collect(change)
    confirmations.record()
    unlink(fact_list.code, written.ended - written.links.keys())
    link(fact_list.code, written.links.values(), run=run)
    date_links(fact_list.code, baseline.dated)
    unconfirmed = {reference for change in changes for reference in change.unconfirmed}
    if unchanged := sorted(written.foreign | unconfirmed):
        run.complaints["kept"] = unchanged


def _known_statements(code: str) -> dict[str, KnownStatement]:
    bounds = _bounds(code)
    rows = SourceLink.objects.filter(list=code).order_by("id").iterator()
    return {
        row.reference: KnownStatement(
            kind=row.kind, content=row.content, bounded=row.bounded, stated_on=row.stated_on, key=row.key,
            bound=bounds.get(row.key), version=row.version,
        )
        for row in rows
    }  # fmt: skip


def _bounds(code: str) -> dict[UUID, dt.date]:
    """The last day of each bounded statement by its fact's key; an editor's date may be no bound."""
    keys: defaultdict[str, list[UUID]] = defaultdict(list)
    for kind, key in SourceLink.objects.filter(list=code, bounded=True).values_list("kind", "key"):
        keys[kind].append(key)
    bounds: dict[UUID, dt.date] = {}
    for kind, own in keys.items():
        facts = FACT_MODEL_OF[kind].objects.current().filter(key__in=own).values_list("key", "on")
        bounds |= {key: when.latest for key, on in facts if (when := dates.parse(on)).earliest is None}
    return bounds


def _refuse_shrink(run: ImportRun, change: Change, *, on_missing: OnMissing) -> None:
    """Refuses a publication that would end too much. A release of a data set may replace old cases by new ones."""
    gone = len(change.gone.keys() - change.new.keys())
    gone -= len(change.new) if on_missing == "replace" else 0
    if gone > change.known_before * MOST_ENDED and not run.accept_shrink:
        raise FileRefused(
            file=_named(run, change.reading),
            why=f"it would end {gone} of {change.known_before} statements, more than {MOST_ENDED:.0%}; "
            "if that is true, import it with --accept-shrink",
        )


def _lock_references(changes: Sequence[Change], fact_list: FactList, *, dated: dt.date | None) -> References:
    """Resolves all cited references, then locks sources and pairs, before the first write."""
    repeated = [(change.reading, one.statement) for change in changes for one in confirming(change).values()]
    cited = [
        (change.reading, statement)
        for change in changes
        for statement in (*change.new.values(), *change.changed.values())
    ]
    references = References.resolve(cited, confirming=repeated, fact_list=fact_list, dated=dated)
    pairs = {pair_code(statement.sender, statement.target) for _, statement in (*cited, *repeated)}
    pairs |= {
        pair_code(one.content["sender"], one.content["target"]) for change in changes for one in change.gone.values()
    }
    lock_ahead(sources=references.sources.values(), pairs=pairs)
    return references


def _write(change: Change, references: References, written: _Written, *, run: ImportRun, author: Author) -> None:
    """Records, corrects and retracts what one publication changes, as one batch."""
    drafts = [references.draft(change.reading, statement) for statement in change.new.values()]
    revisions = _revisions(change, references)
    try:
        result = run_batch(
            drafts, list(revisions.values()), author=author, why=f"{_named(run, change.reading)} no longer states it."
        )
    except SomeRefused as refusal:
        raise _refused(refusal, [*change.new, *revisions], run, change.reading) from refusal
    for reference, fact in zip(change.new, result.recorded, strict=True):
        known = change.touched[reference]
        known.key, known.version = fact.key, fact.version
        written.links[reference] = _link(reference, known)
    for reference in (*change.changed, *change.shortened):
        known = change.touched[reference]
        if known.fact_key in result.foreign:
            continue
        if known.fact_key in result.corrected:
            known.version = result.corrected[known.fact_key].version
        written.links[reference] = _link(reference, known)
        if earlier := change.renamed.get(reference):
            written.links.pop(earlier, None)
            written.ended.add(earlier)
    written.ended |= {reference for reference, one in change.gone.items() if one.fact_key in result.retracted}
    written.foreign |= {reference for reference, revision in revisions.items() if revision.key in result.foreign}
    run.added += len(result.recorded)
    run.amended += len(result.corrected)
    run.ended += len(result.retracted)
    report_facts(run, change, result)


def _revisions(change: Change, references: References) -> dict[str, FactRevision]:
    """Corrections, then the shorter bounds under their old citations, then retractions."""
    revisions: dict[str, FactRevision] = {}
    for reference, statement in change.changed.items():
        # A statement that only its publication bounds does not change its first bound.
        on = {} if statement.bounded else {"on": statement.on}
        revisions[reference] = _revision(
            change.touched[reference],
            values=references.values(statement) | on,
            citations=references.citations(change.reading, statement),
        )
    for reference, bound in change.shortened.items():
        revisions[reference] = _revision(change.touched[reference], values={"on": f"[..{bound}]"}, citations=None)
    return revisions | {reference: _revision(one) for reference, one in change.gone.items()}


def _revision(known: KnownStatement, **revised: Any) -> FactRevision:
    return FactRevision(model=FACT_MODEL_OF[known.kind], key=known.fact_key, version=known.version, **revised)


def _link(reference: str, known: KnownStatement) -> SourceLinkDraft:
    return SourceLinkDraft(
        reference=reference, kind=known.kind, key=known.fact_key, version=known.version, content=known.content,
        bounded=known.bounded,
    )  # fmt: skip


def _refused(refusal: SomeRefused, references: Sequence[str], run: ImportRun, reading: Reading) -> FileRefused:
    """The refusal of statements that contradict the tracker's own rules, with their names."""
    named = "; ".join(
        f"{references[index]}: {' '.join(one.detail for one in refused)}"
        for index, refused in list(refusal.rows.items())[:_NAMED]
    )
    return FileRefused(file=_named(run, reading), why=f"{len(refusal.rows)} statements contradict themselves ({named})")
