"""Addresses of a page on a day, as it was known at a moment: `/relations/BY-US/@2020-02-02~2020-03-01`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.http import Http404

from relations.codes import NotTwoCountries, parse_pair
from relations.dates import moment_text, read_day, read_day_or_moment
from relations.errors import Refused
from relations.queries.clock import today
from relations.representation.references import country_code
from relations.web.words import day_in_words

BETWEEN = ".."
"""The sign between the two days of a comparison."""
_DAY = len("2020-03-01")
FIELDS = ("as_of", "known_at", "other")
"""Fields of the form that asks for another address of the page."""


@dataclass(frozen=True, slots=True)
class Address:
    """A pair, the day in the world (None: today) and the moment up to which something was known (None: now).

    `other` is the second day of a comparison. `known` is the moment as the address writes it: a day means its end.
    `room` is the first part of the path; in another one than that of pairs `code` is the id of a programme or the like.
    """

    code: str
    day: dt.date | None = None
    moment: dt.datetime | None = None
    other: dt.date | None = None
    known: str = ""
    room: str = "relations"

    @classmethod
    def read(cls, code: str, at: str, *, room: str = "relations") -> Address:
        """`BY-US`, `2020-02-02~2020-03-01`. Raises ValueError with the reason for what is no day and no moment."""
        days, _, known = at.partition("~")
        first, between, second = days.partition(BETWEEN)
        if between and not (first and second):
            raise ValueError("A comparison has two days, such as 2019-12-31..2020-02-02.")
        moment, written = read_knowledge(known) if known else (None, "")
        return cls(
            code, read_day(first) if first else None, moment, read_day(second) if second else None, written, room
        )  # fmt: skip

    @classmethod
    def find(cls, code: str, at: str, given: Mapping[str, str] | None = None) -> Address:
        """The pair's address in its canonical spelling, or that which a form asks for.

        Raises `Http404` with the reason for what is none.
        """
        try:
            canonical = parse_pair(code, country=country_code)
            return cls.asked(given or {}, canonical) or cls.read(canonical, at)
        except NotTwoCountries as error:
            raise Http404("A relation is between two countries: BY-US.") from error
        except (Refused, ValueError) as error:
            raise Http404(getattr(error, "detail", str(error))) from error

    @classmethod
    def asked(cls, given: Mapping[str, str], code: str, *, room: str = "relations") -> Address | None:
        """The address that a form asks for by its fields; None where there are none. Raises ValueError like `read`."""
        if not given.keys() & set(FIELDS):
            return None
        day, known, other = (given.get(name, "").strip() for name in FIELDS)
        days = f"{day or today()}{BETWEEN}{other}" if other else day
        return cls.read(code, f"{days}~{known}" if known else days, room=room)

    @property
    def path(self) -> str:
        days = BETWEEN.join(one.isoformat() for one in (self.day, self.other) if one)
        at = f"{days}~{self.known}" if self.known else days
        return f"/{self.room}/{self.code}/@{at}" if at else f"/{self.room}/{self.code}/"

    @property
    def known_in_words(self) -> str:
        """`1 March 2020`, of a moment with its time in UTC; empty for now."""
        if self.moment is None:
            return ""
        day = day_in_words(self.moment.date())
        return day if len(self.known) == _DAY else f"{day}, {self.moment:%H:%M:%S} UTC"

    def form(self, ending: str) -> str:
        """`/relations/BY-US.svg`, `/relations/BY-US/@2020-02-02.svg`: the same in another form."""
        return f"{self.path.rstrip('/')}.{ending}"

    @property
    def embed(self) -> str:
        return f"/embed{self.path}"

    def on(self, day: dt.date | None) -> Address:
        """The same as known at the same moment, on another day."""
        return replace(self, day=day, other=None)

    def known_by(self, moment: dt.datetime) -> Address:
        """The same pair and day as known at a moment."""
        return replace(self, moment=moment, known=moment_text(moment))

    def known_now(self) -> Address:
        return replace(self, moment=None, known="")

    @property
    def api(self) -> str:
        """The query of the same relation in the API; empty for today as known now."""
        asked = [f"as_of={self.day}"] if self.day else []
        if self.moment:
            asked.append(f"known_at={self.moment:%Y-%m-%dT%H:%M:%S.%fZ}")
        return f"?{'&'.join(asked)}" if asked else ""


def read_knowledge(text: str) -> tuple[dt.datetime, str]:
    """A moment in UTC and how addresses write it; a day means its last microsecond."""
    known = read_day_or_moment(text)
    if isinstance(known, dt.datetime):
        return known, moment_text(known)
    return dt.datetime.combine(known, dt.time.max, dt.UTC), known.isoformat()
