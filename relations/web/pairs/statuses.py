"""The statuses of a relation as two lanes, one for each direction, each with its evidence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from relations.codes import UNKNOWN, TrackKind
from relations.web.pairs.address import Address
from relations.web.pairs.facts import ShownFact
from relations.web.tones import GRAVITY, tone
from relations.web.words import (
    day_in_words,
    in_figures,
    kind_titles,
    once_in_each_language,
    since_in_words,
    source_kind_in_words,
    value_in_words,
    word_of_status,
)

_SHOWN = 3
"""Facts that are shown with a status; all are in the list below."""
_ORDER = (
    TrackKind.SANCTIONS, TrackKind.TRAVEL_BAN, TrackKind.DIPLOMATIC_RELATIONS, TrackKind.AMBASSADOR, TrackKind.NEXT,
    TrackKind.TREND,
)  # fmt: skip
_IN_SHORT = 6
"""Statuses at the head of a page: what fits a phone."""


# Never changed, but not frozen: a country's page makes a thousand, and a frozen one takes three times as long to make.
@dataclass(slots=True, kw_only=True)
class ShownStatus:
    """One status: its chip, since when, how fresh, and by which facts.

    `href` is the page of the programme or list. `parties` counts those on the list, at `parties_href`. `parts` are the
    programmes of a posture. `elsewhere` is the page that has the facts of an inherited status.
    """

    title: str
    tone: str
    word: str
    kind: str = ""
    value: str = "unknown"
    holder: str = ""
    details: Sequence[str] = ()
    href: str = ""
    parties: str = ""
    parties_href: str = ""
    since: str = ""
    age: str = ""
    note: str = ""
    stale: bool = False
    disputed: bool = False
    facts: Sequence[ShownFact] = ()
    more: int = 0
    uncertain: Sequence[ShownFact] = ()
    via: str = ""
    elsewhere: str = ""
    parts: Sequence[ShownStatus] = ()


@once_in_each_language
def nothing(title: str, kind: str) -> ShownStatus:
    """A status of which no source says anything."""
    return ShownStatus(title=title, kind=kind, tone="unknown", word=_("unknown"))


@dataclass(frozen=True, slots=True)
class Lane:
    """One direction of a relation: the mission there, the sanctions and the travel bans. Countries are named."""

    sender: str
    receiver: str
    statuses: Sequence[ShownStatus]

    def of(self, kind: str) -> list[ShownStatus]:
        return [status for status in self.statuses if status.kind == kind]

    @property
    def known(self) -> list[ShownStatus]:
        """The statuses of which something is known; that nobody is on the way to a mission is left out."""
        return [
            status for status in self.statuses
            if status.tone != "unknown" and (status.kind != TrackKind.NEXT or status.value != "none")
        ]  # fmt: skip


def in_short(relations: Sequence[ShownStatus], lanes: Sequence[Lane]) -> dict[str, Any]:
    """The known statuses of a pair in one line each, with their titles, and which ones are unknown, by direction.

    The gravest come first, however old; the directions of one kind together. `more` counts what is left out.
    """
    titles = kind_titles()
    groups = [(f"{lane.sender} → {lane.receiver}: ", lane.statuses) for lane in lanes] + [("", relations)]
    every = [(f"{way}{titles[one.kind] if way else one.title}", one) for way, own in groups for one in own]
    known = [(title, one) for title, one in every if one.value != UNKNOWN]
    known.sort(key=lambda pair: (GRAVITY.index(tone(pair[1].kind, pair[1].value)), _ORDER.index(pair[1].kind)))
    unknown = [(way, dict.fromkeys(titles[one.kind] for one in own if one.value == UNKNOWN)) for way, own in groups]
    unsaid = [f"{way}{', '.join(own)}" for way, own in unknown if own]
    return {"known": known[:_IN_SHORT], "more": max(len(known) - _IN_SHORT, 0), "unknown": unsaid}


@once_in_each_language
def _titles() -> Mapping[str, str]:
    return {**kind_titles(), TrackKind.TREND: _("Trend of two years")}


@dataclass(frozen=True, slots=True)
class Assembly:
    """Makes statuses of a relation's body; `names` are the countries', `facts` the relation's own by key.

    Without facts, the outlines that lists of pairs show: no programmes, no evidence and no age.
    """

    address: Address
    day: dt.date
    names: Mapping[str, str]
    facts: Mapping[str, ShownFact] | None
    earlier: Mapping[str, str] = field(default_factory=dict)
    """By sender: the last ambassador, in words, where there is none on the day."""
    titles: Mapping[str, str] = field(default_factory=_titles)
    unknown: dict[tuple[str, str], ShownStatus] = field(default_factory=dict)
    """By title and kind: most statuses of a list are unknown, and equal."""

    def relations(self, status: Mapping[str, Any]) -> list[ShownStatus]:
        relations, trend = status["diplomatic_relations"], status["trend"]
        shown = self._status(self.titles[TrackKind.TREND], TrackKind.TREND, trend)
        if self.facts is not None:
            # A sum ages by its window and shows no single fact as its reason.
            summed = ngettext("The sum of %(count)s fact.", "The sum of %(count)s facts.", trend["fact_count"])
            note = summed % {"count": trend["fact_count"]} if trend["facts"] else ""
            shown = replace(shown, facts=(), more=0, age="", note=note)
        implied = relations["implied"]
        note = _("Implied by the missions; no fact is recorded about the relations themselves.") if implied else ""
        kind = TrackKind.DIPLOMATIC_RELATIONS
        return [self._status(self.titles[kind], kind, relations, note=note), shown]

    def lanes(self, status: Mapping[str, Any]) -> list[Lane]:
        return [
            Lane(self.names[entry["from"]], self.names[entry["to"]], list(self._lane(entry, status)))
            for entry in status["ambassadors"]
        ]

    def _lane(self, mission: Mapping[str, Any], status: Mapping[str, Any]) -> Iterator[ShownStatus]:
        kind, earlier = TrackKind.AMBASSADOR, self.earlier.get(mission["from"], "")
        yield self._status(self.titles[kind], kind, mission["post"], note=earlier)
        yield self._status(self.titles[TrackKind.NEXT], TrackKind.NEXT, mission["next"])
        direction = (mission["from"], mission["to"])
        own = [entry for entry in status["sanctions"] if (entry["from"], entry["to"]) == direction]
        for entry in own or [None]:
            yield self._sanctions(entry) if entry else self._nothing(TrackKind.SANCTIONS)
        bans = [entry for entry in status["travel_bans"] if (entry["from"], entry["to"]) == direction]
        for entry in bans or [None]:
            yield self.banned(entry) if entry else self._nothing(TrackKind.TRAVEL_BAN)

    def _sanctions(self, entry: Mapping[str, Any]) -> ShownStatus:
        programmes = () if self.facts is None else entry["programmes"]
        parts = [self.programme(one, via=entry["via"], to=entry["to"]) for one in programmes]
        return self._status(self.titles[TrackKind.SANCTIONS], TrackKind.SANCTIONS, entry, parts=parts)

    def programme(self, entry: Mapping[str, Any], *, via: str | None = None, to: str = "") -> ShownStatus:
        """The status of one programme of a posture; `via` and `to` are the posture's."""
        programme = entry["programme"] or {"title": _("Outside any programme")}
        status = self._status(programme["title"], TrackKind.SANCTIONS, entry, via=via, to=to)
        if "id" in programme:
            status = replace(status, href=self._at("programmes", programme["id"]))
        # Of a day of which nothing is known, nobody on the list is no statement of the list.
        if (listed := entry["designations"]) is None or entry["value"] == UNKNOWN:
            return status
        parties = _("%(count)s parties listed") % {"count": in_figures(listed["count"])}
        return replace(status, parties=parties, parties_href=f"/designations/?{listed['url'].partition('?')[2]}")

    def banned(self, entry: Mapping[str, Any]) -> ShownStatus:
        """The status of one country on one travel-ban list."""
        status = self._status(entry["list"]["title"], TrackKind.TRAVEL_BAN, entry)
        return replace(status, href=f"/lists/{entry['list']['id']}/")

    def _status(
        self, title: str, kind: str, entry: Mapping[str, Any], *, note: str = "", parts: Sequence[ShownStatus] = (),
        via: str | None = None, to: str = "",
    ) -> ShownStatus:  # fmt: skip
        if (
            self.facts is None
            and entry["value"] == UNKNOWN
            and not (entry["since"] or entry["disputed"] or entry["stale"])
        ):
            return self._nothing(kind, title)
        via = via or entry.get("via")
        return ShownStatus(
            title=title,
            kind=kind,
            value=entry["value"],
            tone=tone(kind, entry["value"], stale=entry["stale"]),
            word=word_of_status(entry["value"], seen_last=entry["confirmed_on"] if entry["stale"] else None),
            holder=entry.get("holder", ""),
            details=list(self._details(entry)),
            since=since_in_words(entry["since"]) if entry["since"] else "",
            stale=entry["stale"],
            disputed=entry["disputed"],
            via=self.names[via] if via else "",
            parts=parts,
            **({} if self.facts is None else self._evidence(entry, self.facts, note=note)),
            elsewhere=self._elsewhere(via, to or entry.get("to", "")) if via and self.facts is not None else "",
        )

    def _nothing(self, kind: str, title: str = "") -> ShownStatus:
        key = (title or self.titles[kind], kind)
        return self.unknown.get(key) or self.unknown.setdefault(key, nothing(*key))

    def _evidence(self, entry: Mapping[str, Any], facts: Mapping[str, ShownFact], *, note: str) -> dict[str, Any]:
        supporting = [facts[key] for key in map(str, entry["facts"]) if key in facts]
        return {
            "age": self._age(entry),
            "note": note or self._last_known(entry),
            "facts": supporting[-_SHOWN:][::-1],
            "more": entry["fact_count"] - min(_SHOWN, len(supporting)) if supporting else 0,
            "uncertain": [facts[key] for key in map(str, entry["uncertain"]) if key in facts],
        }

    def _details(self, entry: Mapping[str, Any]) -> Iterator[str]:
        if measures := entry.get("measures"):
            yield ", ".join(map(value_in_words, measures))
        if scope := entry.get("scope"):
            yield value_in_words(scope)
        if classes := entry.get("visa_classes"):
            yield _("visa classes %(classes)s") % {"classes": ", ".join(classes)}
        if last_day := entry.get("expires_on"):
            yield _("until %(day)s") % {"day": day_in_words(last_day)}

    def _age(self, entry: Mapping[str, Any]) -> str:
        """`confirmed on 1 February 2020 by an article`; empty where nothing is known."""
        if entry["confirmed_on"] is None or entry["value"] == "unknown":
            return ""
        basis = source_kind_in_words(entry["basis"]) if entry["basis"] else ""
        said = _("last confirmed on %(day)s") % {"day": day_in_words(entry["confirmed_on"])}
        return f"{said} ({basis})" if basis else said

    def _last_known(self, entry: Mapping[str, Any]) -> str:
        last = entry["last_known"]
        if last is None:
            return ""
        value = value_in_words(last["value"])
        if last["on"] is None:
            return _("Last known: %(value)s.") % {"value": value}
        return _("Last known: %(value)s, on %(day)s.") % {"value": value, "day": day_in_words(last["on"])}

    def _elsewhere(self, via: str, to: str) -> str:
        return self._at("relations", "-".join(sorted((via, to))))

    def _at(self, room: str, code: str | int) -> str:
        """Another page on the same day, as known at the same moment."""
        return replace(self.address, room=room, code=str(code), other=None).path
