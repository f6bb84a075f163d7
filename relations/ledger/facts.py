"""Record, correct, retract. Always in this order: lock the pairs, read again, refuse, write, settle."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from relations.codes import Reason
from relations.errors import (
    AlreadyRetracted,
    CannotBeCorrected,
    Invalid,
    NoSuchFact,
    NothingToCorrect,
    ReasonRequired,
    Refused,
    SomeRefused,
    StaleVersion,
)
from relations.ledger.bulk_copy import insert
from relations.ledger.drafts import Author, CitationDraft, FactDraft
from relations.ledger.evidence import Cited, LockedSources, attach, carried_over, cited, held
from relations.ledger.pairs import lock_out_commands, locked, make_pairs
from relations.ledger.projecting import PROJECTION_PENDING, PairUpdate, Version, clock, project_and_log, stamp, today
from relations.ledger.references import LockedReferences, lock_references, with_locked_references
from relations.ledger.validation import field_errors, is_storable
from relations.models import FACT_MODELS, Citation, CountryPair, Fact, Source, TravelBanList

_DERIVED = ("pair", "earliest", "latest", "recorded_at", "first_recorded_at")
_FIXED = ("from_country", "to_country", "key", "version", "recorded_by", "superseded_at", *_DERIVED)
"""What a correction cannot change."""


@transaction.atomic
def record(drafts: Sequence[FactDraft], *, author: Author) -> list[Fact]:
    """Records facts with their evidence, all or none, in the order given.

    Raises `SomeRefused` with everything that is wrong, row by row.
    """
    refused: dict[int, list[Refused]] = {}
    standing = held(citation for draft in drafts for citation in draft.citations)
    rows = lock_references(draft.values for draft in drafts)
    facts = [drafted(draft, rows, author, refused, index) for index, draft in enumerate(drafts)]
    evidence = [_evidence(draft, standing, refused, index) for index, draft in enumerate(drafts)]
    if refused:
        raise SomeRefused(refused)
    pairs = locked({fact.pair_id for fact in facts})
    now = clock()
    for fact in facts:
        fact.recorded_at = fact.first_recorded_at = stamp(pairs[fact.pair_id], now)
    keep(facts)
    attach(facts, evidence)
    reason = Reason.IMPORTED if author.imports else Reason.RECORDED
    by_pair: defaultdict[str, list[Version]] = defaultdict(list)
    for fact in facts:
        by_pair[fact.pair_id].append(Version.of(fact))
    deeds = {code: PairUpdate(reason=reason, facts=own, author=author) for code, own in by_pair.items()}
    project_and_log(list(pairs.values()), deeds)
    return facts


@transaction.atomic
def correct(
    model: type[Fact], key: UUID, *, values: Mapping[str, Any], author: Author, version: int | None = None,
    citations: Sequence[CitationDraft] | None = None, why: str = "",
) -> Fact:  # fmt: skip
    """Supersedes the current version by one with other values; what is not named stays, citations too.

    `version` is the one that the caller has seen: `StaleVersion` where another edit came first.
    """
    if not is_storable(why):
        raise Invalid(field="reason", why="NUL bytes and lone surrogates cannot be stored.")
    given = None if citations is None else cited(citations, held(citations))
    values = with_locked_references(values, lock_references([values]))
    old, pair = _current(model, key, version)
    _refuse_fixed(old, values)
    fact = successor(old, values, author)
    wrong = wrong_with(fact)
    if wrong:
        raise SomeRefused({0: wrong})
    evidence = carried_over(old) if given is None else given
    if says_the_same(old, fact) and (given is None or _cites_the_same(old, given)):
        raise NothingToCorrect
    fact.recorded_at = stamp(pair, clock())
    supersede(old, fact.recorded_at)
    keep([fact])
    attach([fact], [evidence])
    reason = Reason.IMPORTED if author.imports else Reason.CORRECTED
    project_and_log([pair], {pair.code: PairUpdate(reason=reason, facts=[Version.of(fact)], author=author, why=why)})
    return fact


@transaction.atomic
def retract(model: type[Fact], key: UUID, *, why: str, author: Author, version: int | None = None) -> None:
    """Supersedes the current version and writes none: from now on the fact is not known."""
    if not why.strip() or not is_storable(why):
        raise ReasonRequired(field="reason")
    old, pair = _current(model, key, version)
    supersede(old, stamp(pair, clock()))
    project_and_log(
        [pair],
        {pair.code: PairUpdate(reason=Reason.RETRACTED, facts=[Version.of(old)], author=author, why=why.strip())},
    )


def refresh(*, batch: int = 100) -> int:
    """Tells the log what changed because days have come, and what was loaded past the ledger. Returns the pairs told.

    Any number of processes may call it at once: a pair that another one holds is left to that one.
    """
    told = 0
    while True:
        with transaction.atomic():
            due = CountryPair.objects.due(today()).order_by("code").select_for_update(skip_locked=True)
            pairs = list(due[:batch])
            if not pairs:
                return told
            now = clock()
            for pair in pairs:
                stamp(pair, now)
            project_and_log(pairs, {})
            told += len(pairs)


def prepare_loaded_fact(sender: type[Fact], *, instance: Fact, raw: bool, **_: object) -> None:
    """A fixture's fact, about to be saved: fills what follows from it, makes its pair, asks for a refresh."""
    if not raw:
        return
    instance.derive()
    if sender.objects.filter(key=instance.key, version=instance.version).exists():
        return
    lock_out_commands()
    make_pairs({instance.pair_id})
    fresh = CountryPair.objects.filter(code=instance.pair_id).exclude(next_change_on=PROJECTION_PENDING)
    if fresh.update(next_change_on=PROJECTION_PENDING):
        transaction.on_commit(refresh)


