"""Pairs: created, locked, and brought up to date."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from relations.codes import Reason
from relations.ledger.projecting import PROJECTION_PENDING, reproject
from relations.ledger.updates import PairUpdate
from relations.models import CountryPair
from relations.queries.clock import today


def make_pairs(codes: Collection[str]) -> None:
    """Creates the pairs that are missing, also while others create the same ones."""
    missing = [CountryPair(code=code, first_id=code[:2], second_id=code[3:]) for code in sorted(codes)]
    CountryPair.objects.bulk_create(missing, ignore_conflicts=True)


def lock_pairs(codes: set[str]) -> dict[str, CountryPair]:
    """Locks the pairs in the order of their codes, creating missing ones; pending facts are projected first."""
    # Created before the first is locked: creating one may wait for somebody who creates it as well.
    if CountryPair.objects.filter(code__in=codes).count() < len(codes):
        make_pairs(codes)
    pairs = CountryPair.objects.locked(codes)
    pending = [pair for pair in pairs if pair.next_change_on == PROJECTION_PENDING]
    if pending:
        reproject(pending)
    return {pair.code: pair for pair in pairs}


@transaction.atomic
def reproject_pairs(codes: set[str]) -> None:
    """Recomputes some pairs after something other than their facts changed what follows from them."""
    reproject(list(lock_pairs(codes).values()), PairUpdate(reason=Reason.CORRECTED))


def refresh(*, batch: int = 100) -> int:
    """Logs what changed because dates have elapsed, and what was loaded past the ledger. Returns the number of pairs.

    Any number of processes may run it at once: each passes over the pairs that another one has locked.
    """
    refreshed = 0
    while True:
        with transaction.atomic():
            due = CountryPair.objects.due(today()).order_by("code").select_for_update(skip_locked=True)
            pairs = list(due[:batch])
            if not pairs:
                return refreshed
            reproject(pairs)
            refreshed += len(pairs)
