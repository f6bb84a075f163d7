"""Statements of an earlier edition that a later one restates: a name spelled otherwise, another rank, another date.

Such a statement has another reference, because name and rank are part of it. Recorded as a second fact it would make
the source dispute itself.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

from anyascii import anyascii

from relations import dates
from relations.codes import PostStatus
from relations.importers.engine.statements import KnownStatement, Reading, Statement
from relations.status import same_person

_CLOSE = 0.75
"""Required ratio (difflib) of two names: corrected names reach 0.76 to 0.98, other people's 0.1 to 0.6."""
_CLOSE_WORD = 0.66
"""The same of two words of names: `Tom` and `Thomas`, `Yasin` and `Yasseen`."""
_MOST_WORDS = 0.6
"""Share of the shorter name's words that have to be close to words of the longer one; of two words, both."""
_MONTH_OR_DAY = re.compile(r"\d{4}-\d\d(?:-\d\d)?")

type Contents = Mapping[str, Mapping[str, Any]]


def match_restated(reading: Reading, known: Contents) -> dict[str, str]:
    """New references of an edition -> the known references that they restate.

    In one post since the same day or month, a close name (`Kahzar`, `Khazar`) in the same rank is a restatement, and so
    is another rank of one person, unless the edition has both. A name that `same_person` accepts remains a second
    witness. A different name does too, because the Factbook sometimes names a successor under the old date.
    """
    own = {statement.reference for statement in reading.statements}
    earlier: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    for reference, content in known.items():
        if reference not in own and (on := content.get("on")):
            earlier[content["sender"], content["target"], on].append(reference)
    renamed: dict[str, str] = {}
    for statement in reading.statements:
        if statement.bounded or statement.reference in known:
            continue
        candidates = earlier[statement.sender, statement.target, statement.on]
        match = next((one for one in candidates if _restates(statement, known[one])), None)
        if match:
            candidates.remove(match)
            renamed[statement.reference] = match
    return renamed


def _restates(statement: Statement, content: Mapping[str, Any]) -> bool:
    before, named = content.get("holder", ""), statement.holder
    if not (before and named and _MONTH_OR_DAY.fullmatch(statement.on)):
        return False
    if content["word"] != statement.word:
        return content["word"] in PostStatus and statement.word in PostStatus and same_person(before, named)
    return not same_person(before, named) and _is_close(name_key(before), name_key(named))


def name_key(name: str) -> str:
    """The form of a name in references, without accents and capitals: `Waël HACHEM` -> `wael hachem`."""
    return " ".join(re.sub(r"[^a-z0-9]+", " ", anyascii(name).lower()).split())


def _is_close(before: str, now: str) -> bool:
    if SequenceMatcher(a=before, b=now).ratio() > _CLOSE:
        return True
    short, long = sorted((before.split(), now.split()), key=len)
    met = 0
    for word in short:
        other = next((other for other in long if _is_close_word(word, other)), None)
        if other:
            long.remove(other)
            met += 1
    return met >= 2 and met >= len(short) * _MOST_WORDS


def _is_close_word(word: str, other: str) -> bool:
    if 1 in (len(word), len(other)):
        return word[0] == other[0]
    return SequenceMatcher(a=word, b=other).ratio() > _CLOSE_WORD


def term_of(
    statement: Statement, reference: str, known: Mapping[str, KnownStatement], *, before: dt.date | None
) -> str:
    """The reference of the term that the statement is about: a second one has the first's with `@` and its day.

    "Since 9 June 2022" in an edition of August 2022 does not correct "since May 2021" in one of August 2021: both were
    true. A later edition corrects the date only if the new one lies on or before the day of the earlier edition.

    `NZ>US:ambassador:rosemarybanks` since 2019, another person since 2022, Banks again since 2024. A statement without
    a date is about the term that was stated last. `before` is the day of the last publication that was imported, for
    terms of which it is not on record when they were stated.
    """
    if reference not in known:
        return reference
    own = {name: one for name, one in known.items() if name == reference or name.startswith(f"{reference}@")}
    if statement.bounded:
        return max(own, key=lambda name: own[name].stated_on or dt.date.min)
    dated = {on: name for name, one in own.items() if (on := one.content.get("on"))}
    if statement.on in dated:
        return dated[statement.on]
    last_on = max(dated, key=certain_on, default="")
    last = dated.get(last_on, reference)
    # A date that lies wholly after the edition that last stated the term is another's.
    edition, earliest = own[last].stated_on or before, statement.when.earliest
    is_another = edition is not None and earliest is not None and earliest > edition
    if not is_another and last_on:
        is_another = _had_left(last_on, statement, known)
    return f"{reference}@{statement.on}" if is_another else last


def _had_left(on: str, statement: Statement, known: Mapping[str, KnownStatement]) -> bool:
    """True if somebody else took the post between the two days."""
    first, second = certain_on(on), certain_on(statement.on)
    others = (one.content for one in known.values() if not one.bounded)
    return any(
        first < certain_on(one["on"]) <= second
        and (one["sender"], one["target"]) == (statement.sender, statement.target)
        and one.get("holder")
        and not same_person(one["holder"], statement.holder)
        for one in others
        if one.get("on")
    )


def certain_on(on: str) -> dt.date:
    """The day from which a date in EDTF is certain."""
    return dates.parse(on).latest
