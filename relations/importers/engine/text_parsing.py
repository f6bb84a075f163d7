"""The small parts of sources: white space, scripts, names, days, dates of birth, dates in English words."""

from __future__ import annotations

import calendar
import datetime as dt
import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from relations.errors import RecordRefused
from relations.importers.engine.parties import BirthDate, Name, NameKind, Quality

# ISO 15924, keyed by the first word of a letter's Unicode name. Han is one script here: its letters do not say
# whether they are simplified or traditional.
SCRIPTS = {
    "LATIN": "Latn", "CYRILLIC": "Cyrl", "ARABIC": "Arab", "GREEK": "Grek", "HEBREW": "Hebr", "CJK": "Hani",
    "HANGUL": "Hang", "HIRAGANA": "Hira", "KATAKANA": "Kana", "DEVANAGARI": "Deva", "BENGALI": "Beng",
    "ARMENIAN": "Armn", "GEORGIAN": "Geor", "ETHIOPIC": "Ethi", "MYANMAR": "Mymr", "THAI": "Thai", "LAO": "Laoo",
    "KHMER": "Khmr", "TAMIL": "Taml", "SINHALA": "Sinh", "GURMUKHI": "Guru", "GUJARATI": "Gujr", "TIBETAN": "Tibt",
    "MONGOLIAN": "Mong", "SYRIAC": "Syrc", "THAANA": "Thaa", "FULLWIDTH": "Latn",
}  # fmt: skip

_NAMES = (
    "jan january", "feb february febraury", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
    "sep sept september", "oct october", "nov november", "dec december",
)  # fmt: skip
_NUMBERS = {name: number for number, names in enumerate(_NAMES, start=1) for name in names.split()}
"""By month name in small letters, among them a misspelling that pocom has in several places."""
MONTHS = {names[:3].title(): f"{number:02}" for number, names in enumerate(_NAMES, start=1)}

MONTH = "(?:" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + ")"
DAY = rf"{MONTH}\.? \d{{1,2}}, \d{{4}}"

_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?P<month>{MONTH})\.? (?P<day>\d{{1,2}}),? (?P<year>\d{{4}})",
        rf"(?P<day>\d{{1,2}}) ?(?P<month>{MONTH})\.?,? ?(?P<year>\d{{4}})",
        rf"(?P<month>{MONTH})\.?,? ?(?P<year>\d{{4}})",
        rf"(?P<month>{MONTH})\.? ?[-–] ?(?P<last>{MONTH})\.?,? (?P<year>\d{{4}})",
    )
)

_MONTH_IN_WORDS = re.compile(r"(?:(?P<day>\d{1,2}) )?(?P<month>[A-Z][a-z]{2,8})\.? (?P<year>\d{4})")
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:T[\d:.]+)?(?:Z|[+-]\d\d:\d\d)?")
_TIME = re.compile(r" \d\d?:\d\d(:\d\d)?$")
_MONTH_OR_YEAR = re.compile(r"\d{4}(-\d\d)?")
_ASCII_LETTER = re.compile(r"[A-Za-z]")
_MASKED = re.compile(r"(?P<d>\d\d?|dd)/(?P<m>\d\d?|mm)/(?P<y>\d{4})", re.IGNORECASE)
_YEARS = re.compile(r"(\d{4})\s*(?:-|–|to)\s*(\d{4})")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# Marks that change no letter: byte order mark, zero width space, direction marks. The joiners U+200C and U+200D stay,
# Persian spells with them.
_INVISIBLE = re.compile("[\ufeff\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\u00ad]")


def clean(text: str | None) -> str:
    """One line, single spaces, composed letters (NFC), no HTML entities or invisible marks; refuses controls."""
    if not text:
        return ""
    if "&" in text:
        text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    if match := _CONTROLS.search(text):
        raise RecordRefused(why=f"control character U+{ord(match[0]):04X} in {text[:40]!r}")
    if text.isascii():
        return " ".join(text.split())
    return unicodedata.normalize("NFC", " ".join(_INVISIBLE.sub("", text).split()))


@lru_cache(maxsize=4096)
def _script_of_letter(letter: str) -> str:
    return SCRIPTS.get(unicodedata.name(letter, "").partition(" ")[0], "Zyyy")


def script_of(text: str) -> str:
    """The ISO 15924 code of most of the letters; Zyyy (undetermined) where none of them is of a known script."""
    if text.isascii():
        return "Latn" if _ASCII_LETTER.search(text) else "Zyyy"
    letters = Counter(_script_of_letter(letter) for letter in text if letter.isalpha())
    return max(sorted(letters), key=letters.__getitem__) if letters else "Zyyy"


def joined(*parts: str, by: str = " ") -> str:
    """The parts that are not empty."""
    return by.join(filter(None, parts))


def distinct(texts: Iterable[str]) -> tuple[str, ...]:
    """The texts that are not empty, each once, in their order."""
    return tuple(dict.fromkeys(filter(None, texts)))


def written_name(
    text: str, kind: NameKind = "primary", *, quality: Quality = "", language: str = "", note: str = ""
) -> Name:
    """A name that the list does not divide, with its script."""
    return Name(text=text, kind=kind, quality=quality, script=script_of(text), language=language.lower(), note=note)


def divided_name(given: str, family: str, kind: NameKind = "primary", *, quality: Quality = "") -> Name | None:
    """A given and a family name, in this order; either may be missing. None where both are."""
    if not (text := joined(given, family)):
        return None
    name = written_name(text, kind, quality=quality)
    return replace(name, given=given, family=family) if given and family else name


