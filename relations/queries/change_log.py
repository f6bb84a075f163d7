"""Changes in the log that concern a pair or a country: its own, and those that it inherits from organisations."""

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
from relations.status.inheritance import INHERITED_KINDS, MembershipPeriod, inheritance_routes

_FEW = 8
"""Countries of which every pair is named: some two thousand codes."""


def of_pairs(codes: Collection[str], memberships: Sequence[MembershipPeriod]) -> Q:
    """Changes of the pairs, and those that one of them inherits on the day from which they are effective."""
    ways: defaultdict[_Span, set[str]] = defaultdict(set)
    for code in codes:
        for way in inheritance_routes(code, memberships):
            ways[_span(way.belonging)].add(way.pair)
    reaching = Q(pk__in=[])
    for span, pairs in ways.items():
        reaching |= Q(pair__in=sorted(pairs)) & _sent_in(span)
    # Most changes are of none of these pairs: one look-up excludes them, instead of one for each span.
    return Q(pair__in=sorted(codes)) | Q(pair__in=sorted(set().union(*ways.values()))) & reaching


def of_countries(codes: Collection[str], countries: CountryIndex) -> Q:
    """Changes of the countries' pairs, and those that they inherit from organisations.

    For few countries every possible pair is named: the log has an index by pair, and none by the end of a pair's code.
    For many that would be tens of thousands of pairs, and the index would not be used.
    """
    few = len(codes) <= _FEW
    found = Q(pair__in=_pairs(codes, countries)) if few else _on_a_side(codes)
    for span in {_span(one) for one in countries.memberships if one.member in codes}:
        sent = _sent_in(span)
        found |= Q(pair__in=_pairs([span.organisation], countries)) & sent if few else sent
    return found


def _on_a_side(codes: Collection[str]) -> Q:
    sides = [In(Left("pair_id", 2), sorted(codes)), In(Right("pair_id", 2), sorted(codes))]
    return Q(*sides, _connector=Q.OR)


def _pairs(codes: Collection[str], countries: CountryIndex) -> list[str]:
    return sorted({pair_code(code, other) for code in codes for other in countries.by_code if other != code})


class _Span(NamedTuple):
    """Days on which some countries belonged to an organisation."""

    organisation: str
    start: dt.date | None
    end: dt.date | None


def _span(one: MembershipPeriod) -> _Span:
    return _Span(one.organisation, one.start, one.end)


def _sent_in(span: _Span) -> Q:
    """Changes in what the organisation does to others, within the span."""
    sent = Q()
    for kind in INHERITED_KINDS:
        sent |= Q(track__startswith=f"{kind}:{span.organisation}>")
    if span.start is not None:
        sent &= Q(effective__gte=span.start)
    if span.end is not None:
        sent &= Q(effective__lt=span.end)
    return sent
