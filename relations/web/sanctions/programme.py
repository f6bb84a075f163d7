"""`/programmes/12/`: one sanctions programme: its status, its acts, its parties over time, and its regime."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from relations.codes import ListCode, TrackKind, pair_code
from relations.models import ImportRun, SanctionProgramme
from relations.queries.clock import today
from relations.queries.designation_counts import DesignationCount, designation_counts
from relations.queries.list_versions import list_versions
from relations.queries.pair_versions import current_versions
from relations.representation.histories import RelationContext, relation_context
from relations.representation.references import site
from relations.representation.statuses import programme_entry
from relations.status import Track
from relations.web.language import in_the_readers_language
from relations.web.pairs.address import FIELDS, Address
from relations.web.pairs.facts import WITHOUT_TITLES, ShownFact, shown_fact
from relations.web.pairs.statuses import Assembly, ShownStatus
from relations.web.refusals import reads
from relations.web.sanctions.growth import growth
from relations.web.sanctions.listed import NEWEST, is_current, parties, parties_href, party_rows, under
from relations.web.unchanged import sent_again
from relations.web.words import Names, country_names, day_in_words, in_figures
from tracker.frame import page

ROOM = "programmes"
_MOST_FACTS, _MOST_PARTIES, _MOST_SIBLINGS = 100, 25, 50
"""Facts, parties and programmes of the regime on one page; the API and the list of parties have all of them."""


def asked_address(request: HttpRequest, code: str, at: str, *, room: str) -> Address:
    """The address that is asked for, by the path or by the form. Raises `Http404` with the reason for what is none."""
    try:
        address = Address.asked(request.GET, code, room=room) or Address.read(code, at, room=room)
    except ValueError as error:
        raise Http404(str(error)) from error
    if address.other:
        raise Http404("Two days are compared on the page of a pair only.")
    return address


@reads(*FIELDS[:2])
@in_the_readers_language
def programme(request: HttpRequest, number: int, at: str = "") -> HttpResponseBase:
    """The page of a programme on a day, as known at a moment; other spellings of its address are redirected to it."""
    row = get_object_or_404(SanctionProgramme.objects.select_related("regime"), pk=number)
    address = asked_address(request, str(number), at, room=ROOM)
    if request.GET or address.path != request.path:
        return HttpResponseRedirect(address.path)
    code = pair_code(row.issuer_id, row.target_id)
    versions, lists = current_versions(code), list_versions()

    def make() -> HttpResponseBase:
        context = relation_context(code, versions=versions)
        return page(request, "web/sanctions/programme.html", _shown(request, row, context, address))

    return sent_again(request, make, validator=(versions, lists) if lists else None)


def _shown(
    request: HttpRequest, row: SanctionProgramme, context: RelationContext, address: Address
) -> dict[str, Any]:  # fmt: skip
    day, names = address.day or today(), country_names(context.countries)
    facts = _facts(row, context, address, day, names)
    assembly = Assembly(address, day, names, {fact.key: fact for fact in facts})
    body = context.relation(day=day, known_at=address.moment, site=site(request))
    statuses = list(_statuses(row, body["status"], assembly, day))
    track = Track(TrackKind.SANCTIONS, row.issuer_id, row.target_id, str(row.pk))
    return {
        "section": "sanctions",
        "room": ROOM,
        "address": address,
        "canonical": site(request) + address.path,
        "programme": row,
        "issuer": names[row.issuer_id],
        "target": names[row.target_id],
        "list_title": ListCode(row.list).label if row.list else "",
        "in_words": day_in_words(day),
        "status": statuses[0],
        "siblings": statuses[1:],
        "regime": row.regime,
        "facts": facts[:_MOST_FACTS],
        "more_facts": max(len(facts) - _MOST_FACTS, 0),
        "pair": Address(context.own.code, address.day, address.moment, known=address.known).path,
        "inheriting": [
            (" – ".join(names[side] for side in code.split("-")), f"/relations/{code}/")
            for code in context.countries.inheriting(track, day)
        ],
        **_parties(row, context, address, day, names),
    }


def _statuses(
    own: SanctionProgramme, status: Mapping[str, Any], assembly: Assembly, day: dt.date
) -> Iterator[ShownStatus]:  # fmt: skip
    """The status of the programme and those of the others of its regime: all of them are of the same two countries."""
    entries = {
        one["programme"]["id"]: one
        for posture in status["sanctions"]
        if posture["via"] is None and posture["from"] == own.issuer_id
        for one in posture["programmes"]
        if one["programme"]
    }
    others: Sequence[SanctionProgramme] = ()
    if own.regime_id:
        of_regime = SanctionProgramme.objects.filter(regime=own.regime_id).exclude(pk=own.pk)
        others = list(of_regime.order_by("title", "pk")[:_MOST_SIBLINGS])
    for row in (own, *others):
        nothing = programme_entry({"id": row.pk, "title": row.title}, None, None, day=day)
        yield assembly.programme(entries.get(row.pk, nothing))


def _facts(
    row: SanctionProgramme, context: RelationContext, address: Address, day: dt.date, names: Names
) -> list[ShownFact]:  # fmt: skip
    """The programme's own facts of the pair's, the latest first. Their words do not repeat its title."""
    known = context.own.known_at(address.moment)
    bodies = context.own.fact_bodies(known, day=day, site="")
    own = [(value, content) for value, content in bodies if value.programme == row.pk]
    return [
        shown_fact(value.kind, orjson.loads(content), WITHOUT_TITLES, names, day=day)
        for value, content in reversed(own)
    ]


def _parties(
    row: SanctionProgramme, context: RelationContext, address: Address, day: dt.date, names: Names
) -> dict[str, Any]:  # fmt: skip
    """The parties on the list under the programme, and how many there were; nothing for one that is on no list."""
    if row.word is None:
        return {}
    moment = address.moment
    counts = designation_counts(context.versions.epoch, known_at=moment) if moment else context.counts
    count = counts.get(row.word, DesignationCount())
    read = ImportRun.objects.read_days(known_at=moment).get(row.list)
    listed = parties(day=address.day, known_at=moment).filter(under(row.word))
    listed = listed.filter(is_current(day=address.day, known_at=moment)).defer("content").select_related("party")
    return {
        "growth": growth(count, read=read, until=day) if read else None,
        "is_read": read is not None and read[0] <= day <= read[1],
        "read": [day_in_words(one) for one in read] if read else [],
        "party_count": in_figures(count.on(address.day)),
        "parties_href": parties_href(row.word, address),
        "parties": party_rows(listed.order_by(*NEWEST)[:_MOST_PARTIES], names),
    }
