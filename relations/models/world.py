"""The countries, and who belonged to which organisation when: read once, and kept until one of them changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection

from relations.models.countries import Country, Membership

STAMP = "SELECT changes || '.' || xmin FROM relations_referencestamp"
"""The row's transaction tells two databases apart that were counted up as often."""

type Stamp = str | None
"""What `STAMP` gives; None where nothing was ever stamped, and nothing may be kept."""


@dataclass(frozen=True, slots=True)
class Belonging:
    """A half-open time in which `member` belonged to `organisation`; None is an open side."""

    organisation: str
    member: str
    start: dt.date | None
    end: dt.date | None

    def holds(self, day: dt.date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class World:
    """Countries by alpha-2, the alpha-2 of every code in use, and all memberships in order."""

    stamp: Stamp
    countries: Mapping[str, Country]
    codes: Mapping[str, str]
    belongings: tuple[Belonging, ...]


def current_world() -> World:
    """One query, and two more after a change."""
    with connection.cursor() as cursor:
        cursor.execute(STAMP)
        row = cursor.fetchone()
    return world(row[0] if row else None)


def world(stamp: Stamp) -> World:
    """The world that was stamped so; no query where it is known already."""
    return _read(None) if stamp is None else _kept(stamp)


@lru_cache(maxsize=2)
def _kept(stamp: str) -> World:
    return _read(stamp)


def _read(stamp: Stamp) -> World:
    countries = {country.code: country for country in Country.objects.order_by("code")}
    codes = {country.alpha3: code for code, country in countries.items() if country.alpha3}
    memberships = Membership.objects.order_by("organisation", "member", "days")
    belongings = tuple(
        Belonging(one.organisation_id, one.member_id, one.days.lower, one.days.upper) for one in memberships
    )
    return World(stamp, countries, codes | {code: code for code in countries}, belongings)
