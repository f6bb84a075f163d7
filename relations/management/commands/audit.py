"""Shows on what everything that the tracker says today rests."""

from __future__ import annotations

import datetime as dt
import statistics
from argparse import ArgumentParser
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.management.base import BaseCommand

from relations.codes import SourceKind, TrackKind, label_in_sentence
from relations.queries import audit
from relations.queries.audit import AuditedStatus
from relations.queries.clock import today
from relations.queries.coverage import coverage

_IMPLIED, _NO_BASIS = "implied by a mission", "no source"


class Command(BaseCommand):
    help = "Show every status of today by source, basis and age, misplaced quotes, disputes and coverage."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--day", type=dt.date.fromisoformat, help="another day than today, as YYYY-MM-DD")
        parser.add_argument("--every", action="store_true", help="list every status, and not the totals alone")

    def handle(self, *args: Any, day: dt.date | None, every: bool, **options: Any) -> None:
        day = day or today()
        said = list(audit.statuses(day))
        self._title(f"Statuses of {day} ({len(said):,})")
        if every:
            self._every(said)
        self._by_basis(said)
        self._by_publisher(said)
        self._quotes()
        self._disputes([one for one in said if one.disputed])
        self._coverage(day)

    def _every(self, said: Iterable[AuditedStatus]) -> None:
        rows = [
            (one.pair, one.track, label_in_sentence(one.value), one.holder, _basis(one), _day(one.confirmed_on),
             "" if one.age is None else f"{one.age:,}", "stale" if one.stale else "", "; ".join(one.sources))
            for one in said
        ]  # fmt: skip
        self._table(("pair", "track", "value", "holder", "basis", "confirmed on", "days", "", "sources"), rows)

    def _by_basis(self, said: Iterable[AuditedStatus]) -> None:
        groups: defaultdict[tuple[str, str], list[AuditedStatus]] = defaultdict(list)
        for one in said:
            groups[one.kind, _basis(one)].append(one)
        rows = [(TrackKind(kind).label, basis, *_ages(own)) for (kind, basis), own in sorted(groups.items())]
        self._table(("track", "basis", "statuses", "stale", "median age in days"), rows)

    def _by_publisher(self, said: Iterable[AuditedStatus]) -> None:
        groups: defaultdict[str, list[AuditedStatus]] = defaultdict(list)
        for one in said:
            for publisher in one.publishers:
                groups[publisher].append(one)
        rows = [(publisher, *_ages(own)) for publisher, own in sorted(groups.items())]
        self._title("By the publisher of a source; a status rests on one or more")
        self._table(("publisher", "statuses", "stale", "median age in days"), rows)

    def _quotes(self) -> None:
        quotes = audit.quotes()
        self._title("Quotes")
        rows = [
            ("are in the archived text of their source", f"{quotes.placed:,}"),
            ("have no text to be compared with", f"{quotes.without_text:,}"),
            ("are not in their source", f"{len(quotes.astray):,}"),
        ]
        self._table(("quotes that", ""), rows)
        for citation, source, quote in quotes.astray:
            self.stdout.write(f"  citation {citation}, source {source}: {quote}")

    def _disputes(self, disputed: Sequence[AuditedStatus]) -> None:
        self._title(f"Disputed tracks ({len(disputed):,})")
        for one in disputed:
            self.stdout.write(f"{one.pair} {one.track}: {label_in_sentence(one.value)} {one.holder}".rstrip())
            for fact, sources in audit.sides(one):
                says = " ".join(
                    filter(None, (label_in_sentence(fact.word), fact.holder, label_in_sentence(fact.scope)))
                )
                self.stdout.write(f"  {fact.on}: {says} ({'; '.join(sources)}) {fact.key}")

    def _coverage(self, day: dt.date) -> None:
        covered = coverage(day)
        self._title(f"Coverage of {covered.directed_pairs:,} directed pairs of states")
        rows = [
            (TrackKind(kind).label, f"{known:,}", f"{known / covered.directed_pairs:.1%}", f"{covered.stale[kind]:,}",
             f"{covered.directed_pairs - known:,}")
            for kind, known in covered.known.items()
        ]  # fmt: skip
        self._table(("track", "known", "of all", "of these stale", "unknown"), rows)

    def _title(self, text: str) -> None:
        self.stdout.write(f"\n{text}\n")

    def _table(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        widths = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
        for row in (columns, *rows):
            self.stdout.write("  ".join(map(str.ljust, row, widths)).rstrip())


def _basis(one: AuditedStatus) -> str:
    if one.implied:
        return _IMPLIED
    return SourceKind(one.basis).label.lower() if one.basis else _NO_BASIS


def _ages(own: Sequence[AuditedStatus]) -> tuple[str, str, str]:
    """The number of statuses, of stale ones, and the median age in days."""
    ages = [one.age for one in own if one.age is not None]
    stale = Counter(one.stale for one in own)[True]
    return f"{len(own):,}", f"{stale:,}", f"{statistics.median(ages):,.0f}" if ages else ""


def _day(day: dt.date | None) -> str:
    return day.isoformat() if day else ""
