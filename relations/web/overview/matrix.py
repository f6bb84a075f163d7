"""The matrix of countries × countries by one track: places of an SVG, and the rows of the same as a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from relations.codes import pair_code
from relations.web.overview.one_track import OneTrack
from relations.web.pairs.address import Address
from relations.web.pairs.statuses import ShownStatus
from relations.web.tags import TONES

MOST_COUNTRIES = 40
SIDE = 24
"""Pixels of a cell: the least size of a target (WCAG 2.2, 2.5.8)."""
_TOP = 26
_MARGIN, _LETTER, _LONGEST_NAME = 42, 7, 26
"""Pixels of a row's code with its distances, and of a letter of its name; letters of the longest name."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The status of a row's country towards a column's; none on the diagonal and of pairs that filters leave out."""

    x: int
    y: int
    column: str
    path: str
    status: ShownStatus | None
    is_known: bool = False

    @property
    def tone(self) -> str:
        """The tone of its shape: that sources contradict each other is graver than what they say."""
        return "disputed" if self.status and self.status.disputed else self.status.tone if self.status else ""


@dataclass(frozen=True, slots=True)
class Row:
    code: str
    name: str
    short: str
    middle: int
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Matrix:
    """A grid where the track has a direction, otherwise the triangle below the diagonal."""

    title: str
    is_directed: bool
    rows: Sequence[Row]
    left: int
    grounds: str

    @property
    def side(self) -> int:
        return SIDE

    @property
    def columns(self) -> list[tuple[int, Row]]:
        """The middle of each column, with its country."""
        return [(self.left + place * SIDE + SIDE // 2, row) for place, row in enumerate(self.rows)]

    @property
    def width(self) -> int:
        return self.left + len(self.rows) * SIDE + 2

    @property
    def height(self) -> int:
        return _TOP + len(self.rows) * SIDE + 2

    @property
    def known(self) -> list[Cell]:
        return [cell for row in self.rows for cell in row.cells if cell.is_known]

    @property
    def tones(self) -> list[str]:
        """The tones in use, for their shapes."""
        return sorted({cell.tone for cell in self.known})

    @property
    def keys(self) -> list[tuple[str, str]]:
        """Tones and words in use, the gravest first. Old knowledge is one of them, whatever its year."""
        words = {(cell.status.tone, cell.status.word) for cell in self.known if cell.status and not cell.status.stale}
        others = [("stale", _("as last seen in a year"))] if "stale" in self.tones else []
        others += [("disputed", _("disputed"))] if "disputed" in self.tones else []
        return [*sorted(words, key=lambda one: (TONES.index(one[0]), one[1])), *others, ("unknown", _("unknown"))]


def matrix(
    countries: Collection[str], track: OneTrack, *, pairs: Collection[str] | None, day: dt.date | None
) -> Matrix:
    """The matrix of these countries, in the order of their names: one query. None for `pairs` leaves no pair out."""
    ordered = sorted(countries, key=lambda code: track.names[code])
    said, unknown = track.between(ordered), track.unknown
    left = _MARGIN + _LETTER * min(max((len(track.names[code]) for code in ordered), default=0), _LONGEST_NAME)
    rows, grounds = [], []
    for line, sender in enumerate(ordered):
        cells = []
        for place, receiver in enumerate(ordered if track.is_directed else ordered[:line]):
            x, y, code = left + place * SIDE, _TOP + line * SIDE, pair_code(sender, receiver)
            is_out = sender == receiver or (pairs is not None and code not in pairs)
            status = None if is_out else said.get((sender, receiver), unknown)
            path = "" if is_out else Address(code, day).path
            is_known = status is not None and status is not unknown
            cells.append(Cell(x, y, receiver, path, status, is_known))
            if status is unknown:
                grounds.append(f"M{x + 2} {y + 2}h{SIDE - 4}v{SIDE - 4}h-{SIDE - 4}z")
        name = track.names[sender]
        short = name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"
        rows.append(Row(sender, name, short, _TOP + line * SIDE + SIDE // 2, cells))
    return Matrix(unknown.title, track.is_directed, rows, left, "".join(grounds))
