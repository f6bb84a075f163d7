"""The countries and their memberships: read once for each epoch of the reference data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection

from relations.models.countries import Country, Membership
from relations.status.inheritance import MembershipPeriod

EPOCH = "SELECT changes || '.' || xmin FROM relations_referenceepoch"
"""The count alone would be the same in two databases; the row's transaction tells them apart."""

type Epoch = str | None
"""The result of `EPOCH`; None before the first change, when nothing may be cached."""


@dataclass(frozen=True, slots=True)
class CountryIndex:
    """Countries by alpha-2, the alpha-2 of every code in use, and all memberships in order."""

    epoch: Epoch
    countries: Mapping[str, Country]
    codes: Mapping[str, str]
    memberships: tuple[MembershipPeriod, ...]


def current_country_index() -> CountryIndex:
    """One query, and two more after a change."""
    with connection.cursor() as cursor:
        cursor.execute(EPOCH)
        row = cursor.fetchone()
    return country_index(row[0] if row else None)


def country_index(epoch: Epoch) -> CountryIndex:
    """The country index of this epoch, from the cache if possible."""
    return _read(None) if epoch is None else _cached(epoch)


@lru_cache(maxsize=2)
def _cached(epoch: str) -> CountryIndex:
    return _read(epoch)


def _read(epoch: Epoch) -> CountryIndex:
    countries = {country.code: country for country in Country.objects.order_by("code")}
    codes = {country.alpha3: code for code, country in countries.items() if country.alpha3}
    memberships = tuple(
        MembershipPeriod(one.organisation_id, one.member_id, one.days.lower, one.days.upper)
        for one in Membership.objects.order_by("organisation", "member", "days")
    )
    return CountryIndex(epoch, countries, codes | {code: code for code in countries}, memberships)
