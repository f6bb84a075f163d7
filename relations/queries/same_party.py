"""Parties that share an identifier, on several lists or twice on one: perhaps the same one, which nobody asserts."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Func, Q

from relations.codes import ListCode
from relations.codes.country_names import code_by_name
from relations.models import Designation, Party
from relations.queries.cache import REFERENCE_DATA
from relations.queries.countries import Epoch

_LEAST_CHARACTERS, _LEAST_DIGITS, _MOST_OF_A_LIST = 6, 3, 2
"""Shorter numbers, and numbers of more parties of one list, identify nobody."""
_OFSI, _IMO = "OFSI", "IMO"
_UNREAD = ("address_words", "remark_words")
_SHARED = f"""
    WITH known AS (
        SELECT version.id, party.id AS party, party.list, party_number(party.reference) AS reference, version.numbers
        FROM relations_designation AS version JOIN relations_party AS party ON party.id = version.party_id
        WHERE version.superseded_at IS NULL
    ), named AS (
        SELECT id, party, unnest(numbers) AS number FROM known
        UNION SELECT id, party, reference FROM known WHERE list = '{ListCode.UN}'
        UNION SELECT id, party, '{_OFSI}' || reference FROM known WHERE list = '{ListCode.OFSI}'
    )
    SELECT DISTINCT unnest(array_agg(id)) FROM named
    WHERE length(number) >= {_LEAST_CHARACTERS} GROUP BY number HAVING count(DISTINCT party) > 1
"""  # noqa: S608  # names in this project
_BETWEEN = re.compile(r"[\W_]+")
_REFERENCES = {"UNReferenceNumber": "UN reference", "unitedNationId": "UN reference", "OFSIGroupID": "OFSI group ID"}


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number that both records have, and what the other one calls it."""

    kind: str
    number: str


@dataclass(frozen=True, slots=True)
class SameParty:
    version: Designation
    identifiers: Sequence[Identifier]
    is_birth_shared: bool


type _Offered = tuple[Designation, Sequence[str]]
"""A record and the numbers that agree."""


@lru_cache(maxsize=4096)
def number_key(text: str) -> str:
    """`ab 12-34` -> `AB1234`, as `party_number` in the database (migration 0031)."""
    letters = unicodedata.normalize("NFKC", text)
    # One letter for each, as PostgreSQL does: ß has no capital.
    capitals = (
        letters.upper()
        if letters.isascii()
        else "".join(upper if len(upper := letter.upper()) == 1 else letter for letter in letters)
    )
    return _BETWEEN.sub("", capitals)[:60]


def same_parties(versions: Iterable[Designation], *, known_at: dt.datetime | None) -> dict[int, list[SameParty]]:
    """The other parties that may be the same ones, by party; as known at `known_at`, None for now. Two queries."""
    ours = {version.party_id: _identifiers(version) for version in versions}
    distinctive = {number for numbers in ours.values() for number in numbers}
    others = _having(distinctive, known_at=known_at) if distinctive else []
    return {
        version.party_id: [_same_party(version, other, numbers) for other, numbers in offered]
        for version, offered in _compared(versions, ours, others)
    }


def _same_party(version: Designation, other: Designation, numbers: Iterable[str]) -> SameParty:
    identifiers = [Identifier(_label(number, other), number.removeprefix(_IMO)) for number in numbers]
    return SameParty(other, identifiers, bool(_years(version) & _years(other)))


def lists_of_same_parties(epoch: Epoch) -> Mapping[int, frozenset[str]]:
    """The lists that have, as known now, what `same_parties` offers for a party; parties without are left out.

    Two queries, or none where it is cached.
    """
    lists: Mapping[int, frozenset[str]] | None = REFERENCE_DATA.get("same parties", epoch)
    if lists is None:
        with connection.cursor() as cursor:
            cursor.execute(_SHARED)
            ids = [key for (key,) in cursor.fetchall()]
        alike = list(Designation.objects.filter(pk__in=ids).select_related("party").defer(*_UNREAD).order_by("party"))
        compared = _compared(alike, {version.party_id: _identifiers(version) for version in alike}, alike)
        own = ((version.party_id, frozenset(other.party.list for other, _ in offered)) for version, offered in compared)
        lists = {party: of_others for party, of_others in own if of_others}
        REFERENCE_DATA.store("same parties", epoch, lists, weight=300 * len(lists) + 100)
    return lists


