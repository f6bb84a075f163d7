"""Commands on facts: record, correct, retract; each is one batch, and its refusals are those of one fact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from relations.errors import (
    AlreadyRetracted,
    BadParameter,
    CannotBeCorrected,
    NoSuchFact,
    NothingToCorrect,
    ReasonRequired,
    SomeRefused,
    StaleVersion,
)
from relations.ledger.batch import BatchResult, commit, prepare
from relations.ledger.drafts import Author, CitationDraft, FactDraft, FactRevision
from relations.models import Fact
from relations.text.faults import fault_of_text, is_storable

_OF_THE_FACT = (AlreadyRetracted, CannotBeCorrected, NoSuchFact, StaleVersion)
"""Refusals that are not about the new values."""


@transaction.atomic
def record(drafts: Sequence[FactDraft], *, author: Author) -> list[Fact]:
    """Records facts with their evidence, all or none, in the order given.

    Raises `SomeRefused` with everything that is wrong, row by row.
    """
    batch = prepare(drafts, author=author)
    facts = batch.facts
    commit(batch)
    return facts


@transaction.atomic
def correct(
    model: type[Fact], key: UUID, *, values: Mapping[str, Any], author: Author, version: int | None = None,
    citations: Sequence[CitationDraft] | None = None, why: str = "",
) -> Fact:  # fmt: skip
    """Supersedes the current version by one with other values; whatever is not named stays, citations too.

    `version` is the one that the caller has seen: `StaleVersion` where another edit came first.
    """
    revision = FactRevision(model=model, key=key, version=version, values=values, citations=citations)
    result = _revise(revision, author=author, why=_reason(why))
    if key in result.unchanged:
        raise NothingToCorrect
    return result.corrected[key]


@transaction.atomic
def retract(model: type[Fact], key: UUID, *, why: str, author: Author, version: int | None = None) -> None:
    """Supersedes the current version and writes none: from now on the fact is not known."""
    _revise(FactRevision(model=model, key=key, version=version), author=author, why=_required_reason(why))


@transaction.atomic
def revise(revisions: Sequence[FactRevision], *, author: Author, why: str = "") -> BatchResult:
    """Corrects and retracts facts, all or none: each at most once. A correction without a difference writes nothing.

    Raises `SomeRefused` row by row, also for facts whose current version is not the one that the caller has seen.
    """
    why = _reason(why) if all(revision.values is not None for revision in revisions) else _required_reason(why)
    return commit(prepare((), revisions, author=author), why=why, refuses_foreign=True)


def _reason(why: str) -> str:
    if fault := fault_of_text(why):
        raise BadParameter(field="reason", why=fault)
    return why


def _required_reason(why: str) -> str:
    if not why.strip() or not is_storable(why):
        raise ReasonRequired(field="reason")
    return _reason(why).strip()


def _revise(revision: FactRevision, *, author: Author, why: str) -> BatchResult:
    """Runs a batch of one. What stops it before its values are looked at is raised by itself."""
    try:
        batch = prepare((), [revision], author=author)
    except SomeRefused as refusal:
        raise refusal.rows[0][0] from None
    try:
        return commit(batch, why=why, refuses_foreign=True)
    except SomeRefused as refusal:
        first = refusal.rows[0][0]
        raise (first if isinstance(first, _OF_THE_FACT) else refusal) from None
