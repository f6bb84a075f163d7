"""Pages in the site's frame, in the language of the reader and with an ETag."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.encoding import iri_to_uri
from django.utils.http import quote_etag

from relations.representation.references import site

BY_READER = ("Accept-Language", "Cookie")
"""The headers that choose a reader's language."""


def accepts_html(request: HttpRequest) -> bool:
    return "text/html" in request.headers.get("Accept", "")


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = HTTPStatus.OK
) -> HttpResponseBase:
    """A rendered page; 304 where the reader has these bytes.

    Nothing in it depends on the session, so that it may be cached for everybody who reads the same language. The
    template gets no request: a page of an error is rendered for any of them, that of an unknown host included.
    """
    language = translation.get_language_from_request(request)
    # For canonical links. The page of an error has none, and its host may be unknown.
    here = {"here": site(request) + iri_to_uri(request.path)} if status == HTTPStatus.OK else {}
    values = {"path": request.path, "languages": settings.LANGUAGES, **here, **(context or {})}
    with translation.override(language):
        body = render_to_string(template, values)
    response = HttpResponse(body, status=status, headers={"Content-Language": language, "Cache-Control": "no-cache"})
    patch_vary_headers(response, BY_READER)
    return tagged(request, response) if status == HTTPStatus.OK else response


def sent(
    request: HttpRequest, content: str | bytes, media_type: str, *, is_translated: bool = False
) -> HttpResponseBase:
    """A text or a file, which has no frame around it; 304 where the reader has it."""
    response = HttpResponse(content, content_type=media_type, headers={"Cache-Control": "no-cache"})
    if is_translated:
        patch_vary_headers(response, BY_READER)
    return tagged(request, response)


def tagged(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """The response with an ETag of its bytes; 304 without them where `If-None-Match` has it."""
    tag = quote_etag(hashlib.sha256(response.content).hexdigest()[:32])
    response.headers["ETag"] = tag
    conditional = get_conditional_response(request, etag=tag, response=response)
    return response if conditional is None else conditional
