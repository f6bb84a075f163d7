"""The hottest read, a pair's relation of any day and moment, from the cache: stored bodies, and the middleware."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import unquote_plus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.csp import CSP, build_policy
from rest_framework.request import Request

from relations import ledger
from relations.api.http import conditional
from relations.api.http.conditional import tagged
from relations.api.http.permissions import is_open_read
from relations.dates import read_day, read_moment
from relations.queries.cache import PAIRS
from relations.queries.clock import was_finished
from relations.queries.pair_versions import current_versions
from relations.representation.histories import relation_context
from relations.representation.json_text import dumps
from relations.representation.references import site

_PATH = re.compile(r"/api/relations/([A-Z]{2}-[A-Z]{2})/")
_SITE = secrets.token_hex(16)
"""Takes the place of the site in stored responses; no fact can contain it."""
_OTHER_DAY = "other day"
_READERS: Mapping[str, Callable[[str], Any]] = {"as_of": read_day, "known_at": read_moment}
_POLICY = build_policy(settings.SECURE_CSP)


class HotPath:
    """Runs before sessions, CSRF and messages, which cost a quarter of the read and decide nothing about it.

    A view at the front of the URLconf would pay for them (docs/decisions/0102). Who may read is decided in
    `relations.api.http.permissions`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        match = _PATH.fullmatch(request.path_info)
        response = cached_relation(request, match[1]) if match else None
        return self.get_response(request) if response is None else response


class _SiteResponse(NamedTuple):
    """The body for one site, its ETag, and the body by Content-Encoding where it was asked for."""

    site: str
    content: bytes
    tag: str
    encodings: dict[str, bytes]

    def answer(self, request: HttpRequest | Request) -> HttpResponse:
        response = tagged(request, self.content, self.tag)
        response.encodings = self.encodings  # type: ignore[attr-defined]  # for tracker.compression
        return response


@dataclass(slots=True, eq=False)
class _Response:
    """The current body about a pair, cut where the site belongs: clients may ask under any host name and port."""

    version: int
    parts: Sequence[bytes]
    _last: _SiteResponse | None = None

    def at(self, site: str) -> _SiteResponse:
        """The body with links below this site; assembled, and compressed, once while the same site is asked for."""
        last = self._last
        if last is None or last.site != site:
            content = site.encode().join(self.parts)
            last = self._last = _SiteResponse(site, content, conditional.etag(self.version, content), {})
        return last

    @property
    def weight(self) -> int:
        """Bytes, roughly: in parts, and whole and compressed in three ways for the last site."""
        return 3 * sum(map(len, self.parts)) + 100 * len(self.parts) + 500


def current(code: str, *, as_of: dt.date | None = None) -> _Response:
    """The relation of a day, as known now: from the cache where its versions are current, for one query.

    The cache has that of today, and of each pair that of one other day: the last that was asked for.
    """
    versions, today = current_versions(code), ledger.today()
    day = as_of or today
    key = code if day == today else (code, _OTHER_DAY)
    response: _Response | None = PAIRS.get(key, versions.on(day))
    if response is None:
        context = relation_context(code, versions=versions)
        content = dumps(context.relation(day=day, known_at=None, site=_SITE))
        response = _Response(context.own.version, content.split(_SITE.encode()))
        PAIRS.store(key, context.versions.on(day), response, weight=response.weight)
    return response


def cached_relation(request: HttpRequest, code: str) -> HttpResponse | None:
    """The view's response to an open read of a pair that is cached: of today, `?as_of=` a day, `known_at` a moment.

    None leaves the request to the view.
    """
    asked = _asked(request.META.get("QUERY_STRING", ""))
    # Without facts of its own a pair has no history, and is cached as the response of today alone.
    is_cached = code in PAIRS or (asked and (code, frozenset()) in PAIRS)
    if asked is None or not is_cached or not is_open_read(request):
        return None
    if "known_at" in asked:
        response = _of(request, code, **asked)
    else:
        response = current(code, **asked).at(site(request)).answer(request)
    if response is None:
        return None
    response.headers["Vary"] = "Accept"
    response.headers[CSP.HEADER_ENFORCE] = _POLICY  # which Django's middleware would build for each response
    if response.status_code == HTTPStatus.OK:
        response.headers["Content-Length"] = str(len(response.content))  # which Django's middleware would have set
    return response


def _asked(query: str) -> dict[str, Any] | None:
    """The values of a query of nothing but a right `as_of`, a right `known_at`, or both."""
    asked: dict[str, Any] = {}
    for parameter in query.split("&", len(_READERS)) if query else ():
        name, _, text = parameter.partition("=")
        if name not in _READERS or name in asked:
            return None
        try:
            asked[name] = _READERS[name](unquote_plus(text))
        except ValueError:
            return None
    return asked


def _of(
    request: HttpRequest, code: str, *, known_at: dt.datetime, as_of: dt.date | None = None
) -> HttpResponse | None:  # fmt: skip
    """The relation as known at a moment, for the query that confirms the cached facts.

    None where the moment may not be finished, or facts would have to be folded: the view does so as admission permits.
    """
    if not was_finished(known_at):
        return None
    context = relation_context(code, versions=current_versions(code))
    if not context.is_ready(known_at):
        return None
    body = context.relation(day=as_of or ledger.today(), known_at=known_at, site=site(request))
    response = conditional.cached(request, body, version=body["version"])
    if as_of is not None:
        response.headers["Cache-Control"] = conditional.cache_control(request, is_final=True)
    return response
