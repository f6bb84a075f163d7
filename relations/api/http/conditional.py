"""Strong ETags, and the version that a request has seen (RFC 9110, section 13)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase

from relations.errors import PreconditionRequired, StaleVersion
from relations.queries.cache import LIST_TAGS, PAGES
from relations.queries.snapshot import database_state
from relations.representation.json_text import dumps
from relations.representation.references import site

if TYPE_CHECKING:
    from rest_framework.request import Request

_TAG = re.compile(r'(?:W/)?"(?P<opaque>[\x21\x23-\x7e\x80-\xff]*)"')
_DIGEST_BYTES = 12
_FOR_GOOD = "max-age=2592000, immutable"
"""RFC 8246, for 30 days: names and titles, which have no versions, may have been corrected by then."""

FILE_CONTROL = f"private, {_FOR_GOOD}, no-transform"
"""Archived bytes under the URL with their digest: they never change, and are sent as they are."""


def digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=_DIGEST_BYTES).hexdigest()


def etag(version: int | str, content: bytes) -> str:
    """`"v3-<digest of the body>"`: the version for `If-Match`, the digest for `If-None-Match`."""
    return f'"v{version}-{digest(content)}"'


def cache_control(request: HttpRequest | Request, *, is_final: bool) -> str:
    """Final answers are stored; others are stored and validated. What a token gets is for its owner alone."""
    is_private = "HTTP_AUTHORIZATION" in request.META
    if is_final:
        return f"{'private' if is_private else 'public'}, {_FOR_GOOD}"
    return "private, no-cache" if is_private else "no-cache"


def matches(header: str, tag: str) -> bool:
    """Compares `If-None-Match` with the tag; weakly, as it has to."""
    if header.strip() == "*":
        return True
    return tag.strip('"') in _opaque(header)


def cached(
    request: HttpRequest | Request, body: Any, *, version: int | str, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """The body with its ETag, or 304 where the client has it."""
    content = dumps(body)
    return tagged(request, content, etag(version, content), headers)


class _SentPage(NamedTuple):
    """A page of a list as it was sent, and its body by Content-Encoding where it was asked for again."""

    content: bytes
    headers: Mapping[str, str]
    encodings: dict[str, bytes]

    def answer(self) -> HttpResponse:
        response = HttpResponse(self.content, headers=self.headers)
        response.encodings = self.encodings  # type: ignore[attr-defined]  # for tracker.compression
        return response


def validated(request: Request, answer: Callable[[], HttpResponseBase], *, remembers: bool) -> HttpResponseBase:
    """The answer with an ETag, the digest of its body if it has none; 304 where the client has it. Streams have none.

    `remembers`: the answer is a matter of the URL, the caller and the state of the database, and while these are equal
    it is sent again for one query. What depends on the moment of the request is not remembered.
    """
    is_read = request.method in ("GET", "HEAD")
    known = request.META.get("HTTP_IF_NONE_MATCH") if is_read else None
    # Read before the answer is made: what is committed meanwhile makes it an answer of the past.
    state = database_state() if is_read and remembers else None
    key = (request.get_full_path(), site(request), request.accepted_renderer.format, request.user.pk)
    headers: Mapping[str, str] = LIST_TAGS.get(key, state) or {}
    if known and headers and matches(known, headers["ETag"]):
        return HttpResponseNotModified(headers=headers)
    page: _SentPage | None = PAGES.get(key, state)
    response = page.answer() if page else answer()
    if not isinstance(response, HttpResponse):
        return response
    if "ETag" not in response.headers:
        response.headers["ETag"] = f'"{digest(response.content)}"'
    tag = response.headers["ETag"]
    if page is None and response.status_code == HTTPStatus.OK and not hasattr(request, "newest_finished"):
        headers = dict(response.headers.items())
        weight = len(key[0]) + sum(map(len, headers.values())) + 1000
        LIST_TAGS.store(key, state, headers, weight=weight)
        page = _SentPage(response.content, headers, {})
        PAGES.store(key, state, page, weight=2 * len(page.content) + weight)
    return HttpResponseNotModified(headers=response.headers) if known and matches(known, tag) else response


def tagged(
    request: HttpRequest | Request, content: bytes, tag: str, more: Mapping[str, str] | None = None
) -> HttpResponse:
    headers = {"ETag": tag, "Cache-Control": "no-cache", **(more or {})}
    known = request.META.get("HTTP_IF_NONE_MATCH")
    if known is not None and request.method in ("GET", "HEAD") and matches(known, tag):
        return HttpResponseNotModified(headers=headers)
    return HttpResponse(content, content_type="application/json", headers=headers)


def created(body: Any, *, version: int | str, url: str) -> HttpResponse:
    """201 with the body, its ETag and its URL."""
    content = dumps(body)
    headers = {"Location": url, "ETag": etag(version, content)}
    return HttpResponse(content, status=201, content_type="application/json", headers=headers)


def seen_versions(request: Request) -> list[str] | None:
    """The version parts in `If-Match`; None for `*`. Raises `PreconditionRequired` where there is no `If-Match`.

    A weak tag counts too: a proxy that compresses makes the tag weak and leaves the version as it was.
    """
    header = request.headers.get("If-Match")
    if header is None or not header.strip():
        raise PreconditionRequired(field="If-Match")
    if header.strip() == "*":
        return None
    return [tag.partition("-")[0].removeprefix("v") for tag in _opaque(header)]


def refuse_stale(request: Request, *, version: int | str, tag: Callable[[], str]) -> bool:
    """Raises `StaleVersion`, with the current ETag in its headers, unless `If-Match` names the version.

    Returns False for `*`: the request takes any version.
    """
    seen = seen_versions(request)
    if seen is not None and str(version) not in seen:
        raise stale(version, ", ".join(seen) or "none", tag())
    return seen is not None


def stale(version: int | str, expected: object, tag: str) -> StaleVersion:
    refusal = StaleVersion(field="If-Match", current=version, expected=expected)
    refusal.headers["ETag"] = tag
    return refusal


def _opaque(header: str) -> list[str]:
    return [match["opaque"] for match in _TAG.finditer(header)]
