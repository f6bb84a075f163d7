"""Dates as American English writes them (`January 3, 1961`), as EDTF."""

from __future__ import annotations

import re

NUMBERS = {
    name: number
    for number, names in enumerate(
        ["jan january", "feb february febraury", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"], start=1
    )
    for name in names.split()
}  # fmt: skip
"""Month names in small letters, among them a misspelling that pocom has in several places."""

MONTH = "(?:" + "|".join(sorted(NUMBERS, key=len, reverse=True)) + ")"
DAY = rf"{MONTH}\.? \d{{1,2}}, \d{{4}}"

_DAY = re.compile(rf"({MONTH})\.? (\d{{1,2}}), (\d{{4}})", re.IGNORECASE)
_MONTH_OF_YEAR = re.compile(rf"({MONTH})\.?,? (\d{{4}})", re.IGNORECASE)
_MONTHS_OF_YEAR = re.compile(rf"({MONTH})\.? ?[-–] ?({MONTH})\.?,? (\d{{4}})", re.IGNORECASE)


def in_words(text: str) -> str:
    """A day, a month or a span of months as EDTF; empty where the whole text is nothing of these."""
    if found := _DAY.fullmatch(text):
        return day_of(found[1], found[2], found[3])
    if found := _MONTH_OF_YEAR.fullmatch(text):
        return f"{found[2]}-{NUMBERS[found[1].lower()]:02}"
    if found := _MONTHS_OF_YEAR.fullmatch(text):
        first, last = NUMBERS[found[1].lower()], NUMBERS[found[2].lower()]
        return f"[{found[3]}-{first:02}..{found[3]}-{last:02}]"
    return ""


def day_of(month: str, day: str, year: str) -> str:
    return f"{year}-{NUMBERS[month.lower()]:02}-{int(day):02}"


def days_in(text: str) -> list[str]:
    """All days that stand in a text, in its order."""
    return [in_words(found[0]) for found in _DAY.finditer(text)]
