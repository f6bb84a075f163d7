"""`/relations/BY-US/`: what is between two countries, on any day, as it was known at any moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import orjson
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from relations.codes import NotTwoCountries, TrackKind, pair_sides, parse_pair
from relations.errors import Refused
from relations.queries.clock import newest_finished, today
from relations.queries.pair_versions import current_versions
from relations.representation.histories import RelationContext, relation_context
from relations.representation.references import country_code, site
from relations.web.language import in_the_readers_language
from relations.web.names import country_names
from relations.web.pairs.address import Address
from relations.web.pairs.comparison import compared
from relations.web.pairs.facts import shown_fact
from relations.web.pairs.statuses import Assembly
from relations.web.pairs.timeline import Titles, timeline
from relations.web.words import day_in_words
from tracker.frame import page

_MOST_FACTS = 100
"""Facts in the list of a page; the API has all of them."""


@require_safe
@in_the_readers_language
def pair(request: HttpRequest, code: str, at: str = "") -> HttpResponseBase:
    """The page of a pair; other spellings of its address, and what the form asks for, are redirected to it."""
    try:
        canonical = parse_pair(code, country=country_code)
        address = Address.asked(request.GET, canonical) or Address.read(canonical, at)
    except NotTwoCountries as error:
        raise Http404("A relation is between two countries: BY-US.") from error
    except (Refused, ValueError) as error:
        raise Http404(getattr(error, "detail", str(error))) from error
    if request.GET or address.path != request.path:
        return HttpResponseRedirect(address.path)
    if address.moment and address.moment > (newest := newest_finished()):
        others = {"newest": address.known_by(newest), "now": address.known_now()}
        unfinished = {"section": "relations", "address": address, **others}
        return page(request, "web/pairs/not_finished.html", unfinished, status=HTTPStatus.CONFLICT)
    context = relation_context(canonical, versions=current_versions(canonical))
    template = "web/pairs/pair.html" if address.other is None else "web/pairs/comparison.html"
    shown = _shown(request, context, address) if address.other is None else compared(context, address, site(request))
    return page(request, template, {"section": "relations", "address": address, **shown})


def _shown(request: HttpRequest, context: RelationContext, address: Address) -> dict[str, Any]:
    day, sides = address.day or today(), pair_sides(address.code)
    repeatable = _repeatable(address, day, context)
    body = context.relation(day=day, known_at=address.moment, site=site(request))
    names = country_names(context.countries)
    titles = {"programme": _numbered(context.own.programmes), "list": _numbered(context.own.lists)}
    by_kind: Titles = {TrackKind.SANCTIONS: context.own.programmes, TrackKind.TRAVEL_BAN: context.own.lists}
    known = context.own.known_at(address.moment)
    bodies = context.own.fact_bodies(known, day=day, site=site(request))
    facts = [shown_fact(value.kind, orjson.loads(content), titles, names) for value, content in bodies]
    facts.sort(key=lambda fact: fact.latest, reverse=True)
    assembly = Assembly(address, day, names, {fact.key: fact for fact in facts})
    return {
        "body": body,
        "canonical": site(request) + address.path,
        "first": {"name": names[sides[0]]},
        "second": {"name": names[sides[1]]},
        "day": day,
        "in_words": day_in_words(day),
        "today": today(),
        "relations": assembly.relations(body["status"]),
        "lanes": assembly.lanes(body["status"]),
        "timeline": timeline(known.periods, names, by_kind, today()),
        "facts": facts[:_MOST_FACTS],
        "more_facts": max(len(facts) - _MOST_FACTS, 0),
        "cite": _citation(request, body["version"], [names[side] for side in sides], repeatable),
        "api": f"/api/relations/{address.code}/{address.api}",
    }


def _numbered(titles: Mapping[str, str]) -> dict[int, str]:
    return {int(key): title for key, title in titles.items()}


def _repeatable(address: Address, day: dt.date, context: RelationContext) -> Address:
    """The page's address with its day and moment: without one, today's first or that of the last change since."""
    began = dt.datetime.combine(today(), dt.time(), dt.UTC)
    known = address if address.moment else address.known_by(max(began, context.last_moment() or began))
    return known.on(day)


def _citation(request: HttpRequest, version: int, countries: Sequence[str], address: Address) -> str:
    """One line that names the day, the knowledge and the version, by which the same page is found again."""
    first, second = countries
    day, known = address.day or today(), address.moment or dt.datetime.now(dt.UTC)
    return _("%(first)s and %(second)s, as of %(day)s, as known on %(known)s (version %(version)s). %(url)s") % {
        "first": first, "second": second, "day": day_in_words(day), "known": day_in_words(known.date()),
        "version": version, "url": site(request) + address.path,
    }  # fmt: skip
