"""What a source says now, held against what it said before: many facts recorded, corrected and retracted in one act."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import batched
from typing import Any
from uuid import UUID

from django.db import transaction

from relations.codes import Reason
from relations.errors import Refused, SomeRefused
from relations.ledger.drafts import Author, CitationDraft, FactDraft
from relations.ledger.evidence import Cited, attach, carried_over, cited, held
from relations.ledger.facts import drafted, keep, says_the_same, successor, supersede, wrong_with
from relations.ledger.pairs import locked
from relations.ledger.projecting import PairUpdate, Version, clock, project_and_log, stamp
from relations.ledger.references import LockedReferences, lock_references, with_locked_references
from relations.models import CountryPair, Fact, ImportRun, Source, SourceLink

_BATCH = 1000

type Named = tuple[type[Fact], UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRevision:
    """What a fact is to say now, or, without values, that it is retracted.

    `version` is the one that the caller wrote last: where another one is current, somebody else has been there, and the
    fact is left as it stands. `citations` of None carry over those of the version that is corrected.
    """

    model: type[Fact]
    key: UUID
    version: int
    values: Mapping[str, Any] | None = None
    citations: Sequence[CitationDraft] | None = ()


@dataclass(slots=True, kw_only=True)
class BatchResult:
    """`recorded` in the order of the drafts; `corrected`, `retracted`, `same` and `left` by the facts' keys.

    `same` says of a correction that it would have changed nothing, `left` that the fact is somebody else's by now.
    """

    recorded: list[Version] = field(default_factory=list)
    corrected: dict[UUID, Fact] = field(default_factory=dict)
    retracted: set[UUID] = field(default_factory=set)
    same: set[UUID] = field(default_factory=set)
    left: set[UUID] = field(default_factory=set)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLinkDraft:
    """What a source stated, and the version of a fact that was made of it; see `ImportedFact`."""

    reference: str
    kind: str
    key: UUID
    version: int
    content: Mapping[str, Any]
    bounded: bool = False


def hold(*, sources: Iterable[Source], pairs: set[str]) -> None:
    """Locks what an act of several steps will cite and touch, before its first step, in the order of every act.

    The first step that ends in the log keeps the log to the commit: who then had to wait for a pair would wait for
    somebody who waits for the log.
    """
    held(CitationDraft(source=source, quote="") for source in sources)
    locked(pairs)


@transaction.atomic
def run_batch(
    drafts: Sequence[FactDraft], revisions: Sequence[FactRevision], *, author: Author, why: str = ""
) -> BatchResult:
    """Records, corrects and retracts, all or none; drafts count in their order. Raises `SomeRefused`.

    The indices of what is refused are those of the drafts, and behind them of the revisions. One deed a pair tells of
    what is recorded and corrected, a second one of what is retracted: `why` is its reason.
    """
    cited_by: list[FactDraft | FactRevision] = [*drafts, *revisions]
    standing = held(citation for draft in cited_by for citation in draft.citations or ())
    refused: dict[int, list[Refused]] = {}
    rows = lock_references(each.values or {} for each in cited_by)
    facts = [drafted(draft, rows, author, refused, index) for index, draft in enumerate(drafts)]
    evidence = [_evidence(draft, standing, refused, index) for index, draft in enumerate(drafts)]
    renewed = [
        _evidence(revision, standing, refused, index)
        if revision.values is not None and revision.citations is not None
        else []
        for index, revision in enumerate(revisions, start=len(drafts))
    ]
    if refused:
        raise SomeRefused(refused)
    known = _known(revisions)
    pairs = locked({fact.pair_id for fact in (*facts, *known.values())})
    revised, old = BatchResult(), _current(revisions)
    corrected = _corrections(revisions, renewed, old, rows, author=author, revised=revised, offset=len(drafts))
    _write(facts, evidence, corrected, pairs)
    revised.recorded = [Version.of(fact) for fact in facts]
    # From here on the log alone is told of them, and an import may have written tens of thousands.
    del facts, evidence, standing
    told = [*revised.recorded, *(Version.of(fact) for fact, _, _ in corrected)]
    _settle(pairs, told, PairUpdate(reason=Reason.IMPORTED, author=author))
    gone = [old[revision.model, revision.key] for revision in revisions if revision.key in revised.retracted]
    now = clock()
    for fact in gone:
        supersede(fact, stamp(pairs[fact.pair_id], now))
    _settle(pairs, [Version.of(fact) for fact in gone], PairUpdate(reason=Reason.RETRACTED, author=author, why=why))
    return revised


def tie(code: str, ties: Iterable[SourceLinkDraft], *, run: ImportRun) -> None:
    """Remembers what was stated and what was made of it; what stood under the same references gives way."""
    for some in batched(ties, _BATCH):
        rows = [
            SourceLink(
                list=code, reference=one.reference, kind=one.kind, key=one.key, version=one.version,
                content=one.content, bounded=one.bounded, run=run,
            )
            for one in some
        ]  # fmt: skip
        SourceLink.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["list", "reference"],
            update_fields=["kind", "key", "version", "content", "bounded", "run"],
        )  # fmt: skip


def untie(code: str, references: Iterable[str]) -> None:
    """Forgets statements that the source has taken back."""
    SourceLink.objects.filter(list=code, reference__in=list(references)).delete()


def date_links(run: ImportRun, references: Iterable[str]) -> None:
    """Says of statements without a date of their own that the run's publication stated them, and it last."""
    ties = SourceLink.objects.filter(list=run.list, reference__in=list(references))
    ties.update(stated_on=run.dated)


