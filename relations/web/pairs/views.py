"""`/relations/BY-US/`: what is between two countries, on any day, as it was known at any moment."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from relations.queries.clock import newest_finished
from relations.representation.references import site
from relations.web.embed import frame
from relations.web.language import translated
from relations.web.pairs.address import FIELDS, Address
from relations.web.pairs.comparison import compared
from relations.web.pairs.content import MOST_FACTS, PairContent, of_content, of_pair
from relations.web.pairs.forms import FORMS, citation, subscription
from relations.web.refusals import reads
from relations.web.structured_data import dataset
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
        "summary": content.summary,
        "timeline": content.timeline(),
        "facts": facts[:MOST_FACTS],
        "more_facts": max(len(facts) - MOST_FACTS, 0),
        "citation": citation(content),
        "forms": {ending: address.form(ending) for ending in FORMS},
        "data": dataset(content),
        "image": content.site + address.form("png"),
        "lanes_path": f"{address.path.rstrip('/')}/timeline",
        "frame": frame(content.site, address, content.title),
        "subscribe": subscription(content),
        "api": f"/api/relations/{address.code}/{address.api}",
    }
