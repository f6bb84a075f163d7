"""The parsers' lookup tables: CSV files in `sources/tables/`, each with its source in the comments at its head."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from relations.errors import RecordRefused


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """The rows of `tables/<name>.csv`; lines that begin with `#` are comments, and last cells may be left out."""
    text = resources.files("relations.importers.sources").joinpath("tables", f"{name}.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return tuple(csv.DictReader(lines, restval="", strict=True))


@cache
def keyed(name: str, *, by: str) -> dict[str, dict[str, str]]:
    """The rows by the value of one column; a repeated value is a mistake of the table."""
    rows = {row[by]: row for row in table(name)}
    if len(rows) < len(table(name)):
        raise ValueError(f"{name}.csv names a {by} twice")
    return rows


def look_up[V](words: Mapping[str, V], word: str, what: str) -> V:
    """The meaning of a word. Raises `RecordRefused` for one that the table lacks."""
    if word not in words:
        raise RecordRefused(why=f"{what} {word!r} is not known")
    return words[word]


@dataclass(frozen=True, slots=True)
class Phrase:
    """The meaning (`word`) of a wording, the whole of which `pattern` matches."""

    pattern: re.Pattern[str]
    word: str
    remark: str


@cache
def phrases(name: str, *, of: str, **parts: str) -> tuple[Phrase, ...]:
    """The wordings of one kind (`of` is the column `event`) in order; `parts` replace their names in the patterns."""
    wordings = []
    for row in table(name):
        if row["event"] == of:
            pattern = row["pattern"]
            for part, expression in parts.items():
                pattern = pattern.replace(part, expression)
            wordings.append(Phrase(re.compile(pattern, re.IGNORECASE | re.DOTALL), row["word"], row["remark"]))
    return tuple(wordings)


@cache
def state_of(number: str, year: int, *, tables: tuple[str, ...] = ("cow_states",)) -> dict[str, str]:
    """The state that had a number in a year, by the first table that knows the number. Raises `RecordRefused`."""
    states = (own for name in tables if (own := [row for row in table(name) if row["number"] == number]))
    for row in next(states, ()):
        if int(row["from"] or 0) <= year <= int(row["to"] or 9999):
            return row
    raise RecordRefused(why=f"the state number {number!r} is not known for {year}")


LONGEST = 2000
"""Longer texts are not matched: a pattern's time grows faster than its text. No real wording is as long."""


def meaning(name: str, words: str, *, of: str) -> Phrase | None:
    """The first phrase that matches all of `words`; None where the table knows none."""
    if len(words) > LONGEST:
        return None
    return next((phrase for phrase in phrases(name, of=of) if phrase.pattern.fullmatch(words)), None)


# --- issuers and targets of sanctions programmes: `programmes.csv` --------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """`target` is an ISO 3166-1 alpha-2 code, or empty for a programme that is aimed at no one state.

    `thematic` is "yes" for one that is about persons or a theme in that state and not about the state.
    """

    list: str
    code: str
    title: str
    issuer: str
    target: str
    legal_basis: str
    source: str
    thematic: str = ""

    @property
    def is_thematic(self) -> bool:
        return self.thematic == "yes"


@cache
def programmes() -> dict[tuple[str, str], Programme]:
    """The programmes by list and code. A code that is missing is reported, never guessed."""
    by_code = {(row["list"], row["code"]): Programme(**row) for row in table("programmes")}
    if len(by_code) < len(table("programmes")):
        raise ValueError("programmes.csv names a code of one list twice")
    return by_code


@cache
def _by_folded_code() -> dict[tuple[str, str], Programme]:
    return {(listed, folded(code)): programme for (listed, code), programme in programmes().items()}


def programme_of(listed: str, code: str) -> Programme | None:
    """The programme of a list's code, however it is capitalised and spaced (`CAATSA-RUSSIA`); None: unknown."""
    return _by_folded_code().get((listed, folded(code)))


def folded(code: str) -> str:
    """A name as it is compared: in small letters, without spaces and with one kind of apostrophe."""
    return "".join(code.casefold().replace("’", "'").split())
