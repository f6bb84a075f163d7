"""What a source of facts states, held against what it stated before, and the difference taken into the ledger.

A new reference is recorded, another content of a known one corrected, and one that is gone retracted where the source
means that by it. A fact that an editor has corrected or retracted since is the editor's: it is left, and counted.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from relations import dates
from relations.codes import pair_code
from relations.errors import FileRefused, SomeRefused
from relations.importers.engine import own_format
from relations.importers.engine.dry_run import report_facts
from relations.importers.engine.parties import Unreadable
from relations.importers.engine.party_import import MOST_ENDED, MOST_UNREADABLE, Progress, refuse_future
from relations.importers.engine.reference_resolver import MODELS, References
from relations.importers.engine.statement_diff import Change, Course, Standing
from relations.importers.engine.statements import Reading, Statement
from relations.importers.registry import FactList
from relations.ledger import Author, FactRevision, SourceLinkDraft, date_links, hold, run_batch, tie, untie
from relations.models import Country, ImportRun, SourceLink

_LONGEST, _LONGEST_NAME = 300, 200
"""Of the columns for references and titles, and for a holder's name."""
_NAMED = 5
"""How many of what is refused a reason names."""


@dataclass(slots=True)
class _Taken:
    """What an import wrote: by reference the statement that was made a fact of, and those that were taken back."""

    ties: dict[str, SourceLinkDraft] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    left: set[str] = field(default_factory=set)


def import_facts(
    run: ImportRun,
    files: Sequence[Path],
    *,
    last: ImportRun | None,
    dated: dt.date | None,
    author: Author,
    progress: Progress | None,
) -> None:
    """Takes the publications in the files of a source of facts in; `last` is the source's last good run.

    `dated` is the publication's day where it carries none. Raises `FileRefused` for files that are not whole, are
    older than what stands, or would end more than is likely.
    """
    fact_list = own_format.fact_list(run.list, files)
    readings = _readable(fact_list.read(files), run, progress)
    run.dated = readings[-1].version or dated
    refuse_future(run.dated, file=run.list)
    current = _not_older(readings, run, last)
    _take_in(fact_list, current, run, last=last, author=author)


# --- what the files say ---------------------------------------------------------------------------------------------


def _readable(readings: list[Reading], run: ImportRun, progress: Progress | None) -> list[Reading]:
    """Counts what was read; refuses a publication of which too much cannot be."""
    countries = set(Country.objects.values_list("code", flat=True))
    run.complaints = {"ignored": 0, "unreadable": []}
    for reading in readings:
        _refuse_what_no_fact_can_hold(reading, countries)
        _state_once(reading)
        run.read += reading.records
        run.refused = min(run.read, run.refused + len(reading.unreadable))
        run.complaints["ignored"] += len(reading.ignored)
        run.complaints["unreadable"] += [_told(one) for one in reading.unreadable]
        if progress:
            progress(run.read)
    for reading in readings:
        if len(reading.unreadable) > reading.records * MOST_UNREADABLE:
            named = "; ".join(f"{one.reference}: {one.reason}" for one in reading.unreadable[:_NAMED])
            raise FileRefused(
                file=_named(run, reading),
                why=f"{len(reading.unreadable)} of {reading.records} records cannot be read, more than "
                f"{MOST_UNREADABLE:.0%} ({named})",
            )
    return readings


def _refuse_what_no_fact_can_hold(reading: Reading, countries: set[str]) -> None:
    """A country that the tracker has not, and words longer than any column, make their statement unreadable."""
    known: list[Statement] = []
    for statement in reading.statements:
        if why := _why_not(statement, countries):
            reading.unreadable.append(Unreadable(reference=statement.reference[:_LONGEST], line=0, reason=why))
        else:
            known.append(statement)
    reading.statements[:] = known


