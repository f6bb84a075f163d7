"""Import of facts: a source's statements are compared with its known ones, and the ledger records the difference.

A new reference is recorded, new content of a known one is a correction, and a missing one is retracted where the source
means that. A fact that an editor has corrected or retracted since belongs to the editor: it is left, and counted.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from relations import dates, ledger
from relations.codes import SourceKind, pair_code
from relations.errors import FileRefused, SomeRefused
from relations.importers.engine import own_format, regimes
from relations.importers.engine.confirming import Confirmations, confirming
from relations.importers.engine.dry_run import report_facts
from relations.importers.engine.party_import import MOST_ENDED, Progress, refuse_future
from relations.importers.engine.readable import not_older, publication_name, readable
from relations.importers.engine.reference_resolver import References
from relations.importers.engine.statement_diff import Baseline, Change
from relations.importers.engine.statements import KnownStatement, OnMissing, Reading
from relations.importers.registry import FactList
from relations.ledger import Author, FactRevision, SourceLinkDraft
from relations.models import FACT_MODEL_OF, Citation, ImportRun, SourceLink

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
    readings = readable(fact_list.read(files, dated), run, progress, most=fact_list.most_unreadable)
    run.dated = readings[-1].version or dated
    refuse_future(run.dated, file=run.list)
    for reading in readings:
        _cover(reading, fact_list)
    current = not_older(readings, run, last)
    with ledger.one_projection(), regimes.joining(current, run, names_regimes=fact_list.names_regimes) as pairs:
        _sync(fact_list, current, run, last=last, author=author, pairs=pairs)


def _cover(reading: Reading, fact_list: FactList) -> None:
    """Sets the last day of which a publication speaks; a slip of the pen does not make it speak of days to come."""
    if fact_list.covers == "edition":
        reading.covers_to = reading.covers_to or reading.version
    if reading.covers_to:
        reading.covers_to = min(reading.covers_to, ledger.today())


# --- writing --------------------------------------------------------------------------------------------------------


def _sync(
    fact_list: FactList, readings: list[Reading], run: ImportRun, *,
    last: ImportRun | None, author: Author, pairs: set[str],
) -> None:  # fmt: skip
    """Writes what the readings change; `pairs` are others that the import changes afterwards."""
    baseline = Baseline(
        _known_statements(fact_list.code), before=last.dated if last else None, on_missing=fact_list.on_missing,
        shows_moments=fact_list.shows_moments,
    )  # fmt: skip
    changes: list[Change] = []
    for reading in readings:
        if fact_list.kind == SourceKind.DATASET and fact_list.on_missing != "leave":
            _refuse_older_release(reading, baseline.known, run)
        change = baseline.diff(reading)
        if fact_list.on_missing == "retract" and (parts := left_out(change)):
            baseline.restore_left_out(parts, change)
            run.complaints["left_out"] = sorted(set(parts.values()))
        changes.append(change)
        _refuse_shrink(run, change, on_missing=fact_list.on_missing)
    references = _lock_references(changes, fact_list, dated=run.dated, also=pairs)
    written = _Written()
    importer = replace(author, imports=True)
    confirmations = Confirmations(references, importer)
    for change in changes:
        confirmations.record_before(change)
        _write(change, references, written, run=run, author=importer)
        confirmations.collect(change)
    confirmations.record()
    ledger.unlink(fact_list.code, written.ended)
    ledger.link(fact_list.code, written.links.values(), run=run)
    ledger.date_links(fact_list.code, baseline.dated)
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


def _refuse_older_release(reading: Reading, known: Mapping[str, KnownStatement], run: ImportRun) -> None:
    """Refuses a release of a data set that ends before the last one: it would retract what is newer."""
    last = max((one.stated_on for one in known.values() if one.stated_on), default=None)
    if reading.version is None and reading.covers_to and last and reading.covers_to < last:
        why = f"it speaks of the time to {reading.covers_to}, and the last import to {last}: older files change nothing"
        raise FileRefused(file=run.list, why=why)


def _refuse_shrink(run: ImportRun, change: Change, *, on_missing: OnMissing) -> None:
    """Refuses a publication that would end too much. A release of a data set may replace old cases by new ones."""
    gone = len(change.gone.keys() - change.new.keys())
    gone -= len(change.new) if on_missing == "replace" else 0
    if gone > change.known_before * MOST_ENDED and not run.accept_shrink:
        raise FileRefused(
            file=publication_name(run, change.reading),
            why=f"it would end {gone} of {change.known_before} statements, more than {MOST_ENDED:.0%}; "
            "if that is true, import it with --accept-shrink",
        )


def _lock_references(
    changes: Sequence[Change], fact_list: FactList, *, dated: dt.date | None, also: set[str]
) -> References:  # fmt: skip
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
    ledger.lock_ahead(sources=references.sources.values(), pairs=pairs | also)
    return references


def _write(change: Change, references: References, written: _Written, *, run: ImportRun, author: Author) -> None:
    """Records, corrects and retracts what one publication changes, as one batch."""
    drafts = [references.draft(change.reading, statement) for statement in change.new.values()]
    revisions = _revisions(change, references)
    try:
        result = ledger.run_batch(
            drafts,
            list(revisions.values()),
            author=author,
            why=f"{publication_name(run, change.reading)} no longer states it.",
        )  # fmt: skip
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
    return FileRefused(
        file=publication_name(run, reading), why=f"{len(refusal.rows)} statements contradict themselves ({named})"
    )


def left_out(change: Change) -> dict[str, str]:
    """The missing references whose texts the publication lacks, each with the title of its text.

    A mission's file that is not in the folder withdraws nothing; a record that is gone from a file that is there does.
    """
    missing = {reference: one for reference, one in change.gone.items() if reference not in change.new}
    if not missing:
        return {}
    shown = {extract.title for extract in change.reading.extracts.values()}
    titles = _cited_titles({one.fact_key: one.kind for one in missing.values()})
    own = ((reference, titles[one.fact_key]) for reference, one in missing.items())
    return {reference: min(cited) for reference, cited in own if not cited & shown}


def _cited_titles(kinds: Mapping[UUID, str]) -> Mapping[UUID, set[str]]:
    """The titles of the sources that the facts cite, in any version."""
    keys: defaultdict[str, list[UUID]] = defaultdict(list)
    for key, kind in kinds.items():
        keys[kind].append(key)
    titles: defaultdict[UUID, set[str]] = defaultdict(set)
    for kind, some in keys.items():
        column = FACT_MODEL_OF[kind].column
        cited = Citation.objects.filter(**{f"{column}__key__in": some}).order_by()
        for key, title in cited.values_list(f"{column}__key", "source__title").distinct():
            titles[key].add(title)
    return titles
