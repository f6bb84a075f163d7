"""`/feeds/…`: the change log as Atom (RFC 4287), whole, of one country and of one pair, in pages (RFC 5005)."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Sequence
from functools import partial
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import unquote_plus, urlencode, urlsplit

from django.conf import settings
from django.core.exceptions import BadRequest
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import path, reverse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.feedgenerator import Atom1Feed, rfc3339_date
from django.views.decorators.http import require_safe

from relations.codes import NotTwoCountries, parse_pair
from relations.errors import Refused, SomeRefused
from relations.models import StatusChange
from relations.queries.change_log import of_countries, of_pairs
from relations.queries.countries import CountryIndex, current_country_index
from relations.representation.change_text import Names, between, explanation, headline
from relations.representation.references import did_you_mean, site
from relations.status import Track
from relations.text.xml import xml_text
from tracker.frame import accepts_html, page

PAGE_SIZE = 100

_NEVER = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
"""`updated` of a feed without entries."""
_LAST_ID = 2**63 - 1


class _Filtered(Protocol):
    @property
    def qs(self) -> QuerySet[StatusChange]: ...


class Filters(Protocol):
    """The filters of the change log, which `tracker.urls` passes: feeds and API never import each other."""

    def names(self) -> frozenset[str]: ...

    def __call__(self, data: Any, queryset: QuerySet[Any], *, request: Any) -> _Filtered: ...


@require_safe
def changes(request: HttpRequest, *, filters: Filters) -> HttpResponseBase:
    """The whole change log, the newest change first."""
    title = "What changed between countries"
    return _feed(request, current_country_index(), Q(), filters, title=title, place="/changes/")


@require_safe
def of_one_country(request: HttpRequest, code: str, *, filters: Filters) -> HttpResponseBase:
    """Changes of a country's pairs, and of organisations that it belongs to."""
    index = current_country_index()
    canonical = _country(code, index)
    if canonical != code:
        return _moved("feed-of-a-country", canonical)
    title = f"What changed between {index.by_code[canonical].name} and others"
    return _feed(
        request, index, of_countries([canonical], index), filters, title=title, place=f"/countries/{canonical}/"
    )


@require_safe
def of_one_pair(request: HttpRequest, code: str, *, filters: Filters) -> HttpResponseBase:
    """Changes of a pair, and of organisations that a side belongs to."""
    index = current_country_index()
    try:
        canonical = parse_pair(code, country=partial(_country, index=index))
    except NotTwoCountries as error:
        if not error.same:
            _country(code, index)
        raise Http404("A pair has two countries: BY-US.") from None
    if canonical != code:
        return _moved("feed-of-a-pair", canonical)
    first, second = (index.by_code[side].name for side in canonical.split("-"))
    title = f"What changed between {first} and {second}"
    return _feed(request, index, of_pairs([canonical], index), filters, title=title, place=f"/relations/{canonical}/")


def _country(text: str, index: CountryIndex) -> str:
    """`by`, `BLR` -> `BY`."""
    code = index.codes.get(text.upper())
    if code is None:
        raise Http404(f"There is no country {text[:20]!r}.")
    return code


def _moved(name: str, code: str) -> HttpResponseBase:
    return HttpResponsePermanentRedirect(reverse(name, args=[code]), preserve_request=True)


# --- one page of a feed ---------------------------------------------------------------------------------------------


def _feed(
    request: HttpRequest, index: CountryIndex, condition: Q, filters: Filters, *, title: str, place: str
) -> HttpResponseBase:  # fmt: skip
    """One page, in one query and at most two for titles; 304 where the reader has it already.

    Browsers get the same entries as a page: they have no view of a feed, and no longer transform it (decision 0154).
    """
    before, query = _before(request, filters), _query(request)
    wanted = _filtered(request, filters, StatusChange.objects.filter(condition, id__lt=before))
    rows = list(wanted.order_by("-id")[: PAGE_SIZE + 1])
    changes, has_more = rows[:PAGE_SIZE], len(rows) > PAGE_SIZE
    older = f"{request.path}{_query(request, before=changes[-1].pk)}" if has_more else ""
    title += f" ({unquote_plus(query[1:])})" if query else ""
    response = (
        _for_people(request, index, changes, title=title, place=place, older=older)
        if _is_browser(request)
        else _atom(request, index, changes, title=title, place=place, older=older)
    )
    patch_vary_headers(response, ["Accept"])
    return response


def _is_browser(request: HttpRequest) -> bool:
    """Feed readers that take HTML too name Atom or RSS as well; no browser does."""
    accepted = request.headers.get("Accept", "")
    return accepts_html(request) and not any(kind in accepted for kind in ("atom+xml", "rss+xml"))


def _for_people(
    request: HttpRequest, index: CountryIndex, changes: Sequence[StatusChange], *, title: str, place: str, older: str
) -> HttpResponseBase:  # fmt: skip
    names = Names.of(changes, index.by_code)
    entries = [(change, between(change, names), headline(change, names), _page_of(change)) for change in changes]
    context = {"title": title, "place": place, "older": older, "entries": entries}
    context["feed"] = f"{request.path}{_query(request)}"
    return page(request, "web/feed.html", context)


def _page_of(change: StatusChange) -> str:
    """The pair on the day from which the change is true."""
    return f"/relations/{change.pair_id}/@{change.effective.isoformat()}"


