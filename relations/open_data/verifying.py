"""Verifies a package: its sums, its statuses, its log, its CSV and its Parquet. Needs no database."""

from __future__ import annotations

import csv
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from relations.open_data.merkle import MerkleTree, canonical, leaf_hash
from relations.open_data.rebuilding import PERIOD_COLUMNS, Package, Row, Unreadable, period_values, read
from relations.representation.json_text import dumps
from relations.representation.tables import cell

_AT_ONCE = 1000
_SUM = re.compile(r"([0-9a-f]{64})  ([A-Za-z0-9][A-Za-z0-9._-]*)\n?")
SUMS = "SHA256SUMS"
_OF_LEAF = ("day", "leaf")


@dataclass(slots=True)
class Verified:
    """The number of what was compared."""

    files: int = 0
    pairs: int = 0
    periods: int = 0
    lines: int = 0
    days: int = 0
    unread: int = 0
    """Parquet files that were not read, for want of pyarrow: of these the sum alone is known."""


def differences(folder: Path, verified: Verified) -> Iterator[str]:
    """Everything in which a package differs from its own sums, facts, log and tables, one sentence each."""
    yield from _sums(folder, verified)
    try:
        yield from _statuses(folder, verified)
        yield from _log(folder, verified)
        yield from _csv(folder)
        yield from _parquet(folder, verified)
    except Unreadable as error:
        yield str(error)


def named_sums(text: str) -> Iterator[tuple[str, str]]:
    """The files that `SHA256SUMS` names, with their digests. Raises ValueError for another line."""
    for line in text.splitlines():
        matched = _SUM.fullmatch(line)
        if not matched:
            raise ValueError(f"{SUMS} has a line that is no digest and name: {line[:80]}")
        yield matched[2], matched[1]


def _sums(folder: Path, verified: Verified) -> Iterator[str]:
    try:
        sums = dict(named_sums((folder / SUMS).read_text("ascii")))
    except (OSError, UnicodeDecodeError):
        yield f"{SUMS} is missing or unreadable."
        return
    except ValueError as error:
        yield str(error)
        return
    for name, digest in sums.items():
        try:
            with (folder / name).open("rb") as file:
                actual = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            yield f"{name} is missing."
            continue
        verified.files += 1
        if actual != digest:
            yield f"{name} is not the file that {SUMS} names: its SHA-256 is {actual}."
    for path in sorted(folder.iterdir()):
        if path.name not in sums and path.name != SUMS:
            yield f"{path.name} is not in {SUMS}."


# --- statuses -------------------------------------------------------------------------------------------------------


def _statuses(folder: Path, verified: Verified) -> Iterator[str]:
    try:
        package = Package(folder)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise Unreadable(f"The sources, programmes or countries cannot be read: {error!r}") from error
    for pair, rows in package.pairs():
        verified.pairs += 1
        published = rows.get("periods", ())
        verified.periods += len(published)
        partial = any(row.get("partial") is True for row in published)
        try:
            rebuilt = [period_values(pair, one, partial=partial) for one in package.periods(pair, rows)]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            yield f"{pair}: its facts cannot be read: {error!r}"
            continue
        yield from _compared(pair, published, [dict(zip(PERIOD_COLUMNS, one, strict=True)) for one in rebuilt])


def _compared(pair: str, published: Sequence[Row], rebuilt: Sequence[Row]) -> Iterator[str]:
    """The tracks of a pair whose periods differ, with the first that does; rows are compared byte by byte."""
    own, other = _by_track(published), _by_track(rebuilt)
    for track in sorted(own.keys() | other.keys()):
        for one, two in zip_longest(own.get(track, ()), other.get(track, ())):
            if one is None or two is None or dumps(one) != dumps(two):
                yield f"{pair} {track}: the package has {_in_words(one)}; its facts give {_in_words(two)}."
                break


def _by_track(rows: Sequence[Row]) -> Mapping[str, Sequence[Row]]:
    tracks: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        tracks[str(row.get("track"))].append(row)
    return tracks


