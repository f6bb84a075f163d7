"""The Remarks of OFAC's rows: features and numbers with `; ` between them.

OFAC generates remarks from its own database, so the forms are regular. Parts in a known form are read; the remarks are
stored whole anyway.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from relations.errors import RecordRefused
from relations.importers.engine.parties import BirthDate, Detail, Document, Name, NameKind, Nationality, Place, Quality
from relations.importers.engine.tables import table
from relations.importers.engine.text_parsing import (
    MONTHS,
    born,
    born_between,
    born_in_words,
    divided_name,
    joined,
    written_name,
)

_DATE = r"(?:(?:(?P<{0}d>\d{{1,2}}) )?(?P<{0}m>[A-Z][a-z]{{2}}) )?(?P<{0}y>\d{{4}})"
_BORN = re.compile(
    r"(?P<circa>circa )?" + _DATE.format("a") + r"(?:(?: to | ?- ?)(?P<circa2>circa )?" + _DATE.format("b") + ")?"
)
_ALIAS = re.compile(r"(?P<kind>[afn])\.k\.a\. '(?P<name>.+)'")
_ALIAS_KINDS: dict[str, NameKind] = {"a": "aka", "f": "fka", "n": "nka"}
_DAY_TEXT = r"(?:\d{1,2} )?(?:[A-Z][a-z]{2} )?\d{4}"


def _words(feature: str) -> str:
    words = (row["word"] for row in table("ofac_features") if row["feature"] == feature)
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_DOCUMENT = re.compile(
    rf"(?P<kind>{_words('document')})\s+(?P<number>.+?)(?: \((?P<country>[^()]+)\))?"
    rf"(?: issued (?P<issued>{_DAY_TEXT}))?(?: expires (?P<expires>{_DAY_TEXT}))?"
)
_DETAIL = re.compile(rf"(?P<key>{_words('detail')})(?P<sub> - [A-Z]{{2,5}}(?= ))?(?:\s*[:-]\s*|\s+)(?P<value>.+)")
_ABBREVIATED = re.compile(r"\b[A-Z]\.(?:[A-Z]\.)+$")


type Features = defaultdict[str, list[Any]]
"""Parts of a party by its field."""


def read(text: str, *, is_person: bool) -> dict[str, Any]:
    """`DOB 14 Jun 1975; POB Leningrad, Russia; Passport 717637093 (Russia).` by the party's fields. Never refuses."""
    features: Features = defaultdict(list)
    for part in _parts(text):
        _read_feature(features, part.removeprefix("alt. "), is_person=is_person)
    return {name: tuple(parts) for name, parts in features.items()}


def _parts(text: str) -> list[str]:
    """The parts, without the full stop at the end unless it belongs to a company (`S.A.`)."""
    if text.endswith(".") and not _ABBREVIATED.search(text):
        text = text[:-1]
    return [part for part in text.split("; ") if part]


def _read_feature(features: Features, part: str, *, is_person: bool) -> None:
    word, _, rest = part.partition(" ")
    match word:
        case "DOB":
            features["birth_dates"].append(_birth_date(rest))
        case "POB":
            features["birth_places"].append(Place(text=rest))
        case "nationality":
            features["nationalities"].append(Nationality(country=rest))
        case "citizen":
            features["nationalities"].append(Nationality(country=rest, note="citizen"))
        case "Gender" if rest.casefold() in {"male", "female"}:
            features["genders"].append(rest.casefold())
        case _:
            _read_long_feature(features, part, is_person=is_person)


def _read_long_feature(features: Features, part: str, *, is_person: bool) -> None:
    """Alias, document, or detail; any other part has no known form."""
    if match := _ALIAS.fullmatch(part):
        alias = spoken(match["name"], kind=_ALIAS_KINDS[match["kind"]], is_person=is_person, quality="weak")
        features["names"].append(alias)
    elif match := _DOCUMENT.fullmatch(part):
        issued, expires = (born_in_words(match[day] or "").on for day in ("issued", "expires"))
        kind, number, country = match["kind"], match["number"], match["country"] or ""
        features["documents"].append(
            Document(kind=kind, number=number, country=country, issued=issued, expires=expires)
        )
    elif match := _DETAIL.fullmatch(part):
        features["details"].append(Detail(f"{match['key']}{match['sub'] or ''}", match["value"]))


def spoken(text: str, *, kind: NameKind, is_person: bool, quality: Quality = "") -> Name:
    """A name in the order of speech: OFAC writes persons `FAMILY, Given`; a company's comma is its own."""
    family, comma, given = text.partition(", ") if is_person else ("", "", "")
    name = divided_name(given, family, kind, quality=quality) if comma and given else None
    return name or written_name(text, kind, quality=quality)


def _birth_date(text: str) -> BirthDate:
    match = _BORN.fullmatch(text)
    if match is None or not {match["am"], match["bm"]} <= {*MONTHS, None}:
        return BirthDate(text=text)
    circa = bool(match["circa"] or match["circa2"])
    first, last = _edtf(match, "a"), _edtf(match, "b")
    try:
        return born_between(first, last, circa=circa) if last else born(first, circa=circa)
    except RecordRefused:
        return BirthDate(text=text)


def _edtf(match: re.Match[str], which: str) -> str:
    day, month, year = match[f"{which}d"], match[f"{which}m"], match[f"{which}y"]
    return joined(year or "", MONTHS[month] if month else "", f"{int(day):02d}" if day else "", by="-")
