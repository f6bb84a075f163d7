"""The matrix of countries × countries by one track: its axes, the places of an SVG, and the same as a table."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from relations.codes import DIRECTED, pair_code, pair_sides
from relations.queries.coverage import known_directions
from relations.web.overview.one_track import OneTrack
from relations.web.overview.selection import Selection
from relations.web.pairs.address import Address
from relations.web.pairs.statuses import ShownStatus
from relations.web.tones import apart, by_gravity, classes, hatch, hatches
from relations.web.words import in_order, key_in_words

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


SIDE = 24
"""Pixels of a cell: the least size of a target (WCAG 2.2, 2.5.8)."""
SHAPE = 12
_TOP = 26
_MARGIN, _LETTER, _LONGEST_NAME = 42, 7, 26
"""Pixels of a row's code with its distances, and of a letter of its name; letters of the longest name."""


@dataclass(slots=True)
class Cell:
    """The known status of a row's country towards a column's."""

    x: int
    y: int
    column: str
    path: str
    status: ShownStatus

    @property
    def tone(self) -> str:
        """The tone of its colour: that sources contradict each other is graver than what they say."""
        return "disputed" if self.status.disputed else self.status.tone

    @property
    def shape(self) -> str:
        """The tone of its shape: of an old value, which is hatched, that of what was last said."""
        base, last = apart(self.tone)
        return last or base

    @property
    def words(self) -> str:
        status = self.status
        dispute, via = f", {_('disputed')}" if status.disputed else "", f" ({status.via})" if status.via else ""
        return f"{self.column}: {status.word}{dispute}{via}"


@dataclass(frozen=True, slots=True)
class Row:
    """A country with its known cells; `table` is the whole row as cells of a table."""

    code: str
    name: str
    middle: int
    cells: Sequence[Cell]
    table: SafeString

    @property
    def short(self) -> str:
        return self.name if len(self.name) <= _LONGEST_NAME else self.name[: _LONGEST_NAME - 1] + "…"

    def marks(self, arrow: str) -> SafeString:
        """The known cells of the picture. A template takes ten times as long for a thousand of them."""
        return mark_safe("".join(_mark(cell, f"{self.name} {arrow}") for cell in self.cells))  # noqa: S308  # escaped


def _mark(cell: Cell, way: str) -> str:
    tone, half = cell.tone, (SIDE - SHAPE) // 2
    return (
        f'<a href="{cell.path}" class="{classes(tone)}" tabindex="-1"><title>{escape(f"{way} {cell.words}")}</title>'
        f'<rect x="{cell.x}" y="{cell.y}" width="{SIDE}" height="{SIDE}"{hatch(tone)}/>'
        f'<use href="#shape-{cell.shape}" x="{cell.x + half}" y="{cell.y + half}"/></a>'
    )


@dataclass(frozen=True, slots=True)
class Matrix:
    """A grid where the track has a direction, otherwise the triangle below the diagonal.

    Columns are given by their middles, and the codes and names of their countries.
    """

    title: str
    is_directed: bool
    rows: Sequence[Row]
    columns: Sequence[tuple[int, str, str]]
    left: int
    grounds: str

    @property
    def width(self) -> int:
        return self.left + len(self.columns) * SIDE + 2

    @property
    def height(self) -> int:
        return _TOP + len(self.rows) * SIDE + 2

    @property
    def arrow(self) -> str:
        return "→" if self.is_directed else "–"

    @property
    def known(self) -> list[Cell]:
        return [cell for row in self.rows for cell in row.cells]

    @property
    def marks(self) -> list[tuple[Row, SafeString]]:
        return [(row, row.marks(self.arrow)) for row in self.rows]

    @property
    def hatches(self) -> list[str]:
        return hatches(cell.tone for cell in self.known)

    @property
    def keys(self) -> list[tuple[str, str]]:
        """Tones and words in use, the gravest first."""
        statuses = [cell.status for cell in self.known]
        words = {(one.tone, key_in_words(one.value, stale=one.stale)) for one in statuses}
        disputes = [("disputed", _("disputed"))] if any(one.disputed for one in statuses) else []
        return [*sorted(words, key=lambda one: (by_gravity(one[0]), one[1])), *disputes, ("unknown", _("unknown"))]


def matrix(axes: Axes, track: OneTrack, *, pairs: Collection[str] | None, day: dt.date | None) -> Matrix:
    """The matrix of these countries: one query. None for `pairs` leaves no pair out."""
    said, names = track.of(axes.pairs), track.names
    left = _MARGIN + _LETTER * min(max(len(names[code]) for code in axes.rows), _LONGEST_NAME)
    columns = [(left + place * SIDE + SIDE // 2, code, names[code]) for place, code in enumerate(axes.columns)]
    ground, unknown = f"h{SIDE - 4}v{SIDE - 4}h-{SIDE - 4}z", f"<td>{escape(_('unknown'))}</td>"
    rows, grounds = [], []
    for line, sender in enumerate(axes.rows):
        cells, table = [], []
        y = _TOP + line * SIDE
        for place, receiver in enumerate(axes.columns if track.is_directed else axes.columns[:line]):
            x = left + place * SIDE
            if sender == receiver or (pairs is not None and pair_code(sender, receiver) not in pairs):
                table.append("<td>–</td>")
            elif status := said.get((sender, receiver)):
                path = Address(pair_code(sender, receiver), day).path
                cells.append(Cell(x, y, receiver, path, status))
                table.append(f'<td><a href="{path}">{escape(status.word)}</a></td>')
            else:
                table.append(unknown)
                grounds.append(f"M{x + 2} {y + 2}{ground}")
        in_table = mark_safe("".join(table))  # noqa: S308  # escaped
        rows.append(Row(sender, names[sender], y + SIDE // 2, cells, in_table))
    return Matrix(track.unknown.title, track.is_directed, rows, columns, left, "".join(grounds))
