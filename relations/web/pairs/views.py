"""`/relations/BY-US/`: what is between two countries on any day, as it was known at any moment; two days compared."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from relations.queries.clock import newest_finished
from relations.representation.histories import RelationContext
from relations.representation.references import site
from relations.web.embed import frame
from relations.web.language import translated
from relations.web.pairs.address import FIELDS, Address
from relations.web.pairs.content import MOST_FACTS, PairContent, of_content, of_pair, own_facts
from relations.web.pairs.forms import FORMS, citation, subscription
from relations.web.pairs.statuses import Assembly, ShownStatus, in_short
from relations.web.refusals import reads
from relations.web.structured_data import of_pair as data_of_pair
from relations.web.words import country_names, day_in_words
from tracker.frame import page


@reads(*FIELDS)
@translated
def pair(request: HttpRequest, code: str, at: str = "") -> HttpResponseBase:
    """The page of a pair; other spellings of its address, and what the form asks for, are redirected to it."""
    address = Address.find(code, at, request.GET)
    if request.GET or address.path != request.path:
        return HttpResponseRedirect(address.path)
    own = {"section": "relations", "address": address}
    if address.moment and address.moment > (newest := newest_finished()):
        others = {"newest": address.known_by(newest), "now": address.known_now()}
        return page(request, "web/pairs/not_finished.html", {**own, **others}, status=HTTPStatus.CONFLICT)
    if address.other is not None:
        return of_pair(request, address, lambda context: page(
            request, "web/pairs/comparison.html", {**own, **compared(context, address, site(request))}
        ))  # fmt: skip
    return of_content(
        request, address, lambda content: page(request, "web/pairs/pair.html", {**own, **_shown(content)})
    )


def _shown(content: PairContent) -> dict[str, Any]:
    address, facts = content.address, content.facts
    return {
        "content": content,
        "in_words": content.day_in_words,
        "summary": in_short(content.relations, content.lanes),
        "timeline": content.timeline(),
        "facts": facts[:MOST_FACTS],
        "more_facts": max(len(facts) - MOST_FACTS, 0),
        "citation": citation(content),
        "forms": {ending: address.form(ending) for ending in FORMS},
        "data": data_of_pair(content),
        "image": content.site + address.form("png"),
        "lanes_path": f"{address.path.rstrip('/')}/timeline",
        "frame": frame(content.site, address, content.title),
        "subscribe": subscription(content),
        "api": f"/api/relations/{address.code}/{address.api}",
    }


def compared(context: RelationContext, address: Address, site: str) -> dict[str, Any]:
    """The statuses of both days side by side, those that differ first; and what happened in between."""
    days = [day for day in (address.day, address.other) if day]
    names = country_names(context.countries)
    before, after = (dict(_statuses(context, address, day, names, site)) for day in days)
    unknown = ShownStatus(title="", tone="unknown", word=_("unknown"))
    first, last = sorted(days)
    rows = [(title, before.get(title, unknown), after.get(title, unknown)) for title in {**before, **after}]
    return {
        "first": {"name": names[address.code[:2]]},
        "second": {"name": names[address.code[3:]]},
        "before": day_in_words(days[0]),
        "after": day_in_words(days[1]),
        "every": len(rows),
        "changed": [(title, old, new) for title, old, new in rows if _said(old) != _said(new)],
        "same": [(title, new) for title, old, new in rows if _said(old) == _said(new)],
        "facts": [one for one in own_facts(context, address, last, names) if one.latest > str(first)][:MOST_FACTS],
        "days": [(day_in_words(day), address.on(day).path) for day in days],
    }


def _said(status: ShownStatus) -> tuple[Any, ...]:
    return status.word, status.holder, tuple(status.details), status.parties, status.disputed


def _statuses(
    context: RelationContext, address: Address, day: dt.date, names: Mapping[str, str], site: str
) -> Iterator[tuple[str, ShownStatus]]:
    statuses = context.status(day=day, known_at=address.moment, site=site)
    assembly = Assembly(address.on(day), day, names, {})
    for status in assembly.relations(statuses):
        yield status.title, status
    outside = _("outside any programme")
    for lane in assembly.lanes(statuses):
        for status in lane.statuses:
            title = f"{lane.sender} → {lane.receiver}: {status.title}" + (f" ({status.via})" if status.via else "")
            yield title, status
            yield from ((f"{title}, {part.title if part.href else outside}", part) for part in status.parts)