def keep_known_reference(
    sender: type[Source | TravelBanList], *, instance: Source | TravelBanList, raw: bool, **_: object
) -> None:  # fmt: skip
    """A fixture's source or list, about to be saved: where it stands already it stays, with what editors made of it."""
    known = sender._default_manager.filter(key=instance.key).first() if raw else None
    if known is not None:
        for field in known._meta.concrete_fields:
            setattr(instance, field.attname, getattr(known, field.attname))


def drafted(
    draft: FactDraft, rows: LockedReferences, author: Author, refused: dict[int, list[Refused]], index: int
) -> Fact:  # fmt: skip
    try:
        fact = draft.model(**with_locked_references(draft.values, rows), recorded_by=author.user)
    except Refused as refusal:
        refused.setdefault(index, []).append(refusal)
        return draft.model()
    wrong = wrong_with(fact)
    if wrong:
        refused.setdefault(index, []).extend(wrong)
    return fact


def wrong_with(fact: Fact) -> list[Refused]:
    """Everything that is wrong with a fact by itself; fills what follows from its values."""
    wrong = field_errors(fact, exclude=_DERIVED)
    try:
        fact.derive()
    except Refused as refusal:
        return [*(other for other in wrong if other.field != "on"), refusal]
    return wrong or list(fact.contradictions())


def _evidence(draft: FactDraft, standing: LockedSources, refused: dict[int, list[Refused]], index: int) -> list[Cited]:
    try:
        return cited(draft.citations, standing)
    except Refused as refusal:
        refused.setdefault(index, []).append(refusal)
        return []


def _current(model: type[Fact], key: UUID, version: int | None) -> tuple[Fact, CountryPair]:
    """The fact's current version, read behind the lock on its pair, and the pair."""
    known = model.objects.filter(key=key).order_by("-version").first()
    if known is None:
        raise NoSuchFact(key=key)
    pair = locked({known.pair_id})[known.pair_id]
    latest = model.objects.filter(key=key).latest("version")
    if latest.superseded_at is not None:
        raise AlreadyRetracted(key=key, when=f"{latest.superseded_at:%Y-%m-%d}")
    if version is not None and version != latest.version:
        raise StaleVersion(current=latest.version, expected=version)
    return latest, pair


def _refuse_fixed(old: Fact, values: Mapping[str, Any]) -> None:
    for name in ("from_country", "to_country"):
        for column in (name, f"{name}_id"):
            if column in values and values[column] != getattr(old, column):
                raise CannotBeCorrected(field=name.removesuffix("_country"), what="The country of a fact")


def successor(old: Fact, values: Mapping[str, Any], author: Author) -> Fact:
    fact = type(old)()
    for field in old._meta.concrete_fields:
        if not (field.primary_key or field.generated):
            setattr(fact, field.attname, getattr(old, field.attname))
    for name, value in values.items():
        if name.removesuffix("_id") not in _FIXED:
            setattr(fact, name, value)
    fact.version, fact.superseded_at = old.version + 1, None
    fact.recorded_by = author.user
    return fact


def says_the_same(old: Fact, new: Fact) -> bool:
    """Whether two versions differ in nothing that somebody wrote."""
    written = [
        field.attname
        for field in old._meta.concrete_fields
        if field.name not in _FIXED and not field.primary_key and not field.generated
    ]
    return all(getattr(old, name) == getattr(new, name) for name in written)


def _cites_the_same(old: Fact, evidence: Sequence[Cited]) -> bool:
    def told(citation: Citation | Cited) -> tuple[int | None, str, str]:
        return citation.source_id, citation.quote, citation.stance

    return sorted(map(told, old.citations.all())) == sorted(map(told, evidence))


def supersede(old: Fact, moment: dt.datetime) -> None:
    type(old).objects.filter(pk=old.pk).update(superseded_at=moment)


def keep(facts: Sequence[Fact]) -> None:
    of_kind: defaultdict[type[Fact], list[Fact]] = defaultdict(list)
    for fact in facts:
        of_kind[type(fact)].append(fact)
    for model in FACT_MODELS:
        insert(model, of_kind[model])
