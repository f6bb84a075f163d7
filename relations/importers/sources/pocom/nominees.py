"""Nominees who never led their mission (pocom's `other-nominees`): the nomination and its outcome."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from relations import dates
from relations.errors import NotADate
from relations.importers.engine.statements import Reading, Statement
from relations.importers.engine.tables import meaning
from relations.importers.engine.text_parsing import DAY, to_edtf
from relations.importers.sources.pocom.service import Service
from relations.importers.sources.pocom.words import PHRASES, day_before

NOT_AWAITED = "only an ambassador in post ends the waiting for one: the coming of a minister or chargé is not stated"

_NOMINATED = re.compile(rf"\b(?:nominated|nomination of|nominated on|nomination on) ?(?P<date>{DAY})", re.IGNORECASE)
_OUTCOME = re.compile(
    rf"\b(?:withdrawn|returned|rejected|died|death|left post|left \w+|superseded)\b(?: [\w ]*?)?,?"
    rf" (?:on |in |about )?(?P<date>{DAY})",
    re.IGNORECASE,
)


def state_nominees(nominees: list[Service], services: list[Service], *, reading: Reading, source: str) -> None:
    """States each nomination, or ignores it by name where the source does not say when it ended.

    An outcome without a day lies between the nominee's own appointment and the next one's to the same mission, and that
    of a nomination before the end of its Congress. Without a bound it would never end, so it is not stated.
    """
    for nominee in nominees:
        with reading.attempt(nominee.reference, line=nominee.block.line):
            _state(nominee, _next_appointment(nominee, [*services, *nominees]), reading, source)


def _state(nominee: Service, following: str, reading: Reading, source: str) -> None:
    place = nominee.places[0]
    began, word = _beginning(nominee)
    if not place.code or not nominee.role["word"]:
        reading.ignore(nominee.reference, place.reason or nominee.role["reason"])
        return
    if nominee.role["word"] != "ambassador":
        reading.ignore(nominee.reference, NOT_AWAITED)
        return
    outcome = meaning(PHRASES, nominee.note.rstrip("."), of="nominee")
    if outcome is None:
        reading.ignore(nominee.reference, "the source does not say what became of the nomination")
        return
    again = [to_edtf(match["date"]) for match in _NOMINATED.finditer(nominee.note)]
    bounds = [following, end_of_congress(max([began, *again]))] if word == "nominated" else [following]
    on = _outcome_on(nominee.note, began, min(filter(None, bounds), default=""))
    if not began or not on:
        reading.ignore(nominee.reference, "the source does not say when the nomination was made and ended")
        return
    country = nominee.place_on(dates.parse(began).latest)
    if country is None:
        reading.ignore(nominee.reference, "the mission was in no country of the tracker")
        return
    for status, day in ((word, began), (outcome.word, on)):
        quote, start = nominee.block.words("appointed" if status == "appointed" else "note")
        reading.statements.append(
            Statement(
                kind="ambassadors", reference=f"{nominee.reference}:{status}", source=source, quote=quote, start=start,
                sender="US", target=country.code, word=status, on=day, holder=nominee.holder, note=nominee.note,
            )
        )  # fmt: skip


def _beginning(nominee: Service) -> tuple[str, str]:
    """The commission's day, otherwise that of the nomination."""
    if nominee.appointed and nominee.appointed.on:
        return nominee.appointed.on, "appointed"
    match = _NOMINATED.search(nominee.note)
    return (to_edtf(match["date"]), "nominated") if match else ("", "")


def end_of_congress(day: str) -> str:
    """The last day of a nomination: of those not acted on the Senate takes none to the next Congress (Rule XXXI, 6).

    A Congress ends on 3 January of an odd year (before 1935, on 4 March).
    """
    on = dates.parse(day).latest
    last = next(
        last for year in range(on.year, on.year + 3) if year % 2
        and (last := dt.date(year, 1, 3) if year >= 1935 else dt.date(year, 3, 4)) >= on
    )  # fmt: skip
    return last.isoformat()


def _outcome_on(note: str, began: str, following: str) -> str:
    outcomes = list(_OUTCOME.finditer(note))
    if outcomes and began and (day := to_edtf(outcomes[-1]["date"])) >= began:
        return day
    if not began or not following:
        return ""
    span = f"[{began}..{following}]"
    try:
        dates.parse(span)
    except NotADate:
        return ""
    return span


def _next_appointment(nominee: Service, others: Iterable[Service]) -> str:
    """The day before somebody was next appointed; empty where nobody was."""
    began, _ = _beginning(nominee)
    if not began:
        return ""
    own = dates.parse(began).latest
    later: list[tuple[dt.date, str]] = []
    for other in others:
        when = other.appointed.when if other.appointed else None
        if other.appointed and when and when.earliest and when.earliest > own:
            later.append((when.earliest, other.appointed.on))
    return day_before(min(later)[1]) if later else ""
