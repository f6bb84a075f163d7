"""`/changes/`: the change log by day in words: what changed, what became known, what was corrected or retracted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Q
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from relations.codes import Reason, TrackKind, pair_sides
from relations.models import StatusChange
from relations.queries.change_log import of_countries, of_pairs
from relations.queries.countries import CountryIndex, current_country_index
from relations.representation.change_text import Names as Titles
from relations.representation.change_text import state_details
from relations.representation.references import site
from relations.status import NO_PROGRAMME, Track
from relations.web.language import in_the_readers_language
from relations.web.refusals import Wrong, answered, reads, wrong_country, wrong_word
from relations.web.search.countries import gazetteer
from relations.web.structured_data import of_changes
from relations.web.tones import tone
from relations.web.words import Names, country_names, date_in_words, day_in_words, kind_titles, value_in_words

PAGE_SIZE = 50
CHANGED, NEWLY_KNOWN, CORRECTED, RETRACTED = ENTRY_KINDS = ("changed", "newly_known", "corrected", "retracted")
FRESH = dt.timedelta(days=30)
"""A change in the world took effect at most so long before it was recorded; older ones are newly known."""
_LAST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class State:
    tone: str
    word: str
    details: str


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the log; without `old` and `new` no status changed."""

    kind: str
    kind_word: str
    pair: str
    path: str
    subject: str
    old: State | None
    new: State | None
    effective: str
    """`from 2 February 2020`; of an entry that changes no status, the day of its fact."""
    recorded_at: dt.datetime
    href: str


def entry_kind_words() -> dict[str, str]:
    return {
        CHANGED: _("changed"), NEWLY_KNOWN: _("newly known"), CORRECTED: _("corrected"), RETRACTED: _("retracted"),
    }  # fmt: skip


def entry_kind(change: StatusChange) -> str:
    match change.reason:
        case Reason.CORRECTED:
            return CORRECTED
        case Reason.RETRACTED:
            return RETRACTED
        case Reason.DATE_REACHED:
            return CHANGED
        case _:
            began = dt.datetime.combine(change.effective, dt.time(), dt.UTC)
            return CHANGED if began >= change.recorded_at - FRESH else NEWLY_KNOWN


def of_entry_kind(kind: str) -> Q:
    """The condition on entries that says what `entry_kind` says."""
    fresh = Q(effective__gte=F("recorded_at") - FRESH)
    learnt = Q(reason__in=(Reason.RECORDED, Reason.IMPORTED))
    return {
        CHANGED: Q(reason=Reason.DATE_REACHED) | learnt & fresh,
        NEWLY_KNOWN: learnt & ~fresh,
        CORRECTED: Q(reason=Reason.CORRECTED),
        RETRACTED: Q(reason=Reason.RETRACTED),
    }[kind]


def lines(changes: Sequence[StatusChange], index: CountryIndex) -> list[Line]:
    """At most two queries, for the titles of programmes and of lists."""
    titles, names, words = Titles.of(changes, index.by_code), country_names(index), entry_kind_words()
    return [_line(change, titles, names, words) for change in changes]


def _line(change: StatusChange, titles: Titles, names: Names, words: Mapping[str, str]) -> Line:
    first, second = pair_sides(change.pair_id)
    track, kind, day = Track.named(change.track), entry_kind(change), day_in_words(change.effective)
    return Line(
        kind=kind,
        kind_word=words[kind],
        pair=_("%(first)s and %(second)s") % {"first": names[first], "second": names[second]},
        path=f"/relations/{change.pair_id}/",
        subject=_subject(track, titles, names),
        old=_state(track, change.old),
        new=_state(track, change.new),
        effective=_("from %(day)s") % {"day": day} if change.new is not None else day,
        recorded_at=change.recorded_at,
        href=f"/relations/{change.pair_id}/@{change.effective.isoformat()}",
    )


