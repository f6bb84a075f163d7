"""Which lines of the change log concern a pair or a country: its own, and those of organisations that reach it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import NamedTuple

from django.db.models import Q
from django.db.models.functions import Left, Right
from django.db.models.lookups import In

from relations.codes import pair_code
from relations.queries.countries import CountryIndex
from relations.status import INHERITED_KINDS, inheritance_routes
from relations.status.inheritance import MembershipPeriod

_FEW = 8
"""Countries of which every pair is named: some two thousand codes."""


def of_pairs(codes: Collection[str], belongings: Sequence[MembershipPeriod]) -> Q:
    """Lines of the pairs, and those of organisations' pairs that reach one of them on the day from which they hold."""
    ways: defaultdict[_Span, set[str]] = defaultdict(set)
    for code in codes:
        for way in inheritance_routes(code, belongings):
            ways[_span(way.membership)].add(way.pair)
    reaching = Q(pk__in=[])
    for span, pairs in ways.items():
        reaching |= Q(pair__in=sorted(pairs)) & _sent_in(span)
    # Most lines are of none of these pairs: they are done with after one look-up, and not after one for each span.
    return Q(pair__in=sorted(codes)) | Q(pair__in=sorted(set().union(*ways.values()))) & reaching


def of_countries(codes: Collection[str], around: CountryIndex) -> Q:
    """Lines of the countries' pairs, and those of their organisations that reach them.

    Of few countries every pair that there could be is named: the log has an index by pair, and none by the end of a
    pair's code. Of many it would not be read, and the pairs would be tens of thousands.
    """
    few = len(codes) <= _FEW
    found = Q(pair__in=_pairs(codes, around)) if few else _on_a_side(codes)
    for span in {_span(one) for one in around.belongings if one.member in codes}:
        sent = _sent_in(span)
        found |= Q(pair__in=_pairs([span.organisation], around)) & sent if few else sent
    return found


def _on_a_side(codes: Collection[str]) -> Q:
    sides = [In(Left("pair_id", 2), sorted(codes)), In(Right("pair_id", 2), sorted(codes))]
    return Q(*sides, _connector=Q.OR)


def _pairs(codes: Collection[str], around: CountryIndex) -> list[str]:
    return sorted({pair_code(code, other) for code in codes for other in around.countries if other != code})


class _Span(NamedTuple):
    """A time in which some countries belonged to an organisation."""

    organisation: str
    start: dt.date | None
    end: dt.date | None


def _span(one: MembershipPeriod) -> _Span:
    return _Span(one.organisation, one.start, one.end)


def _sent_in(span: _Span) -> Q:
    """Lines of what the organisation does to others, of the days of the time."""
    sent = Q()
    for kind in INHERITED_KINDS:
        sent |= Q(track__startswith=f"{kind}:{span.organisation}>")
    if span.start is not None:
        sent &= Q(effective__gte=span.start)
    if span.end is not None:
        sent &= Q(effective__lt=span.end)
    return sent
