"""Which lines of the change log concern a pair or a country: its own, and those of organisations that reach it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from relations.models.pairs import code_of
from relations.models.world import Belonging, World
from relations.status.reach import REACHING, routes


def of_pair(code: str, belongings: Sequence[Belonging]) -> Q:
    """Lines of the pair, and those of an organisation's pair that reach it on the day from which they hold."""
    found = Q(pair=code)
    for way in routes(code, belongings):
        found |= Q(pair=way.pair) & _sent_by(way.organisation) & _while(way.belonging)
    return found


def of_country(code: str, around: World) -> Q:
    """Lines of the country's pairs, and those of its organisations that reach it.

    Every pair that there could be is named: the log has an index by pair, and none by the end of a pair's code.
    """
    found = Q(pair__in=_pairs(code, around))
    for one in around.belongings:
        if one.member == code:
            found |= Q(pair__in=_pairs(one.organisation, around)) & _sent_by(one.organisation) & _while(one)
    return found


def _pairs(code: str, around: World) -> list[str]:
    return [code_of(code, other) for other in around.countries if other != code]


def _sent_by(organisation: str) -> Q:
    found = Q()
    for kind in REACHING:
        found |= Q(track__startswith=f"{kind}:{organisation}>")
    return found


def _while(belonging: Belonging) -> Q:
    found = Q()
    if belonging.start is not None:
        found &= Q(effective__gte=belonging.start)
    if belonging.end is not None:
        found &= Q(effective__lt=belonging.end)
    return found