def _evidence(
    draft: FactDraft | FactRevision, standing: Mapping[int, Source], refused: dict[int, list[Refused]], index: int
) -> list[Cited]:
    try:
        return cited(draft.citations or (), standing)
    except Refused as refusal:
        refused.setdefault(index, []).append(refusal)
        return []


def _known(revisions: Sequence[FactRevision]) -> dict[Named, Fact]:
    """The latest versions of the facts that are to be revised, superseded or not."""
    found: dict[Named, Fact] = {}
    keys: defaultdict[type[Fact], list[UUID]] = defaultdict(list)
    for revision in revisions:
        keys[revision.model].append(revision.key)
    for model, own in keys.items():
        for fact in model.objects.filter(key__in=own).order_by("version"):
            found[model, fact.key] = fact
    return found


def _current(revisions: Sequence[FactRevision]) -> dict[Named, Fact]:
    """The same, read again behind the locks, without those that are retracted."""
    return {named: fact for named, fact in _known(revisions).items() if fact.superseded_at is None}


def _corrections(
    revisions: Sequence[FactRevision], evidence: Sequence[list[Cited]], old: Mapping[Named, Fact],
    rows: LockedReferences, *, author: Author, revised: BatchResult, offset: int,
) -> list[tuple[Fact, Fact, list[Cited]]]:  # fmt: skip
    """(new, old, evidence) of what is corrected; tells in `revised` what becomes of every revision."""
    found: list[tuple[Fact, Fact, list[Cited]]] = []
    refused: dict[int, list[Refused]] = {}
    for index, (revision, own) in enumerate(zip(revisions, evidence, strict=True), start=offset):
        standing = old.get((revision.model, revision.key))
        if standing is None or standing.version != revision.version:
            revised.left.add(revision.key)
            continue
        if revision.values is None:
            revised.retracted.add(revision.key)
            continue
        new = successor(standing, with_locked_references(revision.values, rows), author)
        if wrong := wrong_with(new):
            refused[index] = wrong
        elif says_the_same(standing, new):
            revised.same.add(revision.key)
        else:
            revised.corrected[revision.key] = new
            found.append((new, standing, carried_over(standing) if revision.citations is None else own))
    if refused:
        raise SomeRefused(refused)
    return found


def _write(
    facts: Sequence[Fact], evidence: Sequence[list[Cited]], corrected: Sequence[tuple[Fact, Fact, list[Cited]]],
    pairs: Mapping[str, CountryPair],
) -> None:  # fmt: skip
    now = clock()
    for fact in facts:
        fact.recorded_at = fact.first_recorded_at = stamp(pairs[fact.pair_id], now)
    for new, old, _ in corrected:
        new.recorded_at = stamp(pairs[new.pair_id], now)
        supersede(old, new.recorded_at)
    keep([*facts, *(new for new, _, _ in corrected)])
    attach([*facts, *(new for new, _, _ in corrected)], [*evidence, *(own for _, _, own in corrected)])


def _settle(pairs: Mapping[str, CountryPair], facts: Sequence[Version], deed: PairUpdate) -> None:
    by_pair: defaultdict[str, list[Version]] = defaultdict(list)
    for fact in facts:
        by_pair[fact.pair_id].append(fact)
    deeds = {
        code: PairUpdate(reason=deed.reason, facts=own, author=deed.author, why=deed.why)
        for code, own in by_pair.items()
    }
    if deeds:
        project_and_log([pairs[code] for code in sorted(deeds)], deeds)