def _why_not(statement: Statement, countries: set[str]) -> str:
    if unknown := {statement.sender, statement.target} - countries:
        return f"the tracker has no country {' and '.join(sorted(unknown))}"
    titles = [one.title for one in (statement.programme, statement.ban_list) if one]
    if len(statement.holder) > _LONGEST_NAME or any(len(text) > _LONGEST for text in (statement.reference, *titles)):
        return f"a name has more than {_LONGEST_NAME} characters, or a title or its reference more than {_LONGEST}"
    return ""


def _state_once(reading: Reading) -> None:
    """What stands twice under one reference is stated once, and unreadable where the two differ."""
    first: dict[str, Statement] = {}
    for statement in reading.statements:
        known = first.setdefault(statement.reference, statement)
        if known is statement:
            continue
        if (known.content(), known.on) == (statement.content(), statement.on):
            reading.ignore(statement.reference, "it stands twice in the publication")
        else:
            why = "it stands twice in the publication, and says different things"
            reading.unreadable.append(Unreadable(reference=statement.reference, line=0, reason=why))
    reading.statements[:] = first.values()


def _told(one: Unreadable) -> dict[str, object]:
    return {"reference": one.reference, "line": one.line, "file": one.file, "reason": one.reason}


def _named(run: ImportRun, reading: Reading) -> str:
    return f"{run.list} of {reading.version}" if reading.version else run.list


def _not_older(readings: list[Reading], run: ImportRun, last: ImportRun | None) -> list[Reading]:
    """A file may hold publications that were imported already, and newer ones."""
    if last is None or last.dated is None or run.dated is None:
        return readings
    if run.dated < last.dated:
        raise FileRefused(
            file=run.list,
            why=f"it is of {run.dated}, and what stands is of {last.dated}: older files change nothing",
        )
    return [reading for reading in readings if reading.version is None or reading.version >= last.dated]


# --- what that changes ----------------------------------------------------------------------------------------------


def _take_in(
    fact_list: FactList, readings: list[Reading], run: ImportRun, *, last: ImportRun | None, author: Author
) -> None:
    course = Course(_standing(fact_list.code), before=last.dated if last else None)
    changes = [course.take(reading) for reading in readings]
    for change in changes:
        _refuse_shrink(run, change)
    references = _held(changes, fact_list)
    taken = _Taken()
    importer = Author(user=author.user, request_id=author.request_id, imports=True)
    for change in changes:
        _revise(change, references, taken, run=run, author=importer)
    untie(fact_list.code, taken.ended - taken.ties.keys())
    tie(fact_list.code, taken.ties.values(), run=run)
    date_links(run, course.undated)
    hidden = {reference for change in changes for reference in change.kept}
    if kept := sorted(taken.left | hidden):
        run.complaints["kept"] = kept


def _standing(code: str) -> dict[str, Standing]:
    bounds = _bounds(code)
    rows = SourceLink.objects.filter(list=code).order_by("id").iterator()
    return {
        row.reference: Standing(
            kind=row.kind, content=row.content, bounded=row.bounded, stated_on=row.stated_on, key=row.key,
            bound=bounds.get(row.key), version=row.version,
        )
        for row in rows
    }  # fmt: skip


def _bounds(code: str) -> dict[UUID, dt.date]:
    """By the fact's key, the last day of what only a publication bounds; an editor's date may be no bound."""
    keys: defaultdict[str, list[UUID]] = defaultdict(list)
    for kind, key in SourceLink.objects.filter(list=code, bounded=True).values_list("kind", "key"):
        keys[kind].append(key)
    found: dict[UUID, dt.date] = {}
    for kind, own in keys.items():
        facts = MODELS[kind].objects.current().filter(key__in=own).values_list("key", "on")
        found |= {key: when.latest for key, on in facts if (when := dates.parse(on)).earliest is None}
    return found


def _refuse_shrink(run: ImportRun, change: Change) -> None:
    gone = change.gone.keys() - change.new.keys()
    if len(gone) > change.stood * MOST_ENDED and not run.accept_shrink:
        raise FileRefused(
            file=_named(run, change.reading),
            why=f"it would end {len(gone)} of {change.stood} statements, more than {MOST_ENDED:.0%}; "
            "if that is true, import it with --accept-shrink",
        )


