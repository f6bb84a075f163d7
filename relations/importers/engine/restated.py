"""Statements of an earlier edition that a later one restates: a name spelled otherwise, another rank.

Such a statement has another reference, because name and rank are part of it. Recorded as a second fact it would make
the source dispute itself.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

from anyascii import anyascii

from relations.codes import PostStatus
from relations.importers.engine.statements import Reading, Statement
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
