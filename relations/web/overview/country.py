"""`/countries/BY/`: its relations by status, missions in both directions, and what it belongs to."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from relations.codes import INHERITED_KINDS, TrackKind, pair_code
from relations.models import CountryPair
from relations.queries.clock import today
from relations.queries.countries import CountryIndex, current_country_index
from relations.representation.references import site
from relations.status.inheritance import MembershipPeriod
from relations.web.language import in_the_readers_language
from relations.web.markup import by_word, status_cell, table_row
from relations.web.overview.map import CountryMap, country_maps
from relations.web.overview.one_track import OneTrack, gravity
from relations.web.overview.rows import PairRow, pair_rows
from relations.web.pairs.statuses import ShownStatus
from relations.web.refusals import reads
from relations.web.search.countries import gazetteer
from relations.web.structured_data import country_page
from relations.web.words import Names, country_names, day_in_words, in_order, kind_titles, since_in_words
from tracker.frame import page

_APPLYING = ("severe", "partial", "stale-severe", "stale-partial")
"""Tones of sanctions and bans that apply, in part or as far as was last known."""


type Neighbour = tuple[str, str, ShownStatus]
"""Name and path of another country, with one status of the pair."""


@reads()
@in_the_readers_language
def country(request: HttpRequest, text: str) -> HttpResponseBase:
    index = current_country_index()
    code = _code(text, index)
    if code != text:
        return HttpResponseRedirect(f"/countries/{code}/")
    names = country_names(index)
    count, codes = _pairs(code, index)
    rows = pair_rows(codes, day=today(), countries=index, names=names, site=site(request)) if codes else []
    rows.sort(key=lambda row: in_order(names[row.other(code)]))
    context: dict[str, Any] = {
        "section": "relations",
        "code": code,
        "name": names[code],
        "day": day_in_words(today()),
        "count": count,
        "groups": _groups(rows, code),
        "missions": list(_missions(rows, code)),
        "map": _map(index, code, names),
        "tracks": kind_titles().items(),
        **_memberships(index, code, names),
    }
    organisations = [(one["name"], one["path"]) for one in context["memberships"]]
    context["image"] = site(request) + context["map"].form(".png")
    context["data"] = country_page(code, names[code], site(request), organisations)
    return page(request, "web/overview/country.html", context)


@reads()
def form(request: HttpRequest, text: str, form: str) -> HttpResponseBase:
    """`/countries/BY.csv`: the country's relations as the API has them, or the map of its page."""
    index = current_country_index()
    code = _code(text, index)
    place = {"json": f"/api/relations/?country={code}", "csv": f"/api/relations/?country={code}&format=csv"}.get(form)
    place = place or _map(index, code, country_names(index)).form(f".{form}")
    return HttpResponseRedirect(place, preserve_request=True)


def _code(text: str, index: CountryIndex) -> str:
    """The country of a code or of any name. Raises `Http404` unless there is exactly one."""
    code = gazetteer(index).one(text[:100])
    if not code:
        raise Http404(f"There is no country {text[:40]!r}.")
    return code


def _pairs(code: str, index: CountryIndex) -> tuple[int, list[str]]:
    """The number of recorded pairs of a country, and the codes of these and of those that may inherit something."""
    around = [code, *{one.organisation for one in index.by_member.get(code, ()) if one.covers(today())}]
    recorded = CountryPair.objects.recorded().filter(Q(first__in=around) | Q(second__in=around))
    sides = list(recorded.values_list("first", "second"))
    others = {side for pair in sides for side in pair} - {code}
    return sum(code in pair for pair in sides), sorted(pair_code(code, other) for other in others)


def _map(index: CountryIndex, code: str, names: Names) -> CountryMap:
    """Sanctions, in the direction in which more of them are known; of a country without any, diplomatic relations."""
    maps = country_maps(code, TrackKind.SANCTIONS, index, names)
    if not any(one.said for one in maps):
        maps = country_maps(code, TrackKind.DIPLOMATIC_RELATIONS, index, names)
    return max(maps, key=lambda one: len(one.said))


