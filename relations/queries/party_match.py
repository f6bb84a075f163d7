"""Parties that may be the ones that somebody has on a list of their own: candidates with a score and its reasons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q, QuerySet

from relations.codes.country_names import code_by_name
from relations.dates import When
from relations.models import Designation
from relations.queries.party_search import nearest_names
from relations.text.names import parse
from relations.text.similarity import EXACT

type Result = Literal["agree", "similar", "contradict", "unknown"]

_BY_NAME = 100
"""Parties of the nearest names that are compared in the other respects."""
_LEAST = 0.3
"""Candidates below this score are not offered."""
_SIMILAR, _CODE = 0.45, 2
_AGREE = {"birth": 0.3, "country": 0.1, "document": 0.8}
"""Share of the doubt that remains, which agreement removes."""
_CONTRADICT = {"birth": 0.5, "country": 0.85, "document": 0.95}
"""Factor of a contradiction. Parties have several nationalities and many documents, and one day of birth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyQuery:
    """A party to look for: by its name or by the number of a document; whatever else is empty is unknown."""

    name: str = ""
    kind: str = ""
    birth: When | None = None
    country: str = ""
    document: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """Agreement or not about one thing, with the values of the list that decided it."""

    about: str
    result: Result
    values: Sequence[str]


@dataclass(frozen=True, slots=True)
class Candidate:
    version: Designation
    score: float
    reasons: Sequence[Reason]


type _Named = dict[int, tuple[float, str]]
"""The score of the nearest name, and the name, by party."""


def match(queries: Sequence[PartyQuery], *, limit: int) -> list[list[Candidate]]:
    """The best candidates of each query, the best first. Equal names are searched for once."""
    named = {name: _nearest(name) for name in {query.name for query in queries} if name}
    documents = {query.document for query in queries} - {""}
    number_of = _numbers(documents) if documents else {}
    versions = _versions({party for parties in named.values() for party in parties}, number_of.values())
    by_number: dict[str, list[int]] = {}
    for party, version in versions.items():
        for number in version.numbers:
            by_number.setdefault(number, []).append(party)
    ranked = []
    for query in queries:
        names, number = named.get(query.name, {}), number_of.get(query.document, "")
        candidates = [
            _candidate(query, versions[party], names.get(party), number)
            for party in {*names, *by_number.get(number, ())}
            if query.kind in ("", versions[party].kind)
        ]
        offered = [each for each in candidates if each.score >= _LEAST]
        ranked.append(sorted(offered, key=lambda each: (-each.score, each.version.party_id))[:limit])
    return ranked


def _nearest(name: str) -> _Named:
    names = nearest_names(parse(name), is_part=False)
    best = sorted(names, key=lambda party: (-names[party][0], party))[:_BY_NAME]
    return {party: names[party] for party in best}


def _numbers(documents: Iterable[str]) -> dict[str, str]:
    """The numbers as the database reads those of records, by what was written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT each, party_number(each) FROM unnest(%s::text[]) AS each", [sorted(documents)])
        return dict(cursor)


def _versions(parties: Iterable[int], numbers: Iterable[str]) -> dict[int, Designation]:
    rows: QuerySet[Designation] = Designation.objects.known_at(None).select_related("party")
    chosen = rows.filter(Q(party__in=list(parties)) | Q(numbers__overlap=list(numbers)))
    return {row.party_id: row for row in chosen.defer("content", "address_words", "remark_words")}


def _candidate(query: PartyQuery, version: Designation, named: tuple[float, str] | None, number: str) -> Candidate:
    score, name = named or (0.0, version.name)
    reasons = [Reason("name", _named(score) if query.name else "unknown", [name] if query.name else [])]
    reasons += _reasons(query, version, number)
    for reason in reasons[1:]:
        if reason.result == "agree":
            score += (1 - score) * _AGREE[reason.about]
        elif reason.result == "contradict":
            score *= _CONTRADICT[reason.about]
    return Candidate(version, round(score, 3), reasons)


def _named(score: float) -> Result:
    return "agree" if score >= EXACT else "similar" if score >= _SIMILAR else "contradict"


def _reasons(query: PartyQuery, version: Designation, number: str) -> Iterator[Reason]:
    births: list[DateRange] = version.births if query.birth else []
    is_of_day = any(query.birth is not None and may_be(days, query.birth) for days in births)
    yield _compared("birth", [edtf(days) for days in births], is_met=is_of_day)
    countries = countries_of(version) if query.country else []
    yield _compared("country", countries, is_met=query.country in countries)
    numbers = version.numbers if query.document else []
    yield _compared("document", [number] if number in numbers else numbers, is_met=number in numbers)


def _compared(about: str, values: Sequence[str], *, is_met: bool) -> Reason:
    return Reason(about, ("agree" if is_met else "contradict") if values else "unknown", values)


# --- what a record says ---------------------------------------------------------------------------------------------


def may_be(days: DateRange, day: When) -> bool:
    """Checks whether a date of birth, which is known as days of which one was it, may be the given one."""
    return days.upper > day.floor and (days.lower is None or days.lower <= day.latest)


def edtf(days: DateRange) -> str:
    """`1961-05-03`, `1961`, or `[1958-01-01..1960-12-31]`."""
    last = days.upper - dt.timedelta(days=1)  # which every birth has in the database
    if days.lower == last:
        return str(last)
    if (days.lower, last) == (dt.date(last.year, 1, 1), dt.date(last.year, 12, 31)):
        return f"{last.year:04}"
    return f"[{days.lower or ''}..{last}]"


def countries_of(version: Designation) -> list[str]:
    """Codes of the nationalities and of the countries of addresses."""
    written = {name if len(name) == _CODE else code_by_name(name) for name in version.address_countries}
    return sorted({*version.nationalities, *written} - {""})
