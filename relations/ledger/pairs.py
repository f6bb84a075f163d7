"""Pairs made, locked, and brought up to date."""

from __future__ import annotations

from django.db import connection, transaction

from relations.codes import Reason
from relations.ledger.projecting import PROJECTION_PENDING, PairUpdate, clock, project_and_log, stamp
from relations.models import CountryPair


def make_pairs(codes: set[str]) -> None:
    """Makes the pairs that are missing, whoever else makes them at the same time."""
    missing = [CountryPair(code=code, first_id=code[:2], second_id=code[3:]) for code in sorted(codes)]
    CountryPair.objects.bulk_create(missing, ignore_conflicts=True)


def lock_out_commands() -> None:
    """Waits for every act that holds a pair, and keeps others from pairs to the commit.

    Who comes upon pairs one by one, as a fixture does, cannot lock them in the order of their codes: without it they
    and an act could wait for each other in a circle.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE relations_countrypair IN EXCLUSIVE MODE")


def locked(codes: set[str]) -> dict[str, CountryPair]:
    """The pairs, made where they are missing, locked in the order of their codes; what was loaded is told first."""
    # Pairs are made before the first is locked: whoever makes one may have to wait for somebody who makes it as well.
    if CountryPair.objects.filter(code__in=codes).count() < len(codes):
        make_pairs(codes)
    pairs = CountryPair.objects.locked(codes)
    waiting = [pair for pair in pairs if pair.next_change_on == PROJECTION_PENDING]
    if waiting:
        now = clock()
        for pair in waiting:
            stamp(pair, now)
        project_and_log(waiting, {})
    return {pair.code: pair for pair in pairs}


@transaction.atomic
def resettle(codes: set[str]) -> None:
    """Writes the periods of some pairs anew after something beside the facts decided otherwise on them."""
    pairs = locked(codes)
    now = clock()
    for pair in pairs.values():
        stamp(pair, now)
    project_and_log(list(pairs.values()), {code: PairUpdate(reason=Reason.CORRECTED) for code in pairs})
