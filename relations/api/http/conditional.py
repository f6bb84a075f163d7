"""Strong ETags, and the version that a request has seen (RFC 9110, section 13)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

from relations.errors import PreconditionRequired, StaleVersion
from relations.representation.json_text import dumps

if TYPE_CHECKING:
    from rest_framework.request import Request

_TAG = re.compile(r'(?:W/)?"(?P<opaque>[\x21\x23-\x7e\x80-\xff]*)"')
_DIGEST_BYTES = 12


def digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=_DIGEST_BYTES).hexdigest()


def etag(version: int | str, content: bytes) -> str:
    """`"v3-<digest of the body>"`: the version for `If-Match`, the digest for `If-None-Match`."""
    return f'"v{version}-{digest(content)}"'


def matches(header: str, tag: str) -> bool:
    """Compares `If-None-Match` with the tag; weakly, as it has to."""
    if header.strip() == "*":
        return True
    return tag.strip('"') in _opaque(header)


def cached(request: Request, body: Any, *, version: int | str) -> HttpResponse:
    """The body with its ETag, or 304 where the client has it."""
    content = dumps(body)
    return tagged(request, content, etag(version, content))


def tagged(request: HttpRequest | Request, content: bytes, tag: str) -> HttpResponse:
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
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
