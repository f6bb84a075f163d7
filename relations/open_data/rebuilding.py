"""Rebuilds the periods of every pair from a package's facts alone: without a database."""

from __future__ import annotations

import datetime as dt
import heapq
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import orjson

from relations.codes import Stance, pair_sides
from relations.status import FACT_KINDS, FactKind, Period, periods
from relations.status.facts import Confirmation, FactValue, Witness

type Row = dict[str, Any]
PERIOD_COLUMNS = {
    "pair": "string", "track": "string", "start": "date", "end": "date", "value": "string", "holder": "string",
    "measures": "strings", "scope": "string", "visa_classes": "strings", "expires_on": "date", "since": "string",
    "facts": "strings", "uncertain": "strings", "disputed": "boolean", "fact_count": "integer", "basis": "string",
    "confirmed_to": "date", "stale": "boolean", "last_known": "string", "last_known_on": "date", "implied": "boolean",
    "partial": "boolean",
}  # fmt: skip
"""`end` is the day after the last; `partial`: facts of the pair are left out of the package."""
_OF_PERIOD = {"pair", "track", "start", "end", "uncertain", "partial"}


class Unreadable(Exception):
    """A file of a package is no table of it."""


def read(path: Path) -> Iterator[Row]:
    """The rows of a table in JSON Lines. Raises `Unreadable`."""
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                row = orjson.loads(line)
                if not isinstance(row, dict):
                    raise Unreadable(f"{path.name}, line {number}: no JSON object")
                yield row
    except OSError as error:
        raise Unreadable(f"{path.name}: {error.strerror}") from None
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"{path.name}, line {number}: {error}") from None


def period_values(pair: str, period: Period, *, partial: bool) -> tuple[Any, ...]:
    """The values of `PERIOD_COLUMNS`."""
    own = {"pair": pair, "track": str(period.track), "start": period.start, "end": period.end, "partial": partial,
           "uncertain": list(period.uncertain)}  # fmt: skip
    state = (name for name in PERIOD_COLUMNS if name not in _OF_PERIOD)
    own |= {name: _plain(getattr(period.state, name)) for name in state}
    return tuple(own[name] for name in PERIOD_COLUMNS)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


class Package:
    """The facts of a package, read pair by pair; its sources, programmes and countries are in memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._witnesses = {row["id"]: _witness(row) for row in self._table("sources")}
        self._programmes = {row["id"]: row for row in self._table("programmes")}
        years = {row["code"]: row["to_year"] for row in self._table("countries")}
        self._last_days = {code: dt.date(year, 12, 31) for code, year in years.items() if year}

    def _table(self, name: str) -> Iterator[Row]:
        return read(self.folder / f"{name}.jsonl")

    def pairs(self, *, only: Collection[str] | None = None) -> Iterator[tuple[str, Mapping[str, Sequence[Row]]]]:
        """The rows of each pair by table, in the order of pairs."""
        names = [*FACT_KINDS, "citations", "confirmations", *(["periods"] if only is None else [])]
        merged = heapq.merge(*map(self._named, names), key=itemgetter(0))
        for pair, own in groupby(merged, key=itemgetter(0)):
            if only is None or pair in only:
                rows: defaultdict[str, list[Row]] = defaultdict(list)
                for _, name, row in own:
                    rows[name].append(row)
                yield pair, rows

    def _named(self, name: str) -> Iterator[tuple[str, str, Row]]:
        return ((str(row.get("pair")), name, row) for row in self._table(name))

    def periods(self, pair: str, rows: Mapping[str, Sequence[Row]]) -> list[Period]:
        """The periods that follow from the current versions of a pair's facts, in order of track and day."""
        days = [self._last_days[code] for code in pair_sides(pair) if code in self._last_days]
        rebuilt = periods(self._facts(rows), until=min(days, default=None))
        return sorted(rebuilt, key=lambda period: (str(period.track), period.start))

    def _facts(self, rows: Mapping[str, Sequence[Row]]) -> Iterator[FactValue]:
        cited, confirmed = _by_version(rows.get("citations", ())), _by_version(rows.get("confirmations", ()))
        for kind in FACT_KINDS.values():
            same: defaultdict[tuple[Any, ...], list[Row]] = defaultdict(list)
            for row in rows.get(kind.slug, ()):
                same[_same(kind, row)] += confirmed.get((kind.slug, row["key"], row["version"]), ())
            for row in rows.get(kind.slug, ()):
                if row["superseded_at"] is None:
                    citations = cited.get((kind.slug, row["key"], row["version"]), ())
                    yield self._fact(kind, row, citations, same[_same(kind, row)])

    def _fact(self, kind: FactKind, row: Row, citations: Sequence[Row], confirmed: Sequence[Row]) -> FactValue:
        sources = sorted({one["source"] for one in citations if one["stance"] == Stance.SUPPORTS})
        witnesses = tuple(self._witnesses[source] for source in sources)
        programme = self._programmes[row["programme"]] if row.get("programme") else {}
        own: dict[str, Any] = {name.removesuffix("_id"): row[name.removesuffix("_id")] for name in kind.columns}
        own = {name: tuple(value) if isinstance(value, list) else value for name, value in own.items()}
        if "expires_on" in own:
            own["expires_on"] = _day(own["expires_on"])
        return FactValue(
            kind=kind.slug, key=row["key"], version=row["version"], sender=row["from"], receiver=row["to"],
            on=row["on"], earliest=_day(row["earliest"]), latest=dt.date.fromisoformat(row["latest"]),
            recorded_at=_moment(row["recorded_at"]), superseded_at=None,
            first_recorded_at=_moment(row["first_recorded_at"]), word=row[kind.word_field], nature=row["nature"],
            originals=frozenset(witness.original for witness in witnesses), witnesses=witnesses,
            contested=any(one["stance"] == Stance.DISPUTES for one in citations),
            confirmations=self._confirmations(confirmed),
            regime=programme.get("regime"), thematic=programme.get("thematic", False),
            **own,
        )  # fmt: skip

    def _confirmations(self, rows: Sequence[Row]) -> tuple[Confirmation, ...]:
        confirmed = [(dt.date.fromisoformat(one["day"]), _moment(one["recorded_at"]), one["source"]) for one in rows]
        return tuple(Confirmation(day, self._witnesses[source], moment) for day, moment, source in sorted(confirmed))


def _same(kind: FactKind, row: Row) -> tuple[Any, ...]:
    """The values in which versions are equal that say the same: one's confirmations are the other's."""
    return (row["key"], row[kind.word_field], row.get("holder"))


def _by_version(rows: Sequence[Row]) -> Mapping[tuple[str, str, int], Sequence[Row]]:
    groups: defaultdict[tuple[str, str, int], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row["kind"], row["fact"], row["version"]].append(row)
    return groups


def _witness(row: Row) -> Witness:
    return Witness(
        row["kind"], _day(row["published_on"]), _day(row["covers_to"]), row["good_for"],
        original=row["syndication_of"] or row["id"],
    )  # fmt: skip


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
