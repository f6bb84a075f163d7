"""Reads the change log and the log of list changes, whose entries are numbered together in the order of commits."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from operator import attrgetter
from typing import NamedTuple

from django.db.models import Q
from django.db.models.functions import Left, Right
from django.db.models.lookups import In

from relations.codes import pair_code
from relations.models.changes import StatusChange
from relations.models.list_changes import ListChange
from relations.queries.countries import CountryIndex
from relations.status import INHERITED_KINDS, inheritance_routes
from relations.status.inheritance import MembershipPeriod

type LogEntry = StatusChange | ListChange

_LOGS = (StatusChange, ListChange)
_FEW = 8
"""Countries of which every pair is named: some two thousand codes."""


def last_sequence() -> int:
    """The number of the last entry of the two logs; 0 where there is none."""
    return max(log.objects.order_by("-id").values_list("id", flat=True).first() or 0 for log in _LOGS)


def last_entries(number: int) -> list[LogEntry]:
    """The last entries of the two logs, the newest first."""
    changes = StatusChange.objects.order_by("-id")[:number]
    list_changes = ListChange.objects.order_by("-id").select_related("run")[:number]
    return sorted([*changes, *list_changes], key=attrgetter("pk"), reverse=True)[:number]


def entries_between(after: int, until: int, *, most: int) -> list[LogEntry]:
    """The first entries after number `after`, up to and including `until`."""
    changes = StatusChange.objects.after(after).filter(id__lte=until)[:most]
    list_changes = ListChange.objects.after(after).filter(id__lte=until)[:most]
    return sorted([*changes, *list_changes], key=attrgetter("pk"))[:most]


def span(*, since: dt.datetime | None = None, until: dt.datetime | None = None) -> tuple[int, int | None]:
    """The numbers (after, until) of the entries recorded from `since` up to and including `until`, for `replay`."""
    first = [log.objects.filter(recorded_at__gte=since).order_by("id").first() for log in _LOGS] if since else []
    last = [log.objects.filter(recorded_at__lte=until).order_by("-id").first() for log in _LOGS] if until else []
    begins = min((entry.pk - 1 for entry in first if entry), default=last_sequence() if since else 0)
    return begins, max((entry.pk for entry in last if entry), default=0) if until else None


# --- filters: entries that concern a pair or a country --------------------------------------------------------------


def of_pairs(codes: Collection[str], memberships: Sequence[MembershipPeriod]) -> Q:
    """Entries of the pairs, and of organisations' pairs from which one of them inherits on the day of the entry."""
    inherited: defaultdict[_Span, set[str]] = defaultdict(set)
    for code in codes:
        for route in inheritance_routes(code, memberships):
            inherited[_span(route.membership)].add(route.pair)
    reaching = Q(pk__in=[])
    for span, pairs in inherited.items():
        reaching |= Q(pair__in=sorted(pairs)) & _sent_in(span)
    # Most entries are of none of these pairs: one look-up rejects them, instead of one for each span.
    return Q(pair__in=sorted(codes)) | Q(pair__in=sorted(set().union(*inherited.values()))) & reaching


def of_countries(codes: Collection[str], index: CountryIndex) -> Q:
    """Entries of the countries' pairs, and those of their organisations that reach them.

    Of few countries every possible pair is named: the log has an index by pair, and none by the end of a pair's code.
    Of many the index would not be read, and the pairs would be tens of thousands.
    """
    few = len(codes) <= _FEW
    wanted = Q(pair__in=_pairs(codes, index)) if few else _on_a_side(codes)
    for span in {_span(one) for one in index.memberships if one.member in codes}:
        sent = _sent_in(span)
        wanted |= Q(pair__in=_pairs([span.organisation], index)) & sent if few else sent
    return wanted


def _on_a_side(codes: Collection[str]) -> Q:
    sides = [In(Left("pair_id", 2), sorted(codes)), In(Right("pair_id", 2), sorted(codes))]
    return Q(*sides, _connector=Q.OR)


def _pairs(codes: Collection[str], index: CountryIndex) -> list[str]:
    return sorted({pair_code(code, other) for code in codes for other in index.by_code if other != code})


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
