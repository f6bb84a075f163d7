"""`/feeds/…`: the change log as Atom (RFC 4287), whole, of one country and of one pair, in pages (RFC 5005)."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Sequence
from functools import partial
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import BadRequest
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import path, reverse
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed, rfc3339_date
from django.views.decorators.http import require_safe

from relations.codes import NotTwoCountries, parse_pair
from relations.models import StatusChange
from relations.queries.change_log import of_countries, of_pairs
from relations.queries.countries import CountryIndex, current_country_index
from relations.representation.change_text import Names, between, explanation, headline
from relations.status import INHERITED_KINDS, Track, inheriting_pairs

MOST = 100
"""Entries of a page."""
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""XML 1.0, production 2."""
_NEVER = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
"""When a feed without entries was updated."""
_LAST_ID = 2**63 - 1
_LONGEST_HOST = 253 + len(":65535")


@require_safe
def changes(request: HttpRequest) -> HttpResponseBase:
    """Every line of the log, the newest first."""
    return _feed(request, current_country_index(), Q(), title="What changed between countries", page="/api/changes/")


@require_safe
def of_one_country(request: HttpRequest, code: str) -> HttpResponseBase:
    """The lines of a country's pairs, and those of organisations that reach it."""
    countries = current_country_index()
    found = _country(code, countries)
    if found != code:
        return _moved("feed-of-a-country", found)
    title = f"What changed between {countries.by_code[found].name} and others"
    return _feed(request, countries, of_countries([found], countries), title=title, page=f"/api/countries/{found}/")


@require_safe
def of_one_pair(request: HttpRequest, code: str) -> HttpResponseBase:
    """The lines of a pair, and those of organisations that reach it."""
    countries = current_country_index()
    try:
        found = parse_pair(code, country=partial(_country, countries=countries))
    except NotTwoCountries as error:
        if not error.same:
            _country(code, countries)
        raise Http404("A pair has two countries: BY-US.") from None
    if found != code:
        return _moved("feed-of-a-pair", found)
    title = f"What changed between {countries.by_code[found[:2]].name} and {countries.by_code[found[3:]].name}"
    return _feed(
        request, countries, of_pairs([found], countries.memberships), title=title, page=f"/api/relations/{found}/"
    )


def _country(text: str, countries: CountryIndex) -> str:
    """`by`, `BLR` -> `BY`."""
    found = countries.codes.get(text.upper())
    if found is None:
        raise Http404(f"There is no country {text[:20]!r}.")
    return found


def _moved(name: str, code: str) -> HttpResponseBase:
    return HttpResponsePermanentRedirect(reverse(name, args=[code]), preserve_request=True)


# --- one page of a feed ---------------------------------------------------------------------------------------------


def _feed(request: HttpRequest, countries: CountryIndex, wanted: Q, *, title: str, page: str) -> HttpResponseBase:
    """One query, and at most two for titles; where the reader has the page already, nothing is written out."""
    before = _before(request)
    found = list(StatusChange.objects.filter(wanted, id__lt=before).order_by("-id")[: MOST + 1])
    lines, more = found[:MOST], len(found) > MOST
    site = _site(request)
    tag = _tag(site, request.get_full_path(), countries.epoch, [line.pk for line in found])
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    known = get_conditional_response(request, etag=tag, response=HttpResponse(headers=headers))
    if known is not None and known.status_code != 200:
        return known
    feed = _Feed(
        title=title, link=f"{site}{page}", description=None, language="en", author_name="The tracker",
        feed_url=f"{site}{request.get_full_path()}", feed_guid=_tag_uri(request.path),
        first=f"{site}{request.path}", next=f"{site}{request.path}?before={lines[-1].pk}" if more else None,
        changes=f"{site}/api/changes/",
    )  # fmt: skip
    names = Names.of(lines, countries.by_code)
    for line in lines:
        feed.add_item(title="", link="", description="", line=line, countries=countries, names=names, site=site)
    written = BytesIO()
    feed.write(written, "utf-8")
    return HttpResponse(written.getvalue(), content_type=feed.content_type, headers=headers)


def _site(request: HttpRequest) -> str:
    """`http://127.0.0.1:8000`. Raises `BadRequest` for a host that is longer than a name and a port can be."""
    host = request.get_host()
    if len(host) > _LONGEST_HOST:
        raise BadRequest("The host in the request is longer than a name and a port can be.")
    return f"{request.scheme}://{host}"


def _before(request: HttpRequest) -> int:
    """`?before=1234`: lines with a lower id. Raises `BadRequest` for anything else that the query holds."""
    unknown = sorted(set(request.GET) - {"before"})
    if unknown:
        raise BadRequest(f"A feed takes `before` and nothing else, not {unknown[0][:40]!r}.")
    text = request.GET.get("before", str(_LAST_ID))
    if not re.fullmatch(r"\d{1,19}", text, re.ASCII) or int(text) > _LAST_ID:
        raise BadRequest("`before` is the id of a line.")
    return int(text)


def _tag(*parts: Any) -> str:
    """Lines are never edited, so their ids say what they hold; the stamp says what the names are. A weak ETag, because
    the words countries them may change with the program."""
    return f'W/"{hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()}"'


def _tag_uri(name: str) -> str:
    """A `tag:` URI (RFC 4151), the same however the site is reached and wherever it moves behind its name."""
    host = (urlsplit(settings.PUBLIC_URL).hostname or "localhost").replace(":", "-")
    return f"tag:{host},2026:{name.strip('/')}"


class _Feed(Atom1Feed):
    """Django's Atom with pages, entries whose words are text and not HTML, and the line of the log beside the page."""

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        for rel in ("first", "next"):
            if self.feed[rel]:
                handler.addQuickElement("link", "", {"rel": rel, "href": self.feed[rel]})
        related = {"rel": "related", "type": "application/json", "href": self.feed["changes"]}
        handler.addQuickElement("link", "", related)

    def latest_post_date(self) -> Any:
        return self.items[0]["line"].recorded_at if self.items else _NEVER

    def add_item_elements(self, handler: Any, item: Any) -> None:
        line, countries, names, site = item["line"], item["countries"], item["names"], item["site"]
        moment = rfc3339_date(line.recorded_at)
        handler.addQuickElement("id", _tag_uri(f"changes/{line.pk}"))
        title = f"{between(line, names)}: {headline(line, names)}"
        handler.addQuickElement("title", _clean(title))
        handler.addQuickElement("published", moment)
        handler.addQuickElement("updated", moment)
        for rel, place in (("alternate", f"changes/{line.pk}"), ("related", f"relations/{line.pair_id}")):
            link = {"rel": rel, "type": "application/json", "href": f"{site}/api/{place}/"}
            handler.addQuickElement("link", "", link)
        handler.addQuickElement("category", "", {"term": line.track.partition(":")[0], "label": line.track})
        handler.addQuickElement("summary", _clean(_summary(line, countries)))


def _summary(line: StatusChange, countries: CountryIndex) -> str:
    told = explanation(line)
    reached = _reached(line, countries)
    return f"{told} It reaches {', '.join(reached)}." if reached else told


def _reached(line: StatusChange, countries: CountryIndex) -> Sequence[str]:
    track = Track.named(line.track)
    return inheriting_pairs(track, line.effective, countries.memberships) if track.kind in INHERITED_KINDS else []


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub("\ufffd", text)


urlpatterns = [
    path("changes.atom", changes, name="feed-of-changes"),
    path("countries/<str:code>.atom", of_one_country, name="feed-of-a-country"),
    path("relations/<str:code>.atom", of_one_pair, name="feed-of-a-pair"),
]
