"""The countries, and who belonged to which organisation when: read once, and kept until one of them changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection

from relations.models.countries import Country, Membership
from relations.status.inheritance import MembershipPeriod

EPOCH = "SELECT changes || '.' || xmin FROM relations_referenceepoch"
"""The row's transaction tells two databases apart that were counted up as often."""

type Epoch = str | None
"""What `STAMP` gives; None where nothing was ever stamped, and nothing may be kept."""


@dataclass(frozen=True, slots=True)
class CountryIndex:
    """Countries by alpha-2, the alpha-2 of every code in use, and all memberships in order."""

    stamp: Epoch
    countries: Mapping[str, Country]
    codes: Mapping[str, str]
    belongings: tuple[MembershipPeriod, ...]


def current_country_index() -> CountryIndex:
    """One query, and two more after a change."""
    with connection.cursor() as cursor:
        cursor.execute(EPOCH)
        row = cursor.fetchone()
    return world(row[0] if row else None)


def world(stamp: Epoch) -> CountryIndex:
    """The world that was stamped so; no query where it is known already."""
    return _read(None) if stamp is None else _kept(stamp)


@lru_cache(maxsize=2)
def _kept(stamp: str) -> CountryIndex:
    return _read(stamp)


def _read(stamp: Epoch) -> CountryIndex:
    countries = {country.code: country for country in Country.objects.order_by("code")}
    codes = {country.alpha3: code for code, country in countries.items() if country.alpha3}
    memberships = Membership.objects.order_by("organisation", "member", "days")
    belongings = tuple(
        MembershipPeriod(one.organisation_id, one.member_id, one.days.lower, one.days.upper) for one in memberships
    )
    return CountryIndex(stamp, countries, codes | {code: code for code in countries}, belongings)