def _subject(track: Track, titles: Titles, names: Names) -> str:
    if track.kind == TrackKind.FACTS:
        return _("A fact was recorded that changes no status of today.")
    title = kind_titles()[track.kind]
    if not track.sender:
        return title
    subject = f"{names[track.sender]} → {names[track.receiver]}: {title}"
    if not track.part:
        return subject
    if track.part == NO_PROGRAMME:
        return f"{subject}, {_('outside any programme')}"
    parts = titles.lists if track.kind == TrackKind.TRAVEL_BAN else titles.programmes
    return f"{subject}, {parts.get(track.part, track.part)}"


def _state(track: Track, state: Mapping[str, Any] | None) -> State | None:
    if state is None:
        return None
    value = state["value"]
    details = state_details(
        track, state, word=value_in_words, until=lambda day: _("until %(day)s") % {"day": date_in_words(day)}
    )
    return State(tone(track.kind, value), value_in_words(value), details)


# --- the page -------------------------------------------------------------------------------------------------------


@reads("between", "kind", "turn", "before")
@in_the_readers_language
def changes(request: HttpRequest) -> HttpResponseBase:
    index = current_country_index()
    asked = {name: request.GET.get(name, "").replace("\0", "").strip()[:100] for name in ("between", "kind", "turn")}
    condition, wrong = _condition(asked, index), _wrong(request.GET, index)
    before = _before(request.GET.get("before", ""))
    rows = StatusChange.objects.none()
    if not wrong:
        rows = StatusChange.objects.filter(condition, id__lt=before).order_by("-id")
    changes_shown = list(rows[: PAGE_SIZE + 1])
    shown = lines(changes_shown[:PAGE_SIZE], index)
    filters = {name: value for name, value in asked.items() if value}
    older = urlencode({**filters, "before": changes_shown[PAGE_SIZE - 1].pk}) if len(changes_shown) > PAGE_SIZE else ""
    context = {
        "section": "changes", "asked": asked, "older": older,
        "newest": urlencode(filters), "is_first": before == _LAST_ID,
        "data": of_changes(site(request)), "turns": entry_kind_words().items(),
        "kinds": kind_titles().items(), "days": by_day(shown),
    }  # fmt: skip
    return answered(request, "web/overview/changes.html", context, wrong)


def by_day(shown: Iterable[Line]) -> list[tuple[str, list[Sequence[Line]]]]:
    """Lines under the day on which they were recorded, in UTC; those of one pair that follow each other are one."""
    days = groupby(shown, key=lambda line: line.recorded_at.date())
    return [(day_in_words(day), by_pair(own)) for day, own in days]


def by_pair(shown: Iterable[Line]) -> list[Sequence[Line]]:
    return [list(own) for _pair, own in groupby(shown, key=attrgetter("path"))]


def _wrong(query: QueryDict, index: CountryIndex) -> list[Wrong]:
    """Values that the log does not have: nothing is shown then."""
    is_pair = bool(gazetteer(index).pairs(query.get("between", "")))
    return [
        *([] if is_pair else wrong_country(query, "between", index)), *wrong_word(query, "kind", kind_titles()),
        *wrong_word(query, "turn", entry_kind_words()),
    ]  # fmt: skip


def _condition(asked: Mapping[str, str], index: CountryIndex) -> Q:
    condition, known = Q(), gazetteer(index)
    pairs, countries = known.pairs(asked["between"]), known.named(asked["between"])
    if pairs:
        condition &= of_pairs(pairs, index)
    elif countries:
        condition &= of_countries(countries, index)
    if asked["kind"] in kind_titles():
        condition &= Q(track__startswith=asked["kind"]) & (
            Q(track=asked["kind"]) | Q(track__startswith=f"{asked['kind']}:")
        )
    if asked["turn"] in ENTRY_KINDS:
        condition &= of_entry_kind(asked["turn"])
    return condition


def _before(text: str) -> int:
    return min(int(text), _LAST_ID) if text.isascii() and text.isdigit() and len(text) < 20 else _LAST_ID
