"""The matrix of countries × countries by one track: places of an SVG, and the rows of the same as a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from relations.codes import pair_code
from relations.web.overview.axes import Axes
from relations.web.overview.one_track import OneTrack
from relations.web.pairs.address import Address
from relations.web.pairs.statuses import ShownStatus
from relations.web.tones import apart, by_gravity, classes, hatch, hatches
from relations.web.words import key_in_words

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
class Heading:
    """A column: its middle and its country."""

    x: int
    code: str
    name: str


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
    """A grid where the track has a direction, otherwise the triangle below the diagonal."""

    title: str
    is_directed: bool
    rows: Sequence[Row]
    columns: Sequence[Heading]
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
    columns = [Heading(left + place * SIDE + SIDE // 2, code, names[code]) for place, code in enumerate(axes.columns)]
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
