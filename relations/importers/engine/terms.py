"""Terms of one person in one post: what a later edition dates otherwise, and what began after the earlier edition.

"Since 9 June 2022" in an edition of August 2022 does not correct "since May 2021" in one of August 2021: both were
true. A later edition corrects the date only if the new one lies on or before the day of the earlier edition.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from relations import dates
from relations.importers.engine.statements import KnownStatement, Statement
from relations.status import same_person


def term_of(
    statement: Statement, reference: str, known: Mapping[str, KnownStatement], *, before: dt.date | None
) -> str:
    """The reference of the term that the statement is about: a second one has the first's with `@` and its day.

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