def _atom(
    request: HttpRequest, index: CountryIndex, changes: Sequence[StatusChange], *, title: str, place: str, older: str
) -> HttpResponseBase:  # fmt: skip
    here, query = site(request), _query(request)
    tag = _tag(here, request.get_full_path(), index.epoch, [change.pk for change in changes], older)
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    conditional = get_conditional_response(request, etag=tag, response=HttpResponse(headers=headers))
    if conditional is not None and conditional.status_code != HTTPStatus.OK:
        return conditional
    feed = _Feed(
        title=xml_text(title), link=f"{here}{place}", description=None, language="en", author_name="The tracker",
        feed_url=f"{here}{request.get_full_path()}", feed_guid=_tag_uri(request.path) + query,
        first=f"{here}{request.path}{query}", next=f"{here}{older}" if older else None,
        changes=f"{here}/api/changes/{query}",
    )  # fmt: skip
    names = Names.of(changes, index.by_code)
    for change in changes:
        feed.add_item(title="", link="", description="", change=change, index=index, names=names, site=here)
    response = HttpResponse(content_type=feed.content_type, headers=headers)
    feed.write(response, "utf-8")
    return response


def _before(request: HttpRequest, filters: Filters) -> int:
    """`?before=1234`: changes with a lower id. Raises `BadRequest` for it, and for what is no parameter of a feed."""
    known = {"before", *filters.names()}
    for unknown in sorted(set(request.GET) - known):
        raise BadRequest(
            f"A feed takes `before` and the filters of /api/changes/, not {unknown[:40]!r}."
            f"{did_you_mean(unknown[:40], known)}"
        )
    *others, text = request.GET.getlist("before") or [str(_LAST_ID)]
    if others or not re.fullmatch(r"\d{1,19}", text, re.ASCII) or int(text) > _LAST_ID:
        raise BadRequest("`before` is the id of a change.")
    return int(text)


def _filtered(request: HttpRequest, filters: Filters, rows: QuerySet[StatusChange]) -> QuerySet[StatusChange]:
    """Raises `BadRequest` with every wrong filter."""
    try:
        return filters(request.GET, rows, request=request).qs
    except SomeRefused as refusal:
        wrong = [f"`{each.field}`: {each.detail}" for each in refusal.rows[0]]
        raise BadRequest(" ".join(wrong)) from None
    except Refused as refusal:
        raise BadRequest(refusal.detail) from None


def _query(request: HttpRequest, **more: int) -> str:
    """`?track=sanctions`: the filters of the request, in one order; empty without any."""
    given = [(name, text) for name in sorted(set(request.GET) - {"before"}) for text in request.GET.getlist(name)]
    query = urlencode([*given, *more.items()], safe=":>,!")
    return f"?{query}" if query else ""


def _tag(*parts: Any) -> str:
    """A weak ETag of the ids of changes, which are never edited, and of the reference epoch, for the names.

    Weak, because another version of the program may have other words.
    """
    return f'W/"{hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()}"'


def _tag_uri(name: str) -> str:
    """A `tag:` URI (RFC 4151), which depends on the public host alone."""
    host = (urlsplit(settings.PUBLIC_URL).hostname or "localhost").replace(":", "-")
    return f"tag:{host},2026:{name.strip('/')}"


class _Feed(Atom1Feed):
    """Django's Atom with pages, plain-text entries, and a link from each to its change."""

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        for rel in ("first", "next"):
            if self.feed[rel]:
                handler.addQuickElement("link", "", {"rel": rel, "href": self.feed[rel]})
        related = {"rel": "related", "type": "application/json", "href": self.feed["changes"]}
        handler.addQuickElement("link", "", related)

    def latest_post_date(self) -> Any:
        return self.items[0]["change"].recorded_at if self.items else _NEVER

    def add_item_elements(self, handler: Any, item: Any) -> None:
        change, index, names = item["change"], item["index"], item["names"]
        moment = rfc3339_date(change.recorded_at)
        handler.addQuickElement("id", _tag_uri(f"changes/{change.pk}"))
        title = f"{between(change, names)}: {headline(change, names)}"
        handler.addQuickElement("title", xml_text(title))
        handler.addQuickElement("published", moment)
        handler.addQuickElement("updated", moment)
        for rel, media_type, place in (
            ("alternate", "text/html", _page_of(change)),
            ("related", "application/json", f"/api/changes/{change.pk}/"),
            ("related", "application/json", f"/api/relations/{change.pair_id}/"),
        ):
            handler.addQuickElement("link", "", {"rel": rel, "type": media_type, "href": f"{item['site']}{place}"})
        handler.addQuickElement("category", "", {"term": change.track.partition(":")[0], "label": change.track})
        handler.addQuickElement("summary", xml_text(_summary(change, index)))


def _summary(change: StatusChange, index: CountryIndex) -> str:
    text, track = explanation(change), Track.named(change.track)
    reached = index.inheriting(track, change.effective)
    return f"{text} It reaches {', '.join(reached)}." if reached else text


urlpatterns = [
    path("changes.atom", changes, name="feed-of-changes"),
    path("countries/<str:code>.atom", of_one_country, name="feed-of-a-country"),
    path("relations/<str:code>.atom", of_one_pair, name="feed-of-a-pair"),
]
