"""Dates in English words, as EDTF."""

from __future__ import annotations

import re

_NAMES = (
    "jan january", "feb february febraury", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
    "sep sept september", "oct october", "nov november", "dec december",
)  # fmt: skip
_NUMBERS = {name: number for number, names in enumerate(_NAMES, start=1) for name in names.split()}
"""By month name in small letters, among them a misspelling that pocom has in several places."""

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