def _in_words(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return "no further period"
    more = [f"{name} {value}" for name, value in row.items() if value and name not in ("pair", "track", "start", "end",
                                                                                      "value", "facts")]  # fmt: skip
    end = row.get("end") or "…"
    return f"{row.get('value')} from {row.get('start')} to {end} ({', '.join(more)}, facts {row.get('facts')})"


# --- the log --------------------------------------------------------------------------------------------------------


def _log(folder: Path, verified: Verified) -> Iterator[str]:
    """Lines whose hash is not theirs, and days whose lines do not give their root."""
    trees: defaultdict[str, MerkleTree] = defaultdict(MerkleTree)
    last = 0
    for row in read(folder / "changes.jsonl"):
        verified.lines += 1
        try:
            number, leaf = int(row["id"]), bytes.fromhex(row["leaf"])
            line = {name: value for name, value in row.items() if name not in _OF_LEAF}
            if row["pair"] is not None and leaf_hash(canonical(line)) != leaf:
                yield f"Line {number} of the log does not have the hash that it names."
            if row["pair"] is not None and not str(row["recorded_at"]).startswith(str(row["day"])):
                yield f"Line {number} of the log was not recorded on {row['day']}."
        except (KeyError, TypeError, ValueError) as error:
            raise Unreadable(f"changes.jsonl: a line cannot be read: {error!r}") from error
        if number <= last:
            yield f"Line {number} of the log follows line {last}."
        last = number
        trees[str(row["day"])].append(leaf)
    for row in read(folder / "day-roots.jsonl"):
        verified.days += 1
        tree = trees.pop(str(row.get("day")), MerkleTree())
        if (tree.size, tree.root().hex()) != (row.get("lines"), row.get("root")):
            yield f"The {tree.size} lines of {row.get('day')} have the root {tree.root().hex()}, not {row.get('root')}."
    for day in sorted(trees):
        yield f"The lines of {day} have no root."


# --- CSV ------------------------------------------------------------------------------------------------------------

_LONGEST_CELL = 2**31 - 1


def _csv(folder: Path) -> Iterator[str]:
    """The tables whose CSV has another row than their JSON Lines, with the first that does."""
    csv.field_size_limit(_LONGEST_CELL)
    for path in sorted(folder.glob("*.jsonl")):
        try:
            with path.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
                number = _other_row(csv.reader(file), read(path))
        except FileNotFoundError:
            continue  # the sums name it
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            yield f"{path.stem}.csv cannot be read: {error}"
            continue
        if number:
            yield f"{path.stem}.csv, row {number}: it is not the row of {path.name}."


def _other_row(lines: Iterator[list[str]], rows: Iterator[Row]) -> int | None:
    """The number, from 1 on, of the first row that has other cells than the line after the head."""
    names = next(lines, [])
    for number, (row, line) in enumerate(zip_longest(rows, lines), 1):
        if row is None or line is None or [str(cell(row.get(name))) for name in names] != line or len(row) != len(line):
            return number
    return None


# --- Parquet --------------------------------------------------------------------------------------------------------


def _parquet(folder: Path, verified: Verified) -> Iterator[str]:
    """The tables whose Parquet has another row than their JSON Lines, with the first that does."""
    paths = sorted(folder.glob("*.parquet"))
    try:
        from pyarrow import ArrowException, parquet
    except ImportError:
        verified.unread = len(paths)
        return
    for path in paths:
        lines = path.with_suffix(".jsonl")
        try:
            with parquet.ParquetFile(path) as file:
                rows = (row for batch in file.iter_batches(batch_size=_AT_ONCE) for row in batch.to_pylist())
                number = _other_stored_row(rows, read(lines) if lines.exists() else iter(()))
        except (OSError, ArrowException, ValueError, TypeError) as error:
            yield f"{path.name} cannot be read: {str(error)[:200]}"
            continue
        if number:
            yield f"{path.name}, row {number}: it is not the row of {lines.name}."


def _other_stored_row(stored: Iterator[Row], rows: Iterator[Row]) -> int | None:
    """The number, from 1 on, of the first row that differs, byte by byte as JSON; objects are stored as their JSON."""
    for number, (one, row) in enumerate(zip_longest(stored, rows), 1):
        if one is None or row is None:
            return number
        written = {
            name: value if value is None or isinstance(value, str | int | list) else dumps(value).decode()
            for name, value in row.items()
        }
        if dumps(one) != dumps(written):
            return number
    return None
