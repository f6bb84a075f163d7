"""Confirmations: a source still says, on a later day, what a recorded fact says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from relations.codes import Reason, Stance
from relations.errors import AlreadyRetracted, Contradiction, Invalid, NoSuchFact, Refused
from relations.ledger.bulk_copy import insert
from relations.ledger.drafts import Author, ConfirmationDraft
from relations.ledger.evidence import LockedSources, lock_sources, locked_source, quoting, refuse_quote
from relations.ledger.locks import clock
from relations.ledger.pairs import lock_pairs
from relations.ledger.projecting import advance, project_and_log
from relations.ledger.refusals import no_refusals, raise_refusals, refused_row
from relations.ledger.updates import PairUpdate, Version
from relations.ledger.versions import latest_versions
from relations.models import FACT_MODELS, Confirmation, CountryPair, Fact
from relations.queries.clock import today
from relations.text.faults import fault_of_text, is_storable


class _Confirmed(NamedTuple):
    """A confirmation that is not yet saved, and the version of the fact that it is about."""

    fact: Fact
    row: Confirmation

    @property
    def identity(self) -> _Identity:
        return self.fact.column, self.fact.pk, self.row.source_id, self.row.day


type _Identity = tuple[str, int, int, dt.date]
"""The column and the id of a fact's row, the source, and the day: no two confirmations have the same."""


@transaction.atomic
def confirm(drafts: Sequence[ConfirmationDraft], *, author: Author) -> int:
    """Records that sources still say what the current versions of facts say. Returns how many were not yet known.

    The same source on the same day is no second confirmation. The pairs are projected again, and their log gets an
    entry only where a value of today changes; their rows are written in any case, so that no cached answer remains.
    In a transaction of several commands `lock_ahead` comes first. Raises `SomeRefused`.
    """
    sources = lock_sources(drafts)
    pairs = lock_pairs({fact.pair_id for fact in _latest(drafts).values()})
    confirmed = _checked(drafts, sources)
    known = _known(confirmed)
    new = list({one.identity: one for one in confirmed if one.identity not in known}.values())
    if new:
        _write(new, pairs, author)
    return len(new)


def _latest(drafts: Sequence[ConfirmationDraft]) -> dict[UUID, Fact]:
    return latest_versions((draft.model, draft.key) for draft in drafts)


def _checked(drafts: Sequence[ConfirmationDraft], sources: LockedSources) -> list[_Confirmed]:
    """Decides by the versions that are current now that the pairs are locked."""
    confirmed, refused, latest = list[_Confirmed](), no_refusals(), _latest(drafts)
    for index, draft in enumerate(drafts):
        with refused_row(refused, index):
            fact = _current(draft, latest)
            if wrong := list(_refusals(draft, fact)):
                refused[index] += wrong
            else:
                confirmed.append(_Confirmed(fact, _row(draft, fact, sources)))
    raise_refusals(refused)
    return confirmed


def _current(draft: ConfirmationDraft, latest: Mapping[UUID, Fact]) -> Fact:
    fact = latest.get(draft.key)
    if fact is None:
        raise NoSuchFact(key=draft.key)
    if fact.superseded_at is not None:
        raise AlreadyRetracted(key=draft.key, when=f"{fact.superseded_at:%Y-%m-%d}")
    return fact


def _refusals(draft: ConfirmationDraft, fact: Fact) -> Iterator[Refused]:
    if draft.day > today():
        yield Invalid(field="day", why=f"{draft.day} is in the future: give the day on which the source said so.")
    if draft.day < fact.earliest:
        yield Contradiction(
            field="day", why=f"On {draft.day} it had not begun: the fact is of {fact.on}. Correct its date instead."
        )
    if not is_storable(draft.quote):
        yield Invalid(field="quote", why=fault_of_text(draft.quote))


def _row(draft: ConfirmationDraft, fact: Fact, sources: LockedSources) -> Confirmation:
    source = locked_source(draft.source, sources, field="source")
    row = Confirmation(**{f"{fact.column}_id": fact.pk}, source_id=source.pk, day=draft.day)
    refuse_quote(draft.quote, source, field="quote")
    if quote := draft.quote.strip():
        cited = quoting(source, quote, Stance.SUPPORTS, field="quote")
        row.quote, row.start, row.end = cited.quote, cited.start, cited.end
    return row


def _known(confirmed: Sequence[_Confirmed]) -> set[_Identity]:
    """Finds those of them that are recorded: one query for each kind."""
    known: set[_Identity] = set()
    for model in FACT_MODELS:
        own = [one for one in confirmed if one.fact.column == model.column]
        if own:
            facts, sources = {one.fact.pk for one in own}, {one.row.source_id for one in own}
            rows = Confirmation.objects.filter(**{f"{model.column}__in": facts, "source__in": sources})
            columns = rows.order_by().values_list(f"{model.column}_id", "source_id", "day")
            known |= {(model.column, *values) for values in columns}
    return known


def _write(confirmed: Sequence[_Confirmed], pairs: Mapping[str, CountryPair], author: Author) -> None:
    now = clock()
    touched = [pairs[code] for code in sorted({one.fact.pair_id for one in confirmed})]
    moments = {pair.code: advance(pair, now) for pair in touched}
    for fact, row in confirmed:
        row.recorded_at, row.recorded_by = moments[fact.pair_id], author.user
    insert(Confirmation, (one.row for one in confirmed))
    facts = {one.fact.row: Version.of(one.fact) for one in confirmed}
    reason = Reason.IMPORTED if author.imports else Reason.RECORDED
    project_and_log(
        touched, PairUpdate(reason=reason, facts=list(facts.values()), author=author, is_logged_without_effect=False)
    )
