"""`/embed/relations/BY-US/`: a card for other sites, and `/oembed`, by which they find it (oembed.com, version 1.0)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.csp import CSP
from django.utils.html import format_html
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from relations.representation.json_text import dumps
from relations.representation.references import site
from relations.web.language import translated
from relations.web.pairs.address import Address
from relations.web.pairs.content import PairContent, of_content
from relations.web.pairs.forms import not_finished
from relations.web.pictures import card
from relations.web.refusals import reads
from tracker.frame import page, sent
from tracker.problems import problem

WIDTH, HEIGHT = 640, 680
"""Pixels of the card where the other site names no bounds."""
_PREFIX = "/relations/"
_FOR_ANY_SITE = {
    **settings.SECURE_CSP, "frame-ancestors": ["*"], "form-action": [CSP.NONE], "script-src": [CSP.NONE],
}  # fmt: skip


@reads()
@xframe_options_exempt
@csp_override(_FOR_ANY_SITE)
@translated
def embed(request: HttpRequest, code: str, at: str = "") -> HttpResponseBase:
    """The card of a pair, for a frame: small, without a script, with its dates and a way to the page."""
    address = _single(code, at)
    if request.get_full_path() != address.embed:
        return HttpResponseRedirect(address.embed)
    if refused := not_finished(request, address):
        return refused
    return of_content(request, address, lambda content: page(request, "web/embed/card.html", {
        "content": content, "lanes": [(lane, card.shown_in(lane)) for lane in content.lanes],
        "sources": card.sources(content),
    }))  # fmt: skip


@require_safe
@translated
def oembed(request: HttpRequest) -> HttpResponseBase:
    """A `rich` response with the frame. 404 for an address that has no card, 501 for XML (2.3.4.1 and 2.3.4.2)."""
    if request.GET.get("format", "json") != "json":
        return problem(request, HTTPStatus.NOT_IMPLEMENTED, "Only `format=json` is implemented.")
    address = _address_in(request.GET.get("url", ""), request)
    widest, highest = (_bound(request, name) for name in ("maxwidth", "maxheight"))
    return not_finished(request, address) or of_content(
        request, address, lambda content: _described(request, content, widest=widest, highest=highest)
    )


def _described(
    request: HttpRequest, content: PairContent, *, widest: int | None, highest: int | None
) -> HttpResponseBase:
    address, host = content.address, site(request)
    width, height = min(widest or WIDTH, WIDTH), min(highest or HEIGHT, HEIGHT)
    body: dict[str, Any] = {
        "version": "1.0", "type": "rich", "title": f"{content.title}. {content.dates}", "provider_name": "Tracker",
        "provider_url": f"{host}/", "cache_age": 3600, "width": width, "height": height,
        "html": frame(host, address, content.title, width=width, height=height),
    }  # fmt: skip
    if (widest or card.WIDTH) >= card.WIDTH and (highest or card.HEIGHT) >= card.HEIGHT:
        body |= {"thumbnail_url": host + address.form("png"), "thumbnail_width": card.WIDTH,
                 "thumbnail_height": card.HEIGHT}  # fmt: skip
    return sent(request, dumps(body), "application/json")


def frame(host: str, address: Address, title: str, *, width: int = WIDTH, height: int = HEIGHT) -> str:
    """The code that another site copies."""
    return format_html(
        '<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy"></iframe>',
        host + address.embed, title, width, height,
    )  # fmt: skip


def _address_in(url: str, request: HttpRequest) -> Address:
    """The pair that the URL is the page of. Raises `Http404` for any other URL."""
    try:
        parts = urlsplit(url[:2000])
    except ValueError as error:
        raise Http404("`url` must be the address of a page here.") from error
    ours = {urlsplit(one).netloc for one in (site(request), settings.PUBLIC_URL)}
    path = unquote(parts.path)
    if parts.scheme not in {"http", "https"} or parts.netloc not in ours or not path.startswith(_PREFIX):
        raise Http404("`url` must be the address of a pair here, such as /relations/BY-US/.")
    code, _slash, at = path.removeprefix(_PREFIX).partition("/")
    if at and not at.startswith("@"):
        raise Http404("This page has no card.")
    return _single(code, at.removeprefix("@").rstrip("/"))


def _single(code: str, at: str) -> Address:
    address = Address.find(code, at)
    if address.other:
        raise Http404("A comparison of two days has no card; each of the days has.")
    return address


def _bound(request: HttpRequest, name: str) -> int | None:
    """Pixels that the other site allows; None where it says nothing. Raises `BadRequest` for no number."""
    text = request.GET.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 7 and int(text)):
        raise BadRequest(f"`{name}` must be a number of pixels.")
    return int(text)
