"""The statuses of many pairs on one day, as lists, countries and the map show them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from relations.codes import pair_sides
from relations.queries.countries import CountryIndex
from relations.representation.day_statuses import day_statuses
from relations.representation.statuses import relation_status
from relations.web.pairs.address import Address
from relations.web.pairs.statuses import Assembly, Lane, ShownStatus
from relations.web.words import Names


@dataclass(frozen=True, slots=True)
class PairRow:
    """One pair: its relations, its trend, and both ways, the first side's first. `names` are those of its sides."""

    code: str
    names: Sequence[str]
    relations: ShownStatus
    trend: ShownStatus
    ways: Sequence[Lane]

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

    def way(self, sender: str) -> Lane:
        return self.ways[pair_sides(self.code).index(sender)]


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
        sides = [names[side] for side in pair_sides(code)]
        rows.append(PairRow(code, sides, relations, trend, assembly.lanes(status)))
    return rows
