"""Countries and memberships as one index, cached by epoch."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter

from django.db import connection

from relations.codes import pair_sides
from relations.models.countries import Country, Membership
from relations.queries.cache import REFERENCE_DATA
from relations.status.inheritance import InheritanceRoute, MembershipPeriod, inheritance_routes, inheriting_pairs
from relations.status.tracks import Track

EPOCH = "SELECT changes || '.' || xmin FROM relations_referenceepoch"
"""The transaction of the row distinguishes two databases with equal counts."""

type Epoch = str | None
"""The result of `EPOCH`; None where reference data were never changed, and nothing may be cached."""


@dataclass(frozen=True, slots=True)
class CountryIndex:
    """Countries by alpha-2, the alpha-2 of every code in use, and memberships by either side, in order."""

    epoch: Epoch
    by_code: Mapping[str, Country]
    codes: Mapping[str, str]
    by_organisation: Mapping[str, tuple[MembershipPeriod, ...]]
    by_member: Mapping[str, tuple[MembershipPeriod, ...]]

    def routes(self, pair: str, *, on: dt.date | None = None) -> list[InheritanceRoute]:
        """By which memberships a pair inherits, on a day or ever."""
        own = (*self.by_member.get(pair[:2], ()), *self.by_member.get(pair[3:], ()))
        return inheritance_routes(pair, own if on is None else [one for one in own if one.covers(on)])

    def inheriting(self, track: Track, day: dt.date) -> list[str]:
        """The pairs that inherit a track on a day; most senders are no organisation and have no members to search."""
        return inheriting_pairs(track, day, self.by_organisation.get(track.sender, ()))

    def last_day(self, code: str) -> dt.date | None:
        """The last day on which a former country may have existed; None for all others."""
        country = self.by_code.get(code)
        return dt.date(country.to_year, 12, 31) if country and country.to_year else None

    def last_day_of_pair(self, pair: str) -> dt.date | None:
        """The last day on which both countries may have existed; None where neither has ended."""
        return min(filter(None, map(self.last_day, pair_sides(pair))), default=None)


def current_country_index() -> CountryIndex:
    """One query, and two more after a change."""
    with connection.cursor() as cursor:
        cursor.execute(EPOCH)
        row = cursor.fetchone()
    return country_index(row[0] if row else None)


def country_index(epoch: Epoch) -> CountryIndex:
    """The index of an epoch; no query where it is cached."""
    index: CountryIndex | None = REFERENCE_DATA.get("countries", epoch)
    if index is None:
        index = _read(epoch)
        REFERENCE_DATA.store("countries", epoch, index, weight=2000 * len(index.by_code))
    return index


def _read(epoch: Epoch) -> CountryIndex:
    countries = {country.code: country for country in Country.objects.order_by("code")}
    codes = {country.alpha3: code for code, country in countries.items() if country.alpha3}
    # By the columns themselves: two joins would sort by the same codes.
    rows = Membership.objects.order_by("organisation_id", "member_id", "days")
    columns = rows.values_list("organisation_id", "member_id", "days")
    memberships = [MembershipPeriod(by, member, days.lower, days.upper) for by, member, days in columns]
    return CountryIndex(
        epoch,
        countries,
        codes | {code: code for code in countries},
        by_organisation=_grouped(memberships, attrgetter("organisation")),
        by_member=_grouped(memberships, attrgetter("member")),
    )


def _grouped(
    memberships: Iterable[MembershipPeriod], side: Callable[[MembershipPeriod], str]
) -> dict[str, tuple[MembershipPeriod, ...]]:
    groups: defaultdict[str, list[MembershipPeriod]] = defaultdict(list)
    for one in memberships:
        groups[side(one)].append(one)
    return {code: tuple(group) for code, group in groups.items()}
