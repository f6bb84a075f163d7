"""A later edition of one source that says anew what an earlier one said: a name spelled otherwise, another rank.

Such a statement has another reference, for name and rank are in it. Left beside the earlier one it would be a dispute
of the source with itself.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

from relations.codes import PostStatus
from relations.importers.engine.statements import Reading, Statement
from relations.importers.sources.factbook.words import folded
from relations.status import same_person

_CLOSE = 0.75
"""How much of two names has to agree (difflib's ratio): mended names reach 0.76 to 0.98, other people's 0.1 to 0.6."""
_CLOSE_WORD = 0.66
"""The same of two words of names: `Tom` and `Thomas`, `Yasin` and `Yasseen`."""
_MOST_WORDS = 0.6
"""How many words of the shorter name have to be close to words of the longer one; of two that is both."""
_MONTH_OR_DAY = re.compile(r"\d{4}-\d\d(?:-\d\d)?")

type Contents = Mapping[str, Mapping[str, Any]]


def match_restated(reading: Reading, standing: Contents) -> dict[str, str]:
    """New references of an edition -> those under which the same stood; `standing` is what stands, by reference.

    The same is meant, in one post since the same day or month, by a name close to the name before (`Kahzar`, `Khazar`)
    in the same rank, and by another rank of one person, unless the edition says both. A name that can be the same
    person's anyway is left as a second witness, so that nothing changes; so is quite another name, for the Factbook
    names a successor now and then and forgets his date.
    """
    own = {statement.reference for statement in reading.statements}
    earlier: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    for reference, content in standing.items():
        if reference not in own and (on := content.get("on")):
            earlier[content["sender"], content["target"], on].append(reference)
    found: dict[str, str] = {}
    for statement in reading.statements:
        if statement.bounded or statement.reference in standing:
            continue
        candidates = earlier[statement.sender, statement.target, statement.on]
        known = next((one for one in candidates if _means(standing[one], statement)), None)
        if known:
            candidates.remove(known)
            found[statement.reference] = known
    return found


def _means(content: Mapping[str, Any], statement: Statement) -> bool:
    held, named = content.get("holder", ""), statement.holder
    if not (held and named and _MONTH_OR_DAY.fullmatch(statement.on)):
        return False
    if content["word"] != statement.word:
        return content["word"] in PostStatus and statement.word in PostStatus and same_person(held, named)
    return not same_person(held, named) and _is_close(folded(held), folded(named))


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
