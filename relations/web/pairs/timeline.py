"""A lane of bars for each track: its values over the years, as a picture and as a list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils import formats
from django.utils.translation import gettext as _

from relations.codes import UNKNOWN, TrackKind
from relations.status import NO_PROGRAMME, Period, Track
from relations.web.tones import tone
from relations.web.words import day_in_words, value_in_words

WIDTH = 1000
"""Units of a lane, which is as wide as the page."""
_TICKS = 6
DAYS_OF_A_YEAR = 366
_LONGEST_PAST = 60
"""Years that a picture shows at most: earlier ones are in the list."""


@dataclass(frozen=True, slots=True)
class Bar:
    """Days on which a track had one value; `left` and `width` are units of the lane."""

    left: float
    width: float
    tone: str
    word: str
    days: str


@dataclass(frozen=True, slots=True)
class TrackLane:
    title: str
    bars: Sequence[Bar]


@dataclass(frozen=True, slots=True)
class Timeline:
    lanes: Sequence[TrackLane]
    ticks: Sequence[str]
    today: float


type Titles = Mapping[str, Mapping[str, str]]
"""Titles of programmes and of lists by id, each under the kind of their tracks: both are numbered from 1."""


def timeline(periods: Iterable[Period], names: Mapping[str, str], titles: Titles, today: dt.date) -> Timeline:
    """The periods of a pair's tracks that have a value."""
    known = [period for period in periods if period.state.value != UNKNOWN and period.start <= today]
    starts = [period.start for period in known if period.start.year > 1]
    earliest = today.replace(year=today.year - _LONGEST_PAST, day=1)
    first = max(min(starts, default=today).replace(month=1, day=1), earliest)
    span = max((today - first).days, 1)
    lanes = [
        TrackLane(_title(track, names, titles), _bars(list(own), first, span, today))
        for track, own in groupby(known, key=lambda period: period.track)
    ]
    return Timeline([lane for lane in lanes if lane.bars], ticks(first, span), WIDTH)


def _bars(periods: Sequence[Period], first: dt.date, span: int, today: dt.date) -> list[Bar]:
    """A bar for each run of equal values; those that ended before the picture begins are left out."""
    bars = []
    for _value, run in groupby(periods, key=lambda one: (one.state.value, one.state.holder, one.state.stale)):
        own = list(run)
        start, end = own[0].start, own[-1].end
        last = min(end, today + dt.timedelta(days=1)) if end else today + dt.timedelta(days=1)
        if last <= first:
            continue
        left = max((start - first).days, 0) / span * WIDTH
        right = min((last - first).days, span) / span * WIDTH
        bars.append(
            Bar(round(left, 1), round(max(right - left, 2), 1), _tone(own[0]), _word(own[0]), _days(start, end))
        )
    return bars


def _tone(period: Period) -> str:
    state = period.state
    return "stale" if state.stale else tone(period.track.kind, state.value)


def _word(period: Period) -> str:
    state = period.state
    return " ".join(filter(None, (value_in_words(state.value), state.holder)))


def _days(start: dt.date, end: dt.date | None) -> str:
    first = day_in_words(start)
    if end is None:
        return _("from %(first)s on") % {"first": first}
    return _("%(first)s to %(last)s") % {"first": first, "last": day_in_words(end - dt.timedelta(days=1))}


def ticks(first: dt.date, span: int) -> list[str]:
    """Years below a picture of so many days, at equal distances; months where years would repeat."""
    days = (first + dt.timedelta(days=round(span * place / (_TICKS - 1))) for place in range(_TICKS))
    style = _("M Y") if span < _TICKS * DAYS_OF_A_YEAR else "Y"
    return [formats.date_format(day, style) for day in days]


def _title(track: Track, names: Mapping[str, str], titles: Titles) -> str:
    if track.kind == TrackKind.DIPLOMATIC_RELATIONS:
        return _("Diplomatic relations")
    if track.kind == TrackKind.TREND:
        return _("Trend")
    kind = {
        TrackKind.AMBASSADOR: _("head of mission"), TrackKind.NEXT: _("next head of mission"),
        TrackKind.SANCTIONS: _("sanctions"), TrackKind.TRAVEL_BAN: _("travel ban"),
    }[TrackKind(track.kind)]  # fmt: skip
    direction = f"{names[track.sender]} → {names[track.receiver]}: {kind}"
    if not track.part:
        return direction
    part = _("outside any programme") if track.part == NO_PROGRAMME else titles[track.kind].get(track.part, track.part)
    return f"{direction}, {part}"
