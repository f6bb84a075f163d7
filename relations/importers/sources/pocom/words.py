"""Date and wording of an event in a chief's service: `<date>` and the note that leads up to it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field

from relations import dates
from relations.errors import RecordRefused
from relations.importers.engine.tables import LONGEST, meaning, phrases
from relations.importers.engine.text_parsing import DAY, MONTH, days_in, edtf, to_edtf

PHRASES = "pocom_phrases"

_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
# The last words of a note qualify the date after them. The first pattern that ends the note counts.
_SPANS = re.compile(
    rf"(?:(?:^|,? )between (?P<month>{MONTH}) (?P<day>\d{{1,2}})(?:, (?P<year>\d{{4}}))?,? and"
    rf"|(?:^|,? )on (?P<month2>{MONTH}) (?P<day2>\d{{1,2}}) or"
    rf"|(?:^|,? )(?P<month3>{MONTH}) (?P<day3>\d{{1,2}}) ?[-–])$",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"(?:^|,? )(?:on or (?:soon |shortly )?after|soon after|shortly after|(?:on or )?about|(?:on )?approximately"
    r"|late in|early in|probably on)$",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"(?:^|,? )(?:on or )?(?:shortly )?before$", re.IGNORECASE)
_EXACT = re.compile(r"(?:^|,? )(?:on|in|as of|of|dated)(?: \(local time\))?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Event:
    """An event's meaning (a word of `pocom_phrases.csv`) and its EDTF date; `on` is empty where undated."""

    word: str
    on: str
    remark: str = ""
    when: dates.When | None = field(init=False)

    def __post_init__(self) -> None:
        """Raises `NotADate`. Parsed once, because ordering a mission's services needs it often."""
        object.__setattr__(self, "when", dates.parse(self.on) if self.on else None)


def read_event(event: str, *, date: str, note: str, since: str = "") -> Event | None:
    """The event of one element, None where the element is empty.

    `since` is the date of the event before, the lower bound of "on or before". Raises `RecordRefused` for an invalid
    date and for a note that the table of phrases does not know.
    """
    note = " ".join(note.split()).strip(" .,;")
    if not date:
        return _undated(event, note) if note else None
    if not _DATE.fullmatch(date):
        raise RecordRefused(why=f"the date of {event} {date!r} is not YYYY, YYYY-MM or YYYY-MM-DD")
    words, on = _qualified(note, date, since)
    known = meaning(PHRASES, words, of=event)
    if known is None:
        raise RecordRefused(why=f"the note on {event} {note!r} is not known")
    if known.word.endswith("?") or words.lower().startswith("probably"):
        on = _doubted(on)
    return Event(known.word.rstrip("?"), on, known.remark)


def _undated(event: str, note: str) -> Event | None:
    """A note without a date: it is one itself (`Dec 1986`), or its event is undated."""
    if on := to_edtf(note):
        return Event("in_post" if event == "started" else "vacant", on)
    words, _ = _qualified(note, "0001", "")
    known = meaning(PHRASES, words, of=event)
    if known is None:
        raise RecordRefused(why=f"the note on {event} {note!r} is not known")
    return None if known.word == "undated" else Event(known.word.rstrip("?"), "", known.remark)


def _qualified(note: str, date: str, since: str) -> tuple[str, str]:
    """The note without the words that only qualify the date, and the qualified date."""
    if match := _SPANS.search(note):
        month, day = (
            match["month"] or match["month2"] or match["month3"],
            match["day"] or match["day2"] or match["day3"],
        )
        return note[: match.start()], _span(month, day, match["year"], date)
    if match := _ABOUT.search(note):
        return note[: match.start()], f"{date}~"
    if match := _BEFORE.search(note):
        start = since if since and since < date else ""
        return note[: match.start()], f"[{start}..{date}]"
    if match := _EXACT.search(note):
        return note[: match.start()], date
    return note, date


def _span(month: str, day: str, year: str | None, date: str) -> str:
    """`April 26` and 1800-05-02 -> `[1800-04-26..1800-05-02]`; the year before where the year's day is not yet past."""
    first = edtf(month=month, day=day, year=year or date[:4])
    if not year and first > date:
        first = f"{int(date[:4]) - 1:04}{first[4:]}"
    return f"[{first}..{date}]"


def _doubted(on: str) -> str:
    """`1890-01` -> `1890-01?`; `1897-12-10~` -> `1897-12-10%`; `[..1885-10-15]` -> `[..1885-10-15?]`."""
    if on.endswith("]"):
        return f"{on[:-1]}?]"
    return f"{on[:-1]}%" if on.endswith("~") else f"{on}?"


def served_by(note: str) -> str:
    """`… was serving as Chargé d’Affaires ad interim when … January 3, 1961.` -> `1961-01-03`; empty where not said."""
    if not re.search(r"\bserving as\b.*\bwhen\b", note, re.IGNORECASE):
        return ""
    return next(iter(days_in(note)), "")


def mission_event(sentence: str) -> tuple[str, str, str] | None:
    """(word, ISO date, remark) of a sentence in a mission's note; None where it says nothing of the mission."""
    if len(sentence) > LONGEST:
        return None
    for phrase in phrases(PHRASES, of="mission", DAY=DAY):
        if match := phrase.pattern.fullmatch(sentence):
            return phrase.word, to_edtf(match["date"]), phrase.remark
    return None


def day_before(date: str) -> str:
    """The last day before a date of this source: `1854-06` -> `1854-05-31`."""
    first = dates.parse(date).floor
    return (first - dt.timedelta(days=1)).isoformat()