def _held(changes: Sequence[Change], fact_list: FactList) -> References:
    """What is cited, found or made, and then everything that will be touched, locked before the first is written."""
    cited = [
        (change.reading, statement)
        for change in changes
        for statement in (*change.new.values(), *change.changed.values())
    ]
    references = References.of(cited, fact_list=fact_list)
    pairs = {pair_code(statement.sender, statement.target) for _, statement in cited}
    pairs |= {
        pair_code(one.content["sender"], one.content["target"]) for change in changes for one in change.gone.values()
    }
    hold(sources=references.sources.values(), pairs=pairs)
    return references


def _revise(change: Change, references: References, taken: _Taken, *, run: ImportRun, author: Author) -> None:
    drafts = [references.draft(change.reading, statement) for statement in change.new.values()]
    revisions = {**_corrections(change, references), **_outlived(change), **_retractions(change)}
    try:
        revised = run_batch(
            drafts, list(revisions.values()), author=author, why=f"{_named(run, change.reading)} no longer states it."
        )
    except SomeRefused as refusal:
        raise _refused(refusal, [*change.new, *revisions], run, change.reading) from refusal
    for reference, fact in zip(change.new, revised.recorded, strict=True):
        standing = change.touched[reference]
        standing.key, standing.version = fact.key, fact.version
        taken.ties[reference] = _tie(reference, standing)
    for reference in (*change.changed, *change.outlived):
        standing = change.touched[reference]
        if standing.fact in revised.left:
            continue
        if standing.fact in revised.corrected:
            standing.version = revised.corrected[standing.fact].version
        taken.ties[reference] = _tie(reference, standing)
        if earlier := change.renamed.get(reference):
            taken.ties.pop(earlier, None)
            taken.ended.add(earlier)
    taken.ended |= {reference for reference, one in change.gone.items() if one.fact in revised.retracted}
    taken.left |= {reference for reference, revision in revisions.items() if revision.key in revised.left}
    run.added += len(revised.recorded)
    run.amended += len(revised.corrected)
    run.ended += len(revised.retracted)
    report_facts(run, change, revised)


def _corrections(change: Change, references: References) -> dict[str, FactRevision]:
    revisions: dict[str, FactRevision] = {}
    for reference, statement in change.changed.items():
        standing = change.touched[reference]
        # What is bounded by its publication alone keeps the first bound.
        on = {} if statement.bounded else {"on": statement.on}
        revisions[reference] = FactRevision(
            model=MODELS[statement.kind],
            key=standing.fact,
            version=standing.version,
            values=references.values(statement) | on,
            citations=references.citations(change.reading, statement),
        )
    return revisions


def _outlived(change: Change) -> dict[str, FactRevision]:
    """Another bound, with the words that said it."""
    return {
        reference: FactRevision(
            model=MODELS[change.touched[reference].kind],
            key=change.touched[reference].fact,
            version=change.touched[reference].version,
            values={"on": f"[..{bound}]"},
            citations=None,
        )
        for reference, bound in change.outlived.items()
    }


def _retractions(change: Change) -> dict[str, FactRevision]:
    return {
        reference: FactRevision(model=MODELS[one.kind], key=one.fact, version=one.version)
        for reference, one in change.gone.items()
    }


def _tie(reference: str, standing: Standing) -> SourceLinkDraft:
    return SourceLinkDraft(
        reference=reference, kind=standing.kind, key=standing.fact, version=standing.version,
        content=standing.content, bounded=standing.bounded,
    )  # fmt: skip


def _refused(refusal: SomeRefused, references: Sequence[str], run: ImportRun, reading: Reading) -> FileRefused:
    """Statements that contradict the tracker's own rules, by their names."""
    named = "; ".join(
        f"{references[index]}: {' '.join(one.detail for one in refused)}"
        for index, refused in list(refusal.rows.items())[:_NAMED]
    )
    return FileRefused(file=_named(run, reading), why=f"{len(refusal.rows)} statements contradict themselves ({named})")
