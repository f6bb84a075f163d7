"""A lane of bars for each track: its values over the years, as a picture and as a list."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from relations.codes import UNKNOWN, TrackKind
from relations.representation.periods import PairSpan
from relations.status import NO_PROGRAMME, Span
from relations.web.tones import by_gravity, tone
from relations.web.words import date_in_words, day_in_words, key_in_words, once_in_each_language, value_in_words

WIDTH = 1000
"""Units of a lane, which is as wide as the page."""
_TICKS, _FEW = 7, 3
_MONTHS = 12
_STEPS = (1, 3, 6, 12, 24, 60, 120, 240, 600)
"""Months between two ticks."""
_NEAR = 40
_LONGEST_PAST = 60
"""Years that a picture shows at most: earlier ones are in the list."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A day below a picture; `at` is its place in units of the lane."""

    at: int
    label: str

    @property
    def percent(self) -> str:
        return f"{self.at / WIDTH:.1%}"

    @property
    def anchor(self) -> str:
        """Words at an end of the picture stay inside it."""
        return "start" if self.at < _NEAR else "end" if self.at > WIDTH - _NEAR else "middle"


@dataclass(frozen=True, slots=True)
class Timeline:
    """Bars of each track under its title, with a key of their tones."""

    lanes: Sequence[tuple[str, Sequence[Mapping[str, Any]]]]
    keys: Sequence[tuple[str, str]]
    ticks: Sequence[Tick]

    @property
    def grid(self) -> str:
        return grid(self.ticks)


type Titles = Mapping[str, Mapping[str, str]]
"""Titles of programmes and of lists by id, each under the kind of their tracks: both are numbered from 1."""


def timeline(spans: Iterable[PairSpan], names: Mapping[str, str], titles: Titles, today: dt.date) -> Timeline:
    """The spans of a pair's tracks that have a value, its own and inherited ones, as the API's timeline has them."""
    known = [one for one in spans if one.span.value != UNKNOWN and one.span.start <= today]
    starts = [one.span.start for one in known if one.span.start.year > 1]
    earliest = today.replace(year=today.year - _LONGEST_PAST, day=1)
    first = max(min(starts, default=today).replace(month=1, day=1), earliest)
    length = max((today - first).days, 1)
    lanes = [
        (title, _bars([one.span for one in own], first, length, today))
        for title, own in groupby(known, key=lambda one: _title(one, names, titles))
    ]
    return Timeline([(title, bars) for title, bars in lanes if bars], _keys(known, first), ticks(first, today))


def _keys(known: Iterable[PairSpan], first: dt.date) -> list[tuple[str, str]]:
    """Tones of the bars, the gravest first, each with its words: a bar has the colour of its tone only."""
    words: defaultdict[tuple[str, bool], set[str]] = defaultdict(set)
    for span in (one.span for one in known if one.span.end is None or one.span.end > first):
        words[_tone(span), span.stale].add(value_in_words(span.value))
    keys = [(tone, key_in_words(", ".join(sorted(words[tone, stale])), stale=stale))
            for tone, stale in sorted(words, key=lambda key: by_gravity(key[0]))]  # fmt: skip
    return [*keys, (UNKNOWN, _("unknown"))] if keys else []


def last_ambassadors(spans: Iterable[PairSpan], day: dt.date) -> dict[str, str]:
    """By sender: who was head of mission last, in words, where a lower rank or nobody is there on the day."""
    sentences: dict[str, str] = {}
    last: dict[str, Span] = {}
    for one in (one for one in spans if one.span.track.kind == TrackKind.AMBASSADOR and one.span.start <= day):
        sentences.pop(one.sender, None)
        if one.span.value == UNKNOWN:
            continue
        if tone(TrackKind.AMBASSADOR, one.span.value) == "calm":
            last[one.sender] = one.span
        elif before := last.get(one.sender):
            until = date_in_words(before.end_edtf or str(before.end))
            sentences[one.sender] = _("Last on record: %(who)s, until %(day)s.") % {"who": _word(before), "day": until}
    return sentences


def _bars(spans: Iterable[Span], first: dt.date, length: int, today: dt.date) -> list[dict[str, Any]]:
    """A bar for each span, in units of the lane; those that ended before the picture begins are left out."""
    bars = []
    for span in spans:
        last = min(span.end or dt.date.max, today + dt.timedelta(days=1))
        if last <= first:
            continue
        left = max((span.start - first).days, 0) / length * WIDTH
        right = min((last - first).days, length) / length * WIDTH
        place = {"left": round(left, 1), "width": round(max(right - left, 2), 1)}
        bars.append(place | {"tone": _tone(span), "word": _word(span), "days": _days(span.start, span.end)})
    return bars


def _tone(span: Span) -> str:
    return tone(span.track.kind, span.value, stale=span.stale)


def _word(span: Span) -> str:
    return " ".join(filter(None, (value_in_words(span.value), span.holder)))


@once_in_each_language
def _days(start: dt.date, end: dt.date | None) -> str:
    first = day_in_words(start)
    if end is None:
        return _("from %(first)s on") % {"first": first}
    return _("%(first)s to %(last)s") % {"first": first, "last": day_in_words(end - dt.timedelta(days=1))}


def ticks(first: dt.date, last: dt.date) -> list[Tick]:
    """First days of years or of months in a picture of these days, at most seven; of a few weeks equal parts."""
    span = max((last - first).days, 1)
    months = range(first.year * 12 + first.month - (first.day == 1), last.year * 12 + last.month)
    step = next((one for one in _STEPS if len(months) // one < _TICKS), _STEPS[-1])
    days = [dt.date(month // 12, month % 12 + 1, 1) for month in months if month % step == 0]
    style = "Y" if step % _MONTHS == 0 else _("M Y")
    if len(days) < _FEW:
        style = _("j M Y")
        parts = min(_TICKS - 1, span)
        days = [first + dt.timedelta(days=round(span * place / parts)) for place in range(parts + 1)]
    return [Tick(round((day - first).days / span * WIDTH), formats.date_format(day, style)) for day in days]


def grid(days: Iterable[Tick], *, top: int = -4, bottom: int = 204) -> str:
    """A line above each tick, as the path of an SVG; by default higher than any picture of a page."""
    return "".join(f"M{tick.at} {top}V{bottom}" for tick in days)


def _title(one: PairSpan, names: Mapping[str, str], titles: Titles) -> str:
    track = one.span.track
    if track.kind == TrackKind.DIPLOMATIC_RELATIONS:
        return _("Diplomatic relations")
    if track.kind == TrackKind.TREND:
        return _("Trend")
    via = f" ({_('via %(organisation)s') % {'organisation': names[one.via]}})" if one.via else ""
    direction = f"{names[one.sender]} → {names[one.receiver]}{via}: {_kind_in_words(track.kind)}"
    if not track.part:
        return direction
    part = _("outside any programme") if track.part == NO_PROGRAMME else titles[track.kind].get(track.part, track.part)
    return f"{direction}, {part}"


@once_in_each_language
def _kind_in_words(kind: str) -> str:
    return {
        TrackKind.AMBASSADOR: _("head of mission"), TrackKind.NEXT: _("next head of mission"),
        TrackKind.SANCTIONS: _("sanctions"), TrackKind.TRAVEL_BAN: _("travel ban"),
    }[TrackKind(kind)]  # fmt: skip
