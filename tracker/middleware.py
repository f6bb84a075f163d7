"""Small middleware: cross-origin reads, the API's version, limits of reads, the admin's language, and last slashes."""

from __future__ import annotations

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.middleware.common import CommonMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers

from relations.api.http import throttles
from relations.errors import TooManyRequests
from tracker import problems
from tracker.frame import BY_READER
from tracker.layer import Layer

_OPEN = ("/api/", "/feeds/")
_READS = ("GET", "HEAD", "OPTIONS")
_EXPOSED = (
    "API-Version, Deprecation, ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After, Sunset, X-Request-ID"
)
_PREFLIGHT = {
    "Access-Control-Allow-Methods": ", ".join(_READS),
    "Access-Control-Allow-Headers": "Accept, If-None-Match, X-Request-ID",
    "Access-Control-Max-Age": "86400",
}


class Cors(Layer):
    """Permits reads without credentials to `CORS_ORIGIN` (CORS, in the Fetch standard), and answers their preflights.

    No header depends on the origin that asks, so that caches store one response for all. Neither cookies nor tokens are
    permitted: `Access-Control-Allow-Credentials` is never sent, and `Authorization` is no permitted header.
    """

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not settings.CORS_ORIGIN or not request.path_info.startswith(_OPEN) or request.method not in _READS:
            return self.get_response(request)
        if request.method == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in request.META:
            return HttpResponse(status=204, headers={**_PREFLIGHT, "Access-Control-Allow-Origin": settings.CORS_ORIGIN})
        response = self.get_response(request)
        if "HTTP_AUTHORIZATION" not in request.META:
            response.headers["Access-Control-Allow-Origin"] = settings.CORS_ORIGIN
            response.headers["Access-Control-Expose-Headers"] = _EXPOSED
        return response


class ApiVersion(Layer):
    """Names the version (docs/compatibility.md) in answers below `/api/`; outside whatever may answer first."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.path_info.startswith("/api/"):
            response.headers["API-Version"] = settings.VERSION
        return response


class ReadLimit(Layer):
    """Counts reads of feeds and packages against `READ_LIMIT`, by address; those of the API are counted there."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not settings.READ_LIMIT or not request.path_info.startswith(("/data/", "/feeds/")):
            return self.get_response(request)
        try:
            headers = throttles.count_read(request)
        except TooManyRequests as refused:
            wait = refused.particulars["seconds"]
            return problems.refusal(request, HTTPStatus.TOO_MANY_REQUESTS, refused.detail, retry_after=wait)
        response = self.get_response(request)
        for name, value in headers.items():
            response.headers[name] = value
        return response


class AdminLanguage(Layer):
    """The login and the admin in the language of the browser, as far as they are translated.

    Django's LocaleMiddleware would translate the API's errors too, which programs read. Pages choose for themselves.
    """

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith("/admin/"):
            return self.get_response(request)
        with translation.override(translation.get_language_from_request(request)):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        patch_vary_headers(response, BY_READER)
        return response


class _SameRequest(HttpResponsePermanentRedirect):
    """308, after which a POST is repeated as a POST, with its body (RFC 9110, 15.4.9)."""

    status_code = HTTPStatus.PERMANENT_REDIRECT


class LastSlash(CommonMiddleware):
    """Redirects URLs without their last slash."""

    response_redirect_class = _SameRequest
