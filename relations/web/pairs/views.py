"""`/relations/BY-US/`: what is between two countries, on any day, as it was known at any moment."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from relations.queries.clock import newest_finished
from relations.queries.pair_versions import current_versions
from relations.representation.histories import relation_context
from relations.representation.references import site
from relations.web.embed import frame
from relations.web.language import in_the_readers_language
from relations.web.pairs.address import Address
from relations.web.pairs.citation import Citation, subscription
from relations.web.pairs.comparison import compared
from relations.web.pairs.content import PairContent, pair_content
from relations.web.pairs.forms import FORMS
from relations.web.structured_data import dataset
from tracker.frame import page

_MOST_FACTS = 100
"""Facts in the list of a page; the API has all of them."""


@require_safe
@in_the_readers_language
def pair(request: HttpRequest, code: str, at: str = "") -> HttpResponseBase:
    """The page of a pair; other spellings of its address, and what the form asks for, are redirected to it."""
    address = Address.find(code, at, request.GET)
    if request.GET or address.path != request.path:
        return HttpResponseRedirect(address.path)
    if address.moment and address.moment > (newest := newest_finished()):
        others = {"newest": address.known_by(newest), "now": address.known_now()}
        unfinished = {"section": "relations", "address": address, **others}
        return page(request, "web/pairs/not_finished.html", unfinished, status=HTTPStatus.CONFLICT)
    context = relation_context(address.code, versions=current_versions(address.code))
    if address.other is not None:
        shown = compared(context, address, site(request))
        return page(request, "web/pairs/comparison.html", {"section": "relations", "address": address, **shown})
    content = pair_content(context, address, site=site(request))
    return page(request, "web/pairs/pair.html", {"section": "relations", "address": address, **_shown(content)})


def _shown(content: PairContent) -> dict[str, Any]:
    address, facts = content.address, content.facts
    return {
        "content": content,
        "first": {"name": content.sides[0]},
        "second": {"name": content.sides[1]},
        "day": content.day,
        "in_words": content.day_in_words,
        "summary": content.summary,
        "relations": content.relations,
        "lanes": content.lanes,
        "timeline": content.timeline(),
        "facts": facts[:_MOST_FACTS],
        "more_facts": max(len(facts) - _MOST_FACTS, 0),
        "cite": Citation(content),
        "forms": {ending: address.form(ending) for ending in FORMS},
        "data": dataset(content),
        "image": content.site + address.form("png"),
        "lanes_path": f"{address.path.rstrip('/')}/timeline",
        "frame": frame(content.site, address, content.title),
        "subscribe": subscription(content),
        "api": f"/api/relations/{address.code}/{address.api}",
    }
