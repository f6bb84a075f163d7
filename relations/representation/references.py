"""Countries, programmes, lists and sources inside other objects, and how a request names a country."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, NotRequired, TypedDict

from django.core.exceptions import BadRequest
from rapidfuzz import fuzz, process

from relations.codes import BanSubject, SourceKind
from relations.errors import UnknownCountry
from relations.models import Country, SanctionProgramme, Source, TravelBanList
from relations.queries.citations import CitedSource
from relations.representation.json_types import CountryCode, from_row, one_of

if TYPE_CHECKING:
    from django.http import HttpRequest
    from rest_framework.request import Request

_CODES: dict[str, str] = {}
"""Codes by what requests have written, two letters or three: a country's code never changes."""

_LONGEST_HOST = 253 + len(":65535")
"""Characters of a name (RFC 1035) and a port."""
_NEAR = 60  # rapidfuzz's score from which two words look alike


def site(request: HttpRequest | Request) -> str:
    """`http://127.0.0.1:8000`, the beginning of every absolute URL in an answer.

    Raises `BadRequest` for more than a name and a port: a thousand zeros would be repeated in every link.
    """
    host = request.get_host()
    if len(host) > _LONGEST_HOST:
        raise BadRequest("The host in the request is longer than a name and a port can be.")
    return f"{request.scheme}://{host}"


def country_code(text: str) -> str:
    """`by`, `BLR` -> `BY`. Raises `UnknownCountry` with the nearest codes or names."""
    wanted = text.upper()
    if wanted not in _CODES:
        country = Country.objects.named_by(text)
        if country is None:
            raise UnknownCountry(code=text[:50], suggestion=_similar_countries(text[:50]))
        _CODES[wanted] = country.code
    return _CODES[wanted]


def _similar_countries(text: str) -> str:
    """` Nearest are BY (Belarus), ...`: codes one letter away, then names that sound alike; empty for none."""
    countries = list(Country.objects.order_by("code"))
    by_name = process.extract(
        text.casefold(), [country.name.casefold() for country in countries], scorer=fuzz.WRatio, limit=3,
        score_cutoff=_NEAR,
    )  # fmt: skip
    alike = [countries[index] for _, _, index in by_name] if len(text) > 3 else []
    near = [country for country in countries if _one_letter_apart(text.upper(), country)]
    named = [f"{country.code} ({country.name})" for country in dict.fromkeys([*alike, *near])][:5]
    return f" Nearest are {', '.join(named)}." if named else ""


def _one_letter_apart(code: str, country: Country) -> bool:
    return any(
        len(code) == len(other) and sum(a != b for a, b in zip(code, other, strict=True)) == 1
        for other in (country.code, country.alpha3 or "")
    )


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """` Did you mean 'status'?`, or nothing where no word is near."""
    nearest = process.extractOne(word, sorted(words), scorer=fuzz.ratio, processor=str.casefold, score_cutoff=_NEAR)
    return f" Did you mean {nearest[0]!r}?" if nearest else ""


@dataclass(frozen=True, slots=True)
class Excluded:
    """`!value` in a filter: rows that do not have it."""

    value: Any


def word_of(words: Collection[str]) -> Callable[[str], str]:
    """Reads one of the words; raises ValueError with the nearest of them."""

    def convert(text: str) -> str:
        if text not in words:
            raise ValueError(f"{text[:40]!r} is none of {', '.join(sorted(words))}.{did_you_mean(text[:40], words)}")
        return text

    return convert


# --- short forms ----------------------------------------------------------------------------------------------------


class CountryRef(TypedDict):
    code: CountryCode
    name: str


class TitleRef(TypedDict):
    """A programme or a list, as a status names it."""

    id: int
    title: str


class ProgrammeRef(TypedDict):
    id: int
    issuer: CountryCode
    target: CountryCode
    title: str


class ListRef(TypedDict):
    id: int
    issuer: CountryCode
    title: str
    subject: Annotated[str, one_of(BanSubject)]


class SourceRef(TypedDict):
    """A source in short; with `?expand=sources` whole but for its archived text."""

    id: int
    kind: Annotated[str, one_of(SourceKind)]
    publisher: str
    title: str
    url: str
    published_on: date | None
    syndication_of: int | None
    covers_to: NotRequired[date | None]
    good_for: NotRequired[int | None]
    author: NotRequired[str]
    language: NotRequired[str]
    licence: NotRequired[str]
    sha256: NotRequired[str]


def country_ref(country: Country) -> CountryRef:
    return {"code": country.code, "name": country.name}


def programme_ref(programme: SanctionProgramme) -> ProgrammeRef:
    return from_row(ProgrammeRef, programme, issuer=programme.issuer_id, target=programme.target_id)


def list_ref(ban_list: TravelBanList) -> ListRef:
    return from_row(ListRef, ban_list, issuer=ban_list.issuer_id)


def source_ref(source: Source | CitedSource, *, whole: bool = False) -> SourceRef:
    ref: SourceRef = {
        "id": source.pk,
        "kind": source.kind,
        "publisher": source.publisher,
        "title": source.title,
        "url": source.url,
        "published_on": source.published_on,
        "syndication_of": source.syndication_of_id,
    }
    if whole:
        ref |= {
            "author": source.author,
            "language": source.language,
            "licence": source.licence,
            "sha256": source.sha256,
            "covers_to": source.covers_to,
            "good_for": source.good_for,
        }
    return ref
