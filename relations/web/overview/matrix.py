"""The matrix of countries × countries by one track: places of an SVG, and the rows of the same as a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from relations.codes import pair_code
from relations.web.names import in_order
from relations.web.overview.one_track import OneTrack
from relations.web.pairs.address import Address
from relations.web.pairs.statuses import ShownStatus
from relations.web.tags import TONES

MOST_COUNTRIES = 40
SIDE = 24
"""Pixels of a cell: the least size of a target (WCAG 2.2, 2.5.8)."""
_TOP, _SHAPE = 26, 12
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
        """The tone of its shape: that sources contradict each other is graver than what they say."""
        return "disputed" if self.status.disputed else self.status.tone


@dataclass(frozen=True, slots=True)
class Column:
    """A country towards which the others act, and the middle of its column."""

    code: str
    name: str
    middle: int


@dataclass(frozen=True, slots=True)
class Row:
    """A country with its known cells; `table` is the whole row as cells of a table."""

    code: str
    name: str
    short: str
    middle: int
    cells: Sequence[Cell]
    table: SafeString

    def marks(self, arrow: str) -> SafeString:
        """The known cells of the picture. A template takes ten times as long for a thousand of them."""
        return mark_safe("".join(_mark(cell, f"{self.name} {arrow}") for cell in self.cells))  # noqa: S308  # escaped


def _mark(cell: Cell, way: str) -> str:
    status, tone = cell.status, cell.tone
    words = f"{way} {cell.column}: {status.word}" + (f", {_('disputed')}" if status.disputed else "")
    words += f" ({status.via})" if status.via else ""
    half = (SIDE - _SHAPE) // 2
    return (
        f'<a href="{cell.path}" class="tone-{tone}" tabindex="-1"><title>{escape(words)}</title>'
        f'<rect x="{cell.x}" y="{cell.y}" width="{SIDE}" height="{SIDE}"/>'
        f'<use href="#mark-{tone}" x="{cell.x + half}" y="{cell.y + half}"/></a>'
    )


@dataclass(frozen=True, slots=True)
class Matrix:
    """A grid where the track has a direction, otherwise the triangle below the diagonal."""

    title: str
    is_directed: bool
    rows: Sequence[Row]
    columns: Sequence[Column]
    left: int
    grounds: str

    @property
    def width(self) -> int:
        return self.left + len(self.columns) * SIDE + 2

    @property
    def height(self) -> int:
        return _TOP + len(self.rows) * SIDE + 2

    @property
    def known(self) -> list[Cell]:
        return [cell for row in self.rows for cell in row.cells]

    @property
    def marks(self) -> list[tuple[Row, SafeString]]:
        return [(row, row.marks("→" if self.is_directed else "–")) for row in self.rows]

    @property
    def tones(self) -> list[str]:
        """The tones in use, for their shapes."""
        return sorted({cell.tone for cell in self.known})

    @property
    def keys(self) -> list[tuple[str, str]]:
        """Tones and words in use, the gravest first. Old knowledge is one of them, whatever its year."""
        words = {(cell.status.tone, cell.status.word) for cell in self.known if not cell.status.stale}
        others = [("stale", _("as last seen in a year"))] if "stale" in self.tones else []
        others += [("disputed", _("disputed"))] if "disputed" in self.tones else []
        return [*sorted(words, key=lambda one: (TONES.index(one[0]), one[1])), *others, ("unknown", _("unknown"))]


def matrix(
    countries: Collection[str], track: OneTrack, *, pairs: Collection[str] | None, day: dt.date | None, is_sparse: bool
) -> Matrix:
    """The matrix of these countries, in the order of their names: one query. None for `pairs` leaves no pair out.

    A sparse one has the rows and the columns only in which something is known.
    """
    ordered = sorted(countries, key=lambda code: in_order(track.names[code]))
    said = {way: one for way, one in track.between(ordered).items() if pairs is None or pair_code(*way) in pairs}
    sides = [{way[side] for way in said} if is_sparse else set(countries) for side in (0, 1)]
    senders, receivers = ([code for code in ordered if code in side] for side in sides)
    left = _MARGIN + _LETTER * min(max((len(track.names[code]) for code in senders), default=0), _LONGEST_NAME)
    ground, unknown = f"h{SIDE - 4}v{SIDE - 4}h-{SIDE - 4}z", f"<td>{escape(_('unknown'))}</td>"
    rows, grounds = [], []
    for line, sender in enumerate(senders):
        cells, table = [], []
        for place, receiver in enumerate(receivers if track.is_directed else receivers[:line]):
            x, y, code = left + place * SIDE, _TOP + line * SIDE, pair_code(sender, receiver)
            if sender == receiver or (pairs is not None and code not in pairs):
                table.append("<td>–</td>")
            elif status := said.get((sender, receiver)):
                path = Address(code, day).path
                cells.append(Cell(x, y, receiver, path, status))
                table.append(f'<td><a href="{path}">{escape(status.word)}</a></td>')
            else:
                table.append(unknown)
                grounds.append(f"M{x + 2} {y + 2}{ground}")
        name = track.names[sender]
        short = name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"
        in_table = mark_safe("".join(table))  # noqa: S308  # escaped
        rows.append(Row(sender, name, short, _TOP + line * SIDE + SIDE // 2, cells, in_table))
    columns = [Column(code, track.names[code], left + place * SIDE + SIDE // 2) for place, code in enumerate(receivers)]
    return Matrix(track.unknown.title, track.is_directed, rows, columns, left, "".join(grounds))
