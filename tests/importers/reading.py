"""Rules for every parser of facts, and short forms of its records."""

import datetime as dt
from collections import Counter
from typing import Any

from relations.codes import NextStatus, PostStatus
from relations.importers.engine.statements import Reading, Statement


def in_short(statement: Statement) -> tuple[str, str, str, str]:
    return f"{statement.sender}>{statement.target}", statement.word, statement.on, statement.holder


def by_reference(reading: Reading) -> dict[str, Statement]:
    return {statement.reference: statement for statement in reading.statements}


def contents(reading: Reading) -> dict[str, dict[str, Any]]:
    """The known content with which a later publication is compared."""
    return {statement.reference: statement.content() for statement in reading.statements}


def post_on(reading: Reading, sender: str, target: str, day: str) -> tuple[str, str] | None:
    """(status, holder) of the post on a day: of the facts that are certain by then, the last."""
    certain = [
        statement
        for statement in reading.statements
        if (statement.sender, statement.target) == (sender, target)
        and statement.word in PostStatus
        and statement.when.latest <= dt.date.fromisoformat(day)
    ]
    last = max(certain, key=lambda one: (one.when.latest, one.when.floor), default=None)
    # Of two that fall on one day the later recorded counts.
    for one in certain:
        if last and (one.when.latest, one.when.floor) == (last.when.latest, last.when.floor):
            last = one
    return (last.word, last.holder) if last else None


def assert_sound(reading: Reading) -> None:
    """Each reference once, each quote at its place, each word of the tracker's vocabularies."""
    assert [name for name, count in Counter(one.reference for one in reading.statements).items() if count > 1] == []
    for one in reading.statements:
        text = reading.extracts[one.source].text
        assert text[one.start : one.start + len(one.quote)] == one.quote, one.reference
        if one.kind == "ambassadors":
            assert one.word in PostStatus or one.word in NextStatus, one.reference
            assert len(one.holder) <= 200