def _compared(
    versions: Iterable[Designation], ours: Mapping[int, set[str]], others: Iterable[Designation]
) -> Iterator[tuple[Designation, Iterator[_Offered]]]:  # fmt: skip
    """The versions, each with the others that may be the same party."""
    by_number: defaultdict[str, list[Designation]] = defaultdict(list)
    for other in others:
        for number in _identifiers(other):
            by_number[number].append(other)
    ambiguous = {number for number, some in by_number.items() if _is_ambiguous(some)}
    return ((version, _offered(version, by_number, ours[version.party_id] - ambiguous)) for version in versions)


def _identifiers(version: Designation) -> set[str]:
    """The numbers that can identify the party: of its documents, and its reference where other lists give it."""
    own = {number for number in version.numbers if _is_distinctive(number)}
    if version.party.list == ListCode.UN:
        own.add(number_key(version.party.reference))
    elif version.party.list == ListCode.OFSI:
        own.add(_OFSI + number_key(version.party.reference))
    return own


def _is_distinctive(number: str) -> bool:
    return len(number) >= _LEAST_CHARACTERS and sum(map(str.isdigit, number)) >= _LEAST_DIGITS


def _having(numbers: set[str], *, known_at: dt.datetime | None) -> list[Designation]:
    named = Party.objects.annotate(number=Func("reference", function="party_number"))
    groups = [number.removeprefix(_OFSI) for number in numbers if number.startswith(_OFSI)]
    referred = named.filter(Q(list=ListCode.UN, number__in=numbers) | Q(list=ListCode.OFSI, reference__in=groups))
    rows = Designation.objects.known_at(known_at).select_related("party").order_by("party")
    # Two queries: one condition over both tables would read every party.
    sharing = rows.filter(numbers__overlap=sorted(numbers)) | rows.filter(
        party__in=[*referred.values_list("pk", flat=True)]
    )
    return list(sharing.defer(*_UNREAD))


def _is_ambiguous(some: Sequence[Designation]) -> bool:
    of_list = Counter((one.party.list, one.kind) for one in some)
    return max(of_list.values()) > _MOST_OF_A_LIST


def _offered(
    version: Designation, by_number: Mapping[str, Sequence[Designation]], numbers: set[str]
) -> Iterator[_Offered]:
    shared: defaultdict[int, set[str]] = defaultdict(set)
    others = {other.party_id: other for number in numbers for other in by_number[number]}
    for number in numbers:
        for other in by_number[number]:
            shared[other.party_id].add(number)
    for party, other in sorted(others.items()):
        if party == version.party_id or _contradict(version, other):
            continue
        agreed = sorted(number for number in shared[party] if not _of_two_countries(number, version, other))
        if agreed:
            yield other, [number for number in agreed if _IMO + number not in agreed]


def _contradict(one: Designation, other: Designation) -> bool:
    """Another kind, no common year of birth, or no common gender."""
    parts: list[tuple[set[Any], set[Any]]] = [(_years(one), _years(other)), (_genders(one), _genders(other))]
    return one.kind != other.kind or any(mine and yours and not mine & yours for mine, yours in parts)


def _years(version: Designation) -> set[int]:
    births: list[DateRange] = version.births
    return {
        year
        for days in births
        if days.lower and days.upper
        for year in range(days.lower.year, (days.upper - dt.timedelta(days=1)).year + 1)
    }


def _genders(version: Designation) -> set[str]:
    return {gender[:1].casefold() for gender in version.content.get("genders", ())}


def _of_two_countries(number: str, *versions: Designation) -> bool:
    """Documents of different countries may have one number; an IMO number is a ship's under every flag."""
    if number.startswith(_IMO):
        return False
    mine, yours = ({_country(document) for document in _documents(number, version)} - {""} for version in versions)
    return bool(mine and yours and not mine & yours)


def _documents(number: str, version: Designation) -> list[dict[str, Any]]:
    documents = version.content.get("documents", ())
    return [each for each in documents if number_key(each.get("number", "")) == number]


def _country(document: Mapping[str, str]) -> str:
    return document.get("code") or code_by_name(document.get("country", ""))


def _label(number: str, version: Designation) -> str:
    if number.startswith(_IMO):
        return "IMO number"
    if documents := _documents(number, version):
        return str(documents[0]["kind"])
    details = [each["key"] for each in version.content.get("details", ()) if number_key(each["value"]) == number]
    key = details[0] if details else "OFSIGroupID" if number.startswith(_OFSI) else "UNReferenceNumber"
    return _REFERENCES.get(key, key)
