"""The days of which the files of pocom speak: the newest of service, and less for missions and states that ended."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from contextlib import suppress
from dataclasses import replace

from relations.importers.engine.statements import Reading
from relations.importers.engine.tables import table

_EDITED = re.compile(r"<last-modified-date>(\d{4}-\d\d-\d\d)</last-modified-date>")


def version(reading: Reading) -> dt.date | None:
    """The day of the last edit of any record, the only date in the data."""
    days: list[dt.date] = []
    for extract in reading.extracts.values():
        for day in _EDITED.findall(extract.text):
            with suppress(ValueError):  # An impossible day of an edit takes no fact away.
                days.append(dt.date.fromisoformat(day))
    return max(days, default=None)


def covers_to(reading: Reading) -> dt.date | None:
    """The newest day of service in the files: an edit of 2021-08 does not mean that they cover 2021-07."""
    last = reading.version or dt.date.max
    days = [when.earliest for one in reading.statements if (when := one.when).earliest and when.earliest <= last]
    return max(days, default=reading.version)


def end_former_missions(reading: Reading) -> None:
    """Ends the text of a mission that others follow in the same countries: Saigon's says nothing of Hanoi's years."""
    days: dict[str, dict[str, list[dt.date]]] = defaultdict(lambda: defaultdict(list))
    for one in reading.statements:
        days[one.source][one.target] += [one.when.floor, one.when.latest]
    for source, own in days.items():
        followed = [
            min(
                (min(of[target]) for of in days.values() if target in of and min(of[target]) > max(known)), default=None
            )
            for target, known in own.items()
        ]
        following = [day for day in followed if day is not None]
        if following and len(following) == len(own):
            covers_to = max(following) - dt.timedelta(days=1)
            reading.extracts[source] = replace(reading.extracts[source], covers_to=covers_to)


def end_former_states(reading: Reading) -> None:
    """Gives the words on a state that ended and came again a text of their own: its file goes on in another state.

    What is said of Russia in 1919 says nothing of the Soviet years. The text is the beginning of the file.
    """
    for (mission, code), until in _former_states().items():
        place = {id(one): index for index, one in enumerate(reading.statements)}
        own = [one for one in reading.statements if (one.source, one.target) == (mission, code)]
        if former := [one for one in own if one.when.latest < until]:
            name, whole = f"{mission} to {until}", reading.extracts[mission]
            text = whole.text[: max(one.start + len(one.quote) for one in former)]
            last_day = until - dt.timedelta(days=1)
            reading.extracts[name] = replace(whole, reference=name, text=text, covers_to=last_day)
            for one in former:
                reading.statements[place[id(one)]] = replace(one, source=name)


def _former_states() -> dict[tuple[str, str], dt.date]:
    """The day after the last of a code's first state, by mission and code, where the code is of a later one too."""
    rows = [row for row in table("pocom_territories") if row["code"]]
    again = {(row["territory"], row["code"]): row["from"] for row in rows}
    return {
        mission: dt.date.fromisoformat(row["to"])
        for row in rows
        if row["to"] and again[mission := (row["territory"], row["code"])] > row["to"]
    }
