"""The countries of a matrix: those that a reader names, or those of which most statuses are known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from relations.codes import DIRECTED, pair_code, pair_sides
from relations.queries.coverage import known_directions
from relations.web.names import in_order
from relations.web.overview.selection import Selection

MOST_COUNTRIES = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Axes:
    """`rows` act towards `columns`; of a track without direction both are the same.

    `left_out` have a known status but no row or no column for it. `too_many` counts named countries beyond the most.
    """

    rows: Sequence[str] = ()
    columns: Sequence[str] = ()
    left_out: Sequence[str] = ()
    is_ranked: bool = False
    is_counted: bool = True
    too_many: int = 0

    @property
    def pairs(self) -> set[str]:
        return {pair_code(row, column) for row in self.rows for column in self.columns if row != column}


def axes(selection: Selection, pairs: Mapping[str, int]) -> Axes:
    """The named countries by name; of none or one, those with most known statuses in these pairs, the most first."""
    named = selection.named
    if len(named) > MOST_COUNTRIES:
        return Axes(too_many=len(named))
    if len(named) > 1:
        ordered = sorted(named, key=lambda code: in_order(selection.names[code]))
        return Axes(rows=ordered, columns=ordered)
    known = known_directions(selection.track, selection.day)
    if known is None:
        return _of_pairs(selection, pairs)
    ways = [way for way in known if pair_code(*way) in pairs]
    if selection.track not in DIRECTED:
        ways += [(second, first) for first, second in ways]
    rows = _most(selection, (sender for sender, _ in ways))
    columns = _most(selection, (receiver for sender, receiver in ways if sender in rows))
    if selection.track in DIRECTED:
        senders = {sender for sender, receiver in ways if receiver in columns}
        rows = [code for code in rows if code in senders or code in named]
    else:
        columns = rows
    shown_rows, shown_columns = set(rows), set(columns)
    left_out = {sender for sender, _ in ways} - shown_rows | {receiver for _, receiver in ways} - shown_columns
    return Axes(
        rows=rows, columns=columns, is_ranked=True,
        left_out=sorted(left_out, key=lambda code: in_order(selection.names[code])),
    )  # fmt: skip


def _most(selection: Selection, codes: Iterable[str]) -> list[str]:
    """The named country, then the most frequent codes."""
    counts = Counter(codes)
    if not counts:
        return []
    names = selection.names
    ranked = sorted(counts.keys() - {*selection.named}, key=lambda code: (-counts[code], in_order(names[code])))
    return [*selection.named, *ranked][:MOST_COUNTRIES]


def _of_pairs(selection: Selection, pairs: Mapping[str, int]) -> Axes:
    """The countries with most pairs, and entries of their logs: statuses are too many to be counted at once."""
    counts, entries = Counter[str](), Counter[str]()
    for pair, version in pairs.items():
        counts.update(pair_sides(pair))
        entries.update(dict.fromkeys(pair_sides(pair), version))
    others = [code for code in counts if selection.exists(code) and code not in selection.named]
    ranked = sorted(others, key=lambda code: (-counts[code], -entries[code], code))
    ordered = [*selection.named, *ranked][:MOST_COUNTRIES]
    return Axes(rows=ordered, columns=ordered, is_ranked=True, is_counted=False)
