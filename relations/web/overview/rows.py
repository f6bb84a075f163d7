"""The statuses of many pairs on one day, as lists, countries and the map show them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from relations.codes import TrackKind, pair_sides
from relations.queries.countries import CountryIndex
from relations.representation.day_statuses import day_statuses
from relations.representation.statuses import relation_status
from relations.web.pairs.address import Address
from relations.web.pairs.statuses import Assembly, ShownStatus
from relations.web.words import Names

NOBODY = "none"


@dataclass(frozen=True, slots=True)
class Way:
    """The statuses of one side of a pair towards the other."""

    sender: str
    receiver: str
    statuses: Sequence[ShownStatus]

    def of(self, kind: str) -> list[ShownStatus]:
        return [status for status in self.statuses if status.kind == kind]

    @property
    def known(self) -> list[ShownStatus]:
        """The statuses of which something is known; that nobody is on the way to a mission is left out."""
        return [
            status for status in self.statuses
            if status.tone != "unknown" and (status.kind != TrackKind.NEXT or status.value != NOBODY)
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class PairRow:
    """One pair: its relations, its trend, and both ways. `names` are those of its sides."""

    code: str
    names: Sequence[str]
    relations: ShownStatus
    trend: ShownStatus
    ways: Sequence[Way]

    @property
    def both(self) -> list[ShownStatus]:
        """The known statuses of the pair itself."""
        return [status for status in (self.relations, self.trend) if status.tone != "unknown"]

    @property
    def path(self) -> str:
        return Address(self.code).path

    def other(self, country: str) -> str:
        first, second = pair_sides(self.code)
        return second if first == country else first

    def way(self, sender: str) -> Way:
        return next(way for way in self.ways if way.sender == sender)


def pair_rows(
    codes: Collection[str], *, day: dt.date, countries: CountryIndex, names: Names, site: str
) -> list[PairRow]:  # fmt: skip
    """Rows in the order of the codes: one query for the statuses, and one for counts where they are not cached."""
    statuses = day_statuses(codes, day=day, known_at=None, countries=countries, site=site, outlines=True)
    # Outlines link to nothing, so that all pairs may share an assembly and its words.
    assembly, rows = Assembly(Address(""), day, names, None), []
    for code in codes:
        status = relation_status(statuses.state(code))
        relations, trend = assembly.relations(status)
        first, second = pair_sides(code)
        lanes = zip(((first, second), (second, first)), assembly.lanes(status), strict=True)
        ways = [Way(sender, receiver, lane.statuses) for (sender, receiver), lane in lanes]
        rows.append(PairRow(code, [names[first], names[second]], relations, trend, ways))
    return rows
