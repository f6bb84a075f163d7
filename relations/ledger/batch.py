"""The one protocol of commands on facts: lock, re-read, refuse, write, project, append, enqueue.

`prepare` locks what is cited and referred to, `commit` the pairs. Every command locks in this order: sources,
references, pairs, the log. `record`, `correct`, `retract` and imports are callers of the two.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from relations.codes import Reason
from relations.errors import AlreadyRetracted, NoSuchFact, Refused, StaleVersion
from relations.ledger.drafts import Author, CitationDraft, FactDraft, FactRevision
from relations.ledger.evidence import Cited, attach, carried_over, cited, has_same_citations, lock_sources
from relations.ledger.locks import clock
from relations.ledger.pairs import lock_pairs
from relations.ledger.projecting import advance, project_and_log
from relations.ledger.references import lock_references, with_locked_references
from relations.ledger.refusals import no_refusals, raise_refusals, refused_row
from relations.ledger.updates import PairUpdate, Version
from relations.ledger.versions import (
    derive_and_check,
    has_same_values,
    insert_facts,
    latest_versions,
    refuse_unknown_responses,
    successor,
    supersede,
)
from relations.models import CountryPair, Fact, Source

type Evidence = Sequence[Cited]


@dataclass(slots=True, kw_only=True)
class BatchResult:
    """`recorded` in the order of the drafts; the others by the keys of the facts.

    `retracted` are the versions that ended. `unchanged` are corrections that would change nothing. `foreign` are facts
    whose current version is not the revision's: left as they are, with their latest version (None: there is none).
    """

    recorded: list[Version] = field(default_factory=list)
    corrected: dict[UUID, Fact] = field(default_factory=dict)
    retracted: dict[UUID, Fact] = field(default_factory=dict)
    unchanged: set[UUID] = field(default_factory=set)
    foreign: dict[UUID, Fact | None] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Batch:
    """Facts and revisions whose sources and references are locked; evidence of None is carried over."""

    facts: list[Fact]
    evidence: list[Evidence]
    revisions: list[tuple[FactRevision, Evidence | None]]
    author: Author


class _Correction(NamedTuple):
    new: Fact
    old: Fact
    evidence: Evidence


def lock_ahead(*, sources: Iterable[Source], pairs: set[str]) -> None:
    """Locks what a transaction of several commands will cite and touch, before the first of them.

    The first command that appends locks the log until the commit: locking another pair after it risks a deadlock.
    """
    lock_sources(CitationDraft(source=source, quote="") for source in sources)
    lock_pairs(pairs)


@transaction.atomic
def run_batch(
    drafts: Sequence[FactDraft], revisions: Sequence[FactRevision], *, author: Author, why: str = ""
) -> BatchResult:
    """Records, corrects and retracts, all or none; `why` explains the retractions. Raises `SomeRefused`."""
    return commit(prepare(drafts, revisions, author=author), why=why)


def prepare(drafts: Sequence[FactDraft], revisions: Sequence[FactRevision] = (), *, author: Author) -> Batch:
    """Locks sources and references and checks all that needs no pair.

    Raises `SomeRefused`; the indices of revisions follow those of drafts.
    """
    inputs: list[FactDraft | FactRevision] = [*drafts, *revisions]
    sources = lock_sources(citation for each in inputs for citation in each.citations or ())
    references = lock_references(each.values or {} for each in inputs)
    batch, refused = Batch(facts=[], evidence=[], revisions=[], author=author), no_refusals()
    facts: dict[int, Fact] = {}
    for index, draft in enumerate(drafts):
        with refused_row(refused, index):
            fact = draft.model(**with_locked_references(draft.values, references), recorded_by=author.user)
            facts[index] = fact
            if wrong := derive_and_check(fact):
                refused[index] += wrong
        with refused_row(refused, index):
            batch.evidence.append(cited(draft.citations, sources))
    for index, revision in enumerate(revisions, start=len(drafts)):
        with refused_row(refused, index):
            evidence = None if revision.citations is None else cited(revision.citations, sources)
            values = revision.values and with_locked_references(revision.values, references)
            batch.revisions.append((replace(revision, values=values), evidence))
    refuse_unknown_responses(facts, refused)
    raise_refusals(refused)
    batch.facts = list(facts.values())
    return batch


def commit(batch: Batch, *, why: str = "", refuses_foreign: bool = False) -> BatchResult:
    """Locks the pairs, reads the current versions again, writes, and logs retractions after everything else.

    Raises `SomeRefused` for corrections that are wrong by themselves, and for foreign facts where it refuses them.
    """
    pairs = lock_pairs({fact.pair_id for fact in (*batch.facts, *_latest(batch).values())})
    result, corrections = _decide(batch, refuses_foreign=refuses_foreign)
    written = _write(batch, corrections, pairs)
    result.recorded = written[: len(batch.facts)]
    # The log needs no more than their versions, and an import may have written tens of thousands.
    batch.facts, batch.evidence, corrections = [], [], []
    imports, is_new = batch.author.imports, bool(result.recorded)
    reason = Reason.IMPORTED if imports else Reason.RECORDED if is_new else Reason.CORRECTED
    _log(pairs, PairUpdate(reason=reason, facts=written, author=batch.author, why="" if imports else why))
    ended = _end(result.retracted.values(), pairs)
    _log(pairs, PairUpdate(reason=Reason.RETRACTED, facts=ended, author=batch.author, why=why))
    return result


def _latest(batch: Batch) -> dict[UUID, Fact]:
    return latest_versions((revision.model, revision.key) for revision, _ in batch.revisions)


def _decide(batch: Batch, *, refuses_foreign: bool) -> tuple[BatchResult, list[_Correction]]:
    """Decides on each revision by the versions that are current now that the pairs are locked."""
    result, refused, latest = BatchResult(), no_refusals(), _latest(batch)
    corrections: dict[int, _Correction] = {}
    for index, (revision, evidence) in enumerate(batch.revisions, start=len(batch.facts)):
        old = latest.get(revision.key)
        if old is None or old.superseded_at is not None or revision.version not in (None, old.version):
            result.foreign[revision.key] = old
            if refuses_foreign:
                refused[index].append(_foreign(revision, old))
        elif revision.values is None:
            result.retracted[revision.key] = old
        else:
            with refused_row(refused, index):
                new = successor(old, revision.values, batch.author)
                if wrong := derive_and_check(new):
                    refused[index] += wrong
                elif has_same_values(old, new) and not _is_new_evidence(old, evidence, batch.author):
                    result.unchanged.add(revision.key)
                else:
                    result.corrected[revision.key] = new
                    own = carried_over(old) if evidence is None else evidence
                    corrections[index] = _Correction(new, old, own)
    refuse_unknown_responses({index: correction.new for index, correction in corrections.items()}, refused)
    raise_refusals(refused)
    return result, list(corrections.values())


def _foreign(revision: FactRevision, latest: Fact | None) -> Refused:
    if latest is None:
        return NoSuchFact(key=revision.key)
    if latest.superseded_at is not None:
        return AlreadyRetracted(key=revision.key, when=f"{latest.superseded_at:%Y-%m-%d}")
    return StaleVersion(current=latest.version, expected=revision.version)


def _is_new_evidence(old: Fact, evidence: Evidence | None, author: Author) -> bool:
    """Each edition of an official list cites itself: that alone is no correction."""
    return evidence is not None and not author.imports and not has_same_citations(old, evidence)


def _write(batch: Batch, corrections: Sequence[_Correction], pairs: Mapping[str, CountryPair]) -> list[Version]:
    facts = [*batch.facts, *(correction.new for correction in corrections)]
    if not facts:
        return []
    now = clock()
    for fact in batch.facts:
        fact.recorded_at = fact.first_recorded_at = advance(pairs[fact.pair_id], now)
    for new, old, _ in corrections:
        new.recorded_at = advance(pairs[new.pair_id], now)
        supersede(old, new.recorded_at)
    insert_facts(facts)
    attach(facts, [*batch.evidence, *(correction.evidence for correction in corrections)])
    return [Version.of(fact) for fact in facts]


def _end(facts: Collection[Fact], pairs: Mapping[str, CountryPair]) -> list[Version]:
    if not facts:
        return []
    now = clock()
    for fact in facts:
        supersede(fact, advance(pairs[fact.pair_id], now))
    return [Version.of(fact) for fact in facts]


def _log(pairs: Mapping[str, CountryPair], update: PairUpdate) -> None:
    if update.facts:
        project_and_log([pairs[code] for code in sorted({fact.pair_id for fact in update.facts})], update)