def _groups(rows: Sequence[PairRow], code: str) -> list[tuple[str, list[tuple[str, str, int, SafeString]]]]:
    """Sanctions and travel bans in both directions, and diplomatic relations: each by its word, the gravest first."""

    def sent(kind: str) -> Callable[[PairRow], Iterable[ShownStatus]]:
        return lambda row: _gravest_ban(row.way(code).of(kind))

    def received(kind: str) -> Callable[[PairRow], Iterable[ShownStatus]]:
        return lambda row: _gravest_ban(row.way(row.other(code)).of(kind))

    sections: tuple[tuple[str, Callable[[PairRow], Iterable[ShownStatus]]], ...] = (
        (_("Sanctions against it"), received(TrackKind.SANCTIONS)),
        (_("Sanctions that it imposes"), sent(TrackKind.SANCTIONS)),
        (_("Travel bans on its nationals"), received(TrackKind.TRAVEL_BAN)),
        (_("Travel bans that it imposes"), sent(TrackKind.TRAVEL_BAN)),
        (_("Diplomatic relations"), lambda row: [row.relations]),
        (_("Trend of two years"), lambda row: [row.trend]),
    )
    shown = [
        (title, by_word((row.way(code).receiver, row.path, one) for row in rows for one in of(row)
                        if one.tone != "unknown"))
        for title, of in sections
    ]  # fmt: skip
    return [(title, groups) for title, groups in shown if groups]


def _gravest_ban(statuses: Sequence[ShownStatus]) -> Sequence[ShownStatus]:
    """The gravest of several travel-ban lists: being off an earlier list does not lift the ban of another."""
    if not statuses or statuses[0].kind != TrackKind.TRAVEL_BAN:
        return statuses
    return [min(statuses, key=gravity)]


def _missions(rows: Sequence[PairRow], code: str) -> Iterator[SafeString]:
    """Rows of a table: the heads of both missions, where anything is known of one of them."""
    labels = (_("Its head of mission there"), _("Their head of mission here"))
    for row in rows:
        ways = (row.way(code), row.way(row.other(code)))
        heads = [way.of(TrackKind.AMBASSADOR)[0] for way in ways]
        if any(head.tone != "unknown" for head in heads):
            yield table_row(ways[0].receiver, row.path, map(status_cell, heads, labels))


def _memberships(index: CountryIndex, code: str, names: Names) -> dict[str, list[dict[str, Any]]]:
    own = index.by_member.get(code, ())
    carried = _carried(index, code, names)
    return {
        "memberships": [
            _line(one, one.organisation, names, carried.get(one.organisation, ()) if one.covers(today()) else ())
            for one in own
        ],
        "members": sorted(
            (_line(one, one.member, names) for one in index.by_organisation.get(code, ())),
            key=lambda one: in_order(one["name"]),
        ),
    }


def _carried(
    index: CountryIndex, code: str, names: Names
) -> Mapping[str, Sequence[tuple[str, Sequence[Neighbour]]]]:  # fmt: skip
    """By organisation of today, the sanctions and travel bans that its members carry: a query for each kind."""
    organisations = sorted({one.organisation for one in index.by_member.get(code, ()) if one.covers(today())})
    carried: defaultdict[str, list[tuple[str, Sequence[Neighbour]]]] = defaultdict(list)
    for kind in INHERITED_KINDS if organisations else ():
        for organisation, acts in OneTrack(kind, today(), index, names).acts_of(organisations).items():
            own = [
                (names[other], f"/relations/{pair_code(organisation, other)}/", status)
                for other, status in acts.items() if status.tone in _APPLYING and other != code
            ]  # fmt: skip
            if own:
                carried[organisation].append((kind_titles()[kind], sorted(own, key=lambda one: in_order(one[0]))))
    return carried


def _line(
    one: MembershipPeriod, other: str, names: Names, carried: Sequence[tuple[str, Sequence[Neighbour]]] = ()
) -> dict[str, Any]:
    """A membership; `carried` is what its members carry today: a heading and the countries.

    The stored end is the day after the last.
    """
    since = since_in_words(one.start.isoformat()) if one.start else ""
    last = one.end - dt.timedelta(days=1) if one.end else None
    until = _("until %(day)s") % {"day": day_in_words(last)} if last else ""
    days = ", ".join(filter(None, (since, until)))
    return {"name": names[other], "path": f"/countries/{other}/", "days": days, "carried": carried}
