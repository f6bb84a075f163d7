"""What OFAC writes into the Remarks of a row: features and numbers, one behind another, with `; ` between them.

OFAC generates remarks from its own database, so the forms are regular. What has a form known here is read; the rest
stays in the remarks, which are kept whole anyway.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from relations.errors import RecordRefused
from relations.importers.engine.parties import BirthDate, Detail, Document, Name, NameKind, Nationality, Place, Quality
from relations.importers.engine.text_parsing import MONTHS, born, born_between, born_in_words, script_of
from relations.importers.sources.ofac.vocabulary import DETAILS, DOCUMENTS

_DATE = r"(?:(?:(?P<{0}d>\d{{1,2}}) )?(?P<{0}m>[A-Z][a-z]{{2}}) )?(?P<{0}y>\d{{4}})"
_BORN = re.compile(
    r"(?P<circa>circa )?" + _DATE.format("a") + r"(?:(?: to | ?- ?)(?P<circa2>circa )?" + _DATE.format("b") + ")?"
)
_ALIAS = re.compile(r"(?P<kind>[afn])\.k\.a\. '(?P<name>.+)'")
_DAY_TEXT = r"(?:\d{1,2} )?(?:[A-Z][a-z]{2} )?\d{4}"


def _any_of(words: frozenset[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_DOCUMENT = re.compile(
    rf"(?P<kind>{_any_of(DOCUMENTS)})\s+(?P<number>.+?)(?: \((?P<country>[^()]+)\))?"
    rf"(?: issued (?P<issued>{_DAY_TEXT}))?(?: expires (?P<expires>{_DAY_TEXT}))?"
)
_DETAIL = re.compile(rf"(?P<key>{_any_of(DETAILS)})(?P<sub> - [A-Z]{{2,5}}(?= ))?(?:\s*[:-]\s*|\s+)(?P<value>.+)")
_ABBREVIATED = re.compile(r"\b[A-Z]\.(?:[A-Z]\.)+$")


@dataclass(slots=True)
class Remarks:
    """What could be read out of one row's remarks; `unread` are the parts of which no form is known."""

    names: list[Name] = field(default_factory=list)
    birth_dates: list[BirthDate] = field(default_factory=list)
    birth_places: list[Place] = field(default_factory=list)
    nationalities: list[Nationality] = field(default_factory=list)
    genders: list[str] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    details: list[Detail] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def read(text: str, *, is_person: bool) -> Remarks:
    """`DOB 14 Jun 1975; POB Leningrad, Russia; Passport 717637093 (Russia).` Never refuses."""
    remarks = Remarks()
    for part in _parts(text):
        if not _took(remarks, part.removeprefix("alt. "), is_person=is_person):
            remarks.unread.append(part)
    return remarks


def _parts(text: str) -> list[str]:
    """The full stop at the end is none of a company's (`S.A.`) where it is the only one."""
    if text.endswith(".") and not _ABBREVIATED.search(text):
        text = text[:-1]
    return [part for part in text.split("; ") if part]


def _took(remarks: Remarks, part: str, *, is_person: bool) -> bool:
    word, _, rest = part.partition(" ")
    match word:
        case "DOB":
            remarks.birth_dates.append(_birth_date(rest))
        case "POB":
            remarks.birth_places.append(Place(text=rest))
        case "nationality":
            remarks.nationalities.append(Nationality(country=rest))
        case "citizen":
            remarks.nationalities.append(Nationality(country=rest, note="citizen"))
        case "Gender" if rest.casefold() in {"male", "female"}:
            remarks.genders.append(rest.casefold())
        case _:
            return _took_longer(remarks, part, is_person=is_person)
    return True


def _took_longer(remarks: Remarks, part: str, *, is_person: bool) -> bool:
    if found := _ALIAS.fullmatch(part):
        kinds: dict[str, NameKind] = {"a": "aka", "f": "fka", "n": "nka"}
        remarks.names.append(spoken(found["name"], kind=kinds[found["kind"]], is_person=is_person, quality="weak"))
    elif found := _DOCUMENT.fullmatch(part):
        number, country = found["number"], found["country"] or ""
        issued, expires = (born_in_words(found[part] or "") for part in ("issued", "expires"))
        remarks.documents.append(
            Document(kind=found["kind"], number=number, country=country, issued=issued.on, expires=expires.on)
        )
    elif found := _DETAIL.fullmatch(part):
        remarks.details.append(Detail(f"{found['key']}{found['sub'] or ''}", found["value"]))
    else:
        return False
    return True


def spoken(text: str, *, kind: NameKind, is_person: bool, quality: Quality = "") -> Name:
    """OFAC writes persons `FAMILY, Given`; a company's comma is its own."""
    family, comma, given = text.partition(", ") if is_person else ("", "", "")
    if not comma or not given:
        return Name(text=text, kind=kind, quality=quality, script=script_of(text))
    whole = f"{given} {family}"
    return Name(text=whole, kind=kind, quality=quality, script=script_of(whole), family=family, given=given)


def _birth_date(text: str) -> BirthDate:
    found = _BORN.fullmatch(text)
    if found is None or not {found["am"], found["bm"]} <= {*MONTHS, None}:
        return BirthDate(text=text)
    circa = bool(found["circa"] or found["circa2"])
    first, last = _edtf(found, "a"), _edtf(found, "b")
    try:
        return born_between(first, last, circa=circa) if last else born(first, circa=circa)
    except RecordRefused:
        return BirthDate(text=text)


def _edtf(found: re.Match[str], which: str) -> str:
    day, month, year = found[f"{which}d"], found[f"{which}m"], found[f"{which}y"]
    return "-".join(filter(None, [year, MONTHS[month] if month else "", f"{int(day):02d}" if day else ""]))
