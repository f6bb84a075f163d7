"""A pair on a day, as known at a moment: what its page, its cards and its pictures show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from relations.codes import TrackKind, pair_sides
from relations.queries.clock import today
from relations.queries.pair_versions import current_versions
from relations.representation.histories import PairHistory, RelationContext, relation_context
from relations.representation.periods import own_spans, pair_spans
from relations.representation.references import site as site_of
from relations.web.pairs.address import Address
from relations.web.pairs.facts import ShownFact, shown_fact
from relations.web.pairs.statuses import Assembly, Lane, ShownStatus
from relations.web.pairs.timeline import Timeline, Titles, last_ambassadors, timeline
from relations.web.unchanged import sent_again
from relations.web.words import Names, country_names, day_in_words

MOST_FACTS = 100
"""Facts in the list of a page; the API has all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairContent:
    """`facts` are the latest first.

    `repeatable` is the address with its day and moment; without one, today's first or that of the last change since.
    """

    address: Address
    repeatable: Address
    site: str
    today: dt.date
    version: int
    names: Names
    context: RelationContext
    relations: Sequence[ShownStatus]
    lanes: Sequence[Lane]
    facts: Sequence[ShownFact]

    @property
    def day(self) -> dt.date:
        return self.address.day or self.today

    @property
    def sides(self) -> list[str]:
        return [self.names[side] for side in pair_sides(self.address.code)]

    @property
    def title(self) -> str:
        return _("%(first)s and %(second)s") % dict(zip(("first", "second"), self.sides, strict=True))

    @property
    def day_in_words(self) -> str:
        return day_in_words(self.day)

    @property
    def today_in_words(self) -> str:
        return day_in_words(self.today)

    @property
    def known_in_words(self) -> str:
        """The day of the knowledge: that of the address, or today."""
        return day_in_words(self.repeatable.moment.date() if self.repeatable.moment else self.today)

    @property
    def dates(self) -> str:
        """The line that every copy of this content prints: the day in the world and that of the knowledge."""
        return _("As of %(day)s, as known on %(known)s") % {"day": self.day_in_words, "known": self.known_in_words}

    @property
    def url(self) -> str:
        """The address that shows the same again on any later day."""
        return self.site + self.repeatable.path

    def timeline(self) -> Timeline:
        titles: Titles = dict(zip((TrackKind.SANCTIONS, TrackKind.TRAVEL_BAN), self.context.titles(), strict=True))
        return timeline(pair_spans(self.context, known_at=self.address.moment), self.names, titles, self.today)


def of_pair(
    request: HttpRequest, address: Address, make: Callable[[RelationContext], HttpResponseBase]
) -> HttpResponseBase:
    """A page or picture of the pair, made again only after a change of it, of what it inherits or of the day."""
    versions = current_versions(address.code)
    return sent_again(
        request, lambda: make(relation_context(address.code, versions=versions)), validator=versions.on(today())
    )


def of_content(
    request: HttpRequest, address: Address, make: Callable[[PairContent], HttpResponseBase]
) -> HttpResponseBase:
    """The same of one day."""
    return of_pair(request, address, lambda context: make(pair_content(context, address, site=site_of(request))))


def pair_content(context: RelationContext, address: Address, *, site: str) -> PairContent:
    day = address.day or today()
    repeatable = _repeatable(context, address).on(day)
    body = context.relation(day=day, known_at=address.moment, site=site)
    names, known = country_names(context.countries), context.own.known_at(address.moment)
    facts = own_facts(context, address, day, names)
    shown = {fact.key: fact for fact in facts} | _inherited(context, address, body["status"], names)
    posts = [one for one in known.periods if one.track.kind == TrackKind.AMBASSADOR]
    earlier = last_ambassadors(own_spans(address.code, posts), day)
    assembly = Assembly(address, day, names, shown, earlier)
    return PairContent(
        address=address, repeatable=repeatable, site=site, today=today(), names=names, context=context,
        version=body["version"],
        relations=assembly.relations(body["status"]), lanes=assembly.lanes(body["status"]), facts=facts,
    )  # fmt: skip


def own_facts(context: RelationContext, address: Address, day: dt.date, names: Names) -> list[ShownFact]:
    """The pair's own facts up to a day, as known at the address's moment, the latest first."""
    titles = _titles(context.own)
    bodies = context.own.fact_bodies(context.own.known_at(address.moment), day=day, site="")
    facts = [shown_fact(value.kind, orjson.loads(content), titles, names, day=day) for value, content in bodies]
    return sorted(facts, key=lambda fact: fact.latest, reverse=True)


def _inherited(
    context: RelationContext, address: Address, status: Mapping[str, Any], names: Names
) -> dict[str, ShownFact]:  # fmt: skip
    """The facts of organisations on which the inherited statuses rest, by key."""
    entries = [one for one in (*status["sanctions"], *status["travel_bans"]) if one["via"]]
    wanted = {str(key) for entry in entries for one in (entry, *entry.get("programmes", ())) for key in one["facts"]}
    inherited = {}
    for _route, history in context.inherited if wanted else ():
        known = history.known_at(address.moment)
        for value, content in history.fact_bodies(known, day=address.day or today(), site=""):
            if str(value.key) in wanted:
                inherited[str(value.key)] = shown_fact(value.kind, orjson.loads(content), _titles(history), names)
    return inherited


def _repeatable(context: RelationContext, address: Address) -> Address:
    began = dt.datetime.combine(today(), dt.time(), dt.UTC)
    return address if address.moment else address.known_by(max(began, context.last_moment() or began))


def _titles(history: PairHistory) -> dict[str, dict[int, str]]:
    """Titles of programmes and of lists by id."""
    kinds = (("programme", history.programmes), ("list", history.lists))
    return {kind: {int(key): title for key, title in titles.items()} for kind, titles in kinds}
