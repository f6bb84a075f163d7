"""Reads the change log and the log of list changes, whose entries are numbered together in the order of commits."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable
from operator import attrgetter
from typing import NamedTuple

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Left, Right
from django.db.models.lookups import In

from relations.codes import pair_code
from relations.models.changes import StatusChange
from relations.models.list_changes import ListChange
from relations.queries.countries import CountryIndex
from relations.status import INHERITED_KINDS
from relations.status.inheritance import MembershipPeriod

type LogEntry = StatusChange | ListChange

_LOGS = (StatusChange, ListChange)
_FEW = 8
"""Countries of which every pair is named: some two thousand codes."""


class LogHead(NamedTuple):
    """A log, and how far it reaches: its last change, and the last number that it shares with list changes."""

    log: str
    end: int
    sequence: int


_HEAD = """
    SELECT
        (SELECT system_identifier FROM pg_control_system()),
        (SELECT oid FROM pg_database WHERE datname = current_database()),
        'relations_statuschange'::regclass::oid,
        coalesce((SELECT max(id) FROM relations_statuschange), 0),
        coalesce((SELECT max(id) FROM relations_listchange), 0)
"""


def log_head() -> LogHead:
    """The present end of the change log. Entries up to it are all visible to the queries that follow.

    `log` is a digest of the database cluster, the database and its table of changes, which are others after a restore,
    by whatever tool: a position in one log means nothing in another.
    """
    with connection.cursor() as cursor:
        cursor.execute(_HEAD)
        *identity, end, last = cursor.fetchone() or (0, 0, 0, 0, 0)
    log = hashlib.blake2b(repr(identity).encode(), digest_size=6).hexdigest()
    return LogHead(log, end, max(end, last))


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


def of_pairs(codes: Collection[str], index: CountryIndex) -> Q:
    """Entries of the pairs, and of organisations' pairs from which one of them inherits on the day of the entry."""
    memberships: defaultdict[str, list[MembershipPeriod]] = defaultdict(list)
    for code in codes:
        for route in index.routes(code):
            memberships[route.pair].append(route.membership)
    inherited: defaultdict[_Span, list[str]] = defaultdict(list)
    for pair in sorted(memberships):
        for span in _spans(memberships[pair]):
            inherited[span].append(pair)
    reaching = Q(pk__in=[])
    for span, pairs in inherited.items():
        reaching |= Q(pair__in=pairs) & _sent_in(span)
    # Most entries are of none of these pairs: one look-up rejects them, instead of one for each span.
    return Q(pair__in=sorted(codes)) | Q(pair__in=sorted(memberships)) & reaching


def of_countries(codes: Collection[str], index: CountryIndex) -> Q:
    """Entries of the countries' pairs, and those of their organisations that reach them.

    Of few countries every possible pair is named: the log has an index by pair, and none by the end of a pair's code.
    Of many the index would not be read, and the pairs would be tens of thousands.
    """
    few = len(codes) <= _FEW
    wanted = Q(pair__in=_pairs(codes, index)) if few else _on_a_side(codes)
    for span in _spans(one for code in sorted(codes) for one in index.by_member.get(code, ())):
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


def _spans(memberships: Iterable[MembershipPeriod]) -> list[_Span]:
    """The days of the memberships together: the members of the United Nations began on eighty different days."""
    spans: list[_Span] = []
    for one in sorted(memberships, key=lambda one: (one.organisation, one.start or dt.date.min)):
        last = spans[-1] if spans else None
        if last is None or last.organisation != one.organisation or not _reaches(last.end, one.start):
            spans.append(_Span(one.organisation, one.start, one.end))
        elif last.end is not None:
            end = None if one.end is None else max(last.end, one.end)
            spans[-1] = _Span(last.organisation, last.start, end)
    return spans


def _reaches(end: dt.date | None, start: dt.date | None) -> bool:
    return end is None or start is None or start <= end


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