def with_one_primary(names: Iterable[Name]) -> tuple[Name, ...]:
    """The names with one primary one, the first in the alphabet, for their order means nothing; others are variations.

    Raises `RecordRefused` where there is none but in original script.
    """
    names = tuple(dict.fromkeys(names))
    ranked = [(name.kind != "primary", name.text, name) for name in names if name.kind != "original_script"]
    if not ranked:
        raise RecordRefused(why="it has no name")
    *_, first = min(ranked, key=lambda one: one[:2])
    others = (name for name in names if name != first)
    return (
        replace(first, kind="primary"),
        *(replace(name, kind="variation") if name.kind == "primary" else name for name in others),
    )


def day(text: str, *, of: str) -> dt.date | None:
    """An xs:date. A zone after it (`2015-03-27-04:00`) does not move the day. `of` names the field in the refusal."""
    text = clean(text)
    if not text:
        return None
    if not (match := _DAY.fullmatch(text)):
        raise RecordRefused(why=f"{of} {text!r} is not a day (YYYY-MM-DD)")
    try:
        return dt.date.fromisoformat(match[1])
    except ValueError as error:
        raise RecordRefused(why=f"{of} {text!r} is not a day of the calendar") from error


def day_first(text: str, *, of: str) -> dt.date | None:
    """A day as the United Kingdom writes it: 29/06/2012; or an xs:date. A time of day counts for nothing."""
    text = clean(text)
    if not text or _DAY.fullmatch(text):
        return day(text, of=of)
    try:
        return dt.datetime.strptime(_TIME.sub("", text), "%d/%m/%Y").replace(tzinfo=dt.UTC).date()
    except ValueError as error:
        raise RecordRefused(why=f"{of} {text!r} is not a day (DD/MM/YYYY)") from error


def born(date: str, *, circa: bool = False) -> BirthDate:
    """`1961-02`, circa -> on `1961-02~`, 1961-02-01 to 1961-02-28. Refuses a date that no calendar has."""
    earliest, latest = _bounds(date)
    return BirthDate(on=f"{date}{'~' if circa else ''}", earliest=earliest, latest=latest)


def born_or_words(date: str, text: str, *, circa: bool = False) -> BirthDate:
    """`born(date)`, or the list's own words where no calendar has that date."""
    try:
        return born(date, circa=circa)
    except RecordRefused:
        return BirthDate(text=text)


def born_between(first: str, last: str, *, circa: bool = False) -> BirthDate:
    """`1958`, `1960` -> `[1958..1960]`; the same twice is one date; their order does not matter."""
    first, last = sorted([first, last])
    if first == last:
        return born(first, circa=circa)
    mark = "~" if circa else ""
    return BirthDate(on=f"[{first}{mark}..{last}{mark}]", earliest=_bounds(first)[0], latest=_bounds(last)[1])


def _bounds(date: str) -> tuple[dt.date, dt.date]:
    """The bounds of `relations.dates.parse` without its grammar: a list has ten thousand of these three forms."""
    try:
        year, *rest = map(int, date.split("-"))
        first = dt.date(year, *rest, *(1, 1)[len(rest) :])
        if len(rest) == 2:
            return first, first
        month = first.month if rest else 12
        return first, dt.date(year, month, calendar.monthrange(year, month)[1])
    except ValueError as error:
        raise RecordRefused(why=f"no calendar has the date of birth {date!r}") from error


def born_in_words(text: str, *, circa: bool = False) -> BirthDate:
    """`1945-04-02`, `Nov. 1973`, `1945`, `1945 - 1950`; any other text stays as it is written."""
    text = clean(text)
    try:
        if match := _DAY.fullmatch(text):
            return born(match[1], circa=circa)
        if _MONTH_OR_YEAR.fullmatch(text):
            return born(text, circa=circa)
        if (named := _MONTH_IN_WORDS.fullmatch(text)) and named["month"][:3] in MONTHS:
            parts = [named["year"], MONTHS[named["month"][:3]], f"{int(named['day']):02d}" if named["day"] else ""]
            return born("-".join(filter(None, parts)), circa=circa)
        if years := _YEARS.fullmatch(text):
            return born_between(years[1], years[2], circa=circa)
    except RecordRefused:
        pass
    return BirthDate(text=text)


def born_day_first(text: str) -> BirthDate:
    """`dd/mm/1945` and `00/00/1980` are years, `dd/03/1950` a month; anything else stays as it is written."""
    text = clean(text)
    if not (match := _MASKED.fullmatch(text)):
        return born_in_words(text)
    day_of_month, month = (0 if part.isalpha() else int(part) for part in (match["d"], match["m"]))
    if day_of_month and not month:
        return BirthDate(text=text)
    return born_or_words(joined(match["y"], *(f"{part:02d}" for part in (month, day_of_month) if part), by="-"), text)


# --- dates in English words, as EDTF ----------------------------------------------------------------------------------


def to_edtf(text: str) -> str:
    """`January 3, 1961`, `3 January 1961`, `Jan 1961` or `January-March 1961` as EDTF; empty for anything else."""
    matches = (form.fullmatch(text) for form in _FORMS)
    return next((edtf(**match.groupdict()) for match in matches if match), "")


def edtf(*, month: str, year: str, day: str = "", last: str = "") -> str:
    """The day or month as EDTF, or the months from `month` to `last`."""
    first = f"{year}-{_NUMBERS[month.lower()]:02}"
    if last:
        return f"[{first}..{year}-{_NUMBERS[last.lower()]:02}]"
    return f"{first}-{int(day):02}" if day else first


def days_in(text: str) -> list[str]:
    """All days in a text, in its order."""
    return [to_edtf(match[0]) for match in re.finditer(DAY, text, re.IGNORECASE)]
